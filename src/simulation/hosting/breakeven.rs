//! Whether, where and how serving models oneself pays with this log.

use std::cell::RefCell;
use std::sync::Arc;

use polars::prelude::PolarsResult;

use super::against::{Answer as Quick, Comparable};
use super::answers::BreakEvens;
use super::costs::{Way, ways};
use super::fleet::{Mixed, Plan, Sized};
use super::gather::{Gather, Gathered, Ready, Versus};
use super::waterfall::Step;
use crate::engine::capacity::ServiceTime;
use crate::engine::hosting::fleet::with_spares;
use crate::engine::hosting::queueing::Held;
use crate::engine::hosting::roofline::{Operating, Shape};
use crate::inputs::hardware::Commitment;
use crate::inputs::prices::OfferId;
use crate::simulation::audit::Audit;
use crate::simulation::bridge::Names;
use crate::simulation::candidates::Eligibility;
use crate::simulation::pass::{self, Calls};
use crate::simulation::world::World;
use crate::units::{HOURS_PER_MONTH, Tier};

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
    /// Names of workloads and other texts.
    pub names: Names,
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

/// How closely is looked.
#[derive(Debug, Clone, Copy)]
pub struct Depth<'a> {
    /// The one deployment that is asked about; `None`: those nearest to paying.
    pub only: Option<&'a str>,
    /// Minutes of a slot.
    pub slot_minutes: i32,
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
    let hours = HOURS_PER_MONTH.0 / month;
    let ready: Vec<Ready> =
        nearest(world, audit, depth.only).filter_map(|quick| ready(world, quick)).collect();
    if ready.is_empty() {
        return Ok(Err(Nothing::NothingServed));
    }
    let work = Gather::new(&Eligibility::of(world), ready.clone(), depth.slot_minutes);
    let passed = pass::run(calls, Arc::new(work))?;
    let mut looked: Vec<Looked> = ready
        .into_iter()
        .zip(passed.sum.gathered)
        .filter(|(_, found)| found.volume.calls > 0)
        .filter_map(|(ready, found)| closely(world, ready, found, depth.slot_minutes, hours, month))
        .collect();
    looked.sort_by(|a, b| b.best().1.saving().total_cmp(&a.best().1.saving()));
    if looked.is_empty() {
        return Ok(Err(Nothing::NothingServed));
    }
    Ok(Ok(told(world, flagship(world, audit), looked, passed.names, depth.slot_minutes, hours, month)))
}

/// The most able closed model that serves calls of the log, at the seller that serves most of them.
fn flagship(world: &World, audit: &Audit) -> Option<OfferId> {
    let lanes = audit.baseline.lines().filter_map(|(lane, _, line)| {
        let terms = world.book.offer(lane.incumbent);
        let score = world.scores.of(terms.model)?;
        (terms.tier == Tier::Closed).then_some((score, line.calls, lane.incumbent))
    });
    lanes.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(.., offer)| offer)
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
fn ready(world: &World, quick: &Quick) -> Option<Ready> {
    let assumed = &world.scenario.self_hosting;
    let with: Comparable = quick.with.clone();
    let mean = quick.servable.incumbent.mean(assumed.own_cache_share)?;
    let limits = with.on()?.limits(&assumed.roofline, Some(assumed.service.per_token));
    let operating = with.throughput.operate(&mean, &limits).ok()?;
    let service = with.throughput.service(&mean, operating.map_or(1.0, |found| found.at_once));
    // In production less is reached than in a benchmark, and what fails is done again.
    let slower = (1.0 + assumed.failed_share) / assumed.efficiency;
    Some(Ready { service: ServiceTime::of(service.per.map(|term| term * slower)), mean, with })
}

fn operating(world: &World, ready: &Ready) -> Option<Operating> {
    let assumed = &world.scenario.self_hosting;
    let limits = ready.with.on()?.limits(&assumed.roofline, Some(assumed.service.per_token));
    ready.with.throughput.operate(&ready.mean, &limits).ok().flatten()
}

fn plan<'a>(
    world: &'a World,
    ready: &'a Ready,
    found: &'a Gathered,
    operating: Option<&Operating>,
    (slot_minutes, hours, month): (i32, f64, f64),
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

