//! JSON lines: each object is a row, its keys are the columns. A dotted column name reaches into nested objects.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::BufRead;

use serde_json::value::RawValue;

use super::map::ColumnMap;
use super::row::{Cell, Plan};
use crate::inputs::logs::json_rows;
use crate::inputs::logs::sink::Sink;
use crate::inputs::logs::values::text;

type Object<'a> = HashMap<Cow<'a, str>, &'a RawValue>;

/// Reads the rows. The columns are the keys of the first rows together with those that a map names.
///
/// # Errors
/// When the keys do not make a table of calls.
pub fn read(
    reader: &mut dyn BufRead,
    keys: &[String],
    map: Option<&ColumnMap>,
    sink: &mut Sink,
) -> Result<(), String> {
    let map = match map {
        Some(map) => map.clone(),
        None => ColumnMap::for_header(keys)?,
    };
    let mut header = keys.to_vec();
    for source in map.columns.values() {
        // A key may be absent from the first rows; nested ones are never among the keys.
        let nested =
            source.column().split_once('.').is_some_and(|(parent, _)| keys.iter().any(|k| k == parent));
        if nested && !header.iter().any(|column| column == source.column()) {
            header.push(source.column().to_owned());
        }
    }
    let mut plan = Plan::new(map, &header)?;
    json_rows::for_each(reader, sink, |row, sink| {
        let Ok(object) = serde_json::from_str::<Object>(row.value.get()) else {
            sink.reject(row.line, "not a JSON object");
            return;
        };
        plan.take(row.line, |column| cell(&object, &header[column]), sink);
    });
    plan.finish(sink);
    Ok(())
}

fn cell<'a>(object: &Object<'a>, column: &str) -> Cell<'a> {
    if let Some(value) = object.get(column) {
        return scalar(value);
    }
    let Some((parent, rest)) = column.split_once('.') else { return Cell::Null };
    let Some(value) = object.get(parent) else { return Cell::Null };
    match serde_json::from_str::<Object<'a>>(value.get()) {
        Ok(inner) => cell(&inner, rest),
        Err(_) => Cell::Null,
    }
}

fn scalar(value: &RawValue) -> Cell<'_> {
    match text(Some(value)) {
        None => Cell::Null,
        Some(text) if text == "true" => Cell::Boolean(true),
        Some(text) if text == "false" => Cell::Boolean(false),
        Some(text) => Cell::Text(text),
    }
}
