//! Days, hours and months.

use chrono::{DateTime, Datelike, NaiveDate};

/// Hours in an average month (365 × 24 / 12), the convention of infrastructure price lists.
pub const HOURS_PER_MONTH: Hours = Hours(730.0);
/// Days in an average month, consistent with [`HOURS_PER_MONTH`].
pub const MONTH_DAYS: f64 = 730.0 / 24.0;
/// Seconds in an hour.
pub const SECONDS_PER_HOUR: f64 = 3_600.0;

/// A number of hours.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Hours(pub f64);

/// A calendar day in UTC, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// Microseconds in a day.
    pub const MICROS: i64 = 86_400_000_000;

    /// The UTC day of a moment in microseconds since the epoch.
    pub const fn of_micros(micros: i64) -> Self {
        Self(micros.div_euclid(Self::MICROS) as i32)
    }

    /// The day of a date.
    pub fn of_date(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce() - 719_163)
    }

    /// The first microsecond of the day.
    pub const fn start_micros(self) -> i64 {
        self.0 as i64 * Self::MICROS
    }

    /// The date, if it lies within the calendar of the date library.
    pub fn date(self) -> Option<NaiveDate> {
        DateTime::from_timestamp_micros(self.start_micros()).map(|moment| moment.date_naive())
    }

    /// The day as people write it in data: `2026-02-20`.
    pub fn text(self) -> String {
        self.date().map_or_else(|| format!("day {}", self.0), |date| date.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_its_date_agree_on_both_sides_of_the_epoch() {
        for (text, day) in [("1970-01-01", 0), ("1969-12-31", -1), ("2026-11-21", 20_778)] {
            let date: NaiveDate = text.parse().expect("a date");
            assert_eq!(Day::of_date(date), Day(day));
            assert_eq!(Day(day).date(), Some(date));
            assert_eq!(Day::of_micros(Day(day).start_micros() + 1), Day(day));
            assert_eq!(Day(day).text(), text);
        }
        // The calendar of the date library ends before the year 262,143.
        assert_eq!(Day(100_000_000).text(), "day 100000000");
    }
}
