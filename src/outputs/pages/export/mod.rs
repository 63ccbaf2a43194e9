//! The page of `export focus`.

use crate::outputs::page::{Body, Fact, Item, Page, Section, Value};
use crate::simulation::charges::Charges;

/// What was written and what was left out.
pub fn focus(charges: &Charges, out: &str) -> Page {
    let rows = charges.lines.len() as u64;
    let facts = vec![
        Fact {
            label: "written".to_owned(),
            items: vec![
                Item::counted("rows", rows, "row of FOCUS 1.2", "rows of FOCUS 1.2"),
                Item::new("cost", Value::Usd(charges.total()), "at list price"),
                Item::new("out", Value::Text(out.to_owned()), ""),
            ],
        },
        Fact {
            label: "left out".to_owned(),
            items: vec![
                Item::counted("unpriced", charges.unpriced, "call without a price", "calls without a price"),
                Item::counted("undated", charges.undated, "call without a date", "calls without a date"),
            ],
        },
    ];
    let claim = if rows == 0 {
        "nothing written: no call has a price and a date".to_owned()
    } else {
        format!("{rows} rows written to {out}")
    };
    let section =
        Section { key: "focus", title: "Exported".to_owned(), body: Body::Facts(facts), notes: Vec::new() };
    Page { command: "export focus", claim, sections: vec![section] }
}
