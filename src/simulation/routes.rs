//! The offer that each call goes to, as a table.

use polars::prelude::{Column, DataFrame, NamedFrom, PolarsResult, Series};
use rayon::prelude::*;

use super::audit::Pass;
use super::bridge::CallTable;
use super::groups;
use super::world::World;
use crate::inputs::prices::OfferId;
use crate::tables::routes as r;
use crate::units::Usd;

/// Where a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routed {
    /// The offer.
    pub offer: OfferId,
    /// What the call costs where it was served.
    pub spent: Usd,
    /// What it costs there.
    pub cost: Usd,
}

/// The table of [`r::ROUTES`] for a table of calls, row by row.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn table(frame: &DataFrame, world: &World<'_>) -> PolarsResult<DataFrame> {
    let routed = routed(frame, world)?;
    let mut columns: Vec<Column> = Vec::new();
    for column in r::OF_CALLS {
        columns.push(frame.column(column.name)?.clone());
    }
    let names = |get: fn(&World<'_>, OfferId) -> String| -> Vec<Option<String>> {
        routed.iter().map(|routed| routed.map(|routed| get(world, routed.offer))).collect()
    };
    let amounts = |get: fn(Routed) -> Usd| -> Vec<Option<i64>> {
        routed.iter().map(|routed| routed.and_then(|routed| i64::try_from(get(routed).pico()).ok())).collect()
    };
    columns.push(named(&r::COST, amounts(|routed| routed.spent)));
    columns.push(named(
        &r::ROUTED_MODEL,
        names(|world, offer| world.models.get(world.book.offer(offer).model).id.clone()),
    ));
    columns.push(named(&r::ROUTED_SELLER, names(|world, offer| world.book.seller_of(offer).id.clone())));
    columns
        .push(named(&r::ROUTED_TIER, names(|world, offer| world.book.offer(offer).tier.word().to_owned())));
    columns.push(named(&r::ROUTED_COST, amounts(|routed| routed.cost)));
    DataFrame::new(frame.height(), columns)
}

fn named<T, P: ?Sized>(column: &crate::tables::Column, values: Vec<T>) -> Column
where
    Series: NamedFrom<Vec<T>, P>,
{
    Column::new(column.name.into(), values)
}

/// Where each call goes, in the order of the table; `None`: it has no price, or nobody was paid for it.
fn routed(frame: &DataFrame, world: &World<'_>) -> PolarsResult<Vec<Option<Routed>>> {
    let table = CallTable::of(frame)?;
    let pass = Pass::without_candidates(&table, world);
    let groups = groups::of(&table, world);
    let parts: Vec<Vec<(u32, Routed)>> = groups.par_iter().map(|group| pass.rows(group)).collect();
    let mut rows = vec![None; table.len()];
    for (row, routed) in parts.into_iter().flatten() {
        rows[row as usize] = Some(routed);
    }
    Ok(rows)
}