fn closely(
    world: &World,
    ready: Ready,
    found: Gathered,
    slot_minutes: i32,
    hours: f64,
    month: f64,
) -> Option<Looked> {
    let operating = operating(world, &ready);
    let ways: Vec<(Way, Sized)> = {
        let plan = plan(world, &ready, &found, operating.as_ref(), (slot_minutes, hours, month));
        let sizes = plan.sizes();
        // Spot machines may be taken away: they are no place for calls that somebody waits for.
        let ways = ways(world, &ready.with).into_iter().filter(|way| way.commitment != Commitment::Spot);
        ways.map(|way| {
            let best = plan.best(&way, &sizes);
            (way, best)
        })
        .collect()
    };
    let saving = |at: &usize| ways[*at].1.saving();
    // Where none pays, the one that loses least with one replica.
    let least = |at: &usize| -ways[*at].0.hour;
    let best =
        (0..ways.len()).max_by(|a, b| saving(a).total_cmp(&saving(b)).then(least(a).total_cmp(&least(b))))?;
    Some(Looked { ready, operating, ways, best, found })
}

/// Everything that is told of the first.
fn told(
    world: &World,
    flagship: Option<OfferId>,
    looked: Vec<Looked>,
    names: Names,
    slot_minutes: i32,
    hours: f64,
    month: f64,
) -> Found {
    let first = &looked[0];
    let plan =
        plan(world, &first.ready, &first.found, first.operating.as_ref(), (slot_minutes, hours, month));
    let (way, best) = first.best();
    let sizes = plan.sizes();
    let pays = best.replicas > 0;
    let fleet = if pays { best.clone() } else { plan.least_bad(way, &sizes) };
    let success = success(world, first, &names);
    let against = Versus::ALL
        .into_iter()
        .map(|versus| {
            let same = versus == Versus::MedianHost;
            let known = (versus == Versus::Incumbent).then_some(success).flatten();
            plan.against(versus, way, &fleet, known, same)
        })
        .collect();
    let on_demand = first.ways.iter().find(|(way, _)| way.commitment == Commitment::OnDemand);
    let mixed = on_demand.and_then(|(peak, _)| {
        let of = |(base, _): &(Way, Sized)| Some((base.clone(), plan.mixed(base, peak, &sizes)?));
        let all = first.ways.iter().filter_map(of);
        all.max_by(|a, b| a.1.saving.total_cmp(&b.1.saving))
    });
    let logged = first.found.volume.mean(1.0);
    let waterfall =
        logged.map_or_else(Vec::new, |logged: Shape| plan.waterfall(world, way, &fleet, &logged, flagship));
    let (must, rows, peak_replicas) =
        (must(&plan, way, &fleet, success), rows(&plan, way, &sizes, &fleet), plan.without_overflow());
    let spot = ways(world, &first.ready.with)
        .into_iter()
        .find(|way| way.commitment == Commitment::Spot)
        .and_then(|spot| {
            let waiting = plan.filling(Versus::Best);
            let second = spot.hour / 3_600.0 * (1.0 + plan.assumed.spot_restart);
            let done = waiting.waiting_above(second);
            (done.seconds > 0.0)
                .then(|| (done.seconds * month / 3_600.0, (done.worth - done.seconds * second) * month))
        });
    let owned = &world.scenario.self_hosting.owned;
    let with_spares = with_spares(fleet.replicas, owned.availability, owned.availability_target);
    let (usable, dispersion) = (plan.usable(fleet.replicas), plan.held.dispersion);
    Found {
        names,
        rows,
        fleet,
        pays,
        against,
        mixed,
        spot,
        with_spares,
        usable,
        dispersion,
        peak_replicas,
        waterfall,
        must,
        success,
        slot_minutes,
        hours,
        looked,
    }
}

/// How often the model succeeds on what it could serve (lower bound), and what serves it now (mean), by calls.
fn success(world: &World, looked: &Looked, names: &Names) -> Option<(f64, f64)> {
    let model = looked.ready.with.model;
    let (mut calls, mut own, mut other) = (0.0, 0.0, 0.0);
    for ((workload, incumbent), share) in &looked.found.workloads {
        let name = workload.and_then(|code| names.text(code));
        let here = world.success(name.as_deref(), model, *incumbent)?;
        let now = world.success(name.as_deref(), *incumbent, *incumbent)?;
        let weight = share.calls as f64;
        calls += weight;
        own += weight * if model == *incumbent { now.mean } else { here.low };
        other += weight * now.mean;
    }
    (calls > 0.0).then(|| (own / calls, other / calls))
}

