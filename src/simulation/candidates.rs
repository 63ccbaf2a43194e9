//! Which offers may serve the calls of an incumbent, and at which rates.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::bridge::Setting;
use super::world::World;
use crate::engine::route::Candidate;
use crate::inputs::models::ModelId;
use crate::inputs::prices::{Lookup, OfferId, PriceKind, When};
use crate::inputs::scenario::Rule;
use crate::units::{Day, Mode, Tariff, Tier};

/// The quality that a replacement of an incumbent must have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Score of the incumbent; `None`: not scored, so only the same weights are good enough.
    pub incumbent: Option<f64>,
    /// Least score (greatest, where lower is better) of a replacement.
    pub least: Option<f64>,
}

/// A candidate and its tier.
#[derive(Debug, Clone)]
pub struct Eligible {
    /// For the engine.
    pub candidate: Candidate,
    /// Closed or hosted.
    pub tier: Tier,
    /// Day of the source of its rates.
    pub source_day: Option<Day>,
}

impl World {
    /// The threshold that an incumbent sets.
    pub fn threshold(&self, incumbent: ModelId) -> Threshold {
        let score = self.scores.of(incumbent);
        Threshold {
            incumbent: score,
            least: score.map(|score| self.scores.threshold(score, self.tolerance())),
        }
    }

    /// Whether a model is good enough to replace an incumbent: the same weights always are, a model without a score
    /// never is.
    pub fn good_enough(&self, model: ModelId, incumbent: ModelId) -> bool {
        if model == incumbent {
            return true;
        }
        match (self.scores.of(model), self.threshold(incumbent).least) {
            (Some(score), Some(least)) => self.scores.meets(score, least),
            _ => false,
        }
    }

    /// The tariff of a lookup under the scenario.
    pub fn tariff(&self, lookup: &Lookup) -> Tariff {
        if self.scenario.context_tiers { lookup.tariff.clone() } else { lookup.tariff.without_tiers() }
    }
}

/// The calls that an offer is sought for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sought {
    /// The model that served them.
    pub incumbent: ModelId,
    /// When and how they were made.
    pub when: When,
    /// Whether a model must reach the threshold of the incumbent.
    pub threshold: bool,
    /// Longest time that a call may take, in milliseconds.
    max_millis: Option<u64>,
}

impl Sought {
    /// For calls of a setting that a model served, at the quality that it had.
    pub(super) fn of(world: &World, setting: &Setting, incumbent: ModelId) -> Self {
        let bounds = world.scenario.policy.max_seconds.as_ref();
        let seconds = bounds.and_then(|bounds| bounds.of(setting.name.as_deref()));
        let max_millis = seconds.map(|seconds| (seconds * 1_000.0).round() as u64);
        Self { incumbent, when: setting.when, threshold: true, max_millis }
    }

    /// The same, whatever the quality.
    #[must_use]
    pub(super) const fn at_any_quality(self) -> Self {
        Self { threshold: false, ..self }
    }

    fn max_seconds(&self) -> Option<f64> {
        self.max_millis.map(|millis| millis as f64 / 1_000.0)
    }
}

/// Lists of eligible offers in a world, each made once. The moment stands for all with the same rates.
pub struct Eligibility {
    world: World,
    lists: Mutex<HashMap<Sought, Arc<Vec<Eligible>>>>,
}

impl Eligibility {
    /// Those of a world.
    pub fn of(world: &World) -> Arc<Self> {
        Arc::new(Self { world: world.clone(), lists: Mutex::default() })
    }

    /// The world.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The offers that may serve such calls.
    pub fn list(&self, sought: Sought) -> Arc<Vec<Eligible>> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lists.entry(sought).or_insert_with(|| Arc::new(list(&self.world, &sought))))
    }
}

/// Whether the rates are what a new customer would pay for such calls: no plan, no reseller's promise about somebody
/// else's price, no rate that stands in for another region's, and a price for every token.
fn can_be_bought(lookup: &Lookup, when: &When) -> bool {
    // Who paid for speed is not offered less of it; who can wait may be served at once.
    let slower = lookup.fallbacks.standard_from.is_some() && matches!(when.mode, Mode::Priority | Mode::Fast);
    lookup.kind.is_price()
        && lookup.kind != PriceKind::Reseller
        && lookup.tariff.is_complete()
        && !lookup.fallbacks.region
        && !slower
}

/// Why an offer may not serve the calls of an incumbent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bar {
    /// A rule of the policy.
    Rule(Rule),
    /// Its model is not known to be good enough.
    Quality,
    /// Nobody states how much context it takes, which is no promise that a call fits.
    ContextUnknown,
    /// It has no rates at that moment.
    NotForSale,
    /// Its rates are not what a new customer would pay for such calls.
    NotOnOffer,
}

