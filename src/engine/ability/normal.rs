//! The normal equations of the fit, with the subjects eliminated.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::{Fitted, INTERCEPT_SD, Problem, SLOPE_SD, Scale};

/// `1 / (1 + e^−x)`.
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// How firmly the scale is held, where it is.
const HELD: f64 = 1e6;

/// A step.
pub(super) struct Step {
    pub(super) abilities: Vec<f64>,
    /// Of the logarithm of the slope, and of the intercept.
    pub(super) items: Vec<[f64; 2]>,
}

/// Gauss–Newton approximation at a point: curvature and gradient, subjects and benchmarks apart.
pub(super) struct Normal {
    /// Observations of each subject: benchmark and the derivatives of its score, over the noise.
    seen: Vec<Vec<(usize, Derivatives)>>,
    /// Places of the observations of each subject.
    places: Vec<Vec<usize>>,
    /// Curvature of each ability.
    own: Vec<f64>,
    /// Gradient of each ability.
    own_gradient: Vec<f64>,
    /// Curvature of the benchmarks, two by two.
    items: Vec<[f64; 3]>,
    items_gradient: Vec<[f64; 2]>,
}

/// Derivatives of the model's score, over the noise.
#[derive(Debug, Clone, Copy)]
struct Derivatives {
    ability: f64,
    slope: f64,
    intercept: f64,
}

fn derivatives(problem: &Problem, fitted: &Fitted, at: usize) -> (Derivatives, f64) {
    let seen = problem.observations[at];
    let item = fitted.items[seen.benchmark];
    let ability = fitted.abilities[seen.subject];
    let part = 1.0 - problem.floors[seen.benchmark];
    let sigma = sigmoid(item.slope * ability + item.intercept);
    let rise = part * sigma * (1.0 - sigma) / fitted.noise;
    let residual = (seen.score - (1.0 - part) - part * sigma) / fitted.noise;
    let derivatives =
        Derivatives { ability: rise * item.slope, slope: rise * item.slope * ability, intercept: rise };
    (derivatives, residual)
}

/// Half the sum of squares, of residuals over the noise and of departures from the priors.
pub(super) fn objective(problem: &Problem, fitted: &Fitted) -> f64 {
    let residuals: f64 =
        (0..problem.observations.len()).map(|at| derivatives(problem, fitted, at).1.powi(2)).sum();
    let subjects: f64 = fitted
        .abilities
        .iter()
        .zip(&problem.priors)
        .map(|(ability, prior)| ((ability - prior.mean) / prior.sd).powi(2))
        .sum();
    let items: f64 = fitted
        .items
        .iter()
        .map(|item| (item.slope.ln() / SLOPE_SD).powi(2) + (item.intercept / INTERCEPT_SD).powi(2))
        .sum();
    0.5 * (residuals + subjects + items)
}

impl Normal {
    pub(super) fn of(problem: &Problem) -> Self {
        let (subjects, benchmarks) = (problem.priors.len(), problem.floors.len());
        let mut places = vec![Vec::new(); subjects];
        for (at, seen) in problem.observations.iter().enumerate() {
            places[seen.subject].push(at);
        }
        // In the order of the benchmarks, so that pairs of them lie below the diagonal.
        for own in &mut places {
            own.sort_by_key(|at| problem.observations[*at].benchmark);
        }
        Self {
            seen: vec![Vec::new(); subjects],
            places,
            own: vec![0.0; subjects],
            own_gradient: vec![0.0; subjects],
            items: vec![[0.0; 3]; benchmarks],
            items_gradient: vec![[0.0; 2]; benchmarks],
        }
    }

    /// Curvature and gradient at a point.
    pub(super) fn assemble(&mut self, problem: &Problem, fitted: &Fitted) {
        for (benchmark, item) in fitted.items.iter().enumerate() {
            let (slope, intercept) = (SLOPE_SD.powi(-2), INTERCEPT_SD.powi(-2));
            self.items[benchmark] = [slope, 0.0, intercept];
            self.items_gradient[benchmark] = [-item.slope.ln() * slope, -item.intercept * intercept];
        }
        for (subject, prior) in problem.priors.iter().enumerate() {
            let weight = prior.sd.powi(-2);
            let (mut own, mut gradient) = (weight, (prior.mean - fitted.abilities[subject]) * weight);
            self.seen[subject].clear();
            for &at in &self.places[subject] {
                let (d, residual) = derivatives(problem, fitted, at);
                let benchmark = problem.observations[at].benchmark;
                own += d.ability * d.ability;
                gradient += d.ability * residual;
                let [ss, si, ii] = &mut self.items[benchmark];
                *ss += d.slope * d.slope;
                *si += d.slope * d.intercept;
                *ii += d.intercept * d.intercept;
                self.items_gradient[benchmark][0] += d.slope * residual;
                self.items_gradient[benchmark][1] += d.intercept * residual;
                self.seen[subject].push((benchmark, d));
            }
            (self.own[subject], self.own_gradient[subject]) = (own, gradient);
        }
    }

