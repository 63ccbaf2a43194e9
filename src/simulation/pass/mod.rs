//! The pass over a log that need not fit into memory: batches come from Polars' streaming engine, are routed where they are, and
//! leave sums behind.
//!
//! A batch becomes classes of calls that share everything but their tokens (`batch`); each class has a plan, the few offers
//! that may serve it, made once ([`Planner`]); the engine routes the class in blocks of columns; a ledger adds up by class,
//! offer and day (`ledger`). Sums are whole numbers and ledgers merge by addition, so the result depends neither on the size of
//! batches nor on threads.

mod batch;
mod ledger;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use polars::prelude::{
    AllowedOptimizations, DataFrame, DataType, Engine, IdxSize, LazyFrame, PolarsResult, col, len,
};

use self::batch::Batch;
pub use self::batch::{Class, Names};
pub use self::ledger::{Cell, Ledger};
use crate::engine::route::kernel::{self, Choices};
use crate::engine::route::{Candidate, prune};

/// What may serve the calls of a class.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The offers, in the order in which ties are settled; an incumbent comes first.
    pub candidates: Vec<Candidate>,
}

impl Plan {
    /// A plan without the offers that can never win.
    pub fn of(incumbent: Option<Candidate>, mut offers: Vec<Candidate>) -> Self {
        prune::in_order(&mut offers);
        let all: Vec<Candidate> = incumbent.into_iter().chain(offers).collect();
        Self { candidates: prune::survivors(&all) }
    }
}

/// Makes the plan of a class; it is asked once for each.
pub trait Planner: Send + Sync {
    /// The offers that may serve the calls of a class.
    fn plan(&self, class: &Class, names: &Names) -> Plan;
    /// Columns of text that make no difference to a plan, and so need not be read.
    fn ignores(&self) -> &[&str] {
        &[]
    }
    /// The day whose prices calls without a date have, since 1970-01-01.
    fn undated(&self) -> i32;
    /// Number of the stretch of days with the same rates in which a day lies.
    fn stretch(&self, day: i32) -> u32;
}

/// Routes the calls of a table and adds up what they cost.
///
/// # Errors
/// When the table cannot be read or lacks a column that is needed.
pub fn run(mut calls: LazyFrame, planner: Arc<dyn Planner>) -> PolarsResult<(Ledger, Names)> {
    let schema = calls.collect_schema()?;
    let needed = batch::needed(planner.ignores()).filter(|name| schema.contains(name));
    let calls = calls.select(needed.map(col).collect::<Vec<_>>());
    let shared = Arc::new(Shared {
        planner,
        names: Names::default(),
        plans: RwLock::default(),
        workers: Mutex::default(),
    });
    let rows = height(&calls)?;
    for start in (0..rows).step_by(AT_ONCE as usize) {
        let pass = Arc::clone(&shared);
        let route = move |batch: DataFrame| {
            let mut worker = pass.worker();
            let result = worker.take(&batch, &pass);
            pass.give_back(worker);
            result.map(|()| batch.clear())
        };
        let optimizations = AllowedOptimizations::STREAMING | AllowedOptimizations::PROJECTION_PUSHDOWN;
        let part = calls.clone().slice(start as i64, AT_ONCE);
        part.map(route, optimizations, None, Some("route")).collect_with_engine(Engine::Streaming)?;
    }
    let workers = std::mem::take(&mut *shared.workers.lock().unwrap_or_else(PoisonError::into_inner));
    let mut sum = Ledger::default();
    for worker in workers {
        sum.merge(worker.ledger);
    }
    Ok((sum, shared.names.clone()))
}

/// Rows of one query. A query maps the parts of the file that it reads into memory and lets go of them when it ends.
const AT_ONCE: IdxSize = 32_000_000;

fn height(calls: &LazyFrame) -> PolarsResult<u64> {
    let count = calls.clone().select([len()]).collect_with_engine(Engine::Streaming)?.unwrap_single();
    let count = count.columns()[0].cast(&DataType::UInt64)?;
    Ok(count.u64()?.get(0).unwrap_or(0))
}

/// What the workers have in common.
struct Shared {
    planner: Arc<dyn Planner>,
    names: Names,
    plans: RwLock<HashMap<Class, Arc<Plan>>>,
    workers: Mutex<Vec<Worker>>,
}

impl Shared {
    fn worker(&self) -> Worker {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, worker: Worker) {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }

    fn plan(&self, class: &Class) -> Arc<Plan> {
        if let Some(known) = self.plans.read().unwrap_or_else(PoisonError::into_inner).get(class) {
            return Arc::clone(known);
        }
        let plan = Arc::new(self.planner.plan(class, &self.names));
        let mut plans = self.plans.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(plans.entry(*class).or_insert(plan))
    }
}

/// What a thread keeps from one batch to the next.
#[derive(Default)]
struct Worker {
    ledger: Ledger,
    batch: Batch,
    choices: Choices,
}

impl Worker {
    fn take(&mut self, frame: &DataFrame, shared: &Shared) -> PolarsResult<()> {
        let planner = &shared.planner;
        self.batch.fill(frame, &shared.names, planner.undated(), |day| planner.stretch(day))?;
        for part in self.batch.parts() {
            let plan = shared.plan(&part.class);
            kernel::route(&part.columns(), &plan.candidates, &mut self.choices);
            self.ledger.add(&part, &plan, &self.choices);
        }
        Ok(())
    }
}
