//! The five conditions under which a workload moves, each with its evidence, and the verdict.

use std::collections::BTreeSet;

use super::convergence::{Convergence, Reach};
use super::supply::Supply;
use super::{Rates, View};
use crate::inputs::prices::OfferId;
use crate::simulation::success::{Basis, Success};
use crate::units::Day;

/// What a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// It succeeds as often as is needed, and somebody serves it.
    Reliability,
    /// It can be had from several, or runs on what several make.
    Commodity,
    /// It is cheaper by a factor that pays for the move.
    CostGap,
    /// Open models have reached what the workload needs, or will.
    Convergence,
    /// The workload does not use what one seller alone has.
    Differentiation,
}

/// How a condition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It holds.
    Met,
    /// It holds in part.
    Partly,
    /// It does not hold.
    Unmet,
    /// Nobody knows.
    Unknown,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// What it is about.
    pub name: Name,
    /// How it stands.
    pub state: State,
    /// What says so.
    pub evidence: String,
}

/// What to do with a workload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Move it.
    SubstituteNow,
    /// Try it on a part of the calls.
    Pilot,
    /// Wait for open models.
    WaitUntil(Day),
    /// Leave it where it is.
    Keep,
}

/// GB for a billion parameters of one byte each, with room for the tokens of some calls.
const ROOM: f64 = 1.2;
/// GPUs of a server.
const SERVER: f64 = 8.0;
/// A gap that is called large.
const LARGE: f64 = 10.0;
/// A gap that is none.
const NO_GAP: f64 = 1.2;

/// How often a replacement must succeed: as the scenario says, else as the incumbent less the margin.
pub(super) fn needed(view: &View<'_>) -> Option<f64> {
    let stated = view.asked.needs.min_success;
    stated.or_else(|| Some(view.success(view.asked.incumbent)?.mean - view.asked.assumed.evals.gap))
}

pub(super) fn of(
    view: &View<'_>,
    candidate: Option<OfferId>,
    incumbent: Option<Success>,
    rates: Option<Rates>,
    supply: &Supply,
    convergence: &Convergence,
) -> Vec<Condition> {
    let condition = |name, (state, evidence)| Condition { name, state, evidence };
    vec![
        condition(Name::Reliability, reliability(view, candidate, incumbent, rates, supply)),
        condition(Name::Commodity, commodity(view, candidate, supply)),
        condition(Name::CostGap, cost_gap(view, candidate)),
        condition(Name::Convergence, converges(view, convergence)),
        condition(Name::Differentiation, differentiation(view)),
    ]
}

fn same_weights(view: &View<'_>, candidate: Option<OfferId>) -> bool {
    candidate.is_some_and(|offer| view.model(offer) == view.asked.incumbent)
}

fn reliability(
    view: &View<'_>,
    candidate: Option<OfferId>,
    incumbent: Option<Success>,
    rates: Option<Rates>,
    supply: &Supply,
) -> (State, String) {
    let available = supply.availability >= view.asked.assumed.conditions.availability;
    let served = format!("served {:.2} % of the time", supply.availability * 100.0);
    if candidate.is_none() {
        return (State::Unknown, "no other offer is good enough and cheaper".to_owned());
    }
    if same_weights(view, candidate) {
        let state = if available { State::Met } else { State::Partly };
        return (state, format!("the same weights, {served}"));
    }
    let (Some(needed), Some(rates), Some(_)) = (needed(view), rates, incumbent) else {
        return (State::Unknown, format!("success is not known, {served}"));
    };
    let state = match (rates.low >= needed, rates.mean >= needed, available) {
        (true, _, true) => State::Met,
        (_, true, _) => State::Partly,
        _ => State::Unmet,
    };
    let bound = format!("at least {:.1} % succeed, {:.1} % needed", rates.low * 100.0, needed * 100.0);
    (state, format!("{bound}, {served}"))
}

fn commodity(view: &View<'_>, candidate: Option<OfferId>, supply: &Supply) -> (State, String) {
    let model = candidate.map_or(view.asked.incumbent, |offer| view.model(offer));
    let open = view.world.models.get(model).open_weights;
    let weights = view.world.models.get(model).params_total_b;
    let fits = |memory: f64| weights.is_some_and(|billions| billions * ROOM <= memory * SERVER);
    let machines = view.world.hardware.machines().filter(|machine| fits(machine.memory_gb));
    let vendors: BTreeSet<&str> = machines.map(|machine| machine.vendor.as_str()).collect();
    let hosts = if supply.hosts == 1 { "1 host".to_owned() } else { format!("{} hosts", supply.hosts) };
    let evidence = if vendors.is_empty() || !open {
        hosts
    } else {
        let vendors: Vec<&str> = vendors.iter().copied().collect();
        format!("{hosts}, fits a server of {}", vendors.join(" and "))
    };
    let wanted = view.asked.assumed.conditions.hosts;
    match open {
        false => (State::Unmet, format!("closed weights, {evidence}")),
        true if supply.hosts >= wanted || vendors.len() >= 2 => (State::Met, evidence),
        true => (State::Partly, evidence),
    }
}

