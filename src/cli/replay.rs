//! `replay`: graded outcomes of several models, routed.

use anyhow::Result;

use super::arguments::ReplayArguments;
use super::exit::UsageError;
use super::terminal::Printed;
use crate::inputs::graded;
use crate::outputs::formats::Format;
use crate::outputs::pages::replay as page;
use crate::simulation::graded::groups;

/// Routes a table of outcomes.
///
/// # Errors
/// What is wrong with the arguments or the table.
pub fn run(arguments: &ReplayArguments) -> Result<Printed> {
    let graded = graded::read(&arguments.file)?;
    let place = |name: &String| {
        graded.models.iter().position(|model| model == name).ok_or_else(|| {
            UsageError(format!(
                "the table has no model `{name}`; its models are {}",
                graded.models.join(", ")
            ))
        })
    };
    let reference = arguments.reference.as_ref().map(place).transpose()?;
    if let Some(column) = arguments.router.as_ref().filter(|column| !graded.others.contains_key(*column)) {
        let known: Vec<&str> = graded.others.keys().map(String::as_str).collect();
        return Err(UsageError(format!(
            "`{column}` is no column with a number for every item; such columns are {}",
            if known.is_empty() { "none".to_owned() } else { known.join(", ") }
        ))
        .into());
    }
    let groups = groups(&graded, reference, arguments.router.as_deref());
    let page = page::page(&graded, &groups, arguments.reference.as_deref());
    Ok(Printed::fine(page, arguments.format.unwrap_or(Format::Text)))
}
