//! `scores`: what models scored, and what follows from that.

use anyhow::{Context as _, Result};

use super::arguments::{
    FitArguments, ImportScoresArguments, PageArguments, ScoresArguments, ScoresCommand, ShowScoresArguments,
};
use super::exit::{Exit, UsageError};
use super::facts::ended_by;
use super::prepared::{registry_of, usage};
use super::routing::table_format;
use super::terminal::Printed;
use crate::inputs::benchmarks::sources::{SCORE_SOURCES, source_named};
use crate::inputs::benchmarks::{ScoreTable, frame};
use crate::inputs::embedded::Facts;
use crate::inputs::files::write_atomically_with;
use crate::inputs::models::Models;
use crate::inputs::scenario::Scenario;
use crate::outputs::formats::Format;
use crate::outputs::page::{Page, Section};
use crate::outputs::pages::scores as page;
use crate::outputs::tables;
use crate::simulation::capability::{Capabilities, Discounts};
use crate::units::TaskKind;

/// Runs a command of `scores`.
///
/// # Errors
/// What is wrong with the arguments, the facts or the tables.
pub fn run(command: &ScoresCommand) -> Result<Printed> {
    match command {
        ScoresCommand::List(arguments) => list(arguments),
        ScoresCommand::Show(arguments) => show(arguments),
        ScoresCommand::Import(arguments) => import(arguments),
        ScoresCommand::Fit(arguments) => fit(arguments),
        ScoresCommand::Check(arguments) => check(arguments),
    }
}

/// Models, scores and how they are discounted.
struct Known {
    /// The section that ends their pages.
    ended: Section,
    models: Models,
    table: ScoreTable,
    discounts: Discounts,
}

impl Known {
    fn of(arguments: &ScoresArguments) -> Result<Self> {
        let facts = facts(arguments.page.data.as_deref());
        let (registry, _) = registry_of(arguments.scenario.as_deref())?;
        let scenario = Scenario::resolve(&registry).map_err(usage)?;
        let models = Models::load(&facts)?;
        let table = ScoreTable::load(&facts, &arguments.scores, &models).map_err(usage)?;
        Ok(Self {
            ended: ended_by(&facts, &["models", "benchmarks"], &arguments.scores)?,
            table,
            models,
            discounts: Discounts::of_shares(scenario.quality.discounts),
        })
    }
}

impl Known {
    fn printed(&self, mut page: Page, arguments: &PageArguments) -> Printed {
        page.sections.push(self.ended.clone());
        Printed::fine(page, arguments.format.unwrap_or(Format::Text))
    }
}

fn facts(folder: Option<&std::path::Path>) -> Facts {
    folder.map_or_else(Facts::embedded, Facts::of_folder)
}

fn list(arguments: &ScoresArguments) -> Result<Printed> {
    let known = Known::of(arguments)?;
    Ok(known.printed(page::list(&known.table), &arguments.page))
}

fn show(arguments: &ShowScoresArguments) -> Result<Printed> {
    let known = Known::of(&arguments.scores)?;
    let ids = arguments.models.iter().map(|name| {
        known.models.resolve(name).map(|id| known.models.base(id)).ok_or_else(|| {
            UsageError(format!("`{name}` means no known model\n\nhint: switchpoint models resolve {name}"))
        })
    });
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    let mut capabilities = Capabilities::fit(&known.table, &known.models, &known.discounts, &TaskKind::ALL);
    capabilities.infer(&known.models);
    let page = page::show(&ids, &known.table, &known.models, &capabilities);
    Ok(known.printed(page, &arguments.scores.page))
}

fn fit(arguments: &FitArguments) -> Result<Printed> {
    let kind = TaskKind::from_word(&arguments.kind).ok_or_else(|| {
        let words: Vec<&str> = TaskKind::ALL.iter().map(|kind| kind.word()).collect();
        UsageError(format!("there is no kind `{}`; kinds are {}", arguments.kind, words.join(", ")))
    })?;
    let known = Known::of(&arguments.scores)?;
    let (capabilities, left) = rayon::join(
        || Capabilities::fit(&known.table, &known.models, &known.discounts, &[kind]),
        || {
            let general = kind == TaskKind::General;
            general.then(|| Capabilities::cross_validate(&known.table, &known.models, &known.discounts))
        },
    );
    let mut capabilities = capabilities;
    if arguments.infer {
        capabilities.infer(&known.models);
    }
    let fitted = page::Fit {
        kind,
        capabilities: &capabilities,
        cross_validation: left.as_ref(),
        models: &known.models,
        discounts: known.discounts,
        inferred: arguments.infer,
    };
    Ok(known.printed(page::fit(&fitted), &arguments.scores.page))
}

fn import(arguments: &ImportScoresArguments) -> Result<Printed> {
    let named = |id: &String| {
        source_named(id).ok_or_else(|| {
            let known: Vec<&str> = SCORE_SOURCES.iter().map(|source| source.id()).collect();
            UsageError(format!("`{id}` is no source; sources are {}", known.join(", ")))
        })
    };
    let source = arguments.source.as_ref().map(named).transpose()?;
    let format = table_format(&arguments.out)?;
    let facts = facts(arguments.page.data.as_deref());
    let models = Models::load(&facts)?;
    let table = ScoreTable::of_files(&facts, &arguments.files, source, &models)?;
    let mut written = frame(&table, &models).context("making a table of the scores")?;
    write_atomically_with(&arguments.out, |file| {
        tables::write(&mut written, format, file).map_err(std::io::Error::other)
    })
    .with_context(|| format!("writing `{}`", arguments.out.display()))?;
    let mut page = page::import(&table, &arguments.out.display().to_string());
    page.sections.push(ended_by(&facts, &["models"], &arguments.files)?);
    Ok(Printed::fine(page, arguments.page.format.unwrap_or(Format::Text)))
}

fn check(arguments: &ScoresArguments) -> Result<Printed> {
    let known = Known::of(arguments)?;
    let found = page::check(&known.table, &known.models);
    let exit =
        if known.table.problems.iter().any(|problem| problem.lost) { Exit::Inputs } else { Exit::Fine };
    Ok(Printed { exit, ..known.printed(found, &arguments.page) })
}
