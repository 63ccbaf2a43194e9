//! The two-parameter logistic model of scores: `score = f + (1 − f)·σ(a·(C − D))`, one ability *C* for each subject, one slope *a* and
//! one difficulty *D* for each benchmark, *f* what guessing scores (Birnbaum 1968; fitted to shares of tasks solved, as Epoch AI
//! does for its index).
//!
//! Fitted by penalised least squares with Levenberg–Marquardt steps. Penalties are normal priors: abilities around what is expected
//! of them, `ln a` and intercepts `−a·D` around 0. Where nothing is expected of subjects beforehand, the benchmarks fix the scale, so
//! that abilities are logits on an average one (mean of `ln a` and of the intercepts 0), and mean and spread of the abilities are
//! estimated with them: with a fixed spread the joint optimum would press the abilities together and raise the slopes. Subjects only meet benchmarks, so their block of the normal matrix is diagonal and is eliminated first: a step
//! costs the cube of twice the number of benchmarks, whatever the number of subjects.

mod cross;
mod normal;

pub use self::cross::{Left, leave_one_out};
pub use self::normal::sigmoid;

use self::normal::{Normal, Step};
use crate::engine::evidence::logit;

/// One score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Place of the subject.
    pub subject: usize,
    /// Place of the benchmark.
    pub benchmark: usize,
    /// Share of the tasks solved, 0 to 1.
    pub score: f64,
}

/// What is expected of a subject before its scores are seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// Mean, in logits.
    pub mean: f64,
    /// Standard deviation, in logits.
    pub sd: f64,
}

/// A problem to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The scores.
    pub observations: Vec<Observation>,
    /// What is expected of each subject.
    pub priors: Vec<Prior>,
    /// What fixes the scale of abilities.
    pub scale: Scale,
    /// What guessing scores on each benchmark.
    pub floors: Vec<f64>,
}

/// What fixes the scale of abilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The benchmarks: an average one has slope 1 and intercept 0. The priors are one, with a mean and a spread that are estimated.
    Benchmarks,
    /// What is expected of the subjects.
    Priors,
}

/// A benchmark's parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Slope: how much it tells subjects apart.
    pub slope: f64,
    /// Intercept: `−slope · difficulty`.
    pub intercept: f64,
}

impl Item {
    /// Ability at which half of what can be known is solved.
    pub fn difficulty(&self) -> f64 {
        -self.intercept / self.slope
    }

    /// Score of an ability.
    pub fn score(&self, ability: f64, floor: f64) -> f64 {
        floor + (1.0 - floor) * sigmoid(self.slope * ability + self.intercept)
    }
}

/// What was fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// Abilities, in logits.
    pub abilities: Vec<f64>,
    /// Their standard errors, the uncertainty of the benchmarks in them.
    pub errors: Vec<f64>,
    /// The benchmarks.
    pub items: Vec<Item>,
    /// Standard deviation of a score around the model.
    pub noise: f64,
    /// What is expected of a subject of which nothing is known, where that is estimated.
    pub common: Option<Prior>,
    /// Whether the steps came to rest.
    pub converged: bool,
}

/// Spread of `ln a` between benchmarks: most slopes lie within a factor of two of each other. A judgement.
pub const SLOPE_SD: f64 = 0.5;
/// Spread of intercepts, in logits: wide, as benchmarks differ in difficulty by more than models do. A judgement.
pub const INTERCEPT_SD: f64 = 5.0;
/// Least noise that is believed: no benchmark tells more about a subject than to a point.
const LEAST_NOISE: f64 = 0.01;
/// Least spread of abilities, in logits.
const LEAST_SPREAD: f64 = 0.1;
/// Noise from which the fit sets out.
const FIRST_NOISE: f64 = 0.1;
/// Rounds in which the noise, and the spread of abilities, are estimated.
const ROUNDS: usize = 12;
/// Steps of a round at most.
const STEPS: usize = 60;
/// A step that changes the objective by less than this part of it is the last one of a round; the last round goes on further.
const TOLERANCE: f64 = 1e-5;
const LAST_TOLERANCE: f64 = 1e-9;
/// The same where little has changed.
const REFIT_TOLERANCE: f64 = 1e-6;

