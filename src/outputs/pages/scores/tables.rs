//! What tables of scores give, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use super::SHOWN;
use crate::inputs::benchmarks::{Scale, Score, ScoreTable};
use crate::inputs::models::{ModelId, Models};
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;

/// Two scores of one run that differ by more than this contradict each other: five points of a share.
const CONTRADICTS: f64 = 0.05;

/// The page of `scores import`.
pub fn import(table: &ScoreTable, out: &str) -> Page {
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let lost = table.problems.iter().filter(|problem| problem.lost).count();
    let known = table.scores.iter().filter(|score| score.id.is_some()).count();
    let benchmarks: BTreeSet<&str> = table.scores.iter().map(|score| score.benchmark.as_str()).collect();
    let unlicensed = table.scores.iter().filter(|score| score.licence.is_empty()).count();
    let facts = vec![
        line("written", vec![Item::new("out", Value::Text(out.to_owned()), "")]),
        line(
            "scores",
            vec![
                Item::counted("scores", table.scores.len() as u64, "score on", "scores on"),
                Item::counted("benchmarks", benchmarks.len() as u64, "benchmark", "benchmarks"),
                Item::new("known", Value::Count(known as u64), "of known models"),
            ],
        ),
        line(
            "not usable",
            vec![
                Item::counted("lost", lost as u64, "row", "rows"),
                Item::new(
                    "unlicensed",
                    Value::Count(unlicensed as u64),
                    "scores of no known licence: yours to use, not to pass on",
                ),
            ],
        ),
    ];
    let read =
        Section { key: "import", title: "Imported".to_owned(), body: Body::Facts(facts), notes: Vec::new() };
    let mut sections = vec![read];
    if !table.problems.is_empty() {
        sections.push(problems(table));
    }
    let claim = format!("{} in {out}", counted(table.scores.len() as u64, "score"));
    Page { command: "scores import", claim, sections }
}

/// The page of `scores check`.
pub fn check(table: &ScoreTable, models: &Models) -> Page {
    let lost = table.problems.iter().filter(|problem| problem.lost).count();
    let (unknown, contradictions) = (unknown(table), contradictions(table, models));
    let claim = format!(
        "{}: {} not usable, {} of no known model, {}",
        counted(table.scores.len() as u64, "score"),
        counted(lost as u64, "row"),
        counted(unknown.1, "score"),
        counted(contradictions.1, "contradiction"),
    );
    let sections = vec![problems(table), unknown.0, contradictions.0];
    let sections = sections.into_iter().filter(Section::has_rows).collect();
    Page { command: "scores check", claim, sections }
}

fn problems(table: &ScoreTable) -> Section {
    let rows = table.problems.iter().map(|problem| {
        vec![
            Value::Text(problem.file.clone()),
            if problem.line > 0 { Value::Count(problem.line) } else { Value::Nothing },
            Value::from(if problem.lost { "left out" } else { "doubtful" }),
            Value::Text(problem.what.clone()),
        ]
    });
    let heads = vec![
        Head::new("file", "file", 0),
        Head::new("line", "line", 0),
        Head::new("effect", "row is", 1),
        Head::new("problem", "problem", 0),
    ];
    grid("problems", "Problems", heads, rows.collect())
}

/// Names that are those of no model, with how many scores they have.
fn unknown(table: &ScoreTable) -> (Section, u64) {
    let mut names: BTreeMap<&str, u64> = BTreeMap::new();
    for score in table.scores.iter().filter(|score| score.id.is_none()) {
        *names.entry(score.raw.as_str()).or_default() += 1;
    }
    let all = names.values().sum();
    let mut sorted: Vec<(&str, u64)> = names.into_iter().collect();
    sorted.sort_by_key(|(name, scores)| (std::cmp::Reverse(*scores), *name));
    let rows = sorted.into_iter().map(|(name, scores)| vec![Value::from(name), Value::Count(scores)]);
    let heads = vec![Head::names("name", "name of no known model", 0), Head::new("scores", "scores", 0)];
    (grid("unknown", "Names", heads, rows.collect()), all)
}

/// Scores of the same model, benchmark, effort and program that differ.
fn contradictions(table: &ScoreTable, models: &Models) -> (Section, u64) {
    type Run<'a> = (&'a str, Option<&'a str>, Option<&'a str>, ModelId, Option<&'a str>, Option<&'a str>);
    let mut runs: BTreeMap<Run<'_>, Vec<&Score>> = BTreeMap::new();
    for score in &table.scores {
        let share = table.catalogue.named(&score.benchmark).is_some_and(|known| known.scale == Scale::Share);
        let Some(model) = score.id else { continue };
        if share {
            let run = (
                score.benchmark.as_str(),
                score.version.as_deref(),
                score.subset.as_deref(),
                model,
                score.effort.as_deref(),
                score.harness.as_deref(),
            );
            runs.entry(run).or_default().push(score);
        }
    }
    let differ = runs.into_iter().filter_map(|((benchmark, _, _, model, effort, _), scores)| {
        let values = scores.iter().map(|score| score.value);
        let (least, most) = (values.clone().fold(f64::INFINITY, f64::min), values.fold(0.0, f64::max));
        (most - least > CONTRADICTS).then(|| {
            vec![
                Value::from(benchmark),
                Value::Text(models.get(model).id.clone()),
                effort.map_or(Value::Nothing, Value::from),
                Value::Count(scores.len() as u64),
                Value::Score(least),
                Value::Score(most),
            ]
        })
    });
    let rows: Vec<Vec<Value>> = differ.collect();
    let count = rows.len() as u64;
    let heads = vec![
        Head::names("benchmark", "benchmark", 0),
        Head::names("model", "model", 0),
        Head::new("effort", "effort", 1),
        Head::new("scores", "scores", 1),
        Head::new("least", "least", 0),
        Head::new("most", "most", 0),
    ];
    let mut section = grid("contradictions", "Scores of the same run that differ", heads, rows);
    section.notes.push(
        "the best one counts; snapshots and settings that sources do not name are the usual reason"
            .to_owned(),
    );
    (section, count)
}

fn grid(key: &'static str, title: &str, heads: Vec<Head>, rows: Vec<Vec<Value>>) -> Section {
    let mut notes = Vec::new();
    if rows.len() > SHOWN {
        notes.push(format!("{} more in --format json", counted((rows.len() - SHOWN) as u64, "row")));
    }
    let body = Body::Grid(Grid { heads, rows, shown: SHOWN });
    Section { key, title: title.to_owned(), body, notes }
}
