//! `assess` and `canary`: whether a cheaper model is good enough.

use anyhow::{Context as _, Result};

use super::arguments::{AssessArguments, CanaryArguments};
use super::audit::provenance;
use super::exit::UsageError;
use super::facts::ended_by;
use super::prepared::{Prepared, registry_of, usage};
use super::terminal::Printed;
use crate::engine::evidence::sequential::Rule;
use crate::inputs::embedded::Facts;
use crate::inputs::graded::calls::{self, GradedCall};
use crate::inputs::models::Models;
use crate::inputs::scenario::Scenario;
use crate::outputs::findings;
use crate::outputs::formats::Format;
use crate::outputs::pages::assess as page;
use crate::outputs::pages::audit::{Detail, assumptions, findings as findings_section};
use crate::outputs::pages::canary;
use crate::simulation::Slot;
use crate::simulation::assess::{assess as assessed, cascades};
use crate::simulation::audit::audit;
use crate::simulation::canary::{Against, look};

/// Assumptions about machines of one's own, which decide nothing here.
const OF_HOSTING: &[&str] = &["device", "fleet", "outlook", "ownership", "roofline"];

/// Assesses every workload of a log.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn assess(arguments: &AssessArguments) -> Result<Printed> {
    let prepared = Prepared::of(&arguments.calls)?;
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let cascades = cascades(&prepared.calls, &result, world).context("trying cascades")?;
    let found = assessed(&result, world);
    let more = match prepared.resolved.detail {
        Detail::Short => assumptions::in_short(world, &[OF_HOSTING, assumptions::OF_PROJECTION]),
        Detail::Explained | Detail::Everything => assumptions::explained(world),
    };
    let found_out = findings::of(&result, &prepared.report(), &prepared.facts.layers, world);
    let more = vec![findings_section(&found_out), more, provenance(&result, &prepared)?.section()];
    Ok(Printed::fine(page::page(&found, &cascades, world, more), prepared.resolved.format))
}

/// Looks at a running canary.
///
/// # Errors
/// What is wrong with the arguments or the table.
pub fn canary(arguments: &CanaryArguments) -> Result<Printed> {
    let (registry, _) = registry_of(arguments.scenario.as_deref())?;
    let evals = Scenario::resolve(&registry).map_err(usage)?.quality.evals;
    let margin = arguments.margin.unwrap_or(evals.gap);
    if !(0.0..0.5).contains(&margin) {
        return Err(UsageError(format!("--margin needs a share from 0 to 0.5, not {margin}")).into());
    }
    if arguments.rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
        return Err(UsageError("--rate needs a share from 0 to 1".to_owned()).into());
    }
    let rule = Rule { margin, false_promote: evals.false_promote, false_stop: evals.false_stop };
    let table = calls::read(&arguments.file)?;
    let facts = arguments.page.data.as_deref().map_or_else(Facts::embedded, Facts::of_folder);
    let of_workload: Vec<&GradedCall> = table
        .calls
        .iter()
        .filter(|call| arguments.workload.is_none() || call.workload == arguments.workload)
        .collect();
    let against = match (&arguments.incumbent, arguments.rate) {
        (Some(model), _) => Against::Model(model),
        (None, Some(rate)) => Against::Rate(rate),
        (None, None) => {
            let problem = "name what it is compared with: --incumbent MODEL or --rate SHARE";
            return Err(UsageError(problem.to_owned()).into());
        }
    };
    let models = Models::load(&facts)?;
    let found = look(&of_workload, &models, &arguments.candidate, against, rule).map_err(usage)?;
    let mut page = canary::page(&found, &arguments.candidate, against, &table.rejects);
    page.sections.push(ended_by(&facts, &["models"], std::slice::from_ref(&arguments.file))?);
    Ok(Printed::fine(page, arguments.page.format.unwrap_or(Format::Text)))
}
