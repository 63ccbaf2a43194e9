//! The time that a log covers, and what a month of it would be.

use polars::prelude::{DataType, Engine, PolarsResult, col};

use super::pass::Calls;
use super::world::World;
use crate::tables::calls::TS_START;
use crate::units::{Day, MONTH_DAYS};

/// First and last call, and the calendar days between them, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Microseconds since 1970-01-01 UTC.
    pub first: i64,
    /// Microseconds since 1970-01-01 UTC.
    pub last: i64,
    /// Calendar days in UTC.
    pub days: f64,
}

/// How a month follows from the log.
#[derive(Debug, Clone, PartialEq)]
pub enum Month {
    /// Multiply sums over the log by `factor`.
    Known {
        /// Days that the log covers.
        days: f64,
        /// Days of a month over these days.
        factor: f64,
    },
    /// It does not.
    Unknown {
        /// The reason, and what to do.
        because: String,
    },
}

impl Month {
    /// The days that the log covers, if a month follows from them.
    pub const fn days(&self) -> Option<f64> {
        match self {
            Self::Known { days, .. } => Some(*days),
            Self::Unknown { .. } => None,
        }
    }

    /// The factor, if there is one.
    pub const fn factor(&self) -> Option<f64> {
        match self {
            Self::Known { factor, .. } => Some(*factor),
            Self::Unknown { .. } => None,
        }
    }
}

impl Span {
    /// The span of a first and a last moment, in microseconds since 1970-01-01 UTC.
    pub fn of((first, last): (i64, i64)) -> Self {
        let days = Day::of_micros(last).0 - Day::of_micros(first).0 + 1;
        Self { first, last, days: f64::from(days) }
    }
}

/// The day of the last call; `None`: no call has a date.
///
/// # Errors
/// When the log cannot be read.
pub fn last_day(calls: &Calls) -> PolarsResult<Option<Day>> {
    let table = calls.table()?;
    if !calls.has(TS_START.name)? {
        return Ok(None);
    }
    let last = table.select([col(TS_START.name).max()]).collect_with_engine(Engine::Streaming)?;
    let last = last.unwrap_single().column(TS_START.name)?.cast(&DataType::Int64)?;
    Ok(last.i64()?.get(0).map(Day::of_micros))
}

/// What a month of the log would be.
pub(super) fn month(span: Option<&Span>, anchored: bool, world: &World) -> Month {
    let known = |days: f64| Month::Known { days, factor: MONTH_DAYS / days };
    if let Some(days) = world.days {
        return known(days);
    }
    match span {
        None => Month::Unknown {
            because: "the log has no dates; say how many days it covers with --days".to_owned(),
        },
        Some(_) if anchored => Month::Unknown {
            because: "every session was moved to the anchor; say how many days the log covers with --days"
                .to_owned(),
        },
        Some(span) if span.days < world.scenario.min_days => Month::Unknown {
            because: format!(
                "the log covers {} of at least {} days; say so with --days if it is a whole period",
                span.days, world.scenario.min_days
            ),
        },
        Some(span) => known(span.days),
    }
}
