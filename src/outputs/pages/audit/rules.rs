//! What the rules of the policy cost.

use super::Contents;
use crate::outputs::page::{Body, Grid, Head, Section, Value};

/// The rules with their prices.
pub fn section(contents: &Contents<'_>) -> Section {
    let registry = &contents.world.scenario.registry;
    let rows = contents.audit.rules.iter().map(|price| {
        let key = price.rule.key();
        let stated = registry.get(key).map_or_else(String::new, |assumption| assumption.value.text());
        // A bound may be stated of workloads alone.
        let stated = if stated == "any" { "by workload".to_owned() } else { stated };
        vec![
            Value::Text(key.to_owned()),
            Value::Text(stated),
            price.bars.map_or(Value::Nothing, |bars| Value::Count(bars as u64)),
            Value::Usd(price.without),
            Value::Usd(price.costs),
        ]
    });
    let heads = vec![
        Head::names("rule", "rule", 0),
        Head::new("value", "says", 1),
        Head::new("bars", "bars alone", 2),
        Head::new("without_usd", "without it", 1),
        Head::new("costs_usd", "costs", 0),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    let notes = match contents.audit.rules.is_empty() {
        true => Vec::new(),
        false => vec![
            "costs: what the routed calls cost with all rules minus what they cost without this one; where rules overlap, \
             each alone may cost nothing"
                .to_owned(),
            "calls stay with the offer that served them, whatever the rules say of it, unless an allowed one is cheaper"
                .to_owned(),
        ],
    };
    Section { key: "rules", title: "What the rules cost".to_owned(), body: Body::Grid(grid), notes }
}
