//! What an audit tells beside the sums: what the log claims, what a cache is worth, what deployments could serve, what is not
//! known.

use std::collections::BTreeMap;

use super::bridge::{Kind, Part, Setting, Slot, Traits};
use super::hosting::against::{Comparable, Servable, Served as ServedByOwn};
use super::incumbent::{Served, volume};
use super::outcome::Lane;
use super::replay::Seen;
use super::unknown::Unknowns;
use super::world::World;
use crate::engine::route::kernel::{Choices, NOBODY};
use crate::units::{Day, TokenRatio, Usd};

/// Cost as logged beside cost recomputed, over the priced calls that state one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Claims {
    /// Calls.
    pub calls: u64,
    /// What the log claims.
    pub claimed: Usd,
    /// What the same calls cost at list price.
    pub recomputed: Usd,
}

/// Facts of a log.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The priced calls with every prompt token at the full rate, as if there were no cache.
    pub without_cache: Usd,
    /// Cost as logged against cost recomputed.
    pub claims: Claims,
    /// What is not known.
    pub unknowns: Unknowns,
    /// What each deployment could serve, in their order.
    pub servable: Vec<Servable>,
    /// Billed calls without a date.
    pub undated: u64,
    /// Whether times were moved to an anchor.
    pub anchored: bool,
    /// The first and last day of the billed calls, those without a date on the day of the audit.
    pub days: Option<(Day, Day)>,
    /// Priced calls with tools that run at the seller, which no other offer has.
    pub only_here: BTreeMap<Lane, u64>,
}

impl Facts {
    /// Adds those of another part of the log.
    pub(super) fn merge(&mut self, other: &Self) {
        self.without_cache += other.without_cache;
        self.claims.calls += other.claims.calls;
        self.claims.claimed += other.claims.claimed;
        self.claims.recomputed += other.claims.recomputed;
        self.unknowns.merge(&other.unknowns);
        self.servable.resize(self.servable.len().max(other.servable.len()), Servable::default());
        for (own, theirs) in self.servable.iter_mut().zip(&other.servable) {
            own.incumbent.merge(&theirs.incumbent);
            own.hosted.merge(&theirs.hosted);
        }
        self.undated += other.undated;
        self.anchored |= other.anchored;
        for (lane, calls) in &other.only_here {
            *self.only_here.entry(*lane).or_default() += calls;
        }
        self.days = match (self.days, other.days) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (own, theirs) => own.or(theirs),
        };
    }

    /// Notes what is so whether the calls have a price or not.
    pub(super) fn note_class(&mut self, world: &World, setting: &Setting, part: &Part<'_>, slot: Slot) {
        self.anchored |= setting.anchored;
        let (calls, tokens) = volume(part);
        if setting.free {
            self.unknowns.gateway_cache.add(calls, tokens);
            return;
        }
        self.undated += if setting.dated { 0 } else { calls };
        let day =
            |slots: Option<&i32>| slots.map(|at| if world.reprice { world.as_of } else { slot.day(*at) });
        let days = day(part.slots.iter().min()).zip(day(part.slots.iter().max()));
        self.merge(&Self { days, ..Self::default() });
    }

    /// Notes what is so of priced calls.
    pub(super) fn note(
        &mut self,
        world: &World,
        seen: &Seen,
        served: &Served,
        priced: &Priced<'_>,
        deployments: &[Comparable],
        choices: &mut Choices,
    ) {
        self.unknowns.note_served(world, &seen.setting, served, priced.part);
        if seen.setting.kind == Kind::ServerTool {
            let lane = Lane { workload: seen.setting.workload, incumbent: served.offer };
            *self.only_here.entry(lane).or_default() += volume(priced.part).0;
        }
        self.note_costs(served, priced);
        self.servable.resize(deployments.len(), Servable::default());
        let Some(own) = seen.own.as_ref().filter(|own| !own.good.is_empty()) else { return };
        own.hosted.route(priced.part, choices);
        let mut known: Vec<(([u64; 2], i64), Servable)> = Vec::new();
        let longest = priced.totals.iter().copied().fold(0.0, f64::max);
        for &at in &own.good {
            let with = &deployments[at];
            let ratio = world.token_ratio(served.model, with.model);
            // Most deployments take every call, and then the sums are the same.
            let takes_all =
                longest * ratio.input.max(ratio.output) + ROUNDING <= with.deployment.context as f64;
            let key = (ratio.bits(), if takes_all { i64::MAX } else { with.deployment.context });
            let servable = match known.iter().find(|(of, _)| *of == key) {
                Some((_, servable)) => *servable,
                None => {
                    let servable = priced.servable(choices, ratio, key.1);
                    known.push((key, servable));
                    servable
                }
            };
            self.servable[at].incumbent.merge(&servable.incumbent);
            self.servable[at].hosted.merge(&servable.hosted);
        }
    }

    fn note_costs(&mut self, served: &Served, priced: &Priced<'_>) {
        let part = priced.part;
        let traits = part.class.traits;
        let plain = !traits.has(Traits::MANY) && !traits.has(Traits::SEARCHED);
        if plain && !traits.has(Traits::CLAIMED) && !part.has_cached() {
            self.without_cache += Usd::from_pico(priced.spent.iter().copied().map(i128::from).sum());
            return;
        }
        for call in 0..part.len() {
            let tokens = part.buckets(call).without_cache();
            let beside = served.beside(part.n_calls(call), part.searches(call));
            self.without_cache += Usd::from_pico(i128::from(served.candidate.tariff.cost(&tokens))) + beside;
            if let Some(claimed) = part.claimed(call) {
                self.claims.calls += part.n_calls(call).unsigned_abs();
                self.claims.claimed += Usd::from_pico(i128::from(claimed));
                self.claims.recomputed += served.cost(part, call).unwrap_or_default();
            }
        }
    }
}

/// Calls that have a price.
pub(super) struct Priced<'p> {
    /// The calls.
    pub(super) part: &'p Part<'p>,
    /// Tokens of each, input and output.
    pub(super) totals: &'p [f64],
    /// What each cost where it was served, in picodollars; empty where something is paid beside the tokens.
    pub(super) spent: &'p [i64],
}

impl Priced<'_> {
    /// What a deployment of some context could serve, against the incumbent and against the hosted offers chosen.
    fn servable(&self, hosted: &Choices, ratio: TokenRatio, context: i64) -> Servable {
        let (mut incumbent, mut cheapest) = (ServedByOwn::default(), ServedByOwn::default());
        let chosen = hosted.place.iter().zip(&hosted.cost);
        for (call, (spent, (place, cost))) in self.spent.iter().zip(chosen).enumerate() {
            let own = self.part.buckets(call).scaled(ratio);
            if own.total() > context {
                continue;
            }
            incumbent.add(own, *spent);
            if *place != NOBODY {
                cheapest.add(own, *cost);
            }
        }
        Servable { incumbent, hosted: cheapest }
    }
}

/// The buckets of a call are rounded one by one.
const ROUNDING: f64 = 6.0;
