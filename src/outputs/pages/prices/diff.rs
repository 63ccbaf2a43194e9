//! The page of `prices diff`.

use std::collections::BTreeMap;

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

/// The page: every price that one side has otherwise than the other.
pub fn diff(before: &Side, after: &Side) -> Page {
    let mut rows = Vec::new();
    let mut counts: BTreeMap<Event, u64> = BTreeMap::new();
    let none = Prices::default();
    let keys =
        before.prices.keys().chain(after.prices.keys().filter(|key| !before.prices.contains_key(*key)));
    let mut keys: Vec<&PriceKey> = keys.collect();
    keys.sort_unstable();
    for key in keys {
        let (old, new) = (before.prices.get(key).unwrap_or(&none), after.prices.get(key).unwrap_or(&none));
        for meter in Meter::ALL {
            let Some(event) = event(old.stated(meter), new.stated(meter)) else { continue };
            *counts.entry(event).or_default() += 1;
            rows.push(row(key, meter, event, old.stated(meter), new.stated(meter)));
        }
    }
    let count = |event| counts.get(&event).copied().unwrap_or(0);
    let same = match rows.len() {
        0 => format!("{} and {} state the same prices", before.name, after.name),
        _ => format!(
            "from {} to {}: {} up, {} down, {} added, {} removed",
            before.name,
            after.name,
            counted(count(Event::Up), "price"),
            count(Event::Down),
            count(Event::Added),
            count(Event::Removed)
        ),
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
    let body = Body::Grid(Grid { heads: heads(), rows, shown: usize::MAX });
    let changes = Section { key: "changes", title: "Changes".to_owned(), body, notes: Vec::new() };
    Page { command: "prices diff", claim: same, sections: vec![sides, changes] }
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
    let change = old.zip(new).filter(|(old, _)| *old > 0).map(|(old, new)| new as f64 / old as f64 - 1.0);
    vec![
        Value::Text(key.seller.clone()),
        Value::Text(key.model.clone()),
        Value::Text(key.calls.clone()),
        Value::from(meter.word()),
        Value::from(meter.unit()),
        price(old),
        price(new),
        change.map_or(Value::Nothing, Value::Change),
        Value::from(event.word()),
    ]
}
