//! The page of `prices diff`.

use std::collections::BTreeMap;

use crate::inputs::prices::sheet::price_text;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::units::{Meter, Prices, TokenRate, Usd};

/// What a set of prices is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PriceKey {
    /// Id of the seller.
    pub seller: String,
    /// Id of the model.
    pub model: String,
    /// Mode, region, tier and hours, in words.
    pub calls: String,
}

/// The prices of one side.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// What the side is called.
    pub name: String,
    /// Its prices.
    pub prices: BTreeMap<PriceKey, Prices>,
}

/// What happened to a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Up,
    Down,
    Added,
    Removed,
}

impl Event {
    const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// Rows of a table that people are shown.
const SHOWN: usize = 40;

/// The page: every price that one side has otherwise than the other, the greatest changes first, and every set of prices
/// that only one side has.
pub fn diff(before: &Side, after: &Side) -> Page {
    let mut changes = Vec::new();
    let mut counts: BTreeMap<Event, u64> = BTreeMap::new();
    for (key, old) in &before.prices {
        let Some(new) = after.prices.get(key) else { continue };
        for meter in Meter::ALL {
            let Some(event) = event(old.stated(meter), new.stated(meter)) else { continue };
            *counts.entry(event).or_default() += 1;
            let size = change(old.stated(meter), new.stated(meter)).map_or(0.0, f64::abs);
            changes.push((size, row(key, meter, event, old.stated(meter), new.stated(meter))));
        }
    }
    // Equal changes stay in the order of their names.
    changes.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let changes: Vec<_> = changes.into_iter().map(|(_, row)| row).collect();
    let (gone, new) = (only_in(before, after), only_in(after, before));
    let mut parts: Vec<String> = Vec::new();
    for (event, count) in counts {
        let noun = if parts.is_empty() { counted(count, "price") } else { count.to_string() };
        parts.push(format!("{noun} {}", event.word()));
    }
    for (sets, word) in [(&new, "new"), (&gone, "gone")] {
        if !sets.is_empty() {
            parts.push(format!("{} {word}", sets_of_prices(sets.len())));
        }
    }
    let claim = match parts.is_empty() {
        true => format!("{} and {} state the same prices", before.name, after.name),
        false => format!("from {} to {}: {}", before.name, after.name, parts.join(", ")),
    };
    let side = |side: &Side, key: &'static str| Fact {
        label: side.name.clone(),
        items: vec![Item::counted(key, side.prices.len() as u64, "set of prices", "sets of prices")],
    };
    let sides = Section {
        key: "sides",
        title: "Sides".to_owned(),
        body: Body::Facts(vec![side(before, "before"), side(after, "after")]),
        notes: Vec::new(),
    };
    let grid = |heads, rows| Body::Grid(Grid { heads, rows, shown: SHOWN });
    let notes = vec!["a set of prices is for one mode, region, context tier and window of hours".to_owned()];
    let mut sections = vec![
        sides,
        Section {
            key: "changes",
            title: "Changes".to_owned(),
            body: grid(heads(), changes),
            notes: Vec::new(),
        },
        Section { key: "new", title: "New".to_owned(), body: grid(set_heads(), new), notes: notes.clone() },
        Section { key: "gone", title: "Gone".to_owned(), body: grid(set_heads(), gone), notes },
    ];
    sections.retain(|section| !matches!(section.key, "new" | "gone") || section.has_rows());
    Page { command: "prices diff", claim, sections }
}

fn sets_of_prices(count: usize) -> String {
    if count == 1 { "1 set of prices".to_owned() } else { format!("{count} sets of prices") }
}

/// The sets of prices of a side that the other one does not have.
fn only_in(side: &Side, other: &Side) -> Vec<Vec<Value>> {
    let own = side.prices.iter().filter(|(key, _)| !other.prices.contains_key(*key));
    own.map(|(key, prices)| {
        let rate =
            |meter| prices.stated(meter).map_or(Value::Nothing, |p| Value::Rate(TokenRate::from_pico(p)));
        let others = prices.iter().filter(|(meter, _)| !matches!(meter, Meter::Input | Meter::Output));
        let others: Vec<String> =
            others.map(|(meter, price)| format!("{} {}", meter.word(), price_text(meter, price))).collect();
        vec![
            Value::Text(key.seller.clone()),
            Value::Text(key.model.clone()),
            Value::Text(key.calls.clone()),
            rate(Meter::Input),
            rate(Meter::Output),
            if others.is_empty() { Value::Nothing } else { Value::Text(others.join(", ")) },
        ]
    })
    .collect()
}

fn set_heads() -> Vec<Head> {
    vec![
        Head::names("seller", "seller", 0),
        Head::names("model", "model", 0),
        Head::names("calls", "calls", 0),
        Head::new("input", "input", 0),
        Head::new("output", "output", 0),
        Head::hidden("others"),
    ]
}

fn event(old: Option<i64>, new: Option<i64>) -> Option<Event> {
    match (old, new) {
        (Some(old), Some(new)) if new > old => Some(Event::Up),
        (Some(old), Some(new)) if new < old => Some(Event::Down),
        (None, Some(_)) => Some(Event::Added),
        (Some(_), None) => Some(Event::Removed),
        _ => None,
    }
}

/// How much a price changed, as a share of what it was.
fn change(old: Option<i64>, new: Option<i64>) -> Option<f64> {
    old.zip(new).filter(|(old, _)| *old > 0).map(|(old, new)| new as f64 / old as f64 - 1.0)
}

fn heads() -> Vec<Head> {
    vec![
        Head::names("seller", "seller", 0),
        Head::names("model", "model", 0),
        Head::names("calls", "calls", 0),
        Head::names("meter", "meter", 0),
        Head::new("unit", "per", 2),
        Head::new("before", "before", 0),
        Head::new("after", "after", 0),
        Head::new("change", "change", 0),
        Head::new("event", "event", 1),
    ]
}

fn row(key: &PriceKey, meter: Meter, event: Event, old: Option<i64>, new: Option<i64>) -> Vec<Value> {
    let price = |pico: Option<i64>| match pico {
        None => Value::Nothing,
        Some(pico) if meter.per_million() => Value::Rate(TokenRate::from_pico(pico)),
        Some(pico) => Value::Usd(Usd::from_pico(i128::from(pico))),
    };
    vec![
        Value::Text(key.seller.clone()),
        Value::Text(key.model.clone()),
        Value::Text(key.calls.clone()),
        Value::from(meter.word()),
        Value::from(meter.unit()),
        price(old),
        price(new),
        change(old, new).map_or(Value::Nothing, Value::Change),
        Value::from(event.word()),
    ]
}