    /// What is left for the benchmarks once the subjects are eliminated; `held` keeps the means of the logarithms of the slopes and of the
    /// intercepts where they are.
    fn reduced(&self, damping: f64, held: bool) -> Option<(Cholesky<f64, Dyn>, DVector<f64>)> {
        let size = 2 * self.items.len();
        let mut matrix = DMatrix::zeros(size, size);
        let mut right = DVector::zeros(size);
        for (benchmark, [ss, si, ii]) in self.items.iter().enumerate() {
            let at = 2 * benchmark;
            matrix[(at, at)] = ss * (1.0 + damping);
            matrix[(at + 1, at)] = *si;
            matrix[(at, at + 1)] = *si;
            matrix[(at + 1, at + 1)] = ii * (1.0 + damping);
            right[at] = self.items_gradient[benchmark][0];
            right[at + 1] = self.items_gradient[benchmark][1];
        }
        if held {
            let firmness = HELD / (self.items.len() * self.items.len()) as f64;
            for row in 0..size {
                for column in (row % 2..size).step_by(2) {
                    matrix[(row, column)] += firmness;
                }
            }
        }
        // The factor reads what lies on and below the diagonal alone.
        let cells = matrix.as_mut_slice();
        let mut coupled: Vec<(usize, f64)> = Vec::new();
        for (subject, seen) in self.seen.iter().enumerate() {
            let own = self.own[subject] * (1.0 + damping);
            coupled.clear();
            coupled.extend(seen.iter().flat_map(|(benchmark, d)| {
                [(2 * benchmark, d.ability * d.slope), (2 * benchmark + 1, d.ability * d.intercept)]
            }));
            for (at, (column, value)) in coupled.iter().enumerate() {
                let part = value / own;
                right[*column] -= part * self.own_gradient[subject];
                let below = &mut cells[column * size..(column + 1) * size];
                for (row, other) in &coupled[at..] {
                    below[*row] -= part * other;
                }
            }
        }
        Some((Cholesky::new(matrix)?, right))
    }

    /// The step at a damping; `None`: the matrix is not positive definite there.
    pub(super) fn step(&self, damping: f64) -> Option<Step> {
        let (factor, right) = self.reduced(damping, false)?;
        let items = factor.solve(&right);
        let of_subject = |(subject, seen): (usize, &Vec<(usize, Derivatives)>)| {
            let coupled: f64 = seen
                .iter()
                .map(|(benchmark, d)| {
                    d.ability * (d.slope * items[2 * benchmark] + d.intercept * items[2 * benchmark + 1])
                })
                .sum();
            (self.own_gradient[subject] - coupled) / (self.own[subject] * (1.0 + damping))
        };
        Some(Step {
            abilities: self.seen.iter().enumerate().map(of_subject).collect(),
            items: (0..self.items.len()).map(|at| [items[2 * at], items[2 * at + 1]]).collect(),
        })
    }

    /// Standard errors of the abilities: the diagonal of the inverse of the curvature.
    pub(super) fn errors(&mut self, problem: &Problem, fitted: &Fitted) -> Vec<f64> {
        self.assemble(problem, fitted);
        // The scale is what the benchmarks make it: abilities are not less sure for it.
        let Some((factor, _)) = self.reduced(0.0, problem.scale == Scale::Benchmarks) else {
            return problem.priors.iter().map(|prior| prior.sd).collect();
        };
        let inverse = factor.inverse();
        let of_subject = |(subject, seen): (usize, &Vec<(usize, Derivatives)>)| {
            let own = self.own[subject];
            let mut through = 0.0;
            for (benchmark, d) in seen {
                for (other, e) in seen {
                    let (row, column) = (2 * benchmark, 2 * other);
                    through += d.ability
                        * e.ability
                        * (d.slope * e.slope * inverse[(row, column)]
                            + d.slope * e.intercept * inverse[(row, column + 1)]
                            + d.intercept * e.slope * inverse[(row + 1, column)]
                            + d.intercept * e.intercept * inverse[(row + 1, column + 1)]);
                }
            }
            (1.0 / own + through / (own * own)).sqrt()
        };
        self.seen.iter().enumerate().map(of_subject).collect()
    }

