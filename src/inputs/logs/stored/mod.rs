//! Tables of calls that `logs convert` wrote as Parquet: they are sound and need not be loaded, so a log of them may be larger
//! than memory.

mod remote;
mod stream;
mod totals;

pub use self::remote::without_secrets;
pub use self::stream::of_stream;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use polars::prelude::{
    DataType, IntoLazy as _, LazyFrame, PlRefPath, PolarsResult, ScanArgsParquet, Schema, SchemaRef,
    UnionArgs, concat,
};

use self::totals::Totals;

use super::discover::{Input, Origin};
use super::load::{LoadOptions, LoadedLog, load};
use super::report::LoadReport;
use super::sink::hex;
use super::{LogError, Progress, quality, table};
use crate::inputs::seal::Check;
use crate::tables::Column;
use crate::tables::calls::{self as c, CALLS};

/// What is noted where several tables are one log.
pub const TABLES_AS_THEY_ARE: &str =
    "tables are taken as they are: a call that stands in two of them counts twice";

/// Calls that may not be in memory, and how they were come by.
pub struct OpenedLog {
    /// The table of calls.
    pub calls: LazyFrame,
    /// What was read.
    pub report: LoadReport,
}

impl OpenedLog {
    /// Calls that are elsewhere, of which only this is known.
    pub fn elsewhere(report: LoadReport) -> Self {
        Self { calls: LazyFrame::default(), report }
    }
}

/// Opens logs: tables of `logs convert` where they lie, everything else is loaded.
///
/// # Errors
/// When no file holds a call, or an object store gives no table of calls.
pub fn open(
    inputs: &[Input],
    problems: Vec<String>,
    options: &LoadOptions,
    progress: &dyn Progress,
) -> Result<OpenedLog, LogError> {
    if options.changes_nothing()
        && let Some(tables) = inputs.iter().map(scan).collect::<Result<Option<Vec<_>>, _>>()?
        && tables.windows(2).all(|pair| pair[0].1 == pair[1].1)
        && let Some(opened) = together(inputs, tables, &problems, progress)?
    {
        return Ok(opened);
    }
    if let Some(name) = inputs.iter().find(|input| matches!(input.origin, Origin::Remote(_))) {
        return Err(no_table(
            &name.name,
            "it stands beside logs that are no tables of calls or have other columns, or has rows that no table may have",
        ));
    }
    let LoadedLog { calls, report } = load(inputs, problems, options, progress)?;
    Ok(OpenedLog { calls: calls.lazy(), report })
}

fn no_table(path: &str, reason: &str) -> LogError {
    LogError::ObjectStore { path: path.to_owned(), reason: reason.to_owned() }
}

/// An input as a table of calls; `None`: it is not one.
///
/// # Errors
/// When an object store does not give one.
fn scan(input: &Input) -> Result<Option<(LazyFrame, SchemaRef)>, LogError> {
    let (path, options) = match &input.origin {
        // A file's name is no pattern, whatever is in it.
        Origin::File(path) if has_magic(path) => match path.to_str() {
            Some(path) => (path, ScanArgsParquet { glob: false, ..ScanArgsParquet::default() }),
            None => return Ok(None),
        },
        Origin::Remote(url) => (url.as_str(), remote::options()),
        Origin::File(_) | Origin::Stdin | Origin::Memory(_) => return Ok(None),
    };
    // A damaged file may make the reader panic; the loader then says so.
    let scanned = table::parquet::guarded(|| -> PolarsResult<(LazyFrame, SchemaRef)> {
        let mut frame = LazyFrame::scan_parquet(PlRefPath::new(path), options)?;
        let schema = frame.collect_schema()?;
        Ok((frame, schema))
    });
    let scanned = scanned.and_then(|scanned| scanned.map_err(|error| error.to_string()));
    match (scanned, &input.origin) {
        (Ok((frame, schema)), _) if is_table_of_calls(&schema) && tells_calls_apart(&schema) => {
            Ok(Some((frame, schema)))
        }
        (Err(reason), Origin::Remote(_)) => Err(no_table(&input.name, &remote::clean(&reason))),
        (Ok(_), Origin::Remote(_)) => {
            Err(no_table(&input.name, "it has not the columns of a table of calls"))
        }
        _ => Ok(None),
    }
}

fn has_magic(path: &Path) -> bool {
    let mut magic = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok() && &magic == b"PAR1"
}

/// Columns that tell a table of calls from others; the rest may be missing, which is *not reported*.
const NEEDED: [&Column; 9] = [
    &c::N_CALLS,
    &c::TS_START,
    &c::TS_KIND,
    &c::MODEL_RAW,
    &c::SELLER,
    &c::WORKLOAD,
    &c::IN_UNCACHED,
    &c::OUT_TOTAL,
    &c::QUALITY,
];

