//! Calls as the canonical table.
//!
//! A text is stored once, however many rows have it, and a column in which every row has the same value is that value: most
//! columns of a log are of one of the two kinds, so the table is much smaller than its rows.

use std::borrow::Cow;

use polars::prelude::{
    AnyValue, ChunkTake as _, Column, DataFrame, DataType, IdxCa, Int64Chunked, IntoColumn as _, NamedFrom,
    NewChunkedArray as _, PlSmallStr, PolarsResult, Scalar, Series, StringChunked, TimeUnit, TimeZone,
};
use rayon::prelude::*;

use super::call::{Call, When};
use super::report::FileReport;
use super::rows::{Place, Rows};
use super::strings::{Strings, Sym};
use crate::tables::{Column as TableColumn, calls as c, calls::CALLS};

/// How the values of a column come from a row.
#[derive(Clone, Copy)]
enum Get {
    Id,
    Source,
    File,
    Line,
    Start,
    Quality,
    Latency,
    Text(fn(&Call) -> Option<Sym>),
    Integer(fn(&Call) -> Option<i64>),
    Word(fn(&Call) -> &'static str),
    Boolean(fn(&Call) -> Option<bool>),
}

/// Every column of [`CALLS`], in its order.
fn columns() -> Vec<(&'static TableColumn, Get)> {
    use Get::{Boolean, Integer, Text, Word};
    vec![
        (&c::CALL_ID, Get::Id),
        (&c::SOURCE, Get::Source),
        (&c::SRC_FILE, Get::File),
        (&c::SRC_LINE, Get::Line),
        (&c::GRANULARITY, Word(|call| if call.is_bucket { "bucket" } else { "call" })),
        (&c::N_CALLS, Integer(|call| Some(call.n_calls))),
        (&c::TS_START, Get::Start),
        (&c::TS_KIND, Word(kind_of_time)),
        (&c::SELLER, Text(|call| call.seller)),
        (&c::UPSTREAM, Text(|call| call.upstream)),
        (&c::MODEL_RAW, Text(|call| call.model_raw)),
        (&c::MODEL_ALIAS, Text(|call| call.model_alias)),
        (&c::OPERATION, Text(|call| call.operation)),
        (&c::MODE, Text(|call| call.mode)),
        (&c::REGION, Text(|call| call.region)),
        (&c::IN_UNCACHED, Integer(|call| call.in_uncached)),
        (&c::IN_CACHE_READ, Integer(|call| call.in_cache_read)),
        (&c::IN_CACHE_WRITE_5M, Integer(|call| call.in_cache_write_5m)),
        (&c::IN_CACHE_WRITE_1H, Integer(|call| call.in_cache_write_1h)),
        (&c::IN_TOTAL, Integer(Call::in_total)),
        (&c::OUT_TOTAL, Integer(|call| call.out_total)),
        (&c::OUT_REASONING, Integer(|call| call.out_reasoning)),
        (&c::TOOL_WEB_SEARCH, Integer(|call| call.tool_web_search)),
        (&c::COST_REPORTED, Integer(reported)),
        (&c::COST_KIND, Text(|call| call.cost_kind)),
        (&c::LATENCY_MS, Get::Latency),
        (&c::STREAM, Boolean(|call| call.stream)),
        (&c::STATUS, Word(|call| call.status.word())),
        (&c::STOP_REASON, Text(|call| call.stop_reason)),
        (&c::SESSION_ID, Text(|call| call.session_id)),
        (&c::TRACE_ID, Text(|call| call.trace_id)),
        (&c::IS_SUBAGENT, Boolean(|call| call.is_subagent)),
        (&c::USER, Text(|call| call.user)),
        (&c::KEY_ID, Text(|call| call.key_id)),
        (&c::TEAM, Text(|call| call.team)),
        (&c::APP, Text(|call| call.app)),
        (&c::TAG, Text(|call| call.tag)),
        (&c::IN_CONVENTION, Word(|call| call.convention.word())),
        (&c::QUALITY, Get::Quality),
        (&c::WORKLOAD, Text(|call| call.workload)),
    ]
}

fn kind_of_time(call: &Call) -> &'static str {
    match call.when {
        When::Absolute(_) => "absolute",
        When::Relative(_) => "relative",
        When::Anchored(_) => "anchored",
        When::None => "none",
    }
}

fn reported(call: &Call) -> Option<i64> {
    call.cost_reported.and_then(|cost| i64::try_from(cost.pico()).ok())
}

/// Builds the frame of [`CALLS`] from deduplicated calls, its columns on all cores.
///
/// # Errors
/// Only if the columns had different lengths.
pub fn calls(rows: &Rows, files: &[FileReport], strings: Strings) -> PolarsResult<DataFrame> {
    let texts = StringChunked::from_iter_values(PlSmallStr::EMPTY, strings.texts());
    drop(strings);
    let source = Source { rows, files, texts };
    let columns = columns();
    debug_assert_eq!(columns.len(), CALLS.columns.len());
    let columns: PolarsResult<Vec<Column>> = columns
        .into_par_iter()
        .map(|(column, get)| source.column(get).map(|values| values.with_name(column.name.into())))
        .collect();
    DataFrame::new(rows.order.len(), columns?)
}

