//! How a log grows from day to day.

use std::collections::BTreeMap;

use crate::engine::forecast::{Days, LEAST_DAYS, TooLittle};
use crate::simulation::audit::Audit;
use crate::simulation::world::World;

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

/// Each day of a log with what it has, those between without anything included; `None`: the log has no dates.
pub fn by_day(audit: &Audit, counted: Counted) -> Option<Vec<(i32, f64)>> {
    if audit.facts.anchored {
        return None;
    }
    let mut days: BTreeMap<i32, f64> = BTreeMap::new();
    for (_, _, day, line) in audit.baseline.slots() {
        *days.entry(day).or_default() += match counted {
            Counted::Calls => line.calls as f64,
            Counted::Dollars => line.cost.estimate().0,
        };
    }
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    Some((first..=last).map(|day| (day, days.get(&day).copied().unwrap_or(0.0))).collect())
}

/// What the days of a log tell; the first and the last one are left out where there are enough, as a log rarely begins or ends at midnight.
pub fn told(audit: &Audit, world: &World, counted: Counted) -> Told {
    let refused = |because: String| Told::Refused { because };
    let Some(days) = by_day(audit, counted) else {
        return refused("the log has no dates of its own".to_owned());
    };
    let whole = if days.len() >= LEAST_DAYS + 2 { &days[1..days.len() - 1] } else { &days[..] };
    match Days::of(whole, world.scenario.projection.volume.prior) {
        Ok(days) => Told::Known(Box::new(days)),
        Err(TooLittle::Days(days)) => refused(format!("the log covers {days} of at least {LEAST_DAYS} days")),
        Err(TooLittle::Nothing) => refused("no call has a price".to_owned()),
    }
}
