//! How often a model succeeds on a workload.
//!
//! `q = σ(C − D)`: capability against the difficulty of the workload. The difficulty comes, best first, from the graded calls of the other
//! models, from what the user says of the incumbent, or from the default of the kind of tasks: whoever pays for a model is taken to succeed with it as
//! often as the scenario assumes. A model's own graded calls then update it as a Beta distribution.

use std::collections::{BTreeMap, BTreeSet};

use super::capability::{Capabilities, Capability, Discounts};
use super::evidence::{Evidence, Tally};
use crate::engine::ability::sigmoid;
use crate::engine::evidence::posterior::Beta;
use crate::engine::evidence::{logit, normal_quantile};
use crate::inputs::benchmarks::{ScoreProblem, ScoreTable};
use crate::inputs::graded::calls::GradedCalls;
use crate::inputs::models::{ModelId, Models};
use crate::inputs::scenario::workloads::Needs;
use crate::inputs::scenario::{Quality as Assumed, Scenario};
use crate::units::TaskKind;

/// What a success rate rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Basis {
    /// Graded calls of the model itself.
    Graded(f64),
    /// Graded calls of other models on the workload, and benchmarks.
    Calibrated,
    /// What the user says of the incumbent, and benchmarks.
    Stated,
    /// The default of the kind, and benchmarks.
    Assumed,
}

/// How often a model succeeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Success {
    /// Mean.
    pub mean: f64,
    /// Lower bound, by which decisions are made.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// What it rests on.
    pub basis: Basis,
    /// Whether the model's capability is guessed from its line.
    pub inferred: bool,
    /// What is believed of it, as a distribution.
    pub belief: Beta,
}

/// Everything that is known of quality.
#[derive(Debug, Clone, Default)]
pub struct Quality {
    /// What models are able to do.
    pub capabilities: Capabilities,
    /// What one's own graded calls say.
    pub evidence: Evidence,
    /// The most able model on sale, by kind.
    pub frontier: BTreeMap<TaskKind, (ModelId, Capability)>,
    /// Workloads of which anything is said, by name.
    pub named: Vec<String>,
    /// Rows of the user's scores that could not be used.
    pub lost_scores: Vec<ScoreProblem>,
}

/// How far a difficulty that is fitted to graded calls may lie from the default, in logits: a judgement.
const DIFFICULTY_SD: f64 = 1.5;

/// A workload's difficulty, with its standard error beside the models' own.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Difficulty {
    value: f64,
    error: f64,
    basis: Basis,
}

/// A workload as success depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its name.
    pub workload: Option<&'a str>,
    /// What it needs.
    pub needs: Needs,
    /// The model that serves it.
    pub incumbent: ModelId,
    /// What is assumed.
    pub assumed: &'a Assumed,
}

impl Asked<'_> {
    /// Kind of tasks.
    pub fn kind(&self) -> TaskKind {
        self.needs.kind.unwrap_or(self.assumed.kind)
    }

    /// Dollars of a failure, where anybody says.
    pub fn failure_cost(&self) -> Option<f64> {
        self.needs.failure_cost.or(self.assumed.failure_cost)
    }
}

