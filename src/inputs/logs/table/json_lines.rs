//! JSON lines: each object is a row, its keys are the columns. A dotted column name reaches into nested objects.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::io::BufRead;

use serde_json::value::RawValue;

use super::map::{CANONICAL, ColumnMap, Source};
use super::plan::Plan;
use super::row::Cell;
use super::targets::TARGETS;
use crate::inputs::logs::json_rows;
use crate::inputs::logs::sink::Sink;
use crate::inputs::logs::values::text;

/// The keys of the first rows and every canonical one; `model` stands for `model_raw` where the rows say so.
fn every_key(keys: &[String]) -> Vec<String> {
    let has = |name: &str| keys.iter().any(|key| key == name);
    let canonical =
        TARGETS.iter().map(|target| target.name).filter(|name| *name != "model_raw" || !has("model"));
    keys.iter().cloned().chain(canonical.map(str::to_owned)).collect::<BTreeSet<_>>().into_iter().collect()
}

type Object<'a> = HashMap<Cow<'a, str>, &'a RawValue>;

/// Reads the rows. `keys` are those of the first rows; they tell which map fits.
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
        None => match ColumnMap::for_header(keys)? {
            map if map.name == CANONICAL => ColumnMap::canonical(&every_key(keys)),
            map => map,
        },
    };
    // A key that the first rows lack may come later, and a row without it does not report it.
    let mut header = keys.to_vec();
    for source in map.columns.values().map(Source::column) {
        if !header.iter().any(|column| column == source) {
            header.push(source.to_owned());
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
