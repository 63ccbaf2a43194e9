//! Tables of scores of others: one file each reads one into the same rows. Which benchmark and which model they mean is decided
//! once, in `score.rs`.

mod aider;
mod epoch;
mod livebench;
mod lmarena;
mod openrouter;
mod plain;

use super::score::{Score, ScoreProblem};
use crate::units::Day;

/// A file of scores.
#[derive(Debug, Clone)]
pub struct ScoreFile {
    /// Its path, as named.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl ScoreFile {
    /// The last part of the name, without endings.
    fn stem(&self) -> &str {
        let base = self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name);
        base.split('.').next().unwrap_or(base)
    }

    /// The first line.
    fn head(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    fn problem(&self, line: u64, what: impl Into<String>) -> ScoreProblem {
        ScoreProblem { file: self.name.clone(), line, what: what.into(), lost: true }
    }
}

/// What a file states.
#[derive(Debug, Clone, Default)]
pub struct FoundScores {
    /// Its scores.
    pub scores: Vec<Score>,
    /// What could not be taken.
    pub problems: Vec<ScoreProblem>,
}

/// A kind of table of scores.
pub trait ScoreSource: Sync {
    /// Name on the command line.
    fn id(&self) -> &'static str;
    /// What it is.
    fn about(&self) -> &'static str;
    /// Licence of its scores; empty: none is known, so that only users may import them.
    fn licence(&self) -> &'static str;
    /// Whether a file is such a table.
    fn is_it(&self, file: &ScoreFile) -> bool;
    /// Reads a table. A row that cannot be read becomes a problem; the others are kept.
    fn read(&self, file: &ScoreFile) -> FoundScores;
}

/// Every kind of table. A new one is a file and its line here; the first that says that a file is its own reads it.
pub static SCORE_SOURCES: &[&dyn ScoreSource] = &[
    &aider::Aider,
    &openrouter::OpenRouter,
    &lmarena::LmArena,
    &livebench::LiveBench,
    &epoch::Epoch,
    &plain::Plain,
];

/// The kind of a name.
pub fn source_named(id: &str) -> Option<&'static dyn ScoreSource> {
    SCORE_SOURCES.iter().copied().find(|source| source.id() == id)
}

/// The kind that a file looks like.
pub fn detect(file: &ScoreFile) -> Option<&'static dyn ScoreSource> {
    SCORE_SOURCES.iter().copied().find(|source| source.is_it(file))
}

/// A table of text by the names of its columns.
struct Records<'t> {
    header: Vec<String>,
    reader: csv::Reader<&'t [u8]>,
}

impl<'t> Records<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let delimiter = if text.lines().next().unwrap_or_default().contains('\t') { b'\t' } else { b',' };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().ok()?.iter().map(|title| title.trim().to_owned()).collect();
        Some(Self { header, reader })
    }

    fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|title| title.eq_ignore_ascii_case(name)))
    }

    /// Each row with its line, or what is wrong with it.
    fn rows(&mut self) -> impl Iterator<Item = Result<(u64, csv::StringRecord), (u64, String)>> + '_ {
        self.reader.records().map(|record| match record {
            Ok(record) => Ok((record.position().map_or(0, csv::Position::line), record)),
            Err(error) => Err((error.position().map_or(0, csv::Position::line), error.to_string())),
        })
    }
}

/// Reads a table of text: `reader` looks for its columns once and gives what makes scores of a row. Whatever is wrong with a row becomes
/// a problem with its line.
fn each_row<R>(file: &ScoreFile, reader: impl FnOnce(&Records<'_>) -> R) -> FoundScores
where
    R: FnMut(u64, &csv::StringRecord, &mut FoundScores) -> Result<(), String>,
{
    let mut found = FoundScores::default();
    let Some(mut records) = Records::of(&file.text) else {
        found.problems.push(file.problem(0, "has no header"));
        return found;
    };
    let mut read = reader(&records);
    for row in records.rows() {
        let (line, done) = match row {
            Ok((line, record)) => (line, read(line, &record, &mut found)),
            Err((line, what)) => (line, Err(what)),
        };
        if let Err(what) = done {
            found.problems.push(file.problem(line, what));
        }
    }
    found
}

/// The text of a cell; nothing where it is empty.
fn cell(record: &csv::StringRecord, at: Option<usize>) -> Option<&str> {
    record.get(at?).map(str::trim).filter(|text| !text.is_empty())
}

/// A number in a cell: nothing where it is empty, an error where it is no number.
fn number(record: &csv::StringRecord, at: Option<usize>) -> Result<Option<f64>, String> {
    let Some(text) = cell(record, at) else { return Ok(None) };
    let plain = text.trim_end_matches('%').trim_start_matches('$').replace(',', "");
    plain.trim().parse::<f64>().map(Some).map_err(|_| format!("`{text}` is no number"))
}

/// The day at the begin of a text: `2026-02-20T17:51:37Z`.
fn day(text: &str) -> Option<Day> {
    chrono::NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok().map(Day::of_date)
}
