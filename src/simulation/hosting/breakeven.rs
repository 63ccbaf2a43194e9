//! Whether, where and how serving models oneself pays with this log.

use std::cell::RefCell;
use std::sync::Arc;

use polars::prelude::PolarsResult;

use super::against::{Answer as Quick, Comparable};
use super::answers::BreakEvens;
use super::costs::Way;
use super::fine_tuning::Tuned;
use super::fleet::{Mixed, Plan, Sized};
use super::gather::Gather;
use super::gathered::{Gathered, Ready, Versus};
use super::shared::Shared;
use super::telling::{flagship, told, trained};
use super::waterfall::Step;
use crate::engine::capacity::ServiceTime;
use crate::engine::hosting::prefix::hit_share;
use crate::engine::hosting::queueing::Held;
use crate::engine::hosting::roofline::Operating;
use crate::inputs::hardware::Commitment;
use crate::inputs::logs::prefix::Prefixes;
use crate::simulation::audit::Audit;
use crate::simulation::candidates::Eligibility;
use crate::simulation::pass::{self, Calls};
use crate::simulation::world::World;
use crate::units::HOURS_PER_MONTH;

/// A deployment looked at closely.
#[derive(Debug)]
pub struct Looked {
    /// The deployment and how it serves.
    pub ready: Ready,
    /// Where it is run; `None`: its measurements alone do not tell.
    pub operating: Option<Operating>,
    /// The ways to have replicas, each with the size that saves the most.
    pub ways: Vec<(Way, Sized)>,
    /// Place of the best of them.
    pub best: usize,
    /// What the pass found.
    pub found: Gathered,
}

impl Looked {
    /// The way that saves the most, with its fleet; no replica: none pays.
    pub fn best(&self) -> &(Way, Sized) {
        &self.ways[self.best]
    }
}

/// A fleet size beside others.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The fleet.
    pub fleet: Sized,
    /// What the next replica gains a month before its cost: its shadow price.
    pub next: f64,
    /// Share of the work that it does.
    pub own_share: f64,
    /// Share of all its seconds in which it works at capacity.
    pub throughput: f64,
    /// Share of the time in which any call runs on a replica.
    pub busy: f64,
}

/// Something that must be true, and how far it is from not being so.
#[derive(Debug, Clone, PartialEq)]
pub struct MustHold {
    /// What it is.
    pub what: &'static str,
    /// As it is.
    pub now: f64,
    /// As it must be at least or at most; `None`: there is no such value.
    pub limit: Option<f64>,
    /// Whether the limit is a least value.
    pub at_least: bool,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Deployments looked at closely, the one that saves the most first.
    pub looked: Vec<Looked>,
    /// Of the first: sizes beside each other.
    pub rows: Vec<Row>,
    /// Of the first: the fleet that figures are of, the best or, where none pays, the one that loses the least.
    pub fleet: Sized,
    /// Whether it pays.
    pub pays: bool,
    /// Break-evens against each alternative.
    pub against: Vec<BreakEvens>,
    /// A base and a peak by the hour.
    pub mixed: Option<(Way, Mixed)>,
    /// Work that can wait, on spot machines: replica-hours a month, and dollars a month that it saves.
    pub spot: Option<(f64, f64)>,
    /// Replicas that must stand ready so that those which are needed work, where nothing else takes the calls.
    pub with_spares: Option<u32>,
    /// Share of its slots that a replica may fill on average.
    pub usable: f64,
    /// Variance over mean of the calls of a minute.
    pub dispersion: f64,
    /// Replicas with which calls rarely wait too long in the busiest slot if none may go elsewhere; `None`: more than anybody looks at.
    pub peak_replicas: Option<u32>,
    /// Dollars a month that it saves where throughput is at its tenth and its ninetieth percentile.
    pub band: (f64, f64),
    /// Several models on shared machines; `None`: there is only one to share.
    pub shared: Option<Shared>,
    /// Smaller models that are trained.
    pub tuned: Vec<Tuned>,
    /// From the headline to the user's number.
    pub waterfall: Vec<Step>,
    /// What must be true.
    pub must: Vec<MustHold>,
    /// How often the own model succeeds, and what serves now.
    pub success: Option<(f64, f64)>,
    /// Minutes of a slot.
    pub slot_minutes: i32,
    /// Hours that the log covers.
    pub hours: f64,
}

