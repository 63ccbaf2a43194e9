//! `breakeven` and `devices`: whether, where and how serving models oneself pays with a log.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::arguments::{BreakevenArguments, DevicesArguments, MachineArguments};
use super::audit::provenance;
use super::exit::UsageError;
use super::hardware::unknown;
use super::prepared::{Prepared, usage};
use super::terminal::Printed;
use crate::inputs::logs::prefix;
use crate::inputs::scenario::Value;
use crate::outputs::findings;
use crate::outputs::page::Section;
use crate::outputs::pages::audit::{Detail, assumptions, findings as findings_section};
use crate::outputs::pages::breakeven as page;
use crate::outputs::pages::devices as devices_page;
use crate::simulation::Slot;
use crate::simulation::audit::{Audit, audit};
use crate::simulation::hosting::breakeven::{Depth, Found, Nothing, look};
use crate::simulation::hosting::devices::devices as on_devices;
use crate::simulation::hosting::spread::spread;
use crate::simulation::pass::Calls;

/// Minutes of a slot.
const HOUR: i32 = 60;
const FIVE: i32 = 5;

/// Assumptions that decide nothing on this page.
const NOT_HERE: &[&str] =
    &["canary", "cascade", "conditions", "device", "discount", "evals", "holdout", "suppliers", "verifier"];

/// Looks at a log.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn run(arguments: &BreakevenArguments) -> Result<Printed> {
    let mut prepared = Prepared::of(&arguments.calls)?;
    with_machines(&mut prepared, &arguments.machines)?;
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let asked = &arguments.machines;
    let found = looked(&prepared, &result, asked.deployment.as_deref(), asked.five_minutes)?;
    let found = found.map_err(|nothing| UsageError(why_nothing(nothing, &result)))?;
    let anchored_days = world.days.filter(|_| result.facts.anchored);
    let more = more(&prepared, &result, &[NOT_HERE, assumptions::OF_PROJECTION])?;
    Ok(Printed::fine(page::page(&found, world, anchored_days, more), prepared.resolved.format))
}

/// Puts what is asked of machines beside the scenario.
///
/// # Errors
/// When it names what there is not.
pub(super) fn with_machines(prepared: &mut Prepared, asked: &MachineArguments) -> Result<()> {
    with_deployments(prepared, asked.deployments.as_deref())?;
    if let Some(host) = &asked.host {
        let scenario = Arc::make_mut(&mut prepared.world.scenario);
        scenario.self_hosting.own_host = Some(host.clone());
        scenario.registry.override_with("fleet.own_host", Value::Text(host.clone()), "--host");
    }
    prepared.ask(&format!("{:?} {}", asked.deployment, asked.five_minutes));
    let world = &prepared.world;
    if let Some(id) = &asked.deployment
        && !world.hardware.deployments().any(|(_, deployment)| &deployment.id == id)
    {
        let ids = world.hardware.deployments().map(|(_, deployment)| deployment.id.as_str());
        return Err(unknown("deployment", id, ids).into());
    }
    if let Some(host) = &world.scenario.self_hosting.own_host
        && world.book.seller_named(host).is_none()
    {
        let problem = format!("`{host}` is no seller (fleet.own_host)\n\nhint: switchpoint prices list");
        return Err(UsageError(problem).into());
    }
    Ok(())
}

/// Looks at deployments with the calls of a log.
pub(super) fn looked(
    prepared: &Prepared,
    result: &Audit,
    only: Option<&str>,
    five_minutes: bool,
) -> Result<Result<Found, Nothing>> {
    looked_with(prepared, prepared.calls.clone(), result, only, five_minutes)
}

/// The same with other calls than those of the log as it is.
pub(super) fn looked_with(
    prepared: &Prepared,
    calls: Calls,
    result: &Audit,
    only: Option<&str>,
    five_minutes: bool,
) -> Result<Result<Found, Nothing>> {
    let world = &prepared.world;
    // Sessions without dates would all begin at one moment.
    let days = world.days.filter(|_| result.facts.anchored);
    let anchor = prepared.resolved.load.anchor;
    let calls = match (days, anchor) {
        (Some(days), Some(anchor)) => spread(calls, anchor, days),
        _ => calls,
    };
    let slot_minutes = if five_minutes { FIVE } else { HOUR };
    // Blocks of prompts are of single calls.
    let prefixes =
        if calls.in_parts() { None } else { prefix::of_files(prepared.resolved.logs.iter().map(Path::new)) };
    let depth = Depth { only, slot_minutes, prefixes: prefixes.as_ref() };
    look(&calls, world, result, depth).context("looking at deployments")
}

/// Puts deployments of the user's own beside those that are shipped.
pub(super) fn with_deployments(prepared: &mut Prepared, file: Option<&Path>) -> Result<()> {
    let Some(file) = file else { return Ok(()) };
    let text = std::fs::read_to_string(file)
        .map_err(|error| UsageError(format!("`{}` cannot be read: {error}", file.display())))?;
    let mut hardware = (*prepared.world.hardware).clone();
    hardware.add((&file.display().to_string(), &text), &prepared.world.models).map_err(usage)?;
    prepared.ask(&text);
    prepared.world.hardware = Arc::new(hardware);
    Ok(())
}

/// Why no deployment can be looked at, in words.
pub(super) fn why_nothing(nothing: Nothing, result: &Audit) -> String {
    match nothing {
        Nothing::NoMonth(because) => because,
        Nothing::NothingServed if result.span.is_none() && result.facts.undated > 0 => {
            "the calls have no times, and when machines are busy is what decides\n\nhint: --anchor DATE with --days places them".to_owned()
        }
        Nothing::NothingServed => {
            "no deployment may serve a call of this log: none is good enough, fits and meets the promised times\n\n\
             hint: `switchpoint audit` says which are compared; bring your own with --deployments".to_owned()
        }
    }
}

/// What ends pages about calls: findings, assumptions and provenance.
pub(super) fn more(prepared: &Prepared, result: &Audit, without: &[&[&str]]) -> Result<Vec<Section>> {
    let world = &prepared.world;
    let assumed = match prepared.resolved.detail {
        Detail::Short => assumptions::in_short(world, without),
        Detail::Explained | Detail::Everything => assumptions::explained(world),
    };
    let found_out = findings::of(result, &prepared.report(), &prepared.facts.layers, world);
    Ok(vec![findings_section(&found_out), assumed, provenance(result, prepared)?.section()])
}

/// Looks at devices.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn devices(arguments: &DevicesArguments) -> Result<Printed> {
    let prepared = Prepared::of(&arguments.calls)?;
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let found = on_devices(&prepared.calls, world).context("looking at devices")?;
    let more = more(&prepared, &result, &[NOT_ON_DEVICES, assumptions::OF_PROJECTION])?;
    let page = devices_page::page(&found, world, result.month.factor(), more);
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// Assumptions that decide nothing about devices.
const NOT_ON_DEVICES: &[&str] = &[
    "canary",
    "cascade",
    "conditions",
    "discount",
    "evals",
    "fleet",
    "holdout",
    "outlook",
    "ownership",
    "suppliers",
    "verifier",
];
