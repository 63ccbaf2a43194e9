//! Price sheets of others: one folder each reads one into the same neutral rows. What the rows mean here (which model,
//! which seller) is decided once, in `adopt.rs`.

pub mod genai_prices;
pub mod json;
pub mod litellm;
pub mod models_dev;
pub mod openrouter;
pub mod plain;
pub mod portkey;

use thiserror::Error;

use crate::inputs::prices::layers::Terms;
use crate::inputs::prices::rate::Rate;
use crate::inputs::prices::sheet::Source;
use crate::units::{Day, Features};

/// An offer as a foreign sheet states it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoundOffer {
    /// The seller, in the sheet's words.
    pub seller: String,
    /// The model, in the sheet's words.
    pub model: String,
    /// Other names that the sheet says mean the same offer.
    pub also: Vec<String>,
    /// Line at which it stands; 0: not known.
    pub line: usize,
    /// Most tokens of a call.
    pub context: Option<i64>,
    /// Most output tokens of a call.
    pub max_output: Option<i64>,
    /// What it can do, where the sheet says.
    pub features: Option<Features>,
    /// Whether the weights can be had, where the sheet says.
    pub open_weights: Option<bool>,
    /// Its rates, each with `source` 0.
    pub rates: Vec<Rate>,
}

/// Something in a sheet that could not be taken, or was taken with a doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line; 0: not known.
    pub line: usize,
    /// Where: the path of keys.
    pub at: String,
    /// What is wrong.
    pub what: String,
    /// Whether the row it stands in was left out.
    pub lost: bool,
}

impl Problem {
    /// A row that was left out.
    pub fn lost(line: usize, at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { line, at: at.into(), what: what.into(), lost: true }
    }

    /// A row that was taken with a doubt.
    pub fn doubt(line: usize, at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { lost: false, ..Self::lost(line, at, what) }
    }
}

/// Everything that a foreign sheet states.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Its offers, in the order of the sheet.
    pub offers: Vec<FoundOffer>,
    /// Discounts and commitments.
    pub terms: Terms,
    /// What could not be taken.
    pub problems: Vec<Problem>,
    /// Day of the sheet, where it states one.
    pub day: Option<Day>,
    /// Name of the sheet, where it states one.
    pub name: Option<String>,
}

/// What kind of sheet it is, and how it is read.
pub trait SheetSource: Sync {
    /// Name on the command line.
    fn id(&self) -> &'static str;
    /// Name for people, and what it is good for.
    fn about(&self) -> &'static str;
    /// Licence of its data; empty: none, or the user's own.
    fn licence(&self) -> &'static str;
    /// Where the current sheet is published; `None`: it is a file of the user's.
    fn url(&self) -> Option<&'static str>;
    /// Whether its rates say since when they hold. Those of a sheet that does not hold from its day on.
    fn is_dated(&self) -> bool;
    /// Whether a file of that name and content is such a sheet.
    fn is_it(&self, name: &str, text: &str) -> bool;
    /// Reads a sheet. A row that cannot be read becomes a problem; the others are kept.
    ///
    /// # Errors
    /// When the text as a whole is no such sheet.
    fn read(&self, text: &str) -> Result<Found, NotASheet>;
    /// The same for a sheet whose file's name says who sells.
    ///
    /// # Errors
    /// When the text as a whole is no such sheet.
    fn read_named(&self, _name: &str, text: &str) -> Result<Found, NotASheet> {
        self.read(text)
    }
}

/// Why a text is no sheet of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{what}", if *line > 0 { format!("line {line}: ") } else { String::new() })]
pub struct NotASheet {
    /// Line; 0: not known.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// Every kind of sheet. A new one is a folder and its line here; the first that says that a file is its own reads it.
pub const SOURCES: &[&dyn SheetSource] = &[
    &genai_prices::GenaiPrices,
    &litellm::LiteLlm,
    &models_dev::ModelsDev,
    &openrouter::OpenRouter,
    &portkey::Portkey,
    &plain::Plain,
];

/// The source of that name.
pub fn source_named(id: &str) -> Option<&'static dyn SheetSource> {
    SOURCES.iter().copied().find(|source| source.id() == id)
}

/// The source whose sheet a file is.
pub fn detect(name: &str, text: &str) -> Option<&'static dyn SheetSource> {
    SOURCES.iter().copied().find(|source| source.is_it(name, text))
}

/// What a sheet of a source is called in the provenance.
pub fn source_of(kind: &dyn SheetSource, name: &str, day: Option<Day>, sha256: &str) -> Source {
    Source {
        id: kind.id().to_owned(),
        name: name.to_owned(),
        day,
        licence: kind.licence().to_owned(),
        url: kind.url().map(str::to_owned),
        sha256: Some(sha256.to_owned()),
    }
}
