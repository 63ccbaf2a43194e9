//! Makes `data/benchmarks/scores.csv` from the tables of sources whose licence allows passing them on.
//!
//! `cargo run --example make_scores -- OUT AIDER_FOLDER EPOCH_FOLDER [TABLE]` reads Aider's leaderboards, the files of Epoch's hub, and of
//! a plain table the rows of the sources listed in `rules.toml`. `rules.toml` also says which names mean another model than the
//! rules of names find, and what is left out and why. It prints what it could not take.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use switchpoint::inputs::benchmarks::{Score, ScoreTable, frame};
use switchpoint::inputs::embedded::Facts;
use switchpoint::inputs::models::Models;
use switchpoint::outputs::tables::{TableFormat, write};

/// What is decided by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    /// Sources of the plain table that may be passed on: full name and licence.
    sources: BTreeMap<String, (String, String)>,
    /// Editions of what some sources state, by their full names.
    editions: BTreeMap<String, String>,
    /// Benchmarks that are left out, with the reason.
    without: BTreeMap<String, String>,
    /// Names that mean a model on a benchmark, or none (empty).
    names: BTreeMap<String, BTreeMap<String, String>>,
}

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    ensure!(arguments.len() >= 3, "name the file to write, Aider's folder and Epoch's folder");
    let rules: Rules = toml::from_str(include_str!("rules.toml"))?;
    let facts = Facts::embedded();
    let models = Models::load(&facts)?;
    let mut table = ScoreTable::of_files(&facts, &arguments[1..], None, &models)?;
    let mut out = std::io::stdout().lock();
    for problem in &table.problems {
        writeln!(out, "{}:{}: {}", problem.file, problem.line, problem.what)?;
    }
    let all = table.scores.len();
    table.scores.retain_mut(|score| keep(score, &rules));
    for score in &mut table.scores {
        if let Some(model) = rules.names.get(&score.benchmark).and_then(|names| names.get(&score.raw)) {
            score.id = models.id(model);
        }
    }
    table.scores.sort_by(|a, b| order(a).cmp(&order(b)).then(b.value.total_cmp(&a.value)));
    table.scores.dedup_by(|a, b| order(a) == order(b) && a.value.to_bits() == b.value.to_bits());
    let mut frame = frame(&table, &models)?;
    let target = &arguments[0];
    let file = File::create(target).with_context(|| format!("writing {}", target.display()))?;
    write(&mut frame, TableFormat::Csv, file)?;
    writeln!(out, "{} of {all} scores", table.scores.len())?;
    Ok(())
}

/// Whether a score may be passed on and says what it is of.
fn keep(score: &mut Score, rules: &Rules) -> bool {
    if score.licence.is_empty() {
        let Some((source, licence)) = rules.sources.get(&score.source) else { return false };
        score.source.clone_from(source);
        score.licence.clone_from(licence);
    }
    if let Some(edition) = rules.editions.get(&score.source) {
        score.version = Some(edition.clone());
    }
    let nobody = rules
        .names
        .get(&score.benchmark)
        .and_then(|names| names.get(&score.raw))
        .is_some_and(String::is_empty);
    !nobody && !score.is_pair() && !rules.without.contains_key(&score.benchmark)
}

fn order(score: &Score) -> (&str, Option<&str>, &str, Option<&str>, Option<&str>) {
    (
        &score.benchmark,
        score.version.as_deref(),
        &score.raw,
        score.effort.as_deref(),
        score.harness.as_deref(),
    )
}
