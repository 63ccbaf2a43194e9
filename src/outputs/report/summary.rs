//! The page for the person who signs: what was spent, what to do, and what that depends on.

use super::{Contents, Picture, Summary};
use crate::outputs::findings::Level;
use crate::outputs::page::{Body, Grid, Head, Item, Section, Value};
use crate::outputs::pages::assess::verdict_words;
use crate::outputs::pages::breakeven::describe;
use crate::outputs::pages::project;
use crate::outputs::wording::{Place, counted, percent, usd, value};
use crate::simulation::Month;
use crate::simulation::assess::{Assessment, Verdict};
use crate::simulation::outcome::saving;
use crate::units::{Share, Usd, UsdEstimate};

/// Charts that the page has room for one of, the most telling first.
pub(super) const PICTURES: [&str; 3] = ["spend", "workloads", "tokens"];
/// Workloads that the table has room for.
const MOVES: usize = 6;
/// Workloads that a recommendation names.
const NAMED: usize = 4;
/// Findings that are told here; all are in the chapter on risk.
const GRAVEST: usize = 3;

/// The summary.
pub(super) fn summary(contents: &Contents<'_>, claim: String, picture: Option<Picture>) -> Summary {
    Summary {
        claim,
        figures: figures(contents),
        decisions: decisions(contents),
        moves: moves(contents),
        provisos: provisos(contents),
        picture,
    }
}

fn estimate(dollars: f64) -> Value {
    Value::Estimate(UsdEstimate(dollars))
}

fn figures(contents: &Contents<'_>) -> Vec<(&'static str, Item)> {
    let audit = contents.of.audit;
    let (baseline, routed) = (audit.baseline.total(), audit.routed.total());
    let priced = baseline.calls > 0;
    let known = |value: Value| if priced { value } else { Value::Unknown };
    let saved = saving(&baseline, &routed);
    let share = Share::of(saved.estimate().0, baseline.cost.estimate().0);
    let mut figures = vec![
        (
            "Spent",
            Item::new(
                "spent",
                known(Value::Usd(baseline.cost)),
                format!("for {}", counted(baseline.calls, "call")),
            ),
        ),
        (
            "Saved by routing",
            Item::new(
                "saved",
                known(Value::Usd(saved)),
                match share {
                    Some(share) if saved >= Usd::ZERO => format!("{} of it", percent(share.value())),
                    _ if saved < Usd::ZERO => "the routing asked for costs more".to_owned(),
                    _ => String::new(),
                },
            ),
        ),
    ];
    if let Month::Known { factor, .. } = audit.month {
        let month = |cost: Usd| cost.estimate() * factor;
        figures.push((
            "A month",
            Item::new(
                "month",
                known(Value::Estimate(month(baseline.cost))),
                format!("routed {}", value(&known(Value::Estimate(month(routed.cost))), Place::Column)),
            ),
        ));
    }
    figures.push(match contents.of.hosted {
        Ok(found) if found.pays => {
            ("Machines of one's own", Item::new("machines", estimate(found.fleet.saving()), "saved a month"))
        }
        Ok(found) => (
            "Machines of one's own",
            Item::new(
                "machines",
                Value::from("do not pay"),
                format!("{} a month dearer", usd(-found.fleet.saving())),
            ),
        ),
        Err(_) => ("Machines of one's own", Item::new("machines", Value::Unknown, "see the chapter")),
    });
    if let Ok(found) = contents.of.projected {
        let best = project::followed(found, found.best);
        let months = found.projection.horizon;
        figures.push((
            "Ahead",
            if found.best == found.projection.baseline {
                Item::new("ahead", Value::from("stay"), format!("no plan saves over {months} months"))
            } else {
                Item::new(
                    "ahead",
                    estimate(best.saving.p50),
                    format!(
                        "saved over {months} months, {} to {} in eight of ten futures",
                        usd(best.saving.p10),
                        usd(best.saving.p90)
                    ),
                )
            },
        ));
    }
    figures
}

/// Workloads by what is recommended, with what they save.
fn of_verdict<'a>(contents: &Contents<'a>, wanted: fn(&Verdict) -> bool) -> (Vec<&'a Assessment>, Usd) {
    let mut found: Vec<&Assessment> =
        contents.of.assessed.iter().filter(|of| of.candidate.is_some() && wanted(&of.verdict)).collect();
    found.sort_by_key(|of| std::cmp::Reverse(of.saved));
    let saved = found.iter().fold(Usd::ZERO, |sum, of| sum + of.saved);
    (found, saved)
}

