//! What calls cost, by class, offer and day.

use std::collections::BTreeMap;

use super::Plan;
use super::batch::{Class, Part};
use crate::engine::route::kernel::{Choices, NOBODY};

/// Calls and their cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// Calls.
    pub calls: u64,
    /// Picodollars.
    pub cost: i128,
}

impl Cell {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.cost += other.cost;
    }
}

/// Sums that merge by addition.
#[derive(Debug, Default)]
pub struct Ledger {
    classes: BTreeMap<Class, Days>,
}

/// The sums of a class: of each day a cell for each candidate, and one for the calls that nobody takes.
#[derive(Debug, Default)]
struct Days {
    offers: Vec<u16>,
    cells: BTreeMap<i32, Vec<Cell>>,
}

impl Days {
    fn of(offers: Vec<u16>) -> Self {
        Self { offers, cells: BTreeMap::new() }
    }

    fn day(&mut self, day: i32) -> &mut [Cell] {
        let width = self.offers.len() + 1;
        self.cells.entry(day).or_insert_with(|| vec![Cell::default(); width])
    }
}

impl Ledger {
    /// Adds the calls of a class as they were routed.
    pub(super) fn add(&mut self, part: &Part<'_>, plan: &Plan, choices: &Choices) {
        let offers = || plan.candidates.iter().map(|candidate| candidate.offer).collect();
        let days = self.classes.entry(part.class).or_insert_with(|| Days::of(offers()));
        let mut from = 0;
        // Logs are nearly in order, so a day comes as one run of calls or few.
        for run in part.days.chunk_by(|day, next| day == next) {
            let cells = days.day(run[0]);
            let rows = from..from + run.len();
            from = rows.end;
            for (&place, &cost) in choices.place[rows.clone()].iter().zip(&choices.cost[rows]) {
                let place = if place == NOBODY { cells.len() - 1 } else { place as usize };
                cells[place].add(Cell { calls: 1, cost: i128::from(cost) });
            }
        }
    }

    /// Adds another ledger of the same plans.
    pub fn merge(&mut self, other: Self) {
        for (class, theirs) in other.classes {
            let own = self.classes.entry(class).or_insert_with(|| Days::of(theirs.offers));
            for (day, cells) in theirs.cells {
                for (own, theirs) in own.day(day).iter_mut().zip(cells) {
                    own.add(theirs);
                }
            }
        }
    }

    /// Every sum of at least one call: class, offer (`None`: nobody takes the calls), day since 1970-01-01.
    pub fn cells(&self) -> impl Iterator<Item = (&Class, Option<u16>, i32, Cell)> {
        self.classes.iter().flat_map(|(class, days)| {
            days.cells.iter().flat_map(move |(day, cells)| {
                let offers = days.offers.iter().map(|offer| Some(*offer)).chain([None]);
                let cells = offers.zip(cells).filter(|(_, cell)| cell.calls > 0);
                cells.map(move |(offer, cell)| (class, offer, *day, *cell))
            })
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
