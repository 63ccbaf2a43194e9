//! What calls cost, by a key of the caller's, offer and day.

use std::collections::BTreeMap;

use super::Plan;
use crate::engine::route::kernel::{Choices, NOBODY};

/// Calls, their tokens and their cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// Calls.
    pub calls: u64,
    /// Tokens, input and output, where they are counted.
    pub tokens: i64,
    /// Picodollars.
    pub cost: i128,
}

impl Cell {
    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.tokens += other.tokens;
        self.cost += other.cost;
    }
}

/// Sums that merge by addition: by key and offer (`None`: nobody takes the calls), of each slot a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger<K> {
    lines: BTreeMap<(K, Option<u16>), BTreeMap<i32, Cell>>,
}

impl<K> Default for Ledger<K> {
    fn default() -> Self {
        Self { lines: BTreeMap::new() }
    }
}

impl<K: Ord + Copy> Ledger<K> {
    /// Adds the calls of a part as they were routed; `slots` are those of the part, or none where all calls are of one, and
    /// `totals` are their tokens, where they are to be counted.
    pub(in crate::simulation) fn add(
        &mut self,
        key: K,
        slots: &[i32],
        plan: &Plan,
        choices: &Choices,
        totals: Option<&[f64]>,
    ) {
        let width = plan.candidates.len() + 1;
        let mut sums: BTreeMap<i32, Vec<Cell>> = BTreeMap::new();
        let mut from = 0;
        // Logs are nearly in order, so a slot comes as one run of calls or few.
        let runs = slots.chunk_by(|slot, next| slot == next).map(|run| (run[0], run.len()));
        let whole = slots.is_empty().then_some((0, choices.place.len()));
        for (slot, length) in runs.chain(whole) {
            let cells = sums.entry(slot).or_insert_with(|| vec![Cell::default(); width]);
            let rows = from..from + length;
            from = rows.end;
            let place = |place: u32| if place == NOBODY { width - 1 } else { place as usize };
            let chosen = choices.place[rows.clone()].iter().zip(&choices.cost[rows.clone()]);
            match totals {
                None => {
                    for (&at, &cost) in chosen {
                        cells[place(at)].add(Cell { calls: 1, tokens: 0, cost: i128::from(cost) });
                    }
                }
                Some(totals) => {
                    for ((&at, &cost), &tokens) in chosen.zip(&totals[rows]) {
                        cells[place(at)].add(Cell {
                            calls: 1,
                            tokens: tokens as i64,
                            cost: i128::from(cost),
                        });
                    }
                }
            }
        }
        for (slot, cells) in sums {
            for (place, cell) in cells.into_iter().enumerate().filter(|(_, cell)| cell.calls > 0) {
                // An expected failure is weighed in the choice and is nobody's bill.
                let risk = plan.candidates.get(place).map_or(0, |candidate| candidate.risk);
                let cost = cell.cost - i128::from(risk) * i128::from(cell.calls);
                self.put(key, plan.offer(place), slot, Cell { cost, ..cell });
            }
        }
    }

    /// Adds one cell.
    pub(in crate::simulation) fn put(&mut self, key: K, offer: Option<u16>, slot: i32, cell: Cell) {
        self.lines.entry((key, offer)).or_default().entry(slot).or_default().add(cell);
    }

    /// Adds another ledger.
    pub fn merge(&mut self, other: Self) {
        for (line, slots) in other.lines {
            let own = self.lines.entry(line).or_default();
            for (slot, cell) in slots {
                own.entry(slot).or_default().add(cell);
            }
        }
    }

    /// Every sum of at least one call: key, offer (`None`: nobody takes the calls), slot since 1970-01-01.
    pub fn cells(&self) -> impl Iterator<Item = (&K, Option<u16>, i32, Cell)> {
        self.lines.iter().flat_map(|((key, offer), slots)| {
            slots.iter().map(move |(slot, cell)| (key, *offer, *slot, *cell))
        })
    }

    /// The sum of all calls that an offer takes.
    pub fn total(&self) -> Cell {
        let taken = self.cells().filter(|(_, offer, ..)| offer.is_some());
        taken.fold(Cell::default(), |mut sum, (.., cell)| {
            sum.add(cell);
            sum
        })
    }
}
