//! What charts and reports stand on, found out as far as it is needed.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::baseline::read;
use super::breakeven::{looked, why_nothing};
use super::future::follow;
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

/// What the log is called.
pub(super) fn log_name(prepared: &Prepared) -> String {
    match &prepared.resolved.logs[..] {
        [] => "The sample log".to_owned(),
        [one] => one.clone(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
    }
}

/// Where a chart's numbers come from, with their days.
pub(super) fn source(of: &Provenance, prepared: &Prepared, audit: &Audit) -> String {
    let log = log_name(prepared);
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
