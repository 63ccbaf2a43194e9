//! The pass over a log that need not fit into memory: batches come from Polars' streaming engine, are worked on where they are,
//! and leave sums behind.
//!
//! A batch becomes classes of calls that share everything but their tokens (`simulation/bridge`); some [`Work`] adds up what
//! they are. Sums are whole numbers and merge by addition, so the result depends neither on the size of batches nor on
//! threads.

mod ledger;
mod router;

use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{
    AllowedOptimizations, DataFrame, DataType, Engine, IdxSize, LazyFrame, PolarsResult, col, len, lit,
};

pub use self::ledger::{Cell, Ledger};
pub use self::router::{Plan, Planner, Router};
use super::bridge::{self, Batch, Calendar, Names, Part};
use super::partial::{Answers, Question, Unanswered};
use crate::engine::route::kernel::Choices;
use crate::inputs::partials::Rows;
use crate::tables::Scope;

/// What is done with the calls of a log, class by class and batch by batch.
pub trait Work: Send + Sync + 'static {
    /// What is left of the calls.
    type Sum: Default + Send + 'static;

    /// Moments as far as they matter.
    fn calendar(&self) -> &Calendar;
    /// Columns that make no difference, and so need not be read.
    fn ignores(&self) -> &[&str] {
        &[]
    }
    /// Adds the calls of a class in a batch.
    fn take(&self, part: &Part<'_>, names: &Names, choices: &mut Choices, sum: &mut Self::Sum);
    /// Adds what another thread has.
    fn merge(&self, sum: &mut Self::Sum, other: Self::Sum);
}

/// Work of which the sums of parts may be kept, and taken instead of the calls.
pub trait Additive: Work {
    /// What is asked of the calls: works of the same world that ask the same have sums that add up.
    fn question(&self) -> Question;
    /// A sum as rows, with names instead of codes.
    fn rows(&self, sum: &Self::Sum, names: &Names) -> Rows;
    /// The sum of such rows.
    ///
    /// # Errors
    /// When they name what nobody knows.
    fn of_rows(&self, rows: &Rows, names: &Names) -> PolarsResult<Self::Sum>;
}

/// A log to pass over: its table, and what is done with a batch before anything else.
#[derive(Clone)]
pub struct Calls {
    /// Without rows where the calls are elsewhere.
    table: LazyFrame,
    /// Columns beside the usual ones that `prepare` needs.
    pub also: Vec<String>,
    /// Changes a batch; `None`: it stays as it is.
    pub prepare: Option<Prepare>,
    /// What the changes beyond the scenario are called.
    view: Vec<String>,
    /// Where the log is in parts: what is known of all of them.
    answers: Option<Arc<Answers>>,
}

/// A change of a batch of the table.
pub type Prepare = Arc<dyn Fn(DataFrame) -> PolarsResult<DataFrame> + Send + Sync>;

impl Calls {
    /// Calls of a log in parts, of which sums are known.
    #[must_use]
    pub fn answered(self, answers: Arc<Answers>) -> Self {
        Self { answers: Some(answers), ..self }
    }

    /// Whether the log is in parts, which sums are known of.
    pub const fn in_parts(&self) -> bool {
        self.answers.is_some()
    }

    /// The table.
    ///
    /// # Errors
    /// When only sums of it are known.
    pub fn table(&self) -> PolarsResult<LazyFrame> {
        match &self.answers {
            Some(answers) if !answers.may_ask() => Err(Unanswered::SingleCalls.error()),
            _ => Ok(self.table.clone()),
        }
    }

    /// What is asked of these calls, in a few words and a digest.
    pub(super) fn key(&self, question: &Question) -> String {
        question.key(&self.view)
    }

    /// Whether there are calls here.
    ///
    /// # Errors
    /// When only sums of them are known.
    pub fn must_be_here(&self) -> PolarsResult<()> {
        self.table().map(|_| ())
    }

    /// Names of its columns.
    ///
    /// # Errors
    /// When the table cannot be looked at.
    pub fn columns(&self) -> PolarsResult<Vec<String>> {
        Ok(self.table.clone().collect_schema()?.iter_names().map(ToString::to_string).collect())
    }

