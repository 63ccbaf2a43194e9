//! Pages about sheets themselves: what was read of them, what is wrong with them, what was downloaded.

use super::day;
use crate::inputs::prices::LayerReport;
use crate::inputs::prices::sources::Problem;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;

/// Rows of a kind that people are shown.
const SHOWN: usize = 40;

/// A sheet that was read, and what is wrong with it.
pub struct Checked {
    /// Name of the file.
    pub file: String,
    /// What it gave; `None`: it is no sheet at all.
    pub report: Option<LayerReport>,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
}

/// The section of the layers over the shipped sheets, the ones that win last.
pub fn layers_section(layers: &[LayerReport]) -> Section {
    let rows = layers.iter().map(|report| {
        let lost = report.problems.iter().filter(|problem| problem.lost).count();
        vec![
            Value::Text(report.layer.name.clone()),
            Value::from(report.layer.kind.word()),
            Value::from(report.source),
            day(report.day),
            Value::Count(report.offers as u64),
            Value::Count(report.rates as u64),
            Value::Count(report.terms as u64),
            Value::Count(lost as u64),
            Value::Digest(report.sha256.clone()),
        ]
    });
    let heads = vec![
        Head::names("layer", "layer", 0),
        Head::new("layer_kind", "whose", 0),
        Head::names("format", "format", 1),
        Head::new("date", "date", 1),
        Head::new("offers", "offers", 0),
        Head::new("rates", "rates", 2),
        Head::new("terms", "terms", 1),
        Head::new("lost_rows", "lost rows", 0),
        Head::new("sha256", "sha256", 3),
    ];
    let notes = vec!["a later layer wins over those before it and over the shipped sheets".to_owned()];
    section("layers", "Layers", heads, rows.collect(), notes)
}

/// The page of `prices check`.
pub fn check(files: &[Checked]) -> Page {
    let lost: usize = files.iter().flat_map(|file| &file.problems).filter(|problem| problem.lost).count();
    let doubts = files.iter().map(|file| file.problems.len()).sum::<usize>() - lost;
    let claim = match (lost, doubts) {
        (0, 0) => format!("no problem in {}", counted(files.len() as u64, "sheet")),
        _ => format!(
            "{} and {} in {}",
            counted(lost as u64, "problem"),
            counted(doubts as u64, "doubt"),
            counted(files.len() as u64, "sheet")
        ),
    };
    Page { command: "prices check", claim, sections: vec![read(files), problems(files)] }
}

/// The page of `prices import`: what was read, and which files were written.
pub fn import(files: &[Checked], written: &[String]) -> Page {
    let offers: usize =
        files.iter().filter_map(|file| file.report.as_ref()).map(|report| report.offers).sum();
    let claim = match written.len() {
        0 => format!("{} read; nothing was written (--out DIR)", counted(offers as u64, "offer")),
        _ => format!(
            "{} written in {}",
            counted(offers as u64, "offer"),
            counted(written.len() as u64, "sheet")
        ),
    };
    let mut sections = vec![read(files)];
    if !written.is_empty() {
        let rows = written.iter().map(|file| vec![Value::Text(file.clone())]).collect();
        let mut written =
            section("written", "Written", vec![Head::names("file", "file", 0)], rows, Vec::new());
        if let Body::Grid(grid) = &mut written.body {
            grid.shown = SHOWN_FILES;
        }
        sections.push(written);
    }
    sections.push(unlisted(files));
    sections.push(problems(files));
    sections.retain(Section::has_rows);
    Page { command: "prices import", claim, sections }
}

/// Files that people are shown.
const SHOWN_FILES: usize = 10;

fn read(files: &[Checked]) -> Section {
    let rows = files.iter().map(|file| {
        let count = |of: fn(&LayerReport) -> usize| {
            file.report.as_ref().map_or(Value::Nothing, |report| Value::Count(of(report) as u64))
        };
        let lost = file.problems.iter().filter(|problem| problem.lost).count();
        vec![
            Value::Text(file.file.clone()),
            file.report.as_ref().map_or(Value::from("no sheet"), |report| Value::from(report.source)),
            day(file.report.as_ref().and_then(|report| report.day)),
            count(|report| report.offers),
            count(|report| report.rates),
            count(|report| report.terms),
            count(|report| report.unlisted.len()),
            Value::Count(lost as u64),
            Value::Count((file.problems.len() - lost) as u64),
        ]
    });
    let heads = vec![
        Head::names("file", "file", 0),
        Head::names("format", "format", 0),
        Head::new("date", "date", 1),
        Head::new("offers", "offers", 0),
        Head::new("rates", "rates", 0),
        Head::new("terms", "terms", 1),
        Head::new("unlisted", "unlisted models", 1),
        Head::new("problems", "problems", 0),
        Head::new("doubts", "doubts", 1),
    ];
    let notes = vec!["a problem lost its row; a row in doubt was taken".to_owned()];
    section("sheets", "Sheets", heads, rows.collect(), notes)
}

