//! The names in a scenario's rules, looked up once: which offers they bar, where pinned workloads go, how fast offers are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use thiserror::Error;

use crate::inputs::models::{ModelId, Models};
use crate::inputs::prices::{OfferId, PriceBook, Region};
use crate::inputs::scenario::{Rule, Scenario};
use crate::inputs::spelling;

/// A name in a rule that means nothing, or rules that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct RuleError(String);

/// How fast an offer is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    /// Output tokens a second of one call.
    pub tokens_per_second: f64,
    /// Seconds to the first token.
    pub first_token_seconds: f64,
}

impl Speed {
    /// The most output tokens of a call that takes no longer: `⌊(bound − first) · rate⌋`, 0 where not even the first
    /// token comes in time.
    pub fn most_output(&self, seconds: f64) -> i64 {
        ((seconds - self.first_token_seconds) * self.tokens_per_second).max(0.0).floor() as i64
    }
}

/// What a scenario says about offers, by number.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    /// The first rule that bars each offer at any time.
    barred: Vec<Option<Rule>>,
    /// Offers that pinned workloads may go to.
    pins: BTreeMap<String, Vec<OfferId>>,
    speeds: HashMap<OfferId, Speed>,
    /// Offers that each cascade tries first.
    cascades: Vec<Vec<OfferId>>,
    regions: Vec<Region>,
}

impl Rulebook {
    /// Looks up every name.
    ///
    /// # Errors
    /// The first name that is not known, or the first workload that is pinned to an offer that a rule bars.
    pub fn of(scenario: &Scenario, models: &Models, book: &PriceBook) -> Result<Self, RuleError> {
        let names = Names { scenario, models, book };
        let barred = names.barred()?;
        let mut pins = BTreeMap::new();
        for (workload, name) in &scenario.pins {
            let offers = names.offers(name, &format!("workload `{workload}`"))?;
            if let Some(rule) = offers.iter().find_map(|offer| barred[usize::from(offer.0)]) {
                return Err(RuleError(format!(
                    "workload `{workload}` is pinned to `{name}`, which {} bars",
                    rule.key()
                )));
            }
            pins.insert(workload.clone(), offers);
        }
        let mut speeds = HashMap::new();
        for stated in &scenario.speeds {
            let speed = Speed {
                tokens_per_second: stated.tokens_per_second,
                first_token_seconds: stated.first_token_seconds,
            };
            for offer in names.offers(&stated.offer, "a [[speed]]")? {
                speeds.insert(offer, speed);
            }
        }
        let cascades = scenario
            .cascades
            .iter()
            .map(|cascade| names.offers(&cascade.first, "a [[cascade]]"))
            .collect::<Result<_, _>>()?;
        let region = |name: &String| {
            book.regions().known(name).ok_or_else(|| {
                RuleError(format!(
                    "no price sheet has prices for a region `{name}` (policy.regions)\n\nhint: regions are {}",
                    book.regions().names().join(", ")
                ))
            })
        };
        let regions = scenario.policy.regions.iter().flatten().map(region).collect::<Result<_, _>>()?;
        Ok(Self { barred, pins, speeds, cascades, regions })
    }

    /// The first rule that bars an offer, whenever it is.
    pub fn barred(&self, offer: OfferId) -> Option<Rule> {
        self.barred.get(usize::from(offer.0)).copied().flatten()
    }

    /// The offers that a workload is pinned to; the cheapest of them serves.
    pub fn pinned(&self, workload: Option<&str>) -> Option<&[OfferId]> {
        self.pins.get(workload?).map(Vec::as_slice)
    }

    /// Offers that each cascade of the scenario tries first, in its order.
    pub fn cascades(&self) -> &[Vec<OfferId>] {
        &self.cascades
    }

    /// How fast an offer is; `None`: nobody has said.
    pub fn speed(&self, offer: OfferId) -> Option<Speed> {
        self.speeds.get(&offer).copied()
    }

    /// Regions in which calls must be processed; none: anywhere.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }
}

struct Names<'a> {
    scenario: &'a Scenario,
    models: &'a Models,
    book: &'a PriceBook,
}

