//! The sample log: four weeks of a made-up company that uses language models for five things.
//!
//! It shows what an audit meets in practice: a chat whose cheap model is cached well, an extraction on a small closed
//! model, an agent that lives on cache reads, long documents on both sides of a context tier, and a nightly batch at
//! half price. Between them lie the faults of real logs: repeated rows, usage logged before the answer was complete,
//! failed and cancelled calls, a model without a name, one without a price, one without a score, and a gateway that
//! sometimes charges a cache write twice.
//!
//! Draws use integers, one multiplication or one square root, never a logarithm or an exponential, so the bytes do not
//! depend on the platform.

// Paths are spelled out so that a test can include this file as a module of its own.
#[path = "dice.rs"]
mod dice;
#[path = "row.rs"]
mod row;
#[path = "workloads.rs"]
mod workloads;

use dice::Dice;
use row::{Claim, Row, Status};

/// Calls in a thousand that fail.
const FAILED_PER_MILLE: u64 = 10;
/// Calls in a thousand that the caller cancels.
const CANCELLED_PER_MILLE: u64 = 2;
/// Calls in a thousand that the log holds twice.
const REPEATED_PER_MILLE: u64 = 12;

/// The whole CSV, with its header.
pub fn sample() -> String {
    let mut rows = workloads::all();
    disturb(&mut rows, &mut Dice::new(100));
    rows.sort_by_key(|row| row.start_ms);
    let mut dice = Dice::new(101);
    let mut csv = format!("{}\n", row::HEADER);
    for (index, row) in rows.iter().enumerate() {
        let id = format!("c{:05}", index + 1);
        for line in repeated(row, &mut dice) {
            csv.push_str(&line.csv(&id));
            csv.push('\n');
        }
    }
    csv
}

/// Lets some calls fail and some be cancelled.
fn disturb(rows: &mut [Row], dice: &mut Dice) {
    for row in rows {
        let fate = dice.between(1, 1000);
        if fate <= FAILED_PER_MILLE {
            fail(row, dice);
        } else if fate <= FAILED_PER_MILLE + CANCELLED_PER_MILLE {
            cancel(row, dice);
        }
    }
}

/// Nothing is answered; half of the failed calls are turned away before any input is read.
fn fail(row: &mut Row, dice: &mut Dice) {
    row.status = Status::Error;
    row.claim = Claim::Absent;
    row.usage = if dice.percent(50) { row.usage.emptied() } else { row.usage.cut_to(0) };
    row.latency_ms = Some(dice.skewed(120, 400, 9_000));
}

/// The caller hangs up before the answer is complete.
fn cancel(row: &mut Row, dice: &mut Dice) {
    row.status = Status::Cancelled;
    row.usage = row.usage.cut_to(dice.share(row.usage.out_total, 5, 60));
}

/// The lines of one call: usually one, sometimes an exact repeat, sometimes a partial line before the final one.
fn repeated(row: &Row, dice: &mut Dice) -> Vec<Row> {
    let repeats = row.status == Status::Ok && dice.between(1, 1000) <= REPEATED_PER_MILLE;
    if !repeats {
        return vec![row.clone()];
    }
    let earlier = if dice.percent(50) { row.clone() } else { partial(row, dice) };
    vec![earlier, row.clone()]
}

/// The row as logged while the answer was still streaming.
fn partial(row: &Row, dice: &mut Dice) -> Row {
    let usage = row.usage.cut_to(dice.share(row.usage.out_total, 2, 50));
    Row { usage, latency_ms: None, claim: Claim::Absent, ..row.clone() }
}
