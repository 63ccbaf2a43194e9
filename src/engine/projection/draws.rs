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
            // A price is next to never changed as often as that.
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
mod tests;
