//! Which offers may serve the calls of an incumbent, and at which rates.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

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

impl World<'_> {
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

/// What a list of eligible offers depends on.
type Key = (ModelId, When, usize);

/// Lists of eligible offers, each made once.
#[derive(Default)]
pub struct Eligibility {
    lists: Mutex<HashMap<Key, Arc<Vec<Eligible>>>>,
}

impl Eligibility {
    /// The offers that may replace an incumbent for calls made at such a moment.
    pub fn of(&self, world: &World<'_>, incumbent: ModelId, when: &When) -> Arc<Vec<Eligible>> {
        // Every day of a stretch has the same offers.
        let key = (incumbent, When { day: Day(0), ..*when }, world.book.stretch(when.day));
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.entry(key).or_insert_with(|| Arc::new(list(world, incumbent, when)));
        Arc::clone(list)
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

impl World<'_> {
    /// The first rule of the policy that bars an offer.
    pub fn barred(&self, offer: OfferId) -> Option<Rule> {
        let (policy, book) = (&self.scenario.policy, self.book);
        let (model, seller) = (self.models.get(book.offer(offer).model), book.seller_of(offer));
        let is = |name: &String| book.seller_named(name).is_some_and(|named| named.id == seller.id);
        let own = self.models.base(book.offer(offer).model);
        let is_model =
            |name: &String| self.models.resolve(name).map(|named| self.models.base(named)) == Some(own);
        let among = |list: &Option<Vec<String>>, code: &str| {
            list.as_ref().is_some_and(|list| !list.iter().any(|c| c == code))
        };
        let sellers_of = || {
            let offers = book.offers_of(book.offer(offer).model).iter();
            offers.map(|offer| book.seller_of(*offer).id.as_str()).collect::<BTreeSet<_>>().len()
        };
        let bars = |rule: &Rule| match rule {
            Rule::Residency => policy.own_infrastructure.is_some(),
            Rule::Tiers => {
                policy.tiers.as_ref().is_some_and(|tiers| !tiers.contains(&book.offer(offer).tier))
            }
            Rule::Sellers => policy.sellers.as_ref().is_some_and(|sellers| !sellers.iter().any(is)),
            Rule::Deny => policy.deny.iter().flatten().any(|name| is(name) || is_model(name)),
            Rule::LabCountries => among(&policy.lab_countries, &model.country),
            Rule::SellerCountries => among(&policy.seller_countries, &seller.country),
            Rule::Licences => {
                policy.licences.as_ref().is_some_and(|classes| !classes.contains(&model.license_class))
            }
            Rule::MinSellers => policy.min_sellers.is_some_and(|least| sellers_of() < least),
        };
        Rule::ALL.into_iter().find(bars)
    }

    /// An offer as a candidate for calls that an incumbent served at such a moment, or why it is none.
    ///
    /// # Errors
    /// What bars it.
    pub fn judge(&self, offer: OfferId, incumbent: ModelId, when: &When) -> Result<Eligible, Bar> {
        let terms = self.book.offer(offer);
        if !self.good_enough(terms.model, incumbent) {
            return Err(Bar::Quality);
        }
        let max_total = terms.context.ok_or(Bar::ContextUnknown)?;
        let lookup = self.book.tariff(offer, when).ok_or(Bar::NotForSale)?;
        if !can_be_bought(&lookup, when) {
            return Err(Bar::NotOnOffer);
        }
        if let Some(rule) = self.barred(offer) {
            return Err(Bar::Rule(rule));
        }
        let candidate = Candidate {
            offer: offer.0,
            tariff: self.tariff(&lookup),
            max_total,
            max_output: terms.max_output.unwrap_or(i64::MAX),
            token_ratio: if terms.model == incumbent { 1.0 } else { self.scenario.token_ratio },
        };
        Ok(Eligible { candidate, tier: terms.tier, source_day: lookup.source_day })
    }
}

fn list(world: &World<'_>, incumbent: ModelId, when: &When) -> Vec<Eligible> {
    world.book.offers().filter_map(|(offer, _)| world.judge(offer, incumbent, when).ok()).collect()
}
