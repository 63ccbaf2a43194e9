//! A log served again, in several ways at once: one pass, a sum for each way. As logged and under a policy are the same code
//! with other plans, so a difference between two outcomes is a difference between plans.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use polars::prelude::PolarsResult;

use super::bridge::{Calendar, Class, Kind, Names, Part, Setting, Slot, Traits};
use super::candidates::Eligibility;
use super::facts::{Facts, Priced};
use super::hosting::against::Comparable;
use super::incumbent::{Served, Unpriced};
use super::outcome::{Lane, Outcome};
use super::partial::Question;
use super::partial::replay::{of_rows, rows};
use super::pass::{self, Additive, Calls, Cell, Ledger, Plan, Work};
use super::ways::{AsLogged, OfTier, Way};
use super::world::World;
use crate::engine::route::kernel::Choices;
use crate::inputs::partials::Rows;
use crate::inputs::prices::{NoPrice, OfferId};
use crate::units::{Day, Tier, Usd};

/// The calls of a class as the world sees them.
pub(super) struct Seen {
    pub(super) setting: Setting,
    pub(super) served: Result<Served, Unpriced>,
    /// A plan for each way; of the calls that have a price.
    pub(super) plans: Vec<Arc<Plan>>,
    /// Days of the sources of the rates of the watched way's candidates.
    source_days: Vec<Option<Day>>,
    /// Deployments, by their place, that are good enough to take the calls, and what hosted offers take them for.
    pub(super) own: Option<Alternatives>,
}

/// What a deployment is compared with.
pub(super) struct Alternatives {
    /// Which deployments are good enough.
    pub(super) good: Vec<usize>,
    /// The hosted offers alone.
    pub(super) hosted: Plan,
}

/// What a replay gave.
pub struct Replayed {
    /// What each way costs, in their order.
    pub outcomes: Vec<Outcome>,
    /// Names of the workloads, by code, in the order of the alphabet.
    pub workloads: Vec<String>,
    /// What else was found.
    pub facts: Facts,
    /// First and last moment, in microseconds since 1970-01-01 UTC; `None`: no call has a date.
    pub span: Option<(i64, i64)>,
}

/// How a log is replayed.
pub struct Replay {
    world: World,
    calendar: Calendar,
    ways: Vec<Box<dyn Way>>,
    /// The hosted offers, which deployments are compared with.
    hosted: OfTier,
    /// How many of the ways have sums by slot.
    by_slot: usize,
    /// Deployments to compare with; `None`: no facts beside the sums are wanted.
    deployments: Option<Vec<Comparable>>,
    /// The way whose choices are looked at for the age of their prices.
    watched: Option<usize>,
    seen: RwLock<HashMap<Class, Arc<Seen>>>,
}

/// Sums of a replay.
#[derive(Default)]
pub struct Sums {
    pub(super) ledgers: Vec<Ledger<Lane>>,
    pub(super) facts: Facts,
}

/// The place of the way in which calls cost what they cost where they were served, where facts are wanted.
pub(super) const AS_LOGGED: usize = 0;

impl Replay {
    /// A replay in some ways, of sums alone.
    pub fn new(eligibility: &Arc<Eligibility>, ways: Vec<Box<dyn Way>>) -> Self {
        let world = eligibility.world();
        Self {
            world: world.clone(),
            calendar: Calendar::of(world),
            hosted: OfTier::of(eligibility, Tier::Hosted),
            ways,
            by_slot: 0,
            deployments: None,
            watched: None,
            seen: RwLock::default(),
        }
    }

    /// With everything that an audit tells beside the sums; the first way must be [`AsLogged`], `watched` is the way whose choices it
    /// recommends.
    #[must_use]
    pub fn with_facts(self, deployments: Vec<Comparable>, watched: usize) -> Self {
        Self { deployments: Some(deployments), watched: Some(watched), ..self }
    }

    /// With sums of the first ways by hours or days; those of the others are of the whole log.
    #[must_use]
    pub const fn by(mut self, slot: Slot, ways: usize) -> Self {
        self.calendar.slot = slot;
        self.by_slot = ways;
        self
    }

