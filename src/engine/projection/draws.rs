//! What becomes of everything that is uncertain, on some paths at once.
//!
//! Random numbers are counted, not handed on: a path has streams of its own of a block cipher in counter mode (ChaCha8), one for each kind
//! of draw. So no path depends on another, on the number of threads, or on what a scenario does with its draws.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rand_distr::{Distribution as _, Exp1, StandardNormal, StandardUniform};

use super::inputs::Input;
use super::{Projection, Wait};
use crate::engine::evidence::{normal_below, normal_quantile};

/// Paths that are followed at once.
pub(super) const WIDTH: usize = 32;

/// A number on each of the paths.
pub(super) type Wide = [f64; WIDTH];

/// Later than any horizon, and finite.
const LATE: f64 = 1e6;

/// The draws of some paths.
#[derive(Debug, Clone)]
pub(super) struct Draws {
    /// Values of the inputs.
    pub(super) inputs: [Wide; Input::COUNT],
    /// Rent over that of today, by month.
    pub(super) rent: Vec<Wide>,
    /// By lane, the month from which on open models are good enough.
    pub(super) arrives: Vec<Wide>,
    /// By month and series, the factor by which prices change in that month.
    pub(super) changes: Vec<Wide>,
}

/// Kinds of draws: each has a stream of its own.
#[derive(Clone, Copy)]
enum Kind {
    Inputs,
    Rents,
    Lags,
    Prices,
}

/// Kinds of draws, with room for more.
const KINDS: u64 = 8;

fn stream(base: &ChaCha8Rng, path: usize, kind: Kind) -> ChaCha8Rng {
    let mut own = base.clone();
    own.set_stream(path as u64 * KINDS + kind as u64);
    own
}

