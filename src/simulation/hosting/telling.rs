//! What is told of the deployment that is nearest to paying.

use polars::prelude::PolarsResult;

use super::breakeven::{Covered, Found, Looked, MustHold, Row, plan};
use super::costs::Way;
use super::devices::groups;
use super::fine_tuning::{Tuned, tuned};
use super::fleet::{Plan, Sized};
use super::gathered::Versus;
use super::shared::share;
use crate::engine::hosting::fleet::with_spares;
use crate::engine::hosting::roofline::Shape;
use crate::inputs::hardware::Commitment;
use crate::inputs::prices::OfferId;
use crate::inputs::scenario::workloads::FineTune;
use crate::simulation::audit::Audit;
use crate::simulation::pass::Calls;
use crate::simulation::world::World;
use crate::units::{HOURS_PER_MONTH, Tier};

/// What trainings that the scenario states would change.
pub(super) fn trained(calls: &Calls, world: &World, audit: &Audit) -> PolarsResult<Vec<Tuned>> {
    if world.scenario.fine_tunes.is_empty() {
        return Ok(Vec::new());
    }
    let (lanes, names) = groups(calls, world)?;
    let month = audit.month.factor();
    let of = |stated: &FineTune| -> Vec<Tuned> {
        let own = lanes.iter().filter(|((workload, _), _)| {
            workload.and_then(|code| names.text(code)).as_deref() == Some(stated.workload.as_str())
        });
        own.filter_map(|((_, incumbent), group)| tuned(world, stated, *incumbent, group, month)).collect()
    };
    Ok(world.scenario.fine_tunes.iter().flat_map(of).collect())
}

/// The most able closed model that serves calls of the log, at the seller that serves most of them.
pub(super) fn flagship(world: &World, audit: &Audit) -> Option<OfferId> {
    let lanes = audit.baseline.lines().filter_map(|(lane, _, line)| {
        let terms = world.book.offer(lane.incumbent);
        let score = world.scores.of(terms.model)?;
        (terms.tier == Tier::Closed).then_some((score, line.calls, lane.incumbent))
    });
    lanes.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(.., offer)| offer)
}

/// Standard deviations from the median to the tenth percentile.
const TENTH: f64 = 1.281_551_565_5;

/// Everything that is told of the first.
pub(super) fn told(
    world: &World,
    flagship: Option<OfferId>,
    tuned: Vec<Tuned>,
    looked: Vec<Looked>,
    covered: Covered,
) -> Found {
    let first = &looked[0];
    let plan = plan(world, &first.ready, &first.found, first.operating.as_ref(), covered);
    let (way, best) = first.best();
    let sizes = plan.sizes();
    let pays = best.replicas > 0;
    let fleet = if pays { best.clone() } else { plan.least_bad(way, &sizes) };
    let success = success(world, first);
    // One's own host sells the same weights where it has them.
    let there = world.scenario.self_hosting.own_host.as_ref().is_some_and(|host| {
        let seller = world.book.seller_named(host).map(|seller| &seller.id);
        let mut offers = world.book.offers_of(first.ready.with.model).iter();
        offers.any(|offer| Some(&world.book.seller_of(*offer).id) == seller)
    });
    let against = Versus::ALL
        .into_iter()
        .map(|versus| {
            let same = versus == Versus::MedianHost || (versus == Versus::OwnHost && there);
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
    let spot = first
        .ready
        .with
        .ways(world)
        .into_iter()
        .find(|way| way.commitment == Commitment::Spot)
        .and_then(|spot| {
            let waiting = plan.filling(Versus::Best);
            let second = spot.hour / 3_600.0 * (1.0 + plan.assumed.spot_restart);
            let done = waiting.waiting_above(second);
            (done.seconds > 0.0).then(|| {
                (done.seconds * covered.month / 3_600.0, (done.worth - done.seconds * second) * covered.month)
            })
        });
    let owned = &world.scenario.self_hosting.owned;
    let with_spares = with_spares(fleet.replicas, owned.availability, owned.availability_target);
    let (usable, dispersion) = (plan.usable(fleet.replicas), plan.held.dispersion);
    // Throughput a tenth of the time no better than this, and no worse.
    let spread = (TENTH * first.ready.with.throughput.sigma).exp();
    let at = |factor: f64| {
        let filled = plan.filling(Versus::Best).fill(plan.room(fleet.replicas) * factor);
        filled.gain() * plan.month - fleet.cost.total()
    };
    let band = (at(1.0 / spread), at(spread));
    let shared = share(world, &looked, covered.month).filter(|shared| shared.models.len() > 1);
    Found {
        band,
        shared,
        tuned,
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
        slot_minutes: covered.slot_minutes,
        hours: covered.hours,
        looked,
    }
}

/// How often the model succeeds on what it could serve (lower bound), and what serves it now (mean), by calls.
fn success(world: &World, looked: &Looked) -> Option<(f64, f64)> {
    let model = looked.ready.with.model;
    let (mut calls, mut own, mut other) = (0.0, 0.0, 0.0);
    for ((workload, incumbent), share) in &looked.found.lanes {
        let name = workload;
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
