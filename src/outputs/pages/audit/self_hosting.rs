//! Where machines of one's own break even with this log.

use super::Contents;
use crate::engine::breakeven::{Because, BreakEven};
use crate::inputs::hardware::Commitment;
use crate::outputs::page::{Body, Grid, Head, Section, Value};
use crate::outputs::wording::{Place, compact, counted, percent, value};
use crate::simulation::hosting::against::{Against, Answer};
use crate::units::UsdEstimate;

/// Rows that people are shown.
const SHOWN: usize = 5;
/// Rows that people are shown even if no deployment may serve a call.
const LEAST_SHOWN: usize = 3;

/// The section of deployments, the one nearest to breaking even first.
pub fn section(contents: &Contents<'_>) -> Section {
    let audit = contents.audit;
    let mut answers: Vec<&Answer> = audit.deployments.iter().collect();
    // Stable: deployments that are equally far keep the order of their file.
    answers.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    let rows: Vec<Vec<Value>> = answers.iter().map(|answer| row(answer)).collect();
    // Deployments that may serve nothing say so once, not five times.
    let useful = answers.iter().filter(|answer| answer.servable.incumbent.calls > 0).count();
    let shown = useful.clamp(LEAST_SHOWN, SHOWN).min(rows.len());
    let assumed = &contents.world.scenario.self_hosting;
    let more = match rows.len() - shown {
        0 => String::new(),
        hidden => format!("; {} more in --format json", counted(hidden as u64, "deployment")),
    };
    let notes = vec![format!(
        "calls whose quality condition the model meets and that fit it; {}, and {} a month for {} engineers once; \
         throughput as measured by others, corrected by them with the error shown{more}",
        match assumed.commitment {
            Commitment::Owned => "owned, with its share of a server, power and place".to_owned(),
            rented => format!("rented {}", rented.word().replace('_', " ")),
        },
        value(&Value::Estimate(assumed.staff.month(1.0)), Place::Column),
        assumed.staff.fte,
    )];
    let grid = Grid { heads: heads(), rows, shown };
    Section {
        key: "self_hosting",
        title: "Self-hosting: break-even".to_owned(),
        body: Body::Grid(grid),
        notes,
    }
}

/// Volume at break-even over present volume, or what comes nearest to it; beyond every number where it never breaks even.
fn distance(answer: &Answer) -> f64 {
    let of = |against: &Against| match (&against.answer, against.own_volume) {
        (BreakEven::At(volume) | BreakEven::Already(volume), Some(own)) if own > 0.0 => {
            volume.calls_per_month / own
        }
        (BreakEven::At(volume) | BreakEven::Already(volume), _) => volume.calls_per_month,
        (BreakEven::Never { because: Because::DearerWhenFull { own, alternative } }, _) => {
            1e30 * (own.0 / alternative.0.max(1e-30)).min(1e30)
        }
        (BreakEven::Never { .. }, _) => f64::INFINITY,
    };
    of(&answer.incumbent)
}

fn heads() -> Vec<Head> {
    vec![
        Head::names("deployment", "deployment", 0),
        Head::new("replica_month_usd", "replica/month", 1),
        Head::hidden("staff_month_usd"),
        Head::new("servable_calls", "calls served", 3),
        Head::new("calls_per_replica_month", "calls a replica serves/month", 5),
        Head::new("against_incumbent", "against what you pay", 0),
        Head::new("against_hosted", "against the cheapest host", 0),
        Head::new("fit_error", "fit error", 4),
        Head::hidden("incumbent_usd_per_call"),
        Head::hidden("incumbent_break_even_calls_month"),
        Head::hidden("incumbent_share_of_break_even"),
        Head::hidden("hosted_usd_per_call"),
        Head::hidden("hosted_break_even_calls_month"),
        Head::hidden("hosted_share_of_break_even"),
        Head::hidden("rent_source"),
        Head::hidden("throughput_source"),
    ]
}

fn row(answer: &Answer) -> Vec<Value> {
    let volume = |against: &Against| match &against.answer {
        BreakEven::At(volume) | BreakEven::Already(volume) => Value::Number(volume.calls_per_month),
        BreakEven::Never { .. } => Value::Nothing,
    };
    let share = |against: &Against| share_of_break_even(against).map_or(Value::Nothing, Value::Number);
    let deployment = &answer.with.deployment;
    vec![
        Value::Text(format!("{}, {}× {}", deployment.model, deployment.count, deployment.machine)),
        Value::Estimate(answer.replica_month),
        Value::Estimate(answer.staff_month),
        Value::Count(answer.servable.incumbent.calls),
        answer.calls_per_replica.map_or(Value::Nothing, Value::Number),
        Value::Text(text(&answer.incumbent)),
        Value::Text(text(&answer.hosted)),
        Value::Text(percent(answer.with.throughput.worst_error)),
        Value::estimate(answer.incumbent.per_call),
        volume(&answer.incumbent),
        share(&answer.incumbent),
        Value::estimate(answer.hosted.per_call),
        volume(&answer.hosted),
        share(&answer.hosted),
        Value::Text(answer.with.way.source.clone()),
        Value::Text(deployment.source.clone()),
    ]
}

fn share_of_break_even(against: &Against) -> Option<f64> {
    match &against.answer {
        BreakEven::At(volume) | BreakEven::Already(volume) => {
            Some(against.own_volume? / volume.calls_per_month)
        }
        BreakEven::Never { .. } => None,
    }
}

fn text(against: &Against) -> String {
    let money = |usd: UsdEstimate| value(&Value::Estimate(usd), Place::Column);
    match &against.answer {
        BreakEven::Already(volume) => {
            format!(
                "already: from {} calls/month, you have {}",
                compact(volume.calls_per_month),
                own(against)
            )
        }
        BreakEven::At(volume) => {
            let replicas = if volume.replicas > 1.0 {
                format!(" ({} replicas)", volume.replicas)
            } else {
                String::new()
            };
            let share = share_of_break_even(against)
                .map_or_else(String::new, |share| format!("; you have {}", percent(share)));
            format!("at {} calls/month{replicas}{share}", compact(volume.calls_per_month))
        }
        BreakEven::Never { because: Because::DearerWhenFull { own, alternative } } => {
            format!("never: {} a call when full, {} there", money(*own), money(*alternative))
        }
        BreakEven::Never { because: Because::NothingEligible } => "never: no call it may serve".to_owned(),
        BreakEven::Never { because: Because::NoAlternative } => "no host is good enough".to_owned(),
    }
}

fn own(against: &Against) -> String {
    against.own_volume.map_or_else(|| "an unknown number".to_owned(), compact)
}
