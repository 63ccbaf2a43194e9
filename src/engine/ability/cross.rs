//! How well scores are predicted that were not seen: one benchmark at a time is left out.

use rayon::prelude::*;

use super::{Fitted, INTERCEPT_SD, Item, Observation, Problem, SLOPE_SD, refit, sigmoid};

/// A benchmark that was left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Left {
    /// Its place.
    pub benchmark: usize,
    /// Subjects on it with scores elsewhere.
    pub subjects: usize,
    /// Root of the mean squared error of the model: abilities from all other benchmarks, slope and difficulty from the other subjects
    /// of this one.
    pub model: f64,
    /// The same when the mean of the subject's other scores is the prediction.
    pub mean: f64,
    /// The same when, in addition, the mean of the benchmark among the other subjects is known (a two-way mean).
    pub two_way: f64,
}

/// Folds in which subjects of a left-out benchmark are predicted by the others.
const FOLDS: usize = 10;
/// Fewer subjects do not say what a benchmark's slope is.
const LEAST: usize = 5;

/// Each benchmark with at least five subjects that have scores elsewhere, left out; in the order of the benchmarks.
pub fn leave_one_out(problem: &Problem, fitted: &Fitted) -> Vec<Left> {
    (0..problem.floors.len())
        .into_par_iter()
        .filter_map(|benchmark| left_out(problem, fitted, benchmark))
        .collect()
}

fn left_out(problem: &Problem, fitted: &Fitted, benchmark: usize) -> Option<Left> {
    let (on_it, others): (Vec<Observation>, Vec<Observation>) =
        problem.observations.iter().partition(|seen| seen.benchmark == benchmark);
    let mut sums = vec![(0.0, 0_u32); problem.priors.len()];
    for seen in &others {
        let sum = &mut sums[seen.subject];
        *sum = (sum.0 + seen.score, sum.1 + 1);
    }
    let mean_of = |subject: usize| sums[subject].0 / f64::from(sums[subject].1.max(1));
    let tried: Vec<Observation> = on_it.into_iter().filter(|seen| sums[seen.subject].1 > 0).collect();
    if tried.len() < LEAST {
        return None;
    }
    let without = Problem { observations: others, ..problem.clone() };
    let refitted = refit(&without, fitted);
    let floor = problem.floors[benchmark];
    let (mut model, mut mean, mut two_way) = (0.0, 0.0, 0.0);
    for fold in 0..FOLDS.min(tried.len()) {
        let folds = FOLDS.min(tried.len());
        let taught = |at: &usize| at % folds != fold;
        let known: Vec<(f64, f64)> = (0..tried.len())
            .filter(taught)
            .map(|at| (refitted.abilities[tried[at].subject], tried[at].score))
            .collect();
        let item = fit_item(&known, floor, refitted.noise);
        let offset: f64 = (0..tried.len())
            .filter(taught)
            .map(|at| tried[at].score - mean_of(tried[at].subject))
            .sum::<f64>()
            / known.len() as f64;
        for seen in (0..tried.len()).filter(|at| !taught(at)).map(|at| tried[at]) {
            let predicted = item.score(refitted.abilities[seen.subject], floor);
            let by_mean = mean_of(seen.subject);
            model += (seen.score - predicted).powi(2);
            mean += (seen.score - by_mean).powi(2);
            two_way += (seen.score - (by_mean + offset).clamp(0.0, 1.0)).powi(2);
        }
    }
    let root = |sum: f64| (sum / tried.len() as f64).sqrt();
    Some(Left {
        benchmark,
        subjects: tried.len(),
        model: root(model),
        mean: root(mean),
        two_way: root(two_way),
    })
}

/// Slope and intercept of one benchmark from known abilities, with the priors of the fit: damped Newton steps in two dimensions.
fn fit_item(known: &[(f64, f64)], floor: f64, noise: f64) -> Item {
    let part = 1.0 - floor;
    let height = |log_slope: f64, intercept: f64| {
        let slope = log_slope.exp();
        let residuals: f64 = known
            .iter()
            .map(|(ability, score)| {
                ((score - floor - part * sigmoid(slope * ability + intercept)) / noise).powi(2)
            })
            .sum();
        residuals + (log_slope / SLOPE_SD).powi(2) + (intercept / INTERCEPT_SD).powi(2)
    };
    let (mut log_slope, mut intercept, mut damping) = (0.0_f64, 0.0_f64, 1e-2_f64);
    let mut reached = height(log_slope, intercept);
    for _ in 0..100 {
        let slope = log_slope.exp();
        let (mut ss, mut si, mut ii) = (SLOPE_SD.powi(-2), 0.0, INTERCEPT_SD.powi(-2));
        let (mut gs, mut gi) = (-log_slope * ss, -intercept * ii);
        for (ability, score) in known {
            let sigma = sigmoid(slope * ability + intercept);
            let rise = part * sigma * (1.0 - sigma) / noise;
            let residual = (score - floor - part * sigma) / noise;
            let by_slope = rise * slope * ability;
            ss += by_slope * by_slope;
            si += by_slope * rise;
            ii += rise * rise;
            gs += by_slope * residual;
            gi += rise * residual;
        }
        let (ss, ii) = (ss * (1.0 + damping), ii * (1.0 + damping));
        let determinant = ss * ii - si * si;
        let step = ((gs * ii - gi * si) / determinant, (gi * ss - gs * si) / determinant);
        let next = (log_slope + step.0.clamp(-2.0, 2.0), intercept + step.1);
        let lower = height(next.0, next.1);
        if lower <= reached {
            let gained = reached - lower;
            (log_slope, intercept, reached) = (next.0, next.1, lower);
            damping = (damping * 0.2).max(1e-9);
            if gained < 1e-10 * (1.0 + reached) {
                break;
            }
        } else {
            damping *= 5.0;
            if damping > 1e9 {
                break;
            }
        }
    }
    Item { slope: log_slope.exp(), intercept }
}
