//! What was read of a part of a log, in the head of its partial.

use serde::{Deserialize, Serialize};

use crate::inputs::logs::report::{FileReport, LoadReport};
use crate::inputs::logs::{self, Reject, TABLES_AS_THEY_ARE};
use crate::units::TokenBuckets;

/// Rejected rows of a file that are told one by one; the others are counted.
const TOLD: usize = 20;

/// What a load read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Read {
    files: Vec<File>,
    pub(super) calls: u64,
    merged: u64,
    same_id: u64,
    naive: [i64; 6],
    pub(super) tokens: [i64; 6],
    quality: Vec<u64>,
    problems: Vec<String>,
    anchored: u64,
    relative: u64,
    digest: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    format: Option<String>,
    rows: u64,
    usage_rows: u64,
    no_call: u64,
    rejected: u64,
    rejects: Vec<(u64, String)>,
    notes: Vec<String>,
    stopped: Option<u64>,
    problem: Option<String>,
    /// Whether other partials have more rows of the same name.
    stream: bool,
}

impl Read {
    pub(super) fn of(report: &LoadReport, stream: bool) -> Self {
        let file = |file: &FileReport| File {
            name: file.name.clone(),
            format: file.format.map(str::to_owned),
            rows: file.rows,
            usage_rows: file.usage_rows,
            no_call: file.no_call,
            rejected: file.rejected(),
            rejects: file
                .rejects
                .iter()
                .take(TOLD)
                .map(|reject| (reject.line, reject.reason.clone()))
                .collect(),
            notes: file.notes.clone(),
            stopped: file.stopped,
            problem: file.problem.clone(),
            stream,
        };
        Self {
            files: report.files.iter().map(file).collect(),
            calls: report.calls,
            merged: report.merged,
            same_id: report.same_id,
            naive: report.naive.each(),
            tokens: report.tokens.each(),
            quality: report.quality.clone(),
            problems: report.problems.clone(),
            anchored: report.anchored,
            relative: report.relative,
            digest: report.digest.clone(),
        }
    }

    /// Adds what was read of another part.
    pub(super) fn merge(&mut self, other: &Self) {
        for file in &other.files {
            match self.files.iter_mut().find(|own| own.stream && file.stream && own.name == file.name) {
                Some(own) => own.merge(file),
                None => self.files.push(file.clone()),
            }
        }
        self.calls += other.calls;
        self.merged += other.merged;
        self.same_id += other.same_id;
        for (own, theirs) in [(&mut self.naive, &other.naive), (&mut self.tokens, &other.tokens)] {
            own.iter_mut().zip(theirs).for_each(|(own, theirs)| *own += theirs);
        }
        self.quality.resize(self.quality.len().max(other.quality.len()), 0);
        self.quality.iter_mut().zip(&other.quality).for_each(|(own, theirs)| *own += theirs);
        self.problems.extend(other.problems.iter().cloned());
        self.anchored += other.anchored;
        self.relative += other.relative;
    }

    /// Takes the digest of several parts, and says what holds of several tables once.
    pub(super) fn of_several(&mut self, digest: String) {
        self.digest = digest;
        for file in &mut self.files {
            file.notes.retain(|note| note != TABLES_AS_THEY_ARE);
        }
        if let [_, .., last] = self.files.as_mut_slice() {
            last.notes.push(TABLES_AS_THEY_ARE.to_owned());
        }
    }

    /// Puts what does not depend on order into one.
    pub(super) fn sort(&mut self) {
        self.files.sort_by(|a, b| a.name.cmp(&b.name));
        self.problems.sort();
    }

    /// As a load would have told it.
    pub(super) fn report(&self) -> LoadReport {
        let format = |name: &String| logs::FORMATS.iter().map(|format| format.id()).find(|id| id == name);
        let files = self.files.iter().map(|file| FileReport {
            name: file.name.clone(),
            format: file.format.as_ref().and_then(format),
            likeness: None,
            rows: file.rows,
            usage_rows: file.usage_rows,
            no_call: file.no_call,
            more_rejected: file.rejected - file.rejects.len() as u64,
            rejects: file
                .rejects
                .iter()
                .map(|(line, reason)| Reject { line: *line, reason: reason.clone() })
                .collect(),
            notes: file.notes.clone(),
            stopped: file.stopped,
            problem: file.problem.clone(),
        });
        LoadReport {
            files: files.collect(),
            calls: self.calls,
            merged: self.merged,
            same_id: self.same_id,
            naive: TokenBuckets::of(self.naive),
            tokens: TokenBuckets::of(self.tokens),
            quality: self.quality.clone(),
            bills: Vec::new(),
            idle_rules: Vec::new(),
            problems: self.problems.clone(),
            digest: self.digest.clone(),
            anchored: self.anchored,
            relative: self.relative,
        }
    }
}

impl File {
    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.usage_rows += other.usage_rows;
        self.no_call += other.no_call;
        self.rejected += other.rejected;
        self.rejects.extend(other.rejects.iter().cloned());
        self.rejects.sort();
        self.rejects.truncate(TOLD);
        for note in &other.notes {
            if !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
    }
}
