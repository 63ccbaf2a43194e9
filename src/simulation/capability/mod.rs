//! Capability: one number for each model and kind of tasks, from all scores of that kind, with its standard error.
//!
//! The general scale is fitted to all benchmarks at once. The scale of a kind expects of each model what the *other* kinds say of it, give
//! or take how much kinds differ, and lets the benchmarks of the kind decide: a model with no score of the kind keeps what the others say,
//! with an error that says so. All scales are logits on an average benchmark.

mod infer;
mod observe;

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

pub use self::infer::{Line, line_of};
pub use self::observe::{Discounts, Subject};

use self::observe::{Observed, observe};
use crate::engine::ability::{self, Fitted, Left, Observation, Prior, Problem, Scale};
use crate::inputs::benchmarks::ScoreTable;
use crate::inputs::models::{ModelId, Models};
use crate::units::TaskKind;

/// What a model is able to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capability {
    /// Logits on an average benchmark.
    pub value: f64,
    /// Standard error.
    pub error: f64,
    /// Scores of the kind that it rests on; 0: on other kinds alone.
    pub scores: usize,
    /// Whether it is guessed from the line of models that it belongs to.
    pub inferred: bool,
}

/// A benchmark as it was fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedBenchmark {
    /// Id.
    pub id: String,
    /// Edition.
    pub version: Option<String>,
    /// Models with a score on it.
    pub models: usize,
    /// Slope.
    pub slope: f64,
    /// Capability at which half is solved.
    pub difficulty: f64,
    /// Root of the mean squared residual.
    pub error: f64,
}

/// The scale of a kind of tasks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KindScale {
    known: HashMap<Subject, Capability>,
    /// Its benchmarks.
    pub benchmarks: Vec<FittedBenchmark>,
    /// Scores that were fitted.
    pub scores: usize,
    /// Standard deviation of a score around the model.
    pub noise: f64,
    /// How much models differ between this kind and the others, in logits; 0 of the general scale.
    pub spread: f64,
}

impl KindScale {
    /// Models and names with a score of the kind, the most able first.
    pub fn ranked(&self) -> Vec<(&Subject, Capability)> {
        let mut ranked: Vec<_> =
            self.known.iter().filter(|(_, of)| of.scores > 0).map(|(subject, of)| (subject, *of)).collect();
        ranked.sort_by(|a, b| b.1.value.total_cmp(&a.1.value).then_with(|| a.0.cmp(b.0)));
        ranked
    }
}

/// How well scores are predicted that were not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidation {
    /// Each benchmark that was left out, with its id.
    pub benchmarks: Vec<(String, Left)>,
}

impl CrossValidation {
    /// Root of the mean squared error over all scores that were left out: of the model, of the mean of each model's other scores, and of the
    /// two-way mean.
    pub fn errors(&self) -> Option<[f64; 3]> {
        let scores: f64 = self.benchmarks.iter().map(|(_, left)| left.subjects as f64).sum();
        let root = |of: fn(&Left) -> f64| {
            let squares: f64 =
                self.benchmarks.iter().map(|(_, left)| of(left).powi(2) * left.subjects as f64).sum();
            (squares / scores).sqrt()
        };
        (scores > 0.0).then(|| [root(|left| left.model), root(|left| left.mean), root(|left| left.two_way)])
    }
}

/// All scales.
#[derive(Debug, Clone, Default)]
pub struct Capabilities {
    kinds: BTreeMap<TaskKind, KindScale>,
    inferred: HashMap<(ModelId, TaskKind), Capability>,
}

/// Fewer models on a benchmark say nothing about it.
const LEAST_MODELS: usize = 3;
/// What is expected of a model of which nothing is known: the spread is estimated from here.
const FIRST_SPREAD: f64 = 2.0;
/// How much kinds differ, before that is estimated, and at least; in logits. A judgement.
const KIND_SPREAD: (f64, f64) = (0.7, 0.2);
/// Rounds in which it is estimated.
const KIND_ROUNDS: usize = 3;

impl Capabilities {
    /// Fits the scales of some kinds. Deterministic.
    pub fn fit(table: &ScoreTable, models: &Models, discounts: &Discounts, kinds: &[TaskKind]) -> Self {
        let observed = observe(table, models, discounts);
        let fitted = kinds.par_iter().map(|kind| match kind {
            TaskKind::General => {
                let (problem, fitted) = general(&observed, |_| true);
                (*kind, scale(&observed, &problem, &fitted, |_| true, 0.0))
            }
            _ => (*kind, of_kind(&observed, *kind)),
        });
        Self { kinds: fitted.collect::<Vec<_>>().into_iter().collect(), inferred: HashMap::new() }
    }

    /// The capability of a model at a kind of tasks; `None`: no benchmark has it.
    pub fn of(&self, model: ModelId, kind: TaskKind) -> Option<Capability> {
        let known = self.kinds.get(&kind).and_then(|scale| scale.known.get(&Subject::Model(model)));
        known.or_else(|| self.inferred.get(&(model, kind))).copied()
    }

    /// The most able model of a kind among some.
    pub fn frontier(&self, kind: TaskKind, among: impl Fn(ModelId) -> bool) -> Option<(ModelId, Capability)> {
        let ranked = self.kinds.get(&kind)?.ranked();
        ranked.into_iter().find_map(|(subject, of)| match subject {
            Subject::Model(model) if among(*model) => Some((*model, of)),
            _ => None,
        })
    }

    /// The scale of a kind.
    pub fn scale(&self, kind: TaskKind) -> Option<&KindScale> {
        self.kinds.get(&kind)
    }

