//! The pages of `logs`.

mod reconcile;

use std::collections::BTreeMap;

pub use self::reconcile::reconcile;

use crate::inputs::logs::LogFormat;
use crate::inputs::logs::report::{FileReport, LoadReport};
use crate::inputs::logs::summary::FileSummary;
use crate::outputs::findings::day_text;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::units::Day;

/// Names that people are shown of a file.
const NAMED: usize = 3;
/// Rejected rows that people are shown.
const REJECTS: usize = 10;

fn grid(key: &'static str, title: &str, heads: Vec<Head>, rows: Vec<Vec<Value>>, shown: usize) -> Section {
    Section { key, title: title.to_owned(), body: Body::Grid(Grid { heads, rows, shown }), notes: Vec::new() }
}

/// The page of `logs formats`.
pub fn formats(formats: &[&dyn LogFormat], maps: &[(String, String)]) -> Page {
    let row = |(name, about): (&str, &str)| vec![Value::from(name), Value::from(about)];
    let rows = formats.iter().map(|format| row((format.id(), format.about()))).collect();
    let heads = || vec![Head::names("name", "name", 0), Head::new("about", "reads", 0)];
    let maps = maps.iter().map(|(name, about)| row((name, about))).collect();
    let mut maps = grid("maps", "Column maps that come with the program", heads(), maps, usize::MAX);
    maps.notes.push(
        "a table with other columns needs a map of its own: `--map FILE`, see data/maps/README.md".to_owned(),
    );
    Page {
        command: "logs formats",
        claim: format!("{}, told from the content of a file", counted(formats.len() as u64, "format")),
        sections: vec![grid("formats", "Formats", heads(), rows, usize::MAX), maps],
    }
}

/// The page of `logs inspect`.
pub fn inspect(report: &LoadReport, summaries: &BTreeMap<String, FileSummary>) -> Page {
    let rows = report.files.iter().map(|file| file_row(file, summaries.get(&file.name))).collect();
    let heads = vec![
        Head::names("file", "file", 0),
        Head::names("format", "format", 0),
        Head::new("sure", "sure", 1),
        Head::new("rows", "rows", 2),
        Head::new("calls", "calls", 0),
        Head::new("duplicates", "usage rows", 3),
        Head::new("no_call", "no call", 4),
        Head::new("rejected", "rejected", 0),
        Head::new("first", "first", 1),
        Head::new("last", "last", 1),
        Head::names("models", "models", 2),
        Head::new("convention", "input is", 3),
        Head::new("buckets", "sums", 4),
        Head::new("with_cost", "with cost", 4),
    ];
    let mut files = grid("files", "Files", heads, rows, usize::MAX);
    files.notes.push(
        "input is: whether the log's input counts contain cached tokens; sums: rows that stand for many calls, which no \
         conclusion about single calls is drawn from"
            .to_owned(),
    );
    let mut sections = vec![files, workloads(summaries), rejects(report), notes(report)];
    sections.retain(|section| section.key == "files" || section.has_rows());
    let calls: u64 = summaries.values().map(|summary| summary.calls).sum();
    let claim = format!(
        "{} in {}; {} merged, {} rejected",
        counted(calls, "call"),
        counted(report.files.len() as u64, "file"),
        counted(report.merged, "duplicate"),
        counted(report.rejected(), "row")
    );
    Page { command: "logs inspect", claim, sections }
}

fn file_row(file: &FileReport, summary: Option<&FileSummary>) -> Vec<Value> {
    let day = |micros| Value::Text(day_text(Day::of_micros(micros)));
    let span = summary.and_then(|summary| summary.span);
    let count =
        |of: fn(&FileSummary) -> u64| summary.map_or(Value::Nothing, |summary| Value::Count(of(summary)));
    let names = |of: fn(&FileSummary) -> &BTreeMap<String, u64>| {
        summary.map_or(Value::Nothing, |summary| Value::Text(most(of(summary))))
    };
    vec![
        Value::Text(file.name.clone()),
        file.format.map_or(Value::Nothing, Value::from),
        file.likeness.map_or(Value::Nothing, |likeness| Value::from(likeness.word())),
        Value::Count(file.rows),
        count(|summary| summary.calls),
        Value::Count(file.usage_rows),
        Value::Count(file.no_call),
        Value::Count(file.rejected()),
        span.map_or(Value::Nothing, |(first, _)| day(first)),
        span.map_or(Value::Nothing, |(_, last)| day(last)),
        names(|summary| &summary.models),
        names(|summary| &summary.conventions),
        count(|summary| summary.buckets),
        count(|summary| summary.with_cost),
    ]
}

