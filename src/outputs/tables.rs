//! Canonical tables as files: Parquet, CSV and JSON lines, whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use polars::io::csv::write::BatchedWriter as CsvBatches;
use polars::io::parquet::write::BatchedWriter as ParquetBatches;
use polars::prelude::{
    AnyValue, CsvWriter, DataFrame, KeyValueMetadata, ParquetWriter, PolarsResult, SerWriter as _,
};
use serde_json::{Map, Value};

use crate::inputs::seal;

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
pub fn write(frame: &mut DataFrame, format: TableFormat, into: File) -> PolarsResult<()> {
    let mut writer = TableWriter::new(format, into);
    writer.write(frame)?;
    writer.finish()
}

/// A table that is written a piece at a time.
pub struct TableWriter {
    format: TableFormat,
    /// Until the first piece tells which columns there are.
    file: Option<File>,
    state: State,
}

enum State {
    Empty,
    /// With the file, to be sealed.
    Parquet(Box<ParquetBatches<BufWriter<File>>>, File),
    Csv(Box<CsvBatches<BufWriter<File>>>),
    JsonLines(BufWriter<File>),
}

impl TableWriter {
    /// A writer of an empty file.
    pub const fn new(format: TableFormat, file: File) -> Self {
        Self { format, file: Some(file), state: State::Empty }
    }

    /// Writes more rows; the first piece has the columns of all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, frame: &mut DataFrame) -> PolarsResult<()> {
        if let Some(file) = self.file.take() {
            self.state = State::open(self.format, BufWriter::new(file), frame)?;
        }
        match &mut self.state {
            State::Empty => Ok(()),
            State::Parquet(writer, _) => {
                frame.align_chunks_par();
                writer.write_batch(frame)
            }
            State::Csv(writer) => writer.write_batch(frame),
            State::JsonLines(into) => Ok(json_lines(frame, into)?),
        }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> PolarsResult<()> {
        match self.state {
            State::Empty => {}
            State::Parquet(writer, mut file) => {
                writer.finish()?;
                seal::seal(&mut file)?;
            }
            State::Csv(mut writer) => writer.finish()?,
            State::JsonLines(mut into) => into.flush()?,
        }
        Ok(())
    }
}

impl State {
    fn open(format: TableFormat, into: BufWriter<File>, frame: &DataFrame) -> PolarsResult<Self> {
        Ok(match format {
            TableFormat::Parquet => {
                let metadata = KeyValueMetadata::from_static(vec![seal::unsealed()]);
                let file = into.get_ref().try_clone()?;
                let writer = ParquetWriter::new(into).with_key_value_metadata(Some(metadata));
                Self::Parquet(Box::new(writer.batched(frame.schema())?), file)
            }
            TableFormat::Csv => {
                let writer = CsvWriter::new(into).with_datetime_format(Some("%Y-%m-%dT%H:%M:%S%.6fZ".into()));
                Self::Csv(Box::new(writer.batched(frame.schema())?))
            }
            TableFormat::JsonLines => Self::JsonLines(into),
        })
    }
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
