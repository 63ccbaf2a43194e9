//! Aider's leaderboards: YAML lists of runs, one file a board.

use serde::Deserialize;

use super::{FoundScores, ScoreFile, ScoreSource, day};
use crate::inputs::benchmarks::score::Score;

/// The boards of `aider/website/_data`.
pub(super) struct Aider;

/// A run; what is not read is left out.
#[derive(Deserialize)]
struct Run {
    model: String,
    edit_format: Option<String>,
    versions: Option<String>,
    editor_model: Option<String>,
    reasoning_effort: Option<String>,
    thinking_tokens: Option<u64>,
    test_cases: Option<u64>,
    pass_rate_1: Option<f64>,
    pass_rate_2: Option<f64>,
    prompt_tokens: Option<f64>,
    completion_tokens: Option<f64>,
    total_cost: Option<f64>,
    date: Option<String>,
}

impl ScoreSource for Aider {
    fn id(&self) -> &'static str {
        "aider"
    }

    fn about(&self) -> &'static str {
        "Aider's leaderboards (*_leaderboard.yml)"
    }

    fn licence(&self) -> &'static str {
        "Apache-2.0"
    }

    fn is_it(&self, file: &ScoreFile) -> bool {
        let yaml = file.name.ends_with(".yml") || file.name.ends_with(".yaml");
        yaml && file.text.contains("pass_rate_1:")
    }

    fn read(&self, file: &ScoreFile) -> FoundScores {
        let mut found = FoundScores::default();
        // A commit such as 415e898 is a number beyond all numbers to YAML.
        let options = serde_saphyr::options! {
            non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::PassThrough,
        };
        let runs: Vec<Run> = match serde_saphyr::from_str_with_options(&file.text, options) {
            Ok(runs) => runs,
            Err(error) => {
                let what = error.to_string().lines().next().unwrap_or_default().to_owned();
                found.problems.push(file.problem(0, format!("is no list of runs: {what}")));
                return found;
            }
        };
        let lines = lines_of_runs(&file.text);
        for (at, run) in runs.into_iter().enumerate() {
            let line = lines.get(at).copied().unwrap_or(0);
            // The refactoring board has one try.
            match run.pass_rate_2.or(run.pass_rate_1) {
                Some(value) => found.scores.push(run.score(board(file.stem()), value, line)),
                None => found.problems.push(file.problem(line, "the run has no pass rate")),
            }
        }
        found
    }
}

/// The benchmark of a board's file.
fn board(stem: &str) -> &'static str {
    match stem {
        name if name.starts_with("edit") => "aider-edit",
        name if name.starts_with("refactor") => "aider-refactor",
        _ => "aider-polyglot",
    }
}

/// Lines at which the runs begin.
fn lines_of_runs(text: &str) -> Vec<u64> {
    (1..).zip(text.lines()).filter(|(_, line)| line.starts_with("- ")).map(|(at, _)| at).collect()
}

impl Run {
    fn score(self, benchmark: &str, value: f64, line: u64) -> Score {
        let budget = self.thinking_tokens.map(|tokens| format!("{}k", tokens / 1_000));
        let harness = [
            "aider",
            self.versions.as_deref().unwrap_or_default(),
            self.edit_format.as_deref().unwrap_or_default(),
        ];
        let raw = match &self.editor_model {
            Some(editor) if !self.model.contains(" + ") && *editor != self.model => {
                format!("{} + {editor}", self.model)
            }
            _ => self.model,
        };
        Score {
            benchmark: benchmark.to_owned(),
            raw,
            effort: self.reasoning_effort.or(budget),
            harness: Some(harness.join(" ").trim().to_owned()),
            value,
            unit: Some("%".to_owned()),
            most: Some(100.0),
            items: self.test_cases,
            // A run of which nobody noted the cost says zero.
            cost_usd: self.total_cost.filter(|cost| *cost > 0.0),
            input_tokens: self.prompt_tokens,
            output_tokens: self.completion_tokens,
            date: self.date.as_deref().and_then(day),
            source: "Aider-AI/aider leaderboards".to_owned(),
            licence: Aider.licence().to_owned(),
            line,
            ..Score::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_a_score_with_its_effort_tokens_and_harness() {
        let text = "- dirname: d\n  model: o3 (high)\n  edit_format: diff\n  versions: 0.85.1\n  test_cases: 225\n  pass_rate_1: 35.6\n  \
                    pass_rate_2: 81.3\n  reasoning_effort: high\n  date: 2025-06-25\n  total_cost: 21.2\n  prompt_tokens: 10\n- model: x\n  date: 2025-06-25\n";
        let file = ScoreFile { name: "a/polyglot_leaderboard.yml".to_owned(), text: text.to_owned() };
        assert!(Aider.is_it(&file));
        let found = Aider.read(&file);
        let score = &found.scores[0];
        assert_eq!(
            (score.benchmark.as_str(), score.raw.as_str(), score.items),
            ("aider-polyglot", "o3 (high)", Some(225))
        );
        assert_eq!(score.harness.as_deref(), Some("aider 0.85.1 diff"));
        assert_eq!((score.effort.as_deref(), score.input_tokens), (Some("high"), Some(10.0)));
        assert_eq!(found.problems.len(), 1);
        assert_eq!(found.problems[0].line, 12);
    }
}
