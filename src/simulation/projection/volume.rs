//! How a log grows from day to day.

use std::collections::BTreeMap;

use crate::engine::forecast::{Days, LEAST_DAYS, TooLittle};
use crate::simulation::audit::Audit;
use crate::simulation::outcome::Lane;
use crate::simulation::world::World;
use crate::units::Day;

/// What the days of a log tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// They tell how it grows.
    Known(Box<Days>),
    /// They do not.
    Refused {
        /// The reason.
        because: String,
    },
}

/// What days are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Calls.
    Calls,
    /// Dollars.
    Dollars,
}

/// Which lanes of a log are meant.
pub type Keep<'a> = &'a dyn Fn(Lane) -> bool;

/// All of them.
pub const ALL: Keep<'static> = &|_| true;

/// Each day of a log with what it has, those between without anything included. Calls without a date stand on the day of the audit: they
/// are left out with it where the log does not reach it, and else nobody knows what that day had. `None`: days are not known.
pub fn by_day(audit: &Audit, world: &World, counted: Counted, keep: Keep<'_>) -> Option<Vec<(i32, f64)>> {
    let span = audit.span.filter(|_| !audit.facts.anchored)?;
    let (first, last) = (Day::of_micros(span.first).0, Day::of_micros(span.last).0);
    if audit.facts.undated > 0 && (first..=last).contains(&world.as_of.0) {
        return None;
    }
    let mut days: BTreeMap<i32, f64> = BTreeMap::new();
    let kept = audit.baseline.slots().filter(|(lane, ..)| keep(*lane));
    for (_, _, day, line) in kept.filter(|(_, _, day, _)| (first..=last).contains(day)) {
        *days.entry(day).or_default() += match counted {
            Counted::Calls => line.calls as f64,
            Counted::Dollars => line.cost.estimate().0,
        };
    }
    Some((first..=last).map(|day| (day, days.get(&day).copied().unwrap_or(0.0))).collect())
}

/// What the days of a log tell; the first and the last one are left out where there are enough, as a log rarely begins or ends at midnight.
pub fn told(audit: &Audit, world: &World, counted: Counted, keep: Keep<'_>) -> Told {
    let refused = |because: String| Told::Refused { because };
    let Some(days) = by_day(audit, world, counted, keep) else {
        return refused(
            "its calls have no dates, or some have none and stand on a day of the others".to_owned(),
        );
    };
    let whole = if days.len() >= LEAST_DAYS + 2 { &days[1..days.len() - 1] } else { &days[..] };
    match Days::of(whole, world.scenario.projection.volume.prior) {
        Ok(days) => Told::Known(Box::new(days)),
        Err(TooLittle::Days(days)) => refused(format!("the log covers {days} of at least {LEAST_DAYS} days")),
        Err(TooLittle::Nothing) => refused("no call has a price".to_owned()),
    }
}