/// Sizes around the best, none and the one that serves all.
fn rows(plan: &Plan<'_>, way: &Way, sizes: &[u32], fleet: &Sized) -> Vec<Row> {
    let at = sizes.iter().position(|size| *size >= fleet.replicas).unwrap_or(0);
    let mut shown: Vec<usize> = (at.saturating_sub(2)..=(at + 3).min(sizes.len() - 1)).collect();
    shown.extend([0, 1.min(sizes.len() - 1), sizes.len() - 1]);
    shown.sort_unstable();
    shown.dedup();
    let work = plan.found.nanos as f64 / 1e9;
    let slots: Vec<f64> =
        plan.found.now[Versus::Best as usize].seconds().map(|(_, seconds)| seconds).collect();
    let of = |size: u32| {
        let fleet = plan.sized(way, size);
        let next = plan.sized(way, size + 1).gain - fleet.gain;
        let replicas = f64::from(size);
        // Calls of a slot on one replica, at random: the share of the time in which there is at least one.
        let slot = f64::from(plan.slot_minutes) * 60.0;
        let busy: f64 = slots
            .iter()
            .map(|seconds| {
                1.0 - (-(seconds.min(plan.room(size)) * plan.at_once / slot / replicas.max(1.0))).exp()
            })
            .sum();
        Row {
            next,
            own_share: if work > 0.0 { fleet.filled.seconds / work } else { 0.0 },
            throughput: if size == 0 {
                0.0
            } else {
                fleet.filled.seconds / (replicas * plan.hours * 3_600.0)
            },
            busy: if size == 0 { 0.0 } else { busy * slot / (plan.hours * 3_600.0) },
            fleet,
        }
    };
    shown.into_iter().map(|at| of(sizes[at])).collect()
}

/// What must be true so that the fleet costs no more than the best other offers.
fn must(plan: &Plan<'_>, way: &Way, fleet: &Sized, success: Option<(f64, f64)>) -> Vec<MustHold> {
    let (gain, cost) = (fleet.gain, fleet.cost.total());
    let left = gain - cost;
    let positive = |value: f64| (value.is_finite() && value >= 0.0).then_some(value);
    let replicas = f64::from(way.paid(fleet.replicas));
    let hour = way.hour * replicas;
    let staff = plan.assumed.staff.month(replicas * way.gpus).0;
    let people = staff / (plan.assumed.staff.salary_year.0 / 12.0).max(1e-9);
    // A machine that delivers less has less room; the share of it at which the gain is the cost.
    let room = plan.room(fleet.replicas);
    let reaches = |share: f64| plan.filling(Versus::Best).fill(room * share).gain() * plan.month >= cost;
    let throughput = reaches(1e6).then(|| {
        let (mut low, mut high) = (0.0, 1e6);
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if reaches(middle) { high = middle } else { low = middle }
        }
        high
    });
    let mut all = vec![
        MustHold {
            what: "dollars an hour of the fleet",
            now: hour,
            limit: positive(hour + left / HOURS_PER_MONTH.0),
            at_least: false,
        },
        MustHold {
            what: "engineers",
            now: people,
            limit: positive(people + left / (plan.assumed.staff.salary_year.0 / 12.0)),
            at_least: false,
        },
        MustHold { what: "throughput over what is expected", now: 1.0, limit: throughput, at_least: true },
        MustHold {
            what: "price of the best other offers over today's",
            now: 1.0,
            limit: if gain > 0.0 { positive(cost / gain) } else { None },
            at_least: true,
        },
    ];
    if let Some((own, other)) = success.filter(|(own, other)| own < other) {
        let calls = (fleet.filled.calls * plan.month).max(1e-9);
        all.push(MustHold {
            what: "dollars that a failed call costs",
            now: 0.0,
            limit: positive(left / calls / (other - own)),
            at_least: false,
        });
    }
    all
}
