//! LiveBench's tables: a row a model, a column a task, the edition in the name of the file. Scores of two editions do not compare.

use std::collections::BTreeMap;

use super::{FoundScores, Records, ScoreFile, ScoreSource, number};
use crate::inputs::benchmarks::score::Score;

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
        let mut found = FoundScores::default();
        let Some(mut records) = Records::of(&file.text) else {
            found.problems.push(file.problem(0, "has no header"));
            return found;
        };
        let edition = file.stem().trim_start_matches("table").trim_start_matches('_').replace('_', "-");
        let header = records.header.clone();
        let unknown: Vec<&str> =
            header.iter().skip(1).map(String::as_str).filter(|task| category(task).is_none()).collect();
        if !unknown.is_empty() {
            let what = format!("tasks of no known category: {}", unknown.join(", "));
            found.problems.push(super::ScoreProblem { lost: false, ..file.problem(1, what) });
        }
        for row in records.rows() {
            let (line, record) = match row {
                Ok(row) => row,
                Err((line, what)) => {
                    found.problems.push(file.problem(line, what));
                    continue;
                }
            };
            // A category is the mean of its tasks; without one of them there is no such mean.
            let mut sums: BTreeMap<&str, (f64, u32, bool)> = BTreeMap::new();
            for (at, task) in header.iter().enumerate().skip(1) {
                let Some(category) = category(task) else { continue };
                let sum = sums.entry(category).or_insert((0.0, 0, true));
                match number(&record, Some(at)) {
                    Ok(Some(score)) => *sum = (sum.0 + score, sum.1 + 1, sum.2),
                    Ok(None) => sum.2 = false,
                    Err(what) => {
                        sum.2 = false;
                        found.problems.push(file.problem(line, what));
                    }
                }
            }
            for (benchmark, (sum, tasks, whole)) in sums {
                if !whole || tasks == 0 {
                    continue;
                }
                found.scores.push(Score {
                    benchmark: benchmark.to_owned(),
                    version: Some(edition.clone()).filter(|edition| !edition.is_empty()),
                    raw: record.get(0).unwrap_or_default().to_owned(),
                    value: sum / f64::from(tasks),
                    unit: Some("%".to_owned()),
                    date: super::day(&edition),
                    source: "LiveBench".to_owned(),
                    line,
                    ..Score::default()
                });
            }
        }
        found
    }
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
