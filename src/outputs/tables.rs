//! Canonical tables as files: Parquet, CSV and JSON lines, whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use polars::prelude::{AnyValue, CsvWriter, DataFrame, ParquetWriter, PolarsError, SerWriter as _};
use serde_json::{Map, Value};

/// What a table is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// Columns, compressed.
    Parquet,
    /// Text with a header line; times as RFC 3339.
    Csv,
    /// One object a row, without what is null.
    JsonLines,
}

impl TableFormat {
    /// The format that the end of a file's name means.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "parquet" => Some(Self::Parquet),
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// Writes a table.
///
/// # Errors
/// When it cannot be written.
pub fn write(frame: &mut DataFrame, format: TableFormat, into: File) -> Result<(), PolarsError> {
    let mut into = BufWriter::new(into);
    match format {
        TableFormat::Parquet => {
            ParquetWriter::new(&mut into).finish(frame)?;
        }
        TableFormat::Csv => {
            CsvWriter::new(&mut into)
                .with_datetime_format(Some("%Y-%m-%dT%H:%M:%S%.6fZ".into()))
                .finish(frame)?;
        }
        TableFormat::JsonLines => json_lines(frame, &mut into)?,
    }
    into.flush()?;
    Ok(())
}

fn json_lines(frame: &DataFrame, into: &mut impl Write) -> io::Result<()> {
    for row in 0..frame.height() {
        let mut object = Map::new();
        for column in frame.columns() {
            let value = column.get(row).map_err(io::Error::other)?;
            if let Some(value) = json(&value) {
                object.insert(column.name().to_string(), value);
            }
        }
        serde_json::to_writer(&mut *into, &Value::Object(object)).map_err(io::Error::other)?;
        into.write_all(b"\n")?;
    }
    Ok(())
}

fn json(value: &AnyValue<'_>) -> Option<Value> {
    Some(match value {
        AnyValue::Null => return None,
        AnyValue::Boolean(b) => Value::from(*b),
        AnyValue::Int64(n) => Value::from(*n),
        AnyValue::UInt32(n) => Value::from(*n),
        AnyValue::UInt64(n) => Value::from(*n),
        AnyValue::Float64(n) => Value::from(*n),
        AnyValue::String(text) => Value::from(*text),
        AnyValue::StringOwned(text) => Value::from(text.as_str()),
        AnyValue::Datetime(micros, ..) | AnyValue::DatetimeOwned(micros, ..) => {
            let moment = chrono::DateTime::from_timestamp_micros(*micros)?;
            Value::from(moment.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
        }
        other => Value::from(other.to_string()),
    })
}
