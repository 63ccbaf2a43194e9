//! What a scenario file says of workloads: which calls they are, where they go and how long they may take; and how fast
//! offers are.
//!
//! ```toml
//! [[workload]]
//! name = "triage"
//! match = { app = "support", model_raw = "gpt-*" }   # the first rule that matches a call wins
//! offer = "gpt-oss-120b@groq"                        # goes there, whatever the quality
//!
//! [[workload]]
//! name = "long documents"
//! match = { operation = ["chat", "completion"], in_total = { min = 50000 } }
//! max_seconds = 30
//! kind = "long-context"                              # the scale on which models are compared
//! success = 0.93                                     # how often the calls succeed as they are served
//! min_success = 0.9                                  # how often a replacement must, at its lower bound
//! failure_cost_usd = 0.25                            # what a failed call costs
//!
//! [[cascade]]
//! first = "gpt-oss-120b@groq"                        # tried first, its answer verified, the rest escalated to where it was served
//! verifier_usd = 0.0002
//! accepts_right = 0.95
//! accepts_wrong = 0.3
//! escalated_success = 0.8                            # of the incumbent, on the calls that are escalated
//!
//! [[speed]]
//! offer = "gpt-oss-120b@groq"
//! tokens_per_second = 450
//! first_token_seconds = 0.4
//! source = "own measurement, November 2026"
//! ```

use std::collections::BTreeMap;

use glob::Pattern;
use polars::prelude::DataType;
use serde::Deserialize;

use crate::inputs::spelling;
use crate::inputs::toml_file::{self, FileProblem, FileProblems};
use crate::tables::calls::CALLS;
use crate::units::TaskKind;

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The workload of calls that match.
    pub name: String,
    /// What must hold, by column; all of it.
    pub conditions: Vec<(String, Condition)>,
}

/// What must hold of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The text matches one of these patterns (`*` and `?`), whatever the case.
    Text(Vec<Pattern>),
    /// The number lies within, both ends included.
    Number {
        /// Least.
        min: Option<f64>,
        /// Most.
        max: Option<f64>,
    },
    /// True or false.
    Boolean(bool),
}

impl Condition {
    /// Whether a text matches; a missing one matches nothing.
    pub fn holds_of_text(&self, text: Option<&str>) -> bool {
        let Self::Text(patterns) = self else { return false };
        let options = glob::MatchOptions { case_sensitive: false, ..glob::MatchOptions::default() };
        text.is_some_and(|text| patterns.iter().any(|pattern| pattern.matches_with(text, options)))
    }

    /// Whether a number lies within; a missing one does not.
    pub fn holds_of_number(&self, number: Option<f64>) -> bool {
        let Self::Number { min, max } = self else { return false };
        number.is_some_and(|n| min.is_none_or(|min| n >= min) && max.is_none_or(|max| n <= max))
    }

    /// Whether it is that truth.
    pub fn holds_of_boolean(&self, truth: Option<bool>) -> bool {
        matches!(self, Self::Boolean(wanted) if truth == Some(*wanted))
    }
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stated {
    /// Which calls are which workload.
    pub rules: Vec<Rule>,
    /// The offers that workloads are pinned to.
    pub pins: BTreeMap<String, String>,
    /// Longest time of a call in seconds.
    pub bounds: BTreeMap<String, f64>,
    /// How fast offers are.
    pub speeds: Vec<Speed>,
    /// What workloads need of a model.
    pub needs: BTreeMap<String, Needs>,
    /// Cheap models that are tried first.
    pub cascades: Vec<Cascade>,
    /// Smaller models that are trained for a workload.
    pub fine_tunes: Vec<FineTune>,
}

/// What a workload needs of a model.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Needs {
    /// Kind of tasks.
    pub kind: Option<TaskKind>,
    /// How often its calls succeed as they are served.
    pub success: Option<f64>,
    /// How often those of a replacement must, at the lower bound.
    pub min_success: Option<f64>,
    /// Dollars of a failed call.
    pub failure_cost: Option<f64>,
    /// Whether its calls may wait until the end of their day.
    pub can_wait: bool,
    /// Whether it has an adapter of its own on the model that serves it: then it shares a replica with others of that model.
    pub adapter: bool,
}

/// A smaller model that is trained for a workload.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FineTune {
    /// The workload.
    pub workload: String,
    /// The model that is trained.
    pub base: String,
    /// Dollars once: data, training, evaluation.
    pub one_off_usd: f64,
    /// How often it then succeeds; missing: as graded calls or benchmarks say of the base.
    pub success: Option<f64>,
    /// Dollars of a million input tokens once trained; missing: at the cheapest host of the base.
    pub input_usd_mtok: Option<f64>,
    /// Dollars of a million output tokens.
    pub output_usd_mtok: Option<f64>,
}

/// A cheap model that is tried first.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cascade {
    /// `MODEL@SELLER`, or `MODEL` at the cheapest seller.
    pub first: String,
    /// Dollars of a verification; `None`: the assumed share of the cheap call.
    pub verifier_usd: Option<f64>,
    /// Share of right answers that are accepted.
    pub accepts_right: Option<f64>,
    /// Share of wrong answers that are accepted.
    pub accepts_wrong: Option<f64>,
    /// How often the incumbent succeeds on escalated calls.
    pub escalated_success: Option<f64>,
}

