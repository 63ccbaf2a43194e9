//! The offer that served the calls of a class, and what had to be assumed to price it.

use super::bridge::{Kind, Part, Setting};
use super::unknown::{Count, Unknowns};
use super::world::World;
use crate::engine::route::Candidate;
use crate::inputs::models::{ModelId, is_free_variant};
use crate::inputs::prices::{Lookup, NoPrice, OfferId, PriceKind};
use crate::units::{Meter, TokenBuckets, TokenRatio, Usd};

/// The offer that served a class, ready for the engine.
#[derive(Debug, Clone)]
pub(super) struct Served {
    pub(super) model: ModelId,
    pub(super) offer: OfferId,
    pub(super) candidate: Candidate,
    pub(super) lookup: Lookup,
    /// Whether the price is that of the model's lab, because no sheet knows the seller.
    pub(super) other_seller: bool,
}

/// Why a class has no price, and the name to report.
pub(super) type Unpriced = (NoPrice, String);

impl Served {
    /// Dollars beside those that the engine knows: the fee of every request but the first of a row that stands for many,
    /// and tools of the seller's. Zero for every call that can be routed.
    pub(super) fn beside(&self, requests: i64, searches: i64) -> Usd {
        let prices = self.lookup.prices(0);
        let of = |meter, count: i64| {
            Usd::from_pico(i128::from(prices.stated(meter).unwrap_or(0)) * i128::from(count))
        };
        of(Meter::Request, (requests - 1).max(0)) + of(Meter::WebSearch, searches)
    }

    /// What a call of a part costs here; `None`: some of its tokens have no price.
    pub(super) fn cost(&self, part: &Part<'_>, call: usize) -> Option<Usd> {
        let tokens = part.buckets(call);
        let known = self.lookup.tariff.knows(&tokens);
        let beside = self.beside(part.n_calls(call), part.searches(call));
        known.then(|| Usd::from_pico(i128::from(self.candidate.tariff.cost(&tokens))) + beside)
    }
}

impl World {
    /// The offer that served calls of a setting, or why they have no price.
    pub(super) fn served(&self, setting: &Setting) -> Result<Served, Unpriced> {
        let Some(raw) = setting.model.as_deref() else { return Err((NoPrice::NoModel, String::new())) };
        if is_free_variant(raw) {
            return Err((NoPrice::FreeTier, raw.to_owned()));
        }
        let seller = setting.seller.as_deref();
        let model = self
            .book
            .resolve(raw, seller, &self.models)
            .ok_or_else(|| (NoPrice::UnknownModel, raw.to_owned()))?;
        let not_on_sheet = || {
            let name = seller.map_or_else(|| raw.to_owned(), |seller| format!("{raw} @ {seller}"));
            (NoPrice::NotOnSheet, name)
        };
        let incumbent = self.book.incumbent(model, seller, &self.models).map_err(|_| not_on_sheet())?;
        let lookup = self.book.tariff_or_nearest(incumbent.offer, &setting.when).ok_or_else(not_on_sheet)?;
        match lookup.kind {
            PriceKind::Plan => return Err((NoPrice::Plan, self.label(incumbent.offer))),
            PriceKind::Free => return Err((NoPrice::FreeTier, self.label(incumbent.offer))),
            _ => {}
        }
        let tariff = match setting.kind {
            Kind::Bucket => lookup.tariff.without_tiers(),
            _ => self.tariff(&lookup),
        };
        Ok(Served {
            // A variant has the quality of its model: only its price is its own.
            model: self.models.base(model),
            offer: incumbent.offer,
            // It has served these calls, so they fit, whatever its sheet says of its limits.
            candidate: Candidate {
                offer: incumbent.offer.0,
                tariff,
                max_total: i64::MAX,
                max_output: i64::MAX,
                token_ratio: TokenRatio::ONE,
                risk: 0,
            },
            lookup,
            other_seller: incumbent.seller_fallback,
        })
    }

    /// An offer in words.
    pub fn label(&self, offer: OfferId) -> String {
        self.book.label(offer, &self.models)
    }
}

impl Unknowns {
    /// Counts what stood in for rates that the sheets do not have, and whose prices were used, for priced calls.
    pub(super) fn note_served(&mut self, world: &World, setting: &Setting, served: &Served, part: &Part<'_>) {
        let (calls, tokens) = volume(part);
        if world.scores.of(served.model).is_none() {
            let model = world.models.get(served.model).id.clone();
            self.unscored.entry(model).or_default().add(calls, tokens);
        }
        let lookup = &served.lookup;
        let whole = [
            (served.other_seller, &mut self.seller_fallback),
            (lookup.fallbacks.day, &mut self.day_fallback),
            (lookup.fallbacks.region, &mut self.region_fallback),
            (lookup.kind == PriceKind::Reseller, &mut self.reseller),
            (lookup.kind == PriceKind::Custom || lookup.discounted, &mut self.negotiated),
            (lookup.prices(0).is_zero(), &mut self.zero_price),
            (setting.kind == Kind::Bucket, &mut self.bucketed),
            (setting.kind == Kind::OtherOperation, &mut self.other_operation),
            (setting.kind == Kind::ServerTool, &mut self.server_tool),
        ];
        for (happened, count) in whole {
            if happened {
                count.add(calls, tokens);
            }
        }
        if let Some(from) = lookup.fallbacks.standard_from {
            count_if(part, |call| call.input() >= from, &mut self.mode_fallback);
        }
        let stated = |meter| lookup.prices(0).stated(meter).is_some();
        let (read, write_5m) = (stated(Meter::CacheRead), stated(Meter::CacheWrite5m));
        let write_1h = stated(Meter::CacheWrite1h);
        if !(read && write_5m && write_1h) && part.has_cached() {
            let lacks = |call: &TokenBuckets| {
                (call.read > 0 && !read)
                    || (call.write_5m > 0 && !write_5m)
                    || (call.write_1h > 0 && !write_1h)
            };
            count_if(part, lacks, &mut self.cache_fallback);
        }
        self.oldest_source = self.oldest_source.into_iter().chain(lookup.source_day).min();
        if setting.kind != Kind::Routable && !stated(Meter::WebSearch) {
            self.web_searches += (0..part.len()).map(|call| part.searches(call)).sum::<i64>();
        }
    }
}

/// Counts the calls of a part of which something is true.
fn count_if(part: &Part<'_>, is: impl Fn(&TokenBuckets) -> bool, count: &mut Count) {
    for call in 0..part.len() {
        let tokens = part.buckets(call);
        if is(&tokens) {
            count.add(part.n_calls(call).unsigned_abs(), tokens.total());
        }
    }
}

/// Calls and tokens of a part.
pub(super) fn volume(part: &Part<'_>) -> (u64, i64) {
    (part.calls(), part.tokens().total())
}
