//! What could not be priced or compared, counted: an unknown is a result of its own.

use std::collections::BTreeMap;

use super::bridge::Part;
use super::incumbent::volume;
use crate::engine::route::kernel::Choices;
use crate::inputs::prices::NoPrice;
use crate::units::Day;

/// Calls and tokens of something unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Calls.
    pub calls: u64,
    /// Tokens, input and output.
    pub tokens: i64,
}

/// Everything that the page must not keep silent about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unknowns {
    /// Calls without a price, by reason and raw model name (with the seller where that is the reason).
    pub unpriced: BTreeMap<(NoPrice, String), Count>,
    /// Priced calls whose incumbent has no score, by model.
    pub unscored: BTreeMap<String, Count>,
    /// Calls priced at the standard rate because their mode has none.
    pub mode_fallback: Count,
    /// Calls priced at the list price of the model's lab because the log names no known seller of it.
    pub seller_fallback: Count,
    /// Calls priced at the nearest rate in time because none was in force on their day.
    pub day_fallback: Count,
    /// Calls priced at the rate for all regions because their region has none of its own.
    pub region_fallback: Count,
    /// Calls with cached tokens at a seller that lists no price for them: the input rate stands in.
    pub cache_fallback: Count,
    /// Calls at a reseller: what its hosts charged may differ.
    pub reseller: Count,
    /// Calls at a price that the user negotiated or set.
    pub negotiated: Count,
    /// Calls at a stated price of zero.
    pub zero_price: Count,
    /// Calls that used a tool of their seller's: priced and not routed.
    pub server_tool: Count,
    /// Calls inside rows that stand for many calls: priced without context tiers and not routed.
    pub bucketed: Count,
    /// Embedding, image, audio and other calls: priced by their tokens and not routed.
    pub other_operation: Count,
    /// Day of the oldest price source that priced a call, where it was or where it is routed.
    pub oldest_source: Option<Day>,
    /// Calls served by a gateway's own cache: they cost nothing.
    pub gateway_cache: Count,
    /// Web searches at a seller without a price for them.
    pub web_searches: i64,
}

impl Count {
    /// Adds calls and tokens.
    pub fn add(&mut self, calls: u64, tokens: i64) {
        self.calls += calls;
        self.tokens += tokens;
    }

    /// Adds another count.
    pub fn merge(&mut self, other: Self) {
        self.add(other.calls, other.tokens);
    }
}

impl Unknowns {
    /// Notes the sources of the offers that calls are routed to; `days` are those of the candidates.
    pub(super) fn note_sources(&mut self, days: &[Option<Day>], choices: &Choices) {
        let mut chosen = vec![false; days.len()];
        for place in &choices.place {
            if let Some(chosen) = chosen.get_mut(*place as usize) {
                *chosen = true;
            }
        }
        let used = days.iter().zip(chosen).filter_map(|(day, chosen)| day.filter(|_| chosen));
        self.oldest_source = self.oldest_source.into_iter().chain(used).min();
    }

    /// Counts calls that have no price.
    pub(super) fn note_unpriced(&mut self, why: NoPrice, name: String, part: &Part<'_>) {
        let (calls, tokens) = volume(part);
        self.unpriced.entry((why, name)).or_default().add(calls, tokens);
    }

    /// Calls without a price, all reasons together.
    pub fn unpriced_total(&self) -> Count {
        let mut total = Count::default();
        for count in self.unpriced.values() {
            total.merge(*count);
        }
        total
    }

    /// Adds the unknowns of another part of the log.
    pub fn merge(&mut self, other: &Self) {
        for (key, count) in &other.unpriced {
            self.unpriced.entry(key.clone()).or_default().merge(*count);
        }
        for (model, count) in &other.unscored {
            self.unscored.entry(model.clone()).or_default().merge(*count);
        }
        self.mode_fallback.merge(other.mode_fallback);
        self.seller_fallback.merge(other.seller_fallback);
        self.day_fallback.merge(other.day_fallback);
        self.region_fallback.merge(other.region_fallback);
        self.cache_fallback.merge(other.cache_fallback);
        self.reseller.merge(other.reseller);
        self.negotiated.merge(other.negotiated);
        self.zero_price.merge(other.zero_price);
        self.server_tool.merge(other.server_tool);
        self.bucketed.merge(other.bucketed);
        self.other_operation.merge(other.other_operation);
        self.oldest_source = self.oldest_source.into_iter().chain(other.oldest_source).min();
        self.gateway_cache.merge(other.gateway_cache);
        self.web_searches += other.web_searches;
    }
}