impl Quality {
    /// Fits capabilities to a table of scores and takes up what graded calls say; `on_sale` says which models can be had.
    pub fn of(
        table: &ScoreTable,
        graded: &GradedCalls,
        scenario: &Scenario,
        models: &Models,
        on_sale: impl Fn(ModelId) -> bool,
    ) -> Self {
        let kinds = scenario.needs.values().filter_map(|needs| needs.kind);
        let kinds: BTreeSet<TaskKind> = kinds.chain([scenario.quality.kind]).collect();
        let kinds: Vec<TaskKind> = kinds.into_iter().collect();
        let discounts = Discounts::of_shares(scenario.quality.discounts);
        let mut capabilities = Capabilities::fit(table, models, &discounts, &kinds);
        if scenario.quality.infer {
            capabilities.infer(models);
        }
        let frontier = TaskKind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, capabilities.frontier(kind, &on_sale)?)))
            .collect();
        let evidence = Evidence::of(graded, models).with_benchmarks(table);
        let named = scenario.needs.keys().cloned().chain(evidence.workloads().map(str::to_owned));
        let named: BTreeSet<String> = named.collect();
        let lost_scores = table.problems.iter().filter(|problem| problem.lost).cloned().collect();
        Self { capabilities, evidence, frontier, named: named.into_iter().collect(), lost_scores }
    }

    /// Place of a workload among those of which something is said.
    pub fn place(&self, workload: Option<&str>) -> Option<u16> {
        let name = workload?;
        self.named.binary_search_by(|known| known.as_str().cmp(name)).ok().map(|place| place as u16)
    }

    /// How often a model succeeds on a workload; `None`: nothing is known of it.
    pub fn success(&self, model: ModelId, asked: &Asked<'_>) -> Option<Success> {
        let own = self.evidence.of_model(asked.workload, model);
        let alike = asked.needs.kind.is_some();
        let strength = if alike { asked.assumed.prior_alike } else { asked.assumed.prior_other };
        let expected = self.expected(model, asked);
        if own.calls > 0.0 {
            // Graded calls of a model that no benchmark has start from no opinion.
            let prior = match expected {
                Some((mean, ..)) => Beta::prior(mean, 0.0, strength),
                None => Beta::prior(0.5, 0.0, 2.0),
            };
            let belief = prior.after(own.successes, own.calls);
            return Some(Success {
                mean: belief.mean(),
                low: belief.quantile(asked.assumed.bound),
                high: belief.quantile(1.0 - asked.assumed.bound),
                basis: Basis::Graded(own.calls),
                inferred: false,
                belief,
            });
        }
        let (mean, error, basis, inferred) = expected?;
        let z = normal_quantile(1.0 - asked.assumed.bound);
        let belief = belief_of(mean, error, strength);
        Some(Success {
            mean,
            low: sigmoid(logit(mean) - z * error),
            high: sigmoid(logit(mean) + z * error),
            basis,
            inferred,
            belief,
        })
    }

    /// Success before a model's own graded calls: mean, standard error in logits, basis, whether guessed.
    fn expected(&self, model: ModelId, asked: &Asked<'_>) -> Option<(f64, f64, Basis, bool)> {
        let difficulty = self.difficulty(model, asked)?;
        if model == asked.incumbent && difficulty.basis != Basis::Calibrated {
            return Some((self.usual(asked), 0.0, difficulty.basis, false));
        }
        let capability = self.capabilities.of(model, asked.kind());
        // An incumbent without a score counts as the most able model: that is the careful side.
        let careful = || {
            let frontier = self.frontier.get(&asked.kind()).filter(|_| model == asked.incumbent);
            frontier.map(|(_, capability)| *capability)
        };
        let capability = capability.or_else(careful)?;
        let mean = sigmoid(capability.value - difficulty.value);
        Some((mean, capability.error.hypot(difficulty.error), difficulty.basis, capability.inferred))
    }

    /// How often the incumbent succeeds as far as anybody says, else as is assumed of the kind.
    fn usual(&self, asked: &Asked<'_>) -> f64 {
        let assumed = || asked.assumed.success.get(&asked.kind()).copied().unwrap_or(0.9);
        asked.needs.success.unwrap_or_else(assumed)
    }

    /// The difficulty of a workload, a model's own graded calls left out.
    fn difficulty(&self, without: ModelId, asked: &Asked<'_>) -> Option<Difficulty> {
        let kind = asked.kind();
        // An incumbent without a score counts as the most able model: that is the careful side.
        let incumbent = self.capabilities.of(asked.incumbent, kind);
        let incumbent = incumbent.or_else(|| self.frontier.get(&kind).map(|(_, of)| *of))?;
        let said = Difficulty {
            value: incumbent.value - logit(self.usual(asked)),
            error: incumbent.error,
            basis: if asked.needs.success.is_some() { Basis::Stated } else { Basis::Assumed },
        };
        let others: Vec<(f64, Tally)> = self
            .evidence
            .on(asked.workload)
            .filter(|(model, _)| *model != without)
            .filter_map(|(model, tally)| Some((self.capabilities.of(model, kind)?.value, tally)))
            .collect();
        if others.is_empty() {
            return Some(said);
        }
        let (value, error) = calibrated(&others, said.value);
        Some(Difficulty { value, error, basis: Basis::Calibrated })
    }

    /// What the incumbent makes of calls that a cheap model failed: measured, else as the scenario assumes.
    pub fn on_escalated(
        &self,
        first: ModelId,
        incumbent: Success,
        stated: Option<f64>,
        asked: &Asked<'_>,
    ) -> f64 {
        let measured = self.evidence.on_hard_items(asked.workload, first, asked.incumbent);
        let assumed = sigmoid(logit(incumbent.mean) - asked.assumed.cascade.hard_logits);
        stated.unwrap_or_else(|| {
            Beta::prior(assumed, 0.0, asked.assumed.prior_other)
                .after(measured.successes, measured.calls)
                .mean()
        })
    }
}

/// The difficulty at which models of these capabilities do as they did, and its standard error: Newton steps on the logarithm of
/// likelihood and prior, which is concave.
fn calibrated(graded: &[(f64, Tally)], usual: f64) -> (f64, f64) {
    let weight = DIFFICULTY_SD.powi(-2);
    let mut difficulty = usual;
    let mut curvature = weight;
    for _ in 0..50 {
        let mut slope = (usual - difficulty) * weight;
        curvature = weight;
        for (capability, tally) in graded {
            let q = sigmoid(capability - difficulty);
            slope += q * tally.calls - tally.successes;
            curvature += tally.calls * q * (1.0 - q);
        }
        let step = (slope / curvature).clamp(-2.0, 2.0);
        difficulty += step;
        if step.abs() < 1e-10 {
            break;
        }
    }
    (difficulty, curvature.sqrt().recip())
}

/// A Beta distribution with the mean and about the spread of a rate that is known to an error in logits, worth no more than the prior says.
fn belief_of(mean: f64, error: f64, strength: f64) -> Beta {
    let spread = mean * (1.0 - mean) * error;
    let worth = if spread > 0.0 { mean * (1.0 - mean) / (spread * spread) - 1.0 } else { f64::INFINITY };
    Beta::prior(mean, 0.0, worth.min(strength.max(1.0)).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difficulty_is_the_one_at_which_models_do_as_they_did() {
        let many = Tally { calls: 100_000.0, successes: 80_000.0 };
        let (value, error) = calibrated(&[(1.0, many)], 3.0);
        assert!((value - (1.0 - logit(0.8))).abs() < 1e-3, "{value}");
        assert!(error < 0.01);
        // Without calls it stays where it was expected.
        let (value, error) = calibrated(&[(1.0, Tally::default())], 3.0);
        assert!((value - 3.0).abs() < 1e-12 && (error - DIFFICULTY_SD).abs() < 1e-12);
    }

    #[test]
    fn a_belief_is_as_wide_as_its_error() {
        let belief = belief_of(0.8, 0.5, 1e9);
        assert!((belief.mean() - 0.8).abs() < 1e-9);
        let spread = (belief.mean() * (1.0 - belief.mean()) / (belief.a + belief.b + 1.0)).sqrt();
        assert!((spread - 0.8 * 0.2 * 0.5).abs() < 1e-9);
        assert!((belief_of(0.8, 0.0, 20.0).a - 16.0).abs() < 1e-9);
    }
}
