//! One pass over the log for some deployments: for every call that one could serve, what it needs of a replica and what each
//! alternative would charge, as sums that merge.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use super::against::{Comparable, Served as Volume};
use super::hosts;
use crate::engine::capacity::{ServiceTime, Work as Asked};
use crate::engine::hosting::roofline::Shape;
use crate::engine::hosting::surface::{Collector, Surface};
use crate::engine::route::Candidate;
use crate::engine::route::kernel::{Choices, NOBODY};
use crate::inputs::models::ModelId;
use crate::inputs::prices::OfferId;
use crate::simulation::bridge::{Calendar, Class, Kind, Names, Part, Setting, Slot};
use crate::simulation::candidates::{Eligibility, Sought};
use crate::simulation::incumbent::Served;
use crate::simulation::pass::{Plan, Work};
use crate::simulation::ways::{OfTier, Routed, Way};
use crate::simulation::world::World;
use crate::units::{Mode, Tier, TokenRatio, Usd};

/// What a deployment is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Versus {
    /// The best of all other offers, call by call: what decides how large a fleet should be.
    Best,
    /// What served the calls.
    Incumbent,
    /// The cheapest eligible hosted offer, call by call.
    CheapestHost,
    /// The median host of the same model.
    MedianHost,
    /// The user's own host.
    OwnHost,
}

impl Versus {
    /// All of them, in the order of their places.
    pub const ALL: [Self; 5] =
        [Self::Best, Self::Incumbent, Self::CheapestHost, Self::MedianHost, Self::OwnHost];
}

/// How a deployment serves calls in this log.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The deployment.
    pub with: Comparable,
    /// Replica-seconds of a call's parts, what is lost in production and by failures included.
    pub service: ServiceTime,
    /// The mean call that it could serve.
    pub mean: Shape,
    /// Share of the input that a cache of one's own holds, simulated on the blocks of the prompts; `None`: the log has no blocks, and a
    /// share of its cache reads is taken.
    pub simulated: Option<f64>,
}

/// What the calls that a deployment could serve sum up to.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// The calls, with what the best other offers charge.
    pub volume: Volume,
    /// Replica-nanoseconds of all.
    pub nanos: i128,
    /// By alternative: calls that it takes, and what it charges for them.
    pub alternatives: [(u64, Usd); Versus::ALL.len()],
    /// By alternative: what capacity would be worth, of calls that cannot wait, by slot.
    pub now: [Surface; Versus::ALL.len()],
    /// The same of calls that can, by day.
    pub waiting: [Surface; Versus::ALL.len()],
    /// Calls by minute.
    pub minutes: BTreeMap<i32, u32>,
    /// By workload (code) and the model that served it: calls, replica-nanoseconds, what they cost now and at the best other offers.
    pub workloads: BTreeMap<(Option<u32>, ModelId), Share>,
}

/// What a workload has of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Share {
    /// Calls.
    pub calls: u64,
    /// Replica-nanoseconds.
    pub nanos: i128,
    /// What they cost as logged.
    pub spent: Usd,
    /// What they cost at the best other offers.
    pub best: Usd,
}

impl Gathered {
    fn merge(&mut self, other: Self) {
        self.volume.merge(&other.volume);
        self.nanos += other.nanos;
        for (own, theirs) in self.alternatives.iter_mut().zip(other.alternatives) {
            own.0 += theirs.0;
            own.1 += theirs.1;
        }
        for (own, theirs) in self.now.iter_mut().zip(other.now) {
            own.merge(theirs);
        }
        for (own, theirs) in self.waiting.iter_mut().zip(other.waiting) {
            own.merge(theirs);
        }
        for (minute, calls) in other.minutes {
            *self.minutes.entry(minute).or_default() += calls;
        }
        for (workload, share) in other.workloads {
            let own = self.workloads.entry(workload).or_default();
            own.calls += share.calls;
            own.nanos += share.nanos;
            own.spent += share.spent;
            own.best += share.best;
        }
    }

    /// Variance over mean of the calls of a minute, within each hour; 1 where calls come at random, or where there are too few to tell.
    pub fn dispersion(&self) -> f64 {
        let mut hours: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
        for (minute, calls) in &self.minutes {
            let calls = f64::from(*calls);
            let hour = hours.entry(minute.div_euclid(60)).or_default();
            hour.0 += calls;
            hour.1 += calls * calls;
        }
        let (mut variance, mut mean) = (0.0, 0.0);
        for (sum, squares) in hours.into_values() {
            let own = sum / 60.0;
            variance += (squares - 60.0 * own * own) / 59.0;
            mean += own;
        }
        if mean > 0.0 { (variance / mean).max(1.0) } else { 1.0 }
    }
}

