//! The assumptions behind a page.

use crate::outputs::page::{Body, Fact, Grid, Head, Item, Section, Value};
use crate::simulation::World;

/// Every assumption with value, unit, meaning and source.
pub fn explained(world: &World) -> Section {
    let rows = world.scenario.registry.iter().map(|(name, assumption)| {
        vec![
            Value::from(name),
            Value::Text(assumed(world, name)),
            Value::Text(assumption.unit.clone()),
            Value::Text(assumption.about.clone()),
            Value::Text(assumption.source.clone()),
        ]
    });
    let heads = vec![
        Head::names("key", "key", 0),
        Head::new("value", "value", 0),
        Head::new("unit", "unit", 1),
        Head::new("about", "meaning", 0),
        Head::new("source", "source", 0),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    Section {
        key: "assumptions",
        title: "Assumptions".to_owned(),
        body: Body::Grid(grid),
        notes: vec!["change any of them with --scenario FILE".to_owned()],
    }
}

/// Every assumption with its value, a line a section.
pub fn in_short(world: &World) -> Section {
    let mut facts: Vec<Fact> = Vec::new();
    for (name, _) in world.scenario.registry.iter() {
        let (section, key) = name.split_once('.').unwrap_or(("", name));
        let item = Item::new("", Value::Text(format!("{key} {}", assumed(world, name))), "");
        match facts.last_mut() {
            Some(fact) if fact.label == section => fact.items.push(item),
            _ => facts.push(Fact { label: section.to_owned(), items: vec![item] }),
        }
    }
    Section {
        key: "assumptions",
        title: "Assumptions (unit, meaning and source of each: --explain)".to_owned(),
        body: Body::Facts(facts),
        notes: Vec::new(),
    }
}

/// The value of an assumption, with what stands behind a word.
fn assumed(world: &World, name: &str) -> String {
    match name {
        "quality.tolerance" => world.tolerance().to_string(),
        _ => world.scenario.registry.get(name).map_or_else(String::new, |assumption| assumption.value.text()),
    }
}
