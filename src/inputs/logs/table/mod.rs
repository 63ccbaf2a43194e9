//! Any table: CSV, TSV, JSON lines or Parquet, in canonical columns or through a column map.

mod delimited;
mod json_lines;
pub mod map;
pub mod objects;
pub mod parquet;
mod plan;
mod row;
pub mod targets;

use std::collections::BTreeSet;
use std::io::BufRead;

use self::map::ColumnMap;
use super::detect::{Head, Likeness};
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
    if head.is_parquet() {
        head.columns().to_vec()
    } else if head.is_sqlite() {
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

/// The keys of the first objects, all together.
fn keys(head: &Head) -> Vec<String> {
    head.objects().flatten().collect::<BTreeSet<_>>().into_iter().cloned().collect()
}
