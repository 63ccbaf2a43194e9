//! `prices diff`: two days of the book, or two sheets on a day.

use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;

use super::{day_or_today, printed, seller_named};
use crate::cli::arguments::DiffArguments;
use crate::cli::exit::UsageError;
use crate::cli::facts::{Loaded, layer_of};
use crate::cli::synced;
use crate::cli::terminal::Printed;
use crate::inputs::prices::{Held, PriceBook};
use crate::outputs::findings::day_text;
use crate::outputs::pages::prices::{self as pages, PriceKey, Side};
use crate::units::Day;

/// `prices diff`.
pub fn diff(arguments: &DiffArguments) -> Result<Printed> {
    let facts = Loaded::of(arguments.page.data.as_deref(), &arguments.layers)?;
    let seller = seller_named(&facts, arguments.seller.as_deref())?;
    let as_of = day_or_today(arguments.as_of);
    let before = side(&arguments.before, arguments, &facts, as_of, seller)?;
    let after = side(&arguments.after, arguments, &facts, as_of, seller)?;
    printed(pages::diff(&before, &after), &facts, as_of, &arguments.page)
}

/// One side: a day of the whole book, or one layer of it on the day of the comparison.
fn side(
    text: &str,
    arguments: &DiffArguments,
    facts: &Loaded,
    as_of: Day,
    seller: Option<&str>,
) -> Result<Side> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Ok(on(day_text(Day::of_date(date)), facts, Day::of_date(date), None, seller));
    }
    if text == "shipped" {
        return Ok(on(text.to_owned(), facts, as_of, Some(0), seller));
    }
    let cached = synced::layers()?.into_iter().find(|layer| layer.name == text);
    let layer = match cached {
        Some(layer) => layer,
        None if Path::new(text).is_file() => layer_of(Path::new(text), None, None)?,
        None => {
            let problem = "is no day, no file, not `shipped`, and no source that is synced";
            return Err(UsageError(format!("`{text}` {problem}")).into());
        }
    };
    // A sheet is compared for what it states on the day of the comparison, whatever lies under it.
    let alone = Loaded::with(arguments.page.data.as_deref(), vec![layer])?;
    Ok(on(text.to_owned(), &alone, as_of, Some(1), seller))
}

/// The prices on a day: those of a layer, or without one those that win.
fn on(name: String, facts: &Loaded, day: Day, layer: Option<usize>, seller: Option<&str>) -> Side {
    let book: &PriceBook = &facts.book;
    let mut side = Side { name, ..Side::default() };
    for (id, offer) in book.offers().filter(|(id, _)| seller.is_none_or(|own| book.seller_of(*id).id == own))
    {
        let wins = |held: &&Held| match layer {
            Some(layer) => held.layer == layer,
            None => book.overridden_by(id, held, day).is_none(),
        };
        for held in book.rates(id).iter().filter(|held| held.rate.holds_on(day)).filter(wins) {
            let key = PriceKey {
                seller: book.seller_of(id).id.clone(),
                model: facts.models.get(offer.model).id.clone(),
                calls: held.rate.label(),
            };
            side.prices.insert(key, held.rate.prices.clone());
        }
    }
    side
}
