//! `prices`: what is known of prices.

mod compare;
mod known;
mod sheets;
mod sync;

use anyhow::Result;
use chrono::NaiveDate;

use super::arguments::{PageArguments, PricesCommand};
use super::exit::UsageError;
use super::facts::Loaded;
use super::terminal::Printed;
use crate::inputs::models::ModelId;
use crate::outputs::findings::day_text;
use crate::outputs::formats::Format;
use crate::outputs::page::Page;
use crate::outputs::pages::prices::layers_section;
use crate::outputs::provenance;
use crate::units::Day;

/// Runs a command of `prices`.
///
/// # Errors
/// What is wrong with the facts or the arguments.
pub fn run(command: &PricesCommand) -> Result<Printed> {
    match command {
        PricesCommand::List(arguments) => known::list(arguments),
        PricesCommand::Show(arguments) => known::show(arguments),
        PricesCommand::History(arguments) => known::history(arguments),
        PricesCommand::Diff(arguments) => compare::diff(arguments),
        PricesCommand::Import(arguments) => sheets::import(arguments),
        PricesCommand::Sync(arguments) => sync::sync(arguments),
        PricesCommand::Check(arguments) => sheets::check(arguments),
    }
}

/// The day that is meant, or today.
fn day_or_today(day: Option<NaiveDate>) -> Day {
    Day::of_date(day.unwrap_or_else(|| chrono::Utc::now().date_naive()))
}

/// The id of the seller of that name.
fn seller_named<'b>(facts: &'b Loaded, name: Option<&str>) -> Result<Option<&'b str>, UsageError> {
    let Some(name) = name else { return Ok(None) };
    let sellers = || -> Vec<&str> { facts.book.sellers().iter().map(|seller| seller.id.as_str()).collect() };
    let known = facts.book.seller_named(name).map(|seller| seller.id.as_str());
    known.map(Some).ok_or_else(|| {
        UsageError(format!("`{name}` is no seller with a sheet; sellers are {}", sellers().join(", ")))
    })
}

/// The model of that name.
fn model_named(facts: &Loaded, name: &str) -> Result<ModelId, UsageError> {
    facts.book.resolve(name, None, &facts.models).ok_or_else(|| {
        UsageError(format!("`{name}` is no known model\n\nhint: `switchpoint models resolve {name}`"))
    })
}

/// A page with its layers and where it comes from.
fn printed(mut page: Page, facts: &Loaded, as_of: Day, arguments: &PageArguments) -> Result<Printed> {
    if !facts.layers.is_empty() {
        page.sections.push(layers_section(&facts.layers));
    }
    page.sections.push(provenance::of_prices(
        env!("CARGO_PKG_VERSION"),
        &day_text(as_of),
        &facts.price_sources(),
        &facts.digest(&["prices"])?,
    ));
    Ok(Printed::fine(page, arguments.format.unwrap_or(Format::Text)))
}