/// The names with the most calls.
fn most(names: &BTreeMap<String, u64>) -> String {
    let mut names: Vec<_> = names.iter().collect();
    names.sort_by_key(|(_, calls)| std::cmp::Reverse(**calls));
    let more = names.len().saturating_sub(NAMED);
    let mut text: Vec<String> = names.iter().take(NAMED).map(|(name, _)| (*name).clone()).collect();
    if more > 0 {
        text.push(format!("{more} more"));
    }
    text.join(", ")
}

fn workloads(summaries: &BTreeMap<String, FileSummary>) -> Section {
    let mut all: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, calls) in summaries.values().flat_map(|summary| &summary.workloads) {
        *all.entry(name).or_default() += calls;
    }
    let mut rows: Vec<_> = all.into_iter().collect();
    rows.sort_by_key(|(_, calls)| std::cmp::Reverse(*calls));
    let rows = rows.into_iter().map(|(name, calls)| vec![Value::from(name), Value::Count(calls)]).collect();
    let heads = vec![Head::names("workload", "workload", 0), Head::new("calls", "calls", 0)];
    grid("workloads", "Workloads", heads, rows, REJECTS)
}

fn rejects(report: &LoadReport) -> Section {
    let rows = report.files.iter().flat_map(|file| {
        file.rejects.iter().map(move |reject| {
            vec![
                Value::Text(file.name.clone()),
                Value::Count(reject.line),
                Value::Text(reject.reason.clone()),
            ]
        })
    });
    let heads = vec![
        Head::names("file", "file", 0),
        Head::new("line", "line", 0),
        Head::new("reason", "why it could not be read", 0),
    ];
    grid("rejected", "Rejected rows", heads, rows.collect(), REJECTS)
}

fn notes(report: &LoadReport) -> Section {
    let problems = report.problems.iter().map(|problem| vec![Value::Nothing, Value::Text(problem.clone())]);
    let files = report.files.iter().flat_map(|file| {
        let all = file.problem.iter().chain(&file.notes);
        all.map(move |note| vec![Value::Text(file.name.clone()), Value::Text(note.clone())])
    });
    let heads = vec![Head::names("file", "file", 0), Head::new("note", "what to know", 0)];
    grid("notes", "What to know", heads, files.chain(problems).collect(), usize::MAX)
}

/// The page of `logs convert`.
pub fn convert(report: &LoadReport, rows: u64, out: &str) -> Page {
    let facts = vec![
        Fact {
            label: "read".to_owned(),
            items: vec![
                Item::counted("files", report.files.len() as u64, "file", "files"),
                Item::counted("rows", report.rows(), "row", "rows"),
            ],
        },
        Fact {
            label: "written".to_owned(),
            items: vec![
                Item::counted("calls", rows, "row of the canonical table", "rows of the canonical table"),
                Item::new("out", Value::Text(out.to_owned()), ""),
            ],
        },
        Fact {
            label: "left out".to_owned(),
            items: vec![
                Item::counted("merged_duplicates", report.merged, "merged duplicate", "merged duplicates"),
                Item::new("no_call", Value::Count(report.no_call()), "no call"),
                Item::new("rejected", Value::Count(report.rejected()), "rejected"),
            ],
        },
    ];
    let body = Section {
        key: "converted",
        title: "Converted".to_owned(),
        body: Body::Facts(facts),
        notes: Vec::new(),
    };
    let mut sections = vec![body, rejects(report)];
    sections.retain(|section| section.key == "converted" || section.has_rows());
    Page { command: "logs convert", claim: format!("{} written to {out}", counted(rows, "row")), sections }
}
