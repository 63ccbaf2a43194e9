//! From paths to the table of calls: files are parsed on all cores and merged in their order, so the result does not
//! depend on threads.

use polars::prelude::DataFrame;
use rayon::prelude::*;

use super::buffers::Buffers;
use super::discover::Input;
use super::file::{self, Workplace};
use super::merge::{Group, merge};
use super::pseudonym::Pseudonyms;
use super::report::LoadReport;
use super::table::map::{self, ColumnMap};
use super::{LogError, Progress};

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Index in [`FORMATS`] of the format to use instead of detection.
    pub format: Option<usize>,
    /// Column map for tables.
    pub map: Option<ColumnMap>,
    /// Start of relative times, in microseconds since 1970-01-01 UTC.
    pub anchor: Option<i64>,
    /// Model of the calls whose log names none.
    pub model: Option<String>,
    /// Key under which names of people, keys and projects become pseudonyms.
    pub pseudonyms: Option<Pseudonyms>,
}

impl LoadOptions {
    /// Whether calls are read as they are written, by formats that the content tells.
    pub const fn changes_nothing(&self) -> bool {
        self.format.is_none()
            && self.map.is_none()
            && self.anchor.is_none()
            && self.model.is_none()
            && self.pseudonyms.is_none()
    }

    /// The column map named by the user: a file, or the name of a shipped map.
    ///
    /// # Errors
    /// When neither exists or the file is no map.
    pub fn map_named(name: &str) -> Result<ColumnMap, LogError> {
        let wrong = |reason: String| LogError::Map { path: name.to_owned(), reason };
        let shipped = map::shipped().map_err(wrong)?;
        if let Some(found) = shipped.iter().find(|map| map.name == name) {
            return Ok(found.clone());
        }
        match std::fs::read_to_string(name) {
            Ok(text) => ColumnMap::parse(&text).map_err(wrong),
            Err(error) => {
                let names: Vec<&str> = shipped.iter().map(|map| map.name.as_str()).collect();
                Err(wrong(format!("{error}; shipped maps are {}", names.join(", "))))
            }
        }
    }
}

/// Calls and how they were come by.
#[derive(Debug)]
pub struct LoadedLog {
    /// The table of calls.
    pub calls: DataFrame,
    /// What was read.
    pub report: LoadReport,
}

/// Loads logs.
///
/// # Errors
/// When no file holds a call.
pub fn load(
    inputs: &[Input],
    problems: Vec<String>,
    options: &LoadOptions,
    progress: &dyn Progress,
) -> Result<LoadedLog, LogError> {
    let loaded = load_any(inputs, problems, options, progress)?;
    if loaded.calls.height() == 0 {
        return Err(LogError::NoCalls { problems: what_went_wrong(&loaded.report) });
    }
    Ok(loaded)
}

/// Loads logs, also those without a call.
///
/// # Errors
/// If the calls make no table.
pub fn load_any(
    inputs: &[Input],
    problems: Vec<String>,
    options: &LoadOptions,
    progress: &dyn Progress,
) -> Result<LoadedLog, LogError> {
    progress.total(inputs.iter().map(|input| input.size).sum());
    let buffers = Buffers::default();
    let groups = grouped(inputs).into_par_iter().map(|inputs| {
        let mut workplace = Workplace::new(&buffers);
        let files = inputs.iter().map(|input| file::read(input, options, progress, &mut workplace)).collect();
        Group { strings: workplace.strings, files }
    });
    merge(groups.collect(), problems, options)
}

/// Files that one thread reads after one another: enough for each to be worth a table of strings, few enough to go round.
fn grouped(inputs: &[Input]) -> Vec<&[Input]> {
    const BYTES: u64 = 4 * 1024 * 1024;
    const FILES: usize = 256;
    let (mut groups, mut rest) = (Vec::new(), inputs);
    while !rest.is_empty() {
        let mut bytes = 0;
        let full = rest.iter().take(FILES).position(|input| {
            bytes += input.size;
            bytes >= BYTES
        });
        let (group, others) = rest.split_at(full.map_or(FILES.min(rest.len()), |last| last + 1));
        groups.push(group);
        rest = others;
    }
    groups
}

/// One line for each file without a call, then the first rejected rows.
fn what_went_wrong(report: &LoadReport) -> Vec<String> {
    const SHOWN: usize = 10;
    let mut lines = Vec::new();
    for file in &report.files {
        if let Some(problem) = &file.problem {
            lines.push(format!("`{}` {problem}", file.name));
        }
        for reject in file.rejects.iter().take(SHOWN) {
            lines.push(format!("`{}` line {}: {}", file.name, reject.line, reject.reason));
        }
        if file.rejects.len() > SHOWN {
            lines.push(format!("`{}`: {} more rows like these", file.name, file.rejects.len() - SHOWN));
        }
    }
    lines.extend(report.problems.iter().cloned());
    lines
}
