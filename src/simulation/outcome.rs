//! What serving calls costs: sums that merge by addition, and the one place where a saving is computed.

use std::collections::{BTreeMap, HashMap};
use std::ops::AddAssign;

use super::bridge::Slot;
use super::pass::Ledger;
use crate::inputs::prices::OfferId;
use crate::units::Usd;

/// The calls of a workload that one offer served in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Their tokens as logged, input and output.
    pub tokens: i64,
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

/// What a way to serve calls costs, by lane, by the offer that serves, and by day or hour.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    lines: BTreeMap<(Lane, OfferId), Line>,
    slots: BTreeMap<(Lane, OfferId, i32), Line>,
    slot: Slot,
}

impl Outcome {
    /// The outcome of a ledger, its workloads under other codes.
    pub(super) fn of(ledger: &Ledger<Lane>, codes: &HashMap<u32, u32>, slot: Slot) -> Self {
        let mut outcome = Self { slot, ..Self::default() };
        for (lane, offer, at, cell) in ledger.cells() {
            // Whoever has served a call takes it, so every call is taken.
            let Some(offer) = offer.map(OfferId) else { continue };
            let workload = lane.workload.and_then(|code| codes.get(&code).copied());
            let line = Line { calls: cell.calls, tokens: cell.tokens, cost: Usd::from_pico(cell.cost) };
            outcome.add(Lane { workload, ..*lane }, offer, at, line);
        }
        outcome
    }

    /// Adds calls of a lane that an offer serves in a slot.
    fn add(&mut self, lane: Lane, offer: OfferId, slot: i32, line: Line) {
        *self.lines.entry((lane, offer)).or_default() += line;
        *self.slots.entry((lane, offer, slot)).or_default() += line;
    }

    /// Every line, in a fixed order.
    pub fn lines(&self) -> impl Iterator<Item = (Lane, OfferId, &Line)> {
        self.lines.iter().map(|((lane, offer), line)| (*lane, *offer, line))
    }

    /// The lines of a lane, in a fixed order.
    pub fn of_lane(&self, lane: Lane) -> impl Iterator<Item = (OfferId, &Line)> {
        let offers = (lane, OfferId(0))..=(lane, OfferId(u16::MAX));
        self.lines.range(offers).map(|((_, offer), line)| (*offer, line))
    }

    /// The sum of the lines of a lane.
    pub fn sum_of_lane(&self, lane: Lane) -> Line {
        self.of_lane(lane).fold(Line::default(), |mut sum, (_, line)| {
            sum += *line;
            sum
        })
    }

    /// Every line cut by the slots that [`Outcome::slot`] names, counted since 1970-01-01 UTC.
    pub fn slots(&self) -> impl Iterator<Item = (Lane, OfferId, i32, &Line)> {
        self.slots.iter().map(|((lane, offer, slot), line)| (*lane, *offer, *slot, line))
    }

    /// What slots are.
    pub const fn slot(&self) -> Slot {
        self.slot
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
    use crate::simulation::pass::Cell;

    fn cell(cost: i128) -> Cell {
        Cell { calls: 1, tokens: 5, cost }
    }

    #[test]
    fn an_outcome_is_the_sum_of_its_slots() {
        let lane = Lane { workload: Some(7), incumbent: OfferId(1) };
        let (mut ledger, mut other) = (Ledger::default(), Ledger::default());
        ledger.put(lane, Some(1), 3, cell(3));
        other.put(lane, Some(1), 4, cell(4));
        other.put(lane, Some(2), 4, cell(5));
        ledger.merge(other);
        let outcome = Outcome::of(&ledger, &HashMap::from([(7, 0)]), Slot::Day);
        assert_eq!(outcome.total().cost, Usd::from_pico(12));
        assert_eq!(outcome.sum(|_, offer| offer == OfferId(1)).calls, 2);
        assert_eq!(outcome.lanes(), [Lane { workload: Some(0), ..lane }]);
        assert_eq!(outcome.slots().filter(|(_, offer, ..)| *offer == OfferId(1)).count(), 2);
    }

    #[test]
    fn an_outcome_equal_to_the_baseline_saves_exactly_nothing() {
        let line = Line { calls: 1, tokens: 1, cost: Usd::from_pico(7) };
        assert_eq!(saving(&line, &line), Usd::ZERO);
    }
}
