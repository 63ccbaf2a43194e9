//! Everything that an audit is told beside the calls.

use std::sync::Arc;

use super::rulebook::{RuleError, Rulebook};
use crate::inputs::benchmarks::Scores;
use crate::inputs::hardware::Hardware;
use crate::inputs::models::Models;
use crate::inputs::prices::PriceBook;
use crate::inputs::scenario::Scenario;
use crate::units::Day;

/// Facts and assumptions. They are shared, because a pass over a log runs on threads that are not ours.
#[derive(Debug, Clone)]
pub struct World {
    /// Model identity.
    pub models: Arc<Models>,
    /// Prices.
    pub book: Arc<PriceBook>,
    /// Scores on the benchmark that decides.
    pub scores: Arc<Scores>,
    /// Machines and deployments.
    pub hardware: Arc<Hardware>,
    /// Assumptions.
    pub scenario: Arc<Scenario>,
    /// What they say about offers.
    pub rules: Arc<Rulebook>,
    /// The day of the audit: undated calls have its prices.
    pub as_of: Day,
    /// Whether every call has the prices of that day, dated or not.
    pub reprice: bool,
    /// Days that the log covers, where the user states them.
    pub days: Option<f64>,
}

impl World {
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

    /// The same world under other assumptions.
    ///
    /// # Errors
    /// When its rules name what there is not.
    pub fn under(&self, scenario: Scenario) -> Result<Self, RuleError> {
        let rules = Arc::new(Rulebook::of(&scenario, &self.models, &self.book)?);
        Ok(Self { scenario: Arc::new(scenario), rules, ..self.clone() })
    }
}
