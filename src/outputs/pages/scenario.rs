//! The pages of `scenario` and of `compare-scenarios`.

use crate::engine::projection::Plan;
use crate::inputs::scenario::Registry;
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::pages::project::{followed, words};
use crate::outputs::wording::{Place, counted, value};
use crate::simulation::audit::Audit;
use crate::simulation::outcome::saving;
use crate::simulation::projection::project::Found;
use crate::units::{Share, UsdEstimate};

/// The page of `scenario list`: name, what it is for, and how many assumptions it changes.
pub fn list(shipped: &[(&str, String, usize)]) -> Page {
    let rows = shipped.iter().map(|(name, about, changed)| {
        vec![Value::from(*name), Value::Count(*changed as u64), Value::Text(about.clone())]
    });
    let heads = vec![
        Head::names("name", "scenario", 0),
        Head::new("changed", "changes", 1),
        Head::new("about", "what it is", 0),
    ];
    let notes = vec!["what one changes: switchpoint scenario show NAME --changed".to_owned()];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    let section = Section { key: "scenarios", title: "Scenarios".to_owned(), body, notes };
    Page {
        command: "scenario list",
        claim: format!("{} come with the program", counted(shipped.len() as u64, "scenario")),
        sections: vec![section],
    }
}

/// The page of `scenario show`.
pub fn show(
    name: &str,
    registry: &Registry,
    default: &Registry,
    wanted: &dyn Fn(&str) -> bool,
    changed: usize,
    stated: u64,
) -> Page {
    let rows = registry.iter().filter(|(key, _)| wanted(key)).map(|(key, of)| {
        let before = default.get(key).map(|of| &of.value);
        vec![
            Value::from(key),
            Value::Text(of.value.text()),
            before.map_or(Value::Nothing, |before| Value::Text(before.text())),
            Value::Text(of.unit.clone()),
            Value::Text(of.about.clone()),
            Value::Text(of.source.clone()),
        ]
    });
    let heads = vec![
        Head::names("key", "key", 0),
        Head::new("value", "value", 0),
        Head::new("default", "default", 0),
        Head::new("unit", "unit", 1),
        Head::new("about", "meaning", 0),
        Head::new("source", "source", 2),
    ];
    let rows: Vec<Vec<Value>> = rows.collect();
    let claim =
        format!("{name} changes {} of {}", changed, counted(default.iter().count() as u64, "assumption"));
    let mut notes =
        vec!["a file of your own names only what differs: `[section]` and `key = value`".to_owned()];
    if stated > 0 {
        notes.push(format!("it also says {} of workloads and offers", counted(stated, "thing")));
    }
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let section = Section { key: "assumptions", title: "Assumptions".to_owned(), body, notes };
    Page { command: "scenario show", claim, sections: vec![section] }
}

/// The page of `scenario check`, where nothing is wrong.
pub fn checked(names: &[String]) -> Page {
    let rows = names.iter().map(|name| vec![Value::Text(name.clone())]).collect();
    let heads = vec![Head::names("name", "checked", 0)];
    Page {
        command: "scenario check",
        claim: "nothing is wrong".to_owned(),
        sections: vec![Section {
            key: "checked",
            title: "Scenarios".to_owned(),
            body: Body::Grid(Grid { heads, rows, shown: usize::MAX }),
            notes: Vec::new(),
        }],
    }
}

const fn dollars(dollars: f64) -> Value {
    Value::Estimate(UsdEstimate(dollars))
}

/// The page of `compare-scenarios`: each with its name, its audit and its paths.
pub fn compared(scenarios: &[(String, Audit, Found)], more: Vec<Section>) -> Page {
    let rows = scenarios.iter().map(|(name, audit, found)| {
        let (baseline, routed) = (audit.baseline.total(), audit.routed.total());
        let month = audit.month.factor().unwrap_or(f64::NAN);
        let best = followed(found, found.best);
        let own = followed(found, found.projection.baseline);
        let last = found.projection.horizon - 1;
        let machines = match &found.machines {
            Err(_) => Value::from("none may serve"),
            Ok(_) => {
                let worth = |plan: Plan| {
                    let of = found.result.plans.iter().find(|of| of.plan == plan)?;
                    Some(of.mean_saving - followed(found, Plan::Routed).mean_saving)
                };
                let gain = [Plan::Rented, Plan::Committed].into_iter().filter_map(worth).fold(0.0, f64::max);
                if gain > 0.0 { dollars(gain) } else { Value::from("never") }
            }
        };
        vec![
            Value::Text(name.clone()),
            dollars(baseline.cost.estimate().0 * month),
            dollars(saving(&baseline, &routed).estimate().0 * month),
            Value::from(words(found.best)),
            dollars(best.saving.p10),
            dollars(best.saving.p50),
            dollars(best.saving.p90),
            Value::share(Share::new(best.saves)),
            dollars(own.bills[last].p50),
            dollars(best.bills[last].p50),
            dollars(best.mean_bill.iter().sum()),
            machines,
        ]
    });
    let horizon = scenarios.first().map_or(0, |(.., found)| found.projection.horizon);
    let heads = vec![
        Head::names("scenario", "scenario", 0),
        Head::new("spent_usd_month", "spent/month", 3),
        Head::new("saving_usd_month", "could save/month today", 1),
        Head::new("best_plan", "best plan", 0),
        Head::new("saving_p10_usd", "it saves P10", 1),
        Head::new("saving_p50_usd", "P50", 0),
        Head::new("saving_p90_usd", "P90", 1),
        Head::new("saves", "saves with", 1),
        Head::new("baseline_bill_usd", format!("bill in month {horizon}, baseline"), 3),
        Head::new("best_bill_usd", "with it", 3),
        Head::new("bill_usd", "all bills with it", 2),
        Head::new("machines_usd", "machines add", 2),
    ];
    let rows: Vec<Vec<Value>> = rows.collect();
    let notes = vec![format!(
        "present values over {horizon} months at the same volume, against each scenario's own baseline; the same draws in all of them. What one changes: switchpoint scenario show NAME --changed"
    )];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let section = Section { key: "scenarios", title: "Scenarios".to_owned(), body, notes };
    let mut sections = vec![section];
    sections.extend(more);
    Page { command: "compare-scenarios", claim: claim(scenarios), sections }
}

fn claim(scenarios: &[(String, Audit, Found)]) -> String {
    let saves = |found: &Found| followed(found, found.best).saving.p50;
    let order =
        |a: &&(String, Audit, Found), b: &&(String, Audit, Found)| saves(&a.2).total_cmp(&saves(&b.2));
    let (Some(least), Some(most)) = (scenarios.iter().min_by(order), scenarios.iter().max_by(order)) else {
        return "there is nothing to compare".to_owned();
    };
    let usd = |found: &Found| value(&dollars(saves(found)), Place::Column);
    format!(
        "what the best plan saves lies between {} ({}) and {} ({})",
        usd(&least.2),
        least.0,
        usd(&most.2),
        most.0
    )
}
