//! `models`: what names mean.

use anyhow::Result;

use super::arguments::{ModelsCommand, ResolveArguments};
use super::terminal::Printed;
use crate::inputs::embedded::Facts;
use crate::inputs::models::Models;
use crate::outputs::formats::Format;
use crate::outputs::pages::models as page;
use crate::outputs::{Provenance, provenance};

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
    let facts = arguments.page.data.as_deref().map_or_else(Facts::embedded, Facts::of_folder);
    let models = Models::load(&facts)?;
    let digest = Provenance::digest(facts.files("models")?.iter().map(|(_, text)| text.as_str()));
    let names: Vec<_> = arguments.names.iter().map(|name| (name.clone(), models.explain(name))).collect();
    let mut page = page::resolve(&names, &models);
    page.sections.push(provenance::of_inputs(env!("CARGO_PKG_VERSION"), "models_sha256", &digest, "models"));
    Ok(Printed::fine(page, arguments.page.format.unwrap_or(Format::Text)))
}