fn unlisted(files: &[Checked]) -> Section {
    let names = files.iter().filter_map(|file| file.report.as_ref()).flat_map(|report| &report.unlisted);
    let rows: Vec<Vec<Value>> = names.map(|name| vec![Value::Text(name.clone())]).collect();
    let heads = vec![Head::names("name", "model @ seller", 0)];
    section("unlisted", "Models that no table knows", heads, rows, Vec::new())
}

fn problems(files: &[Checked]) -> Section {
    let mut rows = Vec::new();
    for file in files {
        for problem in &file.problems {
            rows.push(vec![
                Value::Text(file.file.clone()),
                if problem.line > 0 { Value::Count(problem.line as u64) } else { Value::Nothing },
                Value::Text(problem.at.clone()),
                Value::from(if problem.lost { "lost" } else { "doubt" }),
                Value::Text(problem.what.clone()),
            ]);
        }
    }
    let heads = vec![
        Head::names("file", "file", 0),
        Head::new("line", "line", 0),
        Head::names("at", "at", 0),
        Head::new("level", "row", 0),
        Head::new("problem", "problem", 0),
    ];
    section("problems", "Problems", heads, rows, Vec::new())
}

/// What a download gave.
pub struct Download {
    /// The source.
    pub source: String,
    /// What happened.
    pub status: &'static str,
    /// The reason, where it failed.
    pub problem: Option<String>,
    /// The sheet that is used from now on: address, day, age in days, bytes, digest.
    pub sheet: Option<DownloadedSheet>,
}

/// A sheet in the cache.
pub struct DownloadedSheet {
    /// Where it was downloaded.
    pub url: String,
    /// When, in UTC.
    pub fetched_at: String,
    /// When the seller last said that it is current, in UTC.
    pub checked_at: String,
    /// Whole days since it was last known to be current.
    pub age_days: i64,
    /// Size.
    pub bytes: u64,
    /// SHA-256.
    pub sha256: String,
    /// Offers in it.
    pub offers: Option<usize>,
}

/// The page of `prices sync`.
pub fn sync(downloads: &[Download]) -> Page {
    let failed = downloads.iter().filter(|download| download.problem.is_some()).count();
    let claim = match (downloads.len(), failed) {
        (0, _) => "nothing is synced; name a source to download its sheet".to_owned(),
        (all, 0) => format!("{} in the cache", counted(all as u64, "sheet")),
        (all, failed) => format!("{failed} of {} could not be synced", counted(all as u64, "source")),
    };
    let facts = downloads.iter().flat_map(download_facts).collect();
    let section = Section {
        key: "synced",
        title: "Synced sheets".to_owned(),
        body: Body::Facts(facts),
        notes: Vec::new(),
    };
    Page { command: "prices sync", claim, sections: vec![section] }
}

fn download_facts(download: &Download) -> Vec<Fact> {
    let words = |key, text: &str, after: &str| Item::new(key, Value::Text(text.to_owned()), after);
    let mut facts = vec![Fact {
        label: download.source.clone(),
        items: std::iter::once(words("status", download.status, ""))
            .chain(download.problem.as_deref().map(|problem| words("problem", problem, "")))
            .collect(),
    }];
    if let Some(sheet) = &download.sheet {
        let mut used = vec![
            words("fetched_at", &sheet.fetched_at, "(downloaded)"),
            words("checked_at", &sheet.checked_at, "(last known to be current)"),
            Item::counted("age_days", sheet.age_days.unsigned_abs(), "day old", "days old"),
        ];
        if let Some(offers) = sheet.offers {
            used.push(Item::counted("offers", offers as u64, "offer", "offers"));
        }
        facts.push(Fact { label: "sheet".to_owned(), items: used });
        facts.push(Fact {
            label: "from".to_owned(),
            items: vec![
                words("url", &sheet.url, ""),
                Item::new("bytes", Value::Count(sheet.bytes), "bytes"),
                Item::new("sha256", Value::Digest(sheet.sha256.clone()), "sha256"),
            ],
        });
    }
    facts
}

fn section(
    key: &'static str,
    title: &str,
    heads: Vec<Head>,
    rows: Vec<Vec<Value>>,
    mut notes: Vec<String>,
) -> Section {
    if rows.len() > SHOWN {
        notes.push(format!("{} more in --format json", counted((rows.len() - SHOWN) as u64, "row")));
    }
    Section { key, title: title.to_owned(), body: Body::Grid(Grid { heads, rows, shown: SHOWN }), notes }
}
