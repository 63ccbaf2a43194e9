//! The sums of an audit as a table: what calls cost by workload, incumbent, offer and day or hour.

use polars::prelude::{
    Column, DataFrame, Int64Chunked, IntoColumn as _, PolarsError, PolarsResult, TimeUnit, TimeZone,
};

use super::audit::Audit;
use super::outcome::Line;
use super::world::World;
use crate::inputs::prices::OfferId;
use crate::tables::sums as s;

/// The table of [`s::SUMS`] of an audit: as logged, then as routed.
///
/// # Errors
/// When a sum is larger than a column holds.
pub fn table(audit: &Audit, world: &World) -> PolarsResult<DataFrame> {
    let mut rows: Vec<Row> = Vec::new();
    for (way, outcome) in [("logged", &audit.baseline), ("routed", &audit.routed)] {
        let slot = outcome.slot();
        rows.extend(outcome.slots().map(|(lane, offer, at, line)| Row {
            way,
            workload: lane.workload.map(|code| audit.workloads[code as usize].as_str()),
            incumbent: lane.incumbent,
            offer,
            start: i64::from(at) * slot.micros(),
            line: *line,
        }));
    }
    let model = |offer: OfferId| world.models.get(world.book.offer(offer).model).id.as_str();
    let seller = |offer: OfferId| world.book.seller_of(offer).id.as_str();
    let texts = |column: &crate::tables::Column, get: &dyn Fn(&Row<'_>) -> Option<String>| {
        Column::new(column.name.into(), rows.iter().map(get).collect::<Vec<_>>())
    };
    let numbers = |column: &crate::tables::Column, get: fn(&Row<'_>) -> i64| {
        Column::new(column.name.into(), rows.iter().map(get).collect::<Vec<_>>())
    };
    let starts = Int64Chunked::from_vec(s::START.name.into(), rows.iter().map(|row| row.start).collect());
    let columns = vec![
        texts(&s::WAY, &|row| Some(row.way.to_owned())),
        texts(s::WORKLOAD, &|row| row.workload.map(str::to_owned)),
        texts(&s::MODEL, &|row| Some(model(row.incumbent).to_owned())),
        texts(&s::SELLER, &|row| Some(seller(row.incumbent).to_owned())),
        texts(&s::OFFER_MODEL, &|row| Some(model(row.offer).to_owned())),
        texts(&s::OFFER_SELLER, &|row| Some(seller(row.offer).to_owned())),
        texts(&s::OFFER_TIER, &|row| Some(world.book.offer(row.offer).tier.word().to_owned())),
        starts.into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)).into_column(),
        numbers(&s::CALLS, |row| row.line.calls as i64),
        numbers(&s::TOKENS, |row| row.line.tokens),
        Column::new(s::COST.name.into(), rows.iter().map(cost).collect::<PolarsResult<Vec<i64>>>()?),
    ];
    DataFrame::new(rows.len(), columns)
}

/// The cost of a row in a column of 64 bits: nine million dollars.
fn cost(row: &Row<'_>) -> PolarsResult<i64> {
    let pico = row.line.cost.pico();
    i64::try_from(pico)
        .map_err(|_| PolarsError::ComputeError(format!("a sum of {pico} picodollars does not fit").into()))
}

struct Row<'a> {
    way: &'static str,
    workload: Option<&'a str>,
    incumbent: OfferId,
    offer: OfferId,
    start: i64,
    line: Line,
}
