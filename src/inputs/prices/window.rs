//! Hours of the week at which a rate holds.

/// What a window is to the rate around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WindowKind {
    /// Dearer than outside.
    Peak,
    /// Cheaper than outside.
    OffPeak,
}

impl WindowKind {
    /// The word in sheets.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Peak => "peak",
            Self::OffPeak => "offpeak",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Peak, Self::OffPeak].into_iter().find(|kind| kind.word() == word)
    }
}

/// Minutes of a day and days of the week, in the seller's time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window {
    /// (first minute, minute after the last); wraps midnight where the first is later.
    hours: Vec<(u16, u16)>,
    /// Bit 0 is Monday. Hours that wrap midnight belong to the day on which they begin.
    weekdays: u8,
    /// Minutes that the seller's time is ahead of UTC.
    offset: i16,
    /// What the window is to the rate around it, where the sheet says.
    pub kind: Option<WindowKind>,
}

/// Names of the days, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTES_PER_DAY: u16 = 24 * 60;
const ALL_DAYS: u8 = 0x7f;

impl Window {
    /// Reads `01:00-04:00` and `mon fri`, each separated by spaces or commas, and `+08:00`. No hours are all hours, no days
    /// are all days, no offset is UTC.
    ///
    /// # Errors
    /// Which part is no hour range, no day or no offset.
    pub fn parse(hours: &str, weekdays: &str, offset: &str) -> Result<Self, String> {
        let words = |text: &str| -> Vec<String> {
            text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
        };
        let mut ranges = Vec::new();
        for text in words(hours) {
            let range = text.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
            match range {
                Some((from, to)) if from != to => ranges.push((from, to)),
                _ => return Err(format!("`{text}` is no range of hours such as \"01:00-04:00\"")),
            }
        }
        if ranges.is_empty() {
            ranges.push((0, MINUTES_PER_DAY));
        }
        let mut days = 0;
        for name in words(weekdays) {
            match DAYS.iter().position(|day| *day == name) {
                Some(day) => days |= 1 << day,
                None => return Err(format!("`{name}` is no day; days are {}", DAYS.join(", "))),
            }
        }
        let offset =
            minutes_ahead(offset).ok_or_else(|| format!("`{offset}` is no offset such as \"+08:00\""))?;
        Ok(Self { hours: ranges, weekdays: if days == 0 { ALL_DAYS } else { days }, offset, kind: None })
    }

    /// The same hours on these days only, bit 0 being Monday.
    #[must_use]
    pub const fn on(mut self, weekdays: u8) -> Self {
        self.weekdays = weekdays & ALL_DAYS;
        self
    }

    /// The same window, known to be dearer or cheaper than outside.
    #[must_use]
    pub const fn of_kind(mut self, kind: WindowKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// A window of (first, end) minutes of the day in UTC, on every day.
    pub fn of_minutes(hours: &[(u16, u16)]) -> Option<Self> {
        let valid = |(from, to): &(u16, u16)| from != to && *from < MINUTES_PER_DAY && *to <= MINUTES_PER_DAY;
        (!hours.is_empty() && hours.iter().all(valid)).then(|| Self {
            hours: hours.to_vec(),
            weekdays: ALL_DAYS,
            offset: 0,
            kind: None,
        })
    }

    /// The hours as a sheet writes them: `01:00-04:00 06:00-10:00`.
    pub fn hours_text(&self) -> String {
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let hours: Vec<String> =
            self.hours.iter().map(|(from, to)| format!("{}-{}", time(*from), time(*to))).collect();
        hours.join(" ")
    }

    /// The days as a sheet writes them: `mon tue`; `None`: every day.
    pub fn weekdays_text(&self) -> Option<String> {
        let names = DAYS.iter().enumerate().filter(|(day, _)| self.weekdays & (1 << day) != 0);
        let names: Vec<&str> = names.map(|(_, name)| *name).collect();
        (names.len() < DAYS.len()).then(|| names.join(" "))
    }

    /// The offset as a sheet writes it: `+08:00`; `None`: UTC.
    pub fn offset_text(&self) -> Option<String> {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs();
        (self.offset != 0).then(|| format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
    }

    /// The window in words: `mon tue 01:00-04:00 UTC`.
    pub fn label(&self) -> String {
        let mut words: Vec<String> = self.weekdays_text().into_iter().collect();
        words.push(self.hours_text());
        words.push(format!("UTC{}", self.offset_text().unwrap_or_default()));
        words.join(" ")
    }

    /// Whether a moment, in microseconds since 1970-01-01 UTC, lies inside.
    pub fn contains(&self, micros: i64) -> bool {
        let minutes = micros.div_euclid(60_000_000) + i64::from(self.offset);
        // 1970-01-01 was a Thursday.
        let today = (minutes.div_euclid(i64::from(MINUTES_PER_DAY)) + 3).rem_euclid(7);
        let minute = minutes.rem_euclid(i64::from(MINUTES_PER_DAY)) as u16;
        let on = |day: i64| self.weekdays & (1 << day.rem_euclid(7)) != 0;
        self.hours.iter().any(|&(from, to)| {
            if from < to {
                on(today) && (from..to).contains(&minute)
            } else {
                (on(today) && minute >= from) || (on(today - 1) && minute < to)
            }
        })
    }
}

/// `hh:mm` as a minute of the day; `24:00` is its end.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && total <= MINUTES_PER_DAY).then_some(total)
}

/// `+08:00` as minutes; nothing and `Z` are UTC.
fn minutes_ahead(text: &str) -> Option<i16> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let minutes = i16::try_from(minute(rest)?).ok()?;
    (minutes <= 14 * 60).then_some(sign * minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;

    /// Microseconds of a moment in UTC.
    fn at(text: &str) -> i64 {
        let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a moment");
        moment.and_utc().timestamp_micros()
    }

    #[test]
    fn peak_hours_end_where_they_should() {
        let peak = Window::parse("01:00-04:00 06:00-10:00", "mon tue wed thu fri", "").expect("a window");
        let cases = [
            ("2026-10-01 00:59:59", false), // Thursday
            ("2026-10-01 01:00:00", true),
            ("2026-10-01 03:59:59", true),
            ("2026-10-01 04:00:00", false),
            ("2026-10-01 06:00:00", true),
            ("2026-10-01 10:00:00", false),
            ("2026-10-03 02:00:00", false), // Saturday
        ];
        for (text, inside) in cases {
            assert_eq!(peak.contains(at(text)), inside, "{text}");
        }
    }

    #[test]
    fn hours_may_wrap_midnight_and_belong_to_the_day_on_which_they_begin() {
        let night = Window::parse("22:00-02:00", "", "").expect("a window");
        assert!(night.contains(at("2026-01-01 23:00:00")));
        assert!(night.contains(at("2026-01-01 01:59:00")));
        assert!(!night.contains(at("2026-01-01 02:00:00")));
        let thursday = Window::parse("22:00-02:00", "thu", "").expect("a window");
        assert!(thursday.contains(at("2026-01-02 01:00:00")));
        assert!(!thursday.contains(at("2026-01-01 01:00:00")));
    }

    #[test]
    fn days_are_those_of_the_seller() {
        // Monday 00:30 in Beijing is Sunday 16:30 in UTC.
        let monday = Window::parse("", "mon", "+08:00").expect("a window");
        assert!(monday.contains(at("2026-01-04 16:30:00")));
        assert!(!monday.contains(at("2026-01-05 16:30:00")));
        assert_eq!(monday.label(), "mon 00:00-24:00 UTC+08:00");
        assert!(Window::parse("", "", "8").is_err());
    }
}
