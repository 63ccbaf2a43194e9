//! `export`: what calls cost, in the form of other tools.

use anyhow::{Context as _, Result};

use super::arguments::{ExportCommand, FocusArguments, LayerArguments};
use super::exit::{Exit, UsageError};
use super::facts::Loaded;
use super::logs;
use super::terminal::Printed;
use crate::inputs::files::write_atomically_with;
use crate::outputs::focus::{self, Account};
use crate::outputs::pages::export as pages;
use crate::simulation::charges::charges;

/// Runs a command of `export`.
///
/// # Errors
/// What is wrong with the arguments, the facts or the logs.
pub fn run(command: &ExportCommand) -> Result<Printed> {
    match command {
        ExportCommand::Focus(arguments) => focus(arguments),
    }
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
