//! Whether a call has become dearer, and how many calls it takes to know.
//!
//! Calls of one conversation are alike, so what is drawn is not calls but groups of them. The same group of two runs of one test holds the
//! same cases: groups are drawn in pairs, and what both sides share cancels. The increase is a ratio of two ratios, so its interval is made on
//! the logarithm and studentised (bootstrap-t: Efron 1981, Hall 1988), which keeps its promise for skewed costs where percentiles do not.

mod advice;
#[cfg(test)]
mod tests;

pub use self::advice::{Plan, Spread};

use crate::engine::resample::{Interval, LEAST, quantile, resamples};

/// Calls and dollars of one side of a group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Side {
    /// Calls.
    pub calls: f64,
    /// Dollars.
    pub dollars: f64,
}

/// Calls that belong together, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Group {
    /// Of the baseline.
    pub before: Side,
    /// Of what is compared with it.
    pub after: Side,
}

/// How an interval is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// Probability that it holds the truth, both tails together.
    pub level: f64,
    /// Draws.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

/// How much dearer a call has become.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Increase {
    /// Dollars a call before.
    pub before: f64,
    /// Dollars a call after.
    pub after: f64,
    /// Where the true increase may lie, as a part of the cost before; `None`: too few groups to say.
    pub interval: Option<Interval>,
    /// What one call more tells.
    pub spread: Spread,
}

impl Increase {
    /// The increase, as a part of the cost before.
    pub fn estimate(&self) -> f64 {
        self.after / self.before - 1.0
    }
}

/// What groups add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    before: Side,
    after: Side,
}

impl Totals {
    fn of(groups: &[Group], weight: impl Fn(usize) -> f64) -> Self {
        let mut totals = Self::default();
        for (at, group) in groups.iter().enumerate() {
            let weight = weight(at);
            totals.before.calls += weight * group.before.calls;
            totals.before.dollars += weight * group.before.dollars;
            totals.after.calls += weight * group.after.calls;
            totals.after.dollars += weight * group.after.dollars;
        }
        totals
    }

    /// Logarithm of the cost of a call after over that before; `None`: a side has no calls or no cost.
    fn log_ratio(&self) -> Option<f64> {
        let costs = |side: Side| side.calls > 0.0 && side.dollars > 0.0;
        (costs(self.before) && costs(self.after)).then(|| (self.after.mean() / self.before.mean()).ln())
    }

    /// What a group adds to the logarithm of each side's mean, to first order.
    fn influence(&self, group: &Group) -> (f64, f64) {
        let of = |side: Side, total: Side| (side.dollars - total.mean() * side.calls) / total.dollars;
        (of(group.before, self.before), of(group.after, self.after))
    }
}

impl Side {
    fn mean(&self) -> f64 {
        self.dollars / self.calls
    }
}

/// Standard error of the logarithm, to first order, with groups so often.
fn error(groups: &[Group], totals: &Totals, weight: impl Fn(usize) -> f64) -> f64 {
    let count = groups.len() as f64;
    let squares: f64 = groups
        .iter()
        .enumerate()
        .map(|(at, group)| {
            let (before, after) = totals.influence(group);
            weight(at) * (after - before) * (after - before)
        })
        .sum();
    (squares * count / (count - 1.0)).sqrt()
}

/// How much dearer a call has become; `None`: a side has no calls or costs nothing, so there is no ratio. The same seed gives the same
/// interval, whatever the order of the groups' calls.
pub fn increase(groups: &[Group], asked: &Asked) -> Option<Increase> {
    let groups: Vec<Group> =
        groups.iter().copied().filter(|group| group.before.calls + group.after.calls > 0.0).collect();
    let totals = Totals::of(&groups, |_| 1.0);
    let middle = totals.log_ratio()?;
    let (before, after) = (totals.before.mean(), totals.after.mean());
    let spread = Spread::of(&groups, &totals);
    let found = |interval| Some(Increase { before, after, interval, spread });
    if groups.len() < LEAST {
        return found(None);
    }
    let own = error(&groups, &totals, |_| 1.0);
    if own == 0.0 {
        let at = after / before - 1.0;
        return found(Some(Interval { low: at, high: at }));
    }
    let studentised = |times: &[u32]| {
        let weight = |at: usize| f64::from(times[at]);
        let drawn = Totals::of(&groups, weight);
        let error = error(&groups, &drawn, weight);
        drawn.log_ratio().filter(|_| error > 0.0).map(|ratio| (ratio - middle) / error)
    };
    let mut values: Vec<f64> =
        resamples(groups.len(), asked.draws, asked.seed, studentised).into_iter().flatten().collect();
    // Where most draws leave a side empty, nothing is known of it.
    if 2 * values.len() < asked.draws {
        return found(None);
    }
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - asked.level) / 2.0;
    let end = |share: f64| (middle - quantile(&values, share) * own).exp() - 1.0;
    found(Some(Interval { low: end(1.0 - tail), high: end(tail) }))
}
