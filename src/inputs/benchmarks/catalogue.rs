//! What benchmarks measure: kind, unit, what guessing scores, and how far their questions are known.

use std::collections::HashMap;

use serde::Deserialize;

use crate::inputs::embedded::Facts;
use crate::inputs::toml_file::{self, FileProblem};
use crate::units::TaskKind;

/// The unit of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Scale {
    /// Share of the tasks solved, 0 to 1.
    #[serde(rename = "share solved")]
    Share,
    /// Points of a rating by pairs.
    #[serde(rename = "Elo points")]
    Elo,
    /// Minutes that people need for tasks of which a model solves half.
    #[serde(rename = "minutes")]
    Minutes,
    /// Points of an aggregate of other benchmarks, which is not fitted: its parts are.
    #[serde(rename = "index points")]
    Index,
}

impl Scale {
    /// Its words on pages and in files.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Share => "share solved",
            Self::Elo => "Elo points",
            Self::Minutes => "minutes",
            Self::Index => "index points",
        }
    }
}

/// How far the questions of a benchmark are known to those who train models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// Held out.
    Private,
    /// Replaced by newer ones.
    Rolling,
    /// Public.
    Static,
    /// Public, and known to have been trained on.
    Contaminated,
}

impl Exposure {
    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Rolling => "rolling",
            Self::Static => "static",
            Self::Contaminated => "contaminated",
        }
    }
}

/// A benchmark.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it measures.
    pub about: String,
    /// Kind of task, as a word of [`TaskKind`].
    kind: String,
    /// Unit of its scores.
    #[serde(rename = "unit")]
    pub scale: Scale,
    /// How far its questions are known.
    pub exposure: Exposure,
    /// What guessing scores, as a share.
    #[serde(default)]
    pub floor: f64,
    /// The best score, in the unit of sources that name none.
    pub raw_most: Option<f64>,
    /// Its tasks.
    pub items: Option<u64>,
    /// What sources call it.
    #[serde(default)]
    pub names: Vec<String>,
    /// How far below the incumbent a score may lie and still count as good as it, in the unit; `None`: nobody says.
    pub tolerance: Option<f64>,
    /// Why that much.
    pub tolerance_reason: Option<String>,
}

impl Benchmark {
    /// Kind of task.
    pub fn kind(&self) -> TaskKind {
        TaskKind::from_word(&self.kind).unwrap_or_default()
    }

    /// A benchmark of which a table of scores says no more than the name, and perhaps the kind.
    pub(super) fn unlisted(id: &str, kind: Option<&str>, scale: Scale) -> Self {
        let kind = kind.filter(|kind| TaskKind::from_word(kind).is_some());
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            about: "Named by a table of scores.".to_owned(),
            kind: kind.unwrap_or(TaskKind::General.word()).to_owned(),
            scale,
            exposure: Exposure::Static,
            floor: 0.0,
            raw_most: None,
            items: None,
            names: Vec::new(),
            tolerance: None,
            tolerance_reason: None,
        }
    }
}

/// A model of which a version was tuned to benchmarks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuned {
    /// Canonical id of the model.
    pub model: String,
    /// The benchmarks.
    pub benchmarks: Vec<String>,
    /// Who says so.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    benchmark: Vec<Benchmark>,
    #[serde(default)]
    tuned: Vec<Tuned>,
}

/// All benchmarks that are known.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    benchmarks: Vec<Benchmark>,
    places: HashMap<String, usize>,
    /// Models that were tuned to some of them.
    pub tuned: Vec<Tuned>,
}

impl Catalogue {
    /// The catalogue of some facts.
    ///
    /// # Errors
    /// What is wrong with a file, or which name means two benchmarks.
    pub fn load(facts: &Facts) -> Result<Self, FileProblem> {
        let mut all = Self::default();
        for (file, text) in facts.files("benchmarks")? {
            let parsed: File = toml_file::parse(&file, &text)?;
            for benchmark in parsed.benchmark {
                let id = benchmark.id.clone();
                if TaskKind::from_word(&benchmark.kind).is_none() {
                    let problem = format!("`{id}` has no kind of tasks `{}`", benchmark.kind);
                    return Err(toml_file::whole(&file, problem));
                }
                if !(0.0..1.0).contains(&benchmark.floor) {
                    return Err(toml_file::whole(&file, format!("the floor of `{id}` is no share")));
                }
                all.add(benchmark).map_err(|name| {
                    toml_file::whole(&file, format!("`{name}` means both `{id}` and another benchmark"))
                })?;
            }
            all.tuned.extend(parsed.tuned);
        }
        Ok(all)
    }

    /// Adds a benchmark; gives back the name that is taken.
    pub(super) fn add(&mut self, benchmark: Benchmark) -> Result<(), String> {
        let place = self.benchmarks.len();
        let mut names: Vec<String> =
            std::iter::once(&benchmark.id).chain(&benchmark.names).map(|n| key(n)).collect();
        names.sort();
        names.dedup();
        for name in names {
            if self.places.insert(name.clone(), place).is_some() {
                return Err(name);
            }
        }
        self.benchmarks.push(benchmark);
        Ok(())
    }

    /// The benchmark that a name means.
    pub fn named(&self, name: &str) -> Option<&Benchmark> {
        self.places.get(&key(name)).map(|place| &self.benchmarks[*place])
    }

    /// Every benchmark, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Benchmark> {
        self.benchmarks.iter()
    }

    /// Whether a model is documented to have been tuned to a benchmark.
    pub fn is_tuned(&self, model: &str, benchmark: &str) -> bool {
        self.tuned
            .iter()
            .any(|tuned| tuned.model == model && tuned.benchmarks.iter().any(|id| id == benchmark))
    }
}

/// Names differ in case and separators from source to source.
fn key(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', ' '], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_benchmark_says_what_it_measures() {
        let catalogue = Catalogue::load(&Facts::embedded()).expect("a valid file");
        assert!(catalogue.iter().count() > 50);
        for benchmark in catalogue.iter() {
            assert!(!benchmark.about.is_empty(), "{}", benchmark.id);
            assert_eq!(benchmark.tolerance.is_some(), benchmark.tolerance_reason.is_some());
        }
        assert_eq!(catalogue.named("GPQA Diamond").map(|b| b.id.as_str()), Some("gpqa-diamond"));
        assert_eq!(catalogue.named("terminalbench").map(Benchmark::kind), Some(TaskKind::Agentic));
    }
}
