//! Everything that an audit is told beside the calls.

use std::sync::Arc;

use super::rulebook::{RuleError, Rulebook};
use super::success::{Asked, Quality, Success};
use crate::inputs::benchmarks::Scores;
use crate::inputs::hardware::Hardware;
use crate::inputs::models::{ModelId, Models};
use crate::inputs::prices::PriceBook;
use crate::inputs::scenario::Scenario;
use crate::units::{Day, TokenRatio};

/// Facts and assumptions. They are shared, because a pass over a log runs on threads that are not ours.
#[derive(Debug, Clone)]
pub struct World {
    /// Model identity.
    pub models: Arc<Models>,
    /// Prices.
    pub book: Arc<PriceBook>,
    /// Scores on the benchmark that decides.
    pub scores: Arc<Scores>,
    /// How good models are, and how often they succeed.
    pub quality: Arc<Quality>,
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
        self.scenario.tolerance.or(self.scores.benchmark.tolerance).unwrap_or(0.0)
    }

    /// Tokens that a candidate needs for those of an incumbent: measured on graded calls, else on benchmarks, else as the scenario says.
    pub fn token_ratio(&self, incumbent: ModelId, candidate: ModelId) -> TokenRatio {
        let (incumbent, candidate) = (self.models.base(incumbent), self.models.base(candidate));
        if incumbent == candidate {
            return TokenRatio::ONE;
        }
        let evidence = &self.quality.evidence;
        let stated = TokenRatio::of(self.scenario.token_ratio);
        let measured = evidence.ratio(incumbent, candidate).map(|measured| measured.ratio);
        let asked = self.scenario.quality.tokens_from_benchmarks && stated.is_one();
        let benchmarks = || evidence.benchmark_ratio(incumbent, candidate).filter(|_| asked);
        measured.or_else(benchmarks).unwrap_or(stated)
    }

    /// The band of what all tokens together come to, over what they are taken to come to: for the interval of a saving.
    pub fn token_band(&self, incumbent: ModelId, candidate: ModelId) -> (f64, f64) {
        if incumbent == candidate {
            return (1.0, 1.0);
        }
        if let Some(measured) = self.quality.evidence.ratio(incumbent, candidate) {
            let middle = 0.5 * (measured.band.0 + measured.band.1);
            return (measured.band.0 / middle, measured.band.1 / middle);
        }
        let (low, high) = self.scenario.quality.token_band;
        let ratio = self.scenario.token_ratio;
        (low.min(ratio) / ratio, high.max(ratio) / ratio)
    }

    /// A workload as success depends on it.
    pub fn asked<'a>(&'a self, workload: Option<&'a str>, incumbent: ModelId) -> Asked<'a> {
        let needs = workload.and_then(|name| self.scenario.needs.get(name)).copied().unwrap_or_default();
        Asked { workload, needs, incumbent, assumed: &self.scenario.quality }
    }

    /// How often a model succeeds on a workload; the same weights elsewhere do as often as the incumbent.
    pub fn success(&self, workload: Option<&str>, model: ModelId, incumbent: ModelId) -> Option<Success> {
        self.quality.success(self.models.base(model), &self.asked(workload, incumbent))
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
