//! Moments as far as prices and sums depend on them.

use std::sync::Arc;

use crate::simulation::world::World;
use crate::units::Day;

/// What sums are by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Slot {
    /// Days in UTC.
    #[default]
    Day,
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
}

impl Slot {
    /// Microseconds of one.
    pub const fn micros(self) -> i64 {
        86_400_000_000 / self.per_day() as i64
    }

    /// How many there are in a day.
    pub const fn per_day(self) -> i32 {
        match self {
            Self::Day => 1,
            Self::Hour => 24,
            Self::Minute => 1_440,
        }
    }

    /// The day of a slot.
    pub const fn day(self, slot: i32) -> Day {
        Day(slot.div_euclid(self.per_day()))
    }
}

/// The days on which prices change, the hours in which some do, and what sums are by.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Days from which on prices are others, ascending.
    changes: Vec<Day>,
    /// The day whose prices calls without a date have.
    undated: Day,
    /// A day of each stretch between two changes.
    inside: Vec<Day>,
    /// Windows of hours that are open, by minute of the week from Thursday on; none where no price has hours.
    windows: Arc<[u32]>,
    /// What sums are by.
    pub slot: Slot,
}

const MINUTES_PER_WEEK: i64 = 7 * 24 * 60;

impl Calendar {
    /// Microseconds of a minute: windows of hours are whole minutes.
    pub const MINUTE: i64 = 60_000_000;

    /// A calendar without a change of prices.
    pub fn constant(day: Day) -> Self {
        Self::changing(day, Vec::new(), Slot::Day)
    }

    /// A calendar on which prices change from some days on, ascending, and have no hours.
    pub fn changing(undated: Day, changes: Vec<Day>, slot: Slot) -> Self {
        let before = changes.first().map_or(undated, |first| Day(first.0 - 1));
        let inside = [before].into_iter().chain(changes.iter().copied()).collect();
        Self { changes, undated, inside, windows: Arc::new([]), slot }
    }

    /// The calendar of a world: that of its prices, or its one day where every call has the prices of that day.
    pub fn of(world: &World) -> Self {
        let changes = if world.reprice { Vec::new() } else { world.book.changes().to_vec() };
        // Another day's prices still have hours: those of the call.
        Self { windows: week(world), ..Self::changing(world.as_of, changes, Slot::Day) }
    }

    /// The slot of calls without a date.
    pub fn undated_slot(&self) -> i32 {
        self.undated.0.saturating_mul(self.slot.per_day())
    }

    /// Number of the stretch in which a day lies.
    pub fn stretch(&self, day: Day) -> u32 {
        self.changes.partition_point(|change| *change <= day) as u32
    }

    /// A day of a stretch; every day of it has the same rates.
    pub fn day_in(&self, stretch: u32) -> Day {
        self.inside[stretch as usize]
    }

    /// Whether the hour of a call matters.
    pub fn has_hours(&self) -> bool {
        !self.windows.is_empty()
    }

    /// The windows that are open at a moment, one bit each.
    pub fn open(&self, micros: i64) -> u32 {
        self.windows[micros.div_euclid(Self::MINUTE).rem_euclid(MINUTES_PER_WEEK) as usize]
    }
}

/// The open windows of every minute of a week: windows are whole minutes, and weeks repeat.
fn week(world: &World) -> Arc<[u32]> {
    if !world.book.has_windows() {
        return Arc::new([]);
    }
    (0..MINUTES_PER_WEEK).map(|minute| world.book.open_windows(minute * Calendar::MINUTE)).collect()
}
