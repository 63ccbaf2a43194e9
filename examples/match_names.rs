//! How many raw names of price sheets and benchmark tables the rules of model identity bring together.
//!
//! `cargo run --example match_names -- SHEETS [SCORES.csv]` reads the sheets of a folder (the pinned inputs of
//! `make_prices`, and OpenRouter's models if they are there) and a table with the columns `source` and `model_raw`. For each
//! source it prints how many names there are, how many canonical ones, and which share of the names is that of a model with
//! a price: as written, and after the rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use switchpoint::inputs::models::{benchmark_forms, canonical};
use switchpoint::inputs::prices::sources::detect;

/// The sheets, below the folder.
const SHEETS: [&str; 4] = [
    "litellm/model_prices_and_context_window.json",
    "genai-prices/data_0.2.3.json",
    "models_dev/api.json",
    "openrouter/models_2026-08-22.json",
];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("name the folder of the sheets")?;
    let mut sheets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in SHEETS {
        let path = Path::new(&folder).join(file);
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let source = detect(file, &text).with_context(|| format!("{file} is no sheet"))?;
        let offers = source.read_named(file, &text)?.offers;
        sheets.insert(source.id().to_owned(), offers.into_iter().map(|offer| offer.model).collect());
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:14} {:>6} {:>9} {:>7} {:>11}", "source", "names", "canonical", "exact", "after rules")?;
    let names = |of: &dyn Fn(&str) -> bool| -> (BTreeSet<String>, BTreeSet<String>) {
        let raw = sheets.iter().filter(|(source, _)| of(source)).flat_map(|(_, names)| names);
        (
            raw.clone().map(|name| name.to_ascii_lowercase()).collect(),
            raw.map(|name| canonical(name)).collect(),
        )
    };
    for (source, own) in &sheets {
        let (exact, canonical_names) = names(&|other| other != source);
        row(&mut out, source, own, &exact, &canonical_names, &|name| vec![canonical(name)])?;
    }
    let (exact, all) = names(&|_| true);
    writeln!(out, "{:14} {:>6} {:>9}", "all sheets", exact.len(), all.len())?;
    if let Some(scores) = arguments.next() {
        let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut reader = csv::Reader::from_path(&scores)?;
        for record in reader.deserialize() {
            let record: BTreeMap<String, String> = record?;
            let (source, name) =
                (record.get("source"), record.get("model_raw").filter(|name| !name.is_empty()));
            if let (Some(source), Some(name)) = (source, name) {
                tables.entry(source.clone()).or_default().insert(name.clone());
            }
        }
        for (source, own) in tables {
            let own: Vec<String> = own.into_iter().collect();
            row(&mut out, &source, &own, &exact, &all, &|name| {
                benchmark_forms(name).into_iter().map(|(form, _)| form).collect()
            })?;
        }
    }
    Ok(())
}

/// The line of a source whose names are matched with those of priced models.
fn row(
    out: &mut impl std::io::Write,
    source: &str,
    own: &[String],
    exact: &BTreeSet<String>,
    canonical_names: &BTreeSet<String>,
    forms_of: &dyn Fn(&str) -> Vec<String>,
) -> Result<()> {
    let own: BTreeSet<&String> = own.iter().collect();
    let canonical_own: BTreeSet<String> =
        own.iter().filter_map(|name| forms_of(name).into_iter().next()).collect();
    let share = |count: usize| format!("{:.0} %", count as f64 / own.len().max(1) as f64 * 100.0);
    let as_written = own.iter().filter(|name| exact.contains(&name.to_ascii_lowercase())).count();
    let after =
        own.iter().filter(|name| forms_of(name).iter().any(|form| canonical_names.contains(form))).count();
    writeln!(
        out,
        "{source:14} {:>6} {:>9} {:>7} {:>11}",
        own.len(),
        canonical_own.len(),
        share(as_written),
        share(after)
    )?;
    Ok(())
}
