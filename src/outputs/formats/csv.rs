//! CSV, one row a value: `section,row,key,value`. An unknown is empty.

use csv::Writer;

use crate::outputs::page::{Body, Page, Value};
use crate::outputs::wording::clean;

/// The page as CSV.
pub fn print(page: &Page) -> String {
    let mut rows: Vec<[String; 4]> = Vec::new();
    for section in &page.sections {
        let mut push = |row: usize, key: &str, cell: &Value| {
            rows.push([section.key.to_owned(), row.to_string(), key.to_owned(), value(cell)]);
        };
        match &section.body {
            Body::Facts(facts) => {
                for item in facts.iter().flat_map(|fact| &fact.items) {
                    push(1, item.key, &item.value);
                }
            }
            Body::Grid(grid) => {
                for (index, row) in grid.rows.iter().enumerate() {
                    for (head, cell) in grid.heads.iter().zip(row) {
                        push(index + 1, head.key, cell);
                    }
                }
            }
        }
    }
    let mut writer = Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(["section", "row", "key", "value"]);
    for row in &rows {
        let _ = writer.write_record(row);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => spreadsheet_safe(&clean(text)),
        Value::Digest(digest) => digest.clone(),
        Value::Count(n) => n.to_string(),
        Value::Tokens(n) => n.to_string(),
        Value::Usd(usd) => usd.to_string(),
        Value::Rate(rate) => rate.to_string(),
        Value::Estimate(usd) => usd.0.to_string(),
        Value::Share(share) => share.value().to_string(),
        Value::Change(change) => change.to_string(),
        Value::Number(n) | Value::Score(n) => n.to_string(),
        Value::Unknown | Value::Nothing => String::new(),
    }
}

/// A spreadsheet runs text that begins like a formula; an apostrophe keeps it text.
pub fn spreadsheet_safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_a_spreadsheet_would_run_stays_text() {
        assert_eq!(value(&Value::from("=1+1")), "'=1+1");
        assert_eq!(value(&Value::from("chat")), "chat");
        assert_eq!(value(&Value::Unknown), "");
    }
}
