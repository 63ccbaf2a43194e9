//! Epoch AI's benchmarking hub: a folder of CSV, one file a benchmark, the column of scores another in each.

use super::{FoundScores, ScoreFile, ScoreSource, cell, day, each_row, number};
use crate::inputs::benchmarks::score::Score;

/// The files of the hub.
pub(super) struct Epoch;

/// Columns of scores where it is not the first one after the model.
const COLUMNS: &[(&str, &str)] = &[
    ("geobench_external", "ACW Country %"),
    ("gso_external", "Score OPT@1"),
    ("terminalbench_external", "Accuracy mean"),
];
/// Columns that say what else ran the model, or how.
const HARNESS: [&str; 4] = ["Agent", "Scaffold", "Edit format", "Shots"];
/// Columns of the day of a run.
const RUNS: [&str; 5] = ["Started at", "Run date", "Date run", "Date added", "Last updated"];

impl ScoreSource for Epoch {
    fn id(&self) -> &'static str {
        "epoch"
    }

    fn about(&self) -> &'static str {
        "Epoch AI's benchmarking hub (a folder of CSV)"
    }

    fn licence(&self) -> &'static str {
        "CC-BY-4.0"
    }

    fn is_it(&self, file: &ScoreFile) -> bool {
        file.head().starts_with("Model version,")
    }

    fn read(&self, file: &ScoreFile) -> FoundScores {
        let stem = file.stem();
        let named = COLUMNS.iter().find(|(name, _)| *name == stem).map(|(_, column)| *column);
        let benchmark = stem.trim_end_matches("_external");
        let mut found = each_row(file, |records| {
            let value = named.map_or(Some(1), |column| records.column(&[column]));
            let title = value.and_then(|at| records.header.get(at)).cloned().unwrap_or_default();
            let (model, name) = (records.column(&["Model version"]), records.column(&["Name"]));
            let harness = records.column(&HARNESS);
            let (run, released) = (records.column(&RUNS), records.column(&["Release date"]));
            move |line, record, found| {
                let raw = cell(record, model).or_else(|| cell(record, name));
                let raw = raw.ok_or("the row names no model")?;
                let value = number(record, value)?.ok_or_else(|| format!("the row has no `{title}`"))?;
                found.scores.push(Score {
                    benchmark: benchmark.to_owned(),
                    raw: raw.to_owned(),
                    harness: cell(record, harness).map(run_by),
                    value,
                    date: cell(record, run).and_then(day),
                    released: cell(record, released).and_then(day),
                    source: "Epoch AI, 'Data on AI Benchmarking', epoch.ai/benchmarks".to_owned(),
                    licence: Epoch.licence().to_owned(),
                    line,
                    ..Score::default()
                });
                Ok(())
            }
        });
        // The unit is another in each file, and none is named.
        let largest = found.scores.iter().map(|score| score.value).fold(0.0, f64::max);
        let unit = if largest <= 1.0 { Some("fraction") } else { (largest > 10.0).then_some("%") };
        for score in &mut found.scores {
            score.unit = unit.map(str::to_owned);
        }
        found
    }
}

/// What ran the model; a bare number is that of the examples in its prompt.
fn run_by(text: &str) -> String {
    if text.parse::<f64>().is_ok() { format!("{text} shots") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_the_column_of_its_file() {
        let text = "Model version,Agent,Accuracy mean,Release date,Run date\nm-1_32K,Terminus,0.5,2026-02-01,2026-02-03\n,Terminus,0.4,,\nm-2,x,,,\n";
        let file = ScoreFile { name: "hub/terminalbench_external.csv".to_owned(), text: text.to_owned() };
        assert!(Epoch.is_it(&file));
        let found = Epoch.read(&file);
        assert_eq!(found.scores.len(), 1);
        let score = &found.scores[0];
        assert_eq!((score.benchmark.as_str(), score.harness.as_deref()), ("terminalbench", Some("Terminus")));
        assert!(score.date > score.released);
        assert_eq!(found.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [3, 4]);
    }
}
