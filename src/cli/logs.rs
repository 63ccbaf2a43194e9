//! `logs`: what files are, and what they say in other forms.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::arguments::{
    ConvertArguments, FormatChoice, InspectArguments, LogsCommand, ReconcileArguments, SourceArguments,
};
use super::exit::{Exit, UsageError};
use super::facts::Loaded;
use super::progress::Bar;
use super::terminal::Printed;
use crate::inputs::files::write_atomically_with;
use crate::inputs::logs::pseudonym::Pseudonyms;
use crate::inputs::logs::{self, FORMATS, LoadOptions, LoadedLog, summary, table};
use crate::outputs::formats::Format;
use crate::outputs::pages::logs as pages;
use crate::outputs::tables::{self, TableFormat};
use crate::simulation::reconcile::reconcile as compare;
use crate::units::Day;

/// Runs a command of `logs`.
///
/// # Errors
/// What is wrong with the arguments or the logs.
pub fn run(command: &LogsCommand) -> Result<Printed> {
    match command {
        LogsCommand::Formats(arguments) => {
            let maps = table::map::shipped().map_err(anyhow::Error::msg)?;
            let maps: Vec<_> = maps.into_iter().map(|map| (map.name, map.about)).collect();
            let format = arguments.page.format.unwrap_or(Format::Text);
            Ok(Printed::fine(pages::formats(&FORMATS, &maps), format))
        }
        LogsCommand::Inspect(arguments) => inspect(arguments),
        LogsCommand::Convert(arguments) => convert(arguments),
        LogsCommand::Reconcile(arguments) => reconcile(arguments),
    }
}

/// Reads logs as the arguments say; also gives the form of the page.
pub(super) fn load(source: &SourceArguments) -> Result<(LoadedLog, Format)> {
    let (form, log_format) = FormatChoice::told_apart(&source.format).map_err(UsageError)?;
    let usage = |error: logs::LogError| UsageError(error.to_string());
    let options = LoadOptions {
        format: log_format,
        map: source.map.as_deref().map(LoadOptions::map_named).transpose().map_err(usage)?,
        anchor: source.anchor.map(|date| Day::of_date(date).start_micros()),
        model: source.model.clone(),
        pseudonyms: source.pseudonymise.as_deref().map(pseudonyms).transpose()?,
    };
    let bar = Bar::new();
    let (inputs, problems) = logs::discover(&source.logs)?;
    let loaded = logs::load_any(&inputs, problems, &options, &bar);
    bar.finish();
    Ok((loaded?, form.unwrap_or(Format::Text)))
}

fn pseudonyms(file: &Path) -> Result<Pseudonyms, UsageError> {
    let wrong = |reason: String| UsageError(format!("key file `{}`: {reason}", file.display()));
    let key = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    Pseudonyms::new(&key).map_err(wrong)
}

fn inspect(arguments: &InspectArguments) -> Result<Printed> {
    let (loaded, format) = load(&arguments.source)?;
    let summaries = summary::by_file(&loaded.calls).context("looking at the calls")?;
    let exit = if loaded.calls.height() == 0 { Exit::Inputs } else { Exit::Fine };
    Ok(Printed { exit, ..Printed::fine(pages::inspect(&loaded.report, &summaries), format) })
}

fn convert(arguments: &ConvertArguments) -> Result<Printed> {
    let out = &arguments.out;
    let ending = out.extension().and_then(|ending| ending.to_str()).unwrap_or("");
    let format = TableFormat::of_extension(ending).ok_or_else(|| {
        UsageError(format!("`{}` ends in neither .parquet nor .csv nor .jsonl", out.display()))
    })?;
    let (mut loaded, form) = load(&arguments.source)?;
    write_atomically_with(out, |file| {
        tables::write(&mut loaded.calls, format, file).map_err(std::io::Error::other)
    })
    .with_context(|| format!("writing `{}`", out.display()))?;
    let rows = loaded.calls.height() as u64;
    Ok(Printed::fine(pages::convert(&loaded.report, rows, &out.display().to_string()), form))
}

fn reconcile(arguments: &ReconcileArguments) -> Result<Printed> {
    let (loaded, format) = load(&arguments.source)?;
    let facts = Loaded::of(arguments.data.as_deref(), &arguments.layers)?;
    let world = facts.world()?;
    let lines = compare(&loaded.calls, &loaded.report.bills, &world).context("comparing costs")?;
    let exit = if lines.is_empty() { Exit::Inputs } else { Exit::Fine };
    Ok(Printed { exit, ..Printed::fine(pages::reconcile(&lines), format) })
}
