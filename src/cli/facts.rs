//! Facts for a command: loaded once, and what the provenance says of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::arguments::LayerArguments;
use super::exit::UsageError;
use super::synced;
use crate::inputs::benchmarks::{Catalogue, Scores};
use crate::inputs::embedded::Facts;
use crate::inputs::hardware::Hardware;
use crate::inputs::models::Models;
use crate::inputs::prices::layers::LayerKind;
use crate::inputs::prices::sources::{SOURCES, SheetSource, detect, source_named};
use crate::inputs::prices::{LayerInput, LayerReport, PriceBook, assemble};
use crate::inputs::scenario::{Registry, Scenario};
use crate::outputs::page::Section;
use crate::outputs::{Provenance, counted, findings, provenance};
use crate::simulation::World;
use crate::units::Day;

/// Models and prices, with where they come from.
#[derive(Clone)]
pub struct Loaded {
    /// Where they come from.
    pub facts: Facts,
    /// Model identity.
    pub models: Arc<Models>,
    /// Prices.
    pub book: Arc<PriceBook>,
    /// What the layers over the shipped sheets gave.
    pub layers: Vec<LayerReport>,
}

impl Loaded {
    /// The world in which every call has the price of its day, under the default assumptions: for commands that price and
    /// do not route.
    ///
    /// # Errors
    /// What is wrong with the facts.
    pub fn world(&self) -> Result<World> {
        Ok(World {
            models: Arc::clone(&self.models),
            book: Arc::clone(&self.book),
            scores: Arc::new(Scores::none(&Catalogue::load(&self.facts)?)?),
            quality: Arc::default(),
            hardware: Arc::new(Hardware::load(&self.facts, &self.models)?),
            scenario: Arc::new(Scenario::resolve(&Registry::default_scenario()?)?),
            rules: Arc::default(),
            as_of: Day::of_date(chrono::Utc::now().date_naive()),
            reprice: false,
            days: None,
        })
    }

    /// The facts of a folder, or the shipped ones, under synced sheets and the user's.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn of(folder: Option<&Path>, layers: &LayerArguments) -> Result<Self> {
        let mut inputs = if layers.no_synced { Vec::new() } else { synced::layers()? };
        for file in &sheets_of(&layers.prices)? {
            inputs.push(layer_of(file, None, None)?);
        }
        Self::with(folder, inputs)
    }

    /// The facts of a folder, or the shipped ones, under these layers.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn with(folder: Option<&Path>, layers: Vec<LayerInput>) -> Result<Self> {
        let facts = folder.map_or_else(Facts::embedded, Facts::of_folder);
        let mut models = Models::load(&facts)?;
        let (book, layers) = assemble(&facts, &mut models, layers)?;
        Ok(Self { facts, models: Arc::new(models), book: Arc::new(book), layers })
    }

    /// Digest of the texts of some parts: the same facts in another folder are the same facts. With prices come the layers
    /// over them.
    ///
    /// # Errors
    /// When a file cannot be read any more.
    pub fn digest(&self, parts: &[&str]) -> Result<String> {
        let mut texts = Vec::new();
        for part in parts {
            let files = self.facts.files(part)?.into_iter().chain(self.facts.tables(part)?);
            texts.extend(files.map(|(_, text)| text));
        }
        if parts.contains(&"prices") {
            texts.extend(self.layers.iter().map(|layer| layer.sha256.clone()));
        }
        Ok(Provenance::digest(texts.iter().map(String::as_str)))
    }

    /// Names and days of the price sources, without what tells their files apart.
    pub fn price_sources_in_short(&self) -> String {
        let sources = self.book.sources().into_iter().map(|(source, _)| {
            let day = source.day.map_or_else(|| "no date".to_owned(), findings::day_text);
            format!("{} ({day})", source.name)
        });
        sources.collect::<Vec<_>>().join(", ")
    }

    /// Names and days of the price sources, those that win last.
    pub fn price_sources(&self) -> String {
        let sources = self.book.sources().into_iter().map(|(source, sellers)| {
            let day = source.day.map_or_else(|| "no date".to_owned(), findings::day_text);
            let digest = source.sha256.as_deref().map_or_else(String::new, |digest| {
                format!(", sha256 {}", digest.get(..12).unwrap_or(digest))
            });
            format!("{} ({day}, {}{digest})", source.name, counted(sellers as u64, "seller"))
        });
        sources.collect::<Vec<_>>().join(", ")
    }
}

/// The section that ends a page about some parts of the facts alone, and about files of the user's beside them.
///
/// # Errors
/// When a file cannot be read any more.
pub fn ended_by(facts: &Facts, parts: &[&str], own: &[PathBuf]) -> Result<Section> {
    let mut texts = Vec::new();
    for part in parts {
        let files = facts.files(part)?.into_iter().chain(facts.tables(part)?);
        texts.extend(files.map(|(_, text)| text));
    }
    for path in own {
        for file in files_below(path)? {
            let bytes = std::fs::read(&file).with_context(|| format!("reading `{}`", file.display()))?;
            texts.push(Provenance::digest_of_file(&bytes));
        }
    }
    let digest = Provenance::digest(texts.iter().map(String::as_str));
    Ok(provenance::of_inputs(env!("CARGO_PKG_VERSION"), "inputs_sha256", &digest, "what it is made from"))
}

/// A file, or the files in a folder, by name.
///
/// # Errors
/// When the folder cannot be read.
pub fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).with_context(|| format!("reading `{}`", path.display()))?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).collect();
    files.sort();
    Ok(files)
}

/// A user's file as a layer.
///
/// # Errors
/// When it cannot be read, or nobody knows what it is.
pub fn layer_of(file: &Path, source: Option<&str>, day: Option<Day>) -> Result<LayerInput> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|error| UsageError(format!("price sheet `{name}` cannot be read: {error}")))?;
    let source = source_of(&name, &text, source)?;
    let sha256 = Provenance::digest_of_file(text.as_bytes());
    Ok(LayerInput { kind: LayerKind::User, name, source, text, day, sha256 })
}

/// What kind of sheet a file is: what the user says, else what it looks like.
fn source_of(name: &str, text: &str, source: Option<&str>) -> Result<&'static dyn SheetSource, UsageError> {
    let known = || SOURCES.iter().map(|source| source.id()).collect::<Vec<_>>().join(", ");
    match source {
        Some(id) => source_named(id)
            .ok_or_else(|| UsageError(format!("`{id}` is no source; sources are {}", known()))),
        None => detect(name, text).ok_or_else(|| {
            UsageError(format!(
                "`{name}` looks like the sheet of no known source; name one of {} with --source",
                known()
            ))
        }),
    }
}

/// The files of paths, folders with their sheets in the order of their names.
///
/// # Errors
/// When a folder cannot be read.
pub fn sheets_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path)
            .map_err(|error| UsageError(format!("folder `{}` cannot be read: {error}", path.display())))?;
        let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        inside.retain(|file| {
            let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            ["toml", "csv", "tsv", "json"].contains(&ending)
        });
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}
