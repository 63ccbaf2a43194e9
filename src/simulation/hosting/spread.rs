//! Sessions whose times are relative: each has a place in the days that the log is said to cover, the same one every time.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::FixedState;
use polars::prelude::{Column, DataFrame, DataType, PolarsResult, TimeUnit};

use crate::simulation::pass::Calls;
use crate::tables::calls as c;

/// Microseconds of a day.
const DAY: f64 = 86_400e6;

/// A log whose anchored sessions begin at random moments of so many days from the anchor on; what would end later goes on at the
/// beginning. Calls with dates keep them.
pub fn spread(calls: Calls, anchor: i64, days: f64) -> Calls {
    let before = calls.prepare.clone();
    let mut also = calls.also.clone();
    also.push(c::SESSION_ID.name.to_owned());
    let prepare = move |batch: DataFrame| {
        let batch = match &before {
            Some(before) => before(batch)?,
            None => batch,
        };
        moved(batch, anchor, days)
    };
    calls.changed(format!("spread over {days} days from {anchor}"), also, Arc::new(prepare))
}

fn moved(mut frame: DataFrame, anchor: i64, days: f64) -> PolarsResult<DataFrame> {
    let (Ok(kinds), Ok(sessions)) = (frame.column(c::TS_KIND.name), frame.column(c::SESSION_ID.name)) else {
        return Ok(frame);
    };
    let kinds = kinds.cast(&DataType::String)?;
    let sessions = sessions.cast(&DataType::String)?;
    let dtype = frame.column(c::TS_START.name)?.dtype().clone();
    let zone = DataType::Datetime(TimeUnit::Microseconds, None);
    let times = frame.column(c::TS_START.name)?.cast(&zone)?.cast(&DataType::Int64)?;
    let hasher = FixedState::with_seed(0);
    let length = (days * DAY) as i64;
    let rows = times.i64()?.iter().zip(kinds.str()?.iter()).zip(sessions.str()?.iter());
    let moved: Vec<Option<i64>> = rows
        .map(|((time, kind), session)| {
            let time = time?;
            if kind != Some("anchored") {
                return Some(time);
            }
            // The first 32 bits of the hash are a share of the days.
            let share = (hasher.hash_one(session.unwrap_or_default()) >> 32) as f64 / 4_294_967_296.0;
            let start = (share * length as f64) as i64;
            Some(anchor + (start + time - anchor).rem_euclid(length.max(1)))
        })
        .collect();
    let column = Column::new(c::TS_START.name.into(), moved).cast(&zone)?.cast(&dtype)?;
    frame.with_column(column)?;
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_moves_as_a_whole_and_stays_within_the_days() {
        let start = 1_000_000_000_000_000_i64;
        let frame = DataFrame::new(
            4,
            vec![
                Column::new(c::TS_START.name.into(), vec![start, start + 60_000_000, start, start + 5]),
                Column::new(c::TS_KIND.name.into(), vec!["anchored", "anchored", "anchored", "absolute"]),
                Column::new(c::SESSION_ID.name.into(), vec!["a", "a", "b", "a"]),
            ],
        )
        .expect("columns of one length");
        let moved = moved(frame, start, 10.0).expect("a table");
        let times = moved.column(c::TS_START.name).expect("there").cast(&DataType::Int64).expect("numbers");
        let times: Vec<i64> = times.i64().expect("numbers").iter().flatten().collect();
        assert_eq!((times[1] - times[0]).rem_euclid(864_000_000_000), 60_000_000);
        assert!(times[2] != times[0] && times[3] == start + 5);
        assert!(times.iter().all(|time| (start..start + 864_000_000_000).contains(time)));
    }
}
