//! Facts for a command: loaded once, and what the provenance says of them.

use std::path::Path;

use anyhow::Result;

use crate::inputs::embedded::Facts;
use crate::inputs::models::Models;
use crate::inputs::prices::PriceBook;
use crate::outputs::{Provenance, counted, findings};

/// Models and prices, with where they come from.
pub struct Loaded {
    /// Where they come from.
    pub facts: Facts,
    /// Model identity.
    pub models: Models,
    /// Prices.
    pub book: PriceBook,
}

impl Loaded {
    /// The facts of a folder, or the shipped ones.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn of(folder: Option<&Path>) -> Result<Self> {
        let facts = folder.map_or_else(Facts::embedded, Facts::of_folder);
        let models = Models::load(&facts)?;
        let book = PriceBook::load(&facts, &models)?;
        Ok(Self { facts, models, book })
    }

    /// Digest of the texts of some parts: the same facts in another folder are the same facts.
    ///
    /// # Errors
    /// When a file cannot be read any more.
    pub fn digest(&self, parts: &[&str]) -> Result<String> {
        let mut texts = Vec::new();
        for part in parts {
            texts.extend(self.facts.files(part)?.into_iter().map(|(_, text)| text));
        }
        Ok(Provenance::digest(texts.iter().map(String::as_str)))
    }

    /// Names and days of the price sources.
    pub fn price_sources(&self) -> String {
        let sources = self.book.sources().into_iter().map(|(source, sellers)| {
            let day = source.day.map_or_else(|| "no date".to_owned(), findings::day_text);
            format!("{} ({day}, {})", source.name, counted(sellers as u64, "seller"))
        });
        sources.collect::<Vec<_>>().join(", ")
    }
}
