//! `project`, `forecast` and `trends`: what calls will cost, this month and in years, and what prices have done.

use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::arguments::{ForecastArguments, FutureArguments, ProjectArguments, TrendsArguments};
use super::breakeven::{looked, more, why_nothing, with_deployments};
use super::exit::UsageError;
use super::prepared::{Prepared, usage};
use super::terminal::Printed;
use crate::inputs::scenario::{Scenario, Value};
use crate::outputs::pages::audit::assumptions;
use crate::outputs::pages::{forecast as forecast_page, project as page, trends as trends_page};
use crate::simulation::Slot;
use crate::simulation::assess::assess;
use crate::simulation::audit::{Audit, audit};
use crate::simulation::forecast::forecast as foretold;
use crate::simulation::hosting::ahead::{Ahead, ahead};
use crate::simulation::hosting::breakeven::Found as Hosted;
use crate::simulation::projection::project::{Found, project as projected};
use crate::simulation::projection::trends::{Side, price_trend};
use crate::simulation::projection::volume::{ALL, Counted, told};
use crate::units::Day;

/// Assumptions that decide nothing about the future.
const NOT_AHEAD: &[&str] = &["canary", "cascade", "discount", "evals", "holdout", "seats", "verifier"];

/// Projects a log.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn project(arguments: &ProjectArguments) -> Result<Printed> {
    let mut prepared = Prepared::of(&arguments.calls)?;
    with_deployments(&mut prepared, arguments.asked.deployments.as_deref())?;
    ask(&mut prepared, &arguments.asked)?;
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let found = follow(&prepared, &result)?;
    let more = more(&prepared, &result, &[NOT_AHEAD])?;
    let page = page::page(&found, world, prepared.resolved.detail, more);
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// What flags change of the assumptions.
pub(super) fn ask(prepared: &mut Prepared, asked: &FutureArguments) -> Result<()> {
    let changes = [
        ("projection.budget_usd_month", asked.budget.map(Value::Number), "--budget"),
        ("outlook.horizon_months", asked.months.map(|n| Value::Integer(n.into())), "--months"),
        ("projection.paths", asked.paths.map(|n| Value::Integer(n.into())), "--paths"),
        ("projection.seed", asked.seed.map(|n| Value::Integer(n.into())), "--seed"),
    ];
    let scenario = Arc::make_mut(&mut prepared.world.scenario);
    let mut registry = scenario.registry.clone();
    for (key, value, flag) in changes {
        if let Some(value) = value {
            registry.override_with(key, value, flag);
        }
    }
    let resolved = Scenario::resolve(&registry).map_err(usage)?;
    scenario.projection = resolved.projection;
    scenario.self_hosting = resolved.self_hosting;
    scenario.registry = registry;
    Ok(())
}

/// Follows the paths of a log that was audited.
pub(super) fn follow(prepared: &Prepared, result: &Audit) -> Result<Found> {
    let hosted = looked(prepared, result, None, false)?.map_err(|nothing| {
        let why = why_nothing(nothing, result);
        why.lines().next().unwrap_or_default().to_owned()
    });
    follow_with(prepared, result, hosted.as_ref().map_err(Clone::clone))
}

/// The same where machines have been looked at, or it is known why there is nothing to say of them.
pub(super) fn follow_with(
    prepared: &Prepared,
    result: &Audit,
    hosted: Result<&Hosted, String>,
) -> Result<Found> {
    let world = &prepared.world;
    let machines: Result<Ahead, String> = hosted.and_then(|found| {
        ahead(found, world).ok_or_else(|| "its machines cannot be rented by the hour".to_owned())
    });
    let found = projected(&prepared.calls, world, result, machines).context("following the paths")?;
    found.map_err(|nothing| UsageError(nothing.to_string()).into())
}

/// What prices have done, and how a log grows.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn trends(arguments: &TrendsArguments) -> Result<Printed> {
    let mut prepared = Prepared::of(&arguments.calls)?;
    prepared.ask(&format!("{:?}", arguments.back_test));
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let trends = [Side::Closed, Side::Open, Side::All].map(|side| price_trend(world, side));
    let days = told(&result, world, Counted::Calls, ALL);
    let lag = assess(&result, world).iter().find_map(|of| of.convergence.lag);
    let more = more(&prepared, &result, &[NOT_AHEAD, assumptions::OF_ASSESS])?;
    let cutoff = arguments.back_test.map(Day::of_date);
    let page = trends_page::page(&trends, (&days, lag), cutoff, world, more);
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// Foretells a month.
///
/// # Errors
/// What is wrong with the arguments or the inputs, and where they tell too little.
pub fn forecast(arguments: &ForecastArguments) -> Result<Printed> {
    let mut prepared = Prepared::of(&arguments.calls)?;
    prepared.ask(&format!("{:?} {:?}", arguments.month, arguments.budget));
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let budget = arguments.budget.or(world.scenario.projection.budget);
    let found = foretold(&result, world, ALL, arguments.month, budget).map_err(UsageError)?;
    let more = more(&prepared, &result, &[NOT_AHEAD, assumptions::OF_ASSESS, NOT_THIS_MONTH])?;
    Ok(Printed::fine(forecast_page::page(&found, more), prepared.resolved.format))
}

/// Assumptions that decide nothing about a month.
const NOT_THIS_MONTH: &[&str] = &[
    "adoption",
    "correlation",
    "drift",
    "events",
    "policy",
    "projection",
    "quality",
    "replay",
    "self_hosting",
    "success",
];
