//! The page of `route`: what was written, and what it adds up to.

use polars::prelude::{DataFrame, PolarsResult};

use crate::outputs::page::{Body, Fact, Item, Page, Section, Value};
use crate::outputs::wording::{Place, value};
use crate::tables::{Column, routes as r};
use crate::units::Usd;

/// The page of a table of routes.
///
/// # Errors
/// When the frame is not the table of routes.
pub fn page(routes: &DataFrame, out: &str) -> PolarsResult<Page> {
    let sum = |column: &Column| -> PolarsResult<Usd> {
        let amounts = routes.column(column.name)?.i64()?;
        Ok(Usd::from_pico(amounts.iter().flatten().map(i128::from).sum()))
    };
    let (spent, routed) = (sum(&r::COST)?, sum(&r::ROUTED_COST)?);
    let unpriced = routes.column(r::ROUTED_COST.name)?.null_count() as u64;
    let rows = routes.height() as u64;
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let facts = vec![
        line(
            "written",
            vec![
                Item::counted("rows", rows, "call", "calls"),
                Item::counted("unpriced", unpriced, "without a price", "without a price"),
                Item::new("out", Value::Text(out.to_owned()), ""),
            ],
        ),
        line("as logged", vec![Item::new("spent_usd", Value::Usd(spent), "at list price")]),
        line("as routed", vec![Item::new("routed_usd", Value::Usd(routed), "at list price")]),
    ];
    let money = |usd| value(&Value::Usd(usd), Place::Line);
    let claim = format!("{rows} calls routed for {} instead of {}", money(routed), money(spent));
    let section =
        Section { key: "routes", title: "Routed".to_owned(), body: Body::Facts(facts), notes: Vec::new() };
    Ok(Page { command: "route", claim, sections: vec![section] })
}
