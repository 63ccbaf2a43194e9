//! Ways to serve the calls of a log: which offers each class may go to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::bridge::Setting;
use super::candidates::{Eligibility, Eligible, Elimination, Sought};
use super::incumbent::Served;
use super::pass::Plan;
use crate::engine::route::Candidate;
use crate::inputs::prices::OfferId;
use crate::inputs::scenario::Course;
use crate::units::Tier;

/// A way to serve calls.
pub(super) trait Way: Send + Sync {
    /// Where calls of a setting may go that were served so; they can be routed.
    fn plan(&self, setting: &Setting, served: &Served) -> Arc<Plan>;
    /// What tells it from other ways in the same world.
    fn told(&self) -> String;
}

/// As logged.
pub(super) struct AsLogged;

impl Way for AsLogged {
    fn plan(&self, _setting: &Setting, served: &Served) -> Arc<Plan> {
        stays(served)
    }

    fn told(&self) -> String {
        "as logged".to_owned()
    }
}

fn stays(served: &Served) -> Arc<Plan> {
    Arc::new(Plan::of(Some(served.candidate.clone()), Vec::new()))
}

/// Plans that many classes share: what decides is the offer that served them and what is sought.
#[derive(Default)]
pub(super) struct Plans(Mutex<HashMap<(OfferId, Sought), Arc<Plan>>>);

impl Plans {
    /// The plan of such calls, made once.
    pub(super) fn get(&self, served: &Served, sought: Sought, make: impl FnOnce() -> Plan) -> Arc<Plan> {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(plans.entry((served.offer, sought)).or_insert_with(|| Arc::new(make())))
    }
}

/// As the scenario of a world says.
pub(super) struct Routed {
    eligibility: Arc<Eligibility>,
    plans: Plans,
}

impl Routed {
    /// The way of a world's scenario.
    pub(super) fn of(eligibility: &Arc<Eligibility>) -> Self {
        Self { eligibility: Arc::clone(eligibility), plans: Plans::default() }
    }

    /// An offer as a candidate for calls of a setting, or why it is none.
    pub(super) fn judge(
        &self,
        offer: OfferId,
        setting: &Setting,
        sought: &Sought,
    ) -> Result<Eligible, Elimination> {
        let world = self.eligibility.world();
        match (world.scenario.course, world.rules.pinned(setting.name.as_deref())) {
            (Course::Incumbent, _) | (Course::Pinned, None) => Err(Elimination::NotMoved),
            (_, Some(offers)) if !offers.contains(&offer) => Err(Elimination::NotPinned),
            (_, Some(_)) => world.able(offer, sought).map_err(Elimination::Bar),
            (Course::Cheapest, None) => world.judge(offer, sought).map_err(Elimination::Bar),
        }
    }
}

impl Way for Routed {
    fn plan(&self, setting: &Setting, served: &Served) -> Arc<Plan> {
        let world = self.eligibility.world();
        let sought = Sought::of(world, setting, served.model);
        let pinned = world.rules.pinned(setting.name.as_deref());
        match (world.scenario.course, pinned) {
            (Course::Incumbent, _) | (Course::Pinned, None) => stays(served),
            (_, Some(offers)) => {
                let able = offers.iter().filter_map(|offer| world.able(*offer, &sought).ok());
                pinned_to(able.map(|eligible| eligible.candidate).collect(), served)
            }
            (Course::Cheapest, None) => self.plans.get(served, sought, || {
                let eligible = candidates(&self.eligibility.list(sought), |_| true);
                Plan::of(Some(world.weighed(&served.candidate, &sought)), eligible)
            }),
        }
    }

    fn told(&self) -> String {
        // Rules may be left out to price them; all else is of the world.
        format!("routed {:?}", self.eligibility.world().scenario.policy)
    }
}

/// A plan that sends every call that fits to the cheapest of some offers, even if it is dearer than the incumbent, which
/// keeps the rest.
fn pinned_to(offers: Vec<Candidate>, served: &Served) -> Arc<Plan> {
    Arc::new(Plan { fallback: Some(served.candidate.clone()), ..Plan::of(None, offers) })
}

fn candidates(eligible: &[Eligible], keep: impl Fn(&Eligible) -> bool) -> Vec<Candidate> {
    eligible.iter().filter(|eligible| keep(eligible)).map(|eligible| eligible.candidate.clone()).collect()
}

/// Every call to the cheapest eligible offer of one tier, or where it was served.
pub(super) struct OfTier {
    eligibility: Arc<Eligibility>,
    plans: Plans,
    tier: Tier,
}

impl OfTier {
    /// The way of a tier.
    pub(super) fn of(eligibility: &Arc<Eligibility>, tier: Tier) -> Self {
        Self { eligibility: Arc::clone(eligibility), plans: Plans::default(), tier }
    }

    /// The offers of the tier alone, without the one that served the calls.
    pub(super) fn alone(&self, setting: &Setting, served: &Served) -> Vec<Candidate> {
        let sought = Sought::of(self.eligibility.world(), setting, served.model);
        candidates(&self.eligibility.list(sought), |eligible| eligible.tier == self.tier)
    }
}

impl Way for OfTier {
    fn plan(&self, setting: &Setting, served: &Served) -> Arc<Plan> {
        let world = self.eligibility.world();
        let sought = Sought::of(world, setting, served.model);
        self.plans.get(served, sought, || {
            Plan::of(Some(world.weighed(&served.candidate, &sought)), self.alone(setting, served))
        })
    }

    fn told(&self) -> String {
        format!("{} only", self.tier.word())
    }
}

/// Every call to the cheapest of some offers, whatever their quality, if it fits; the others stay.
pub(super) struct AllTo {
    pub(super) eligibility: Arc<Eligibility>,
    pub(super) offers: Vec<OfferId>,
}

impl Way for AllTo {
    fn plan(&self, setting: &Setting, served: &Served) -> Arc<Plan> {
        let world = self.eligibility.world();
        let sought = Sought::of(world, setting, served.model);
        let able = self.offers.iter().filter_map(|offer| world.able(*offer, &sought).ok());
        pinned_to(able.map(|eligible| eligible.candidate).collect(), served)
    }

    fn told(&self) -> String {
        format!("all to {:?}", self.offers)
    }
}

/// The name of a workload and the offer that served it.
pub(super) type ServedLane = (Option<String>, OfferId);

/// Every call of a lane to one offer, if it may go there and fits; the others stay.
pub(super) struct Fixed {
    /// Says what may serve a call.
    pub(super) way: Routed,
    pub(super) offers: HashMap<ServedLane, OfferId>,
}

impl Way for Fixed {
    fn plan(&self, setting: &Setting, served: &Served) -> Arc<Plan> {
        let lane = (setting.name.as_deref().map(str::to_owned), served.offer);
        let Some(offer) = self.offers.get(&lane).filter(|offer| **offer != served.offer) else {
            return stays(served);
        };
        let sought = Sought::of(self.way.eligibility.world(), setting, served.model);
        let able = self.way.judge(*offer, setting, &sought).ok();
        pinned_to(able.into_iter().map(|eligible| eligible.candidate).collect(), served)
    }

    fn told(&self) -> String {
        let mut offers: Vec<_> = self.offers.iter().collect();
        offers.sort();
        format!("fixed {offers:?}")
    }
}
