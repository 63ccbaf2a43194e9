//! The page of `frontier`: what the calls cost at the cheapest for each price of quality.

use std::collections::BTreeMap;

use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::{Place, value};
use crate::simulation::World;
use crate::simulation::frontier::{Corner, Frontier};
use crate::units::{Share, Tier, UsdEstimate};

/// The page; without a frontier no call has an incumbent with a score.
pub fn page(frontier: Option<&Frontier>, world: &World) -> Page {
    let sections =
        frontier.map_or_else(Vec::new, |frontier| vec![facts(frontier, world), corners(frontier, world)]);
    Page { command: "frontier", claim: claim(frontier, world), sections }
}

fn claim(frontier: Option<&Frontier>, world: &World) -> String {
    let benchmark = &world.scores.benchmark.name;
    let Some(frontier) = frontier else {
        return format!("no call was served by a model with a score on the {benchmark}");
    };
    let money = |usd| value(&Value::Usd(usd), Place::Line);
    let spent = money(frontier.incumbent.cost);
    match frontier.same_quality.map(UsdEstimate) {
        Some(cost) if cost < frontier.incumbent.cost.estimate() => format!(
            "{spent} was paid for models that score {} on the {benchmark}; as good a mix costs {}",
            score(&frontier.incumbent),
            value(&Value::Estimate(cost), Place::Line)
        ),
        Some(_) => format!("{spent} was paid, and no mix that is as good on the {benchmark} costs less"),
        None => {
            format!("{spent} was paid for models that are better on the {benchmark} than any mix of offers")
        }
    }
}

fn score(corner: &Corner) -> String {
    value(&Value::Score(corner.quality), Place::Line)
}

fn facts(frontier: &Frontier, world: &World) -> Section {
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let incumbent = &frontier.incumbent;
    let mut facts = vec![
        line(
            "calls",
            vec![Item::counted("calls", frontier.calls, "call of a scored model", "calls of scored models")],
        ),
        line(
            "as logged",
            vec![
                Item::new("incumbent_score", Value::Score(incumbent.quality), "mean score"),
                Item::new("spent_usd", Value::Usd(incumbent.cost), "at list price"),
            ],
        ),
        line(
            "as good for",
            vec![Item::new(
                "same_quality_usd",
                Value::estimate(frontier.same_quality.map(UsdEstimate)),
                "by a mix of two corners",
            )],
        ),
    ];
    if frontier.unscored.calls > 0 {
        facts.push(line(
            "left out",
            vec![
                Item::new(
                    "unscored_calls",
                    Value::Count(frontier.unscored.calls),
                    "calls of models without a score",
                ),
                Item::new("unscored_usd", Value::Usd(frontier.unscored.cost), "at list price"),
            ],
        ));
    }
    let scores = &world.scores;
    let notes = vec![format!(
        "quality: mean score on the {} ({}, {}) over calls; thresholds are not asked here, rules and limits are",
        scores.benchmark.name, scores.source, scores.licence
    )];
    Section { key: "calls", title: "Calls".to_owned(), body: Body::Facts(facts), notes }
}

fn corners(frontier: &Frontier, world: &World) -> Section {
    let paid = frontier.incumbent.cost;
    let rows = frontier.corners.iter().map(|corner| {
        vec![
            Value::Score(corner.quality),
            Value::Usd(corner.cost),
            Value::Usd(paid - corner.cost),
            Value::estimate_or_nothing(corner.next_point.map(UsdEstimate)),
            tier_share(&corner.calls_by_tier, Tier::Closed),
            tier_share(&corner.calls_by_tier, Tier::Hosted),
            corner.main.map_or(Value::Nothing, |(offer, others)| {
                let label = world.label(offer);
                Value::Text(if others == 0 { label } else { format!("{label} (+{others})") })
            }),
        ]
    });
    let heads = vec![
        Head::new("score", "mean score", 0),
        Head::new("cost_usd", "costs", 0),
        Head::new("saved_usd", "saves", 1),
        Head::new("next_point_usd", "next point, a call", 0),
        Head::new("closed_share", "closed", 3),
        Head::new("hosted_share", "hosted", 3),
        Head::names("main_offer", "mostly at", 2),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    let dearest = value(&Value::Estimate(UsdEstimate(frontier.dearest_point)), Place::Line);
    let notes = vec![
        "next point: what a failed call must cost, per point of score, for the next corner to pay; below it the corner is the best \
         choice"
            .to_owned(),
        format!("corners were sought up to {dearest} for a point"),
    ];
    Section { key: "frontier", title: "Cost and quality".to_owned(), body: Body::Grid(grid), notes }
}

fn tier_share(calls: &BTreeMap<Tier, u64>, tier: Tier) -> Value {
    let all: u64 = calls.values().sum();
    Value::share(Share::of(calls.get(&tier).copied().unwrap_or(0) as f64, all as f64))
}