/// Columns that a file has beside them. No sum needs them, so a stream may do without.
const OF_SINGLE_CALLS: [&Column; 4] = [&c::CALL_ID, &c::SRC_FILE, &c::SRC_LINE, &c::IN_CONVENTION];

/// Whether a table has the columns that are needed, and those of calls with their types.
fn is_table_of_calls(schema: &Schema) -> bool {
    let same = |column: &Column, dtype: &DataType| match (&column.dtype, dtype) {
        (DataType::Datetime(unit, _), DataType::Datetime(own, _)) => unit == own,
        (wanted, own) => wanted == own,
    };
    has(schema, &NEEDED)
        && CALLS.columns.iter().all(|column| schema.get(column.name).is_none_or(|dtype| same(column, dtype)))
}

/// Whether each call of a table has a name and a line of its own.
fn tells_calls_apart(schema: &Schema) -> bool {
    has(schema, &OF_SINGLE_CALLS)
}

fn has(schema: &Schema, columns: &[&Column]) -> bool {
    columns.iter().all(|column| schema.contains(column.name))
}

/// The tables as one log; `None`: some row breaks a promise of the table, and the loader has to look at each.
fn together(
    inputs: &[Input],
    tables: Vec<(LazyFrame, SchemaRef)>,
    problems: &[String],
    progress: &dyn Progress,
) -> Result<Option<OpenedLog>, LogError> {
    progress.total(inputs.iter().map(|input| input.size).sum());
    let mut report = LoadReport {
        problems: problems.to_vec(),
        quality: vec![0; quality::BITS.len()],
        ..LoadReport::default()
    };
    let mut digests = Vec::new();
    let tables: Vec<LazyFrame> = tables.into_iter().map(|(table, _)| table).collect();
    for (input, table) in inputs.iter().zip(&tables) {
        let (digest, totals) = match seal_of(input) {
            // Nothing of it is read before it is known to be whole.
            Some(mut seal) => {
                let digest = digest_of(input, progress, |piece| seal.take(piece));
                if digest.is_ok() && !seal.holds() {
                    return Err(LogError::Damaged { path: input.name.clone() });
                }
                (digest, Totals::of(table))
            }
            None => rayon::join(|| digest_of(input, progress, |_| {}), || Totals::of(table)),
        };
        let totals = match (totals, &input.origin) {
            (Ok(totals), _) => totals,
            (Err(error), Origin::Remote(_)) => {
                return Err(no_table(&input.name, &remote::clean(&error.to_string())));
            }
            (Err(_), _) => return Ok(None),
        };
        if !totals.is_sound() {
            return Ok(None);
        }
        totals.add_to(&mut report, input);
        digests.push(digest.ok());
    }
    if report.calls == 0 {
        return Ok(None);
    }
    let several = report.files.len() > 1;
    if let Some(last) = report.files.last_mut().filter(|_| several) {
        last.notes.push(TABLES_AS_THEY_ARE.to_owned());
    }
    // What lies in an object store is read once, and only the columns that are needed.
    let digests: Option<Vec<[u8; 32]>> = digests.into_iter().collect();
    report.digest = digests.map_or_else(String::new, |digests| match digests.as_slice() {
        [one] => hex(one),
        many => hex(blake3::hash(many.as_flattened()).as_bytes()),
    });
    let calls = if several { concat(tables, UnionArgs::default()).ok() } else { tables.into_iter().next() };
    Ok(calls.map(|calls| OpenedLog { calls, report }))
}

fn seal_of(input: &Input) -> Option<Check> {
    let Origin::File(path) = &input.origin else { return None };
    File::open(path).and_then(|mut file| Check::of(&mut file)).ok()?
}

/// BLAKE3 of a file, on all cores; what is read is shown to `also` and not kept.
fn digest_of(
    input: &Input,
    progress: &dyn Progress,
    mut also: impl FnMut(&mut [u8]),
) -> io::Result<[u8; 32]> {
    const PIECE: usize = 8 << 20;
    let Origin::File(path) = &input.origin else { return Err(io::ErrorKind::Unsupported.into()) };
    let (mut file, mut hasher) = (File::open(path)?, blake3::Hasher::new());
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        piece.clear();
        file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        if piece.is_empty() {
            return Ok(*hasher.finalize().as_bytes());
        }
        hasher.update_rayon(&piece);
        progress.add(piece.len() as u64);
        also(&mut piece);
    }
}
