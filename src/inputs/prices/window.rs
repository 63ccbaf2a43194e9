//! Hours of the week at which a rate holds, in UTC.

/// Minutes of a day and days of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// (first minute, minute after the last), within a day.
    hours: Vec<(u16, u16)>,
    /// Bit 0 is Monday.
    weekdays: u8,
}

/// Names of the days, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTES_PER_DAY: u16 = 24 * 60;

impl Window {
    /// Reads `["01:00-04:00"]` and `["mon", "fri"]`. No hours are all hours, no days are all days; hours that wrap
    /// midnight are allowed.
    ///
    /// # Errors
    /// Which part is no hour range or no day.
    pub fn parse(hours: &[String], weekdays: &[String]) -> Result<Self, String> {
        let mut ranges = Vec::new();
        for text in hours {
            let range = text.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
            match range {
                Some((from, to)) if from < to => ranges.push((from, to)),
                Some((from, to)) if from > to => ranges.extend([(from, MINUTES_PER_DAY), (0, to)]),
                _ => return Err(format!("`{text}` is no range of hours such as \"01:00-04:00\"")),
            }
        }
        if ranges.is_empty() {
            ranges.push((0, MINUTES_PER_DAY));
        }
        let mut days = 0;
        for name in weekdays {
            match DAYS.iter().position(|day| day == name) {
                Some(day) => days |= 1 << day,
                None => return Err(format!("`{name}` is no day; days are {}", DAYS.join(", "))),
            }
        }
        Ok(Self { hours: ranges, weekdays: if weekdays.is_empty() { 0x7f } else { days } })
    }

    /// The window in words: `mon tue 01:00-04:00 UTC`.
    pub fn label(&self) -> String {
        let days: Vec<&str> = DAYS
            .iter()
            .enumerate()
            .filter(|(day, _)| self.weekdays & (1 << day) != 0)
            .map(|(_, name)| *name)
            .collect();
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let hours: Vec<String> =
            self.hours.iter().map(|(from, to)| format!("{}-{}", time(*from), time(*to))).collect();
        let days = if days.len() == DAYS.len() { String::new() } else { format!("{} ", days.join(" ")) };
        format!("{days}{} UTC", hours.join(" "))
    }

    /// Whether a moment, in microseconds since 1970-01-01 UTC, lies inside.
    pub fn contains(&self, micros: i64) -> bool {
        let minutes = micros.div_euclid(60_000_000);
        // 1970-01-01 was a Thursday.
        let weekday = (minutes.div_euclid(i64::from(MINUTES_PER_DAY)) + 3).rem_euclid(7);
        let minute = minutes.rem_euclid(i64::from(MINUTES_PER_DAY)) as u16;
        self.weekdays & (1 << weekday) != 0
            && self.hours.iter().any(|(from, to)| (*from..*to).contains(&minute))
    }
}

/// `hh:mm` as a minute of the day; `24:00` is its end.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && total <= MINUTES_PER_DAY).then_some(total)
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
        let text = |items: &[&str]| items.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let peak = Window::parse(
            &text(&["01:00-04:00", "06:00-10:00"]),
            &text(&["mon", "tue", "wed", "thu", "fri"]),
        );
        let peak = peak.expect("a window");
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
    fn hours_may_wrap_midnight() {
        let night = Window::parse(&["22:00-02:00".to_owned()], &[]).expect("a window");
        assert!(night.contains(at("2026-01-01 23:00:00")));
        assert!(night.contains(at("2026-01-01 01:59:00")));
        assert!(!night.contains(at("2026-01-01 02:00:00")));
    }
}
