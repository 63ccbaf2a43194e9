//! Sums of parts of a log in files, and how they become those of the whole.
//!
//! A partial answers questions: each is one pass over calls, and its sums are whole numbers that add up. What a later question asks may
//! depend on the sums of an earlier one over all parts, so partials come in rounds: those of a round name the digest of what was known
//! before.

mod file;
mod merge;
mod read;
mod rows;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::file::write;
pub use self::merge::{Whole, of_paths};
use self::read::Read;
pub use self::rows::{Amounts, Place, Rows};
use crate::inputs::logs::report::LoadReport;

/// Version of the form; a change that other programs would misread counts it up.
const FORM: u32 = 2;

/// Why partials cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct PartialError(String);

fn no_partial(file: &str, problem: &str) -> PartialError {
    PartialError(format!("`{file}` is no partial that can be used: {problem}"))
}

/// What the sums of parts must have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// Version of the program.
    pub version: String,
    /// Day of the audit.
    pub as_of: String,
    /// Whether all calls have the prices of that day.
    pub reprice: bool,
    /// Digest of the price sheets.
    pub prices: String,
    /// Digest of models, scores and hardware.
    pub facts: String,
    /// Each assumption, and how the log was read.
    pub assumed: Vec<String>,
    /// Columns of the calls: what may be asked depends on them.
    pub columns: Vec<String>,
    /// What the run is called, so that no partial of another one is among them.
    pub run: Option<String>,
}

impl Under {
    /// What differs, in words; `None`: nothing.
    pub fn differs(&self, other: &Self) -> Option<String> {
        let same = [
            ("other versions of switchpoint", &self.version, &other.version),
            ("other days of the audit (--day)", &self.as_of, &other.as_of),
        ];
        if let Some((what, own, theirs)) = same.into_iter().find(|(_, own, theirs)| own != theirs) {
            return Some(format!("{what}: {own} and {theirs}"));
        }
        if self.run != other.run {
            let name = |run: &Option<String>| run.clone().unwrap_or_else(|| "none".to_owned());
            return Some(format!("other runs (--run): {} and {}", name(&self.run), name(&other.run)));
        }
        if self.reprice != other.reprice {
            return Some("prices of another day: one with --as-of, one without".to_owned());
        }
        if self.prices != other.prices {
            return Some("other price sheets".to_owned());
        }
        if self.facts != other.facts {
            return Some("other models, scores or hardware".to_owned());
        }
        if self.assumed != other.assumed {
            let only = |one: &Self, two: &Self| {
                one.assumed.iter().find(|assumed| !two.assumed.contains(assumed)).cloned()
            };
            let words = [only(self, other), only(other, self)].into_iter().flatten();
            return Some(format!("other assumptions: {}", words.collect::<Vec<_>>().join(" and ")));
        }
        (self.columns != other.columns).then(|| "calls with other columns".to_owned())
    }
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    /// Which of how many it is, where that is said.
    of: Option<(u32, u32)>,
    /// Name of its first file.
    name: String,
    /// Digest of its log; empty: it has none.
    digest: String,
    /// Calls.
    calls: u64,
}

impl Part {
    fn label(&self) -> String {
        match self.of {
            Some((part, of)) => format!("part {part}/{of}"),
            None => format!("`{}`", self.name),
        }
    }
}

/// What a partial says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    switchpoint_partial: u32,
    under: Under,
    /// Digest of what was known when its questions were asked; `None`: nothing.
    after: Option<String>,
    parts: Vec<Part>,
    /// The logs as named; none: the sample.
    logs: Vec<String>,
    read: Read,
    /// Rules of the scenario that named a call.
    rules: Vec<String>,
    /// Questions that it answers, also where no sum is left of a question.
    questions: Vec<String>,
}

/// Sums of some calls.
#[derive(Debug, Clone)]
pub struct Partial {
    /// Name of its file.
    file: String,
    head: Head,
    answers: BTreeMap<String, Rows>,
}

/// What is told of a part beside its sums.
#[derive(Debug)]
pub struct Told<'a> {
    /// What the sums must have in common with those of other parts.
    pub under: Under,
    /// Digest of what was known before.
    pub after: Option<String>,
    /// Which of how many parts it is.
    pub of: Option<(u32, u32)>,
    /// The logs as named.
    pub logs: Vec<String>,
    /// What was read.
    pub report: &'a LoadReport,
    /// Whether other parts have more rows of the same file.
    pub stream: bool,
    /// Rules of the scenario that named a call.
    pub rules: Vec<String>,
}

impl Partial {
    /// The partial of one part.
    pub fn of(told: Told<'_>, answers: BTreeMap<String, Rows>) -> Self {
        let Told { under, after, of, logs, report, stream, rules } = told;
        let name = report.files.first().map(|file| file.name.clone()).unwrap_or_default();
        let part = Part { of, name, digest: report.digest.clone(), calls: report.calls };
        let head = Head {
            switchpoint_partial: FORM,
            under,
            after,
            parts: vec![part],
            logs,
            read: Read::of(report, stream),
            rules,
            questions: answers.keys().cloned().collect(),
        };
        Self { file: String::new(), head, answers }
    }

    /// Sums in it.
    pub fn rows(&self) -> usize {
        self.answers.values().map(Rows::len).sum()
    }
}