/// Why an offer does not serve a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Elimination {
    /// It may not serve such calls at all.
    Bar(Bar),
    /// The call has more tokens than it takes, or more output.
    DoesNotFit,
    /// It may, and another one is cheaper, or as cheap and earlier.
    Dearer,
    /// Only offers of text models replace calls of text.
    NotRoutable,
    /// The workload is pinned to other offers.
    NotPinned,
    /// The scenario leaves such calls where they were served.
    NotMoved,
}

impl World {
    /// The rates of an offer for calls made at such a moment, in the regions in which they must be processed.
    fn offered(&self, offer: OfferId, when: &When) -> Result<Lookup, Bar> {
        let at = |when: &When| self.book.tariff(offer, when);
        if self.rules.regions().is_empty() {
            return at(when).ok_or(Bar::NotForSale);
        }
        let inside = self.rules.regions().iter().filter_map(|region| {
            let bound = When { region: Some(*region), ..*when };
            at(&bound).filter(|lookup| lookup.in_region)
        });
        // Sold elsewhere it is barred by the rule, sold nowhere it is not on sale.
        let elsewhere = || if at(when).is_some() { Bar::Rule(Rule::Regions) } else { Bar::NotForSale };
        inside.min_by_key(|lookup| lookup.tariff.rates(0).sum()).ok_or_else(elsewhere)
    }

    /// Sellers of a model's weights that stand for themselves: it is on sale there at that moment, and no reseller's.
    fn hosts(&self, model: ModelId, when: &When) -> usize {
        let offers = self.book.offers_of(model).iter();
        let on_sale = offers.filter(|offer| {
            self.book.tariff(**offer, when).is_some_and(|lookup| can_be_bought(&lookup, when))
        });
        on_sale.map(|offer| self.book.seller_of(*offer).id.as_str()).collect::<BTreeSet<_>>().len()
    }

    /// The rule that bars an offer at such a moment.
    pub fn barred(&self, offer: OfferId, when: &When) -> Option<Rule> {
        let few = || {
            let least = self.scenario.policy.min_sellers?;
            (self.hosts(self.book.offer(offer).model, when) < least).then_some(Rule::MinSellers)
        };
        self.rules.barred(offer).or_else(few)
    }

    /// The most output that an offer gives within the latency bound of a workload; no limit without a bound.
    fn most_in_time(&self, offer: OfferId, max_seconds: Option<f64>) -> Result<i64, Bar> {
        let Some(seconds) = max_seconds else { return Ok(i64::MAX) };
        match self.rules.speed(offer).map(|speed| speed.most_output(seconds)) {
            // Nobody's word that it is fast is no promise that it is.
            None | Some(0) => Err(Bar::Rule(Rule::MaxSeconds)),
            Some(most) => Ok(most),
        }
    }

    /// An offer as a candidate for calls of a workload that an incumbent served at such a moment, or why it is none.
    ///
    /// # Errors
    /// What bars it.
    pub fn judge(&self, offer: OfferId, sought: &Sought) -> Result<Eligible, Bar> {
        if sought.threshold && !self.good_enough(self.book.offer(offer).model, sought.incumbent) {
            return Err(Bar::Quality);
        }
        self.able(offer, sought)
    }

    /// The same, whatever the quality.
    ///
    /// # Errors
    /// What bars it.
    pub fn able(&self, offer: OfferId, sought: &Sought) -> Result<Eligible, Bar> {
        let (terms, when) = (self.book.offer(offer), &sought.when);
        let context = terms.context.ok_or(Bar::ContextUnknown)?;
        let lookup = self.offered(offer, when)?;
        if !can_be_bought(&lookup, when) {
            return Err(Bar::NotOnOffer);
        }
        if let Some(rule) = self.barred(offer, when) {
            return Err(Bar::Rule(rule));
        }
        let in_time = self.most_in_time(offer, sought.max_seconds())?;
        let candidate = Candidate {
            offer: offer.0,
            tariff: self.tariff(&lookup),
            max_total: context,
            max_output: terms.max_output.unwrap_or(i64::MAX).min(in_time),
            token_ratio: if terms.model == sought.incumbent { 1.0 } else { self.scenario.token_ratio },
            risk: 0,
        };
        Ok(Eligible { candidate, tier: terms.tier, source_day: lookup.source_day })
    }
}

fn list(world: &World, sought: &Sought) -> Vec<Eligible> {
    world.book.offers().filter_map(|(offer, _)| world.judge(offer, sought).ok()).collect()
}
