//! `reproduce`: published break-evens computed again.

use anyhow::Result;

use super::arguments::ReproduceArguments;
use super::exit::UsageError;
use super::facts::ended_by;
use super::terminal::Printed;
use crate::inputs::embedded::Facts;
use crate::inputs::published::{ids, load};
use crate::outputs::formats::Format;
use crate::outputs::page::Page;
use crate::outputs::pages::reproduce as page;
use crate::simulation::reproduce::reproduce;

/// Computes a published table again, or lists those that there are.
///
/// # Errors
/// What is wrong with the arguments or the facts.
pub fn run(arguments: &ReproduceArguments) -> Result<Printed> {
    let facts = arguments.page.data.as_deref().map_or_else(Facts::embedded, Facts::of_folder);
    let format = arguments.page.format.unwrap_or(Format::Text);
    let known = ids(&facts)?;
    let ended = |mut page: Page| -> Result<Page> {
        page.sections.push(ended_by(&facts, &["published"], &[])?);
        Ok(page)
    };
    let Some(name) = &arguments.name else {
        let studies =
            known.iter().filter_map(|id| load(&facts, id).transpose()).collect::<Result<Vec<_>, _>>()?;
        return Ok(Printed::fine(ended(page::list(&studies))?, format));
    };
    let study = load(&facts, name)?.ok_or_else(|| {
        UsageError(format!("there is no published table `{name}`; there are {}", known.join(", ")))
    })?;
    Ok(Printed::fine(ended(page::page(&study, &reproduce(&study)))?, format))
}
