//! Logs in parts: what commands stand on where the calls are elsewhere, or where a part of them is here.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::NaiveDate;

use super::arguments::CallArguments;
use super::manners::completed;
use super::prepared::{Prepared, Resolved, known, open, resolve, start_threads};
use super::progress::Bar;
use crate::inputs::logs::{self, OpenedLog};
use crate::inputs::partials::{self, Under, Whole};
use crate::outputs::findings::day_text;
use crate::simulation::partial::Answers;
use crate::simulation::workloads::Named;

/// Which part of a log is here.
pub(super) struct Here<'a> {
    /// The log that a stream on standard input is a part of; `None`: files.
    pub(super) stream: Option<&'a str>,
    /// The day of the audit; `None`: that of the rounds before, or today.
    pub(super) day: Option<NaiveDate>,
    /// What is known of all parts.
    pub(super) after: Option<&'a Whole>,
    /// Name of the run.
    pub(super) run: Option<&'a str>,
}

impl Prepared {
    /// Sums of all parts instead of calls.
    ///
    /// # Errors
    /// When they do not belong together or to the arguments, or parts are missing.
    pub(super) fn of_partials(arguments: &CallArguments) -> Result<Self> {
        start_threads(arguments)?;
        let whole = partials::of_paths(&arguments.from_partials)?;
        whole.complete()?;
        Self::of_whole(arguments, &whole)
    }

    /// The same where they are read.
    ///
    /// # Errors
    /// When they do not belong to the arguments.
    pub(super) fn of_whole(arguments: &CallArguments, whole: &Whole) -> Result<Self> {
        let mut resolved = resolve(arguments)?;
        adopt_day(&mut resolved, arguments, whole.under());
        resolved.logs = whole.logs().to_vec();
        let (facts, world) = known(arguments, &resolved)?;
        let answers = Answers::known(whole.answers().clone(), whole.under().columns.clone());
        let mut prepared =
            Self::joined(arguments, resolved, (facts, world), OpenedLog::elsewhere(whole.report()))?;
        let own = prepared.in_common(whole.under().columns.clone(), whole.under().run.clone())?;
        whole.must_be_under(&own)?;
        let rules = &prepared.world.scenario.workloads;
        prepared.named = Named::known(rules.iter().map(|rule| whole.rules().contains(&rule.name)));
        let answers = Arc::new(answers);
        prepared.read = prepared.read.answered(Arc::clone(&answers));
        prepared.calls = prepared.calls.answered(answers);
        prepared.partials = Some((whole.files as u64, whole.parts() as u64));
        Ok(prepared)
    }

    /// One part of a log, of which is asked what is not known of all parts; also what its sums must have in common with those of others,
    /// and what is found out.
    ///
    /// # Errors
    /// What is wrong with the arguments or the inputs.
    pub(super) fn of_part(arguments: &CallArguments, here: &Here<'_>) -> Result<(Self, Under, Arc<Answers>)> {
        let arguments = &completed(arguments);
        start_threads(arguments)?;
        let mut resolved = resolve(arguments)?;
        match (here.day, here.after) {
            (Some(day), _) => resolved.as_of = day,
            (None, Some(whole)) => adopt_day(&mut resolved, arguments, whole.under()),
            (None, None) => {}
        }
        let opened = match here.stream {
            None => open(&resolved)?,
            Some(name) => {
                resolved.logs = vec![name.to_owned()];
                let bar = Bar::new();
                let opened = logs::of_stream(name, &bar);
                bar.finish();
                opened?
            }
        };
        let found = known(arguments, &resolved)?;
        let mut prepared = Self::joined(arguments, resolved, found, opened)?;
        let columns = prepared.calls.columns().context("looking at the calls")?;
        let under = prepared.in_common(columns.clone(), here.run.map(str::to_owned))?;
        if let Some(whole) = here.after {
            whole.must_be_under(&under)?;
        }
        let before = here.after.map(|whole| whole.answers().clone()).unwrap_or_default();
        let answers = Arc::new(Answers::asking(before, columns));
        prepared.calls = prepared.calls.answered(Arc::clone(&answers));
        Ok((prepared, under, answers))
    }

    /// What sums of these calls must have in common with those of other parts.
    fn in_common(&self, columns: Vec<String>, run: Option<String>) -> Result<Under> {
        Ok(Under {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            as_of: day_text(self.world.as_of),
            reprice: self.world.reprice,
            prices: self.facts.digest(&["prices"])?,
            facts: self.facts.digest(&["models", "benchmarks", "hardware"])?,
            assumed: self.assumed(),
            columns,
            run,
        })
    }
}

/// The day of sums that are there, where none is named.
fn adopt_day(resolved: &mut Resolved, arguments: &CallArguments, under: &Under) {
    if arguments.as_of.is_none()
        && let Ok(day) = NaiveDate::parse_from_str(&under.as_of, "%Y-%m-%d")
    {
        resolved.as_of = day;
        resolved.reprice = under.reprice;
    }
}