/// The generator of a seed.
pub(super) fn seeded(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

impl Draws {
    fn empty(projection: &Projection) -> Self {
        let (months, lanes) = (projection.horizon, projection.lanes.len());
        Self {
            inputs: [[0.0; WIDTH]; Input::COUNT],
            rent: vec![[1.0; WIDTH]; months],
            arrives: vec![[0.0; WIDTH]; lanes],
            changes: vec![[1.0; WIDTH]; months * projection.series],
        }
    }

    /// Those of paths from `first` on.
    pub(super) fn random(projection: &Projection, base: &ChaCha8Rng, first: usize) -> Self {
        let mut draws = Self::empty(projection);
        for at in 0..WIDTH {
            let path = first + at;
            let mut random = stream(base, path, Kind::Inputs);
            let own: [f64; Input::COUNT] = std::array::from_fn(|_| StandardNormal.sample(&mut random));
            let z: [f64; Input::COUNT] = std::array::from_fn(|row| projection.factor.correlated(row, &own));
            draws.values(projection, at, &z);
            let mut random = stream(base, path, Kind::Rents);
            draws.rents(projection, at, z[Input::Rent as usize], || StandardNormal.sample(&mut random));
            let mut random = stream(base, path, Kind::Lags);
            let shared = projection.lag_shared;
            for (lane, arrives) in projection.lanes.iter().zip(&mut draws.arrives) {
                let own: f64 = StandardNormal.sample(&mut random);
                let common = z[Input::Lag as usize];
                arrives[at] = arrival(lane.wait, shared.sqrt() * common + (1.0 - shared).sqrt() * own);
            }
            draws.repriced(projection, at, &mut stream(base, path, Kind::Prices));
        }
        draws
    }

    /// Paths without luck, each with inputs so many standard deviations from their medians: prices change a little every month, rents drift.
    pub(super) fn still(projection: &Projection, z: &[[f64; Input::COUNT]]) -> Self {
        let mut draws = Self::empty(projection);
        for (at, z) in z.iter().enumerate().take(WIDTH) {
            draws.values(projection, at, z);
            draws.rents(projection, at, z[Input::Rent as usize], || 0.0);
            for (lane, arrives) in projection.lanes.iter().zip(&mut draws.arrives) {
                arrives[at] = arrival(lane.wait, z[Input::Lag as usize]);
            }
            let a_month = draws.inputs[Input::Reprice as usize][at] / 12.0;
            let change = (a_month * mean_log(projection.reprice_cut)).exp();
            draws.changes.iter_mut().for_each(|wide| wide[at] = change);
        }
        draws
    }

    fn values(&mut self, projection: &Projection, at: usize, z: &[f64; Input::COUNT]) {
        for (input, z) in Input::ALL.into_iter().zip(z) {
            self.inputs[input as usize][at] = projection.input(input).at(*z);
        }
    }

    /// A Brownian path of the logarithm that ends where `z` says: how rents end depends on other inputs, how they get there does not.
    fn rents(&mut self, projection: &Projection, at: usize, z: f64, mut normal: impl FnMut() -> f64) {
        let months = projection.horizon;
        let spread = projection.input(Input::Rent).at(1.0).ln();
        let step = (1.0 / 12.0_f64).sqrt();
        let mut walk = Vec::with_capacity(months);
        let mut sum = 0.0;
        for _ in 0..months {
            sum += step * normal();
            walk.push(sum);
        }
        let end = z * (months as f64 / 12.0).sqrt();
        for (month, (value, rent)) in walk.iter().zip(&mut self.rent).enumerate() {
            let part = (month + 1) as f64 / months as f64;
            let drift = projection.rent_fall.ln() * (month + 1) as f64 / 12.0;
            rent[at] = (spread * (value - part * (sum - end)) - drift).exp();
        }
    }

    /// Sellers change the price of a model at random moments, each time by a share between two bounds.
    fn repriced(&mut self, projection: &Projection, at: usize, random: &mut ChaCha8Rng) {
        let a_month = self.inputs[Input::Reprice as usize][at] / 12.0;
        let (low, high) = projection.reprice_cut;
        for series in 0..projection.series {
            let mut time = 0.0;
            // Rarely, but never at all, is a price changed as often as that.
            for _ in 0..4 * projection.horizon {
                let pause: f64 = Exp1.sample(random);
                let share: f64 = StandardUniform.sample(random);
                time += pause / a_month.max(1e-9);
                let month = time as usize;
                if month >= projection.horizon {
                    break;
                }
                self.changes[month * projection.series + series][at] *= 1.0 - (low + (high - low) * share);
            }
        }
    }
}

/// Mean logarithm of what is left of a price after a cut between two bounds, all equally likely.
fn mean_log((low, high): (f64, f64)) -> f64 {
    let whole = |left: f64| left * (left.ln() - 1.0);
    if high - low < 1e-9 { (1.0 - low).ln() } else { (whole(1.0 - low) - whole(1.0 - high)) / (high - low) }
}

/// The month from which on open models are good enough, at so many standard deviations.
fn arrival(wait: Wait, z: f64) -> f64 {
    match wait {
        Wait::Over => 0.0,
        Wait::Never => LATE,
        Wait::Trend { mean, error } => (mean + error * z).clamp(0.0, LATE),
        Wait::Lag { since, median, spread } => {
            // Of the lags that are longer than what has passed: the chance that it takes longer still.
            let passed = (since.max(1e-9) / median).ln() / spread;
            let longer = normal_below(-passed) * normal_below(-z);
            if longer < 1e-300 {
                return 0.0;
            }
            (median * (-spread * normal_quantile(longer)).exp() - since).clamp(0.0, LATE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lane, projection, set};
    use super::*;
    use crate::engine::projection::correlation::{cholesky, matrix};
    use crate::engine::projection::inputs::Uncertain;
    use crate::engine::resample::quantile;

    #[test]
    fn a_lag_that_has_not_passed_is_longer() {
        let median = |since: f64| arrival(Wait::Lag { since, median: 4.0, spread: 0.7 }, 0.0);
        // Just begun, half take longer than the median.
        assert!((median(1e-6) - 4.0).abs() < 1e-5);
        // Of those that take longer than 4 months, half take longer than the 75th percentile of all.
        let three_quarters = 4.0 * (0.7 * normal_quantile(0.75)).exp();
        assert!((median(4.0) - (three_quarters - 4.0)).abs() < 1e-6);
        assert!((arrival(Wait::Trend { mean: 5.0, error: 2.0 }, -4.0)).abs() < 1e-12);
    }

    #[test]
    fn the_mean_cut_is_the_mean_of_cuts() {
        let steps = 100_000;
        let mean = (0..steps)
            .map(|step| (1.0 - (0.2 + 0.6 * (f64::from(step) + 0.5) / f64::from(steps))).ln())
            .sum::<f64>()
            / f64::from(steps);
        assert!((mean_log((0.2, 0.8)) - mean).abs() < 1e-8);
        assert!((mean_log((0.3, 0.3)) - 0.7_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn the_ratio_of_two_falls_is_as_the_formula_says() {
        // F5: 8.1 at the median, spreads 0.5 and 0.35, correlation 0.6.
        let mut of = projection(vec![lane()]);
        set(&mut of, Input::ClosedFall, Uncertain::LogNormal { median: 8.1, spread: 0.5 });
        set(&mut of, Input::OpenFall, Uncertain::LogNormal { median: 1.0, spread: 0.35 });
        of.factor = cholesky(&matrix(&[(Input::ClosedFall, Input::OpenFall, 0.6)])).expect("definite");
        let paths = 40_000;
        let base = seeded(3);
        let mut ratios: Vec<f64> = (0..paths / WIDTH)
            .flat_map(|block| {
                let draws = Draws::random(&of, &base, block * WIDTH);
                let of = |input: Input| draws.inputs[input as usize];
                let (first, second) = (of(Input::ClosedFall), of(Input::OpenFall));
                std::array::from_fn::<f64, WIDTH, _>(|at| first[at] / second[at])
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        // √(s1² + s2² − 2ρ·s1·s2)
        let spread = (0.5_f64.powi(2) + 0.35_f64.powi(2) - 2.0 * 0.6 * 0.5 * 0.35).sqrt();
        assert!((spread - 0.403_112_887_4).abs() < 1e-9);
        let n = paths as f64;
        let logs: Vec<f64> = ratios.iter().map(|ratio| (ratio / 8.1).ln()).collect();
        let mean = logs.iter().sum::<f64>() / n;
        let sd = (logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / n).sqrt();
        // Three standard errors of a mean, a standard deviation, a percentile and a share.
        assert!(mean.abs() < 3.0 * spread / n.sqrt(), "{mean}");
        assert!((sd - spread).abs() < 3.0 * spread / (2.0 * n).sqrt(), "{sd}");
        let density = (-0.5 * normal_quantile(0.1).powi(2)).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let error = (0.09 / n).sqrt() / density * spread;
        for (share, wanted) in [(0.1, 4.831_969_313_f64), (0.9, 13.578_314_71)] {
            assert!((quantile(&ratios, share) / wanted).ln().abs() < 3.0 * error, "{share}");
        }
        let above = ratios.iter().filter(|ratio| **ratio > 5.0).count() as f64 / n;
        assert!((above - 0.884_298_381_4).abs() < 3.0 * (0.884_3 * 0.115_7 / n).sqrt(), "{above}");
    }

    #[test]
    fn rents_end_as_widely_as_they_should() {
        let mut of = projection(vec![lane()]);
        set(&mut of, Input::Rent, Uncertain::LogNormal { median: 1.0, spread: 0.35 });
        let base = seeded(5);
        let paths = 20_000;
        let (mut early, mut late) = (0.0, 0.0);
        for block in 0..paths / WIDTH {
            let draws = Draws::random(&of, &base, block * WIDTH);
            early += draws.rent[11].iter().map(|rent| rent.ln().powi(2)).sum::<f64>();
            late += draws.rent[35].iter().map(|rent| rent.ln().powi(2)).sum::<f64>();
        }
        let n = paths as f64;
        assert!(((early / n).sqrt() / 0.35 - 1.0).abs() < 0.02);
        assert!(((late / n).sqrt() / (0.35 * 3.0_f64.sqrt()) - 1.0).abs() < 0.02);
    }
}