/// What is known of a class.
struct Seen {
    served: Option<Served>,
    workload: Option<u32>,
    best: Option<Arc<Plan>>,
    hosted: Plan,
    /// By deployment: what it needs to serve these calls; `None`: it may not.
    own: Vec<Option<Own>>,
    waits: bool,
}

struct Own {
    ratio: TokenRatio,
    /// Picodollars that a call puts at risk here, and where it was served.
    risk: i64,
    at_risk: i64,
    median: Option<Candidate>,
    host: Option<Candidate>,
}

/// The work of the pass.
pub struct Gather {
    world: World,
    calendar: Calendar,
    routed: Routed,
    hosted: OfTier,
    ready: Vec<Ready>,
    /// Minutes of a slot of the surface.
    slot_minutes: i32,
    seen: RwLock<HashMap<Class, Arc<Seen>>>,
}

/// Sums of a thread, and room to add up in.
#[derive(Default)]
pub struct Sums {
    /// By deployment.
    pub gathered: Vec<Gathered>,
    collectors: Vec<Collector>,
}

/// Minutes of a day.
const DAY: i32 = 1_440;

impl Gather {
    /// For some deployments, with slots of so many minutes.
    pub fn new(eligibility: &Arc<Eligibility>, ready: Vec<Ready>, slot_minutes: i32) -> Self {
        let world = eligibility.world();
        let mut calendar = Calendar::of(world);
        calendar.slot = Slot::Minute;
        Self {
            world: world.clone(),
            calendar,
            routed: Routed::of(eligibility),
            hosted: OfTier::of(eligibility, Tier::Hosted),
            ready,
            slot_minutes,
            seen: RwLock::default(),
        }
    }

    fn seen(&self, class: &Class, names: &Names) -> Arc<Seen> {
        if let Some(known) = self.seen.read().unwrap_or_else(PoisonError::into_inner).get(class) {
            return Arc::clone(known);
        }
        let new = Arc::new(self.see(class, names));
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(seen.entry(*class).or_insert(new))
    }

    fn see(&self, class: &Class, names: &Names) -> Seen {
        let setting = Setting::of(class, names, &self.calendar, &self.world);
        let nothing = |workload| Seen {
            served: None,
            workload,
            best: None,
            hosted: Plan::default(),
            own: Vec::new(),
            waits: false,
        };
        let routable = setting.kind == Kind::Routable && !setting.free && setting.dated;
        let served = if routable { self.world.served(&setting).ok() } else { None };
        let Some(served) = served.filter(|served| served.lookup.tariff.is_complete()) else {
            return nothing(setting.workload);
        };
        let sought = Sought::of(&self.world, &setting, served.model);
        let own = self.ready.iter().map(|ready| self.own(ready, &setting, &served, &sought)).collect();
        let needs = setting.name.as_deref().and_then(|name| self.world.scenario.needs.get(name));
        Seen {
            workload: setting.workload,
            best: Some(self.routed.plan(&setting, &served)),
            hosted: Plan::of(None, self.hosted.alone(&setting, &served)),
            own,
            waits: needs.is_some_and(|needs| needs.can_wait) || setting.when.mode == Mode::Batch,
            served: Some(served),
        }
    }

    fn own(&self, ready: &Ready, setting: &Setting, served: &Served, sought: &Sought) -> Option<Own> {
        let world = &self.world;
        let model = ready.with.model;
        if !world.may_be_served(model) {
            return None;
        }
        let risk = world.risk_of(setting.name.as_deref(), model, served.model).ok()?;
        let at = |offer: OfferId| {
            let found = world.able(offer, &sought.at_any_quality()).ok()?;
            let risk =
                world.risk_of(setting.name.as_deref(), world.book.offer(offer).model, served.model).ok()?;
            Some(Candidate { risk, ..found.candidate })
        };
        Some(Own {
            ratio: world.token_ratio(served.model, model),
            risk,
            at_risk: world.weighed(&served.candidate, sought).risk,
            median: hosts::median(world, model, &setting.when, &ready.mean).and_then(at),
            host: hosts::own(world, model, &setting.when, &ready.mean).into_iter().find_map(at),
        })
    }