/// The time that a log covers, and how it is cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Covered {
    /// Minutes of a slot.
    pub(super) slot_minutes: i32,
    /// Hours of the log.
    pub(super) hours: f64,
    /// A month over the log.
    pub(super) month: f64,
}

/// How closely is looked.
#[derive(Debug, Clone, Copy)]
pub struct Depth<'a> {
    /// The one deployment that is asked about; `None`: those nearest to paying.
    pub only: Option<&'a str>,
    /// Minutes of a slot.
    pub slot_minutes: i32,
    /// Blocks of the prompts, where the log has them.
    pub prefixes: Option<&'a Prefixes>,
}

/// Deployments that are looked at closely.
const CLOSELY: usize = 4;

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nothing {
    /// No deployment may serve a call of the log.
    NothingServed,
    /// Nobody knows how long the log covers.
    NoMonth(String),
}

/// Looks at the deployments of an audit.
///
/// # Errors
/// When the log cannot be read.
pub fn look(
    calls: &Calls,
    world: &World,
    audit: &Audit,
    depth: Depth<'_>,
) -> PolarsResult<Result<Found, Nothing>> {
    let Some(month) = audit.month.factor() else {
        let crate::simulation::span::Month::Unknown { because } = &audit.month else {
            return Ok(Err(Nothing::NothingServed));
        };
        return Ok(Err(Nothing::NoMonth(because.clone())));
    };
    let covered = Covered { slot_minutes: depth.slot_minutes, hours: HOURS_PER_MONTH.0 / month, month };
    let ready: Vec<Ready> =
        nearest(world, audit, depth.only).filter_map(|quick| ready(world, quick, depth.prefixes)).collect();
    if ready.is_empty() {
        return Ok(Err(Nothing::NothingServed));
    }
    let eligibility = Eligibility::of(world);
    // One alternative decides which deployment it is; the others are asked about that one.
    let versus = if ready.len() > 1 { &Versus::ALL[..1] } else { &Versus::ALL[..] };
    let work = Gather::new(&eligibility, ready.clone(), versus, depth.slot_minutes);
    let passed = pass::run(calls, Arc::new(work))?;
    let mut looked: Vec<Looked> = ready
        .into_iter()
        .zip(passed.sum.gathered.into_iter().map(|found| found.named(&passed.names)))
        .filter(|(_, found)| found.volume.calls > 0)
        .filter_map(|(ready, found)| closely(world, ready, found, covered))
        .collect();
    looked.sort_by(|a, b| b.best().1.saving().total_cmp(&a.best().1.saving()));
    if looked.is_empty() {
        return Ok(Err(Nothing::NothingServed));
    }
    if versus.len() < Versus::ALL.len() {
        let first = vec![looked[0].ready.clone()];
        let work = Gather::new(&eligibility, first, &Versus::ALL, depth.slot_minutes);
        let mut passed = pass::run(calls, Arc::new(work))?;
        looked[0].found = passed.sum.gathered.pop().unwrap_or_default().named(&passed.names);
    }
    let tuned = trained(calls, world, audit)?;
    Ok(Ok(told(world, flagship(world, audit), tuned, looked, covered)))
}

/// The deployments nearest to paying by their sums alone.
fn nearest<'a>(
    world: &World,
    audit: &'a Audit,
    only: Option<&'a str>,
) -> impl Iterator<Item = &'a Quick> + use<'a> {
    let month = audit.month.factor().unwrap_or(0.0);
    let assumed = world.scenario.self_hosting.clone();
    let score = move |quick: &Quick| {
        let served = &quick.servable.incumbent;
        let seconds = quick.with.seconds(served, &assumed)? * month;
        let usable = HOURS_PER_MONTH.0 * 3_600.0 * assumed.efficiency * assumed.max_utilisation;
        let replicas = (seconds / usable).ceil().max(1.0);
        Some(served.alternative.estimate().0 * month - replicas * quick.replica_month.0)
    };
    let mut all: Vec<(f64, &Quick)> = audit
        .deployments
        .iter()
        .filter(|quick| quick.servable.incumbent.calls > 0)
        .filter(|quick| only.is_none_or(|id| quick.with.deployment.id == id))
        .filter_map(|quick| Some((score(quick)?, quick)))
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.into_iter().take(CLOSELY).map(|(_, quick)| quick)
}

