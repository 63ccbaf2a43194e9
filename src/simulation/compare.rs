//! Two logs, or two sums of logs, side by side: what changed, which drivers it comes from, and whether a call has become dearer.

use std::collections::BTreeMap;

use super::world::World;
use crate::engine::drivers::{Cell, DRIVERS, Driver, LEVELS, decompose};
use crate::engine::regression::{Asked, Group, Increase, Side, increase};
use crate::inputs::baseline::{GROUPS, Key, Tally};
use crate::tables::Scope;
use crate::units::{Consumed, Usd};

/// Some calls on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// What the priced ones consumed and cost.
    pub consumed: Consumed,
    /// Calls without a price.
    pub unpriced: u64,
}

/// Where a driver is most at work: a share, or a number of tokens, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The workload; `None`: calls without one, or all of them where `name` says nothing either.
    pub workload: Option<String>,
    /// Tier, model, seller, or mode and region; empty: it is about the workload or about all calls.
    pub name: String,
    /// Before; `None`: it was not there.
    pub before: Option<f64>,
    /// After; `None`: it is not there any more.
    pub after: Option<f64>,
}

/// What a driver is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The driver.
    pub driver: Driver,
    /// What it changed; all parts add up to the change exactly.
    pub usd: Usd,
    /// Where it is most at work, the most first; at most two.
    pub seen: Vec<Seen>,
}

/// Two sides compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Before and after.
    pub sides: [Total; 2],
    /// The drivers in their order.
    pub parts: Vec<Part>,
    /// How much dearer a call has become; `None`: a side has no calls or costs nothing.
    pub increase: Option<Increase>,
}

impl Compared {
    /// What all calls cost after minus before.
    pub fn change(&self) -> Usd {
        self.sides[1].consumed.cost() - self.sides[0].consumed.cost()
    }
}

/// Compares the calls of a scope on both sides.
pub fn compare(before: &Tally, after: &Tally, scope: &Scope, world: &World) -> Compared {
    let cells = Cells::of([before, after], scope);
    let found = decompose(&cells.cells);
    let parts = Driver::ALL.into_iter().zip(found.parts).map(|(driver, pico)| Part {
        driver,
        usd: Usd::from_pico(pico),
        seen: if pico == 0 { Vec::new() } else { cells.seen(driver, &found.by_cell) },
    });
    let total =
        |tally: &Tally| Total { consumed: tally.sum(scope).consumed, unpriced: tally.unpriced(scope).0 };
    Compared {
        sides: [total(before), total(after)],
        parts: parts.collect(),
        increase: increase(&groups([before, after], scope), &asked(world)),
    }
}

/// How the interval is drawn.
pub fn asked(world: &World) -> Asked {
    let gate = &world.scenario.gate;
    Asked { level: gate.level, draws: gate.draws, seed: gate.seed }
}

/// The groups of both sides.
fn groups(sides: [&Tally; 2], scope: &Scope) -> Vec<Group> {
    let mut groups = vec![Group::default(); GROUPS];
    for (at, tally) in sides.into_iter().enumerate() {
        for (number, (calls, cost)) in tally.sum(scope).groups {
            let side = Side { calls: calls as f64, dollars: cost.estimate().0 };
            let group = &mut groups[usize::from(number)];
            *(if at == 0 { &mut group.before } else { &mut group.after }) = side;
        }
    }
    groups
}

/// What calls of a cell share, level by level.
type Names = [String; LEVELS];

struct Cells {
    workloads: Vec<Option<String>>,
    names: Vec<Names>,
    cells: Vec<Cell>,
}

impl Cells {
    fn of(sides: [&Tally; 2], scope: &Scope) -> Self {
        let mut both: BTreeMap<&Key, [Consumed; 2]> = BTreeMap::new();
        for (at, tally) in sides.into_iter().enumerate() {
            for (key, sums) in tally.cells.iter().filter(|(key, _)| key.is_in(scope)) {
                both.entry(key).or_default()[at] += sums.consumed;
            }
        }
        let names: Vec<Names> = both.keys().map(|key| names(key)).collect();
        let mut numbers: BTreeMap<(usize, Option<&str>), u32> = BTreeMap::new();
        let mut cells = Vec::new();
        for ((key, sides), names) in both.iter().zip(&names) {
            let mut path = [0; LEVELS];
            for (level, name) in names.iter().enumerate() {
                // Calls without a workload are no workload without a name.
                let name = (level > 0 || key.workload.is_some()).then_some(name.as_str());
                let next = numbers.len() as u32;
                path[level] = *numbers.entry((level, name)).or_insert(next);
            }
            cells.push(Cell { path, sides: *sides });
        }
        Self { workloads: both.keys().map(|key| key.workload.clone()).collect(), names, cells }
    }

