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

/// The sums of a class: of each day a row with a cell for each candidate, and one for the calls that nobody takes.
#[derive(Debug, Default)]
struct Days {
    first: i32,
    width: usize,
    offers: Vec<u16>,
    cells: Vec<Cell>,
}

impl Days {
    fn of(plan: &Plan) -> Self {
        let offers: Vec<u16> = plan.candidates.iter().map(|candidate| candidate.offer).collect();
        Self { first: 0, width: offers.len() + 1, offers, cells: Vec::new() }
    }

    /// Makes room for the days between two, both included.
    fn cover(&mut self, from: i32, to: i32) {
        if self.cells.is_empty() {
            self.first = from;
        }
        if from < self.first {
            let more = (self.first - from) as usize * self.width;
            self.cells.splice(..0, std::iter::repeat_n(Cell::default(), more));
            self.first = from;
        }
        let needed = (to - self.first + 1) as usize * self.width;
        if self.cells.len() < needed {
            self.cells.resize(needed, Cell::default());
        }
    }

    fn rows(&self) -> impl Iterator<Item = (i32, &[Cell])> {
        (self.first..).zip(self.cells.chunks_exact(self.width))
    }
}

impl Ledger {
    /// Adds the calls of a class as they were routed.
    pub(super) fn add(&mut self, part: &Part<'_>, plan: &Plan, choices: &Choices) {
        let days = self.classes.entry(part.class).or_insert_with(|| Days::of(plan));
        days.cover(part.first_day, part.last_day);
        let (nobody, width, first) = (days.width - 1, days.width, days.first);
        for ((&place, &cost), &day) in choices.place.iter().zip(&choices.cost).zip(part.days) {
            let place = if place == NOBODY { nobody } else { place as usize };
            let cell = &mut days.cells[(day - first) as usize * width + place];
            cell.calls += 1;
            cell.cost += i128::from(cost);
        }
    }

    /// Adds another ledger of the same plans.
    pub fn merge(&mut self, other: Self) {
        for (class, theirs) in other.classes {
            if theirs.cells.is_empty() {
                continue;
            }
            let own = self.classes.entry(class).or_insert_with(|| Days {
                width: theirs.width,
                offers: theirs.offers.clone(),
                ..Days::default()
            });
            let last = theirs.first + (theirs.cells.len() / theirs.width) as i32 - 1;
            own.cover(theirs.first, last);
            for (day, cells) in theirs.rows() {
                let start = (day - own.first) as usize * own.width;
                for (own, theirs) in own.cells[start..].iter_mut().zip(cells) {
                    own.add(*theirs);
                }
            }
        }
    }

    /// Every sum of at least one call: class, offer (`None`: nobody takes the calls), day since 1970-01-01.
    pub fn cells(&self) -> impl Iterator<Item = (&Class, Option<u16>, i32, Cell)> {
        self.classes.iter().flat_map(|(class, days)| {
            days.rows().flat_map(move |(day, cells)| {
                let offers = days.offers.iter().map(|offer| Some(*offer)).chain([None]);
                let cells = offers.zip(cells).filter(|(_, cell)| cell.calls > 0);
                cells.map(move |(offer, cell)| (class, offer, day, *cell))
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
