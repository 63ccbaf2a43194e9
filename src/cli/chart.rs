//! `chart`: results as pictures.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::arguments::{CallArguments, ChartArguments, chart_names};
use super::audit::provenance;
use super::baseline::read;
use super::breakeven::{looked, why_nothing};
use super::exit::UsageError;
use super::future::follow;
use super::prepared::Prepared;
use super::seats::seated;
use super::terminal::Printed;
use crate::inputs::files::write_atomically;
use crate::inputs::toml_file;
use crate::outputs::charts::{CHARTS, Chart, DARK, LIGHT, Material, Need, file, named};
use crate::outputs::formats::Format;
use crate::outputs::pages::chart as page;
use crate::outputs::provenance::Provenance;
use crate::simulation::Slot;
use crate::simulation::assess::assess;
use crate::simulation::audit::{Audit, audit};
use crate::simulation::compare::{Compared, compare};
use crate::simulation::frontier::{Frontier, frontier};
use crate::simulation::hosting::breakeven::Found as Hosted;
use crate::simulation::projection::project::Found as Projected;
use crate::simulation::seats::Found as Seated;
use crate::simulation::tally::tally;
use crate::tables::Scope;
use crate::units::Day;

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
        audit: &result,
        world,
        assessed: &assessed,
        frontier: found.frontier.as_ref().map_err(String::as_str),
        hosted: found.hosted.as_ref().map_err(String::as_str),
        projected: found.projected.as_ref().map_err(String::as_str),
        compared: found.compared.as_ref().map_err(String::as_str),
        seats: found.seats.as_ref().map_err(String::as_str),
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
            Ok(svg) => drawn.push((chart, Ok(written(chart, &svg, &kinds, &arguments.out)?))),
        }
    }
    let page = page::drawn(&drawn, vec![of.section()]);
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// What takes time to find out, or why it is not known.
struct Grounds {
    frontier: Result<Frontier, String>,
    hosted: Result<Hosted, String>,
    projected: Result<Projected, String>,
    compared: Result<Compared, String>,
    seats: Result<Seated, String>,
}

impl Grounds {
    fn of(
        prepared: &Prepared,
        audit: &Audit,
        baseline: Option<&Path>,
        needs: impl Fn(Need) -> bool,
    ) -> Result<Self> {
        let not_asked = || "it was not asked for".to_owned();
        let first_line = |text: String| text.lines().next().unwrap_or_default().to_owned();
        let frontier = if needs(Need::Frontier) {
            let found = frontier(&prepared.calls, &prepared.world).context("looking for the frontier")?;
            found.ok_or_else(|| "no model that serves calls has a score".to_owned())
        } else {
            Err(not_asked())
        };
        let hosted = if needs(Need::Hosting) {
            looked(prepared, audit, None, false)?.map_err(|nothing| first_line(why_nothing(nothing, audit)))
        } else {
            Err(not_asked())
        };
        let projected = if needs(Need::Projection) {
            follow(prepared, audit).map_err(|because| first_line(because.to_string()))
        } else {
            Err(not_asked())
        };
        let compared = match baseline.filter(|_| needs(Need::Baseline)) {
            None => Err("it needs a baseline; name one with --baseline".to_owned()),
            Some(file) => {
                let before = read(file)?.baseline;
                let after =
                    tally(&prepared.calls, &prepared.world, Scope::All).context("adding up the calls")?;
                Ok(compare(&before.tallies[0], &after, &Scope::All, &prepared.world))
            }
        };
        let seats = if needs(Need::Seats) { seated(prepared)? } else { Err(not_asked()) };
        Ok(Self { frontier, hosted, projected, compared, seats })
    }
}

/// Where a chart's numbers come from, with their days.
fn source(of: &Provenance, prepared: &Prepared, audit: &Audit) -> String {
    let logs = &prepared.resolved.logs;
    let log = match &logs[..] {
        [] => "The sample log".to_owned(),
        [one] => one.clone(),
        [first, ..] => format!("{first} and {} more", logs.len() - 1),
    };
    let days = audit.span.filter(|_| !audit.facts.anchored).map_or_else(String::new, |span| {
        format!(", {} to {}", Day::of_micros(span.first).text(), Day::of_micros(span.last).text())
    });
    let short = |digest: &str| digest.get(..8).unwrap_or_default().to_owned();
    format!(
        "{log}{days}, at list prices. Prices: {}. switchpoint {}: log {}, prices {}, scenario {}.",
        prepared.facts.price_sources_in_short(),
        of.version,
        short(&of.log),
        short(&of.prices),
        short(&of.scenario),
    )
}

/// The charts that are asked for, and the logs: a name that is no chart is a log, unless it is like one and no file.
fn told_apart(arguments: &ChartArguments) -> Result<(Vec<&'static Chart>, Vec<String>)> {
    let (mut wanted, mut logs) = (Vec::new(), Vec::new());
    for word in &arguments.calls.logs {
        match named(word) {
            Some(chart) if logs.is_empty() => wanted.push(chart),
            _ if logs.is_empty() && wanted.is_empty() && !arguments.all && is_word(word) => {
                let nearest = toml_file::nearest(word, chart_names()).unwrap_or_default();
                return Err(
                    UsageError(format!("there is no chart `{word}`; did you mean `{nearest}`?")).into()
                );
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
