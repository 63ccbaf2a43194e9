//! Ways to serve the calls of a log: which offers each class may go to.

use std::collections::HashMap;

use super::bridge::Setting;
use super::candidates::{Eligibility, Eligible, Sought};
use super::explain::Elimination;
use super::incumbent::Served;
use super::pass::Plan;
use super::world::World;
use crate::engine::route::Candidate;
use crate::inputs::prices::OfferId;
use crate::inputs::scenario::Course;
use crate::units::Tier;

/// A way to serve calls.
pub(super) trait Way: Send + Sync {
    /// Where calls of a setting may go that were served so; they can be routed.
    fn plan(&self, setting: &Setting, served: &Served) -> Plan;
}

/// As logged.
pub(super) struct AsLogged;

impl Way for AsLogged {
    fn plan(&self, _setting: &Setting, served: &Served) -> Plan {
        stays(served)
    }
}

fn stays(served: &Served) -> Plan {
    Plan::of(Some(served.candidate.clone()), Vec::new())
}

/// As the scenario of a world says.
pub(super) struct Routed {
    world: World,
    eligibility: Eligibility,
}

impl Routed {
    /// The way of a world's scenario.
    pub(super) fn of(world: &World) -> Self {
        Self { world: world.clone(), eligibility: Eligibility::default() }
    }
}

impl Routed {
    /// An offer as a candidate for calls of a setting, or why it is none.
    pub(super) fn judge(
        &self,
        offer: OfferId,
        setting: &Setting,
        sought: &Sought,
    ) -> Result<Eligible, Elimination> {
        let world = &self.world;
        match (world.scenario.course, world.rules.pinned(setting.name.as_deref())) {
            (Course::Incumbent, _) | (Course::Pinned, None) => Err(Elimination::NotMoved),
            (_, Some(offers)) if !offers.contains(&offer) => Err(Elimination::NotPinned),
            (_, Some(_)) => world.able(offer, sought).map_err(Elimination::Bar),
            (Course::Cheapest, None) => world.judge(offer, sought).map_err(Elimination::Bar),
        }
    }
}

impl Way for Routed {
    fn plan(&self, setting: &Setting, served: &Served) -> Plan {
        let world = &self.world;
        let sought = Sought::of(world, setting, served.model);
        let pinned = world.rules.pinned(setting.name.as_deref());
        match (world.scenario.course, pinned) {
            (Course::Incumbent, _) | (Course::Pinned, None) => stays(served),
            (_, Some(offers)) => {
                let able = offers.iter().filter_map(|offer| world.able(*offer, &sought).ok());
                pinned_to(able.map(|eligible| eligible.candidate).collect(), served)
            }
            (Course::Cheapest, None) => {
                let eligible = self.eligibility.of(world, sought);
                Plan::of(Some(served.candidate.clone()), candidates(&eligible, |_| true))
            }
        }
    }
}

/// A plan that sends every call that fits to the cheapest of some offers, even if it is dearer than the incumbent, which
/// keeps the rest.
fn pinned_to(offers: Vec<Candidate>, served: &Served) -> Plan {
    Plan { fallback: Some(served.candidate.clone()), ..Plan::of(None, offers) }
}

fn candidates(eligible: &[Eligible], keep: impl Fn(&Eligible) -> bool) -> Vec<Candidate> {
    eligible.iter().filter(|eligible| keep(eligible)).map(|eligible| eligible.candidate.clone()).collect()
}

/// Every call to the cheapest eligible offer of one tier, or where it was served.
pub(super) struct OfTier {
    world: World,
    eligibility: Eligibility,
    tier: Tier,
}

impl OfTier {
    /// The way of a tier.
    pub(super) fn of(world: &World, tier: Tier) -> Self {
        Self { world: world.clone(), eligibility: Eligibility::default(), tier }
    }
}

impl Way for OfTier {
    fn plan(&self, setting: &Setting, served: &Served) -> Plan {
        let eligible = self.eligibility.of(&self.world, Sought::of(&self.world, setting, served.model));
        let of_tier = candidates(&eligible, |eligible| eligible.tier == self.tier);
        Plan::of(Some(served.candidate.clone()), of_tier)
    }
}

impl World {
    /// The hosted offers that may serve such calls.
    pub(super) fn hosted(&self, setting: &Setting, served: &Served) -> Vec<Candidate> {
        let sought = Sought::of(self, setting, served.model);
        let hosted = self.book.offers().filter(|(_, terms)| terms.tier == Tier::Hosted);
        hosted.filter_map(|(offer, _)| Some(self.judge(offer, &sought).ok()?.candidate)).collect()
    }
}

/// The name of a workload and the offer that served it.
pub(super) type ServedLane = (Option<String>, OfferId);

/// Every call of a lane to one offer, if it may go there and fits; the others stay.
pub(super) struct Fixed {
    pub(super) world: World,
    /// Says what may serve a call.
    pub(super) way: Routed,
    pub(super) offers: HashMap<ServedLane, OfferId>,
}

impl Way for Fixed {
    fn plan(&self, setting: &Setting, served: &Served) -> Plan {
        let lane = (setting.name.as_deref().map(str::to_owned), served.offer);
        let Some(offer) = self.offers.get(&lane).filter(|offer| **offer != served.offer) else {
            return stays(served);
        };
        let sought = Sought::of(&self.world, setting, served.model);
        let able = self.way.judge(*offer, setting, &sought).ok();
        pinned_to(able.into_iter().map(|eligible| eligible.candidate).collect(), served)
    }
}
