//! From paths to the table of calls: files are parsed on all cores and merged in their order, so the result does not
//! depend on threads.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

use polars::prelude::DataFrame;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::call::When;
use super::dedup::{self, Located};
use super::detect::{Head, Likeness};
use super::discover::Input;
use super::pseudonym::Pseudonyms;
use super::report::{Billed, FileReport, LoadReport};
use super::sink::{Sink, hex};
use super::strings::{Strings, Sym};
use super::table::map::{self, ColumnMap};
use super::{FORMATS, LogError, Progress, ReadContext, frame, open, parts, quality, refused, workload};

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

struct FileRead {
    report: FileReport,
    format: usize,
    sink: Sink,
    digest: [u8; 32],
}

/// Loads logs.
///
/// # Errors
/// When a file cannot be opened, or no file holds a call.
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
/// When a file cannot be opened.
pub fn load_any(
    inputs: &[Input],
    problems: Vec<String>,
    options: &LoadOptions,
    progress: &dyn Progress,
) -> Result<LoadedLog, LogError> {
    progress.total(inputs.iter().map(|input| input.size).sum());
    let read: Vec<Result<FileRead, String>> =
        inputs.par_iter().map(|input| read_file(input, options, progress)).collect();
    let (files, unreadable): (Vec<_>, Vec<_>) = read.into_iter().partition(Result::is_ok);
    let unreadable: Vec<String> = unreadable.into_iter().filter_map(Result::err).collect();
    if !unreadable.is_empty() {
        return Err(LogError::Unreadable { problems: unreadable });
    }
    merge(files.into_iter().filter_map(Result::ok).collect(), problems, options)
}

fn read_file(input: &Input, options: &LoadOptions, progress: &dyn Progress) -> Result<FileRead, String> {
    let mut opened =
        open::open(input, progress).map_err(|error| format!("`{}` cannot be read: {error}", input.name))?;
    let head = Head::new(&opened.head, input.extension());
    let mut sink = Sink::default();
    let mut likeness = None;
    let format = refused::reason(&opened.head).map_or_else(
        || {
            options
                .format
                .or_else(|| {
                    let (format, how) = detect(&head, options.map.is_some())?;
                    likeness = Some(how);
                    Some(format)
                })
                .ok_or("is not a log of a known format")
        },
        Err,
    );
    let mut problem = format.err().map(str::to_owned);
    if let Ok(format) = format {
        let context = ReadContext { file: &input.name, head: Some(&head), map: options.map.as_ref() };
        problem = if FORMATS[format].lines_stand_alone() && head.is_json_lines() {
            parts::read(FORMATS[format], &mut opened.reader, &context, &mut sink).err()
        } else {
            FORMATS[format].read(&mut opened.reader, &context, &mut sink).err()
        };
    }
    let format = format.ok();
    // The digest covers the whole file, also what an adapter had no need to read.
    if let Err(error) = io::copy(&mut opened.reader.by_ref(), &mut io::sink()) {
        sink.notes.push(format!(
            "the end of the file could not be read ({error}): its digest is that of the part before"
        ));
    }
    let problem = problem.or_else(|| {
        let silent = sink.calls.is_empty() && sink.rejects.is_empty();
        format.filter(|_| silent).map(|format| format!("holds no call: {}", FORMATS[format].nothing_found()))
    });
    let digest = opened.fingerprint.finish();
    let report = FileReport {
        name: input.name.clone(),
        format: format.map(|format| FORMATS[format].id()),
        likeness,
        rows: sink.rows(),
        usage_rows: sink.calls.len() as u64 + sink.repeats,
        no_call: sink.no_call,
        rejects: std::mem::take(&mut sink.rejects),
        notes: std::mem::take(&mut sink.notes),
        stopped: sink.stopped,
        problem,
    };
    Ok(FileRead { report, format: format.unwrap_or(0), sink, digest })
}

/// The format a file looks most like; the earlier in the list where two look alike.
fn detect(head: &Head, has_map: bool) -> Option<(usize, Likeness)> {
    if has_map {
        // A column map is for tables and nothing else.
        let table = FORMATS.iter().position(|format| format.id() == super::table::ID);
        return table.map(|table| (table, Likeness::Certain));
    }
    let mut best = None;
    for (index, format) in FORMATS.iter().enumerate() {
        let likeness = format.likeness(head);
        if likeness > best.map_or(Likeness::None, |(_, known)| known) {
            best = Some((index, likeness));
        }
        if likeness == Likeness::Certain {
            break;
        }
    }
    best
}

