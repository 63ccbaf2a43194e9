//! The page of `breakeven`: fleet, machine-hours, overflow, break-evens, waterfall, and what must be true.

mod against;
mod fleet;
mod more;

use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::wording::{Place, counted, percent, usd, value};
use crate::simulation::World;
use crate::simulation::hosting::breakeven::{Found, Looked};
use crate::units::{HOURS_PER_MONTH, UsdEstimate};

fn dollars(dollars: f64) -> Value {
    Value::Estimate(UsdEstimate(dollars))
}

/// The page; `more` are findings, assumptions and provenance.
pub fn page(found: &Found, world: &World, spread: Option<f64>, more: Vec<Section>) -> Page {
    let first = &found.looked[0];
    let (way, _) = first.best();
    let name = describe(first);
    let paid = way.commitment.word().replace('_', " ");
    let calls = found.fleet.filled.calls * HOURS_PER_MONTH.0 / found.hours;
    let claim = if found.pays {
        format!(
            "{} of {name}, {paid}, {} {} a month over the best other offers, on {} of {} calls a month",
            counted(u64::from(found.fleet.replicas), "replica"),
            if found.fleet.replicas == 1 { "saves" } else { "save" },
            usd(found.fleet.saving()),
            value(&Value::Count(calls.round() as u64), Place::Column),
            value(
                &Value::Count(
                    (first.found.volume.calls as f64 * HOURS_PER_MONTH.0 / found.hours).round() as u64
                ),
                Place::Column
            ),
        )
    } else {
        format!(
            "no fleet pays: {} of {name}, {paid}, nearest to it, would cost {} a month more than the best other offers",
            counted(u64::from(found.fleet.replicas), "replica"),
            usd(-found.fleet.saving()),
        )
    };
    let mut sections = vec![
        deployments(found),
        fleet::sizes(found, world, spread),
        fleet::ways(found),
        fleet::costs(found),
        fleet::load(found),
        against::section(found, world),
        waterfall(found),
        must(found),
    ];
    sections.extend(found.shared.as_ref().map(|shared| more::shared(found, shared)));
    if !found.tuned.is_empty() {
        sections.push(more::tuned(found, world));
    }
    sections.extend(more);
    Page { command: "breakeven", claim, sections }
}

/// A deployment in words.
pub fn describe(looked: &Looked) -> String {
    let deployment = &looked.ready.with.deployment;
    let count = deployment.count;
    format!("{} on {count}× {}", deployment.model, deployment.machine)
}

/// Deployments beside each other.
fn deployments(found: &Found) -> Section {
    let rows = found.looked.iter().map(|looked| {
        let (way, fleet) = looked.best();
        let throughput = &looked.ready.with.throughput;
        vec![
            Value::Text(looked.ready.with.deployment.id.clone()),
            Value::Text(throughput.basis.words()),
            Value::Text(format!("±{}", percent(throughput.sigma))),
            Value::Count(looked.found.volume.calls),
            Value::Number(looked.found.nanos as f64 / 1e9 / looked.found.volume.calls.max(1) as f64),
            looked.operating.map_or(Value::Unknown, |found| Value::Number(found.at_once)),
            Value::from(way.commitment.word()),
            dollars(way.hour),
            Value::Count(u64::from(fleet.replicas)),
            dollars(fleet.saving()),
        ]
    });
    let heads = vec![
        Head::names("deployment", "deployment", 0),
        Head::new("throughput", "throughput rests on", 5),
        Head::new("sigma", "one sd", 3),
        Head::new("servable_calls", "calls it could serve", 2),
        Head::new("replica_seconds_call", "replica-s a call", 3),
        Head::new("at_once", "at once", 4),
        Head::new("commitment", "best paid", 1),
        Head::new("usd_hour", "an hour", 1),
        Head::new("replicas", "replicas", 0),
        Head::new("saving_usd_month", "saves/month", 0),
    ];
    let notes = vec![
        "those nearest to paying; figures below are of the first".to_owned(),
        format!(
            "its throughput rests on {}; at the tenth and the ninetieth percentile of it the fleet below saves {} and {} a month",
            found.looked[0].ready.with.throughput.basis.words(),
            usd(found.band.0),
            usd(found.band.1),
        ),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "deployments", title: "Deployments".to_owned(), body, notes }
}

/// From the headline multiple to the user's own.
fn waterfall(found: &Found) -> Section {
    let mut before: Option<f64> = None;
    let rows = found.waterfall.iter().map(|step| {
        let multiple = step.multiple();
        let factor = before.map_or(Value::Nothing, |before| Value::Number(multiple / before));
        before = Some(multiple);
        vec![
            Value::Text(step.what.clone()),
            dollars(step.elsewhere),
            dollars(step.own),
            factor,
            Value::Text(format!("{}×", value(&Value::Number(multiple), Place::Column))),
            Value::Number(multiple),
        ]
    });
    let heads = vec![
        Head::new("step", "with", 0),
        Head::new("elsewhere_usd_call", "a call elsewhere", 1),
        Head::new("own_usd_call", "own", 1),
        Head::new("factor", "factor", 0),
        Head::new("multiple_text", "times cheaper", 0),
        Head::hidden("multiple"),
    ];
    let rows: Vec<Vec<Value>> = rows.collect();
    let notes = vec![
        "each line changes one thing about the line above it; below 1 the own machine is dearer by the inverse".to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    Section { key: "waterfall", title: "From the headline to your number".to_owned(), body, notes }
}

/// What must be true.
fn must(found: &Found) -> Section {
    let rows = found.must.iter().map(|must| {
        let number =
            |value: f64| if must.what.starts_with("dollars") { dollars(value) } else { Value::Number(value) };
        let word = if must.at_least { "at least" } else { "at most" };
        vec![
            Value::from(must.what),
            number(must.now),
            must.limit.map_or(Value::from("nothing helps"), |_| Value::from(word)),
            must.limit.map_or(Value::Nothing, number),
        ]
    });
    let heads = vec![
        Head::new("what", "what", 0),
        Head::new("now", "taken to be", 0),
        Head::new("bound", "must be", 0),
        Head::new("limit", "", 0),
    ];
    let rows: Vec<Vec<Value>> = rows.collect();
    let notes = vec![format!(
        "each alone, everything else as it is, so that the fleet costs no more than the best other offers; today it {}",
        if found.pays { "costs less" } else { "costs more" }
    )];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    Section { key: "must_hold", title: "What must be true".to_owned(), body, notes }
}
