//! JSON: facts as an object, tables as arrays of objects. Exact money is a decimal string, an estimate is a number, and
//! an unknown is null.

use serde_json::{Map, Value as Json, json};

use crate::outputs::page::{Body, Page, Section, Value};

/// The page as JSON.
pub fn print(page: &Page) -> String {
    let mut root = Map::new();
    root.insert("command".to_owned(), json!(page.command));
    root.insert("claim".to_owned(), json!(page.claim));
    for section in &page.sections {
        root.insert(section.key.to_owned(), body(section));
    }
    let mut text = serde_json::to_string_pretty(&Json::Object(root)).unwrap_or_default();
    text.push('\n');
    text
}

fn body(section: &Section) -> Json {
    match &section.body {
        Body::Facts(facts) => facts
            .iter()
            .flat_map(|fact| &fact.items)
            .map(|item| (item.key.to_owned(), value(&item.value)))
            .collect::<Map<_, _>>()
            .into(),
        Body::Grid(grid) => grid
            .rows
            .iter()
            .map(|row| {
                let cells = grid.heads.iter().zip(row).map(|(head, cell)| (head.key.to_owned(), value(cell)));
                Json::Object(cells.collect())
            })
            .collect(),
    }
}

fn value(value: &Value) -> Json {
    match value {
        Value::Text(text) | Value::Digest(text) => json!(text),
        Value::Count(n) => json!(n),
        Value::Tokens(n) => json!(n),
        Value::Usd(usd) => json!(usd.to_string()),
        Value::Rate(rate) => json!(rate.to_string()),
        Value::Estimate(usd) => json!(usd.0),
        Value::Share(share) => json!(share.value()),
        Value::Change(change) => json!(change),
        Value::Number(n) | Value::Score(n) => json!(n),
        Value::Unknown | Value::Nothing => Json::Null,
    }
}