fn merge(files: Vec<FileRead>, problems: Vec<String>, options: &LoadOptions) -> Result<LoadedLog, LogError> {
    let mut strings = Strings::default();
    let mut rows = Vec::new();
    let mut repeats = 0;
    let mut parents: HashMap<Sym, Sym> = HashMap::new();
    let mut report = LoadReport { problems, digest: digest(&files), ..LoadReport::default() };
    for (index, file) in files.into_iter().enumerate() {
        let translation = strings.absorb(&file.sink.strings);
        rows.reserve(file.sink.calls.len());
        report.naive += file.sink.naive;
        repeats += file.sink.repeats;
        let pairs = file.sink.parents.iter();
        parents.extend(
            pairs.map(|(own, parent)| (own.translated(&translation), parent.translated(&translation))),
        );
        let text = |sym: Sym| file.sink.strings.text(sym).to_owned();
        report.bills.extend(file.sink.bills.iter().map(|bill| Billed {
            from: bill.from,
            until: bill.until,
            seller: bill.seller.map(text),
            item: bill.item.map(text),
            usd: bill.usd,
        }));
        for call in file.sink.calls {
            rows.push(Located {
                file: index as u32,
                format: file.format as u8,
                own_ids: FORMATS[file.format].ids_are_local(),
                call: call.translated(&translation),
            });
        }
        report.files.push(file.report);
    }
    qualify_ids(&mut rows, &parents, &mut strings);
    let deduplicated = dedup::merge(rows);
    report.merged = repeats + deduplicated.merged;
    report.same_id = deduplicated.same_id;
    let mut rows = deduplicated.calls;
    report.calls = rows.iter().map(|row| row.call.n_calls.unsigned_abs()).sum();
    report.quality = vec![0; quality::BITS.len()];
    let model = options.model.as_deref().map(|name| strings.intern(name));
    for row in &mut rows {
        let call = &mut row.call;
        if call.model_raw.is_none() && model.is_some() {
            call.model_raw = model;
            call.quality &= !quality::MODEL_MISSING;
        }
        match (call.when, options.anchor) {
            (When::Relative(offset), Some(anchor)) => {
                call.when = When::Anchored(anchor + offset);
                report.anchored += call.n_calls.unsigned_abs();
            }
            (When::Relative(_), None) => report.relative += call.n_calls.unsigned_abs(),
            _ => {}
        }
        if let Some(pseudonyms) = &options.pseudonyms {
            pseudonyms.replace(call, &mut strings);
        }
        workload::assign(call, &mut strings);
        report.tokens += call.buckets();
        for (count, (bit, ..)) in report.quality.iter_mut().zip(quality::BITS) {
            *count += if call.quality & bit != 0 { call.n_calls.unsigned_abs() } else { 0 };
        }
    }
    let calls = frame::calls(&rows, &report.files, &strings)?;
    Ok(LoadedLog { calls, report })
}

/// Ids that mean a call within its session get the session in front: the one at the root, because forks replay their parent's
/// calls.
fn qualify_ids(rows: &mut [Located], parents: &HashMap<Sym, Sym>, strings: &mut Strings) {
    let root = |session: Sym| {
        let mut seen = HashSet::new();
        let mut root = session;
        while let Some(parent) = parents.get(&root).filter(|_| seen.insert(root)) {
            root = *parent;
        }
        root
    };
    for row in rows.iter_mut().filter(|row| FORMATS[row.format as usize].ids_are_of_sessions()) {
        if let (Some(id), Some(session)) = (row.call.id, row.call.session_id) {
            let name = format!("{}:{}", strings.text(root(session)), strings.text(id));
            row.call.id = Some(strings.intern(&name));
        }
    }
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

fn digest(files: &[FileRead]) -> String {
    let bytes: [u8; 32] = match files {
        [one] => one.digest,
        many => {
            many.iter().fold(Sha256::new(), |hash, file| hash.chain_update(file.digest)).finalize().into()
        }
    };
    hex(&bytes)
}
