//! Tables of calls that `logs convert` wrote as Parquet: they are sound and need not be loaded, so a log of them may be larger
//! than memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use polars::prelude::{
    AnyValue, Column as Values, DataFrame, DataType, Engine, Expr, IntoLazy as _, LazyFrame, PlRefPath,
    PolarsResult, ScanArgsParquet, Schema, UnionArgs, col, concat, len, lit,
};

use super::detect::Likeness;
use super::discover::{Input, Origin};
use super::load::{LoadOptions, LoadedLog, load};
use super::report::{FileReport, LoadReport};
use super::sink::hex;
use super::{LogError, Progress, quality, table};
use crate::tables::Column;
use crate::tables::calls::{self as c, CALLS};
use crate::units::{TokenBuckets, Tokens};

/// Calls that may not be in memory, and how they were come by.
pub struct OpenedLog {
    /// The table of calls.
    pub calls: LazyFrame,
    /// What was read.
    pub report: LoadReport,
}

/// Opens logs: tables of `logs convert` where they lie, everything else is loaded.
///
/// # Errors
/// When no file holds a call.
pub fn open(
    inputs: &[Input],
    problems: Vec<String>,
    options: &LoadOptions,
    progress: &dyn Progress,
) -> Result<OpenedLog, LogError> {
    if options.changes_nothing()
        && let Some(tables) = inputs.iter().map(scan).collect::<Option<Vec<LazyFrame>>>()
        && let Some(opened) = together(inputs, tables, &problems, progress)
    {
        return Ok(opened);
    }
    let LoadedLog { calls, report } = load(inputs, problems, options, progress)?;
    Ok(OpenedLog { calls: calls.lazy(), report })
}

/// A file as a table of calls; `None`: it is not one.
fn scan(input: &Input) -> Option<LazyFrame> {
    let path = match &input.origin {
        Origin::File(path) if has_magic(path) => path.to_str()?,
        Origin::File(_) | Origin::Stdin | Origin::Memory(_) => return None,
    };
    // A damaged file may make the reader panic; the loader then says so.
    let scanned = table::parquet::guarded(|| -> PolarsResult<(LazyFrame, bool)> {
        let mut frame = LazyFrame::scan_parquet(PlRefPath::new(path), ScanArgsParquet::default())?;
        let schema = frame.collect_schema()?;
        Ok((frame, is_table_of_calls(&schema)))
    });
    scanned.ok()?.ok().filter(|(_, is)| *is).map(|(frame, _)| frame)
}

fn has_magic(path: &Path) -> bool {
    let mut magic = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok() && &magic == b"PAR1"
}

/// Columns that tell a table of calls from others; the rest may be missing, which is *not reported*.
const NEEDED: [&Column; 13] = [
    &c::CALL_ID,
    &c::SRC_FILE,
    &c::SRC_LINE,
    &c::N_CALLS,
    &c::TS_START,
    &c::TS_KIND,
    &c::MODEL_RAW,
    &c::SELLER,
    &c::WORKLOAD,
    &c::IN_UNCACHED,
    &c::OUT_TOTAL,
    &c::IN_CONVENTION,
    &c::QUALITY,
];

/// Whether a table has the columns of calls with their types.
fn is_table_of_calls(schema: &Schema) -> bool {
    let same = |column: &Column, dtype: &DataType| match (&column.dtype, dtype) {
        (DataType::Datetime(unit, _), DataType::Datetime(own, _)) => unit == own,
        (wanted, own) => wanted == own,
    };
    NEEDED.iter().all(|column| schema.contains(column.name))
        && CALLS.columns.iter().all(|column| schema.get(column.name).is_none_or(|dtype| same(column, dtype)))
}

/// The tables as one log; `None`: some row breaks a promise of the table, and the loader has to look at each.
fn together(
    inputs: &[Input],
    tables: Vec<LazyFrame>,
    problems: &[String],
    progress: &dyn Progress,
) -> Option<OpenedLog> {
    progress.total(inputs.iter().map(|input| input.size).sum());
    let mut report = LoadReport {
        problems: problems.to_vec(),
        quality: vec![0; quality::BITS.len()],
        ..LoadReport::default()
    };
    let mut digests = Vec::new();
    for (input, table) in inputs.iter().zip(&tables) {
        let (digest, summary) = rayon::join(
            || digest_of(input, progress),
            || Summary::of(table).ok().filter(|sum| sum.is_sound()),
        );
        let summary = summary?;
        digests.push(digest.ok()?);
        summary.add_to(&mut report, input);
    }
    if let (true, Some(last)) = (report.files.len() > 1, report.files.last_mut()) {
        last.notes
            .push("tables are taken as they are: a call that stands in two of them counts twice".to_owned());
    }
    if report.calls == 0 {
        return None;
    }
    report.digest = match digests.as_slice() {
        [one] => hex(one),
        many => hex(blake3::hash(many.as_flattened()).as_bytes()),
    };
    let calls = match tables.len() {
        1 => tables.into_iter().next()?,
        _ => concat(tables, UnionArgs::default()).ok()?,
    };
    Some(OpenedLog { calls, report })
}

/// BLAKE3 of a file, on all cores; what is read is not kept.
fn digest_of(input: &Input, progress: &dyn Progress) -> io::Result<[u8; 32]> {
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
    }
}