    /// Replays a log.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn run(self, calls: &Calls) -> PolarsResult<Replayed> {
        let ways = self.ways.len();
        let slot = self.calendar.slot;
        let passed = pass::run(calls, Arc::new(self))?;
        let (workloads, codes) = alphabetical(&passed.names, &passed.sum);
        let mut ledgers = passed.sum.ledgers;
        ledgers.resize_with(ways, Ledger::default);
        let mut facts = passed.sum.facts;
        facts.only_here = facts
            .only_here
            .into_iter()
            .map(|(lane, calls)| {
                (Lane { workload: lane.workload.and_then(|code| codes.get(&code).copied()), ..lane }, calls)
            })
            .collect();
        Ok(Replayed {
            outcomes: ledgers.into_iter().map(|ledger| Outcome::of(&ledger, &codes, slot)).collect(),
            workloads,
            facts,
            span: passed.span,
        })
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
        let served = self.world.served(&setting);
        let (mut plans, mut source_days, mut own) = (Vec::new(), Vec::new(), None);
        if let Ok(served) = &served {
            let routable = setting.kind == Kind::Routable;
            let plan = |way: &dyn Way| match routable {
                true => way.plan(&setting, served),
                false => AsLogged.plan(&setting, served),
            };
            plans = self.ways.iter().map(|way| plan(way.as_ref())).collect();
            let day = |offer: OfferId| self.world.book.tariff(offer, &setting.when)?.source_day;
            let watched: Option<&Arc<Plan>> = self.watched.and_then(|way| plans.get(way));
            source_days = watched.map_or_else(Vec::new, |plan| {
                plan.candidates.iter().map(|candidate| day(OfferId(candidate.offer))).collect()
            });
            own = self.deployments.as_ref().filter(|_| routable).map(|deployments| {
                let good = |with: &Comparable| {
                    self.world.may_be_served(with.model) && self.world.good_enough(with.model, served.model)
                };
                Alternatives {
                    good: (0..deployments.len()).filter(|at| good(&deployments[*at])).collect(),
                    hosted: Plan::of(None, self.hosted.alone(&setting, served)),
                }
            });
        }
        Seen { setting, served, plans, source_days, own }
    }

    /// The sums of calls that have a price, one way after the other.
    fn serve(&self, seen: &Seen, served: &Served, part: &Part<'_>, choices: &mut Choices, sum: &mut Sums) {
        let lane = Lane { workload: seen.setting.workload, incumbent: served.offer };
        let traits = part.class.traits;
        let beside = traits.has(Traits::MANY) || traits.has(Traits::SEARCHED);
        let totals = part.totals();
        let mut spent = Vec::new();
        for (way, plan) in seen.plans.iter().enumerate() {
            if beside {
                // Such calls stay where they are, and something is paid beside their tokens.
                for (call, tokens) in totals.iter().enumerate() {
                    let cost = served.cost(part, call).map_or(0, Usd::pico);
                    let calls = part.n_calls(call).unsigned_abs();
                    let cell = Cell { calls, tokens: *tokens as i64, cost };
                    let slot = if way < self.by_slot { part.slots[call] } else { 0 };
                    sum.ledgers[way].put(lane, Some(served.offer.0), slot, cell);
                }
                continue;
            }
            plan.route(part, choices);
            if way == AS_LOGGED && self.deployments.is_some() {
                spent.clone_from(&choices.cost);
            }
            let slots = if way < self.by_slot { part.slots } else { &[] };
            sum.ledgers[way].add(lane, slots, plan, choices, Some(&totals));
            if self.watched == Some(way) {
                sum.facts.unknowns.note_sources(&seen.source_days, choices);
            }
        }
        if let Some(deployments) = &self.deployments {
            let priced = Priced { part, totals: &totals, spent: &spent };
            sum.facts.note(&self.world, seen, served, &priced, deployments, choices);
        }
    }
}

impl Additive for Replay {
    fn question(&self) -> Question {
        let ways: Vec<String> = self.ways.iter().map(|way| way.told()).collect();
        let own = self.deployments.as_ref().map(|own| own.iter().map(Comparable::told).collect::<Vec<_>>());
        let about = if own.is_some() { "audit" } else { "ways" };
        let (slot, by_slot, watched) = (self.calendar.slot, self.by_slot, self.watched);
        Question { about, exactly: format!("{ways:?} {slot:?} {by_slot} {own:?} {watched:?}") }
    }

    fn rows(&self, sum: &Sums, names: &Names) -> Rows {
        rows(sum, &self.world, names)
    }

    fn of_rows(&self, rows: &Rows, names: &Names) -> PolarsResult<Sums> {
        of_rows(rows, self.ways.len(), self.deployments.as_ref().map_or(0, Vec::len), &self.world, names)
    }
}

impl Work for Replay {
    type Sum = Sums;

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn take(&self, part: &Part<'_>, names: &Names, choices: &mut Choices, sum: &mut Sums) {
        sum.ledgers.resize_with(self.ways.len(), Ledger::default);
        let seen = self.seen(&part.class, names);
        if self.deployments.is_some() {
            sum.facts.note_class(&self.world, &seen.setting, part, self.calendar.slot);
        }
        if seen.setting.free {
            return;
        }
        match &seen.served {
            Err((why, name)) => sum.facts.unknowns.note_unpriced(why.clone(), name.clone(), part),
            Ok(served) if served.lookup.tariff.is_complete() => self.serve(&seen, served, part, choices, sum),
            Ok(served) => {
                // Some tokens have no price: a call with such tokens has none, either.
                let known = |call: usize| served.lookup.tariff.knows(&part.buckets(call));
                let (priced, unpriced) = part.split(known);
                if unpriced.len() > 0 {
                    let name = self.world.label(OfferId(served.candidate.offer));
                    let part = unpriced.part(part);
                    sum.facts.unknowns.note_unpriced(NoPrice::NoMeter, name, &part);
                }
                if priced.len() > 0 {
                    self.serve(&seen, served, &priced.part(part), choices, sum);
                }
            }
        }
    }

    fn merge(&self, sum: &mut Sums, other: Sums) {
        sum.ledgers.resize_with(self.ways.len(), Ledger::default);
        for (own, theirs) in sum.ledgers.iter_mut().zip(other.ledgers) {
            own.merge(theirs);
        }
        sum.facts.merge(&other.facts);
    }
}

/// The workloads of the sums in the order of the alphabet, and the place of each code among them: codes depend on which
/// batch came first.
fn alphabetical(names: &Names, sums: &Sums) -> (Vec<String>, HashMap<u32, u32>) {
    let lanes = sums.ledgers.iter().flat_map(|ledger| ledger.cells().map(|(lane, ..)| *lane));
    let mut codes: Vec<u32> = lanes.filter_map(|lane| lane.workload).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut named: Vec<(String, u32)> = codes
        .into_iter()
        .map(|code| (names.text(code).map(|text| text.to_string()).unwrap_or_default(), code))
        .collect();
    named.sort();
    let places = (0_u32..).zip(&named).map(|(place, (_, code))| (*code, place)).collect();
    (named.into_iter().map(|(name, _)| name).collect(), places)
}