struct Source<'a> {
    rows: &'a Rows,
    files: &'a [FileReport],
    /// The texts of all symbols, in their order.
    texts: StringChunked,
}

impl Source<'_> {
    fn column(&self, get: Get) -> PolarsResult<Column> {
        let rows = self.rows;
        Ok(match get {
            Get::Text(get) => return self.texts(|place| get(rows.call(place))),
            Get::Id => return self.ids(),
            Get::Source => words(rows, |place| self.file(place).format.unwrap_or("")),
            Get::File => {
                let names = self.files.iter().map(|file| file.name.as_str());
                let names = StringChunked::from_iter_values(PlSmallStr::EMPTY, names);
                taken(&names, rows, |place| Some(place.file))?
            }
            Get::Line => numbers(rows.iter().map(|call| call.line).collect()),
            Get::Start => starts(rows),
            Get::Quality => numbers(rows.iter().map(|call| call.quality).collect()),
            Get::Latency => optional(rows, |call| call.latency_ms, DataType::Float64, AnyValue::Float64),
            Get::Integer(get) => optional(rows, get, DataType::Int64, AnyValue::Int64),
            Get::Word(get) => words(rows, |place| get(rows.call(place))),
            Get::Boolean(get) => optional(rows, get, DataType::Boolean, AnyValue::Boolean),
        })
    }

    fn texts(&self, get: impl Fn(Place) -> Option<Sym>) -> PolarsResult<Column> {
        let first = self.rows.order.first().and_then(|place| get(*place));
        let value =
            first.and_then(|text| self.texts.get(text.index())).map_or(AnyValue::Null, AnyValue::String);
        match same(self.rows, |place| get(place) == first, DataType::String, value) {
            Some(column) => Ok(column),
            None => taken(&self.texts, self.rows, |place| get(place).map(|text| text.index() as u32)),
        }
    }

    /// The source's own ids, else ones made of where the rows stand.
    fn ids(&self) -> PolarsResult<Column> {
        let rows = self.rows;
        if rows.iter().all(|call| call.id.is_some()) {
            return self.texts(|place| rows.call(place).id);
        }
        let id = |place: &Place| {
            let call = rows.call(*place);
            let own = call.id.and_then(|id| self.texts.get(id.index()));
            own.map_or_else(|| format!("{}:{}", self.file(*place).name, call.line).into(), Cow::Borrowed)
        };
        Ok(StringChunked::from_iter_values(PlSmallStr::EMPTY, rows.order.iter().map(id)).into_column())
    }

    fn file(&self, place: Place) -> &FileReport {
        &self.files[place.file as usize]
    }
}

fn numbers<T, P: ?Sized>(values: Vec<T>) -> Column
where
    Series: NamedFrom<Vec<T>, P>,
{
    Column::new(PlSmallStr::EMPTY, values)
}

fn optional<T: Copy + PartialEq, P: ?Sized>(
    rows: &Rows,
    get: fn(&Call) -> Option<T>,
    dtype: DataType,
    value: fn(T) -> AnyValue<'static>,
) -> Column
where
    Series: NamedFrom<Vec<Option<T>>, P>,
{
    let first = rows.iter().next().and_then(get);
    let value = first.map_or(AnyValue::Null, value);
    same(rows, |place| get(rows.call(place)) == first, dtype, value)
        .unwrap_or_else(|| numbers(rows.iter().map(get).collect()))
}

/// A column of one value, if every row has it.
fn same(rows: &Rows, has: impl Fn(Place) -> bool, dtype: DataType, value: AnyValue<'_>) -> Option<Column> {
    let scalar = || Scalar::new(dtype, value.into_static());
    let all = rows.order.iter().all(|place| has(*place));
    all.then(|| Column::new_scalar(PlSmallStr::EMPTY, scalar(), rows.order.len()))
}

fn words(rows: &Rows, get: impl Fn(Place) -> &'static str) -> Column {
    let first = rows.order.first().map_or("", |place| get(*place));
    same(rows, |place| get(place) == first, DataType::String, AnyValue::String(first)).unwrap_or_else(|| {
        let words = rows.order.iter().map(|place| get(*place));
        StringChunked::from_iter_values(PlSmallStr::EMPTY, words).into_column()
    })
}

/// The texts at the places that the rows name; they are not copied.
fn taken(texts: &StringChunked, rows: &Rows, place: impl Fn(Place) -> Option<u32>) -> PolarsResult<Column> {
    let places = IdxCa::from_iter_options(PlSmallStr::EMPTY, rows.order.iter().map(|row| place(*row)));
    Ok(texts.take(&places)?.into_column())
}

fn starts(rows: &Rows) -> Column {
    let micros = rows.iter().map(|call| match call.when {
        When::Absolute(micros) | When::Anchored(micros) => Some(micros),
        When::Relative(_) | When::None => None,
    });
    // Not a cast: casts drop the zone unless Polars brings its zone database.
    Int64Chunked::from_iter_options(PlSmallStr::EMPTY, micros)
        .into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))
        .into_column()
}
