//! The page of `replay`: what routing between graded models could give, in the measures of the literature.

use crate::inputs::graded::Graded;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::{counted, percent, points};
use crate::simulation::graded::Group;
use crate::units::{Share, UsdEstimate};

/// Rows that people are shown.
const SHOWN: usize = 12;

/// The page; `reference` is the model that the cheapest must not fall behind, where one was named.
pub fn page(graded: &Graded, groups: &[Group], reference: Option<&str>) -> Page {
    let mut sections = vec![read(graded), models(graded, groups), oracle(graded, groups)];
    if groups.iter().any(|group| !group.routers.is_empty()) {
        sections.push(routers(groups));
    }
    sections.push(cheapest(graded, groups, reference));
    if !graded.rejects.is_empty() {
        sections.push(rejects(graded));
    }
    Page { command: "replay", claim: claim(graded, groups), sections }
}

fn claim(graded: &Graded, groups: &[Group]) -> String {
    let Some(group) = groups.last().filter(|group| group.items > 0) else {
        return "no item has a score of every model".to_owned();
    };
    let single = group.models.get(group.best).map_or(f64::NAN, |single| single.score);
    format!(
        "{}: {} scores {}, the best model of each item {}",
        name_of(group),
        graded.models[group.best],
        points(single),
        points(group.oracle.score)
    )
}

fn name_of(group: &Group) -> &str {
    group.name.as_deref().unwrap_or("all items")
}

fn read(graded: &Graded) -> Section {
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let costs = if graded.costs.is_empty() { "none" } else { "of every item" };
    let facts = vec![
        line(
            "rows",
            vec![
                Item::counted("rows", graded.rows, "row", "rows"),
                Item::new("rejected", Value::Count(graded.rejects.len() as u64), "rejected"),
            ],
        ),
        line(
            "items",
            vec![
                Item::new("items", Value::Count(graded.groups.len() as u64), "with a score of every model"),
                Item::new("incomplete", Value::Count(graded.incomplete), "without, left out"),
            ],
        ),
        line("costs", vec![Item::new("costs", Value::from(costs), "")]),
    ];
    let notes = vec!["raw outcomes of the table: no item is left out for contamination".to_owned()];
    Section { key: "read", title: "Read".to_owned(), body: Body::Facts(facts), notes }
}

fn dollars(cost: Option<f64>) -> Value {
    Value::estimate_or_nothing(cost.map(UsdEstimate))
}

fn models(graded: &Graded, groups: &[Group]) -> Section {
    let mut rows = Vec::new();
    for group in groups {
        for (single, id) in group.models.iter().zip(&graded.models) {
            let place = single.on_envelope.map(|on| if on { "on it" } else { "below it" });
            rows.push(vec![
                Value::from(name_of(group)),
                Value::Text(id.clone()),
                Value::Count(group.items),
                Value::Score(single.score),
                dollars(single.cost),
                place.map_or(Value::Nothing, Value::from),
            ]);
        }
    }
    let heads = vec![
        Head::names("group", "group", 0),
        Head::names("model", "model", 0),
        Head::new("items", "items", 1),
        Head::new("score", "mean score", 0),
        Head::new("cost_usd", "cost an item", 0),
        Head::new("envelope", "zero router", 1),
    ];
    let mut notes = Vec::new();
    if !graded.costs.is_empty() {
        notes.push(
            "zero router: the envelope of the models, which mixing them at random reaches; a router below it adds nothing"
                .to_owned(),
        );
    }
    let grid = Grid { heads, rows, shown: usize::MAX };
    Section { key: "models", title: "Single models".to_owned(), body: Body::Grid(grid), notes }
}

