//! What has no price, name by name, and what each file gave.

use super::Contents;
use crate::outputs::findings::by_calls;
use crate::outputs::page::{Body, Grid, Head, Section, Value};
use crate::outputs::wording::{counted, why_unpriced};

/// Rows that people are shown.
const SHOWN: usize = 10;

/// Calls without a price, by name, the most calls first.
pub fn unpriced(contents: &Contents<'_>) -> Section {
    let rows = by_calls(&contents.audit.facts.unknowns.unpriced).into_iter().map(|((why, name), count)| {
        let name = if name.is_empty() { Value::Nothing } else { Value::Text(name.clone()) };
        vec![name, Value::Count(count.calls), Value::Tokens(count.tokens), Value::from(why_unpriced(why))]
    });
    let heads = vec![
        Head::names("name", "name in the log", 0),
        Head::new("calls", "calls", 0),
        Head::new("tokens", "tokens", 0),
        Head::new("reason", "why", 0),
    ];
    section("unpriced", "Without a price", heads, rows.collect())
}

/// What each file gave.
pub fn files(contents: &Contents<'_>) -> Section {
    let rows = contents.report.files.iter().map(|file| {
        vec![
            Value::Text(file.name.clone()),
            file.format.map_or(Value::Nothing, Value::from),
            Value::Count(file.rows),
            Value::Count(file.usage_rows),
            Value::Count(file.no_call),
            Value::Count(file.rejected()),
            file.problem.clone().map_or(Value::Nothing, Value::Text),
        ]
    });
    let heads = vec![
        Head::names("file", "file", 0),
        Head::new("format", "format", 1),
        Head::new("rows", "rows", 0),
        Head::new("usage_rows", "with usage", 0),
        Head::new("no_call", "no call", 2),
        Head::new("rejected", "rejected", 0),
        Head::new("problem", "problem", 1),
    ];
    section("files", "Files", heads, rows.collect())
}

fn section(key: &'static str, title: &str, heads: Vec<Head>, rows: Vec<Vec<Value>>) -> Section {
    let hidden = rows.len().saturating_sub(SHOWN) as u64;
    let notes = if hidden > 0 {
        vec![format!("{} more in --format json", counted(hidden, "row"))]
    } else {
        Vec::new()
    };
    Section { key, title: title.to_owned(), body: Body::Grid(Grid { heads, rows, shown: SHOWN }), notes }
}