impl Names<'_> {
    /// The offers of `MODEL @ SELLER`, or of `MODEL` at every seller.
    fn offers(&self, name: &str, place: &str) -> Result<Vec<OfferId>, RuleError> {
        let (model, seller) = match name.split_once('@') {
            Some((model, seller)) => (model.trim(), Some(seller.trim())),
            None => (name.trim(), None),
        };
        let unknown = |what: &str, name: &str| {
            RuleError(format!(
                "`{name}` is no {what} ({place}){}\n\nhint: an offer is MODEL or MODEL@SELLER; `switchpoint prices list` names them",
                self.did_you_mean(name, what)
            ))
        };
        let named = self.book.resolve(model, seller, self.models).ok_or_else(|| unknown("model", model))?;
        let at = seller
            .map(|seller| self.book.seller_named(seller).ok_or_else(|| unknown("seller", seller)))
            .transpose()?;
        let here = |offer: &OfferId| at.is_none_or(|at| self.book.seller_of(*offer).id == at.id);
        let offers: Vec<OfferId> = self.book.offers_of(named).iter().copied().filter(here).collect();
        if offers.is_empty() { Err(unknown("offer", name)) } else { Ok(offers) }
    }

    /// The nearest name of the kind, as the end of a sentence.
    fn did_you_mean(&self, name: &str, what: &str) -> String {
        let sellers = self.book.sellers().iter().map(|seller| seller.id.as_str());
        let models = self.models.iter().map(|(_, model)| model.id.as_str());
        let sellers = sellers.filter(|_| what.contains("seller"));
        let models = models.filter(|_| what.contains("model"));
        spelling::meant(name, sellers.chain(models))
    }

    fn model(&self, name: &str) -> Option<ModelId> {
        self.models.resolve(name).map(|model| self.models.base(model))
    }

    /// A rule about a name that nobody has would bar nothing, or everything, in silence.
    fn unknown(&self, rule: Rule, name: &str, what: &str) -> RuleError {
        let source =
            self.scenario.registry.get(rule.key()).map_or("", |assumption| assumption.source.as_str());
        RuleError(format!(
            "`{name}` is no {what} ({}, {source}){}\n\nhint: `switchpoint prices list` names sellers and models",
            rule.key(),
            self.did_you_mean(name, what)
        ))
    }

    /// The first rule that bars each offer, of the rules that do not depend on the day.
    fn barred(&self) -> Result<Vec<Option<Rule>>, RuleError> {
        let (policy, book) = (&self.scenario.policy, self.book);
        let seller = |name: &String| book.seller_named(name).map(|seller| seller.id.as_str());
        let allowed = policy.sellers.as_ref().map(|names| -> Result<BTreeSet<&str>, RuleError> {
            let known = |name| seller(name).ok_or_else(|| self.unknown(Rule::Sellers, name, "seller"));
            names.iter().map(known).collect()
        });
        let allowed = allowed.transpose()?;
        let (mut sellers, mut models) = (BTreeSet::new(), BTreeSet::new());
        for name in policy.deny.iter().flatten() {
            let (denied, model) = (seller(name), self.model(name));
            if denied.is_none() && model.is_none() {
                return Err(self.unknown(Rule::Deny, name, "seller or model"));
            }
            sellers.extend(denied);
            models.extend(model);
        }
        let among = |list: &Option<Vec<String>>, code: &str| {
            list.as_ref().is_some_and(|list| !list.iter().any(|c| c == code))
        };
        let first = |offer: OfferId| {
            let terms = book.offer(offer);
            let (model, at) = (self.models.get(terms.model), book.seller_of(offer));
            let denied = sellers.contains(at.id.as_str()) || models.contains(&self.models.base(terms.model));
            let tiers = policy.tiers.as_ref().is_some_and(|tiers| !tiers.contains(&terms.tier));
            let licences =
                policy.licences.as_ref().is_some_and(|classes| !classes.contains(&model.license_class));
            let features = policy
                .features
                .as_ref()
                .is_some_and(|wanted| terms.features.is_none_or(|has| !has.contains(*wanted)));
            let bars = [
                (Rule::Residency, policy.own_infrastructure.is_some()),
                (Rule::Tiers, tiers),
                (Rule::Sellers, allowed.as_ref().is_some_and(|allowed| !allowed.contains(at.id.as_str()))),
                (Rule::Deny, denied),
                (Rule::LabCountries, among(&policy.lab_countries, &model.country)),
                (Rule::SellerCountries, among(&policy.seller_countries, &at.country)),
                (Rule::Licences, licences),
                (Rule::Features, features),
            ];
            bars.into_iter().find(|(_, bars)| *bars).map(|(rule, _)| rule)
        };
        Ok(book.offers().map(|(offer, _)| first(offer)).collect())
    }
}
