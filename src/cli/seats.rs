//! `seats`: which users should be on which plan.

use anyhow::{Context as _, Result};

use super::arguments::SeatsArguments;
use super::breakeven::{looked, looked_with, more, why_nothing};
use super::exit::UsageError;
use super::prepared::{Prepared, registry_of, usage};
use super::terminal::Printed;
use crate::engine::seats::sellers_margin;
use crate::engine::seats::spread::Spread;
use crate::inputs::embedded::Facts;
use crate::inputs::plans::{self, Plan};
use crate::inputs::scenario::Scenario;
use crate::outputs::formats::Format;
use crate::outputs::pages::audit::assumptions;
use crate::outputs::pages::seats::{self as page, Planned};
use crate::simulation::audit::audit;
use crate::simulation::hosting::ahead::ahead;
use crate::simulation::seats::Found;
use crate::simulation::seats::{by_user, quota, seats};
use crate::simulation::{Month, Slot};

/// Assumptions that decide nothing about seats.
const NOT_FOR_SEATS: &[&str] = &[
    "adoption",
    "canary",
    "cascade",
    "conditions",
    "correlation",
    "device",
    "discount",
    "drift",
    "evals",
    "events",
    "holdout",
    "outlook",
    "projection",
    "suppliers",
    "verifier",
    "volume",
];

/// Looks at the users of a log, or at users of whom little is known.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn run(arguments: &SeatsArguments) -> Result<Printed> {
    if let (Some(users), Some(mean), Some(p90)) = (arguments.users, arguments.mean, arguments.p90) {
        return planned(arguments, f64::from(users), mean, p90);
    }
    let mut prepared = Prepared::of(&arguments.calls)?;
    let users = by_user(&prepared.calls, arguments.as_user.as_deref()).context("looking for users")?;
    prepared.calls = users.ok_or_else(no_users)?;
    let (offered, text) = offered(arguments, &prepared.facts.facts)?;
    prepared.ask(&format!("{:?} {:?} {text}", arguments.as_user, arguments.quota_used));
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let month = match &result.month {
        Month::Known { factor, .. } => *factor,
        Month::Unknown { because } => return Err(UsageError(because.clone()).into()),
    };
    if result.workloads.is_empty() {
        return Err(no_users().into());
    }
    let hosting = looked(&prepared, &result, None, false)?;
    let machines = hosting.as_ref().ok().and_then(|found| ahead(found, world));
    let found = seats(&result, world, month, offered, machines.as_ref());
    let told = match (&machines, hosting.as_ref().err()) {
        (Some(ahead), _) => Ok(ahead.deployment.clone()),
        (None, Some(nothing)) => {
            let why = why_nothing(nothing.clone(), &result);
            Err(why.lines().next().unwrap_or_default().to_owned())
        }
        (None, None) => Err("its machines cannot be rented by the hour".to_owned()),
    };
    let quota = arguments.quota_used.map(|share| {
        quota(&result, share)
            .ok_or_else(|| UsageError("--quota-used needs a share above 0, up to 1".to_owned()))
    });
    let quota = quota.transpose()?;
    let more = more(&prepared, &result, &[NOT_FOR_SEATS, assumptions::OF_ASSESS])?;
    Ok(Printed::fine(page::page(&found, world, &told, quota.as_ref(), more), prepared.resolved.format))
}

/// Seats and metered use of the users of a log, without machines; why nothing can be said is the inner error.
pub(super) fn seated(prepared: &Prepared) -> Result<Result<Found, String>> {
    let Some(calls) = by_user(&prepared.calls, None).context("looking for users")? else {
        return Ok(Err("the log names no users".to_owned()));
    };
    let world = &prepared.world;
    let result = audit(&calls, world, Slot::Day).context("auditing the calls")?;
    let month = match &result.month {
        Month::Known { factor, .. } if !result.workloads.is_empty() => *factor,
        Month::Known { .. } => return Ok(Err("the log names no users".to_owned())),
        Month::Unknown { because } => return Ok(Err(because.clone())),
    };
    let offered = plans::load(&prepared.facts.facts, None).map_err(usage)?;
    Ok(Ok(seats(&result, world, month, offered, None)))
}

/// Asks of the calls what the page of seats asks.
pub(super) fn asked(prepared: &Prepared) -> Result<()> {
    let Some(calls) = by_user(&prepared.calls, None).context("looking for users")? else {
        return Ok(());
    };
    let result = audit(&calls, &prepared.world, Slot::Day).context("auditing the calls")?;
    looked_with(prepared, calls, &result, None, false).map(|_| ())
}

fn no_users() -> UsageError {
    UsageError("the log names no users\n\nhint: --as-user NAME takes all calls as one user's".to_owned())
}

/// The plans, with the text of the user's own.
fn offered(arguments: &SeatsArguments, facts: &Facts) -> Result<(Vec<Plan>, String)> {
    let own = arguments.plans.as_ref().map(|file| -> Result<(String, String)> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| UsageError(format!("`{}` cannot be read: {error}", file.display())))?;
        Ok((file.display().to_string(), text))
    });
    let own = own.transpose()?;
    let plans = plans::load(facts, own.as_ref().map(|(name, text)| (name.as_str(), text.as_str())));
    Ok((plans.map_err(usage)?, own.map(|(_, text)| text).unwrap_or_default()))
}

/// Users of whom a mean and a ninetieth percentile are known.
fn planned(arguments: &SeatsArguments, users: f64, mean: f64, p90: f64) -> Result<Printed> {
    if !arguments.calls.logs.is_empty() {
        return Err(UsageError("--users, --mean and --p90 stand for a log: name either".to_owned()).into());
    }
    let spread = Spread::of(mean, p90).ok_or_else(|| {
        UsageError(format!(
            "no log-normal has a mean of {mean} and a ninetieth percentile of {p90}: that lies between the mean and 2.27 times it\n\nhint: use a log"
        ))
    })?;
    let (registry, _) = registry_of(arguments.calls.scenario.as_deref())?;
    let assumed = Scenario::resolve(&registry).map_err(usage)?.projection.seats;
    let facts = arguments.calls.data.as_deref().map_or_else(Facts::embedded, Facts::of_folder);
    let (plans, _) = offered(arguments, &facts)?;
    let plans: Vec<Planned> = plans
        .iter()
        .filter(|plan| plan.price > 0.0 && plan.cap != Some(0.0))
        .map(|plan| Planned {
            plan: plan.id.clone(),
            price: plan.price,
            above: spread.above(plan.price),
            mixed: spread.least(plan.price),
            margin: sellers_margin(plan.price, mean, assumed.cost_ratio),
        })
        .collect();
    let (format, _) =
        super::arguments::FormatChoice::told_apart(&arguments.calls.format).map_err(UsageError)?;
    Ok(Printed::fine(page::planned(users, mean, p90, &plans), format.unwrap_or(Format::Text)))
}
