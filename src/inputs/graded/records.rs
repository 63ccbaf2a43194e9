//! Rows of text by the names of their columns, from CSV, TSV, JSON lines (all of them also as .gz) or Parquet.

use std::io::Read as _;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use polars::prelude::{AnyValue, LazyFrame, PlRefPath, ScanArgsParquet};
use serde_json::{Map, Value};

use super::GradedError;

/// A row with its line, or what is wrong with it.
type Row = (u64, Result<csv::StringRecord, String>);

/// A table of text.
pub(super) struct Records {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Row>,
}

impl Records {
    pub(super) fn open(path: &Path) -> Result<Self, GradedError> {
        let name = path.display().to_string();
        let unreadable = |reason: String| GradedError::Unreadable { path: name.clone(), reason };
        if path.extension().is_some_and(|ending| ending == "parquet") {
            return Self::of_parquet(&name).map_err(|error| unreadable(error.to_string()));
        }
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
        let read = if path.extension().is_some_and(|ending| ending == "gz") {
            MultiGzDecoder::new(file).read_to_string(&mut text)
        } else {
            std::io::BufReader::new(file).read_to_string(&mut text)
        };
        read.map_err(|error| unreadable(error.to_string()))?;
        Self::of_text(&name, &text)
    }

    pub(super) fn of_text(name: &str, text: &str) -> Result<Self, GradedError> {
        if text.trim_start().starts_with('{') {
            return Ok(Self::of_lines(text));
        }
        let head = text.lines().next().unwrap_or_default();
        let delimiter = if head.contains('\t') { b'\t' } else { b',' };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let header = reader
            .headers()
            .map_err(|error| GradedError::Unreadable { path: name.to_owned(), reason: error.to_string() })?
            .iter()
            .map(|title| title.trim().to_owned())
            .collect();
        let row = |record: csv::Result<csv::StringRecord>| match record {
            Ok(record) => (record.position().map_or(0, csv::Position::line), Ok(record)),
            Err(error) => (error.position().map_or(0, csv::Position::line), Err(error.to_string())),
        };
        let rows = reader.records().map(row).collect();
        Ok(Self { header, rows })
    }

    /// An object a line; the columns are the keys of all of them, in the order in which they come.
    fn of_lines(text: &str) -> Self {
        type Line = (u64, Result<Map<String, Value>, String>);
        let parsed: Vec<Line> = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(at, line)| (at, serde_json::from_str(line).map_err(|error| error.to_string())))
            .collect();
        let mut header: Vec<String> = Vec::new();
        for key in parsed.iter().filter_map(|(_, object)| object.as_ref().ok()).flat_map(Map::keys) {
            if !header.contains(key) {
                header.push(key.clone());
            }
        }
        let cell = |value: Option<&Value>| match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let rows = parsed
            .into_iter()
            .map(|(at, object)| {
                (at, object.map(|object| header.iter().map(|key| cell(object.get(key))).collect()))
            })
            .collect();
        Self { header, rows }
    }

    fn of_parquet(name: &str) -> polars::prelude::PolarsResult<Self> {
        let frame = LazyFrame::scan_parquet(PlRefPath::new(name), ScanArgsParquet::default())?.collect()?;
        let columns = frame.columns();
        let cell = |value: &AnyValue<'_>| match value {
            AnyValue::Null => String::new(),
            other => other.str_value().into_owned(),
        };
        let mut rows = Vec::with_capacity(frame.height());
        for row in 0..frame.height() {
            let cells: polars::prelude::PolarsResult<csv::StringRecord> =
                columns.iter().map(|column| Ok(cell(&column.get(row)?))).collect();
            rows.push((row as u64 + 1, Ok(cells?)));
        }
        Ok(Self { header: columns.iter().map(|column| column.name().to_string()).collect(), rows })
    }
}
