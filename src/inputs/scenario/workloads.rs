//! Rules that say which calls are a workload: patterns on columns of the table of calls, the first rule that matches wins.
//!
//! ```toml
//! [[workload]]
//! name = "triage"
//! match = { app = "support", model_raw = "gpt-*" }
//!
//! [[workload]]
//! name = "long documents"
//! match = { operation = ["chat", "completion"], in_total = { min = 50000 } }
//! ```

use std::collections::BTreeMap;

use glob::Pattern;
use polars::prelude::DataType;
use serde::Deserialize;

use crate::inputs::toml_file::{self, FileProblem, FileProblems};
use crate::tables::calls::CALLS;

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

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    workload: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    #[serde(rename = "match")]
    conditions: BTreeMap<String, Given>,
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

/// The rules of a scenario file.
///
/// # Errors
/// Every rule that names no column, or compares a column with something it cannot be.
pub fn parse(file: &str, text: &str) -> Result<Vec<Rule>, FileProblems> {
    let parsed: File = toml_file::parse(file, text).map_err(|problem| FileProblems(vec![problem]))?;
    let mut problems: Vec<FileProblem> = Vec::new();
    let mut rules = Vec::new();
    for entry in parsed.workload {
        let mut conditions = Vec::new();
        for (column, given) in entry.conditions {
            match condition(&column, given) {
                Ok(condition) => conditions.push((column, condition)),
                Err(problem) => {
                    problems.push(toml_file::whole(file, format!("workload `{}`: {problem}", entry.name)));
                }
            }
        }
        if conditions.is_empty() && problems.is_empty() {
            problems.push(toml_file::whole(file, format!("workload `{}` matches on nothing", entry.name)));
        }
        rules.push(Rule { name: entry.name, conditions });
    }
    if problems.is_empty() { Ok(rules) } else { Err(FileProblems(problems)) }
}

fn condition(column: &str, given: Given) -> Result<Condition, String> {
    let known = CALLS.columns.iter().find(|known| known.name == column).ok_or_else(|| {
        let nearest =
            toml_file::nearest(column, CALLS.columns.iter().map(|known| known.name)).unwrap_or_default();
        format!("there is no column `{column}`; did you mean `{nearest}`?")
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
        .expect("rules");
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
    }
}