fn cost_gap(view: &View<'_>, candidate: Option<OfferId>) -> (State, String) {
    let (before, after) = view.costs();
    if candidate.is_none() || after <= 0.0 {
        let none = candidate.is_none();
        let evidence = if none { "nothing cheaper is good enough" } else { "it costs nothing there" };
        return (if none { State::Unmet } else { State::Met }, evidence.to_owned());
    }
    let times = before / after;
    let size = if times >= LARGE { ", a large gap" } else { "" };
    let state = match times {
        times if times >= view.asked.assumed.conditions.gap => State::Met,
        times if times >= NO_GAP => State::Partly,
        _ => State::Unmet,
    };
    (state, format!("{times:.1} times cheaper on your own calls{size}"))
}

fn converges(view: &View<'_>, convergence: &Convergence) -> (State, String) {
    let lag = convergence.lag.map_or_else(String::new, |(months, records)| {
        format!("; open records came {months:.1} months after closed ones ({records} records)")
    });
    let likely = convergence.probability.map_or_else(String::new, |probability| {
        let months = view.asked.assumed.conditions.horizon;
        format!(", within {months:.0} months with a probability of {:.0} %", probability * 100.0)
    });
    match convergence.reach {
        Reach::Reached(day) => (State::Met, format!("an open model since {}{lag}", day.text())),
        Reach::ByLag(day) => {
            (State::Partly, format!("a closed model has, open ones about {}{likely}{lag}", day.text()))
        }
        Reach::ByTrend(day) => (State::Partly, format!("by their trend about {}{likely}{lag}", day.text())),
        Reach::Beyond => (State::Unmet, format!("further ahead than the records of open models span{lag}")),
        Reach::Unknown => (State::Unknown, "too few scores".to_owned()),
    }
}

fn differentiation(view: &View<'_>) -> (State, String) {
    let tools = view.audit.facts.only_here.get(&view.lane).copied().unwrap_or(0);
    let tuned = view.world.models.get(view.world.book.offer(view.lane.incumbent).model).id.starts_with("ft:");
    let share = if tuned { 1.0 } else { tools as f64 / (view.baseline.calls as f64).max(1.0) };
    let what = if tuned { "a fine-tuned model of the seller" } else { "tools that run at the seller" };
    let evidence = format!("{:.0} % of the calls use {what}", share * 100.0);
    let state = match share {
        share if share <= 0.0 => State::Met,
        share if share <= view.asked.assumed.conditions.only_here => State::Partly,
        _ => State::Unmet,
    };
    (state, evidence)
}

/// What follows from the conditions.
pub(super) fn verdict(
    view: &View<'_>,
    candidate: Option<OfferId>,
    rates: Option<Rates>,
    conditions: &[Condition],
    convergence: &Convergence,
) -> Verdict {
    let state = |name: Name| {
        conditions.iter().find(|condition| condition.name == name).map_or(State::Unknown, |c| c.state)
    };
    if state(Name::Differentiation) == State::Unmet {
        return Verdict::Keep;
    }
    let Some(offer) = candidate else {
        // Whoever waits waits for open models: with those there already, price or rules keep the workload where it is.
        let end =
            f64::from(view.world.as_of.0) + view.asked.assumed.conditions.horizon * crate::units::MONTH_DAYS;
        return match convergence.reach {
            Reach::ByLag(day) | Reach::ByTrend(day) if f64::from(day.0) <= end => Verdict::WaitUntil(day),
            _ => Verdict::Keep,
        };
    };
    if state(Name::CostGap) == State::Unmet {
        return Verdict::Keep;
    }
    let graded =
        view.success(view.model(offer)).is_some_and(|success| matches!(success.basis, Basis::Graded(_)));
    let sure = same_weights(view, candidate) || graded;
    match state(Name::Reliability) {
        State::Met if sure => Verdict::SubstituteNow,
        // Benchmarks alone are a reason to try.
        State::Met | State::Partly => Verdict::Pilot,
        State::Unknown if rates.is_none() => Verdict::Pilot,
        State::Unmet | State::Unknown => Verdict::Keep,
    }
}
