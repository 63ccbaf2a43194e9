//! `models`: what names mean.

use anyhow::Result;

use super::arguments::{ModelsCommand, ResolveArguments};
use super::terminal::Printed;
use crate::inputs::embedded::Facts;
use crate::inputs::models::Models;
use crate::outputs::formats::Format;
use crate::outputs::pages::models as page;

/// Runs a command of `models`.
///
/// # Errors
/// What is wrong with the facts.
pub fn run(command: &ModelsCommand) -> Result<Printed> {
    match command {
        ModelsCommand::Resolve(arguments) => resolve(arguments),
    }
}

fn resolve(arguments: &ResolveArguments) -> Result<Printed> {
    let facts = arguments.data.as_deref().map_or_else(Facts::embedded, Facts::of_folder);
    let models = Models::load(&facts)?;
    let names: Vec<_> = arguments.names.iter().map(|name| (name.clone(), models.explain(name))).collect();
    Ok(Printed { page: page::resolve(&names, &models), format: arguments.format.unwrap_or(Format::Text) })
}
