//! LiveBench's tables: a row a model, a column a task, the edition in the name of the file. Scores of two editions do not compare.

use std::collections::BTreeMap;

use super::{FoundScores, ScoreFile, ScoreSource, day, each_row, number};
use crate::inputs::benchmarks::score::{Score, ScoreProblem};

/// `table_<date>.csv`.
pub(super) struct LiveBench;

/// Category of each task, as the leaderboard groups them.
const TASKS: &[(&str, &str)] = &[
    ("code_generation", "livebench-coding"),
    ("code_completion", "livebench-coding"),
    ("LCB_generation", "livebench-coding"),
    ("coding_completion", "livebench-coding"),
    ("python", "livebench-agentic-coding"),
    ("javascript", "livebench-agentic-coding"),
    ("typescript", "livebench-agentic-coding"),
    ("AMPS_Hard", "livebench-mathematics"),
    ("integrals_with_game", "livebench-mathematics"),
    ("math_comp", "livebench-mathematics"),
    ("olympiad", "livebench-mathematics"),
    ("logic_with_navigation", "livebench-reasoning"),
    ("spatial", "livebench-reasoning"),
    ("theory_of_mind", "livebench-reasoning"),
    ("zebra_puzzle", "livebench-reasoning"),
    ("web_of_lies_v2", "livebench-reasoning"),
    ("web_of_lies_v3", "livebench-reasoning"),
    ("house_traversal", "livebench-reasoning"),
    ("cta", "livebench-data-analysis"),
    ("tablejoin", "livebench-data-analysis"),
    ("tablereformat", "livebench-data-analysis"),
    ("consecutive_events", "livebench-data-analysis"),
    ("connections", "livebench-language"),
    ("plot_unscrambling", "livebench-language"),
    ("typos", "livebench-language"),
    ("paraphrase", "livebench-instructions"),
    ("simplify", "livebench-instructions"),
    ("story_generation", "livebench-instructions"),
    ("summarize", "livebench-instructions"),
];

impl ScoreSource for LiveBench {
    fn id(&self) -> &'static str {
        "livebench"
    }

    fn about(&self) -> &'static str {
        "LiveBench's tables (table_<date>.csv)"
    }

    fn licence(&self) -> &'static str {
        ""
    }

    fn is_it(&self, file: &ScoreFile) -> bool {
        let head = file.head();
        head.starts_with("model,") && head.split(',').filter(|task| category(task).is_some()).count() >= 5
    }

    fn read(&self, file: &ScoreFile) -> FoundScores {
        let edition = file.stem().trim_start_matches("table").trim_start_matches('_').replace('_', "-");
        let (day, version) = (day(&edition), Some(edition).filter(|edition| !edition.is_empty()));
        let tasks: Vec<String> = file.head().split(',').map(|task| task.trim().to_owned()).collect();
        let unknown: Vec<&str> =
            tasks.iter().skip(1).map(String::as_str).filter(|task| category(task).is_none()).collect();
        let mut found = each_row(file, |_| {
            let tasks = tasks.clone();
            move |line, record, found: &mut FoundScores| {
                for (benchmark, tasks) in categories(&tasks) {
                    let scores = tasks.iter().map(|at| number(record, Some(*at)));
                    // A category is the mean of its tasks; without one of them there is no such mean.
                    let Some(scores) = scores.collect::<Result<Option<Vec<f64>>, String>>()? else {
                        continue;
                    };
                    found.scores.push(Score {
                        benchmark: benchmark.to_owned(),
                        version: version.clone(),
                        raw: record.get(0).unwrap_or_default().to_owned(),
                        value: scores.iter().sum::<f64>() / scores.len() as f64,
                        unit: Some("%".to_owned()),
                        date: day,
                        source: "LiveBench".to_owned(),
                        line,
                        ..Score::default()
                    });
                }
                Ok(())
            }
        });
        if !unknown.is_empty() {
            let what = format!("tasks of no known category: {}", unknown.join(", "));
            found.problems.push(ScoreProblem { lost: false, ..file.problem(1, what) });
        }
        found
    }
}

/// The columns of each category.
fn categories(tasks: &[String]) -> BTreeMap<&'static str, Vec<usize>> {
    let mut columns: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, task) in tasks.iter().enumerate().skip(1) {
        if let Some(category) = category(task) {
            columns.entry(category).or_default().push(at);
        }
    }
    columns
}

fn category(task: &str) -> Option<&'static str> {
    TASKS.iter().find(|(name, _)| *name == task).map(|(_, category)| *category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_the_mean_of_its_tasks_in_an_edition() {
        let text =
            "model,code_generation,code_completion,python,javascript,typos,new_task\nm-high,80,60,50,,90,1\n";
        let file = ScoreFile { name: "table_2026_06_25.csv".to_owned(), text: text.to_owned() };
        assert!(LiveBench.is_it(&file));
        let found = LiveBench.read(&file);
        let seen: Vec<_> = found.scores.iter().map(|score| (score.benchmark.as_str(), score.value)).collect();
        assert_eq!(seen, [("livebench-coding", 70.0), ("livebench-language", 90.0)]);
        assert_eq!(found.scores[0].version.as_deref(), Some("2026-06-25"));
        assert_eq!(found.problems.len(), 1);
    }
}
