//! Benchmark scores: one file a benchmark, each score with its date, each file with source and licence.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use super::embedded::Facts;
use super::models::{ModelId, Models};
use super::toml_file::{self, FileProblem};

/// A benchmark.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// Id; the name of the file.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it measures.
    pub about: String,
    /// Kind of task.
    pub kind: String,
    /// Unit of a score.
    pub unit: String,
    /// Whether more is better.
    pub higher_is_better: bool,
    /// How far below the incumbent a score may lie and still count as good as it, in the unit.
    pub tolerance: f64,
    /// Why that much.
    pub tolerance_reason: String,
    /// Who measured.
    pub source: String,
    /// Licence of the scores.
    pub licence: String,
    /// Date of the edition.
    pub retrieved: toml::value::Datetime,
}

/// A score of one model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Canonical id of the model.
    pub model: String,
    /// Its name in the source.
    pub raw: String,
    /// The score, in the unit of the benchmark.
    pub value: f64,
    /// Day of the run, or of the model's release where only that is known.
    pub date: toml::value::Datetime,
    /// Reasoning effort of the run.
    pub effort: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BenchmarkFile {
    benchmark: Benchmark,
    score: Vec<Score>,
}

/// A benchmark with the best score of each model: a team that depends on quality runs a model at the effort that gives
/// it.
#[derive(Debug, Clone)]
pub struct Scores {
    /// The benchmark.
    pub benchmark: Benchmark,
    best: HashMap<ModelId, f64>,
}

impl Scores {
    /// The score of a model; `None`: not scored, which is never good enough.
    pub fn of(&self, model: ModelId) -> Option<f64> {
        self.best.get(&model).copied()
    }

    /// Models with a score.
    pub fn len(&self) -> usize {
        self.best.len()
    }

    /// Whether no model has a score.
    pub fn is_empty(&self) -> bool {
        self.best.is_empty()
    }

    /// Whether a score meets a threshold.
    pub fn meets(&self, score: f64, threshold: f64) -> bool {
        if self.benchmark.higher_is_better { score >= threshold } else { score <= threshold }
    }

    /// The threshold that an incumbent's score sets with a tolerance.
    pub fn threshold(&self, incumbent: f64, tolerance: f64) -> f64 {
        if self.benchmark.higher_is_better { incumbent - tolerance } else { incumbent + tolerance }
    }

    /// Reads a benchmark file; scores of models that are not in `models` are left out.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn parse(file: &str, text: &str, models: &Models) -> Result<Self, FileProblem> {
        let parsed: BenchmarkFile = toml_file::parse(file, text)?;
        let mut best: HashMap<ModelId, f64> = HashMap::new();
        for score in &parsed.score {
            if !score.value.is_finite() {
                return Err(toml_file::whole(file, format!("the score of `{}` is no number", score.model)));
            }
            let Some(model) = models.id(&score.model) else { continue };
            let known = best.entry(model).or_insert(score.value);
            let better =
                if parsed.benchmark.higher_is_better { score.value > *known } else { score.value < *known };
            if better {
                *known = score.value;
            }
        }
        Ok(Self { benchmark: parsed.benchmark, best })
    }
}

/// Some benchmark, for what needs no score.
///
/// # Errors
/// When there is none, or its file is wrong.
pub fn any(facts: &Facts, models: &Models) -> Result<Scores, FileProblem> {
    match facts.files("benchmarks")?.first() {
        Some((file, text)) => Scores::parse(file, text, models),
        None => Err(toml_file::whole("benchmarks", "there is no benchmark".to_owned())),
    }
}

/// The benchmark of that id.
///
/// # Errors
/// When there is none, with the ids that there are, or when its file is wrong.
pub fn load(facts: &Facts, id: &str, models: &Models) -> Result<Scores, FileProblem> {
    let files = facts.files("benchmarks")?;
    let stem =
        |file: &str| Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or("").to_owned();
    match files.iter().find(|(file, _)| stem(file) == id) {
        Some((file, text)) => Scores::parse(file, text, models),
        None => {
            let ids: Vec<String> = files.iter().map(|(file, _)| stem(file)).collect();
            Err(toml_file::whole(
                "quality.benchmark",
                format!("there is no benchmark `{id}`; there are {}", ids.join(", ")),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_benchmark_has_scores_a_source_and_a_licence_that_allows_shipping() {
        let models = Models::load(&Facts::embedded()).expect("valid files");
        for (file, text) in Facts::embedded().files("benchmarks").expect("files") {
            let scores = Scores::parse(&file, &text, &models).expect("a valid file");
            assert!(!scores.is_empty(), "{file}");
            assert!(!scores.benchmark.source.is_empty(), "{file}");
            assert!(
                ["CC-BY-4.0", "Apache-2.0", "MIT"].contains(&scores.benchmark.licence.as_str()),
                "{file}"
            );
            assert_eq!(file, format!("data/benchmarks/{}.toml", scores.benchmark.id));
        }
    }
}
