//! `prices list`, `show` and `history`: what the book says.

use anyhow::{Context as _, Result};

use super::{day_or_today, model_named, printed, seller_named};
use crate::cli::arguments::{HistoryArguments, ListArguments, ShowArguments};
use crate::cli::exit::UsageError;
use crate::cli::facts::Loaded;
use crate::cli::terminal::Printed;
use crate::inputs::files::write_atomically;
use crate::outputs::pages::prices::{self as pages, Listed, Shown, Traced};
use crate::units::{Mode, Tier};

/// `prices list`.
pub fn list(arguments: &ListArguments) -> Result<Printed> {
    let facts = Loaded::of(arguments.page.data.as_deref(), &arguments.layers)?;
    let seller = seller_named(&facts, arguments.seller.as_deref())?;
    let tier = match arguments.tier.as_deref() {
        None => None,
        Some(word) => Some(Tier::from_word(word).ok_or_else(|| {
            UsageError(format!("`{word}` is no tier; tiers on sheets are closed and hosted"))
        })?),
    };
    let as_of = day_or_today(arguments.as_of);
    let page = pages::list(&Listed { as_of, seller, tier, models: &facts.models, book: &facts.book });
    printed(page, &facts, as_of, &arguments.page)
}

/// `prices show`.
pub fn show(arguments: &ShowArguments) -> Result<Printed> {
    let facts = Loaded::of(arguments.page.data.as_deref(), &arguments.layers)?;
    let model = model_named(&facts, &arguments.model)?;
    let as_of = day_or_today(arguments.as_of);
    let shown = Shown { model, as_of, history: arguments.history, models: &facts.models, book: &facts.book };
    printed(pages::show(&shown), &facts, as_of, &arguments.page)
}

/// `prices history`.
pub fn history(arguments: &HistoryArguments) -> Result<Printed> {
    let facts = Loaded::of(arguments.page.data.as_deref(), &arguments.layers)?;
    let mode = match arguments.mode.as_deref() {
        None => Mode::Standard,
        Some(word) => Mode::from_word(word).ok_or_else(|| {
            let modes: Vec<&str> = Mode::ALL.iter().map(|mode| mode.word()).collect();
            UsageError(format!("`{word}` is no mode; modes are {}", modes.join(", ")))
        })?,
    };
    let traced = Traced {
        model: model_named(&facts, &arguments.model)?,
        seller: seller_named(&facts, arguments.seller.as_deref())?,
        mode,
        models: &facts.models,
        book: &facts.book,
    };
    if let Some(file) = &arguments.export {
        write_atomically(file, pages::history_table(&traced).as_bytes())
            .with_context(|| format!("writing `{}`", file.display()))?;
    }
    printed(pages::history(&traced), &facts, day_or_today(None), &arguments.page)
}