    /// Guesses the capability of models without a score from the lines that they belong to.
    pub fn infer(&mut self, models: &Models) {
        for kind in TaskKind::ALL {
            for (id, _) in models.iter() {
                if self.of(id, kind).is_some() || models.base(id) != id {
                    continue;
                }
                if let Some(guess) = line_of(self, models, id, kind).and_then(|line| line.at(models.get(id)))
                {
                    self.inferred.insert((id, kind), guess);
                }
            }
        }
    }

    /// How well the general scale predicts benchmarks that it has not seen.
    pub fn cross_validate(table: &ScoreTable, models: &Models, discounts: &Discounts) -> CrossValidation {
        let observed = observe(table, models, discounts);
        let (problem, fitted) = general(&observed, |_| true);
        let left = ability::leave_one_out(&problem, &fitted);
        let label = |benchmark: usize| observed.benchmarks[benchmark].label();
        CrossValidation { benchmarks: left.into_iter().map(|left| (label(left.benchmark), left)).collect() }
    }
}

/// The problem of some benchmarks, the places of subjects and benchmarks being those of all.
fn problem(
    observed: &Observed,
    keep: impl Fn(TaskKind) -> bool,
    priors: Vec<Prior>,
    scale: Scale,
) -> Problem {
    let mut counts = vec![0_usize; observed.benchmarks.len()];
    for (benchmark, _) in observed.scores.keys() {
        counts[*benchmark] += 1;
    }
    let wanted =
        |benchmark: usize| counts[benchmark] >= LEAST_MODELS && keep(observed.benchmarks[benchmark].kind);
    let scores = observed.scores.iter().filter(|((benchmark, _), _)| wanted(*benchmark));
    Problem {
        observations: scores
            .map(|((benchmark, subject), score)| Observation {
                subject: *subject,
                benchmark: *benchmark,
                score: *score,
            })
            .collect(),
        priors,
        scale,
        floors: observed.benchmarks.iter().map(|benchmark| benchmark.floor).collect(),
    }
}

fn general(observed: &Observed, keep: impl Fn(TaskKind) -> bool) -> (Problem, Fitted) {
    let priors = vec![Prior { mean: 0.0, sd: FIRST_SPREAD }; observed.subjects.len()];
    let problem = problem(observed, keep, priors, Scale::Benchmarks);
    let fitted = ability::fit(&problem);
    (problem, fitted)
}

/// The scale of a kind: what the other kinds say is what is expected.
fn of_kind(observed: &Observed, kind: TaskKind) -> KindScale {
    let (_, others) = general(observed, |other| other != kind);
    let mut spread = KIND_SPREAD.0;
    let mut result = KindScale::default();
    for _ in 0..KIND_ROUNDS {
        let priors = others.abilities.iter().zip(&others.errors);
        let priors = priors.map(|(mean, error)| Prior { mean: *mean, sd: error.hypot(spread) }).collect();
        let problem = problem(observed, |own| own == kind, priors, Scale::Priors);
        let fitted = ability::fit(&problem);
        result = scale(observed, &problem, &fitted, |own| own == kind, spread);
        let mut seen: Vec<usize> = problem.observations.iter().map(|seen| seen.subject).collect();
        seen.sort_unstable();
        seen.dedup();
        if seen.is_empty() {
            break;
        }
        let excess = |subject: &usize| {
            let (own, before) = (fitted.abilities[*subject], others.abilities[*subject]);
            (own - before).powi(2) + fitted.errors[*subject].powi(2) - others.errors[*subject].powi(2)
        };
        let mean = seen.iter().map(excess).sum::<f64>() / seen.len() as f64;
        spread = mean.max(0.0).sqrt().max(KIND_SPREAD.1);
    }
    result
}

/// A fit in the words of models and benchmarks.
fn scale(
    observed: &Observed,
    problem: &Problem,
    fitted: &Fitted,
    keep: impl Fn(TaskKind) -> bool,
    spread: f64,
) -> KindScale {
    let mut scores = vec![0_usize; observed.subjects.len()];
    let mut squares = vec![(0.0, 0_usize); observed.benchmarks.len()];
    for (seen, residual) in problem.observations.iter().zip(ability::residuals(problem, fitted)) {
        scores[seen.subject] += 1;
        let sum = &mut squares[seen.benchmark];
        *sum = (sum.0 + residual * residual, sum.1 + 1);
    }
    let any = observed.any_score();
    let known = observed.subjects.iter().enumerate().filter(|(at, _)| any[*at]).map(|(at, subject)| {
        let of = Capability {
            value: fitted.abilities[at],
            error: fitted.errors[at],
            scores: scores[at],
            inferred: false,
        };
        (subject.clone(), of)
    });
    let benchmarks = observed.benchmarks.iter().enumerate();
    let benchmarks = benchmarks.filter(|(at, benchmark)| squares[*at].1 > 0 && keep(benchmark.kind));
    KindScale {
        known: known.collect(),
        benchmarks: benchmarks
            .map(|(at, benchmark)| FittedBenchmark {
                id: benchmark.id.clone(),
                version: benchmark.version.clone(),
                models: squares[at].1,
                slope: fitted.items[at].slope,
                difficulty: fitted.items[at].difficulty(),
                error: (squares[at].0 / squares[at].1 as f64).sqrt(),
            })
            .collect(),
        scores: problem.observations.len(),
        noise: fitted.noise,
        spread,
    }
}

#[cfg(test)]
mod tests;
