//! Which offers may serve the calls of an incumbent, and at which rates.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::world::World;
use crate::engine::route::Candidate;
use crate::inputs::models::ModelId;
use crate::inputs::prices::{Lookup, OfferId, PriceKind, When};
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

fn list(world: &World<'_>, incumbent: ModelId, when: &When) -> Vec<Eligible> {
    let eligible = |(id, offer): (OfferId, &crate::inputs::prices::Offer)| {
        if !world.good_enough(offer.model, incumbent) {
            return None;
        }
        // A context limit that nobody states is no promise that a call fits.
        let max_total = offer.context?;
        let lookup = world.book.tariff(id, when).filter(|lookup| can_be_bought(lookup, when))?;
        let candidate = Candidate {
            offer: id.0,
            tariff: world.tariff(&lookup),
            max_total,
            max_output: offer.max_output.unwrap_or(i64::MAX),
            token_ratio: if offer.model == incumbent { 1.0 } else { world.scenario.token_ratio },
        };
        Some(Eligible { candidate, tier: offer.tier, source_day: lookup.source_day })
    };
    world.book.offers().filter_map(eligible).collect()
}
