//! `partial`: the sums of a part of a log, and those of many parts as one.

use anyhow::{Context as _, Result};

use super::arguments::{Asked, PartialArguments};
use super::breakeven::{looked, with_machines};
use super::exit::UsageError;
use super::gate::a_log;
use super::manners::completed;
use super::parts::Here;
use super::prepared::Prepared;
use super::seats::{asked as users, seated};
use super::terminal::Printed;
use crate::inputs::partials::{self, Partial, Told, Whole};
use crate::outputs::formats::Format;
use crate::outputs::pages::partial as page;
use crate::simulation::Slot;
use crate::simulation::assess::cascades;
use crate::simulation::audit::audit;
use crate::simulation::frontier::frontier;
use crate::simulation::hosting::devices::devices;
use crate::simulation::partial::Unanswered;

/// Writes sums.
///
/// # Errors
/// What is wrong with the arguments or the inputs; a file that cannot be written.
pub fn run(arguments: &PartialArguments) -> Result<Printed> {
    if arguments.calls.from_partials.is_empty() { map(arguments) } else { merge(arguments) }
}

/// The sums of one part.
fn map(arguments: &PartialArguments) -> Result<Printed> {
    if arguments.arrow_stdin.is_none() {
        // A job whose list of files is empty must not add up the sample.
        a_log(&arguments.calls)?;
    }
    let after = match arguments.after.as_slice() {
        [] => None,
        paths => Some(whole(paths)?),
    };
    let here = Here {
        stream: arguments.arrow_stdin.as_deref(),
        day: arguments.day,
        after: after.as_ref(),
        run: arguments.run.as_deref().or_else(|| after.as_ref()?.under().run.as_deref()),
    };
    let (mut prepared, under, answers) = Prepared::of_part(&arguments.calls, &here)?;
    with_machines(&mut prepared, &arguments.machines)?;
    ask(&prepared, arguments)?;
    let found = answers.take_found();
    if found.is_empty() {
        let problem = "the partials before know all sums of these pages: no round is left";
        return Err(UsageError(format!("{problem}\n\nhint: use them with --from-partials")).into());
    }
    let report = prepared.report();
    let idle = |name: &String| report.idle_rules.contains(name);
    let rules = &prepared.world.scenario.workloads;
    let told = Told {
        under,
        after: after.as_ref().map(Whole::digest),
        of: arguments.part,
        logs: prepared.resolved.logs.clone(),
        report: &report,
        stream: arguments.arrow_stdin.is_some(),
        rules: rules.iter().map(|rule| rule.name.clone()).filter(|name| !idle(name)).collect(),
    };
    let questions: Vec<String> = found.keys().cloned().collect();
    let partial = Partial::of(told, found);
    write(arguments, &partial)?;
    let contents = page::Contents {
        out: arguments.out.display().to_string(),
        rows: partial.rows() as u64,
        calls: report.calls,
        questions,
        left: None,
    };
    Ok(Printed::fine(page::page(&contents), prepared.resolved.format))
}

/// The sums of many parts as one, and what is left to ask.
fn merge(arguments: &PartialArguments) -> Result<Printed> {
    let whole = partials::of_paths(&arguments.calls.from_partials)?;
    let left = match whole.complete() {
        // Some of the parts are one partial, too; what is left is asked of all of them.
        Err(_) => None,
        Ok(()) => {
            let mut prepared = Prepared::of_whole(&completed(&arguments.calls), &whole)?;
            with_machines(&mut prepared, &arguments.machines)?;
            Some(ask(&prepared, arguments)?)
        }
    };
    write(arguments, whole.partial())?;
    let contents = page::Contents {
        out: arguments.out.display().to_string(),
        rows: whole.partial().rows() as u64,
        calls: whole.report().calls,
        questions: whole.answers().keys().cloned().collect(),
        left,
    };
    let (format, _) =
        super::arguments::FormatChoice::told_apart(&arguments.calls.format).map_err(UsageError)?;
    Ok(Printed::fine(page::page(&contents), format.unwrap_or(Format::Text)))
}

fn whole(paths: &[std::path::PathBuf]) -> Result<Whole> {
    let whole = partials::of_paths(paths)?;
    whole.complete()?;
    Ok(whole)
}

fn write(arguments: &PartialArguments, partial: &Partial) -> Result<()> {
    let out = &arguments.out;
    if let Some(folder) = out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("making the folder `{}`", folder.display()))?;
    }
    partials::write(out, partial).with_context(|| format!("writing `{}`", out.display()))
}

/// Asks what the pages ask, as far as what is known leads; the answer is what is not known yet.
fn ask(prepared: &Prepared, arguments: &PartialArguments) -> Result<Vec<String>> {
    let (calls, world) = (&prepared.calls, &prepared.world);
    let mut left = Vec::new();
    let is = |page: &[Asked]| arguments.pages.iter().any(|asked| page.contains(asked));
    let result = known(audit(calls, world, Slot::Day).map_err(Into::into), &mut left)?;
    if let Some(result) = &result
        && is(&[Asked::Breakeven, Asked::Project, Asked::Report])
    {
        let asked = &arguments.machines;
        let found = looked(prepared, result, asked.deployment.as_deref(), asked.five_minutes);
        known(found, &mut left)?;
    }
    let on_a_device = world.scenario.projection.device.is_some();
    if is(&[Asked::Devices]) || on_a_device && is(&[Asked::Project, Asked::Report]) {
        known(devices(calls, world).map_err(Into::into), &mut left)?;
    }
    if is(&[Asked::Frontier, Asked::Report]) {
        known(frontier(calls, world).map_err(Into::into), &mut left)?;
    }
    if is(&[Asked::Report]) {
        known(seated(prepared), &mut left)?;
    }
    if is(&[Asked::Seats]) {
        known(users(prepared), &mut left)?;
    }
    if let Some(result) = &result
        && is(&[Asked::Assess])
    {
        known(cascades(calls, result, world).map_err(Into::into), &mut left)?;
    }
    left.sort();
    left.dedup();
    Ok(left)
}

/// What was found; `None`: the sums of all parts are not known yet, and the question is noted.
fn known<T>(found: Result<T>, left: &mut Vec<String>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) => match error.chain().find_map(Unanswered::of) {
            Some(Unanswered::NotAsked(question) | Unanswered::OfOnePart(question)) => {
                left.push(question.clone());
                Ok(None)
            }
            Some(Unanswered::SingleCalls) | None => Err(error),
        },
    }
}
