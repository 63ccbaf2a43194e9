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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ability::{Prior, Scale, fit};

    /// Half the sum of squares that a benchmark alone comes to.
    fn height(known: &[(f64, f64)], item: Item, floor: f64, noise: f64) -> f64 {
        let squares =
            known.iter().map(|(ability, score)| ((score - item.score(*ability, floor)) / noise).powi(2));
        squares.sum::<f64>() + (item.slope.ln() / SLOPE_SD).powi(2) + (item.intercept / INTERCEPT_SD).powi(2)
    }

    #[test]
    fn a_benchmark_is_fitted_where_nothing_lies_lower() {
        let known: Vec<(f64, f64)> =
            [(-2.0, 0.30), (-1.0, 0.31), (-0.2, 0.52), (0.4, 0.55), (1.1, 0.83), (2.5, 0.97)].into();
        for (floor, noise) in [(0.0, 0.05), (0.25, 0.2)] {
            let found = fit_item(&known, floor, noise);
            let lowest = height(&known, found, floor, noise);
            let beside = |slope: f64, intercept: f64| Item {
                slope: found.slope * slope.exp(),
                intercept: found.intercept + intercept,
            };
            for (slope, intercept) in
                [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, 1.0), (1.0, -1.0)]
            {
                let near = height(&known, beside(1e-4 * slope, 1e-4 * intercept), floor, noise);
                assert!(near > lowest, "{floor} {slope} {intercept}: {near} {lowest}");
                // Along a line through the lowest point the slope is nothing.
                let other = height(&known, beside(-1e-4 * slope, -1e-4 * intercept), floor, noise);
                assert!(((near - other) / 2e-4).abs() < 1e-2 * lowest, "{floor} {slope} {intercept}");
            }
        }
        // Many exact scores outweigh what is expected of a benchmark.
        let item = Item { slope: 1.7, intercept: -0.6 };
        let exact: Vec<(f64, f64)> = (-20..=20)
            .map(|at| f64::from(at) / 5.0)
            .map(|ability| (ability, item.score(ability, 0.1)))
            .collect();
        let found = fit_item(&exact, 0.1, 0.001);
        assert!((found.slope - 1.7).abs() < 1e-4 && (found.intercept + 0.6).abs() < 1e-4, "{found:?}");
    }

    /// The lowest height of all, by golden sections within golden sections.
    fn lowest(known: &[(f64, f64)], floor: f64, noise: f64) -> f64 {
        fn golden(mut low: f64, mut high: f64, height: impl Fn(f64) -> f64) -> f64 {
            let part = (5.0_f64.sqrt() - 1.0) / 2.0;
            let mut inner = [high - part * (high - low), low + part * (high - low)];
            let mut heights = inner.map(&height);
            for _ in 0..70 {
                if heights[0] < heights[1] {
                    high = inner[1];
                    inner = [high - part * (high - low), inner[0]];
                    heights = [height(inner[0]), heights[0]];
                } else {
                    low = inner[0];
                    inner = [inner[1], low + part * (high - low)];
                    heights = [heights[1], height(inner[1])];
                }
            }
            heights[0].min(heights[1])
        }
        golden(-2.0, 2.0, |log_slope| {
            golden(-15.0, 15.0, |intercept| {
                height(known, Item { slope: log_slope.exp(), intercept }, floor, noise)
            })
        })
    }

    #[test]
    fn a_search_of_all_benchmarks_finds_none_that_fits_better() {
        let item = Item { slope: 1.6, intercept: -2.0 };
        for middle in [-3.0, -1.0, 0.0, 2.0, 4.0] {
            for (floor, noise) in [(0.0, 0.02), (0.2, 0.05), (0.0, 0.3)] {
                let known: Vec<(f64, f64)> = (0..9)
                    .map(|at| (middle + f64::from(at) / 4.0, if at % 2 == 0 { 0.04 } else { -0.03 }))
                    .map(|(ability, off)| (ability, item.score(ability, floor) + off))
                    .collect();
                let found = height(&known, fit_item(&known, floor, noise), floor, noise);
                let wanted = lowest(&known, floor, noise);
                assert!(found - wanted < 1e-8 * (1.0 + wanted), "{middle} {floor} {noise}: {found} {wanted}");
            }
        }
    }

    #[test]
    fn what_is_left_out_is_not_seen() {
        // Six subjects on three benchmarks, the last of which is left out.
        let scores = [
            [0.9, 0.8, 0.6],
            [0.8, 0.9, 0.5],
            [0.6, 0.5, 0.4],
            [0.5, 0.4, 0.1],
            [0.4, 0.2, 0.2],
            [0.2, 0.3, 0.1],
        ];
        let observations: Vec<Observation> = (0..6)
            .flat_map(|subject| {
                let own = scores[subject];
                (0..3).map(move |benchmark| Observation { subject, benchmark, score: own[benchmark] })
            })
            .collect();
        let problem = Problem {
            observations,
            priors: vec![Prior { mean: 0.0, sd: 2.0 }; 6],
            scale: Scale::Benchmarks,
            floors: vec![0.0; 3],
        };
        let fitted = fit(&problem);
        let found = leave_one_out(&problem, &fitted);
        let last = found.last().expect("three benchmarks");
        assert_eq!((found.len(), last.benchmark, last.subjects), (3, 2, 6));

        let mut without = problem.clone();
        without.observations.retain(|seen| seen.benchmark != 2);
        let refitted = refit(&without, &fitted);
        let mean_of = |subject: usize| (scores[subject][0] + scores[subject][1]) / 2.0;
        let mut sums = [0.0; 3];
        // As many folds as subjects: each is told by the five others.
        for subject in 0..6 {
            let others = (0..6).filter(|other| *other != subject);
            let known: Vec<(f64, f64)> =
                others.clone().map(|other| (refitted.abilities[other], scores[other][2])).collect();
            let item = fit_item(&known, 0.0, refitted.noise);
            let offset = others.map(|other| scores[other][2] - mean_of(other)).sum::<f64>() / 5.0;
            let predictions = [
                item.score(refitted.abilities[subject], 0.0),
                mean_of(subject),
                (mean_of(subject) + offset).clamp(0.0, 1.0),
            ];
            for (sum, predicted) in sums.iter_mut().zip(predictions) {
                *sum += (scores[subject][2] - predicted).powi(2);
            }
        }
        let [model, mean, two_way] = sums.map(|sum| (sum / 6.0).sqrt());
        for (found, wanted) in [(last.model, model), (last.mean, mean), (last.two_way, two_way)] {
            assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
        }

        // Five subjects are enough. One that was seen nowhere else is not counted.
        let mut five = problem;
        five.observations.retain(|seen| seen.subject != 0);
        five.observations.push(Observation { subject: 0, benchmark: 2, score: 0.6 });
        let found = leave_one_out(&five, &fitted);
        assert_eq!(found.iter().map(|left| left.subjects).collect::<Vec<_>>(), [5, 5, 5]);
        five.observations.retain(|seen| seen.subject != 1);
        assert_eq!(leave_one_out(&five, &fitted), []);
    }
}
