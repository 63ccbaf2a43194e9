//! Every assumption with value, unit, meaning and source, and the files that change some of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::inputs::embedded;
use crate::inputs::spelling;
use crate::inputs::toml_file::{self, FileProblem, FileProblems};

/// The value of an assumption.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A word.
    Text(String),
}

impl Value {
    /// The value for people.
    pub fn text(&self) -> String {
        match self {
            Self::Boolean(b) => b.to_string(),
            Self::Integer(n) => n.to_string(),
            Self::Number(n) => n.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    /// The value as a number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(n) => Some(*n as f64),
            Self::Number(n) => Some(*n),
            Self::Boolean(_) | Self::Text(_) => None,
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "true or false",
            Self::Integer(_) | Self::Number(_) => "a number",
            Self::Text(_) => "text",
        }
    }
}

/// An assumption.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// What is assumed.
    pub value: Value,
    /// Unit of the value.
    pub unit: String,
    /// What it means.
    pub about: String,
    /// Why this value; for a changed one, the file and line that changed it.
    pub source: String,
}

/// Keys whose default is a word that stands for a number, or for none.
const WORD_OR_NUMBER: [&str; 8] = [
    "quality.tolerance",
    "quality.failure_cost_usd",
    "policy.max_seconds",
    "projection.budget_usd_month",
    "drift.closed_fall",
    "drift.open_fall",
    "drift.reprice_a_year",
    "volume.growth_month",
];

/// All assumptions by `section.key`.
#[derive(Debug, Clone)]
pub struct Registry(BTreeMap<String, Assumption>);

impl Registry {
    /// The assumptions of the default scenario.
    ///
    /// # Errors
    /// When the embedded file is broken, which a test rules out.
    pub fn default_scenario() -> Result<Self, FileProblem> {
        let sections: BTreeMap<String, BTreeMap<String, Assumption>> =
            toml_file::parse("scenarios/default.toml", embedded::DEFAULT_SCENARIO)?;
        let flat = sections.into_iter().flat_map(|(section, keys)| {
            keys.into_iter().map(move |(key, assumption)| (format!("{section}.{key}"), assumption))
        });
        Ok(Self(flat.collect()))
    }

    /// Applies the differences of a scenario file.
    ///
    /// # Errors
    /// Every unknown key and every value of the wrong kind, with its line and the nearest known key.
    pub fn apply(&mut self, file: &str, text: &str) -> Result<(), FileProblems> {
        let table = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            FileProblems(vec![toml_file::at(file, text, &span, error.message())])
        })?;
        let mut problems = Vec::new();
        for (section, keys) in table.get_ref() {
            // What is said of workloads and of the speed of offers are no assumptions with a default.
            let list = matches!(section.get_ref().as_ref(), "workload" | "speed" | "cascade" | "fine_tune");
            if list && matches!(keys.get_ref(), DeValue::Array(_)) {
                continue;
            }
            let DeValue::Table(keys) = keys.get_ref() else {
                let problem = format!("`{}` stands outside a section", section.get_ref());
                problems.push(toml_file::at(file, text, &section.span(), problem));
                continue;
            };
            for (key, value) in keys {
                let name = format!("{}.{}", section.get_ref(), key.get_ref());
                if let Err(problem) = self.set(&name, value, file, text) {
                    problems.push(toml_file::at(file, text, &key.span(), problem));
                }
            }
        }
        problems.sort_by_key(|problem| problem.line);
        if problems.is_empty() { Ok(()) } else { Err(FileProblems(problems)) }
    }

    fn set(
        &mut self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        file: &str,
        text: &str,
    ) -> Result<(), String> {
        if !self.0.contains_key(name) {
            let meant = spelling::meant(name, self.0.keys().map(String::as_str));
            return Err(format!("there is no key `{name}`{meant}"));
        }
        let known = self.0.get_mut(name).expect("it is there");
        let given = match value.get_ref() {
            DeValue::Boolean(b) => Value::Boolean(*b),
            DeValue::Integer(n) => {
                n.as_str().replace('_', "").parse().map(Value::Integer).map_err(|_| "too large".to_owned())?
            }
            DeValue::Float(n) => {
                n.as_str().replace('_', "").parse().map(Value::Number).map_err(|_| "no number".to_owned())?
            }
            DeValue::String(text) => Value::Text(text.to_string()),
            _ => return Err(format!("`{name}` must be {}", known.value.kind())),
        };
        let fits = given.kind() == known.value.kind()
            || (WORD_OR_NUMBER.contains(&name) && given.number().is_some());
        if !fits {
            return Err(format!("`{name}` must be {}, not {}", known.value.kind(), given.kind()));
        }
        let line = toml_file::at(file, text, &value.span(), "").line.unwrap_or(1);
        known.value = given;
        known.source = format!("{file} line {line}");
        Ok(())
    }

    /// Changes one assumption from a flag.
    pub fn override_with(&mut self, name: &str, value: Value, flag: &str) {
        if let Some(known) = self.0.get_mut(name) {
            known.value = value;
            flag.clone_into(&mut known.source);
        }
    }

    /// The assumption of a name.
    pub fn get(&self, name: &str) -> Option<&Assumption> {
        self.0.get(name)
    }

    /// Every assumption, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Assumption)> {
        self.0.iter().map(|(name, assumption)| (name.as_str(), assumption))
    }
}