    /// Where a driver is most at work.
    fn seen(&self, driver: Driver, by_cell: &[[f64; DRIVERS]]) -> Vec<Seen> {
        let level = driver.level();
        // Shares are told of the calls of a workload, or of all calls; what calls are, of a workload and a model.
        let name = |cell: usize| match (driver, level) {
            (Driver::Volume, _) | (_, Some(0)) => String::new(),
            (_, Some(level)) => self.names[cell][level].clone(),
            (_, None) => self.names[cell][2].clone(),
        };
        let mut places: BTreeMap<(Option<String>, String), (f64, Vec<usize>)> = BTreeMap::new();
        for (cell, parts) in by_cell.iter().enumerate() {
            let workload = if driver == Driver::Volume { None } else { self.workloads[cell].clone() };
            let place = places.entry((workload, name(cell))).or_default();
            place.0 += parts[driver as usize];
            place.1.push(cell);
        }
        let mut places: Vec<_> = places.into_iter().collect();
        places.sort_by(|(_, one), (_, other)| other.0.abs().total_cmp(&one.0.abs()));
        let most = if level.is_some() { 2 } else { 1 };
        places
            .into_iter()
            .filter(|(_, (worth, _))| worth.abs() >= 0.5)
            .take(most)
            .map(|((workload, name), (_, cells))| {
                let [before, after] = [0, 1].map(|side| self.measured(driver, &workload, &cells, side));
                Seen { workload, name, before, after }
            })
            .collect()
    }

    /// What a driver moves, of some cells on a side.
    fn measured(
        &self,
        driver: Driver,
        workload: &Option<String>,
        cells: &[usize],
        side: usize,
    ) -> Option<f64> {
        let sum = |cells: &mut dyn Iterator<Item = usize>| {
            cells.fold(Consumed::default(), |mut sum, cell| {
                sum += self.cells[cell].sides[side];
                sum
            })
        };
        let own = sum(&mut cells.iter().copied());
        let per = |part: i64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let input = own.buckets().input();
        match driver {
            Driver::Volume => Some(own.calls as f64),
            Driver::Workloads => per(own.calls as i64, sum(&mut (0..self.cells.len())).calls),
            Driver::Tiers | Driver::Models | Driver::Sellers | Driver::Modes => {
                let mut of_workload = (0..self.cells.len()).filter(|cell| self.workloads[*cell] == *workload);
                per(own.calls as i64, sum(&mut of_workload).calls)
            }
            Driver::Input => per(input, own.calls),
            Driver::Cache => per(own.tokens[1], u64::try_from(input).unwrap_or(0)),
            Driver::Output => per(own.tokens[4], own.calls),
            Driver::Searches => per(own.searches, own.calls),
            Driver::LongPrompts => {
                let (base, paid) = (own.base.iter().sum::<i128>(), own.paid.iter().sum::<i128>());
                (base > 0).then(|| paid as f64 / base as f64 - 1.0)
            }
            Driver::Prices => self.rate(cells, side),
        }
    }

    /// Dollars per million tokens at base rates, for the tokens of both sides together, so that only rates differ.
    fn rate(&self, cells: &[usize], side: usize) -> Option<f64> {
        let (mut dollars, mut tokens) = (0.0, 0.0);
        for cell in cells.iter().map(|cell| &self.cells[*cell]) {
            for meter in 0..cell.sides[0].tokens.len() {
                let both = (cell.sides[0].tokens[meter] + cell.sides[1].tokens[meter]) as f64;
                // A meter that a side did not use has the rate of the other.
                let of = [side, 1 - side].map(|side| &cell.sides[side]);
                let Some(of) = of.into_iter().find(|of| of.tokens[meter] > 0) else { continue };
                dollars += both * of.base[meter] as f64 / of.tokens[meter] as f64;
                tokens += if meter < 5 { both } else { 0.0 };
            }
        }
        let there = cells.iter().any(|cell| self.cells[*cell].sides[side].calls > 0);
        // A picodollar a token is a microdollar per million tokens.
        (there && tokens > 0.0).then(|| dollars / tokens / 1e6)
    }
}

fn names(key: &Key) -> Names {
    let mode = match &key.region {
        None => key.mode.word().to_owned(),
        Some(region) => format!("{} in {region}", key.mode.word()),
    };
    [
        key.workload.clone().unwrap_or_default(),
        key.tier.word().to_owned(),
        key.model.clone(),
        key.seller.clone(),
        mode,
    ]
}
