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
    /// Score of the incumbent; `None`: not scored, so that the best score of all stands for it.
    pub incumbent: Option<f64>,
    /// Least score of a replacement; `None`: no model has a score.
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
        // Who has no score may be as good as the best: that is the careful side.
        let bar = score.or_else(|| self.scores.frontier());
        Threshold { incumbent: score, least: bar.map(|score| score - self.tolerance()) }
    }

    /// Whether a model is good enough to replace an incumbent: the same weights always are, a model without a score
    /// never is.
    pub fn good_enough(&self, model: ModelId, incumbent: ModelId) -> bool {
        if model == incumbent {
            return true;
        }
        match (self.scores.of(model), self.threshold(incumbent).least) {
            (Some(score), Some(least)) => score >= least,
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
    /// Place of the workload among those of which something is said, where that matters.
    workload: Option<u16>,
}

impl Sought {
    /// For calls of a setting that a model served, at the quality that it had.
    pub(super) fn of(world: &World, setting: &Setting, incumbent: ModelId) -> Self {
        let bounds = world.scenario.policy.max_seconds.as_ref();
        let seconds = bounds.and_then(|bounds| bounds.of(setting.name.as_deref()));
        let max_millis = seconds.map(|seconds| (seconds * 1_000.0).round() as u64);
        let workload = world.weighs().then(|| world.quality.place(setting.name.as_deref())).flatten();
        Self { incumbent, when: setting.when, threshold: true, max_millis, workload }
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

    /// The rates of an offer that a new customer could buy for such calls.
    pub(super) fn sold(&self, offer: OfferId, when: &When) -> Option<Lookup> {
        self.book.tariff(offer, when).filter(|lookup| can_be_bought(lookup, when))
    }

    /// Whether rules allow to serve a model on machines of one's own: those about its lab and its licence.
    pub(super) fn may_be_served(&self, model: ModelId) -> bool {
        let (policy, model) = (&self.scenario.policy, self.models.get(self.models.base(model)));
        let denied = policy.deny.iter().flatten().any(|name| {
            self.models
                .resolve(name)
                .is_some_and(|named| self.models.get(self.models.base(named)).id == model.id)
        });
        let country = policy.lab_countries.as_ref().is_none_or(|list| list.contains(&model.country));
        let licence = policy.licences.as_ref().is_none_or(|classes| classes.contains(&model.license_class));
        !denied && country && licence
    }

    /// Sellers of a model's weights that stand for themselves: it is on sale there at that moment, and no reseller's.
    pub(super) fn hosts(&self, model: ModelId, when: &When) -> usize {
        let offers = self.book.offers_of(model).iter();
        let on_sale = offers.filter(|offer| self.sold(**offer, when).is_some());
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
        let risk = if sought.threshold { self.risk(self.book.offer(offer).model, sought)? } else { 0 };
        let mut eligible = self.able(offer, sought)?;
        eligible.candidate.risk = risk;
        Ok(eligible)
    }

    /// Whether any workload has a cost of failures or a success rate that replacements must have.
    fn weighs(&self) -> bool {
        let needs = || self.scenario.needs.values();
        self.scenario.quality.failure_cost.is_some()
            || needs().any(|needs| needs.failure_cost.is_some() || needs.min_success.is_some())
    }

    /// Picodollars that a call puts at risk with a model, where somebody says what a failure costs; decided on the lower bound of its
    /// success, of the incumbent on the mean.
    ///
    /// # Errors
    /// When the model is not known to be good enough.
    fn risk(&self, model: ModelId, sought: &Sought) -> Result<i64, Bar> {
        let name = sought.workload.map(|place| self.quality.named[place as usize].as_str());
        self.risk_of(name, model, sought.incumbent)
    }

    /// The same of a workload by its name.
    ///
    /// # Errors
    /// When the model is not known to be good enough.
    pub(super) fn risk_of(
        &self,
        workload: Option<&str>,
        model: ModelId,
        incumbent: ModelId,
    ) -> Result<i64, Bar> {
        let asked = self.asked(workload, incumbent);
        let (cost, least) = (asked.failure_cost(), asked.needs.min_success);
        if cost.is_none() && least.is_none() {
            return if self.good_enough(model, incumbent) { Ok(0) } else { Err(Bar::Quality) };
        }
        let same = model == incumbent;
        let success = self.quality.success(model, &asked);
        let rate = success.map(|success| if same { success.mean } else { success.low });
        // The same weights elsewhere are as good as the incumbent, whatever that is.
        let rate = rate.or(same.then_some(1.0)).ok_or(Bar::Quality)?;
        if !same && least.is_some_and(|least| rate < least) {
            return Err(Bar::Quality);
        }
        Ok(cost.map_or(0, |cost| ((1.0 - rate) * cost * 1e12).round() as i64))
    }

    /// What served such calls, with what they put at risk there.
    pub(super) fn weighed(&self, served: &Candidate, sought: &Sought) -> Candidate {
        let risk = if sought.threshold { self.risk(sought.incumbent, sought).unwrap_or(0) } else { 0 };
        Candidate { risk, ..served.clone() }
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
            token_ratio: self.token_ratio(sought.incumbent, terms.model),
            risk: 0,
        };
        Ok(Eligible { candidate, tier: terms.tier, source_day: lookup.source_day })
    }
}

fn list(world: &World, sought: &Sought) -> Vec<Eligible> {
    world.book.offers().filter_map(|(offer, _)| world.judge(offer, sought).ok()).collect()
}
