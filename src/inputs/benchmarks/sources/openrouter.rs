//! The block of benchmarks in OpenRouter's list of models: indexes of Artificial Analysis and ratings of Design Arena. The terms of
//! both are not known: users import them, nothing of them is shipped.

use serde::Deserialize;

use super::{FoundScores, ScoreFile, ScoreSource};
use crate::inputs::benchmarks::score::Score;
use crate::units::Day;

/// The list of models.
pub(super) struct OpenRouter;

#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Listed { data: Vec<Model> },
    Bare(Vec<Model>),
}

#[derive(Deserialize)]
struct Model {
    id: String,
    created: Option<i64>,
    benchmarks: Option<Benchmarks>,
}

#[derive(Deserialize)]
struct Benchmarks {
    artificial_analysis: Option<Indexes>,
    #[serde(default)]
    design_arena: Vec<Rating>,
}

#[derive(Deserialize)]
struct Indexes {
    intelligence_index: Option<f64>,
    coding_index: Option<f64>,
    agentic_index: Option<f64>,
}

#[derive(Deserialize)]
struct Rating {
    arena: Option<String>,
    category: Option<String>,
    elo: Option<f64>,
}

impl ScoreSource for OpenRouter {
    fn id(&self) -> &'static str {
        "openrouter"
    }

    fn about(&self) -> &'static str {
        "OpenRouter's list of models, its block of benchmarks"
    }

    fn licence(&self) -> &'static str {
        ""
    }

    fn is_it(&self, file: &ScoreFile) -> bool {
        file.name.ends_with(".json") && file.text.contains("\"artificial_analysis\"")
    }

    fn read(&self, file: &ScoreFile) -> FoundScores {
        let mut found = FoundScores::default();
        let models = match serde_json::from_str(&file.text) {
            Ok(File::Listed { data: models } | File::Bare(models)) => models,
            Err(error) => {
                found
                    .problems
                    .push(file.problem(error.line() as u64, format!("is no list of models: {error}")));
                return found;
            }
        };
        for model in models {
            let Some(benchmarks) = &model.benchmarks else { continue };
            if let Some(indexes) = &benchmarks.artificial_analysis {
                let of = [
                    ("aa-intelligence", indexes.intelligence_index),
                    ("aa-coding", indexes.coding_index),
                    ("aa-agentic", indexes.agentic_index),
                ];
                found.scores.extend(of.into_iter().filter_map(|(id, value)| {
                    Some(model.score(id, value?, "Artificial Analysis, by OpenRouter"))
                }));
            }
            for rating in &benchmarks.design_arena {
                let Some(elo) = rating.elo else { continue };
                let part = [rating.arena.as_deref(), rating.category.as_deref()];
                let subset = part.into_iter().flatten().collect::<Vec<_>>().join("/");
                let score = model.score("design-arena", elo, "Design Arena, by OpenRouter");
                found.scores.push(Score { subset: Some(subset), unit: Some("Elo".to_owned()), ..score });
            }
        }
        found
    }
}

impl Model {
    fn score(&self, benchmark: &str, value: f64, source: &str) -> Score {
        Score {
            benchmark: benchmark.to_owned(),
            raw: self.id.clone(),
            value,
            unit: Some("index".to_owned()),
            released: self.created.map(|seconds| Day::of_micros(seconds.saturating_mul(1_000_000))),
            source: source.to_owned(),
            ..Score::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_and_ratings_are_scores() {
        let text = r#"{"data":[{"id":"a/b","created":1786722910,"benchmarks":{"artificial_analysis":{"intelligence_index":52,"coding_index":null,"agentic_index":50.9},
                       "design_arena":[{"arena":"models","category":"3d","elo":1358}]}},{"id":"a/c"}]}"#;
        let file = ScoreFile { name: "models.json".to_owned(), text: text.to_owned() };
        assert!(OpenRouter.is_it(&file));
        let scores = OpenRouter.read(&file).scores;
        let seen: Vec<_> = scores.iter().map(|score| (score.benchmark.as_str(), score.value)).collect();
        assert_eq!(seen, [("aa-intelligence", 52.0), ("aa-agentic", 50.9), ("design-arena", 1358.0)]);
        assert_eq!(scores[2].subset.as_deref(), Some("models/3d"));
    }
}
