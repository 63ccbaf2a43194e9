//! How a gate judges an increase.

use super::Reader;

/// How a gate judges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// Probability that the interval of an increase holds the truth.
    pub level: f64,
    /// Times that groups of calls are drawn again.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// The increase that the advised number of calls shows, as a share of the cost of a call.
    pub detect: f64,
    /// Probability that it does.
    pub power: f64,
    /// Share of calls without a price up to which rules about cost count as evaluated.
    pub unpriced_share: f64,
}

impl Reader<'_> {
    pub(super) fn gate(&mut self) -> Gate {
        Gate {
            level: self.within("gate.level", 0.5, 0.9999),
            draws: self.within("gate.draws", 200.0, 1e6) as usize,
            seed: self.within("gate.seed", 0.0, 4_294_967_295.0) as u64,
            detect: self.within("gate.detect", 0.001, 10.0),
            power: self.within("gate.power", 0.5, 0.9999),
            unpriced_share: self.within("gate.unpriced_share", 0.0, 1.0),
        }
    }
}
