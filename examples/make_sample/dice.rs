//! Seeded draws: whole numbers, shares and moments.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::weighted::WeightedIndex;
use rand_distr::{Distribution, Triangular, Uniform};

const SEED: u64 = 0x5EED_2026;
const DAYS: usize = 28;
const HOUR_MS: u64 = 3_600_000;

/// How busy the days of the week (from Monday) and the hours of the day (UTC) are, in any unit.
pub struct Rhythm {
    /// Weight of each day of the week.
    pub week: [u32; 7],
    /// Weight of each hour.
    pub hours: [u32; 24],
    /// Days at the start of the log without any call.
    pub quiet_days: usize,
}

/// A random stream of its own for each part of the sample, so that a change to one leaves the others alone.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream with this number.
    pub fn new(stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(SEED);
        rng.set_stream(stream);
        Self(rng)
    }

    /// A whole number, each equally likely, both ends included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        Uniform::new_inclusive(low, high).expect("low is at most high").sample(&mut self.0)
    }

    /// A whole number with a peak at `mode`.
    pub fn skewed(&mut self, low: u64, mode: u64, high: u64) -> u64 {
        let shape = Triangular::new(low as f64, high as f64, mode as f64);
        shape.expect("low, mode and high ascend").sample(&mut self.0).round() as u64
    }

    /// True in so many cases of a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.between(1, 100) <= percent
    }

    /// Between `low` and `high` percent of `whole`.
    pub fn share(&mut self, whole: u64, low: u64, high: u64) -> u64 {
        whole * self.between(low, high) / 100
    }

    /// Milliseconds from the start of the log to a moment that follows the rhythm.
    pub fn moment(&mut self, rhythm: &Rhythm) -> u64 {
        let days = (0..DAYS).map(|day| if day < rhythm.quiet_days { 0 } else { rhythm.week[day % 7] });
        let day = self.weighted(days);
        let hour = self.weighted(rhythm.hours);
        (day * 24 + hour) * HOUR_MS + self.between(0, HOUR_MS - 1)
    }

    fn weighted(&mut self, weights: impl IntoIterator<Item = u32>) -> u64 {
        WeightedIndex::new(weights).expect("a weight above zero").sample(&mut self.0) as u64
    }
}
