//! `prices import` and `check`: what is in a sheet, and what is wrong with it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::{day_or_today, printed};
use crate::cli::arguments::{CheckArguments, ImportArguments};
use crate::cli::exit::Exit;
use crate::cli::facts::{Loaded, layer_of, sheets_of};
use crate::cli::terminal::Printed;
use crate::inputs::embedded::Facts;
use crate::inputs::files::write_atomically;
use crate::inputs::prices::check::{problems_of_layer, problems_of_shipped};
use crate::inputs::prices::sheet::{self, Sheet};
use crate::inputs::prices::sources::Problem;
use crate::outputs::formats::Format;
use crate::outputs::pages::prices::{self as pages, Checked};
use crate::units::Day;

/// `prices import`.
pub fn import(arguments: &ImportArguments) -> Result<Printed> {
    let day = arguments.date.map(Day::of_date);
    let data = arguments.page.data.as_deref();
    let mut files = Vec::new();
    let mut sheets: BTreeMap<String, Sheet> = BTreeMap::new();
    for file in sheets_of(&arguments.files)? {
        let layer = layer_of(&file, arguments.source.as_deref(), day)?;
        let facts = Loaded::with(data, vec![layer])?;
        for sheet in facts.book.sheets_of_layer(1, &facts.models) {
            // Of several files that price a seller the last one is written; one after the other they can all be used.
            sheets.insert(sheet.seller.id.clone(), sheet);
        }
        let report = facts.layers.into_iter().next();
        let problems = report.as_ref().map(|report| report.problems.clone()).unwrap_or_default();
        files.push(Checked { file: file.display().to_string(), report, problems });
    }
    let written = match &arguments.out {
        None => Vec::new(),
        Some(folder) => write_sheets(folder, &sheets)?,
    };
    let facts = Loaded::with(data, Vec::new())?;
    printed(pages::import(&files, &written), &facts, day_or_today(arguments.date), &arguments.page)
}

fn write_sheets(folder: &Path, sheets: &BTreeMap<String, Sheet>) -> Result<Vec<String>> {
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder `{}`", folder.display()))?;
    let mut written = Vec::new();
    for (seller, sheet) in sheets {
        let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
        let name: String = seller.chars().map(safe).collect();
        let path = folder.join(format!("{}.toml", name.trim_start_matches('.')));
        let comment = format!("Prices of {}. US dollars per million tokens.", sheet.seller.name);
        write_atomically(&path, sheet::write(sheet, &comment).as_bytes())
            .with_context(|| format!("writing `{}`", path.display()))?;
        written.push(path.display().to_string());
    }
    Ok(written)
}

/// `prices check`.
pub fn check(arguments: &CheckArguments) -> Result<Printed> {
    let data = arguments.page.data.as_deref();
    let mut files = Vec::new();
    if arguments.files.is_empty() {
        let facts = data.map_or_else(Facts::embedded, Facts::of_folder);
        for (file, problems) in problems_of_shipped(&facts)? {
            files.push(Checked { file, report: None, problems });
        }
    }
    for file in sheets_of(&arguments.files)? {
        files.push(check_file(&file, arguments)?);
    }
    let lost = files.iter().flat_map(|file| &file.problems).any(|problem| problem.lost);
    let page = pages::check(&files);
    let exit = if lost { Exit::Inputs } else { Exit::Fine };
    Ok(Printed { exit, ..Printed::fine(page, arguments.page.format.unwrap_or(Format::Text)) })
}

fn check_file(file: &Path, arguments: &CheckArguments) -> Result<Checked> {
    let layer = layer_of(file, arguments.source.as_deref(), None)?;
    let (name, text, source) = (layer.name.clone(), layer.text.clone(), layer.source);
    match Loaded::with(arguments.page.data.as_deref(), vec![layer]) {
        Ok(facts) => {
            let problems = problems_of_layer(&facts.book, 1, &facts.models, &facts.layers[0].problems);
            Ok(Checked { file: name, report: facts.layers.into_iter().next(), problems })
        }
        // A text that is no sheet has one problem, or, in the project's own format, as many as it has.
        Err(error) => match source.read_named(&name, &text) {
            Ok(_) => Err(error),
            Err(refused) => {
                let own = sheet::parse(&name, &text).err().filter(|_| text.contains("[seller]"));
                let problems = match own {
                    Some(all) => {
                        all.0.into_iter().map(|p| Problem::lost(p.line.unwrap_or(0), "", p.problem)).collect()
                    }
                    None => vec![Problem::lost(refused.line, "", refused.what)],
                };
                Ok(Checked { file: name, report: None, problems })
            }
        },
    }
}
