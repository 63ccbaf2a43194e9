//! What the calls of each file have in common, for a look at a log before it is used.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use polars::prelude::{DataFrame, DataType, PolarsResult};

use crate::tables::{Column, calls as c};

/// The calls of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileSummary {
    /// Calls, after deduplication: a call stands in the file of its winning row.
    pub calls: u64,
    /// First and last call, in microseconds since 1970-01-01 UTC.
    pub span: Option<(i64, i64)>,
    /// Models as logged, with their calls.
    pub models: BTreeMap<String, u64>,
    /// What the input count means, with the calls.
    pub conventions: BTreeMap<String, u64>,
    /// Workloads, with their calls.
    pub workloads: BTreeMap<String, u64>,
    /// Rows that are sums of calls.
    pub buckets: u64,
    /// Calls with a cost in the log.
    pub with_cost: u64,
}

/// The summaries by file name.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn by_file(frame: &DataFrame) -> PolarsResult<BTreeMap<String, FileSummary>> {
    let text = |column: &Column| frame.column(column.name)?.str().cloned();
    let (files, models) = (text(&c::SRC_FILE)?, text(&c::MODEL_RAW)?);
    let (conventions, workloads) = (text(&c::IN_CONVENTION)?, text(&c::WORKLOAD)?);
    let granularity = text(&c::GRANULARITY)?;
    let starts = frame.column(c::TS_START.name)?.cast(&DataType::Int64)?;
    let starts = starts.i64()?;
    let costs = frame.column(c::COST_REPORTED.name)?.i64()?.clone();
    let counts = frame.column(c::N_CALLS.name)?.i64()?.clone();
    let mut summaries: HashMap<&str, Counts<'_>, FixedState> = HashMap::default();
    for row in 0..frame.height() {
        let counted = summaries.entry(files.get(row).unwrap_or("")).or_default();
        let (calls, summary) = (counts.get(row).unwrap_or(1).unsigned_abs(), &mut counted.summary);
        summary.calls += calls;
        if let Some(at) = starts.get(row) {
            let (first, last) = summary.span.unwrap_or((at, at));
            summary.span = Some((first.min(at), last.max(at)));
        }
        summary.buckets += u64::from(granularity.get(row) == Some("bucket"));
        summary.with_cost += if costs.get(row).is_some() { calls } else { 0 };
        for (column, names) in [&models, &conventions, &workloads].into_iter().enumerate() {
            *counted.named[column].entry(names.get(row).unwrap_or("–")).or_default() += calls;
        }
    }
    Ok(summaries.into_iter().map(|(file, counts)| (file.to_owned(), counts.summarised())).collect())
}

/// What is counted of a file, by names that are still in the frame.
#[derive(Default)]
struct Counts<'a> {
    summary: FileSummary,
    named: [HashMap<&'a str, u64, FixedState>; 3],
}

impl Counts<'_> {
    fn summarised(self) -> FileSummary {
        let [models, conventions, workloads] = self.named.map(|counts| {
            counts.into_iter().map(|(name, calls)| (name.to_owned(), calls)).collect::<BTreeMap<_, _>>()
        });
        FileSummary { models, conventions, workloads, ..self.summary }
    }
}
