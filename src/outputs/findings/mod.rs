//! Coded statements about a result that a reader or a gate can act on.

pub mod codes;
mod comparisons;
mod evidence;
mod prices;

use crate::inputs::logs::quality;
use crate::inputs::logs::report::LoadReport;
use crate::inputs::prices::LayerReport;
use crate::simulation::World;
use crate::simulation::audit::Audit;
use crate::simulation::unknown::Count;
use crate::units::Day;

use super::wording::{compact, counted, percent};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Note,
    /// The result is affected.
    Warn,
    /// A gate says no.
    Deny,
}

impl Level {
    /// The word on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code.
    pub code: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What was found.
    pub message: String,
}

/// The findings of an audit, the graver first, in a fixed order.
pub fn of(audit: &Audit, report: &LoadReport, layers: &[LayerReport], world: &World) -> Vec<Finding> {
    let mut list = List { findings: Vec::new(), total: report.calls };
    list.rejected_rows(report, world);
    list.files(report);
    list.calls(report, world);
    list.prices(audit, world);
    list.sheets(layers);
    list.ages(audit, world);
    list.commitments(audit);
    list.comparisons(audit, world);
    list.evidence(audit, world);
    list.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    list.findings
}

struct List {
    findings: Vec<Finding>,
    total: u64,
}

/// Rows of one kind that are named one by one.
const NAMED: usize = 5;

impl List {
    fn add(&mut self, code: &'static str, level: Level, message: impl Into<String>) {
        debug_assert!(codes::about(code).is_some(), "`{code}` is in no list");
        self.findings.push(Finding { code, level, message: message.into() });
    }

    /// Notes calls of which something is true, if there are any.
    fn note_calls(&mut self, calls: u64, code: &'static str, words: &str) {
        if calls > 0 {
            self.add(code, Level::Note, format!("{} {words}", counted(calls, "call")));
        }
    }

    fn part(&self, count: u64) -> f64 {
        if self.total == 0 { 0.0 } else { count as f64 / self.total as f64 }
    }

    fn rejected_rows(&mut self, report: &LoadReport, world: &World) {
        let rejected = report.rejected();
        if rejected == 0 {
            return;
        }
        let share = rejected as f64 / report.rows().max(1) as f64;
        let level = if share > world.scenario.rejected_share { Level::Warn } else { Level::Note };
        let all = report.files.iter().flat_map(|file| {
            file.rejects
                .iter()
                .map(move |reject| format!("{} line {}: {}", file.name, reject.line, reject.reason))
        });
        let mut examples: Vec<String> = all.take(NAMED).collect();
        if rejected > NAMED as u64 {
            examples.push(format!("{} more", rejected - NAMED as u64));
        }
        let message =
            format!("left out, because unreadable: {}: {}", counted(rejected, "row"), examples.join("; "));
        self.add("rejected-rows", level, message);
    }

    fn files(&mut self, report: &LoadReport) {
        for file in &report.files {
            if let Some(problem) = &file.problem {
                self.add("skipped-file", Level::Warn, format!("{} {problem}", file.name));
            }
            if let Some(line) = file.stopped {
                let message = format!(
                    "{}: reading had to stop at line {line}; what follows is lost and in no sum",
                    file.name
                );
                self.add("cut-off", Level::Warn, message);
            }
            for note in &file.notes {
                self.add("reading-assumption", Level::Note, format!("{}: {note}", file.name));
            }
        }
        for name in &report.idle_rules {
            self.add(
                "idle-rule",
                Level::Warn,
                format!("the rule of workload `{name}` matches no call that no rule before it names"),
            );
        }
        for problem in &report.problems {
            self.add("skipped-file", Level::Warn, problem.clone());
        }
    }

    fn calls(&mut self, report: &LoadReport, world: &World) {
        let incomplete = report.flagged(quality::USAGE_INCOMPLETE);
        if incomplete > 0 {
            let share = self.part(incomplete);
            let level = if share > world.scenario.incomplete_share { Level::Warn } else { Level::Note };
            let message = format!(
                "{} ({}) without input or output, or with usage logged before the answer was complete: a lower bound",
                counted(incomplete, "call"),
                percent(share)
            );
            self.add("usage-incomplete", level, message);
        }
        self.note_calls(
            report.same_id,
            "same-id",
            "with the id of another call from which they differ: counted as different calls",
        );
        let times = [
            (
                report.relative,
                "relative-times",
                "whose times count from the start of a session: they have no date until --anchor gives one",
            ),
            (
                report.anchored,
                "anchored",
                "whose times count from the start of a session: every session was moved to the anchor",
            ),
        ];
        for (count, code, words) in times {
            self.note_calls(count, code, words);
        }
        let flags = [
            (quality::TOTAL_MISMATCH, "total-mismatch", "with a total that is not the sum of its parts"),
            (
                quality::BREAKDOWN_SHORT,
                "breakdown-short",
                "with cache writes without a stated lifetime, priced as five minutes",
            ),
            (
                quality::CACHE_UNKNOWN,
                "cache-unknown",
                "without a report of cached tokens: all input is priced at the full rate",
            ),
            (quality::ESTIMATED, "estimated-tokens", "with token counts that the log's author estimated"),
        ];
        for (bit, code, words) in flags {
            self.note_calls(report.flagged(bit), code, words);
        }
    }
}

fn volume(count: Count) -> String {
    format!("{} ({} tokens)", counted(count.calls, "call"), compact(count.tokens as f64))
}

/// Entries with the most calls first; equal ones in the order of their keys.
pub fn by_calls<K: Ord>(counts: &std::collections::BTreeMap<K, Count>) -> Vec<(&K, &Count)> {
    let mut entries: Vec<_> = counts.iter().collect();
    entries.sort_by_key(|(_, count)| std::cmp::Reverse(count.calls));
    entries
}

/// A day for a message.
pub fn day_text(day: Day) -> String {
    day.text()
}
