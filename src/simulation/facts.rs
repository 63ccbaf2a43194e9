//! What an audit tells beside the sums: what the log claims, what a cache is worth, what deployments could serve, what is not
//! known.

use super::bridge::{Part, Setting, Slot, Traits};
use super::incumbent::{Served, volume};
use super::replay::Seen;
use super::self_hosting::{Comparable, Servable, Served as ServedByOwn};
use super::unknown::Unknowns;
use super::world::World;
use crate::engine::route::kernel::{Choices, NOBODY};
use crate::units::{Day, Usd};

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
        part: &Part<'_>,
        deployments: &[Comparable],
        choices: &mut Choices,
    ) {
        self.unknowns.note_served(world, &seen.setting, served, part);
        self.note_costs(served, part);
        self.servable.resize(deployments.len(), Servable::default());
        let Some(own) = seen.own.as_ref().filter(|own| !own.good.is_empty()) else { return };
        own.hosted.route(part, choices);
        let hosted: Vec<Option<i64>> = choices
            .place
            .iter()
            .zip(&choices.cost)
            .map(|(place, cost)| (*place != NOBODY).then_some(*cost))
            .collect();
        let mut known: Vec<((u64, i64), Servable)> = Vec::new();
        let longest = part.totals().into_iter().fold(0.0, f64::max);
        for &at in &own.good {
            let with = &deployments[at];
            let ratio = if with.model == served.model { 1.0 } else { world.scenario.token_ratio };
            // Most deployments take every call, and then the sums are the same.
            let takes_all = longest * ratio + ROUNDING <= with.deployment.context as f64;
            let key = (ratio.to_bits(), if takes_all { i64::MAX } else { with.deployment.context });
            let servable = match known.iter().find(|(of, _)| *of == key) {
                Some((_, servable)) => *servable,
                None => {
                    let servable = servable(served, part, &hosted, ratio, key.1);
                    known.push((key, servable));
                    servable
                }
            };
            self.servable[at].incumbent.merge(&servable.incumbent);
            self.servable[at].hosted.merge(&servable.hosted);
        }
    }

    fn note_costs(&mut self, served: &Served, part: &Part<'_>) {
        let claims = part.class.traits.has(Traits::CLAIMED);
        let cached = part.has_cached();
        for call in 0..part.len() {
            let cost = served.cost(part, call).unwrap_or_default();
            let tariff = &served.candidate.tariff;
            let (tokens, beside) =
                (part.buckets(call), served.beside(part.n_calls(call), part.searches(call)));
            self.without_cache += if cached {
                Usd::from_pico(i128::from(tariff.cost(&tokens.without_cache()))) + beside
            } else {
                cost
            };
            if let Some(claimed) = part.claimed(call).filter(|_| claims) {
                self.claims.calls += part.n_calls(call).unsigned_abs();
                self.claims.claimed += Usd::from_pico(i128::from(claimed));
                self.claims.recomputed += cost;
            }
        }
    }
}

/// The buckets of a call are rounded one by one.
const ROUNDING: f64 = 6.0;

/// What a deployment of some context could serve of a part.
fn servable(served: &Served, part: &Part<'_>, hosted: &[Option<i64>], ratio: f64, context: i64) -> Servable {
    let (mut incumbent, mut cheapest) = (ServedByOwn::default(), ServedByOwn::default());
    for (call, hosted) in hosted.iter().enumerate() {
        let logged = part.buckets(call);
        let own = logged.scaled(ratio);
        if own.total() > context {
            continue;
        }
        incumbent.add(own, served.candidate.tariff.cost(&logged));
        if let Some(cost) = hosted {
            cheapest.add(own, *cost);
        }
    }
    Servable { incumbent, hosted: cheapest }
}
