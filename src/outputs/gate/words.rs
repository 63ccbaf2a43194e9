//! Limits and what they come to, in words.

use crate::inputs::budget::{Limit, Metric, Unit};
use crate::outputs::page::Value;
use crate::outputs::wording::{Place, counted, number, percent, value};
use crate::simulation::gate::{Check, State, Why};
use crate::tables::Scope;
use crate::units::UsdEstimate;

/// An amount in the unit of a limit.
fn amount(metric: &Metric, amount: f64) -> String {
    match metric.unit {
        Unit::Percent if metric.needs_baseline() => format!("{amount:+.1}%"),
        Unit::Usd => value(&Value::Estimate(UsdEstimate(amount)), Place::Line),
        Unit::Percent => percent(amount / 100.0),
        Unit::Tokens => number(amount),
        Unit::Days => counted(amount as u64, "day"),
    }
}

/// What a limit allows.
pub fn limit(limit: &Limit) -> String {
    let word = if limit.metric.is_least { "at least" } else { "at most" };
    format!("{word} {}", exact(limit))
}

/// A limit as it was written: nothing is rounded.
fn exact(limit: &Limit) -> String {
    match limit.metric.unit {
        Unit::Usd => format!("${}", limit.value),
        Unit::Percent => format!("{} %", limit.value),
        Unit::Tokens => format!("{}", limit.value),
        Unit::Days => counted(limit.value as u64, "day"),
    }
}

/// What a limit comes to, with how sure that is.
pub fn measured(check: &Check) -> String {
    let metric = check.limit.metric;
    let Some(value) = check.value else { return "unknown".to_owned() };
    let mut text = amount(metric, value);
    if let Some((low, high)) = check.interval {
        text = format!("{text} ({} to {})", amount(metric, low), amount(metric, high));
    }
    if let Some(day) = check.day {
        text = format!("{text} on {}", day.text());
    }
    text
}

/// A check that does not simply hold, as a part of a sentence.
pub fn check(check: &Check, scope: &Scope) -> String {
    let metric = check.limit.metric;
    let about = format!("{} ({})", metric.about, scope.words());
    if check.state == State::Unknown {
        return format!("{about} cannot be told: {}", why(check, scope));
    }
    let allowed = if metric.is_least {
        format!("{} are asked for", limit(&check.limit))
    } else {
        format!("{} is allowed", limit(&check.limit))
    };
    let mut text = format!("{about} is {}, {allowed}", measured(check));
    if check.state == State::Doubtful {
        text.push_str(match check.interval {
            Some(_) => ", and noise could explain it",
            None => ", and there are too few conversations to tell it from noise",
        });
        if let Some(calls) = check.decided_by {
            text = format!("{text}: {} on each side would decide it", counted(calls as u64, "call"));
        }
    }
    text
}

fn why(check: &Check, scope: &Scope) -> String {
    match &check.why {
        Some(Why::Unpriced { calls, share, models }) => {
            let names: Vec<String> = models
                .iter()
                .map(|name| if name.is_empty() { "no model named".to_owned() } else { format!("`{name}`") })
                .collect();
            format!(
                "{} ({}) without a price ({})",
                counted(*calls, "call"),
                percent(*share),
                names.join(", ")
            )
        }
        Some(Why::NoBaseline { given: false }) => {
            "there is no baseline; save one with `switchpoint baseline save` and name it with --baseline"
                .to_owned()
        }
        Some(Why::NoBaseline { given: true }) => format!(
            "the baseline has no sums of {}; save it again with `switchpoint baseline save --budget`",
            scope.words()
        ),
        Some(Why::NoCalls) => "no call of the log is among them".to_owned(),
        Some(Why::Because(because)) => because.clone(),
        None => "nobody says why".to_owned(),
    }
}