/// How a deployment serves the calls that it could, run as full as memory and the promise allow.
fn ready(world: &World, quick: &Quick, prefixes: Option<&Prefixes>) -> Option<Ready> {
    let assumed = &world.scenario.self_hosting;
    let with: Comparable = quick.with.clone();
    let mut mean = quick.servable.incumbent.mean(assumed.own_cache_share)?;
    let limits = with.on()?.limits(&assumed.roofline, Some(assumed.service.per_token));
    // Half of what the weights leave is taken to hold prefixes, the other half calls at work.
    let simulated = prefixes.zip(with.throughput.replica()).map(|(prefixes, replica)| {
        let free = replica.free(limits.memory, limits.used, limits.reserve).max(0.0);
        let blocks = 0.5 * free / replica.attention.held(prefixes.block_tokens).max(1.0);
        hit_share(prefixes.prompts.iter().map(Vec::as_slice), blocks as usize)
    });
    if let Some(share) = simulated {
        mean.cached = mean.input * share;
    }
    let operating = with.throughput.operate(&mean, &limits).ok()?;
    let service = with.throughput.service(&mean, operating.map_or(1.0, |found| found.at_once));
    // In production less is reached than in a benchmark, and what fails is done again.
    let slower = (1.0 + assumed.failed_share) / assumed.efficiency;
    Some(Ready { service: ServiceTime::of(service.per.map(|term| term * slower)), mean, simulated, with })
}

fn operating(world: &World, ready: &Ready) -> Option<Operating> {
    let assumed = &world.scenario.self_hosting;
    let limits = ready.with.on()?.limits(&assumed.roofline, Some(assumed.service.per_token));
    ready.with.throughput.operate(&ready.mean, &limits).ok().flatten()
}

pub(super) fn plan<'a>(
    world: &'a World,
    ready: &'a Ready,
    found: &'a Gathered,
    operating: Option<&Operating>,
    Covered { slot_minutes, hours, month }: Covered,
) -> Plan<'a> {
    let assumed = &world.scenario.self_hosting;
    let at_once = operating.map_or(assumed.roofline.most_at_once, |found| found.at_once);
    let seconds = found.nanos as f64 / 1e9 / found.volume.calls.max(1) as f64;
    let prefill = operating.map_or(0.0, |found| found.prefill);
    Plan {
        ready,
        found,
        assumed,
        slot_minutes,
        hours,
        month,
        held: Held {
            // A call shares its replica with the others.
            service: seconds * at_once,
            wait: (assumed.service.first_token - prefill).max(0.01),
            late: assumed.service.late_share,
            dispersion: found.dispersion(),
        },
        at_once,
        fillers: Default::default(),
        known: RefCell::default(),
    }
}

fn closely(world: &World, ready: Ready, found: Gathered, covered: Covered) -> Option<Looked> {
    let operating = operating(world, &ready);
    let (ways, best) = {
        let plan = plan(world, &ready, &found, operating.as_ref(), covered);
        let sizes = plan.sizes();
        // Spot machines may be taken away: they are no place for calls that somebody waits for.
        let ways = ready.with.ways(world).into_iter().filter(|way| way.commitment != Commitment::Spot);
        let ways: Vec<(Way, Sized)> = ways
            .map(|way| {
                let best = plan.best(&way, &sizes);
                (way, best)
            })
            .collect();
        // Where none pays, the one that loses the least.
        let order = |at: &usize| {
            let (way, fleet) = &ways[*at];
            let least = if fleet.replicas > 0 { 0.0 } else { plan.least_bad(way, &sizes).saving() };
            (fleet.saving(), least)
        };
        let best = (0..ways.len()).max_by(|a, b| {
            let (a, b) = (order(a), order(b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        })?;
        (ways, best)
    };
    Some(Looked { ready, operating, ways, best, found })
}
