//! Logs in parts: a pass is a question, its sums are rows that add up, and whoever knows the sums of all parts needs no call.

pub(super) mod gather;
pub(super) mod groups;
mod names;
mod numbers;
pub(super) mod replay;

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{PolarsError, PolarsResult};
use thiserror::Error;

use super::bridge::Names;
use super::pass::{self, Additive, Calls, Passed};
use crate::inputs::partials::{Amounts, Place, Rows};

/// What a pass asks of calls: what it is called, and what its sums depend on beside the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// A few words.
    pub about: &'static str,
    /// Everything that tells it from others of the same words.
    pub exactly: String,
}

impl Question {
    /// The words, and a digest of the rest.
    pub(super) fn key(&self, view: &[String]) -> String {
        let mut hash = blake3::Hasher::new();
        for text in view.iter().chain([&self.exactly]) {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        format!("{} {}", self.about, &hash.finalize().to_hex()[..16])
    }
}

/// A question to which the sums at hand have no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unanswered {
    /// It could be asked.
    #[error(
        "the partials do not tell the sums of: {0}\n\nhint: pass over the parts once more with the same flags: `switchpoint partial --after` these partials `--for` this page"
    )]
    NotAsked(String),
    /// It has been asked of this part; the sums of all parts tell more.
    #[error("the sums of: {0} are those of one part so far")]
    OfOnePart(String),
    /// It is about single calls.
    #[error(
        "this needs single calls, and partials hold sums\n\nhint: name the log instead of --from-partials"
    )]
    SingleCalls,
}

impl Unanswered {
    /// That of an error, if it is one.
    pub fn of<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Self> {
        match error.downcast_ref()? {
            PolarsError::IO { error, .. } => error.get_ref()?.downcast_ref(),
            PolarsError::Context { error, .. } => Self::of(&**error),
            _ => None,
        }
    }

    pub(super) fn error(self) -> PolarsError {
        PolarsError::from(io::Error::other(self))
    }
}

/// What is known of a log in parts, and what is found out about one of them.
#[derive(Debug)]
pub struct Answers {
    known: BTreeMap<String, Rows>,
    columns: Vec<String>,
    /// Of the part that is here; `None`: no calls are here.
    found: Option<Mutex<BTreeMap<String, Rows>>>,
}

impl Answers {
    /// What is known of all parts, whose calls have some columns; the calls are elsewhere.
    pub const fn known(known: BTreeMap<String, Rows>, columns: Vec<String>) -> Self {
        Self { known, columns, found: None }
    }

    /// The same where one of the parts is here, and what is not known is asked of it.
    pub fn asking(known: BTreeMap<String, Rows>, columns: Vec<String>) -> Self {
        Self { known, columns, found: Some(Mutex::default()) }
    }

    /// Takes what was found out about the part that is here.
    pub fn take_found(&self) -> BTreeMap<String, Rows> {
        let found = self.found.as_ref().map(|found| found.lock().unwrap_or_else(PoisonError::into_inner));
        found.map(|mut found| std::mem::take(&mut *found)).unwrap_or_default()
    }

    /// Columns of the calls.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) const fn may_ask(&self) -> bool {
        self.found.is_some()
    }

    /// The sums of all parts; where they are not known, those of the part that is here are noted.
    pub(super) fn answer<W: Additive>(&self, calls: &Calls, work: &Arc<W>) -> PolarsResult<Passed<W::Sum>> {
        let question = calls.key(&work.question());
        if let Some(rows) = self.known.get(&question) {
            let names = Names::default();
            let sum = work.of_rows(rows, &names)?;
            let bound = |sum: &str| rows.extreme(sum).and_then(|at| i64::try_from(at).ok());
            return Ok(Passed { sum, names, span: bound(FIRST).zip(bound(LAST)) });
        }
        let Some(found) = &self.found else { return Err(Unanswered::NotAsked(question).error()) };
        let passed = pass::over(calls, Arc::clone(work))?;
        let mut rows = work.rows(&passed.sum, &passed.names);
        for (sum, at) in passed.span.into_iter().flat_map(|(first, last)| [(FIRST, first), (LAST, last)]) {
            rows.add(Place::of(sum), Amounts { units: at.into(), ..Amounts::default() });
        }
        found.lock().unwrap_or_else(PoisonError::into_inner).insert(question.clone(), rows);
        Err(Unanswered::OfOnePart(question).error())
    }
}

/// First and last moment of the calls, in microseconds.
const FIRST: &str = "least_moment";
const LAST: &str = "greatest_moment";
