//! Calls that share everything but their tokens: one workload, one incumbent, one mode, one set of rates.

use std::collections::HashMap;

use super::bridge::{CallTable, Kind};
use super::world::World;
use crate::inputs::prices::{Region, When};
use crate::units::{Day, Mode};

/// What the calls of a group share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupKey {
    /// Code of the workload.
    pub workload: Option<u32>,
    /// Code of the raw model name.
    pub model: Option<u32>,
    /// Code of the seller as logged.
    pub seller: Option<u32>,
    /// Pricing mode.
    pub mode: Mode,
    /// Region, where some sheet has rates for it.
    pub region: Option<Region>,
    /// Stretch of days without a price change.
    stretch: usize,
    /// Windows of hours that are open, one bit each.
    pub windows: u32,
    /// What may be done with the calls.
    pub kind: Kind,
}

/// A group and its rows.
#[derive(Debug)]
pub struct Group {
    /// What its calls share.
    pub key: GroupKey,
    /// A day of the stretch; every day of it has the same rates.
    pub day: Day,
    /// Its rows, ascending.
    pub rows: Vec<u32>,
}

impl Group {
    /// When and how its calls were made, as far as prices depend on it.
    pub const fn when(&self) -> When {
        When { mode: self.key.mode, region: self.key.region, day: self.day, open: self.key.windows }
    }
}

/// The groups of a table, in order of first appearance. Rows that a gateway's cache served are in none: no seller was
/// called.
pub fn of(table: &CallTable, world: &World<'_>) -> Vec<Group> {
    let mut index: HashMap<GroupKey, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let regions: Vec<Option<Region>> =
        table.region.texts.iter().map(|name| world.book.region(name)).collect();
    for row in 0..table.len() {
        if table.free[row] {
            continue;
        }
        let start = table.start[row];
        let day = world.pricing_day(start);
        let key = GroupKey {
            workload: table.workload.codes[row],
            model: table.model.codes[row],
            seller: table.seller.codes[row],
            mode: table.mode[row],
            region: table.region.codes[row].and_then(|code| regions[code as usize]),
            stretch: world.book.stretch(day),
            // Another day's prices still have hours: those of the call.
            windows: start.map_or(0, |micros| world.book.open_windows(micros)),
            kind: table.kind(row),
        };
        let group = *index.entry(key).or_insert_with(|| {
            groups.push(Group { key, day, rows: Vec::new() });
            groups.len() - 1
        });
        groups[group].rows.push(row as u32);
    }
    groups
}
