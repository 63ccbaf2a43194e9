//! What a gate says: findings with their levels, and every form in which a build can be told of them. All forms print the same findings.

pub mod annotations;
pub mod code_quality;
pub mod comment;
pub mod junit;
mod levels;
pub mod sarif;
mod words;

use std::fmt::Write as _;

pub use self::levels::Levels;
pub use self::words::{check as check_words, limit as limit_words, measured as measured_words};

use super::drivers;
use super::findings::{self, Level};
use super::wording::counted;
use crate::inputs::budget;
use crate::simulation::gate::{Check, Judged, State, Verdict, Why};

/// A finding of a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its code.
    pub code: &'static str,
    /// What it does to the build.
    pub level: Level,
    /// What was found.
    pub message: String,
    /// The rule that it is about, by its place.
    pub rule: Option<usize>,
    /// Line of the budget that says so; 1 where no rule does.
    pub line: usize,
}

/// What the build is told.
#[derive(Debug)]
pub struct Report<'a> {
    /// The rules, judged.
    pub judged: &'a Judged,
    /// Name of the budget, relative to where the build runs.
    pub budget: &'a str,
    /// Name of the baseline, if there is one.
    pub baseline: Option<&'a str>,
    /// The findings, the gravest first.
    pub findings: Vec<Finding>,
    /// Codes that were allowed, with how often they were found.
    pub allowed: Vec<(&'static str, usize)>,
    /// Whether the build goes on whatever is found.
    pub dry_run: bool,
    /// What tells comments of several gates on one change apart.
    pub tag: &'a str,
}

/// What becomes of the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every rule holds.
    Passed,
    /// Every rule that denies holds; something is to be looked at.
    Warned,
    /// A rule says no.
    Denied,
}

impl Outcome {
    /// The word on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned => "warned",
            Self::Denied => "denied",
        }
    }
}

impl Report<'_> {
    /// What becomes of the build.
    pub fn outcome(&self) -> Outcome {
        match self.findings.iter().map(|finding| finding.level).max() {
            Some(Level::Deny) => Outcome::Denied,
            Some(Level::Warn) => Outcome::Warned,
            _ => Outcome::Passed,
        }
    }

    /// Findings that a build is told of: what is only to be known is on the page.
    pub fn told(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.level > Level::Note)
    }

    /// Findings of a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// The result in one sentence.
    pub fn claim(&self) -> String {
        let rules = self.judged.verdicts.len() as u64;
        let held = self.judged.verdicts.iter().filter(|verdict| verdict.state == State::Held).count();
        let mut text = match self.outcome() {
            Outcome::Passed if held as u64 == rules => {
                format!("passed: {} {}", counted(rules, "rule"), if rules == 1 { "holds" } else { "hold" })
            }
            outcome => format!("{}: {held} of {} hold", outcome.word(), counted(rules, "rule")),
        };
        let mut codes: Vec<&str> = Vec::new();
        for finding in self.told() {
            if !codes.contains(&finding.code) {
                codes.push(finding.code);
            }
        }
        if !codes.is_empty() {
            let _ = write!(text, " ({})", codes.join(", "));
        }
        if self.dry_run && self.outcome() == Outcome::Denied {
            text.push_str("; a dry run, so the build goes on");
        }
        text
    }
}

/// The findings of the rules, then those of the audit, at the levels that the user asks for; the gravest first.
pub fn findings(
    judged: &Judged,
    differ: &[&str],
    audited: &[findings::Finding],
    levels: &Levels,
) -> (Vec<Finding>, Vec<(&'static str, usize)>) {
    let of_rules = judged.verdicts.iter().enumerate().filter_map(|(at, verdict)| {
        let (code, message) = told(judged, verdict)?;
        let level = match (verdict.state, verdict.rule.level) {
            (State::Doubtful, _) | (_, budget::Level::Warn) => Level::Warn,
            (_, budget::Level::Deny) => Level::Deny,
        };
        Some(Finding { code, level, message, rule: Some(at), line: verdict.rule.line })
    });
    let mut all: Vec<Finding> = of_rules.collect();
    if !differ.is_empty() {
        let message = format!(
            "the baseline was made with another {}: what follows from that is in the comparison",
            differ.join(", another ")
        );
        all.push(Finding { code: "baseline-differs", level: Level::Note, message, rule: None, line: 1 });
    }
    // What a rule has said already is not said again.
    let new = audited.iter().filter(|finding| !all.iter().any(|known| known.code == finding.code));
    let new: Vec<Finding> = new
        .map(|finding| Finding {
            code: finding.code,
            level: finding.level,
            message: finding.message.clone(),
            rule: None,
            line: 1,
        })
        .collect();
    all.extend(new);
    let allowed = levels.apply(&mut all);
    all.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    (all, allowed)
}

/// The code and the message of a rule that does not simply hold.
fn told(judged: &Judged, verdict: &Verdict) -> Option<(&'static str, String)> {
    let told: Vec<&Check> = verdict.checks.iter().filter(|check| check.state == verdict.state).collect();
    let first = told.first().filter(|_| verdict.state != State::Held)?;
    let code = match (verdict.state, &first.why) {
        (State::Doubtful, _) => "undecided",
        (State::Unknown, Some(Why::Unpriced { .. })) => "unpriced-calls",
        (State::Unknown, Some(Why::NoBaseline { .. })) => "no-baseline",
        (State::Unknown, Some(Why::NoCalls)) => "empty-scope",
        (State::Unknown, _) => "not-evaluated",
        _ => first.limit.metric.code,
    };
    let rule = &verdict.rule;
    let mut message = format!("{}: ", rule.name);
    let said: Vec<String> = told.iter().map(|check| words::check(check, &rule.scope)).collect();
    message.push_str(&said.join("; "));
    let compared = judged.compared.get(&rule.scope);
    if verdict.state != State::Unknown
        && told.iter().any(|check| check.limit.metric.needs_baseline())
        && let Some(mostly) = compared.map(drivers::mostly).filter(|mostly| !mostly.is_empty())
    {
        let _ = write!(message, "; mostly {mostly}");
    }
    if !rule.reason.is_empty() {
        let _ = write!(message, ". The rule is there for: {}", rule.reason);
    }
    if !rule.owner.is_empty() {
        let _ = write!(message, ". Owner: {}", rule.owner);
    }
    Some((code, message))
}