/// Fits nearly the same problem again: with the noise and the spread that were estimated before, and without standard errors.
pub(super) fn refit(problem: &Problem, before: &Fitted) -> Fitted {
    let mut problem = problem.clone();
    if let Some(common) = before.common {
        problem.priors.fill(common);
    }
    let mut fitted = before.clone();
    fitted.converged = descend(&problem, &mut Normal::of(&problem), &mut fitted, REFIT_TOLERANCE);
    fitted
}

/// Fits a problem. Deterministic; nothing depends on the order of the observations but rounding.
pub fn fit(problem: &Problem) -> Fitted {
    let mut fitted = begin(problem);
    let mut problem = problem.clone();
    let mut normal = Normal::of(&problem);
    for _ in 0..ROUNDS {
        fitted.converged = descend(&problem, &mut normal, &mut fitted, TOLERANCE);
        fitted.errors = normal.errors(&problem, &fitted);
        let noise = normal.noise(&problem, &fitted).max(LEAST_NOISE);
        let mut settled = (noise / fitted.noise - 1.0).abs() < 1e-3;
        fitted.noise = noise;
        if problem.scale == Scale::Benchmarks {
            settled &= rescale(&problem, &mut fitted);
            settled &= expect(&mut problem, &fitted);
        }
        if settled {
            break;
        }
    }
    fitted.converged = descend(&problem, &mut normal, &mut fitted, LAST_TOLERANCE);
    if problem.scale == Scale::Benchmarks {
        rescale(&problem, &mut fitted);
        fitted.common = problem.priors.first().copied();
    }
    fitted.errors = normal.errors(&problem, &fitted);
    fitted
}

/// Turns the scale so that an average benchmark that was met has slope 1 and intercept 0, which changes no predicted score; tells whether it
/// had them already.
fn rescale(problem: &Problem, fitted: &mut Fitted) -> bool {
    let mut met = vec![false; fitted.items.len()];
    for seen in &problem.observations {
        met[seen.benchmark] = true;
    }
    let items = || fitted.items.iter().zip(&met).filter(|(_, met)| **met).map(|(item, _)| item);
    let count = items().count().max(1) as f64;
    let stretch = (items().map(|item| item.slope.ln()).sum::<f64>() / count).exp();
    let slopes: f64 = items().map(|item| item.slope / stretch).sum();
    let shift = if slopes > 0.0 { items().map(|item| item.intercept).sum::<f64>() / slopes } else { 0.0 };
    for (item, _) in fitted.items.iter_mut().zip(&met).filter(|(_, met)| **met) {
        item.slope /= stretch;
        item.intercept -= item.slope * shift;
    }
    for (ability, error) in fitted.abilities.iter_mut().zip(&mut fitted.errors) {
        *ability = *ability * stretch + shift;
        *error *= stretch;
    }
    (stretch - 1.0).abs() < 1e-2 && shift.abs() < 1e-2
}

/// Makes the common prior what the abilities say; tells whether it was that already. Subjects without scores say nothing.
fn expect(problem: &mut Problem, fitted: &Fitted) -> bool {
    let mut scored = vec![false; problem.priors.len()];
    for seen in &problem.observations {
        scored[seen.subject] = true;
    }
    let known: Vec<(f64, f64)> = (0..scored.len())
        .filter(|subject| scored[*subject])
        .map(|subject| (fitted.abilities[subject], fitted.errors[subject]))
        .collect();
    let Some(first) = problem.priors.first().copied().filter(|_| known.len() > 1) else { return true };
    let count = known.len() as f64;
    let mean = known.iter().map(|(ability, _)| ability).sum::<f64>() / count;
    let square = known.iter().map(|(ability, error)| (ability - mean).powi(2) + error * error).sum::<f64>();
    let prior = Prior { mean, sd: (square / count).sqrt().max(LEAST_SPREAD) };
    problem.priors.fill(prior);
    (prior.sd / first.sd - 1.0).abs() < 1e-2 && (prior.mean - first.mean).abs() < 1e-2 * prior.sd
}

