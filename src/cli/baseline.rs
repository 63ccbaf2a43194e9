//! `baseline` and `compare`: what logs came to, kept and set side by side.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::arguments::{
    BaselineCommand, CallArguments, CompareArguments, SaveArguments, ShowBaselineArguments,
};
use super::audit::provenance;
use super::exit::UsageError;
use super::gate::{a_log, budget_of, known_names, relative};
use super::prepared::Prepared;
use super::terminal::Printed;
use crate::inputs::baseline::{self, Baseline, BaselineError, Made};
use crate::inputs::files::write_atomically;
use crate::outputs::formats::Format;
use crate::outputs::pages::audit::{Detail, assumptions};
use crate::outputs::pages::{baseline as page, compare as compare_page};
use crate::outputs::provenance::Provenance;
use crate::simulation::World;
use crate::simulation::audit::Audit;
use crate::simulation::compare::compare as compared;
use crate::simulation::gate::{Measured, others};
use crate::tables::Scope;
use crate::units::Day;

/// A baseline and the digest of its file.
pub(super) struct Kept {
    pub(super) baseline: Baseline,
    pub(super) digest: String,
}

/// Runs a command of `baseline`.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn run(command: &BaselineCommand) -> Result<Printed> {
    match command {
        BaselineCommand::Save(arguments) => save(arguments),
        BaselineCommand::Show(arguments) => show(arguments),
    }
}

fn save(arguments: &SaveArguments) -> Result<Printed> {
    a_log(&arguments.calls)?;
    let budget = arguments.budget.as_deref().map(budget_of).transpose()?;
    let prepared = Prepared::repeatable(&arguments.calls, arguments.today)?;
    let world = &prepared.world;
    let all = Measured::of(&prepared.calls, world, Scope::All).context("adding up the calls")?;
    let mut kept = of(&all, &prepared)?;
    if let Some((budget, _)) = budget {
        known_names(&budget, world)?;
        let others = others(&prepared.calls, world, &budget).context("adding up calls of a rule")?;
        kept.tallies.extend(others.into_values().map(|measured| measured.tally));
    }
    let out = &arguments.out;
    write_atomically(out, baseline::write(&kept).as_bytes())
        .with_context(|| format!("writing `{}`", out.display()))?;
    let more = provenance(&all.audit, &prepared)?.section();
    Ok(Printed::fine(page::page(&relative(out), &kept, true, vec![more]), prepared.resolved.format))
}

fn show(arguments: &ShowBaselineArguments) -> Result<Printed> {
    let kept = read(&arguments.file)?;
    let page = page::page(&relative(&arguments.file), &kept.baseline, false, Vec::new());
    Ok(Printed::fine(page, arguments.page.format.unwrap_or(Format::Text)))
}

/// Reads a baseline.
pub(super) fn read(path: &Path) -> Result<Kept> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| BaselineError {
        file: name.clone(),
        problem: format!("it cannot be read: {error}"),
    })?;
    let digest = Provenance::digest_of_file(text.as_bytes());
    Ok(Kept { baseline: baseline::read(&name, &text)?, digest })
}

/// What a log comes to, as a baseline keeps it.
fn of(measured: &Measured, prepared: &Prepared) -> Result<Baseline> {
    let audit = &measured.audit;
    let span = audit.span.filter(|_| !audit.facts.anchored);
    Ok(Baseline {
        made: made(audit, prepared)?,
        days: span.map(|span| (Day::of_micros(span.first), Day::of_micros(span.last))),
        month_days: audit.month.days(),
        tallies: vec![measured.tally.clone()],
    })
}

/// Where the sums of a log come from. The day of the audit matters where calls have its prices, and only there.
pub(super) fn made(audit: &Audit, prepared: &Prepared) -> Result<Made> {
    let of = provenance(audit, prepared)?;
    let as_of = match (prepared.world.reprice, audit.facts.undated > 0) {
        (true, _) => of.as_of,
        (false, false) => "the day of each call".to_owned(),
        (false, true) => format!("the day of each call, {} for undated ones", of.as_of),
    };
    Ok(Made {
        version: of.version.to_owned(),
        as_of,
        prices: of.prices,
        facts: of.facts,
        scenario: of.scenario,
        log: of.log,
    })
}

/// A side of a comparison.
struct Side {
    name: String,
    baseline: Baseline,
    world: Option<Prepared>,
}

/// Compares two logs or baselines.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn compare(arguments: &CompareArguments) -> Result<Printed> {
    let [before, after] = &arguments.calls.logs[..] else {
        let problem = format!("`compare` needs two logs or baselines, not {}", arguments.calls.logs.len());
        return Err(
            UsageError(format!("{problem}\n\nhint: put patterns in quotes, so that each is one")).into()
        );
    };
    let before = side(before, arguments)?;
    let after = side(after, arguments)?;
    let prepared = after.world.as_ref().or(before.world.as_ref());
    let known: World;
    let (world, format, detail) = match prepared {
        Some(prepared) => (&prepared.world, prepared.resolved.format, prepared.resolved.detail),
        None => {
            let alone = Prepared::world_alone(&arguments.calls)?;
            known = alone.0;
            (&known, alone.1, alone.2)
        }
    };
    let tally = |side: &Side| side.baseline.tallies[0].clone();
    let found = compared(&tally(&before), &tally(&after), &Scope::All, world);
    let assumed = match detail {
        Detail::Short => assumptions::of_gate(world),
        Detail::Explained | Detail::Everything => assumptions::explained(world),
    };
    let sides =
        [&before, &after].map(|side| compare_page::Named { name: &side.name, made: &side.baseline.made });
    Ok(Printed::fine(compare_page::page(&sides, &found, world, vec![assumed]), format))
}

fn side(name: &str, arguments: &CompareArguments) -> Result<Side> {
    let path = Path::new(name);
    if path.is_file() && baseline::is_baseline(&head(path)) {
        return Ok(Side { name: name.to_owned(), baseline: read(path)?.baseline, world: None });
    }
    let calls = CallArguments { logs: vec![name.to_owned()], ..arguments.calls.clone() };
    let prepared = Prepared::repeatable(&calls, arguments.today)?;
    let measured =
        Measured::of(&prepared.calls, &prepared.world, Scope::All).context("adding up the calls")?;
    Ok(Side { name: name.to_owned(), baseline: of(&measured, &prepared)?, world: Some(prepared) })
}

/// The first bytes of a file; none where it cannot be read, which reading it as a log then tells.
fn head(path: &Path) -> Vec<u8> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let _ = fs::File::open(path).and_then(|file| file.take(256).read_to_end(&mut bytes));
    bytes
}
