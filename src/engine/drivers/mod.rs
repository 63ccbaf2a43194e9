//! Why calls cost more or less than before: a change of cost cut into its drivers.
//!
//! What a cell of calls (workload, tier, model, seller, mode) costs is a product: calls in all, the share of the workload among them, of the tier
//! within the workload, of the model within the tier, of the seller within the model, of the mode within the seller; times what such
//! a call costs: input tokens, split over the buckets of the cache, output tokens, web searches, each at a base rate and at what long
//! prompts add to it. Each driver takes its side of the product from before to after. What a driver is worth depends on which others have
//! moved already, so each is given its mean over all orders (Shapley 1953; for accounts of change: Shorrocks 2013): no order is
//! preferred, and the parts add up to the whole.
//!
//! What exists on one side only has no tokens, cache or price of the other: there it changes nothing but the mix.

mod cell;
mod shapley;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use self::cell::{DETAILS, Detail};
use crate::units::Consumed;

pub use self::shapley::{shapley, shapley_estimate};

/// What can change what calls cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Driver {
    /// Calls in all.
    Volume,
    /// Shares of the workloads.
    Workloads,
    /// Shares of the tiers within workloads.
    Tiers,
    /// Shares of the models within tiers.
    Models,
    /// Shares of the sellers within models.
    Sellers,
    /// Shares of modes and regions within sellers.
    Modes,
    /// Input tokens a call.
    Input,
    /// How input is split over the buckets of the cache.
    Cache,
    /// Output tokens a call.
    Output,
    /// Web searches a call.
    Searches,
    /// What prompts beyond a context tier pay over the base rate.
    LongPrompts,
    /// Base rates.
    Prices,
}

/// Drivers.
pub const DRIVERS: usize = 12;
/// What calls share, from the coarsest: workload, tier, model, seller, mode.
pub const LEVELS: usize = 5;
/// Drivers that say which calls there are: volume and a share a level.
const MIXES: usize = 1 + LEVELS;

impl Driver {
    /// All of them, those of the mix first.
    pub const ALL: [Self; DRIVERS] = [
        Self::Volume,
        Self::Workloads,
        Self::Tiers,
        Self::Models,
        Self::Sellers,
        Self::Modes,
        Self::Input,
        Self::Cache,
        Self::Output,
        Self::Searches,
        Self::LongPrompts,
        Self::Prices,
    ];

    /// The level whose shares it is; `None`: it is none of them.
    pub const fn level(self) -> Option<usize> {
        match self {
            Self::Workloads => Some(0),
            Self::Tiers => Some(1),
            Self::Models => Some(2),
            Self::Sellers => Some(3),
            Self::Modes => Some(4),
            _ => None,
        }
    }
}

/// Calls that share all levels, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// What they share, as numbers.
    pub path: [u32; LEVELS],
    /// Before and after.
    pub sides: [Consumed; 2],
}

/// A change of cost, cut into drivers.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// Picodollars of each driver; they add up to the change exactly.
    pub parts: [i128; DRIVERS],
    /// The same of each cell, in their order, estimated: to say where a driver is at work.
    pub by_cell: Vec<[f64; DRIVERS]>,
}

/// Calls by what they share down to a level.
type Nodes = HashMap<Vec<u32>, [f64; 2]>;

/// Cuts the change of what cells cost into drivers.
pub fn decompose(cells: &[Cell]) -> Decomposition {
    let mut nodes = Nodes::new();
    for cell in cells {
        for level in 0..=LEVELS {
            let node = nodes.entry(cell.path[..level].to_vec()).or_default();
            for (calls, side) in node.iter_mut().zip(&cell.sides) {
                *calls += side.calls as f64;
            }
        }
    }
    let mut worth = vec![0.0; 1 << DRIVERS];
    let mut own = vec![0.0; 1 << DRIVERS];
    let by_cell = cells
        .iter()
        .map(|cell| {
            let (mixes, details) = (mixes(cell, &nodes), Detail::costs(&cell.sides));
            for (detail, cost) in details.iter().enumerate() {
                for (mix, calls) in mixes.iter().enumerate() {
                    own[detail << MIXES | mix] = calls * cost;
                }
            }
            worth.iter_mut().zip(&own).for_each(|(sum, own)| *sum += own);
            shapley_estimate(&own)
        })
        .collect();
    // Nothing moved and everything moved are known exactly; what lies between is a number of the method alone.
    let mut game: Vec<i128> = worth.iter().map(|worth: &f64| worth.round() as i128).collect();
    let cost = |side: usize| cells.iter().map(|cell| cell.sides[side].cost().pico()).sum::<i128>();
    let last = game.len() - 1;
    (game[0], game[last]) = (cost(0), cost(1));
    Decomposition { parts: shapley(&game), by_cell }
}

/// Calls of a cell for each set of mix drivers that has moved.
fn mixes(cell: &Cell, nodes: &Nodes) -> [f64; 1 << MIXES] {
    let of = |level: usize| nodes.get(&cell.path[..level]).copied().unwrap_or_default();
    let mut factors = [[0.0; 2]; MIXES];
    factors[0] = of(0);
    for level in 0..LEVELS {
        let (whole, part) = (of(level), of(level + 1));
        let share = |side: usize| (whole[side] > 0.0).then(|| part[side] / whole[side]);
        // A whole that is not there on a side is split as on the other.
        let (before, after) = (share(0), share(1));
        factors[level + 1] = [before.or(after).unwrap_or(0.0), after.or(before).unwrap_or(0.0)];
    }
    std::array::from_fn(|moved| {
        factors.iter().enumerate().map(|(driver, factor)| factor[moved >> driver & 1]).product()
    })
}

const _: () = assert!(1 << DRIVERS == DETAILS << MIXES);
