//! Coded statements about a result that a reader or a gate can act on.

use crate::inputs::logs::quality;
use crate::inputs::logs::report::LoadReport;
use crate::inputs::prices::When;
use crate::simulation::audit::Audit;
use crate::simulation::unknown::Count;
use crate::simulation::{Month, World};
use crate::units::Day;

use super::wording::{compact, counted, grouped, percent};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Note,
    /// The result is affected.
    Warn,
}

impl Level {
    /// The word on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
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
pub fn of(audit: &Audit<'_>, report: &LoadReport, world: &World<'_>) -> Vec<Finding> {
    let mut list = List { findings: Vec::new(), total: report.calls };
    list.rejected_rows(report, world);
    list.files(report);
    list.calls(report, world);
    list.prices(audit, world);
    list.comparisons(audit, world);
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

    fn rejected_rows(&mut self, report: &LoadReport, world: &World<'_>) {
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
        for problem in &report.problems {
            self.add("skipped-file", Level::Warn, problem.clone());
        }
    }

    fn calls(&mut self, report: &LoadReport, world: &World<'_>) {
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

    fn prices(&mut self, audit: &Audit<'_>, world: &World<'_>) {
        let unknowns = &audit.unknowns;
        let unpriced = unknowns.unpriced_total();
        if unpriced.calls > 0 {
            let names = unknowns.unpriced.len() as u64;
            let message = format!(
                "{} under {} without a price: cost unknown",
                volume(unpriced),
                counted(names, "name")
            );
            self.add("unpriced-calls", Level::Warn, message);
        }
        let fallbacks = [
            (
                unknowns.mode_fallback,
                "standard-rate-assumed",
                "in a mode without a rate for their time or context tier: priced as standard",
            ),
            (
                unknowns.seller_fallback,
                "list-price-assumed",
                "whose seller is not in the log or has no sheet: priced at the list price of the model's lab",
            ),
            (
                unknowns.day_fallback,
                "nearest-rate",
                "without a rate in force on their day: priced at the nearest in time",
            ),
            (
                unknowns.region_fallback,
                "region-rate-assumed",
                "in a region without a rate of its own at a seller that charges by region: priced at the rate for all",
            ),
            (
                unknowns.cache_fallback,
                "cache-rate-assumed",
                "with cached tokens at a seller that lists no price for them: priced as input",
            ),
            (
                unknowns.reseller,
                "reseller-price",
                "at a reseller: priced at what it lists, which its hosts need not have charged",
            ),
            (unknowns.negotiated, "negotiated-price", "at a price or a discount of your own"),
            (
                unknowns.bucketed,
                "bucketed",
                "known only as sums: priced without context tiers and not routed",
            ),
        ];
        if audit.undated > 0 {
            let message = format!(
                "{} without a date: priced as of {}",
                counted(audit.undated, "call"),
                day_text(world.as_of)
            );
            self.add("undated", Level::Note, message);
        }
        if unknowns.zero_price.calls > 0 {
            let message =
                format!("{} at a stated price of zero: they look free", volume(unknowns.zero_price));
            self.add("zero-price", Level::Warn, message);
        }
        let tools = unknowns.server_tool;
        if tools.calls > 0 {
            let message = format!("{} that used a search of their seller's: not routed", volume(tools));
            self.add("server-tools", Level::Note, message);
        }
        let other = unknowns.other_operation;
        if other.calls > 0 {
            let message = format!(
                "{} of another kind than chat or completion: priced by their tokens and not routed",
                volume(other)
            );
            self.add("not-routed", Level::Note, message);
        }
        for (count, code, words) in fallbacks {
            if count.calls > 0 {
                self.add(code, Level::Note, format!("{} {words}", volume(count)));
            }
        }
        if unknowns.gateway_cache.calls > 0 {
            self.add(
                "gateway-cache",
                Level::Note,
                format!(
                    "{} answered by a gateway's own cache: no seller was paid",
                    volume(unknowns.gateway_cache)
                ),
            );
        }
        if unknowns.web_searches > 0 {
            self.add(
                "web-searches",
                Level::Warn,
                format!(
                    "web searches at sellers that list no price for them are in no sum: {}",
                    grouped(&unknowns.web_searches.to_string())
                ),
            );
        }
        if let (Some(oldest), Some((_, last))) = (unknowns.oldest_source, audit.price_days) {
            let age = f64::from(last.0 - oldest.0);
            if age > world.scenario.stale_days {
                let message = format!(
                    "a price source that was used is of {}, {} before the last day that was priced",
                    day_text(oldest),
                    counted(age as u64, "day")
                );
                self.add("stale-prices", Level::Warn, message);
            }
        }
        let compared = audit.deployments.len();
        let all = world.hardware.deployments().count();
        if compared < all {
            let message = format!(
                "{} of {all} deployments are not compared: no rent of kind {}, or too few measurements",
                all - compared,
                world.scenario.self_hosting.commitment.word()
            );
            self.add("not-compared", Level::Note, message);
        }
    }

    fn comparisons(&mut self, audit: &Audit<'_>, world: &World<'_>) {
        let benchmark = &world.scores.benchmark.name;
        for (model, count) in by_calls(&audit.unknowns.unscored) {
            self.add("unscored-incumbent", Level::Note, format!("{} of {model}, which has no score on the {benchmark}: only the same weights elsewhere count as good enough", volume(*count)));
        }
        let today = sellable(world);
        if today.unscored > 0 {
            self.add("unscored-candidates", Level::Note, format!("{} of {} models on sale have no score on the {benchmark} and are never taken to be good enough", today.unscored, today.all));
        }
        if let Month::Unknown { because } = &audit.month {
            self.add("no-month", Level::Note, format!("nothing is stated per month: {because}"));
        }
        if audit.claims.calls > 0
            && audit.claims.claimed != audit.claims.recomputed
            && audit.claims.recomputed != crate::units::Usd::ZERO
        {
            let ratio = audit.claims.claimed.estimate().0 / audit.claims.recomputed.estimate().0 - 1.0;
            if ratio.abs() >= 0.005 {
                let direction = if ratio > 0.0 { "more" } else { "less" };
                let message = format!(
                    "the log claims {} {direction} than list price ({} with a cost in the log)",
                    percent(ratio.abs()),
                    counted(audit.claims.calls, "call")
                );
                self.add("claimed-cost-differs", Level::Warn, message);
            }
        }
    }
}

struct Sellable {
    all: usize,
    unscored: usize,
}

/// Models that somebody sells on the day of the audit.
fn sellable(world: &World<'_>) -> Sellable {
    let on_sale = |id| {
        let offers = world.book.offers_of(id);
        offers.iter().any(|offer| world.book.tariff(*offer, &When::on(world.as_of)).is_some())
    };
    let models: Vec<_> = world.models.iter().map(|(id, _)| id).filter(|id| on_sale(*id)).collect();
    Sellable {
        all: models.len(),
        unscored: models.iter().filter(|id| world.scores.of(**id).is_none()).count(),
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
    day.date().map_or_else(|| format!("day {}", day.0), |date| date.to_string())
}
