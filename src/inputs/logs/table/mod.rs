//! Any table: CSV, TSV, JSON lines or Parquet, in canonical columns or through a column map.

mod delimited;
mod json_lines;
pub mod map;
mod parquet;
mod plan;
mod row;
pub mod targets;

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use self::map::ColumnMap;
use super::detect::{Head, Likeness};
use super::object::Object;
use super::sink::Sink;
use super::{LogFormat, ReadContext};

/// Name of the format.
pub const ID: &str = "table";

/// The format.
pub struct Table;

impl LogFormat for Table {
    fn id(&self) -> &'static str {
        ID
    }

    fn about(&self) -> &'static str {
        "CSV, TSV, JSON lines or Parquet with canonical columns (docs/tables.md) or a column map (--map)"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        if head.is_parquet() {
            return Likeness::Certain;
        }
        let header = header(head);
        match ColumnMap::for_header(&header) {
            Ok(map) if map.name != "canonical" => Likeness::Certain,
            Ok(_) => Likeness::Likely,
            // A header of several columns is a table, if one that still needs a map.
            Err(_) if !head.is_json() && (header.len() > 1 || matches!(head.extension(), "csv" | "tsv")) => {
                Likeness::Possible
            }
            Err(_) => Likeness::None,
        }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        let Some(head) = context.head else { return Err("is empty".to_owned()) };
        read_with(reader, head, context.map, sink)
    }

    fn ids_are_local(&self) -> bool {
        true
    }

    fn nothing_found(&self) -> &'static str {
        "the table has no row with a call"
    }
}

/// The columns of a table: the names of its first line, or the keys of its first objects.
pub fn header(head: &Head) -> Vec<String> {
    if head.is_parquet() || head.is_sqlite() {
        Vec::new()
    } else if head.is_json() {
        keys(head)
    } else {
        delimited::columns(head.first_line())
    }
}

/// Reads a table through a map, or in canonical columns.
///
/// # Errors
/// When the header cannot be read or lacks a column that is needed.
pub fn read_with(
    reader: &mut dyn BufRead,
    head: &Head,
    map: Option<&ColumnMap>,
    sink: &mut Sink,
) -> Result<(), String> {
    if head.is_parquet() {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
        parquet::read(bytes, map, sink)
    } else if head.is_json() {
        json_lines::read(reader, &keys(head), map, sink)
    } else {
        delimited::read(reader, map, sink)
    }
}

/// Calls `take` with each row of a CSV table as an object of texts, for formats whose cells hold JSON.
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
                let text = serde_json::to_string(&cells).unwrap_or_default();
                match serde_json::from_str::<Object>(&text) {
                    Ok(object) => take(record.position().map_or(line, csv::Position::line), &object, sink),
                    Err(error) => sink.reject(line, error.to_string()),
                }
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

/// The keys of the first objects, all together.
fn keys(head: &Head) -> Vec<String> {
    head.objects().flatten().collect::<BTreeSet<_>>().into_iter().cloned().collect()
}
