//! How many calls it takes to see an increase.

use statrs::distribution::{ContinuousCDF as _, Normal};

use super::{Group, Totals};

/// What a call tells of the cost of a call: variances of the logarithm of each side's mean, times its calls, and what both have in
/// common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Variance of the baseline times its calls.
    pub before: f64,
    /// Variance of the other side times its calls.
    pub after: f64,
    /// Their covariance times the geometric mean of the calls.
    pub shared: f64,
}

/// What is to be seen, and how surely.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// The increase that is allowed, as a part of the cost before.
    pub limit: f64,
    /// The increase that must be seen to exceed it.
    pub increase: f64,
    /// Probability of the interval, both tails together.
    pub level: f64,
    /// Probability of seeing the increase.
    pub power: f64,
}

impl Spread {
    pub(super) fn of(groups: &[Group], totals: &Totals) -> Self {
        let count = groups.len() as f64;
        let more = if groups.len() > 1 { count / (count - 1.0) } else { f64::NAN };
        let (before, after) = (totals.before.calls, totals.after.calls);
        let (mut spread, shared) = (Self { before: 0.0, after: 0.0, shared: 0.0 }, (before * after).sqrt());
        for group in groups {
            let (one, other) = totals.influence(group);
            spread.before += more * one * one * before;
            spread.after += more * other * other * after;
            spread.shared += more * one * other * shared;
        }
        spread
    }

    /// Calls on each side from which on an increase is seen to exceed the limit with the power asked for, by the normal approximation.
    /// `None`: the increase does not exceed the limit, or the spread is not known.
    pub fn calls(&self, plan: &Plan) -> Option<f64> {
        let distance = ((1.0 + plan.increase) / (1.0 + plan.limit)).ln();
        let normal = Normal::standard();
        let deviations = normal.inverse_cdf(1.0 - (1.0 - plan.level) / 2.0) + normal.inverse_cdf(plan.power);
        // Sides that share cases cannot know more than the better half of it: the covariance is an estimate, too.
        let variance = (self.before + self.after - 2.0 * self.shared).max(0.1 * (self.before + self.after));
        let calls = (variance * (deviations / distance).powi(2)).ceil();
        (distance > 0.0 && calls.is_finite()).then_some(calls.max(1.0))
    }
}
