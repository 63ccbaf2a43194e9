//! `export`: what calls cost and where they are to go, in the form of other tools.

use anyhow::{Context as _, Result};

use super::arguments::{EnvoyArguments, ExportCommand, FocusArguments, LayerArguments, RouterArguments};
use super::audit::provenance;
use super::exit::{Exit, UsageError};
use super::facts::Loaded;
use super::logs;
use super::prepared::Prepared;
use super::terminal::Printed;
use crate::inputs::files::{write_atomically, write_atomically_with};
use crate::inputs::gateways::Gateways;
use crate::outputs::focus::{self, Account};
use crate::outputs::pages::export as pages;
use crate::outputs::routers::{By, Exported, Group, csv, envoy, groups, litellm, openrouter};
use crate::simulation::assess::assess;
use crate::simulation::audit::audit;
use crate::simulation::charges::charges;
use crate::simulation::handover::{Handover, handovers};
use crate::simulation::{Slot, World};

/// Runs a command of `export`.
///
/// # Errors
/// What is wrong with the arguments, the facts or the logs.
pub fn run(command: &ExportCommand) -> Result<Printed> {
    match command {
        ExportCommand::Focus(arguments) => focus(arguments),
        ExportCommand::Litellm(arguments) => router(arguments, "export litellm", |routes| {
            Ok(litellm(&routes.groups, routes.world, &routes.gateways, &routes.head))
        }),
        ExportCommand::Openrouter(arguments) => router(arguments, "export openrouter", |routes| {
            Ok(openrouter(&routes.groups, routes.world, &routes.gateways, &routes.head))
        }),
        ExportCommand::Envoy(EnvoyArguments { router: arguments, gateway }) => {
            router(arguments, "export envoy", |routes| {
                Ok(envoy(&routes.groups, routes.world, &routes.gateways, gateway, &routes.head))
            })
        }
        ExportCommand::Csv(arguments) => {
            router(arguments, "export csv", |routes| Ok(csv(routes.handovers, routes.world)?))
        }
    }
}

/// What a router's file is made from.
struct Routes<'a> {
    handovers: &'a [Handover],
    groups: Vec<Group>,
    gateways: Gateways,
    world: &'a World,
    head: Vec<String>,
}

fn router(
    arguments: &RouterArguments,
    command: &'static str,
    write: impl FnOnce(&Routes<'_>) -> Result<Exported>,
) -> Result<Printed> {
    let prepared = Prepared::repeatable(&arguments.calls, false)?;
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let handovers = handovers(&result, &assess(&result, world), world, arguments.full);
    let by = if arguments.by == "model" { By::Model } else { By::Workload };
    let of = provenance(&result, &prepared)?;
    let short = |digest: &str| digest.get(..12).unwrap_or_default().to_owned();
    let head = vec![format!(
        "switchpoint {}, {}: log {}, prices {}, scenario {}",
        of.version,
        of.as_of,
        short(&of.log),
        short(&of.prices),
        short(&of.scenario)
    )];
    let groups = groups(&handovers, by, world);
    let routes = Routes { handovers: &handovers, groups, gateways: Gateways::shipped()?, world, head };
    let exported = write(&routes)?;
    let exit = if exported.names == 0 { Exit::Inputs } else { Exit::Fine };
    let out = arguments.out.display().to_string();
    if exported.names > 0 {
        write_atomically(&arguments.out, exported.text.as_bytes())
            .with_context(|| format!("writing `{out}`"))?;
    }
    let page = pages::router(command, &handovers, &exported, &out, world, vec![of.section()]);
    Ok(Printed { exit, ..Printed::fine(page, prepared.resolved.format) })
}

fn focus(arguments: &FocusArguments) -> Result<Printed> {
    let out = &arguments.out;
    if out.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("csv")) {
        return Err(UsageError(format!("`{}` does not end in .csv", out.display())).into());
    }
    let (loaded, format) = logs::load(&arguments.source)?;
    let layers = LayerArguments { no_synced: arguments.no_synced, ..LayerArguments::default() };
    let facts = Loaded::of(arguments.data.as_deref(), &layers)?;
    let world = facts.world()?;
    let charges = charges(&loaded.calls, &world).context("pricing the calls")?;
    let account = Account { id: arguments.account.clone(), name: arguments.account_name.clone() };
    let written = !charges.lines.is_empty();
    if written {
        write_atomically_with(out, |file| focus::write(&charges, &account, file))
            .with_context(|| format!("writing `{}`", out.display()))?;
    }
    let exit = if written { Exit::Fine } else { Exit::Inputs };
    Ok(Printed { exit, ..Printed::fine(pages::focus(&charges, &out.display().to_string()), format) })
}
