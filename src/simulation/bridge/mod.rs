//! The one place where rows of the table of calls become slices, and where it is decided what a null means: an unreported
//! token bucket holds no billable tokens, an unreported mode is standard, an unreported name stays unknown.

mod batch;
mod calendar;
mod codes;
mod part;
mod setting;

pub use self::batch::Batch;
pub use self::calendar::{Calendar, Slot};
pub use self::codes::Names;
pub use self::part::Part;
pub use self::setting::{Kind, Setting};

use polars::prelude::{DataFrame, PolarsResult};

use super::world::World;
use crate::tables::{Column as TableColumn, calls as c, calls::BUCKETS};

/// What calls share that have the same offers at the same rates. Texts are codes of [`Names`], 0 where the log has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Class {
    /// Those of [`TEXTS`].
    pub texts: [u32; TEXTS.len()],
    /// Stretch of days with the same rates.
    pub stretch: u32,
    /// Windows of hours that are open, one bit each.
    pub windows: u32,
    /// What the rows have that few rows have.
    pub traits: Traits,
}

/// What few rows have, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Traits(u32);

impl Traits {
    /// A tool of the seller's was used.
    pub const SEARCHED: Self = Self(1);
    /// The log states a cost.
    pub const CLAIMED: Self = Self(1 << 1);
    /// The row stands for several calls.
    pub const MANY: Self = Self(1 << 2);
    /// The call has no date.
    pub const UNDATED: Self = Self(1 << 3);

    /// Whether all of these are there.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Class {
    /// Code of the workload.
    pub const fn workload(&self) -> u32 {
        self.texts[0]
    }
}

/// The columns of text that decide which offers may serve a call; a table may lack all but the workload.
pub static TEXTS: [&TableColumn; 9] = [
    &c::WORKLOAD,
    &c::MODEL_RAW,
    &c::SELLER,
    &c::MODE,
    &c::REGION,
    &c::OPERATION,
    &c::GRANULARITY,
    &c::STATUS,
    &c::TS_KIND,
];

/// Looks at every class of a table that is in memory, in a fixed order.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn each_class(
    frame: &DataFrame,
    world: &World,
    mut look: impl FnMut(&Setting, &Part<'_>),
) -> PolarsResult<()> {
    let (calendar, names, mut batch) = (Calendar::of(world), Names::default(), Batch::default());
    batch.fill(frame, &names, &calendar)?;
    for part in batch.parts() {
        look(&Setting::of(&part.class, &names, &calendar, world), &part);
    }
    Ok(())
}

/// The names of the columns that are read, but for those that are ignored.
pub fn needed<'a>(ignored: &'a [&str]) -> impl Iterator<Item = &'static str> + use<'a> {
    let rare = [&c::N_CALLS, &c::TOOL_WEB_SEARCH, &c::COST_REPORTED];
    let columns = TEXTS.into_iter().chain(rare).map(|column| column.name);
    let columns = columns.filter(|name| !ignored.contains(name));
    columns.chain(BUCKETS.iter().map(|column| column.name)).chain([c::TS_START.name])
}