/// The token buckets of a table, in the order of their columns.
const BUCKETS: [&Column; 6] = [
    &c::IN_UNCACHED,
    &c::IN_CACHE_READ,
    &c::IN_CACHE_WRITE_5M,
    &c::IN_CACHE_WRITE_1H,
    &c::OUT_TOTAL,
    &c::OUT_REASONING,
];

/// What a table adds up to.
struct Summary {
    rows: u64,
    tokens: [i64; 6],
    /// Least and greatest of each bucket, and of the calls of a row.
    bounds: Vec<(i64, i64)>,
    calls: u64,
    /// Calls by quality bits and kind of time.
    kinds: DataFrame,
}

impl Summary {
    fn of(table: &LazyFrame) -> PolarsResult<Self> {
        let schema = table.clone().collect_schema()?;
        let counted = || BUCKETS.into_iter().chain([&c::N_CALLS]);
        let of = |column: &Column| col(column.name).cast(DataType::Int64);
        let mut wanted: Vec<Expr> = vec![len().alias("rows")];
        for column in counted().filter(|column| schema.contains(column.name)) {
            wanted.push(of(column).sum().alias(format!("{}_sum", column.name)));
            wanted.push(of(column).min().alias(format!("{}_min", column.name)));
            wanted.push(of(column).max().alias(format!("{}_max", column.name)));
        }
        let sums = collect(table.clone().select(wanted))?;
        // A column that is not there, or of nulls alone, holds nothing.
        let get = |name: &str| -> PolarsResult<i64> {
            let Ok(value) = sums.column(name) else { return Ok(0) };
            Ok(value.get(0)?.try_extract::<i64>().unwrap_or_default())
        };
        let mut tokens = [0; 6];
        for (sum, column) in tokens.iter_mut().zip(BUCKETS) {
            *sum = get(&format!("{}_sum", column.name))?;
        }
        let bound = |column: &Column| {
            Ok((get(&format!("{}_min", column.name))?, get(&format!("{}_max", column.name))?))
        };
        let calls = col(c::N_CALLS.name).fill_null(lit(1_i64)).sum().alias(c::N_CALLS.name);
        let kinds = table.clone().group_by([col(c::QUALITY.name), col(c::TS_KIND.name)]).agg([calls]);
        let kinds = collect(kinds)?;
        Ok(Self {
            rows: get("rows")?.unsigned_abs(),
            tokens,
            bounds: counted().map(bound).collect::<PolarsResult<_>>()?,
            calls: integers(kinds.column(c::N_CALLS.name)?).map(i64::unsigned_abs).sum(),
            kinds,
        })
    }

    /// Whether every row is what a row must be; the total of a row is within bounds if all its buckets are within a sixth.
    fn is_sound(&self) -> bool {
        let (tokens, calls) = self.bounds.split_at(BUCKETS.len());
        let most = Tokens::MAX_PER_ROW / BUCKETS.len() as i64;
        tokens.iter().all(|(least, greatest)| *least >= 0 && *greatest <= most)
            && calls.iter().all(|(least, _)| self.rows == 0 || *least >= 1)
    }

    fn add_to(&self, report: &mut LoadReport, input: &Input) {
        let [fresh, read, write_5m, write_1h, out, reasoning] = self.tokens;
        let tokens = TokenBuckets { fresh, read, write_5m, write_1h, out, reasoning };
        report.tokens += tokens;
        report.naive += tokens;
        report.calls += self.calls;
        let flags = self.kinds.column(c::QUALITY.name).map(|column| column.clone());
        let calls = self.kinds.column(c::N_CALLS.name).map(|column| column.clone());
        if let (Ok(flags), Ok(calls)) = (flags, calls) {
            for (flags, calls) in integers(&flags).zip(integers(&calls)) {
                for (count, (bit, ..)) in report.quality.iter_mut().zip(quality::BITS) {
                    *count += if flags & i64::from(*bit) != 0 { calls.unsigned_abs() } else { 0 };
                }
            }
        }
        report.anchored += self.of_kind("anchored");
        report.relative += self.of_kind("relative");
        report.files.push(FileReport {
            name: input.name.clone(),
            format: Some(table::ID),
            likeness: Some(Likeness::Certain),
            rows: self.rows,
            usage_rows: self.rows,
            no_call: 0,
            rejects: Vec::new(),
            notes: Vec::new(),
            stopped: None,
            problem: None,
        });
    }

    /// Calls whose time is of a kind.
    fn of_kind(&self, kind: &str) -> u64 {
        let (Ok(kinds), Ok(calls)) = (self.kinds.column(c::TS_KIND.name), self.kinds.column(c::N_CALLS.name))
        else {
            return 0;
        };
        let is = |row: usize| matches!(kinds.get(row), Ok(AnyValue::String(text)) if text == kind);
        integers(calls).enumerate().filter(|(row, _)| is(*row)).map(|(_, calls)| calls.unsigned_abs()).sum()
    }
}

fn collect(frame: LazyFrame) -> PolarsResult<DataFrame> {
    Ok(frame.collect_with_engine(Engine::Streaming)?.unwrap_single())
}

fn integers(column: &Values) -> impl Iterator<Item = i64> {
    (0..column.len()).map(|row| column.get(row).ok().and_then(|value| value.try_extract().ok()).unwrap_or(0))
}
