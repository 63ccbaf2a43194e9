//! The page of `route`: what was written, and what it adds up to.

use crate::outputs::page::{Body, Fact, Item, Page, Section, Value};
use crate::outputs::wording::{Place, value};
use crate::simulation::routes::Sum;

/// The page of a table of routes.
pub fn page(sum: &Sum, out: &str) -> Page {
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let facts = vec![
        line(
            "written",
            vec![
                Item::counted("rows", sum.rows, "call", "calls"),
                Item::counted("unpriced", sum.unpriced, "without a price", "without a price"),
                Item::new("out", Value::Text(out.to_owned()), ""),
            ],
        ),
        line("as logged", vec![Item::new("spent_usd", Value::Usd(sum.spent), "at list price")]),
        line(
            "as routed",
            vec![
                Item::new("routed_usd", Value::Usd(sum.routed), "at list price;"),
                Item::counted("moved", sum.moved, "call goes elsewhere", "calls go elsewhere"),
            ],
        ),
    ];
    let money = |usd| value(&Value::Usd(usd), Place::Line);
    let claim =
        format!("{} calls routed for {} instead of {}", sum.rows, money(sum.routed), money(sum.spent));
    let section =
        Section { key: "routes", title: "Routed".to_owned(), body: Body::Facts(facts), notes: Vec::new() };
    Page { command: "route", claim, sections: vec![section] }
}