/// How fast an offer is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speed {
    /// `MODEL` at every seller, or `MODEL@SELLER`.
    pub offer: String,
    /// Output tokens a second of one call.
    pub tokens_per_second: f64,
    /// Seconds to the first token.
    pub first_token_seconds: f64,
    /// Who measured it.
    pub source: String,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    workload: Vec<Entry>,
    #[serde(default)]
    speed: Vec<Speed>,
    #[serde(default)]
    cascade: Vec<Cascade>,
    #[serde(default)]
    fine_tune: Vec<FineTune>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    #[serde(default, rename = "match")]
    conditions: BTreeMap<String, Given>,
    offer: Option<String>,
    max_seconds: Option<f64>,
    kind: Option<String>,
    success: Option<f64>,
    min_success: Option<f64>,
    failure_cost_usd: Option<f64>,
    #[serde(default)]
    can_wait: bool,
    #[serde(default)]
    adapter: bool,
}

impl Entry {
    /// What it needs of a model, with what is wrong about that.
    fn needs(&self) -> (Needs, Vec<String>) {
        let mut wrong = Vec::new();
        let kind = self.kind.as_deref().map(|word| (word, TaskKind::from_word(word)));
        if let Some((word, None)) = kind {
            let words: Vec<&str> = TaskKind::ALL.iter().map(|kind| kind.word()).collect();
            wrong.push(format!("there is no kind `{word}`; kinds are {}", words.join(", ")));
        }
        for (name, share) in [("success", self.success), ("min_success", self.min_success)] {
            if share.is_some_and(|share| !(share > 0.0 && share < 1.0)) {
                wrong.push(format!("`{name}` must lie between 0 and 1, both excluded"));
            }
        }
        if self.failure_cost_usd.is_some_and(|cost| !(0.0..=1e6).contains(&cost)) {
            wrong.push("`failure_cost_usd` must lie between 0 and 1000000".to_owned());
        }
        let needs = Needs {
            kind: kind.and_then(|(_, kind)| kind),
            success: self.success,
            min_success: self.min_success,
            failure_cost: self.failure_cost_usd,
            can_wait: self.can_wait,
            adapter: self.adapter,
        };
        (needs, wrong)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    One(String),
    Many(Vec<String>),
    Truth(bool),
    Range(Range),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    min: Option<f64>,
    max: Option<f64>,
}

/// What a scenario file says of workloads and offers.
///
/// # Errors
/// Every entry that says nothing, names no column, or compares a column with something it cannot be; every speed and bound
/// that is none.
pub fn parse(file: &str, text: &str) -> Result<Stated, FileProblems> {
    let parsed: File = toml_file::parse(file, text).map_err(|problem| FileProblems(vec![problem]))?;
    let mut problems: Vec<FileProblem> = Vec::new();
    let mut stated = Stated::default();
    for entry in parsed.workload {
        let mut wrong = |problem: String| {
            problems.push(toml_file::whole(file, format!("workload `{}`: {problem}", entry.name)));
        };
        let (needs, mistakes) = entry.needs();
        mistakes.into_iter().for_each(&mut wrong);
        let says_nothing = entry.offer.is_none() && entry.max_seconds.is_none() && needs == Needs::default();
        if entry.conditions.is_empty() && says_nothing {
            wrong("matches on nothing, and says nothing about the workload".to_owned());
        }
        if needs != Needs::default() {
            stated.needs.insert(entry.name.clone(), needs);
        }
        let mut conditions = Vec::new();
        for (column, given) in entry.conditions {
            match condition(&column, given) {
                Ok(condition) => conditions.push((column, condition)),
                Err(problem) => wrong(problem),
            }
        }
        if let Some(seconds) = entry.max_seconds.filter(|seconds| !(*seconds > 0.0 && seconds.is_finite())) {
            wrong(format!("`max_seconds` must be more than 0, not {seconds}"));
        }
        stated.pins.extend(entry.offer.map(|offer| (entry.name.clone(), offer)));
        stated.bounds.extend(entry.max_seconds.map(|seconds| (entry.name.clone(), seconds)));
        if !conditions.is_empty() {
            stated.rules.push(Rule { name: entry.name, conditions });
        }
    }
    for speed in &parsed.speed {
        let sound = |number: f64, least: f64| number.is_finite() && number >= least;
        if !sound(speed.tokens_per_second, f64::MIN_POSITIVE) || !sound(speed.first_token_seconds, 0.0) {
            let problem = format!(
                "speed of `{}`: `tokens_per_second` must be more than 0 and `first_token_seconds` at least 0",
                speed.offer
            );
            problems.push(toml_file::whole(file, problem));
        }
    }
    for cascade in &parsed.cascade {
        let shares = [cascade.accepts_right, cascade.accepts_wrong, cascade.escalated_success];
        let off = shares.into_iter().flatten().any(|share| !(0.0..=1.0).contains(&share));
        if off || cascade.verifier_usd.is_some_and(|usd| !(0.0..=1e6).contains(&usd)) {
            let problem =
                format!("cascade of `{}`: shares lie between 0 and 1, dollars from 0 on", cascade.first);
            problems.push(toml_file::whole(file, problem));
        }
    }
    for tuned in &parsed.fine_tune {
        let dollars = [Some(tuned.one_off_usd), tuned.input_usd_mtok, tuned.output_usd_mtok];
        let off = dollars.into_iter().flatten().any(|usd| !(0.0..=1e9).contains(&usd));
        if off || tuned.success.is_some_and(|share| !(share > 0.0 && share < 1.0)) {
            let problem =
                format!("fine_tune of `{}`: dollars from 0 on, success between 0 and 1", tuned.workload);
            problems.push(toml_file::whole(file, problem));
        }
    }
    stated.fine_tunes = parsed.fine_tune;
    stated.speeds = parsed.speed;
    stated.cascades = parsed.cascade;
    if problems.is_empty() { Ok(stated) } else { Err(FileProblems(problems)) }
}

fn condition(column: &str, given: Given) -> Result<Condition, String> {
    let known = CALLS.columns.iter().find(|known| known.name == column).ok_or_else(|| {
        let meant = spelling::meant(column, CALLS.columns.iter().map(|known| known.name));
        format!("there is no column `{column}`{meant}")
    })?;
    let patterns = |texts: Vec<String>| -> Result<Condition, String> {
        let compiled =
            texts.iter().map(|text| Pattern::new(text).map_err(|error| format!("`{text}`: {}", error.msg)));
        Ok(Condition::Text(compiled.collect::<Result<_, _>>()?))
    };
    match (&known.dtype, given) {
        (DataType::String, Given::One(text)) => patterns(vec![text]),
        (DataType::String, Given::Many(texts)) => patterns(texts),
        (DataType::Boolean, Given::Truth(truth)) => Ok(Condition::Boolean(truth)),
        (DataType::Int64 | DataType::UInt32 | DataType::UInt64 | DataType::Float64, Given::Range(range)) => {
            Ok(Condition::Number { min: range.min, max: range.max })
        }
        (DataType::String, _) => Err(format!("`{column}` is text: give a pattern or a list of them")),
        (DataType::Boolean, _) => Err(format!("`{column}` is true or false")),
        (DataType::Datetime(..), _) => Err(format!("`{column}` is a time, on which no workload depends")),
        _ => Err(format!("`{column}` is a number: give {{ min = …, max = … }}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_patterns_ranges_and_truths() {
        let rules = parse(
            "s.toml",
            "[[workload]]\nname='a'\nmatch={app='Sup*', is_subagent=true}\n[[workload]]\nname='b'\nmatch={in_total={min=10,max=20}}\n",
        )
        .expect("rules")
        .rules;
        assert!(rules[0].conditions[0].1.holds_of_text(Some("support")));
        assert!(!rules[0].conditions[0].1.holds_of_text(None));
        assert!(rules[0].conditions[1].1.holds_of_boolean(Some(true)));
        let range = &rules[1].conditions[0].1;
        assert!(range.holds_of_number(Some(10.0)) && range.holds_of_number(Some(20.0)));
        assert!(!range.holds_of_number(Some(9.0)) && !range.holds_of_number(None));
    }

    #[test]
    fn what_no_rule_can_mean_is_told() {
        let wrong = |text: &str| parse("s.toml", text).expect_err("a problem").to_string();
        assert!(wrong("[[workload]]\nname='a'\nmatch={ap='x'}\n").contains("did you mean `app`"));
        assert!(wrong("[[workload]]\nname='a'\nmatch={in_total='x'}\n").contains("is a number"));
        assert!(wrong("[[workload]]\nname='a'\nmatch={app={min=1}}\n").contains("is text"));
        assert!(wrong("[[workload]]\nname='a'\nmatch={}\n").contains("matches on nothing"));
        assert!(wrong("[[workload]]\nname='a'\nmax_seconds=0\n").contains("more than 0"));
        assert!(wrong("[[workload]]\nname='a'\nkind='poetry'\n").contains("no kind `poetry`"));
        assert!(wrong("[[workload]]\nname='a'\nsuccess=1.0\n").contains("between 0 and 1"));
        assert!(wrong("[[cascade]]\nfirst='m'\naccepts_right=2.0\n").contains("cascade of `m`"));
        let speed = "[[speed]]\noffer='m'\ntokens_per_second=-1\nfirst_token_seconds=0\nsource='x'\n";
        assert!(wrong(speed).contains("speed of `m`"));
    }

    #[test]
    fn a_workload_that_the_log_names_needs_no_match() {
        let text = "[[workload]]\nname='chat'\noffer='a@b'\nmax_seconds=2.5\n";
        let stated = parse("s.toml", text).expect("valid");
        assert!(stated.rules.is_empty());
        assert_eq!(stated.pins["chat"], "a@b");
        assert_eq!(stated.bounds["chat"].to_string(), "2.5");
    }
}
