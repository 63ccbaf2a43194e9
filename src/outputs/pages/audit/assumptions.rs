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
    let rows = rows.chain(stated(world).into_iter().map(|(key, value, unit, about, source)| {
        vec![Value::Text(key), Value::Text(value), Value::from(unit), Value::from(about), Value::Text(source)]
    }));
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

/// Sections that only the page of `assess` depends on.
pub const OF_ASSESS: &[&str] = &[
    "canary",
    "conditions",
    "device",
    "evals",
    "fleet",
    "outlook",
    "ownership",
    "roofline",
    "suppliers",
    "verifier",
];

/// Sections that only pages about the future depend on.
pub const OF_PROJECTION: &[&str] =
    &["adoption", "correlation", "drift", "events", "projection", "seats", "volume"];

/// Sections that only a gate and a comparison depend on.
const OF_GATE: &str = "gate";

/// Every assumption with its value, a line a section; some sections are left out, as the page does not depend on them.
pub fn in_short(world: &World, without: &[&[&str]]) -> Section {
    short(world, |section| section != OF_GATE && !without.iter().any(|sections| sections.contains(&section)))
}

/// The assumptions of a gate and a comparison, and of what they measure.
pub fn of_gate(world: &World) -> Section {
    short(world, |section| [OF_GATE, "findings", "month", "prices"].contains(&section))
}

fn short(world: &World, keep: impl Fn(&str) -> bool) -> Section {
    let mut facts: Vec<Fact> = Vec::new();
    for (name, _) in world.scenario.registry.iter() {
        let (section, key) = name.split_once('.').unwrap_or(("", name));
        if !keep(section) {
            continue;
        }
        let item = Item::new("", Value::Text(format!("{key} {}", assumed(world, name))), "");
        match facts.last_mut() {
            Some(fact) if fact.label == section => fact.items.push(item),
            _ => facts.push(Fact { label: section.to_owned(), items: vec![item] }),
        }
    }
    let stated = stated(world);
    if !stated.is_empty() {
        let item = |(key, value, ..): (String, String, &str, &str, String)| {
            Item::new("", Value::Text(format!("{key} {value}")), "")
        };
        facts.push(Fact { label: "workloads".to_owned(), items: stated.into_iter().map(item).collect() });
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

/// What the scenario says of single workloads and offers: key, value, unit, meaning, source.
fn stated(world: &World) -> Vec<(String, String, &'static str, &'static str, String)> {
    let scenario = &world.scenario;
    let given = || "the scenario, or --assign".to_owned();
    let pins = scenario.pins.iter().map(|(workload, offer)| {
        (
            format!("{workload}.offer"),
            offer.clone(),
            "offer",
            "where the workload goes, whatever the quality",
            given(),
        )
    });
    let bounds =
        scenario.policy.max_seconds.iter().flat_map(|bounds| &bounds.workloads).map(|(workload, seconds)| {
            let about = "longest time of a call of the workload";
            (
                format!("{workload}.max_seconds"),
                seconds.to_string(),
                "seconds",
                about,
                "the scenario".to_owned(),
            )
        });
    let needs = scenario.needs.iter().flat_map(|(workload, needs)| {
        let text = |number: f64| number.to_string();
        let said = [
            (
                "kind",
                needs.kind.map(|kind| kind.word().to_owned()),
                "kind of tasks",
                "the scale on which models are compared",
            ),
            (
                "success",
                needs.success.map(text),
                "share of calls",
                "how often its calls succeed as they are served",
            ),
            (
                "min_success",
                needs.min_success.map(text),
                "share of calls",
                "how often a replacement must succeed, at its lower bound",
            ),
            ("failure_cost_usd", needs.failure_cost.map(text), "US dollars", "what a failed call costs"),
        ];
        said.into_iter().filter_map(move |(key, value, unit, about)| {
            Some((format!("{workload}.{key}"), value?, unit, about, "the scenario".to_owned()))
        })
    });
    let cascades = scenario.cascades.iter().map(|cascade| {
        let part = |name: &str, value: Option<f64>| value.map(|value| format!("{name} {value}"));
        let parts = [
            part("verifier_usd", cascade.verifier_usd),
            part("accepts_right", cascade.accepts_right),
            part("accepts_wrong", cascade.accepts_wrong),
            part("escalated_success", cascade.escalated_success),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let value = if parts.is_empty() { "as assumed".to_owned() } else { parts.join(", ") };
        (
            format!("{}.cascade", cascade.first),
            value,
            "–",
            "tried first, verified, the rest escalated",
            "the scenario".to_owned(),
        )
    });
    let speeds = scenario.speeds.iter().map(|speed| {
        let value = format!("{} s, then {} tokens/s", speed.first_token_seconds, speed.tokens_per_second);
        (
            format!("{}.speed", speed.offer),
            value,
            "seconds; tokens a second",
            "how fast a call is",
            speed.source.clone(),
        )
    });
    pins.chain(bounds).chain(needs).chain(cascades).chain(speeds).collect()
}
