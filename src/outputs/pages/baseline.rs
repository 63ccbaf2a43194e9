//! The page of `baseline`: what a saved baseline holds.

use crate::inputs::baseline::{Baseline, Made, Tally};
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::{Place, counted, value};
use crate::tables::Scope;
use crate::units::UsdEstimate;

/// The page of a baseline under a name; `saved` says that it has just been written.
pub fn page(name: &str, baseline: &Baseline, saved: bool, more: Vec<Section>) -> Page {
    let sum = baseline.tally(&Scope::All).map(|tally| tally.sum(&Scope::All)).unwrap_or_default();
    let cost = value(&Value::Usd(sum.consumed.cost()), Place::Line);
    let calls = counted(sum.consumed.calls, "call");
    let claim = if saved {
        format!("saved to {name}: {calls} that cost {cost}")
    } else {
        format!("{name}: {calls} that cost {cost}")
    };
    let mut sections = vec![held(baseline), cells(baseline)];
    sections.extend(unpriced(baseline));
    sections.push(made(&baseline.made));
    sections.extend(more);
    Page { command: if saved { "baseline save" } else { "baseline show" }, claim, sections }
}

/// Rows that people are shown of a list of cells.
const SHOWN: usize = 30;

fn held(baseline: &Baseline) -> Section {
    let mut facts = Vec::new();
    if let Some((first, last)) = baseline.days {
        let items = vec![
            Item::new("first_day", Value::Text(first.text()), "to"),
            Item::new("last_day", Value::Text(last.text()), ""),
        ];
        facts.push(Fact { label: "days".to_owned(), items });
    }
    let month = baseline.month_days.map_or(Value::Unknown, Value::Number);
    facts.push(Fact {
        label: "a month".to_owned(),
        items: vec![Item::new("month_days", month, "days that the log stands for")],
    });
    let scopes: Vec<String> = baseline.tallies.iter().map(|tally| tally.scope.words()).collect();
    facts.push(Fact {
        label: "sums of".to_owned(),
        items: vec![Item::new("scopes", Value::Text(scopes.join(", ")), "")],
    });
    let groups = |tally: &Tally| {
        let mut groups: Vec<u16> =
            tally.cells.values().flat_map(|sums| sums.groups.keys().copied()).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.len() as u64
    };
    let count = baseline.tallies.first().map_or(0, groups);
    facts.push(Fact {
        label: "groups".to_owned(),
        items: vec![Item::new(
            "groups",
            Value::Count(count),
            "of conversations, for the interval of a comparison",
        )],
    });
    Section { key: "held", title: "What it holds".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}

fn cells(baseline: &Baseline) -> Section {
    let rows = baseline.tallies.iter().flat_map(|tally| {
        tally.cells.iter().map(|(key, sums)| {
            let consumed = &sums.consumed;
            vec![
                Value::Text(tally.scope.text()),
                key.workload.clone().map_or(Value::Unknown, Value::Text),
                Value::from(key.tier.word()),
                Value::Text(key.model.clone()),
                Value::Text(key.seller.clone()),
                Value::from(key.mode.word()),
                key.region.clone().map_or(Value::Nothing, Value::Text),
                Value::Count(consumed.calls),
                Value::Tokens(consumed.buckets().input()),
                Value::Tokens(consumed.tokens[4]),
                Value::Usd(consumed.cost()),
                Value::Estimate(UsdEstimate(consumed.cost().estimate().0 / consumed.calls.max(1) as f64)),
            ]
        })
    });
    let mut rows: Vec<Vec<Value>> = rows.collect();
    // The dearest first, as everywhere.
    rows.sort_by(|one, other| match (&one[10], &other[10]) {
        (Value::Usd(one), Value::Usd(other)) => other.cmp(one),
        _ => std::cmp::Ordering::Equal,
    });
    let heads = vec![
        Head::names("scope", "calls of", 6),
        Head::names("workload", "workload", 0),
        Head::names("tier", "tier", 3),
        Head::names("model", "model", 0),
        Head::names("seller", "seller", 2),
        Head::names("mode", "mode", 4),
        Head::names("region", "region", 5),
        Head::new("calls", "calls", 0),
        Head::new("input_tokens", "input", 2),
        Head::new("output_tokens", "output", 2),
        Head::new("cost_usd", "cost", 0),
        Head::new("cost_per_call_usd", "a call", 1),
    ];
    let notes = if rows.len() > SHOWN {
        vec![format!("{} more: --format json", rows.len() - SHOWN)]
    } else {
        Vec::new()
    };
    let grid = Grid { heads, rows, shown: SHOWN };
    Section { key: "cells", title: "Calls".to_owned(), body: Body::Grid(grid), notes }
}

fn unpriced(baseline: &Baseline) -> Option<Section> {
    let tally = baseline.tallies.first().filter(|tally| !tally.unpriced.is_empty())?;
    let rows = tally.unpriced.iter().map(|(key, (calls, tokens))| {
        vec![
            key.workload.clone().map_or(Value::Unknown, Value::Text),
            Value::Text(key.model.clone()),
            Value::Text(key.seller.clone()),
            Value::Count(*calls),
            Value::Tokens(*tokens),
        ]
    });
    let heads = vec![
        Head::names("workload", "workload", 0),
        Head::names("model", "model", 0),
        Head::names("seller", "seller", 1),
        Head::new("calls", "calls", 0),
        Head::new("tokens", "tokens", 0),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: SHOWN };
    Some(Section {
        key: "unpriced",
        title: "Calls without a price".to_owned(),
        body: Body::Grid(grid),
        notes: Vec::new(),
    })
}

fn made(made: &Made) -> Section {
    let digest = |key: &'static str, digest: &str, of: &str| {
        let digest = if digest.is_empty() { Value::Unknown } else { Value::Digest(digest.to_owned()) };
        Item::new(key, digest, of)
    };
    let facts = vec![
        Fact {
            label: "made by".to_owned(),
            items: vec![
                Item::new("version", Value::from(made.version.as_str()), "(switchpoint)"),
                Item::new("as_of", Value::from(made.as_of.as_str()), "(day of the audit)"),
            ],
        },
        Fact {
            label: "digests".to_owned(),
            items: vec![
                digest("log_blake3", &made.log, "log"),
                digest("prices_sha256", &made.prices, "prices"),
                digest("facts_sha256", &made.facts, "models, scores, hardware"),
                digest("scenario_sha256", &made.scenario, "scenario"),
            ],
        },
    ];
    Section {
        key: "made",
        title: "Where it comes from".to_owned(),
        body: Body::Facts(facts),
        notes: Vec::new(),
    }
}
