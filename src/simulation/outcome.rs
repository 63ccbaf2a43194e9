//! What serving calls costs: sums that merge by addition, and the one place where a saving is computed.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use crate::inputs::prices::OfferId;
use crate::units::{TokenBuckets, Usd};

/// The calls of a workload that one offer served in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lane {
    /// Code of the workload.
    pub workload: Option<u32>,
    /// The offer that served them.
    pub incumbent: OfferId,
}

/// Calls, tokens and cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Line {
    /// Calls.
    pub calls: u64,
    /// Their tokens, as logged.
    pub tokens: TokenBuckets,
    /// What they cost.
    pub cost: Usd,
}

impl AddAssign for Line {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.tokens += other.tokens;
        self.cost += other.cost;
    }
}

/// What a policy costs, by lane and by the offer that serves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    lines: BTreeMap<(Lane, OfferId), Line>,
}

impl Outcome {
    /// Adds calls of a lane that an offer serves.
    pub fn add(&mut self, lane: Lane, offer: OfferId, line: Line) {
        *self.lines.entry((lane, offer)).or_default() += line;
    }

    /// Adds another outcome.
    pub fn merge(&mut self, other: &Self) {
        for ((lane, offer), line) in &other.lines {
            self.add(*lane, *offer, *line);
        }
    }

    /// Every line, in a fixed order.
    pub fn lines(&self) -> impl Iterator<Item = (Lane, OfferId, &Line)> {
        self.lines.iter().map(|((lane, offer), line)| (*lane, *offer, line))
    }

    /// The sum of the lines that `keep` accepts.
    pub fn sum(&self, keep: impl Fn(Lane, OfferId) -> bool) -> Line {
        let mut sum = Line::default();
        for (lane, offer, line) in self.lines() {
            if keep(lane, offer) {
                sum += *line;
            }
        }
        sum
    }

    /// The sum of all lines.
    pub fn total(&self) -> Line {
        self.sum(|_, _| true)
    }

    /// The lanes, in a fixed order.
    pub fn lanes(&self) -> Vec<Lane> {
        let mut lanes: Vec<Lane> = self.lines.keys().map(|(lane, _)| *lane).collect();
        lanes.dedup();
        lanes
    }
}

/// Baseline minus outcome: the saving, wherever one is stated.
pub fn saving(baseline: &Line, outcome: &Line) -> Usd {
    baseline.cost - outcome.cost
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cost: i128) -> Line {
        Line { calls: 1, tokens: TokenBuckets::default(), cost: Usd::from_pico(cost) }
    }

    #[test]
    fn outcomes_merge_by_addition() {
        let lane = Lane { workload: Some(0), incumbent: OfferId(1) };
        let (mut first, mut second) = (Outcome::default(), Outcome::default());
        first.add(lane, OfferId(1), line(3));
        second.add(lane, OfferId(1), line(4));
        second.add(lane, OfferId(2), line(5));
        first.merge(&second);
        assert_eq!(first.total().cost, Usd::from_pico(12));
        assert_eq!(first.sum(|_, offer| offer == OfferId(1)).calls, 2);
        assert_eq!(first.lanes(), [lane]);
    }

    #[test]
    fn an_outcome_equal_to_the_baseline_saves_exactly_nothing() {
        assert_eq!(saving(&line(7), &line(7)), Usd::ZERO);
    }
}
