//! `scenario` and `compare-scenarios`: what is assumed, and what follows from assuming otherwise.

use anyhow::{Context as _, Result};

use super::arguments::{
    CheckScenarioArguments, CompareScenariosArguments, PageArguments, ScenarioCommand, ShowScenarioArguments,
};
use super::audit::provenance;
use super::breakeven::with_deployments;
use super::exit::UsageError;
use super::facts::ended_by;
use super::future::{ask, follow};
use super::prepared::{Prepared, registry_of};
use super::terminal::Printed;
use crate::inputs::embedded::{self, Facts};
use crate::inputs::models::Models;
use crate::inputs::prices::PriceBook;
use crate::inputs::scenario::{Registry, Scenario, Written};
use crate::outputs::Provenance;
use crate::outputs::formats::Format;
use crate::outputs::pages::scenario as page;
use crate::simulation::audit::audit;
use crate::simulation::projection::project::correlated;
use crate::simulation::{Rulebook, Slot};

/// Runs a command of `scenario`.
///
/// # Errors
/// What is wrong with the arguments or a scenario.
pub fn run(command: &ScenarioCommand) -> Result<Printed> {
    match command {
        ScenarioCommand::List(arguments) => list(arguments),
        ScenarioCommand::Show(arguments) => show(arguments),
        ScenarioCommand::Check(arguments) => check(arguments),
    }
}

fn list(arguments: &PageArguments) -> Result<Printed> {
    let mut shipped = Vec::new();
    for name in embedded::scenario_names() {
        let written = Written::named(name)?;
        let (registry, _) = written.read()?;
        shipped.push((name, written.about(), changed(&registry)?.len()));
    }
    Ok(Printed::fine(page::list(&shipped), arguments.format.unwrap_or(Format::Text)))
}

/// Names of the assumptions that differ from the default.
fn changed(registry: &Registry) -> Result<Vec<String>> {
    let default = Registry::default_scenario()?;
    let differs =
        |name: &str| default.get(name).map(|of| &of.value) != registry.get(name).map(|of| &of.value);
    Ok(registry.iter().map(|(name, _)| name).filter(|name| differs(name)).map(str::to_owned).collect())
}

fn show(arguments: &ShowScenarioArguments) -> Result<Printed> {
    let (registry, stated) = registry_of(Some(&arguments.name))?;
    let default = Registry::default_scenario()?;
    let changed = changed(&registry)?;
    let wanted = |name: &str| {
        let section = name.split('.').next().unwrap_or_default();
        arguments.section.as_deref().is_none_or(|wanted| wanted == section)
            && (!arguments.changed || changed.iter().any(|of| of == name))
    };
    if let Some(section) = &arguments.section
        && !registry.iter().any(|(name, _)| name.split('.').next() == Some(section))
    {
        return Err(UsageError(format!(
            "there is no section `{section}`\n\nhint: switchpoint scenario show names all"
        ))
        .into());
    }
    let stated = (stated.rules.len() + stated.pins.len() + stated.speeds.len() + stated.needs.len()) as u64;
    let page = page::show(&arguments.name, &registry, &default, &wanted, changed.len(), stated);
    Ok(Printed::fine(page, arguments.page.format.unwrap_or(Format::Text)))
}

fn check(arguments: &CheckScenarioArguments) -> Result<Printed> {
    let facts = arguments.page.data.as_deref().map_or_else(Facts::embedded, Facts::of_folder);
    let models = Models::load(&facts)?;
    let book = PriceBook::load(&facts, &models)?;
    let (mut problems, mut fine) = (Vec::new(), Vec::new());
    for name in &arguments.names {
        match wrong_with(name, &models, &book) {
            found if found.is_empty() => fine.push(name.clone()),
            found => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(UsageError(problems.join("\n")).into());
    }
    let mut page = page::checked(&fine);
    page.sections.push(ended_by(&facts, &["models", "prices"], &[])?);
    Ok(Printed::fine(page, arguments.page.format.unwrap_or(Format::Text)))
}

/// Everything that is wrong with a scenario; names in it are looked up where the rest is right.
fn wrong_with(name: &str, models: &Models, book: &PriceBook) -> Vec<String> {
    let written = match Written::named(name) {
        Ok(written) => written,
        Err(problem) => return vec![problem.to_string()],
    };
    let scenario = match written.read().map(|(registry, stated)| (Scenario::resolve(&registry), stated)) {
        Ok((Ok(scenario), stated)) => scenario.with(stated),
        Ok((Err(problems), _)) | Err(problems) => {
            return problems.0.iter().map(ToString::to_string).collect();
        }
    };
    let mut found = Vec::new();
    if let Err(problem) = Rulebook::of(&scenario, models, book) {
        found.push(format!("`{}`: {problem}", written.file));
    }
    if let Err(problem) = correlated(&scenario.projection) {
        found.push(format!("`{}`: {problem}", written.file));
    }
    found
}

/// Compares scenarios on a log.
///
/// # Errors
/// What is wrong with the arguments, the scenarios or the inputs.
pub fn compare(arguments: &CompareScenariosArguments) -> Result<Printed> {
    if arguments.calls.scenario.is_some() {
        let problem = "`compare-scenarios` starts from the default\n\nhint: name scenarios with --with";
        return Err(UsageError(problem.to_owned()).into());
    }
    let mut first = Prepared::of(&arguments.calls)?;
    with_deployments(&mut first, arguments.asked.deployments.as_deref())?;
    let mut names: Vec<String> = vec![embedded::DEFAULT_NAME.to_owned()];
    let shipped = || embedded::scenario_names().into_iter().map(str::to_owned).collect();
    let asked: Vec<String> = if arguments.with.is_empty() { shipped() } else { arguments.with.clone() };
    names.extend(asked.into_iter().filter(|name| name != embedded::DEFAULT_NAME));
    let mut compared = Vec::new();
    let mut ended: Option<Provenance> = None;
    for name in names {
        let mut prepared = first.under(&arguments.calls, &name)?;
        prepared.world.hardware = first.world.hardware.clone();
        ask(&mut prepared, &arguments.asked)?;
        let result = audit(&prepared.calls, &prepared.world, Slot::Day).context("auditing the calls")?;
        let found = follow(&prepared, &result)?;
        // One page of all scenarios: its digest is of all of them.
        let own = provenance(&result, &prepared)?;
        ended = Some(match ended {
            None => own,
            Some(before) => {
                let scenario = Provenance::digest([before.scenario.as_str(), own.scenario.as_str()]);
                Provenance { scenario, ..before }
            }
        });
        compared.push((name, result, found));
    }
    let ended = ended.map(|provenance| provenance.section());
    let page = page::compared(&compared, ended.into_iter().collect());
    Ok(Printed::fine(page, first.resolved.format))
}
