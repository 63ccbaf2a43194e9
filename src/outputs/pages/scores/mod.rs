//! The pages of `scores`.

mod fit;
mod known;
mod tables;

pub use self::fit::{Fit, fit};
pub use self::known::{list, show};
pub use self::tables::{check, import};

use crate::inputs::benchmarks::{Scale, Score, ScoreTable};
use crate::outputs::page::Value;

/// Rows that people are shown.
const SHOWN: usize = 20;

/// A score in the unit of its benchmark.
fn score_value(score: &Score, table: &ScoreTable) -> Value {
    match table.catalogue.named(&score.benchmark).map(|benchmark| benchmark.scale) {
        Some(Scale::Share) => Value::Score(score.value),
        _ => Value::Number(score.value),
    }
}
