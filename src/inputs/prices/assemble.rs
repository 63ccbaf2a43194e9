//! The book of all layers: shipped sheets, synced ones over them, the user's over all.

use super::adopt::{self, KnownSellers, Manner};
use super::book::PriceBook;
use super::layers::{Layer, LayerKind};
use super::sheet::Seller;
use super::sources::{Problem, SheetSource, source_of};
use crate::inputs::embedded::Facts;
use crate::inputs::models::Models;
use crate::inputs::toml_file::{FileProblem, FileProblems};
use crate::units::Day;

/// A sheet that becomes a layer.
pub struct LayerInput {
    /// Whose prices.
    pub kind: LayerKind,
    /// Name on pages: the file, or the synced source.
    pub name: String,
    /// What kind of sheet it is.
    pub source: &'static dyn SheetSource,
    /// Its text.
    pub text: String,
    /// Day of the sheet, where it is known from elsewhere.
    pub day: Option<Day>,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// What a layer gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerReport {
    /// The layer.
    pub layer: Layer,
    /// The kind of sheet.
    pub source: &'static str,
    /// Day of the sheet.
    pub day: Option<Day>,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Offers that it prices.
    pub offers: usize,
    /// Rates.
    pub rates: usize,
    /// Discounts and commitments.
    pub terms: usize,
    /// Names of models that no table knows, as `model @ seller`; they can be priced and are never routed to.
    pub unlisted: Vec<String>,
    /// What could not be taken.
    pub problems: Vec<Problem>,
}

impl KnownSellers for PriceBook {
    fn seller_named(&self, name: &str) -> Option<&Seller> {
        Self::seller_named(self, name)
    }
}

/// The book of the shipped sheets and of layers over them, the ones that win last. Models that only a layer knows are
/// added to `models`.
///
/// # Errors
/// Every problem of the shipped sheets; why a layer is no sheet.
pub fn assemble(
    facts: &Facts,
    models: &mut Models,
    layers: Vec<LayerInput>,
) -> Result<(PriceBook, Vec<LayerReport>), FileProblems> {
    let mut book = PriceBook::load(facts, models)?;
    let mut reports = Vec::new();
    for layer in layers {
        reports.push(add(&mut book, models, layer).map_err(|problem| FileProblems(vec![problem]))?);
    }
    Ok((book, reports))
}

fn add(book: &mut PriceBook, models: &mut Models, input: LayerInput) -> Result<LayerReport, FileProblem> {
    let found = input.source.read_named(&input.name, &input.text).map_err(|error| FileProblem {
        file: input.name.clone(),
        line: (error.line > 0).then_some(error.line),
        column: None,
        problem: format!("is no {} sheet: {}", input.source.id(), error.what),
    })?;
    let day = input.day.or(found.day);
    let title = found.name.clone().unwrap_or_else(|| match input.kind {
        LayerKind::Synced => format!("{} (synced)", input.source.id()),
        _ => input.name.clone(),
    });
    let source = source_of(input.source, &title, day, &input.sha256);
    let manner = Manner {
        admit: true,
        variants: true,
        // What a sheet shows without saying since when is known for its own day and after; a user's file means all days.
        undated_from: day.filter(|_| input.kind == LayerKind::Synced && !input.source.is_dated()),
    };
    let mut terms = found.terms.clone();
    for discount in &mut terms.discounts {
        discount.stated_in.clone_from(&input.name);
        discount.seller = discount.seller.as_deref().map(|name| known_id(book, name));
    }
    for commitment in &mut terms.commitments {
        commitment.stated_in.clone_from(&input.name);
        commitment.seller = known_id(book, &commitment.seller);
    }
    let adopted = adopt::adopt(found, &*book, models, &source, manner);
    let layer = Layer { kind: input.kind, name: input.name.clone() };
    let index = book.add_layer(layer.clone());
    let mut report = LayerReport {
        layer,
        source: input.source.id(),
        day,
        sha256: input.sha256,
        offers: adopted.sheets.iter().map(|sheet| sheet.offers.len()).sum(),
        rates: adopted.sheets.iter().flat_map(|sheet| &sheet.offers).map(|offer| offer.rates.len()).sum(),
        terms: terms.discounts.len() + terms.commitments.len(),
        unlisted: adopted.unlisted,
        problems: adopted.problems,
    };
    report.problems.sort_by(|a, b| (a.line, &a.at).cmp(&(b.line, &b.at)));
    for sheet in adopted.sheets {
        book.add_sheet(index, &input.name, sheet, models)?;
    }
    book.add_terms(terms);
    Ok(report)
}

fn known_id(book: &PriceBook, name: &str) -> String {
    book.seller_named(name).map_or_else(|| name.to_ascii_lowercase(), |seller| seller.id.clone())
}

#[cfg(test)]
mod tests;