/// Names of the first few, and how many more. A workload that several models serve is named with the model.
fn named(contents: &Contents<'_>, list: &[&Assessment]) -> String {
    let world = contents.of.world;
    let name = |of: &&Assessment| {
        let name = of.workload.as_deref().unwrap_or("calls without a workload");
        let lanes = contents.of.assessed.iter().filter(|other| other.workload == of.workload).count();
        match lanes {
            1 => name.to_owned(),
            _ => format!("{name} (now at {})", world.label(of.lane.incumbent)),
        }
    };
    let mut names: Vec<String> = list.iter().map(name).collect();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    match more {
        0 => names.join(", "),
        _ => format!("{} and {more} more", names.join(", ")),
    }
}

fn decisions(contents: &Contents<'_>) -> Vec<String> {
    let money = |usd| value(&Value::Usd(usd), Place::Column);
    let mut decisions = Vec::new();
    let (now, saved) = of_verdict(contents, |verdict| *verdict == Verdict::SubstituteNow);
    if !now.is_empty() {
        decisions.push(format!(
            "Move now: {}. That saves {} of the log's cost.",
            named(contents, &now),
            money(saved)
        ));
    }
    let (pilot, saved) = of_verdict(contents, |verdict| *verdict == Verdict::Pilot);
    if !pilot.is_empty() {
        decisions.push(format!(
            "Pilot, and grade calls before moving: {}. Up to {} hang on it.",
            named(contents, &pilot),
            money(saved)
        ));
    }
    let (wait, _) = of_verdict(contents, |verdict| matches!(verdict, Verdict::WaitUntil(_)));
    if !wait.is_empty() {
        decisions
            .push(format!("Wait with {}: open models are expected to become able.", named(contents, &wait)));
    }
    let stays = contents.of.assessed.iter().filter(|of| of.verdict == Verdict::Keep);
    let stays: Vec<&Assessment> = stays.collect();
    if !stays.is_empty() {
        decisions.push(format!("Keep as served: {}.", named(contents, &stays)));
    }
    decisions.push(match contents.of.hosted {
        Ok(found) if found.pays => format!(
            "Run {} of {} ({}): {} a month less than the best other offers.",
            counted(u64::from(found.fleet.replicas), "replica"),
            describe(&found.looked[0]),
            found.looked[0].best().0.commitment.word().replace('_', " "),
            usd(found.fleet.saving())
        ),
        Ok(_) => "Buy and rent no machines for these calls: no fleet pays.".to_owned(),
        Err(because) => format!("Machines of one's own: not told, {because}."),
    });
    decisions
}

fn moves(contents: &Contents<'_>) -> Section {
    let world = contents.of.world;
    let mut assessed: Vec<&Assessment> = contents.of.assessed.iter().collect();
    assessed.sort_by_key(|of| std::cmp::Reverse((of.saved, of.baseline.cost)));
    let rows: Vec<Vec<Value>> = assessed
        .iter()
        .map(|of| {
            vec![
                of.workload.clone().map_or(Value::Unknown, Value::Text),
                Value::Text(world.label(of.lane.incumbent)),
                of.candidate.map_or(Value::from("stays"), |offer| Value::Text(world.label(offer))),
                Value::Usd(of.baseline.cost),
                Value::Usd(of.saved),
                Value::Text(verdict_words(of.verdict)),
            ]
        })
        .collect();
    let mut notes = Vec::new();
    if rows.len() > MOVES {
        notes.push(format!("{} more in the chapter on routing", counted((rows.len() - MOVES) as u64, "row")));
    }
    let heads = vec![
        Head::names("workload", "workload", 0),
        Head::names("incumbent", "served by", 0),
        Head::names("offer", "could run at", 0),
        Head::new("spent_usd", "spent", 1),
        Head::new("saved_usd", "saves", 0),
        Head::new("verdict", "verdict", 0),
    ];
    Section {
        key: "moves",
        title: "The workloads that matter most".to_owned(),
        body: Body::Grid(Grid { heads, rows, shown: MOVES }),
        notes,
    }
}

fn provisos(contents: &Contents<'_>) -> Vec<String> {
    let world = contents.of.world;
    let mut provisos = vec![format!(
        "Good enough is: the same weights, or at most {} points below the incumbent on the {}.",
        world.tolerance(),
        world.scores.benchmark.name
    )];
    if let Ok(found) = contents.of.projected
        && found.best == found.projection.baseline
    {
        provisos.push(format!("{}.", project::claim(found)));
    }
    let grave = contents.findings.iter().filter(|finding| finding.level >= Level::Warn).take(GRAVEST);
    provisos.extend(grave.map(|finding| format!("{}.", finding.message.trim_end_matches('.'))));
    if let Ok(found) = contents.of.projected
        && let Some(swing) = found.tornado.iter().find(|swing| swing.flips.is_some())
    {
        let turn = swing.flips.map(|at| project::input_value(swing.input, at)).unwrap_or_default();
        provisos.push(format!("The saving ahead turns where {} {turn}.", project::input_words(swing.input)));
    }
    provisos
}