    /// Adds the calls of a class that a deployment could serve.
    fn add(
        &self,
        at: usize,
        own: &Own,
        calls: &Priced<'_>,
        sum: &mut Gathered,
        collectors: &mut [Collector],
    ) {
        let ready = &self.ready[at];
        let (context, share) =
            (ready.with.deployment.context, self.world.scenario.self_hosting.own_cache_share);
        let part = calls.part;
        let day = DAY / self.slot_minutes;
        let mut from = 0;
        for run in part
            .slots
            .chunk_by(|slot, next| slot.div_euclid(self.slot_minutes) == next.div_euclid(self.slot_minutes))
        {
            let slot = run[0].div_euclid(self.slot_minutes);
            let mut minute = (run[0], 0_u32);
            for call in from..from + run.len() {
                let logged = part.buckets(call);
                let tokens = logged.scaled(own.ratio);
                if tokens.total() > context || calls.best_place[call] == NOBODY {
                    continue;
                }
                let input = tokens.input() as f64;
                let cached = ready.simulated.map_or(tokens.read as f64 * share, |held| input * held);
                let work = Asked::of_call(input - cached, input, tokens.out as f64);
                let nanos = (ready.service.seconds(&work) * 1e9).round() as u64;
                let costs = [
                    Some(calls.best[call]),
                    Some(calls.spent[call] + own.at_risk),
                    (calls.hosted_place[call] != NOBODY).then(|| calls.hosted[call]),
                    own.median.as_ref().and_then(|host| host.weighed(&logged)),
                    own.host.as_ref().and_then(|host| host.weighed(&logged)),
                ];
                let cold = calls.cold.as_ref().map_or(0, |cold| cold[call]);
                for (versus, cost) in costs.into_iter().enumerate() {
                    let Some(cost) = cost else { continue };
                    sum.alternatives[versus].0 += 1;
                    sum.alternatives[versus].1 += Usd::from_pico(i128::from(cost));
                    collectors[versus].add(nanos, cost - own.risk, if versus == 0 { cold } else { 0 });
                }
                sum.volume.add(tokens, calls.best[call]);
                sum.nanos += i128::from(nanos);
                let share = sum.workloads.entry(calls.lane).or_default();
                share.calls += 1;
                share.nanos += i128::from(nanos);
                share.spent += Usd::from_pico(i128::from(calls.spent[call]));
                share.best += Usd::from_pico(i128::from(calls.best[call]));
                if part.slots[call] != minute.0 {
                    note(&mut sum.minutes, minute);
                    minute = (part.slots[call], 0);
                }
                minute.1 += 1;
            }
            note(&mut sum.minutes, minute);
            for (versus, collector) in collectors.iter_mut().enumerate() {
                if calls.waits {
                    collector.flush(&mut sum.waiting[versus], slot.div_euclid(day));
                } else {
                    collector.flush(&mut sum.now[versus], slot);
                }
            }
            from += run.len();
        }
    }
}

fn note(minutes: &mut BTreeMap<i32, u32>, (minute, calls): (i32, u32)) {
    if calls > 0 {
        *minutes.entry(minute).or_default() += calls;
    }
}

/// The calls of a class with what they cost elsewhere, in picodollars with what is put at risk.
struct Priced<'a> {
    part: &'a Part<'a>,
    lane: (Option<u32>, ModelId),
    waits: bool,
    spent: Vec<i64>,
    best: Vec<i64>,
    best_place: Vec<u32>,
    /// What cold caches cost more at the best offer; `None`: nothing was cached.
    cold: Option<Vec<i64>>,
    hosted: Vec<i64>,
    hosted_place: Vec<u32>,
}

impl Work for Gather {
    type Sum = Sums;

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn take(&self, part: &Part<'_>, names: &Names, choices: &mut Choices, sum: &mut Sums) {
        let seen = self.seen(&part.class, names);
        sum.gathered.resize_with(self.ready.len(), Gathered::default);
        sum.collectors.resize_with(Versus::ALL.len(), Collector::default);
        let (Some(served), Some(best)) = (&seen.served, &seen.best) else { return };
        if seen.own.iter().all(Option::is_none) {
            return;
        }
        Plan::of(Some(served.candidate.clone()), Vec::new()).route(part, choices);
        let spent = choices.cost.clone();
        best.route(part, choices);
        let (best_cost, best_place) = (choices.cost.clone(), choices.place.clone());
        let cold = part.has_cached().then(|| {
            let more = |call: usize| {
                let candidate = best.candidates.get(best_place[call] as usize)?;
                Some(candidate.weighed(&part.buckets(call).without_cache())? - best_cost[call])
            };
            (0..part.len()).map(|call| more(call).unwrap_or(0).max(0)).collect()
        });
        seen.hosted.route(part, choices);
        let priced = Priced {
            part,
            lane: (seen.workload, served.model),
            waits: seen.waits,
            spent,
            best: best_cost,
            best_place,
            cold,
            hosted: choices.cost.clone(),
            hosted_place: choices.place.clone(),
        };
        for (at, own) in seen.own.iter().enumerate() {
            if let Some(own) = own {
                self.add(at, own, &priced, &mut sum.gathered[at], &mut sum.collectors);
            }
        }
    }

    fn merge(&self, sum: &mut Sums, other: Sums) {
        sum.gathered.resize_with(self.ready.len(), Gathered::default);
        for (own, theirs) in sum.gathered.iter_mut().zip(other.gathered) {
            own.merge(theirs);
        }
    }
}
