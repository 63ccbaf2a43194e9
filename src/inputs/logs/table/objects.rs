//! Rows of a table as objects, for formats whose cells are maps: a CSV cell with JSON in it, or a map of Parquet.

use std::collections::BTreeMap;
use std::io::{BufRead, Cursor};

use polars::prelude::{AnyValue, Column, ParquetReader, SerReader, TimeUnit};
use serde_json::{Map, Value};

use super::parquet::guarded;
use crate::inputs::logs::object::Object;
use crate::inputs::logs::sink::Sink;
use crate::units::scaled_text;

/// Calls `take` with each row of a CSV table as an object of texts.
///
/// # Errors
/// When the header cannot be read.
pub fn for_each_record(
    reader: &mut dyn BufRead,
    sink: &mut Sink,
    mut take: impl FnMut(u64, &Object<'_>, &mut Sink),
) -> Result<(), String> {
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
    let header = rows.headers().map_err(|error| format!("cannot be read: {error}"))?.clone();
    let header: Vec<&str> = header.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
    let mut record = csv::StringRecord::new();
    loop {
        let line = rows.position().line();
        match rows.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) if record.len() != header.len() => sink.reject(
                line,
                format!("the number of fields is {}, that of the header {}", record.len(), header.len()),
            ),
            Ok(true) => {
                let cells: BTreeMap<&str, &str> = header.iter().copied().zip(record.iter()).collect();
                let line = record.position().map_or(line, csv::Position::line);
                take_text(line, &serde_json::to_string(&cells).unwrap_or_default(), sink, &mut take);
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                sink.reject(line, "not UTF-8");
            }
            Err(error) => {
                sink.stop(line, format!("reading stopped here: {error}"));
                return Ok(());
            }
        }
    }
}

/// Calls `take` with each row of a Parquet table as an object of those of the columns that it has.
///
/// # Errors
/// When it is no Parquet table, or a column is of a type that is no value of JSON.
pub fn for_each_row(
    reader: &mut dyn BufRead,
    columns: &[&str],
    sink: &mut Sink,
    mut take: impl FnMut(u64, &Object<'_>, &mut Sink),
) -> Result<(), String> {
    let damaged = |error: &dyn std::fmt::Display| format!("cannot be read as Parquet: {error}");
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
    let mut cursor = Cursor::new(bytes);
    let schema = guarded(|| ParquetReader::new(&mut cursor).schema())?.map_err(|error| damaged(&error))?;
    let wanted = columns.iter().filter(|name| schema.contains(name)).map(ToString::to_string).collect();
    let frame = guarded(|| ParquetReader::new(cursor).with_columns(Some(wanted)).finish())?
        .map_err(|error| damaged(&error))?;
    for row in 0..frame.height() {
        let cell = |column: &Column| {
            let value = column.get(row).map_or(Ok(Value::Null), |value| json(&value))?;
            Ok((column.name().to_string(), value))
        };
        let cells: Result<Map<String, Value>, String> = frame.columns().iter().map(cell).collect();
        take_text(row as u64 + 1, &Value::Object(cells?).to_string(), sink, &mut take);
    }
    Ok(())
}

fn take_text(line: u64, text: &str, sink: &mut Sink, take: &mut impl FnMut(u64, &Object<'_>, &mut Sink)) {
    match serde_json::from_str::<Object>(text) {
        Ok(object) => take(line, &object, sink),
        Err(error) => sink.reject(line, error.to_string()),
    }
}

/// A value of Parquet as one of JSON: a map, which is a list of pairs, as an object; times and decimals as text, exactly.
fn json(value: &AnyValue<'_>) -> Result<Value, String> {
    Ok(match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(truth) => Value::Bool(*truth),
        AnyValue::String(text) => Value::String((*text).to_owned()),
        AnyValue::StringOwned(text) => Value::String(text.to_string()),
        AnyValue::Datetime(at, unit, _) => Value::String(moment(*at, *unit)),
        AnyValue::DatetimeOwned(at, unit, _) => Value::String(moment(*at, *unit)),
        AnyValue::Decimal(units, _, scale) => {
            let scale = u32::try_from(*scale).unwrap_or(u32::MAX);
            Value::String(scaled_text(*units, scale).map_err(|error| error.to_string())?)
        }
        AnyValue::Float32(number) => Value::from(*number),
        AnyValue::Float64(number) => Value::from(*number),
        AnyValue::List(entries) => {
            let entries: Result<Vec<Value>, String> = entries.iter().map(|entry| json(&entry)).collect();
            of_pairs(entries?)
        }
        AnyValue::Struct(..) | AnyValue::StructOwned(_) => {
            let fields = value._iter_struct_av().map(|field| json(&field));
            Value::Array(fields.collect::<Result<_, _>>()?)
        }
        other => match other.try_extract::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => return Err(format!("has a column of type {}, which is not read", other.dtype())),
        },
    })
}

/// An object, if the entries are pairs of a name and a value; else the array.
fn of_pairs(entries: Vec<Value>) -> Value {
    let pair = |entry: &Value| match entry.as_array().map(Vec::as_slice) {
        Some([Value::String(key), value]) => Some((key.clone(), value.clone())),
        _ => None,
    };
    match entries.iter().map(pair).collect::<Option<Map<String, Value>>>() {
        Some(map) => Value::Object(map),
        None => Value::Array(entries),
    }
}

fn moment(at: i64, unit: TimeUnit) -> String {
    let micros = match unit {
        TimeUnit::Nanoseconds => at.div_euclid(1_000),
        TimeUnit::Microseconds => at,
        TimeUnit::Milliseconds => at.saturating_mul(1_000),
    };
    chrono::DateTime::from_timestamp_micros(micros).map_or_else(String::new, |at| at.to_rfc3339())
}
