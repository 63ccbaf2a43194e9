//! One pass over the log for some deployments: for every call that one could serve, what it needs of a replica and what each
//! alternative would charge, as sums that merge.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use polars::prelude::PolarsResult;

use super::gathered::{Gathered, Ready, Share, Versus};
use super::hosts;
use crate::engine::capacity::Work as Asked;
use crate::engine::hosting::surface::Collector;
use crate::engine::route::Candidate;
use crate::engine::route::kernel::{self, Choices, NOBODY};
use crate::inputs::models::ModelId;
use crate::inputs::partials::Rows;
use crate::inputs::prices::OfferId;
use crate::simulation::bridge::{Calendar, Class, Kind, Names, Part, Setting, Slot};
use crate::simulation::candidates::{Eligibility, Sought};
use crate::simulation::incumbent::Served;
use crate::simulation::partial::Question;
use crate::simulation::partial::gather::{of_rows, rows};
use crate::simulation::pass::{Additive, Plan, Work};
use crate::simulation::ways::{OfTier, Routed, Way};
use crate::simulation::world::World;
use crate::units::{Mode, Tier, TokenRatio, Usd};

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
    /// Alternatives that capacity is compared with.
    versus: &'static [Versus],
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
    /// For some deployments against some alternatives, with slots of so many minutes.
    pub fn new(
        eligibility: &Arc<Eligibility>,
        ready: Vec<Ready>,
        versus: &'static [Versus],
        slot_minutes: i32,
    ) -> Self {
        let world = eligibility.world();
        let mut calendar = Calendar::of(world);
        calendar.slot = Slot::Minute;
        Self {
            world: world.clone(),
            calendar,
            routed: Routed::of(eligibility),
            hosted: OfTier::of(eligibility, Tier::Hosted),
            ready,
            versus,
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
        (sum, collectors): (&mut Gathered, &mut [Collector]),
        choices: &mut Choices,
    ) {
        let ready = &self.ready[at];
        let (context, share) =
            (ready.with.deployment.context, self.world.scenario.self_hosting.own_cache_share);
        let part = calls.part;
        let day = DAY / self.slot_minutes;
        let mut at_host = |candidate: &Option<Candidate>| {
            let candidate = candidate.as_ref().filter(|_| self.versus.len() > 1)?;
            kernel::route(&part.columns(), std::slice::from_ref(candidate), choices);
            Some((choices.cost.clone(), choices.place.clone()))
        };
        let (median, host) = (at_host(&own.median), at_host(&own.host));
        let one = |at: &Option<(Vec<i64>, Vec<u32>)>, call: usize| {
            at.as_ref().filter(|(_, place)| place[call] != NOBODY).map(|(cost, _)| cost[call])
        };
        let (mut of_lane, mut from) = (Share::default(), 0);
        let slot_of = |minute: &i32| minute.div_euclid(self.slot_minutes);
        for run in part.slots.chunk_by(|minute, next| slot_of(minute) == slot_of(next)) {
            let slot = slot_of(&run[0]);
            let mut minute = (run[0], 0_u32);
            for call in from..from + run.len() {
                let tokens = part.buckets(call).scaled(own.ratio);
                if tokens.total() > context || calls.best_place[call] == NOBODY {
                    continue;
                }
                let input = tokens.input() as f64;
                let cached = ready.simulated.map_or(tokens.read as f64 * share, |held| input * held);
                let work = Asked::of_call(input - cached, input, tokens.out as f64);
                let nanos = (ready.service.seconds(&work) * 1e9).round() as u64;
                for versus in self.versus {
                    let (cost, cold) = match versus {
                        Versus::Best => {
                            (Some(calls.best[call]), calls.cold.as_ref().map_or(0, |cold| cold[call]))
                        }
                        Versus::Incumbent => (Some(calls.spent[call] + own.at_risk), 0),
                        Versus::CheapestHost => {
                            ((calls.hosted_place[call] != NOBODY).then(|| calls.hosted[call]), 0)
                        }
                        Versus::MedianHost => (one(&median, call), 0),
                        Versus::OwnHost => (one(&host, call), 0),
                    };
                    let Some(cost) = cost else { continue };
                    let place = *versus as usize;
                    sum.alternatives[place].0 += 1;
                    sum.alternatives[place].1 += Usd::from_pico(i128::from(cost));
                    collectors[place].add(nanos, cost - own.risk, cold);
                }
                sum.volume.add(tokens, calls.best[call]);
                of_lane.calls += 1;
                of_lane.nanos += i128::from(nanos);
                of_lane.spent += Usd::from_pico(i128::from(calls.spent[call]));
                of_lane.best += Usd::from_pico(i128::from(calls.best[call]));
                if part.slots[call] != minute.0 {
                    note(&mut sum.minutes, minute);
                    minute = (part.slots[call], 0);
                }
                minute.1 += 1;
            }
            note(&mut sum.minutes, minute);
            for versus in self.versus {
                let place = *versus as usize;
                if calls.waits {
                    collectors[place].flush(&mut sum.waiting[place], slot.div_euclid(day));
                } else {
                    collectors[place].flush(&mut sum.now[place], slot);
                }
            }
            from += run.len();
        }
        sum.nanos += of_lane.nanos;
        if of_lane.calls > 0 {
            sum.workloads.entry(calls.lane).or_default().add(&of_lane);
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

impl Additive for Gather {
    fn question(&self) -> Question {
        let own: Vec<String> = self
            .ready
            .iter()
            .map(|of| format!("{} {:?} {:?} {:?}", of.with.told(), of.service, of.mean, of.simulated))
            .collect();
        let about = if self.versus.len() > 1 { "machines against all alternatives" } else { "machines" };
        let host = &self.world.scenario.self_hosting.own_host;
        Question { about, exactly: format!("{own:?} {:?} {} {host:?}", self.versus, self.slot_minutes) }
    }

    fn rows(&self, sum: &Sums, names: &Names) -> Rows {
        rows(&sum.gathered, &self.world, names)
    }

    fn of_rows(&self, rows: &Rows, names: &Names) -> PolarsResult<Sums> {
        let gathered = of_rows(rows, self.ready.len(), &self.world, names)?;
        Ok(Sums { gathered, ..Sums::default() })
    }
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
                let into = (&mut sum.gathered[at], sum.collectors.as_mut_slice());
                self.add(at, own, &priced, into, choices);
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