fn oracle(graded: &Graded, groups: &[Group]) -> Section {
    let number = |value: Option<f64>| value.map_or(Value::Nothing, Value::Number);
    let rows = groups.iter().map(|group| {
        let shares = graded.models.iter().zip(&group.oracle.shares);
        let shares: Vec<String> =
            shares.map(|(model, share)| format!("{model} {}", percent(*share))).collect();
        vec![
            Value::from(name_of(group)),
            Value::Score(group.oracle.score),
            dollars(group.oracle.cost),
            Value::Text(shares.join(", ")),
            number(group.aiq_paper),
            number(group.aiq_code),
        ]
    });
    let heads = vec![
        Head::names("group", "group", 0),
        Head::new("oracle_score", "oracle", 0),
        Head::new("oracle_cost_usd", "cost an item", 1),
        Head::new("oracle_shares", "served by", 0),
        Head::new("aiq_paper", "AIQ of the zero router", 1),
        Head::new("aiq_code", "as its code has it", 2),
    ];
    let mut notes = vec![
        "oracle: the best model of each item, of equals the cheapest (without costs the one of the lower mean score)"
            .to_owned(),
    ];
    if !graded.costs.is_empty() {
        notes.push(
            "AIQ: mean height of the envelope from its cheapest to its dearest point; its code begins at no cost and divides by the largest one"
                .to_owned(),
        );
    }
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    Section { key: "oracle", title: "Oracle".to_owned(), body: Body::Grid(grid), notes }
}

fn routers(groups: &[Group]) -> Section {
    let rows = groups.iter().flat_map(|group| group.routers.iter().map(move |router| (group, router)));
    let rows = rows.map(|(group, router)| {
        let [low, half, high] = router.cpt.map(|share| Value::share(share.and_then(Share::new)));
        vec![
            Value::from(name_of(group)),
            Value::Text(router.name.clone()),
            Value::Number(router.pgr_half),
            Value::Number(router.apgr),
            low,
            half,
            high,
        ]
    });
    let heads = vec![
        Head::names("group", "group", 0),
        Head::names("router", "router", 0),
        Head::new("pgr_half", "PGR at half", 1),
        Head::new("apgr", "APGR", 0),
        Head::new("cpt_20", "CPT(20%)", 2),
        Head::new("cpt_50", "CPT(50%)", 0),
        Head::new("cpt_80", "CPT(80%)", 0),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    let notes = vec![
        "PGR: part of the gap between the two models that is recovered when half of the calls go to the better one; APGR: its mean over \
         all shares; CPT(x): share of calls to the better one that recovers x"
            .to_owned(),
    ];
    Section { key: "routers", title: "Between the two".to_owned(), body: Body::Grid(grid), notes }
}

fn cheapest(graded: &Graded, groups: &[Group], reference: Option<&str>) -> Section {
    let rows = groups.iter().flat_map(|group| group.cheapest.iter().map(move |found| (group, found)));
    let rows = rows.map(|(group, found)| {
        vec![
            Value::from(name_of(group)),
            found.subset.clone().map_or(Value::Nothing, Value::Text),
            Value::Count(found.items),
            Value::Text(graded.models[found.model].clone()),
            Value::Score(found.point.0),
            Value::Score(found.reference.0),
            dollars(found.point.1),
            dollars(found.reference.1),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let heads = vec![
        Head::names("group", "group", 0),
        Head::names("subset", "subset", 0),
        Head::new("items", "items", 2),
        Head::names("model", "cheapest", 0),
        Head::new("score", "scores", 0),
        Head::new("reference_score", "reference", 1),
        Head::new("cost_usd", "cost an item", 0),
        Head::new("reference_cost_usd", "reference costs", 2),
    ];
    let of = reference.map_or("the best model of each subset".to_owned(), str::to_owned);
    let mut notes = vec![format!("reference: {of}")];
    if graded.costs.is_empty() {
        notes.push("without costs the model of the lower mean score stands for the cheaper one".to_owned());
    }
    if rows.len() > SHOWN {
        notes.push(format!("{} more in --format json", counted((rows.len() - SHOWN) as u64, "row")));
    }
    let grid = Grid { heads, rows, shown: SHOWN };
    Section { key: "cheapest", title: "Cheapest that is no worse".to_owned(), body: Body::Grid(grid), notes }
}

fn rejects(graded: &Graded) -> Section {
    let rows =
        graded.rejects.iter().map(|(line, reason)| vec![Value::Count(*line), Value::Text(reason.clone())]);
    let heads = vec![Head::new("line", "line", 0), Head::new("reason", "reason", 0)];
    let grid = Grid { heads, rows: rows.collect(), shown: SHOWN };
    Section { key: "rejects", title: "Rejected rows".to_owned(), body: Body::Grid(grid), notes: Vec::new() }
}
