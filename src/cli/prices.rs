//! `prices`: what is known of prices.

use anyhow::Result;

use super::arguments::{ListArguments, PricesCommand, ShowArguments};
use super::exit::UsageError;
use super::facts::Loaded;
use super::terminal::Printed;
use crate::outputs::findings::day_text;
use crate::outputs::formats::Format;
use crate::outputs::page::Page;
use crate::outputs::pages::prices::{Listed, Shown, list, show};
use crate::outputs::provenance;
use crate::units::{Day, Tier};

/// Runs a command of `prices`.
///
/// # Errors
/// What is wrong with the facts or the arguments.
pub fn run(command: &PricesCommand) -> Result<Printed> {
    match command {
        PricesCommand::List(arguments) => run_list(arguments),
        PricesCommand::Show(arguments) => run_show(arguments),
    }
}

fn run_list(arguments: &ListArguments) -> Result<Printed> {
    let facts = Loaded::of(arguments.page.data.as_deref())?;
    let (models, book) = (&facts.models, &facts.book);
    let seller = match arguments.seller.as_deref() {
        None => None,
        Some(name) => Some(book.seller_named(name).ok_or_else(|| {
            let sellers: Vec<&str> = book.sellers().iter().map(|seller| seller.id.as_str()).collect();
            UsageError(format!("`{name}` is no seller with a sheet; sellers are {}", sellers.join(", ")))
        })?),
    };
    let tier = match arguments.tier.as_deref() {
        None => None,
        Some(word) => Some(Tier::from_word(word).ok_or_else(|| {
            UsageError(format!("`{word}` is no tier; tiers on sheets are closed and hosted"))
        })?),
    };
    let as_of = arguments.as_of.unwrap_or_else(|| chrono::Utc::now().date_naive());
    let seller = seller.map(|seller| seller.id.as_str());
    let listed = Listed { as_of: Day::of_date(as_of), seller, tier, models, book };
    Ok(Printed {
        page: with_provenance(list(&listed), &facts, listed.as_of)?,
        format: arguments.page.format.unwrap_or(Format::Text),
    })
}

fn run_show(arguments: &ShowArguments) -> Result<Printed> {
    let facts = Loaded::of(arguments.page.data.as_deref())?;
    let (models, book) = (&facts.models, &facts.book);
    let name = &arguments.model;
    let model = book.resolve(name, None, models).ok_or_else(|| {
        UsageError(format!("`{name}` is no known model\n\nhint: `switchpoint models resolve {name}`"))
    })?;
    let as_of = arguments.as_of.unwrap_or_else(|| chrono::Utc::now().date_naive());
    let shown = Shown { model, as_of: Day::of_date(as_of), history: arguments.history, models, book };
    Ok(Printed {
        page: with_provenance(show(&shown), &facts, shown.as_of)?,
        format: arguments.page.format.unwrap_or(Format::Text),
    })
}

fn with_provenance(mut page: Page, facts: &Loaded, as_of: Day) -> Result<Page> {
    page.sections.push(provenance::of_prices(
        env!("CARGO_PKG_VERSION"),
        &day_text(as_of),
        &facts.price_sources(),
        &facts.digest(&["prices"])?,
    ));
    Ok(page)
}
