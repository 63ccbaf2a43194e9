//! `audit`: from a log to a page.

use anyhow::{Context as _, Result};

use super::arguments::AuditArguments;
use super::exit::UsageError;
use super::prepared::Prepared;
use super::routing::table_format;
use super::terminal::Printed;
use crate::inputs::files::write_atomically_with;
use crate::outputs::pages::audit::{self as page, Contents};
use crate::outputs::tables;
use crate::outputs::{Provenance, findings};
use crate::simulation::assess::assess;
use crate::simulation::audit::{Audit, audit};
use crate::simulation::holdout::{Holdout, holdout};
use crate::simulation::{Slot, World, sums, unknown::Unknowns};
use crate::units::Day;

/// Runs an audit.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn run(arguments: &AuditArguments) -> Result<Printed> {
    let by = match arguments.sums_by.as_deref() {
        None | Some("day") => Slot::Day,
        Some("hour") => Slot::Hour,
        Some(other) => return Err(UsageError(format!("--sums-by is day or hour, not `{other}`")).into()),
    };
    let sums_as = arguments.sums.as_deref().map(table_format).transpose()?;
    let prepared = Prepared::of(&arguments.calls)?;
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, by).context("auditing the calls")?;
    let held = arguments.holdout.map(|date| held_out(date, &prepared)).transpose()?;
    let report = prepared.report();
    let findings = findings::of(&result, &report, &prepared.facts.layers, world);
    let mut written = None;
    if let (Some(out), Some(format)) = (&arguments.sums, sums_as) {
        let mut table = sums::table(&result, world).context("adding up")?;
        write_atomically_with(out, |file| {
            tables::write(&mut table, format, file).map_err(std::io::Error::other)
        })
        .with_context(|| format!("writing `{}`", out.display()))?;
        written = Some((out.display().to_string(), table.height() as u64));
    }
    let assessed = assess(&result, world);
    let contents = Contents {
        assessed: &assessed,
        audit: &result,
        report: &report,
        world,
        findings: &findings,
        provenance: &provenance(&result, &prepared)?,
        holdout: held.as_ref(),
        sums: written,
        sample: prepared.resolved.logs.is_empty(),
        detail: prepared.resolved.detail,
    };
    Ok(Printed::fine(page::page(&contents), prepared.resolved.format))
}

fn held_out(date: chrono::NaiveDate, prepared: &Prepared) -> Result<Holdout> {
    let found = holdout(&prepared.calls, &prepared.world, Day::of_date(date)).context("holding calls out")?;
    found.ok_or_else(|| {
        let problem = format!("--holdout {date} leaves no priced call on one side of it");
        UsageError(format!("{problem}\n\nhint: name a day within the log, after its first")).into()
    })
}

/// Where an audit comes from.
///
/// # Errors
/// When a file of the facts cannot be read any more.
pub(super) fn provenance(audit: &Audit, prepared: &Prepared) -> Result<Provenance> {
    let (world, facts) = (&prepared.world, &prepared.facts);
    let unpriced = Unknowns::unpriced_total(&audit.facts.unknowns).calls;
    Ok(Provenance {
        version: env!("CARGO_PKG_VERSION"),
        as_of: findings::day_text(world.as_of),
        prices_of: prices_of(audit, world),
        prices: facts.digest(&["prices"])?,
        facts: facts.digest(&["models", "benchmarks", "hardware"])?,
        scenario: Provenance::digest(prepared.assumed().iter().map(String::as_str)),
        log: prepared.report.digest.clone(),
        price_sources: facts.price_sources(),
        rejected: prepared.report.rejected(),
        unpriced,
        partials: prepared.partials,
    })
}

fn prices_of(audit: &Audit, world: &World) -> String {
    match audit.price_days {
        None => "no call".to_owned(),
        Some((first, last)) if first == last => findings::day_text(first),
        Some((first, last)) => {
            let undated = if world.reprice || audit.facts.undated == 0 {
                ""
            } else {
                "; undated calls as of the day of the audit"
            };
            format!("each call's day, {} to {}{undated}", findings::day_text(first), findings::day_text(last))
        }
    }
}