    /// Whether the calls have a column.
    ///
    /// # Errors
    /// When the table cannot be looked at.
    pub fn has(&self, column: &str) -> PolarsResult<bool> {
        match &self.answers {
            Some(answers) => Ok(answers.columns().iter().any(|name| name == column)),
            None => Ok(self.table.clone().collect_schema()?.contains(column)),
        }
    }

    /// The same with another change of its batches, which needs these columns.
    #[must_use]
    pub fn prepared(self, also: Vec<String>, prepare: Prepare) -> Self {
        Self { also, prepare: Some(prepare), ..self }
    }

    /// The same where the change is not of the scenario: under a name that tells it from others.
    #[must_use]
    pub fn changed(mut self, name: String, also: Vec<String>, prepare: Prepare) -> Self {
        self.view.push(name);
        self.prepared(also, prepare)
    }

    /// The table with the columns that prices, `prepare` and the caller need, and no others.
    ///
    /// # Errors
    /// When the table cannot be looked at.
    pub(super) fn only(&self, also: impl Iterator<Item = &'static str>) -> PolarsResult<LazyFrame> {
        self.needed(&[], also).map(|(table, _)| table)
    }

    /// The calls of a scope that has a column of its own; `None`: the table has no such column.
    ///
    /// # Errors
    /// When the table cannot be looked at.
    pub fn of_scope(&self, scope: &Scope) -> PolarsResult<Option<Self>> {
        let Scope::Of(dimension, name) = scope else { return Ok(Some(self.clone())) };
        let column = dimension.column().name;
        let table = self.table()?;
        if !self.has(column)? {
            return Ok(None);
        }
        let wanted = col(column).cast(DataType::String).eq(lit(name.clone()));
        Ok(Some(Self { table: table.filter(wanted), ..self.clone() }))
    }

    /// Hands out the table in its order, with the columns that prices and the caller need, a piece at a time: what looks at single calls
    /// holds no more in memory.
    ///
    /// # Errors
    /// When the table cannot be read, or what is done with a piece fails.
    pub(super) fn pieces(
        &self,
        also: impl Iterator<Item = &'static str>,
        mut take: impl FnMut(DataFrame) -> PolarsResult<()>,
    ) -> PolarsResult<()> {
        let table = self.only(also)?;
        let mut start = 0;
        loop {
            let piece = table.clone().slice(start, PIECE as u32);
            let piece = piece.collect_with_engine(Engine::Streaming)?.unwrap_single();
            if piece.height() == 0 && start > 0 {
                return Ok(());
            }
            start += PIECE as i64;
            take(self.prepare.as_ref().map_or(Ok(piece.clone()), |prepare| prepare(piece))?)?;
        }
    }

    /// The same without those that are ignored, and the bytes of a row of what is left.
    fn needed(
        &self,
        ignored: &[&str],
        also: impl Iterator<Item = &'static str>,
    ) -> PolarsResult<(LazyFrame, IdxSize)> {
        let mut table = self.table()?;
        let schema = table.collect_schema()?;
        let mut needed: Vec<&str> = bridge::needed(ignored).collect();
        let also: Vec<&str> = also.collect();
        for name in self.also.iter().map(String::as_str).chain(also) {
            if !needed.contains(&name) {
                needed.push(name);
            }
        }
        needed.retain(|name| schema.contains(name));
        let row = needed.iter().filter_map(|name| schema.get(name)).map(bytes).sum();
        Ok((table.select(needed.into_iter().map(col).collect::<Vec<_>>()), row))
    }
}

impl From<LazyFrame> for Calls {
    fn from(table: LazyFrame) -> Self {
        Self { table, also: Vec::new(), prepare: None, view: Vec::new(), answers: None }
    }
}

/// What a pass leaves.
#[derive(Debug)]
pub struct Passed<S> {
    /// What the work added up.
    pub sum: S,
    /// The texts of codes.
    pub names: Names,
    /// First and last moment, in microseconds since 1970-01-01 UTC; `None`: no call has a date.
    pub span: Option<(i64, i64)>,
}

