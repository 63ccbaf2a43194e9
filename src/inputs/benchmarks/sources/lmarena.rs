//! LMArena's ratings: the JSON of its catalogue (category, model, rating) and CSV of its board (model, arena_score).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{FoundScores, ScoreFile, ScoreSource, cell, each_row, number};
use crate::inputs::benchmarks::score::Score;

/// Tables of ratings.
pub(super) struct LmArena;

/// Categories that stand for a kind of tasks; the others are kept as parts of the whole.
const CATEGORIES: &[(&str, &str)] = &[
    ("full", "lmarena-text"),
    ("overall", "lmarena-text"),
    ("coding", "lmarena-coding"),
    ("math", "lmarena-math"),
    ("longer_query", "lmarena-longer-query"),
    ("long_query", "lmarena-longer-query"),
];

#[derive(Deserialize)]
struct Rated {
    rating: f64,
}

type Catalogue = BTreeMap<String, BTreeMap<String, Rated>>;

impl ScoreSource for LmArena {
    fn id(&self) -> &'static str {
        "lmarena"
    }

    fn about(&self) -> &'static str {
        "LMArena's ratings (catalogue JSON or CSV with arena_score)"
    }

    fn licence(&self) -> &'static str {
        ""
    }

    fn is_it(&self, file: &ScoreFile) -> bool {
        if file.name.ends_with(".json") {
            let head: String = file.text.chars().take(2_000).collect();
            return head.contains("\"rating\"") && head.contains("\"rating_q975\"");
        }
        file.head().split([',', '\t']).any(|title| title == "arena_score")
    }

    fn read(&self, file: &ScoreFile) -> FoundScores {
        if file.name.ends_with(".json") { catalogue(file) } else { board(file) }
    }
}

fn score(benchmark: &str, subset: Option<&str>, raw: &str, value: f64, line: u64) -> Score {
    Score {
        benchmark: benchmark.to_owned(),
        subset: subset.map(str::to_owned),
        raw: raw.to_owned(),
        value,
        unit: Some("Elo".to_owned()),
        source: "LMArena".to_owned(),
        line,
        ..Score::default()
    }
}

fn catalogue(file: &ScoreFile) -> FoundScores {
    let mut found = FoundScores::default();
    let categories: Catalogue = match serde_json::from_str(&file.text) {
        Ok(categories) => categories,
        Err(error) => {
            found
                .problems
                .push(file.problem(error.line() as u64, format!("is no catalogue of ratings: {error}")));
            return found;
        }
    };
    for (category, models) in &categories {
        let known = CATEGORIES.iter().find(|(name, _)| name == category).map(|(_, benchmark)| *benchmark);
        let subset = if known.is_none() { Some(category.as_str()) } else { None };
        let benchmark = known.unwrap_or("lmarena-text");
        found
            .scores
            .extend(models.iter().map(|(model, rated)| score(benchmark, subset, model, rated.rating, 0)));
    }
    found
}

fn board(file: &ScoreFile) -> FoundScores {
    each_row(file, |records| {
        let (model, rating) = (records.column(&["model"]), records.column(&["arena_score"]));
        move |line, record, found| {
            let raw = cell(record, model).ok_or("the row names no model")?;
            let value = number(record, rating)?.ok_or("the row has no rating")?;
            found.scores.push(score("lmarena-text", None, raw, value, line));
            Ok(())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_become_benchmarks_or_parts_of_one() {
        let text = r#"{"chinese":{"a":{"rating":1500.5,"rating_q975":1,"rating_q025":1}},"coding":{"a":{"rating":1400}},"full":{"a":{"rating":1450}}}"#;
        let file = ScoreFile { name: "leaderboard-text.json".to_owned(), text: text.to_owned() };
        assert!(LmArena.is_it(&file));
        let found = LmArena.read(&file);
        let seen: Vec<_> =
            found.scores.iter().map(|s| (s.benchmark.as_str(), s.subset.as_deref(), s.value)).collect();
        assert_eq!(
            seen,
            [
                ("lmarena-text", Some("chinese"), 1500.5),
                ("lmarena-coding", None, 1400.0),
                ("lmarena-text", None, 1450.0)
            ]
        );
        let csv = "rank,model,arena_score\n1,A 1,1472\n2,,1400\n";
        let file = ScoreFile { name: "lmarena_text.csv".to_owned(), text: csv.to_owned() };
        assert!(LmArena.is_it(&file));
        assert_eq!(LmArena.read(&file).scores.len(), 1);
    }
}
