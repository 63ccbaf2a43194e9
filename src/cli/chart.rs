//! `chart`: results as pictures.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::arguments::{CallArguments, ChartArguments, chart_names};
use super::audit::provenance;
use super::exit::UsageError;
use super::grounds::{Grounds, source};
use super::prepared::Prepared;
use super::terminal::Printed;
use crate::inputs::files::write_atomically;
use crate::inputs::spelling;
use crate::outputs::charts::{CHARTS, Chart, DARK, LIGHT, Material, file, named};
use crate::outputs::formats::Format;
use crate::outputs::pages::chart as page;
use crate::outputs::results::Need;
use crate::simulation::Slot;
use crate::simulation::assess::assess;
use crate::simulation::audit::audit;

/// Draws charts.
///
/// # Errors
/// What is wrong with the arguments or the inputs; a folder that cannot be written to.
pub fn run(arguments: &ChartArguments) -> Result<Printed> {
    let kinds = kinds(&arguments.kinds)?;
    let (wanted, logs) = told_apart(arguments)?;
    if wanted.is_empty() {
        return Ok(Printed::fine(page::list(CHARTS), Format::Text));
    }
    let calls = CallArguments { logs, ..arguments.calls.clone() };
    let prepared = Prepared::of(&calls)?;
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let needs = |need: Need| wanted.iter().any(|chart| chart.needs == need);
    let found = Grounds::of(&prepared, &result, arguments.baseline.as_deref(), needs)?;
    let assessed = assess(&result, world);
    let of = provenance(&result, &prepared)?;
    let material = Material {
        of: found.results(&result, world, &assessed),
        source: source(&of, &prepared, &result),
        size: arguments.size,
        theme: if arguments.dark { DARK } else { LIGHT },
    };
    fs::create_dir_all(&arguments.out)
        .with_context(|| format!("making the folder `{}`", arguments.out.display()))?;
    let mut drawn = Vec::new();
    for chart in wanted {
        match chart.draw(&material) {
            Err(because) if !arguments.all => {
                return Err(UsageError(format!("`{}` cannot be drawn: {because}", chart.name)).into());
            }
            Err(because) => drawn.push((chart, Err(because))),
            Ok(drawing) => drawn.push((chart, Ok(written(chart, &drawing.svg, &kinds, &arguments.out)?))),
        }
    }
    let page = page::drawn(&drawn, vec![of.section()]);
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// The charts that are asked for, and the logs: a name that is no chart is a log, unless it is like one and no file.
fn told_apart(arguments: &ChartArguments) -> Result<(Vec<&'static Chart>, Vec<String>)> {
    let (mut wanted, mut logs) = (Vec::new(), Vec::new());
    for word in &arguments.calls.logs {
        match named(word) {
            Some(chart) if logs.is_empty() => wanted.push(chart),
            _ if logs.is_empty() && wanted.is_empty() && !arguments.all && is_word(word) => {
                let meant = spelling::meant(word, chart_names());
                return Err(UsageError(format!("there is no chart `{word}`{meant}")).into());
            }
            _ => logs.push(word.clone()),
        }
    }
    if arguments.all {
        wanted = CHARTS.iter().collect();
    } else if wanted.is_empty() && !logs.is_empty() {
        let names: Vec<&str> = chart_names().collect();
        let problem = format!("no chart is named; there are {}", names.join(", "));
        return Err(UsageError(format!("{problem}\n\nhint: --all draws every one")).into());
    }
    Ok((wanted, logs))
}

/// Whether it is no path.
fn is_word(word: &str) -> bool {
    !word.contains(['.', '/', '\\', '*', '-']) && !Path::new(word).exists()
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Svg,
    SvgText,
    Png,
    Pdf,
}

fn kinds(words: &[String]) -> Result<Vec<(Kind, &'static str)>> {
    let known = [("svg", Kind::Svg), ("svg-text", Kind::SvgText), ("png", Kind::Png), ("pdf", Kind::Pdf)];
    let of = |word: &String| {
        let found = known.iter().find(|(name, _)| name == word).map(|(name, kind)| (*kind, *name));
        found.ok_or_else(|| UsageError(format!("--as knows svg, svg-text, png and pdf, not `{word}`")).into())
    };
    words.iter().map(of).collect()
}

/// Writes the files of a chart; gives their names.
fn written(chart: &Chart, svg: &str, kinds: &[(Kind, &str)], out: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (kind, ending) in kinds {
        let bytes = match kind {
            Kind::Svg => file::outlined(svg)?.into_bytes(),
            Kind::SvgText => svg.as_bytes().to_vec(),
            Kind::Png => file::png(svg)?,
            Kind::Pdf => file::pdf(svg)?,
        };
        let ending = if *ending == "svg-text" { "text.svg" } else { ending };
        let path = out.join(format!("{}.{ending}", chart.name));
        write_atomically(&path, &bytes).with_context(|| format!("writing `{}`", path.display()))?;
        names.push(path.display().to_string());
    }
    Ok(names)
}
