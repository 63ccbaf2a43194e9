//! What a table of calls adds up to, and whether it keeps its promises.

use polars::prelude::{
    AnyValue, Column as Values, DataFrame, DataType, Engine, Expr, LazyFrame, PolarsResult, col, len, lit,
};

use crate::inputs::logs::detect::Likeness;
use crate::inputs::logs::discover::Input;
use crate::inputs::logs::report::{FileReport, LoadReport};
use crate::inputs::logs::{quality, table};
use crate::tables::Column;
use crate::tables::calls::{self as c, BUCKETS};
use crate::units::{TokenBuckets, Tokens};

/// What a table adds up to.
pub(super) struct Totals {
    rows: u64,
    /// Rows with more reasoning than output.
    beyond: i64,
    tokens: [i64; 6],
    /// Least and greatest of each bucket, and of the calls of a row.
    bounds: Vec<(i64, i64)>,
    calls: u64,
    /// Calls by quality bits and kind of time.
    kinds: DataFrame,
}

impl Totals {
    /// Adds a table up.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn of(table: &LazyFrame) -> PolarsResult<Self> {
        let schema = table.clone().collect_schema()?;
        let counted = || BUCKETS.into_iter().chain([&c::N_CALLS]);
        let of = |column: &Column| col(column.name).cast(DataType::Int64);
        let mut wanted: Vec<Expr> = vec![len().alias("rows")];
        for column in counted().filter(|column| schema.contains(column.name)) {
            wanted.push(of(column).sum().alias(format!("{}_sum", column.name)));
            wanted.push(of(column).min().alias(format!("{}_min", column.name)));
            wanted.push(of(column).max().alias(format!("{}_max", column.name)));
        }
        // Reasoning is a part of the output.
        let both = schema.contains(c::OUT_REASONING.name);
        let beyond = of(&c::OUT_REASONING).gt(of(&c::OUT_TOTAL).fill_null(lit(0_i64)));
        wanted.extend(both.then(|| beyond.cast(DataType::Int64).sum().alias("beyond")));
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
            beyond: get("beyond")?,
            tokens,
            bounds: counted().map(bound).collect::<PolarsResult<_>>()?,
            calls: integers(kinds.column(c::N_CALLS.name)?).map(i64::unsigned_abs).sum(),
            kinds,
        })
    }

    /// Whether every row is what a row must be; the total of a row is within bounds if all its buckets are within a sixth.
    pub(super) fn is_sound(&self) -> bool {
        let (tokens, calls) = self.bounds.split_at(BUCKETS.len());
        let most = Tokens::MAX_PER_ROW / BUCKETS.len() as i64;
        self.beyond == 0
            && tokens.iter().all(|(least, greatest)| *least >= 0 && *greatest <= most)
            && calls.iter().all(|(least, _)| self.rows == 0 || *least >= 1)
    }

    /// Adds it to what was read.
    pub(super) fn add_to(&self, report: &mut LoadReport, input: &Input) {
        let tokens = TokenBuckets::of(self.tokens);
        report.tokens += tokens;
        report.naive += tokens;
        report.calls += self.calls;
        let column = |column: &Column| self.kinds.column(column.name);
        if let (Ok(flags), Ok(calls)) = (column(&c::QUALITY), column(&c::N_CALLS)) {
            for (flags, calls) in integers(flags).zip(integers(calls)) {
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
            more_rejected: 0,
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
