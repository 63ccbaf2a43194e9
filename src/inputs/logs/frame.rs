//! Calls as the canonical table.

use polars::prelude::{Column, DataFrame, Int64Chunked, IntoColumn as _, PolarsResult, TimeUnit, TimeZone};

use super::call::{Call, When};
use super::dedup::Located;
use super::report::FileReport;
use super::strings::{Strings, Sym};
use crate::tables::calls as c;
use crate::tables::{Column as TableColumn, calls::CALLS};

/// Builds the frame of [`CALLS`] from deduplicated calls.
///
/// # Errors
/// Only if the columns had different lengths.
pub fn calls(rows: &[Located], files: &[FileReport], strings: &Strings) -> PolarsResult<DataFrame> {
    let text = |column: &TableColumn, get: fn(&Call) -> Option<Sym>| {
        let values: Vec<Option<&str>> =
            rows.iter().map(|row| get(&row.call).map(|symbol| strings.text(symbol))).collect();
        Column::new(column.name.into(), values)
    };
    let integer = |column: &TableColumn, get: fn(&Call) -> Option<i64>| {
        Column::new(column.name.into(), rows.iter().map(|row| get(&row.call)).collect::<Vec<_>>())
    };
    let word = |column: &TableColumn, get: fn(&Call) -> &'static str| {
        Column::new(column.name.into(), rows.iter().map(|row| get(&row.call)).collect::<Vec<_>>())
    };
    let boolean = |column: &TableColumn, get: fn(&Call) -> Option<bool>| {
        Column::new(column.name.into(), rows.iter().map(|row| get(&row.call)).collect::<Vec<_>>())
    };
    let file = |row: &Located| &files[row.file as usize];
    let ids: Vec<String> = rows.iter().map(|row| call_id(row, &file(row).name, strings)).collect();
    let sources: Vec<&str> = rows.iter().map(|row| file(row).format.unwrap_or("")).collect();
    let names: Vec<&str> = rows.iter().map(|row| file(row).name.as_str()).collect();
    let lines: Vec<u64> = rows.iter().map(|row| row.call.line).collect();
    let latencies: Vec<Option<f64>> = rows.iter().map(|row| row.call.latency_ms).collect();
    let quality: Vec<u32> = rows.iter().map(|row| row.call.quality).collect();
    let columns = vec![
        Column::new(c::CALL_ID.name.into(), ids),
        Column::new(c::SOURCE.name.into(), sources),
        Column::new(c::SRC_FILE.name.into(), names),
        Column::new(c::SRC_LINE.name.into(), lines),
        word(&c::GRANULARITY, |call| if call.is_bucket { "bucket" } else { "call" }),
        integer(&c::N_CALLS, |call| Some(call.n_calls)),
        starts(rows),
        word(&c::TS_KIND, |call| match call.when {
            When::Absolute(_) => "absolute",
            When::Relative(_) => "relative",
            When::Anchored(_) => "anchored",
            When::None => "none",
        }),
        text(&c::SELLER, |call| call.seller),
        text(&c::UPSTREAM, |call| call.upstream),
        text(&c::MODEL_RAW, |call| call.model_raw),
        text(&c::MODEL_ALIAS, |call| call.model_alias),
        text(&c::OPERATION, |call| call.operation),
        text(&c::MODE, |call| call.mode),
        text(&c::REGION, |call| call.region),
        integer(&c::IN_UNCACHED, |call| call.in_uncached),
        integer(&c::IN_CACHE_READ, |call| call.in_cache_read),
        integer(&c::IN_CACHE_WRITE_5M, |call| call.in_cache_write_5m),
        integer(&c::IN_CACHE_WRITE_1H, |call| call.in_cache_write_1h),
        integer(&c::IN_TOTAL, Call::in_total),
        integer(&c::OUT_TOTAL, |call| call.out_total),
        integer(&c::OUT_REASONING, |call| call.out_reasoning),
        integer(&c::TOOL_WEB_SEARCH, |call| call.tool_web_search),
        integer(&c::COST_REPORTED, |call| {
            call.cost_reported.and_then(|cost| i64::try_from(cost.pico()).ok())
        }),
        text(&c::COST_KIND, |call| call.cost_kind),
        Column::new(c::LATENCY_MS.name.into(), latencies),
        boolean(&c::STREAM, |call| call.stream),
        word(&c::STATUS, |call| call.status.word()),
        text(&c::STOP_REASON, |call| call.stop_reason),
        text(&c::SESSION_ID, |call| call.session_id),
        text(&c::TRACE_ID, |call| call.trace_id),
        boolean(&c::IS_SUBAGENT, |call| call.is_subagent),
        text(&c::USER, |call| call.user),
        text(&c::KEY_ID, |call| call.key_id),
        text(&c::TEAM, |call| call.team),
        text(&c::APP, |call| call.app),
        text(&c::TAG, |call| call.tag),
        word(&c::IN_CONVENTION, |call| call.convention.word()),
        Column::new(c::QUALITY.name.into(), quality),
        text(&c::WORKLOAD, |call| call.workload),
    ];
    debug_assert_eq!(columns.len(), CALLS.columns.len());
    DataFrame::new(rows.len(), columns)
}

/// The source's own id, else one made of where the row stands.
fn call_id(row: &Located, file: &str, strings: &Strings) -> String {
    row.call.id.map_or_else(|| format!("{file}:{}", row.call.line), |id| strings.text(id).to_owned())
}

fn starts(rows: &[Located]) -> Column {
    let micros = rows.iter().map(|row| match row.call.when {
        When::Absolute(at) | When::Anchored(at) => Some(at),
        When::Relative(_) | When::None => None,
    });
    let numbers: Int64Chunked = micros.collect();
    // Not a cast: casts drop the zone unless Polars brings its zone database.
    numbers
        .with_name(c::TS_START.name.into())
        .into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))
        .into_column()
}
