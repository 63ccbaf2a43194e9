//! Use that is spread log-normally over users, where only its mean and its ninetieth percentile are known.

use crate::engine::evidence::{normal_below, normal_quantile};

/// The logarithm's mean and standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Mean.
    pub mu: f64,
    /// Standard deviation.
    pub sigma: f64,
}

impl Spread {
    /// With a mean and a ninetieth percentile: `σ = z − √(z² − 2·ln(q/m))`, `μ = ln m − σ²/2`; `None`: no log-normal has both, because the
    /// percentile lies below the mean or too far above it.
    pub fn of(mean: f64, p90: f64) -> Option<Self> {
        let z = normal_quantile(0.9);
        let root = z * z - 2.0 * (p90 / mean).ln();
        if mean <= 0.0 || p90 < mean || root < 0.0 {
            return None;
        }
        let sigma = z - root.sqrt();
        Some(Self { mu: mean.ln() - 0.5 * sigma * sigma, sigma })
    }

    /// Share of users who use more than so much.
    pub fn above(&self, used: f64) -> f64 {
        1.0 - normal_below((used.ln() - self.mu) / self.sigma)
    }

    /// Mean of the lesser of use and a price: what a user costs who has whichever is cheaper, a seat or metered use.
    pub fn least(&self, price: f64) -> f64 {
        let z = (price.ln() - self.mu) / self.sigma;
        let below = (self.mu + 0.5 * self.sigma * self.sigma).exp() * normal_below(z - self.sigma);
        below + price * (1.0 - normal_below(z))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_and_a_percentile_by_hand() {
        let near = |value: f64, wanted: f64| assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
        let spread = Spread::of(200.0, 400.0).expect("one has both");
        near(spread.mu, 4.997_611_01);
        near(spread.sigma, 0.775_508_035_8);
        near(spread.above(100.0), 0.693_586_954_1);
        near(spread.least(100.0), 89.358_695_41);
        // Claude Code's published percentile lies 2.31 times above its mean: no log-normal does.
        assert_eq!(Spread::of(13.0, 30.0), None);
        assert_eq!(Spread::of(200.0, 100.0), None);
        // Nor has nothing a spread.
        assert_eq!(Spread::of(0.0, 0.0), None);
    }

    #[test]
    fn a_percentile_at_the_mean_is_the_same_use_of_everybody() {
        let same = Spread::of(200.0, 200.0).expect("one has both");
        assert!(same.sigma.abs() < 1e-12 && (same.mu.exp() - 200.0).abs() < 1e-9);
        for (price, above, least) in [(100.0, 1.0, 100.0), (300.0, 0.0, 200.0)] {
            assert!((same.above(price) - above).abs() < 1e-12 && (same.least(price) - least).abs() < 1e-9);
        }
    }
}
