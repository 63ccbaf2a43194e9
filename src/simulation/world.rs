//! Everything that an audit is told beside the calls.

use crate::inputs::benchmarks::Scores;
use crate::inputs::hardware::Hardware;
use crate::inputs::models::Models;
use crate::inputs::prices::PriceBook;
use crate::inputs::scenario::Scenario;
use crate::units::Day;

/// Facts and assumptions.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// Model identity.
    pub models: &'a Models,
    /// Prices.
    pub book: &'a PriceBook,
    /// Scores on the benchmark that decides.
    pub scores: &'a Scores,
    /// Machines and deployments.
    pub hardware: &'a Hardware,
    /// Assumptions.
    pub scenario: &'a Scenario,
    /// The day of the audit: undated calls have its prices.
    pub as_of: Day,
    /// Whether every call has the prices of that day, dated or not.
    pub reprice: bool,
    /// Days that the log covers, where the user states them.
    pub days: Option<f64>,
}

impl World<'_> {
    /// The day whose prices a call has.
    pub fn pricing_day(&self, start: Option<i64>) -> Day {
        match start {
            Some(micros) if !self.reprice => Day::of_micros(micros),
            _ => self.as_of,
        }
    }

    /// The tolerance in points of the benchmark.
    pub fn tolerance(&self) -> f64 {
        self.scenario.tolerance.unwrap_or(self.scores.benchmark.tolerance)
    }
}
