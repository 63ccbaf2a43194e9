//! What charts and reports stand on, found out as far as it is needed.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::baseline::read;
use super::breakeven::{looked, why_nothing};
use super::future::follow_with;
use super::prepared::Prepared;
use super::seats::seated;
use crate::outputs::provenance::Provenance;
use crate::outputs::results::{Need, Results};
use crate::simulation::World;
use crate::simulation::assess::Assessment;
use crate::simulation::audit::Audit;
use crate::simulation::compare::{Compared, compare};
use crate::simulation::frontier::{Frontier, frontier};
use crate::simulation::hosting::breakeven::Found as Hosted;
use crate::simulation::projection::project::Found as Projected;
use crate::simulation::seats::Found as Seated;
use crate::simulation::tally::tally;
use crate::tables::Scope;
use crate::units::Day;

/// What takes time to find out, or why it is not known.
pub(super) struct Grounds {
    frontier: Result<Frontier, String>,
    hosted: Result<Hosted, String>,
    projected: Result<Projected, String>,
    compared: Result<Compared, String>,
    seats: Result<Seated, String>,
}

impl Grounds {
    /// Finds out what is needed.
    ///
    /// # Errors
    /// A baseline that cannot be read, and what goes wrong on the way.
    pub(super) fn of(
        prepared: &Prepared,
        audit: &Audit,
        baseline: Option<&Path>,
        needs: impl Fn(Need) -> bool + Sync,
    ) -> Result<Self> {
        // They do not need each other, but the projection asks for the machines.
        let (frontier, ((hosted, projected), seats)) = rayon::join(
            || asked(needs(Need::Frontier), || best_of_quality(prepared)),
            || {
                rayon::join(
                    || machines_and_future(prepared, audit, needs(Need::Hosting), needs(Need::Projection)),
                    || asked(needs(Need::Seats), || seated(prepared)),
                )
            },
        );
        let compared = match baseline.filter(|_| needs(Need::Baseline)) {
            None => Err("it needs a baseline; name one with --baseline".to_owned()),
            Some(file) => {
                let before = read(file)?.baseline;
                let after =
                    tally(&prepared.calls, &prepared.world, Scope::All).context("adding up the calls")?;
                Ok(compare(&before.tallies[0], &after, &Scope::All, &prepared.world))
            }
        };
        Ok(Self { frontier: frontier?, hosted: hosted?, projected, compared, seats: seats? })
    }

    /// All results together.
    pub(super) fn results<'a>(
        &'a self,
        audit: &'a Audit,
        world: &'a World,
        assessed: &'a [Assessment],
    ) -> Results<'a> {
        Results {
            audit,
            world,
            assessed,
            frontier: self.frontier.as_ref().map_err(String::as_str),
            hosted: self.hosted.as_ref().map_err(String::as_str),
            projected: self.projected.as_ref().map_err(String::as_str),
            compared: self.compared.as_ref().map_err(String::as_str),
            seats: self.seats.as_ref().map_err(String::as_str),
        }
    }
}

/// What is found out, or why it is not known.
type Told<T> = Result<T, String>;

fn not_asked<T>() -> Told<T> {
    Err("it was not asked for".to_owned())
}

fn asked<T>(is: bool, find: impl FnOnce() -> Result<Told<T>>) -> Result<Told<T>> {
    if is { find() } else { Ok(not_asked()) }
}

fn best_of_quality(prepared: &Prepared) -> Result<Told<Frontier>> {
    let found = frontier(&prepared.calls, &prepared.world).context("looking for the frontier")?;
    Ok(found.ok_or_else(|| "no model that serves calls has a score".to_owned()))
}

/// Machines of one's own, looked at once for themselves and for the projection.
fn machines_and_future(
    prepared: &Prepared,
    audit: &Audit,
    machines: bool,
    future: bool,
) -> (Result<Told<Hosted>>, Told<Projected>) {
    let first_line = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let hosted = asked(machines || future, || {
        let found = looked(prepared, audit, None, false)?;
        Ok(found.map_err(|nothing| first_line(why_nothing(nothing, audit))))
    });
    let projected = match &hosted {
        Ok(hosted) if future => follow_with(prepared, audit, hosted.as_ref().map_err(Clone::clone))
            .map_err(|because| first_line(because.to_string())),
        _ => not_asked(),
    };
    (hosted, projected)
}

/// What the log is called, and which days it covers.
pub(super) fn about(prepared: &Prepared, audit: &Audit) -> String {
    let log = match &prepared.resolved.logs[..] {
        [] => "The sample log".to_owned(),
        [one] => one.clone(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
    };
    let days = audit.span.filter(|_| !audit.facts.anchored).map_or_else(String::new, |span| {
        format!(", {} to {}", Day::of_micros(span.first).text(), Day::of_micros(span.last).text())
    });
    log + &days
}

/// Where a chart's numbers come from, with their days.
pub(super) fn source(of: &Provenance, prepared: &Prepared, audit: &Audit) -> String {
    let short = |digest: &str| digest.get(..8).unwrap_or_default().to_owned();
    format!(
        "{}, at list prices. Prices: {}. switchpoint {}: log {}, prices {}, scenario {}.",
        about(prepared, audit),
        prepared.facts.price_sources_in_short(),
        of.version,
        short(&of.log),
        short(&of.prices),
        short(&of.scenario),
    )
}