/// Passes over a log once, or takes what is known of its parts.
///
/// # Errors
/// When the table cannot be read or lacks a column that is needed; when the log is in parts and they do not tell.
pub fn run<W: Additive>(calls: &Calls, work: Arc<W>) -> PolarsResult<Passed<W::Sum>> {
    match &calls.answers {
        Some(answers) => answers.answer(calls, &work),
        None => over(calls, work),
    }
}

/// Passes over the calls that are here.
///
/// # Errors
/// As [`run`].
pub fn over<W: Work>(calls: &Calls, work: Arc<W>) -> PolarsResult<Passed<W::Sum>> {
    let (table, row) = calls.needed(work.ignores(), std::iter::empty())?;
    let prepare = calls.prepare.clone();
    let shared = Arc::new(Shared { work, names: Names::default(), prepare, workers: Mutex::default() });
    let rows = height(&table)?;
    let at_once = AT_ONCE / row.max(1);
    for start in (0..rows).step_by(at_once as usize) {
        let pass = Arc::clone(&shared);
        let route = move |batch: DataFrame| {
            let mut worker = pass.worker();
            let result = worker.take(&batch, &pass);
            pass.give_back(worker);
            result.map(|()| batch.clear())
        };
        let optimizations = AllowedOptimizations::STREAMING | AllowedOptimizations::PROJECTION_PUSHDOWN;
        let part = table.clone().slice(start as i64, at_once);
        part.map(route, optimizations, None, Some("route")).collect_with_engine(Engine::Streaming)?;
    }
    let workers = std::mem::take(&mut *shared.workers.lock().unwrap_or_else(PoisonError::into_inner));
    let mut passed = Passed { sum: W::Sum::default(), names: shared.names.clone(), span: None };
    for worker in workers {
        passed.span = join(passed.span, worker.span);
        shared.work.merge(&mut passed.sum, worker.sum);
    }
    Ok(passed)
}

/// Rows of a piece.
const PIECE: u64 = 500_000;

/// Bytes of the rows of one query. A query reads ahead, and maps the parts of the file that it reads into memory; it lets go of
/// both when it ends.
const AT_ONCE: IdxSize = 800_000_000;

/// Bytes of a value in memory while a query reads ahead, about; texts are there encoded and decoded.
const fn bytes(dtype: &DataType) -> IdxSize {
    match dtype {
        DataType::Boolean => 1,
        DataType::Categorical(..) | DataType::Enum(..) | DataType::UInt32 | DataType::Int32 => 4,
        DataType::Int64 | DataType::UInt64 | DataType::Float64 | DataType::Datetime(..) => 8,
        _ => 32,
    }
}

fn height(calls: &LazyFrame) -> PolarsResult<u64> {
    let count = calls.clone().select([len()]).collect_with_engine(Engine::Streaming)?.unwrap_single();
    let count = count.columns()[0].cast(&DataType::UInt64)?;
    Ok(count.u64()?.get(0).unwrap_or(0))
}

fn join(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
        (one, other) => one.or(other),
    }
}

/// What the workers have in common.
struct Shared<W: Work> {
    work: Arc<W>,
    names: Names,
    prepare: Option<Prepare>,
    workers: Mutex<Vec<Worker<W::Sum>>>,
}

impl<W: Work> Shared<W> {
    fn worker(&self) -> Worker<W::Sum> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, worker: Worker<W::Sum>) {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }
}

/// What a thread keeps from one batch to the next.
#[derive(Default)]
struct Worker<S> {
    sum: S,
    span: Option<(i64, i64)>,
    batch: Batch,
    choices: Choices,
}

impl<S> Worker<S> {
    fn take<W: Work<Sum = S>>(&mut self, frame: &DataFrame, shared: &Shared<W>) -> PolarsResult<()> {
        let work = &shared.work;
        match &shared.prepare {
            None => self.batch.fill(frame, &shared.names, work.calendar())?,
            Some(prepare) => self.batch.fill(&prepare(frame.clone())?, &shared.names, work.calendar())?,
        }
        self.span = join(self.span, self.batch.span);
        for part in self.batch.parts() {
            work.take(&part, &shared.names, &mut self.choices, &mut self.sum);
        }
        Ok(())
    }
}