    /// Noise of a score, from the residuals; the parameters that were fitted take freedom from them, shrunk ones less.
    pub(super) fn noise(&mut self, problem: &Problem, fitted: &Fitted) -> f64 {
        self.assemble(problem, fitted);
        let squares: f64 = super::residuals(problem, fitted).iter().map(|residual| residual * residual).sum();
        let subjects: f64 =
            self.own.iter().zip(&problem.priors).map(|(own, prior)| 1.0 - prior.sd.powi(-2) / own).sum();
        let items: f64 = self
            .items
            .iter()
            .map(|[ss, _, ii]| 2.0 - SLOPE_SD.powi(-2) / ss - INTERCEPT_SD.powi(-2) / ii)
            .sum();
        let all = problem.observations.len() as f64;
        // What fits perfectly has no freedom left; a fifth of the scores always counts.
        (squares / (all - subjects - items).max(all / 5.0).max(1.0)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ability::{Item, Observation, Prior};

    /// Three subjects, two benchmarks, one score missing, at a point where nothing is at rest.
    fn point(scale: Scale) -> (Problem, Fitted) {
        let seen = |subject, benchmark, score| Observation { subject, benchmark, score };
        let problem = Problem {
            observations: vec![
                seen(0, 0, 0.3),
                seen(0, 1, 0.5),
                seen(1, 1, 0.45),
                seen(2, 0, 0.8),
                seen(2, 1, 0.9),
            ],
            priors: vec![
                Prior { mean: 0.2, sd: 1.5 },
                Prior { mean: -0.1, sd: 0.7 },
                Prior { mean: 0.2, sd: 1.5 },
            ],
            scale,
            floors: vec![0.0, 0.25],
        };
        let fitted = Fitted {
            abilities: vec![-0.4, 0.3, 1.2],
            errors: vec![0.0; 3],
            items: vec![Item { slope: 1.3, intercept: -0.2 }, Item { slope: 0.8, intercept: 0.5 }],
            noise: 0.1,
            common: None,
            converged: false,
        };
        (problem, fitted)
    }

    const PARAMETERS: usize = 7;

    /// Abilities, then the logarithm of the slope and the intercept of each benchmark.
    fn moved(fitted: &Fitted, parameter: usize, by: f64) -> Fitted {
        let mut moved = fitted.clone();
        match parameter {
            0..3 => moved.abilities[parameter] += by,
            3 | 5 => moved.items[(parameter - 3) / 2].slope *= by.exp(),
            _ => moved.items[(parameter - 3) / 2].intercept += by,
        }
        moved
    }

    /// Curvature and gradient as differences of the predicted scores and of the objective have them.
    fn by_differences(problem: &Problem, fitted: &Fitted, held: bool) -> (DMatrix<f64>, DVector<f64>) {
        let slopes: Vec<DVector<f64>> = (0..PARAMETERS)
            .map(|parameter| {
                let [up, down] = [1e-5, -1e-5].map(|by| {
                    DVector::from_vec(crate::engine::ability::residuals(
                        problem,
                        &moved(fitted, parameter, by),
                    ))
                });
                (down - up) / (2e-5 * fitted.noise)
            })
            .collect();
        let mut curvature =
            DMatrix::from_fn(PARAMETERS, PARAMETERS, |row, column| slopes[row].dot(&slopes[column]));
        let priors = problem.priors.iter().map(|prior| prior.sd);
        for (at, sd) in priors.chain([SLOPE_SD, INTERCEPT_SD, SLOPE_SD, INTERCEPT_SD]).enumerate() {
            curvature[(at, at)] += sd.powi(-2);
        }
        if held {
            for (row, column) in [(3, 3), (3, 5), (5, 3), (5, 5), (4, 4), (4, 6), (6, 4), (6, 6)] {
                curvature[(row, column)] += HELD / 4.0;
            }
        }
        let gradient = DVector::from_fn(PARAMETERS, |parameter, _| {
            let [up, down] = [1e-5, -1e-5].map(|by| objective(problem, &moved(fitted, parameter, by)));
            (down - up) / 2e-5
        });
        (curvature, gradient)
    }

    #[test]
    fn the_objective_by_hand() {
        let (problem, fitted) = point(Scale::Priors);
        let mut sum = 0.0;
        for seen in &problem.observations {
            let Item { slope, intercept } = fitted.items[seen.benchmark];
            let floor = [0.0, 0.25][seen.benchmark];
            let eta = slope * fitted.abilities[seen.subject] + intercept;
            let score = floor + (1.0 - floor) / (1.0 + (-eta).exp());
            sum += ((seen.score - score) / 0.1).powi(2);
        }
        sum += (-0.6_f64 / 1.5).powi(2) + (0.4_f64 / 0.7).powi(2) + (1.0_f64 / 1.5).powi(2);
        sum += (1.3_f64.ln() / 0.5).powi(2) + (0.2_f64 / 5.0).powi(2);
        sum += (0.8_f64.ln() / 0.5).powi(2) + (0.5_f64 / 5.0).powi(2);
        assert!((objective(&problem, &fitted) / (0.5 * sum) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_step_solves_the_whole_system() {
        let (problem, fitted) = point(Scale::Priors);
        let mut normal = Normal::of(&problem);
        normal.assemble(&problem, &fitted);
        for damping in [0.0, 0.5] {
            let step = normal.step(damping).expect("positive definite");
            let (mut curvature, gradient) = by_differences(&problem, &fitted, false);
            for at in 0..PARAMETERS {
                curvature[(at, at)] *= 1.0 + damping;
            }
            let wanted = curvature.cholesky().expect("positive definite").solve(&gradient);
            let found = step.abilities.iter().chain(step.items.iter().flatten());
            for (at, (found, wanted)) in found.zip(wanted.iter()).enumerate() {
                assert!((found - wanted).abs() < 1e-5 * (1.0 + wanted.abs()), "{at}: {found} {wanted}");
            }
        }
    }

    #[test]
    fn errors_are_the_diagonal_of_the_inverse() {
        for scale in [Scale::Priors, Scale::Benchmarks] {
            let (problem, fitted) = point(scale);
            let found = Normal::of(&problem).errors(&problem, &fitted);
            let (curvature, _) = by_differences(&problem, &fitted, scale == Scale::Benchmarks);
            let inverse = curvature.try_inverse().expect("regular");
            for (subject, found) in found.into_iter().enumerate() {
                let wanted = inverse[(subject, subject)].sqrt();
                assert!((found / wanted - 1.0).abs() < 1e-5, "{subject}: {found} {wanted}");
            }
        }
    }

    #[test]
    fn what_was_fitted_takes_freedom_from_the_noise() {
        let (mut problem, fitted) = point(Scale::Priors);
        // More scores than parameters: each four times.
        problem.observations = problem.observations.repeat(4);
        let (curvature, _) = by_differences(&problem, &fitted, false);
        let sds = [1.5, 0.7, 1.5, SLOPE_SD, INTERCEPT_SD, SLOPE_SD, INTERCEPT_SD];
        let taken: f64 = sds.iter().enumerate().map(|(at, sd)| 1.0 - sd.powi(-2) / curvature[(at, at)]).sum();
        let residuals = crate::engine::ability::residuals(&problem, &fitted);
        let squares: f64 = residuals.iter().map(|residual| residual * residual).sum();
        let found = Normal::of(&problem).noise(&problem, &fitted);
        assert!(taken > 5.0 && (found / (squares / (20.0 - taken)).sqrt() - 1.0).abs() < 1e-6);
        // With hardly more than one score each a fifth of them counts, and one at least.
        let (problem, fitted) = point(Scale::Priors);
        let squares: f64 = squares / 4.0;
        assert!((Normal::of(&problem).noise(&problem, &fitted) - squares.sqrt()).abs() < 1e-9);
        // A dozen scores of a subject each leave no freedom: 12/5.
        let (mut problem, mut fitted) = point(Scale::Priors);
        problem.observations =
            (0..12).map(|subject| Observation { subject, benchmark: 0, score: 0.1 }).collect();
        problem.priors = vec![Prior { mean: 0.0, sd: 1.5 }; 12];
        fitted.abilities = vec![0.0; 12];
        let residual = 0.1 - sigmoid(-0.2);
        let found = Normal::of(&problem).noise(&problem, &fitted);
        assert!((found - (12.0 * residual * residual / 2.4).sqrt()).abs() < 1e-9, "{found}");
    }
}
