//! The offer that served the calls of a group, and what had to be assumed to price it.

use super::audit::Pass;
use super::bridge::Kind;
use super::groups::Group;
use super::outcome::Lane;
use super::unknown::{Count, Unknowns};
use crate::engine::route::Candidate;
use crate::inputs::models::{ModelId, is_free_variant};
use crate::inputs::prices::{Lookup, NoPrice, PriceKind};
use crate::units::{Meter, TokenBuckets, Usd};

/// The offer that served a group, ready for the engine.
pub(super) struct Served {
    pub(super) model: ModelId,
    pub(super) lane: Lane,
    pub(super) candidate: Candidate,
    pub(super) lookup: Lookup,
}

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
}

impl Pass<'_, '_> {
    /// The offer that served a group, or why it has no price and the name to report.
    pub(super) fn incumbent(
        &self,
        group: &Group,
        unknowns: &mut Unknowns,
    ) -> Result<Served, (NoPrice, String)> {
        let world = self.world;
        let Some(raw) = self.table.model.text(group.key.model) else {
            return Err((NoPrice::NoModel, String::new()));
        };
        if is_free_variant(raw) {
            return Err((NoPrice::FreeTier, raw.to_owned()));
        }
        let seller = self.table.seller.text(group.key.seller);
        let model = world
            .book
            .resolve(raw, seller, world.models)
            .ok_or_else(|| (NoPrice::UnknownModel, raw.to_owned()))?;
        let not_on_sheet = || {
            let name = seller.map_or_else(|| raw.to_owned(), |seller| format!("{raw} @ {seller}"));
            (NoPrice::NotOnSheet, name)
        };
        let incumbent = world.book.incumbent(model, seller, world.models).map_err(|_| not_on_sheet())?;
        let lookup = world.book.tariff_or_nearest(incumbent.offer, &group.when()).ok_or_else(not_on_sheet)?;
        match lookup.kind {
            PriceKind::Plan => return Err((NoPrice::Plan, world.book.label(incumbent.offer, world.models))),
            PriceKind::Free => {
                return Err((NoPrice::FreeTier, world.book.label(incumbent.offer, world.models)));
            }
            _ => {}
        }
        // A variant has the quality of its model: only its price is its own.
        let model = world.models.base(model);
        self.note_fallbacks(group, incumbent.seller_fallback, &lookup, unknowns);
        let (calls, tokens) = self.volume(&group.rows);
        if world.scores.of(model).is_none() {
            unknowns.unscored.entry(world.models.get(model).id.clone()).or_default().add(calls, tokens);
        }
        let tariff = if group.key.kind == Kind::Bucket {
            lookup.tariff.without_tiers()
        } else {
            world.tariff(&lookup)
        };
        Ok(Served {
            model,
            lane: Lane { workload: group.key.workload, incumbent: incumbent.offer },
            // It has served these calls, so they fit, whatever its sheet says of its limits.
            candidate: Candidate {
                offer: incumbent.offer.0,
                tariff,
                max_total: i64::MAX,
                max_output: i64::MAX,
                token_ratio: 1.0,
            },
            lookup,
        })
    }

    /// Counts what stood in for rates that the sheets do not have, and whose prices were used.
    fn note_fallbacks(&self, group: &Group, other_seller: bool, lookup: &Lookup, unknowns: &mut Unknowns) {
        let (calls, tokens) = self.volume(&group.rows);
        let whole = [
            (other_seller, &mut unknowns.seller_fallback),
            (lookup.fallbacks.day, &mut unknowns.day_fallback),
            (lookup.fallbacks.region, &mut unknowns.region_fallback),
            (lookup.kind == PriceKind::Reseller, &mut unknowns.reseller),
            (lookup.kind == PriceKind::Custom || lookup.discounted, &mut unknowns.negotiated),
            (lookup.prices(0).is_zero(), &mut unknowns.zero_price),
            (group.key.kind == Kind::Bucket, &mut unknowns.bucketed),
            (group.key.kind == Kind::OtherOperation, &mut unknowns.other_operation),
            (group.key.kind == Kind::ServerTool, &mut unknowns.server_tool),
        ];
        for (happened, count) in whole {
            if happened {
                count.add(calls, tokens);
            }
        }
        if let Some(from) = lookup.fallbacks.standard_from {
            self.count_if(group, |call| call.input() >= from, &mut unknowns.mode_fallback);
        }
        let stated = |meter| lookup.prices(0).stated(meter).is_some();
        let (read, write_5m) = (stated(Meter::CacheRead), stated(Meter::CacheWrite5m));
        let write_1h = stated(Meter::CacheWrite1h);
        self.count_if(
            group,
            |call| {
                (call.read > 0 && !read)
                    || (call.write_5m > 0 && !write_5m)
                    || (call.write_1h > 0 && !write_1h)
            },
            &mut unknowns.cache_fallback,
        );
        unknowns.oldest_source = unknowns.oldest_source.into_iter().chain(lookup.source_day).min();
        if !stated(Meter::WebSearch) {
            let searches = |row: &u32| self.table.web_searches[*row as usize];
            unknowns.web_searches += group.rows.iter().map(searches).sum::<i64>();
        }
    }

    /// Counts the calls of a group of which something is true.
    fn count_if(&self, group: &Group, is: impl Fn(&TokenBuckets) -> bool, count: &mut Count) {
        for &row in &group.rows {
            let tokens = self.calls.buckets(row as usize);
            if is(&tokens) {
                count.add(self.table.n_calls[row as usize].unsigned_abs(), tokens.total());
            }
        }
    }

    pub(super) fn volume(&self, rows: &[u32]) -> (u64, i64) {
        rows.iter().fold((0, 0), |(calls, tokens), &row| {
            let row = row as usize;
            (calls + self.table.n_calls[row].unsigned_abs(), tokens + self.calls.buckets(row).total())
        })
    }
}