fn begin(problem: &Problem) -> Fitted {
    let benchmarks = problem.floors.len();
    let own = |seen: &Observation| {
        let floor = problem.floors[seen.benchmark];
        logit(((seen.score - floor) / (1.0 - floor)).clamp(0.02, 0.98))
    };
    let mut items = Vec::with_capacity(benchmarks);
    for (benchmark, floor) in problem.floors.iter().enumerate() {
        let scores = problem.observations.iter().filter(|seen| seen.benchmark == benchmark);
        let (sum, count) = scores
            .fold((0.0, 0_u32), |(sum, count), seen| (sum + (seen.score - floor) / (1.0 - floor), count + 1));
        let mean = (sum / f64::from(count.max(1))).clamp(0.02, 0.98);
        items.push(Item { slope: 1.0, intercept: logit(mean) });
    }
    // Where nothing is expected of subjects, those above a benchmark's mean begin above the others: from a common begin the slopes would not
    // know which way to turn.
    let mut sums: Vec<(f64, f64)> = problem.priors.iter().map(|prior| (prior.mean, 1.0)).collect();
    if problem.scale == Scale::Benchmarks {
        for seen in &problem.observations {
            let sum = &mut sums[seen.subject];
            *sum = (sum.0 + own(seen) - items[seen.benchmark].intercept, sum.1 + 1.0);
        }
    }
    Fitted {
        abilities: sums.into_iter().map(|(sum, count)| sum / count).collect(),
        errors: vec![0.0; problem.priors.len()],
        items,
        noise: FIRST_NOISE,
        common: None,
        converged: false,
    }
}

/// Goes down until nothing is gained; says whether it came to rest.
fn descend(problem: &Problem, normal: &mut Normal, fitted: &mut Fitted, tolerance: f64) -> bool {
    let mut damping = 1e-3;
    let mut height = normal::objective(problem, fitted);
    normal.assemble(problem, fitted);
    for _ in 0..STEPS {
        let Some(step) = normal.step(damping) else {
            damping *= 10.0;
            continue;
        };
        let next = moved(fitted, &step);
        let reached = normal::objective(problem, &next);
        if reached <= height {
            let gained = height - reached;
            (*fitted, height) = (next, reached);
            damping = (damping * 0.2_f64).max(1e-9);
            if gained <= tolerance * (1.0 + height) {
                return true;
            }
            normal.assemble(problem, fitted);
        } else {
            damping *= 5.0;
            if damping > 1e9 {
                // Nothing lies lower than rounding shows.
                return true;
            }
        }
    }
    false
}

fn moved(fitted: &Fitted, step: &Step) -> Fitted {
    let mut next = fitted.clone();
    for (ability, by) in next.abilities.iter_mut().zip(&step.abilities) {
        *ability += by;
    }
    for (item, [slope, intercept]) in next.items.iter_mut().zip(&step.items) {
        // Slopes stay positive: the step is one of their logarithm.
        item.slope *= slope.clamp(-2.0, 2.0).exp();
        item.intercept += intercept;
    }
    next
}

/// Residuals, score minus model, in the order of the observations.
pub fn residuals(problem: &Problem, fitted: &Fitted) -> Vec<f64> {
    let predicted = |seen: &Observation| {
        fitted.items[seen.benchmark].score(fitted.abilities[seen.subject], problem.floors[seen.benchmark])
    };
    problem.observations.iter().map(|seen| seen.score - predicted(seen)).collect()
}

#[cfg(test)]
mod tests;
