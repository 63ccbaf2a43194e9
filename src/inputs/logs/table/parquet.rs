//! Parquet, through Polars, reading only the columns that a map needs.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use polars::io::mmap::MmapBytesReader;
use polars::prelude::{AnyValue, ArrowDataType, DataType, ParquetReader, PolarsError, SerReader, TimeUnit};

use super::map::ColumnMap;
use super::plan::Plan;
use super::row::Cell;
use crate::inputs::logs::sink::Sink;
use crate::inputs::seal;

/// Reads a whole Parquet file held in memory.
///
/// # Errors
/// When it is no Parquet file or lacks a column that is needed.
pub fn read(bytes: Vec<u8>, map: Option<&ColumnMap>, sink: &mut Sink) -> Result<(), String> {
    if seal::holds(&bytes) == Some(false) {
        return Err("is damaged: it is not as it was written".to_owned());
    }
    let damaged = |error: &dyn std::fmt::Display| format!("cannot be read as Parquet: {error}");
    let mut cursor = Cursor::new(bytes);
    let schema = guarded(|| ParquetReader::new(&mut cursor).schema())?.map_err(|error| damaged(&error))?;
    let header: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let map = match map {
        Some(map) => map.clone(),
        None => ColumnMap::for_header(&header)?,
    };
    let mut plan = Plan::new(map, &header)?;
    let needed: BTreeSet<usize> = plan.columns().collect();
    let needed: Vec<String> = needed.into_iter().map(|column| header[column].clone()).collect();
    for (name, field) in
        schema.iter().filter(|(name, _)| needed.iter().any(|column| *column == name.as_str()))
    {
        if !readable(field.dtype()) {
            return Err(format!(
                "has column `{name}` of type {:?}: store it as text, a time, or a number of 32 or 64 bits",
                field.dtype()
            ));
        }
    }
    let mut frame = guarded(|| ParquetReader::new(cursor).with_columns(Some(needed)).finish())?
        .map_err(|error| damaged(&error))?;
    frame.rechunk_mut();

    // Dictionary columns become text once, times become microseconds once.
    let mut columns = vec![None; header.len()];
    for column in plan.columns() {
        let values = frame.column(&header[column]).map_err(|error| damaged(&error))?;
        let values = match values.dtype() {
            DataType::Categorical(..) | DataType::Enum(..) => values.cast(&DataType::String),
            DataType::Date | DataType::Datetime(..) => {
                values.cast(&DataType::Datetime(TimeUnit::Microseconds, None))
            }
            _ => Ok(values.clone()),
        };
        columns[column] = Some(values.map_err(|error| damaged(&error))?);
    }
    for row in 0..frame.height() {
        let cell = |column: usize| {
            columns[column]
                .as_ref()
                .map_or(Cell::Null, |values| values.get(row).map_or(Cell::Null, |value| cell_of(&value)))
        };
        plan.take(row as u64 + 1, cell, sink);
    }
    plan.finish(sink);
    Ok(())
}

/// Whether a column of that type can be a value of a call.
fn readable(dtype: &ArrowDataType) -> bool {
    match dtype {
        ArrowDataType::Null
        | ArrowDataType::Boolean
        | ArrowDataType::Int32
        | ArrowDataType::Int64
        | ArrowDataType::UInt32
        | ArrowDataType::UInt64
        | ArrowDataType::Float32
        | ArrowDataType::Float64
        | ArrowDataType::Timestamp(..)
        | ArrowDataType::Date32
        | ArrowDataType::Utf8
        | ArrowDataType::LargeUtf8
        | ArrowDataType::Utf8View => true,
        ArrowDataType::Dictionary(_, values, _) => readable(values),
        _ => false,
    }
}

/// The names of the columns of a Parquet file; none where it cannot be read.
pub fn columns(file: impl MmapBytesReader) -> Vec<String> {
    let schema = guarded(|| ParquetReader::new(file).schema());
    let Ok(Ok(schema)) = schema else { return Vec::new() };
    schema.iter_names().map(ToString::to_string).collect()
}

/// Whether an error is that of a reader of Parquet, which found pages that make no sense.
pub fn is_of_parquet(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<PolarsError>().is_some_and(|error| error.to_string().starts_with("parquet:"))
}

/// Runs the reader; a damaged file may make it panic, which is a problem of the file and not of the program.
pub fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, String> {
    // Several files may be read at once, on threads of the reader's own.
    static READING: AtomicUsize = AtomicUsize::new(0);
    static SILENCED: Once = Once::new();
    SILENCED.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if READING.load(Ordering::Relaxed) == 0 {
                told(panic);
            }
        }));
    });
    READING.fetch_add(1, Ordering::Relaxed);
    let result = panic::catch_unwind(AssertUnwindSafe(read));
    READING.fetch_sub(1, Ordering::Relaxed);
    result.map_err(|_| "is damaged: it cannot be read as Parquet".to_owned())
}

fn cell_of<'a>(value: &AnyValue<'_>) -> Cell<'a> {
    match value {
        AnyValue::Null => Cell::Null,
        AnyValue::Boolean(b) => Cell::Boolean(*b),
        AnyValue::String(text) => Cell::Text(Cow::Owned((*text).to_owned())),
        AnyValue::StringOwned(text) => Cell::Text(Cow::Owned(text.to_string())),
        AnyValue::Datetime(micros, ..) => Cell::Micros(*micros),
        AnyValue::Float32(n) if !n.is_nan() => Cell::Number(f64::from(*n)),
        AnyValue::Float64(n) if !n.is_nan() => Cell::Number(*n),
        AnyValue::Float32(_) | AnyValue::Float64(_) => Cell::Null,
        // What is no whole number that fits is text that no column accepts: the row is rejected, not emptied.
        other => match other.try_extract::<i64>() {
            Ok(n) => Cell::Integer(n),
            Err(_) => Cell::Text(Cow::Owned(format!("a value of type {}", other.dtype()))),
        },
    }
}
