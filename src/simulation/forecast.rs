//! What the month comes to, and when a budget is exceeded.

use chrono::{Datelike as _, Months, NaiveDate};

use super::audit::Audit;
use super::projection::volume::{Counted, Keep, Told, by_day, told};
use super::world::World;
use crate::engine::forecast::{Ahead, Days};
use crate::units::Day;

/// When a budget is exceeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breach {
    /// Dollars that must not be exceeded.
    pub budget: f64,
    /// The day on which it was; `None`: not yet.
    pub already: Option<Day>,
    /// Probability of exceeding it by the end of the month.
    pub probability: f64,
    /// The first days by which it is exceeded with a probability of a tenth, a half and nine tenths; `None`: not in the month.
    pub days: [Option<Day>; 3],
}

/// What the month comes to.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// First day of the month.
    pub first: Day,
    /// Its last day.
    pub last: Day,
    /// The last moment of the log, as a day and the part of it that has passed.
    pub until: (Day, f64),
    /// Dollars of the month that are in the log.
    pub spent: f64,
    /// Days of the month before the log begins: they are estimated, too.
    pub missing: i32,
    /// What is not in the log.
    pub rest: Ahead,
    /// When a budget is exceeded; `None`: nobody named one.
    pub breach: Option<Breach>,
    /// What it rests on.
    pub days: Box<Days>,
}

impl Forecast {
    /// What the whole month comes to, at a percentile.
    pub fn total(&self, share: f64) -> f64 {
        self.spent + self.rest.quantile(share)
    }
}

const MICROS: f64 = 86_400e6;
/// Probabilities of which a day is told.
const SHARES: [f64; 3] = [0.1, 0.5, 0.9];

/// Foretells what some lanes come to in a month; without one, in that of the last call.
///
/// # Errors
/// Why nothing is told.
pub fn forecast(
    audit: &Audit,
    world: &World,
    keep: Keep<'_>,
    month: Option<NaiveDate>,
    budget: Option<f64>,
) -> Result<Forecast, String> {
    if budget.is_some_and(|budget| budget.is_nan() || budget <= 0.0) {
        return Err("a budget is more than nothing".to_owned());
    }
    let days = match told(audit, world, Counted::Dollars, keep) {
        Told::Known(days) => days,
        Told::Refused { because } => return Err(format!("nothing is foretold: {because}")),
    };
    let (Some(span), Some(by_day)) = (audit.span, by_day(audit, world, Counted::Dollars, keep)) else {
        return Err("nothing is foretold: the log has no dates".to_owned());
    };
    let today = Day::of_micros(span.last);
    let passed = (span.last - today.start_micros()) as f64 / MICROS;
    let date = month.or_else(|| today.date()).ok_or("the log lies outside the calendar")?;
    let first = date.with_day(1).unwrap_or(date);
    let after = first.checked_add_months(Months::new(1)).ok_or("the month lies outside the calendar")?;
    let (first, last) = (Day::of_date(first), Day(Day::of_date(after).0 - 1));
    if last < today {
        return Err(format!("{} is over: the log goes on until {}", first.text(), today.text()));
    }
    let begins = Day::of_micros(span.first);
    let spent: f64 =
        by_day.iter().filter(|(day, _)| (first.0..=last.0).contains(day)).map(|(_, dollars)| dollars).sum();
    let before = || (first.0..begins.0).map(|day| (day, 1.0));
    let rest_until = |until: i32| {
        let rest_of_today = (today >= first).then_some((today.0, 1.0 - passed));
        let ahead = (today.0 + 1).max(first.0)..=until;
        days.ahead(before().chain(rest_of_today).chain(ahead.map(|day| (day, 1.0))))
    };
    let rest = rest_until(last.0);
    let breach = budget.map(|budget| {
        let mut sum = 0.0;
        let already = by_day.iter().filter(|(day, _)| *day >= first.0).find_map(|(day, dollars)| {
            sum += dollars;
            (sum > budget).then_some(Day(*day))
        });
        let above =
            |until: i32| if already.is_some() { 1.0 } else { rest_until(until).above(budget - spent) };
        let first_with =
            |share: f64| (today.0.max(first.0)..=last.0).find(|day| above(*day) >= share).map(Day);
        Breach {
            budget,
            already,
            probability: above(last.0),
            days: if already.is_some() { [already; 3] } else { SHARES.map(first_with) },
        }
    });
    Ok(Forecast {
        first,
        last,
        until: (today, passed),
        spent,
        missing: (begins.0.min(last.0 + 1) - first.0).max(0),
        rest,
        breach,
        days,
    })
}
