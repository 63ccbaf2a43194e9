//! `report`: everything about a log in one document.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::arguments::{CallArguments, FormatChoice, ReportArguments};
use super::audit::provenance;
use super::breakeven::with_deployments;
use super::exit::UsageError;
use super::future::ask;
use super::grounds::{Grounds, about, source};
use super::prepared::{Prepared, usage};
use super::terminal::Printed;
use crate::inputs::files::write_atomically;
use crate::inputs::stationery::Stationery;
use crate::outputs::findings;
use crate::outputs::formats::Format;
use crate::outputs::pages::report as page;
use crate::outputs::provenance::Provenance;
use crate::outputs::report::{Contents, FORMS, Form, ReportError, report};
use crate::outputs::results::Need;
use crate::simulation::Slot;
use crate::simulation::assess::assess;
use crate::simulation::audit::audit;

/// Name of a report that is given none.
const NAME: &str = "switchpoint-report";

/// Writes a report, or the template of one.
///
/// # Errors
/// What is wrong with the arguments, the inputs or the template; a file that cannot be written.
pub fn run(arguments: &ReportArguments) -> Result<Printed> {
    if let Some(folder) = &arguments.write_template {
        return write_template(folder);
    }
    let (form, calls) = form(arguments)?;
    let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from(NAME).with_extension(ending(form)));
    let stationery = match &arguments.template {
        None => Stationery::shipped(),
        Some(folder) => Stationery::of_folder(folder),
    };
    let stationery = stationery.map_err(usage)?;
    let mut prepared = Prepared::repeatable(&calls, arguments.today)?;
    with_deployments(&mut prepared, arguments.asked.deployments.as_deref())?;
    ask(&mut prepared, &arguments.asked)?;
    if arguments.template.is_some() {
        prepared.ask(&digest(&stationery));
    }
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let baseline = arguments.baseline.as_deref();
    let grounds =
        Grounds::of(&prepared, &result, baseline, |need| need != Need::Baseline || baseline.is_some())?;
    let assessed = assess(&result, world);
    let load = prepared.report();
    let found = findings::of(&result, &load, &prepared.facts.layers, world);
    let of = provenance(&result, &prepared)?;
    let contents = Contents {
        of: grounds.results(&result, world, &assessed),
        load: &load,
        findings: &found,
        provenance: &of,
        sample: prepared.resolved.logs.is_empty(),
        about: about(&prepared, &result),
        source: source(&of, &prepared, &result),
        spread: world.days.filter(|_| result.facts.anchored),
    };
    let report = report(&contents)?;
    let folder = out.file_stem().map_or_else(|| NAME.into(), |stem| stem.to_string_lossy());
    let set = report.set(form, &stationery, &folder).map_err(|error| told(error, arguments))?;
    let mut files = Vec::new();
    for (name, bytes) in &set.beside {
        let path = out.with_file_name(name);
        write(&path, bytes)?;
        files.push(path.display().to_string());
    }
    // Last, so that it never refers to a picture that is not there.
    write(&out, &set.main)?;
    files.insert(0, out.display().to_string());
    let page = page::written(report.summary.claim, &files, vec![of.section()]);
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// What is wrong with the user's own template is wrong usage.
fn told(error: ReportError, arguments: &ReportArguments) -> anyhow::Error {
    match (error, &arguments.template) {
        (error @ (ReportError::Template(_) | ReportError::Wrong(_)), Some(_)) => usage(error).into(),
        (error, _) => error.into(),
    }
}

/// The form of the report, and the arguments without it.
fn form(arguments: &ReportArguments) -> Result<(Form, CallArguments)> {
    let mut calls = arguments.calls.clone();
    let mut asked = Vec::new();
    calls.format.retain(|choice| match choice {
        FormatChoice::Report(form) => {
            asked.push(*form);
            false
        }
        FormatChoice::Page(Format::Markdown) => {
            asked.push(Form::Markdown);
            false
        }
        FormatChoice::Page(_) | FormatChoice::Log(_) => true,
    });
    if asked.len() > 1 {
        return Err(UsageError("--format names two forms of the report; ask for one".to_owned()).into());
    }
    let of_file = arguments.out.as_deref().and_then(Path::extension).map(|ending| {
        let ending = ending.to_string_lossy().to_ascii_lowercase();
        let known = FORMS.iter().find(|(_, _, endings)| endings.contains(&ending.as_str()));
        known.map(|(_, form, _)| *form).ok_or(ending)
    });
    let form = match (asked.first(), of_file) {
        (Some(form), _) => *form,
        (None, Some(Ok(form))) => form,
        (None, None) => FORMS[0].1,
        (None, Some(Err(ending))) => {
            let names: Vec<&str> = FORMS.iter().map(|(name, ..)| *name).collect();
            let problem = format!("a report does not end in `.{ending}`");
            return Err(UsageError(format!("{problem}\n\nhint: --format {}", names.join(", "))).into());
        }
    };
    Ok((form, calls))
}

fn ending(form: Form) -> &'static str {
    FORMS.iter().find(|(_, known, _)| *known == form).map_or("", |(_, _, endings)| endings[0])
}

/// A digest of a template: another template is another report.
fn digest(stationery: &Stationery) -> String {
    let files =
        stationery.files().map(|(name, bytes)| format!("{name} {}", Provenance::digest_of_file(bytes)));
    Provenance::digest(files.collect::<Vec<_>>().iter().map(String::as_str))
}

fn write_template(folder: &Path) -> Result<Printed> {
    let shipped = Stationery::shipped()?;
    let mut written = Vec::new();
    for (name, bytes) in shipped.files() {
        let path = folder.join(name);
        if path.exists() {
            let problem = format!("`{}` is there already", path.display());
            return Err(UsageError(format!("{problem}\n\nhint: name a new folder")).into());
        }
        written.push((path, bytes));
    }
    for (path, bytes) in &written {
        write(path, bytes)?;
    }
    let names: Vec<String> = written.iter().map(|(path, _)| path.display().to_string()).collect();
    Ok(Printed::fine(page::template(&folder.display().to_string(), &names), Format::Text))
}

/// Writes a file, and the folder that it lies in.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("making the folder `{}`", folder.display()))?;
    }
    write_atomically(path, bytes).with_context(|| format!("writing `{}`", path.display()))
}
