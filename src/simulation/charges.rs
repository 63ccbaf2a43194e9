//! What the calls of a log cost, as lines of a bill: by day, seller, model, region, mode, meter, unit price and workload.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, PolarsResult};

use super::bridge::{Part, Setting, each_class};
use super::incumbent::Served;
use super::world::World;
use crate::units::{Day, Meter, MeterRates, Mode, Tier, TokenBuckets, Usd};

/// What the calls of a line share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Day in UTC.
    pub day: Day,
    /// Name of the seller.
    pub seller: String,
    /// Canonical id of the model.
    pub model: String,
    /// Region as logged.
    pub region: Option<String>,
    /// Pricing mode.
    pub mode: Mode,
    /// What is counted.
    pub meter: Meter,
    /// Picodollars a unit; context tiers of a meter are lines of their own.
    pub price: i64,
    /// Workload.
    pub workload: Option<String>,
    /// Closed or hosted.
    pub tier: Tier,
}

/// The lines of a log: units by key. A line costs its units times its price, exactly.
#[derive(Debug, Default)]
pub struct Charges {
    /// Units of each line.
    pub lines: BTreeMap<Key, i64>,
    /// Calls without a price: they are on no line.
    pub unpriced: u64,
    /// Priced calls without a date, which have no place on a bill: they are on no line.
    pub undated: u64,
}

impl Charges {
    /// What all lines cost.
    pub fn total(&self) -> Usd {
        self.lines.iter().fold(Usd::ZERO, |sum, (key, units)| sum + cost(key, *units))
    }
}

/// What a line costs.
pub fn cost(key: &Key, units: i64) -> Usd {
    Usd::from_pico(i128::from(key.price) * i128::from(units))
}

/// The lines of a log.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn charges(frame: &DataFrame, world: &World) -> PolarsResult<Charges> {
    let mut charges = Charges::default();
    each_class(frame, world, |setting, part| {
        if !setting.free {
            charges.add(world, setting, part);
        }
    })?;
    Ok(charges)
}

impl Charges {
    fn add(&mut self, world: &World, setting: &Setting, part: &Part<'_>) {
        let Ok(served) = world.served(setting) else {
            self.unpriced += part.calls();
            return;
        };
        let terms = world.book.offer(served.offer);
        for call in 0..part.len() {
            let (calls, tokens) = (part.n_calls(call), part.buckets(call));
            if !served.lookup.tariff.knows(&tokens) {
                self.unpriced += calls.unsigned_abs();
                continue;
            }
            if !setting.dated {
                self.undated += calls.unsigned_abs();
                continue;
            }
            for (meter, units, price) in units_of(&served, &tokens, calls, part.searches(call)) {
                let key = Key {
                    day: Day(part.slots[call]),
                    seller: world.book.seller_of(served.offer).name.clone(),
                    model: world.models.get(terms.model).id.clone(),
                    region: setting.region.as_deref().map(str::to_owned),
                    mode: setting.when.mode,
                    meter,
                    price,
                    workload: setting.name.as_deref().map(str::to_owned),
                    tier: terms.tier,
                };
                *self.lines.entry(key).or_default() += units;
            }
        }
    }
}

/// What a row consumed of each meter, and the price of a unit.
fn units_of(
    served: &Served,
    tokens: &TokenBuckets,
    calls: i64,
    searches: i64,
) -> impl Iterator<Item = (Meter, i64, i64)> {
    let rates = served.candidate.tariff.rates(tokens.input());
    let searched = served.lookup.prices(0).stated(Meter::WebSearch).unwrap_or(0);
    // Tokens at a price of nothing are a line, a fee that nobody charges is none.
    let fees = [(Meter::Request, calls, rates.request), (Meter::WebSearch, searches, searched)];
    let fees = fees.into_iter().filter(|(_, _, price)| *price != 0);
    of_tokens(rates, tokens).into_iter().chain(fees).filter(|(_, units, _)| *units != 0)
}

/// Tokens by meter. Reasoning is told apart from other output only where it has a price of its own.
fn of_tokens(rates: &MeterRates, tokens: &TokenBuckets) -> [(Meter, i64, i64); 6] {
    let reasoning = if rates.reasoning == 0 { 0 } else { tokens.reasoning };
    [
        (Meter::Input, tokens.fresh, rates.input),
        (Meter::CacheRead, tokens.read, rates.cache_read),
        (Meter::CacheWrite5m, tokens.write_5m, rates.cache_write_5m),
        (Meter::CacheWrite1h, tokens.write_1h, rates.cache_write_1h),
        (Meter::Output, tokens.out - reasoning, rates.output),
        (Meter::OutputReasoning, reasoning, rates.output + rates.reasoning),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meters_of_a_call_cost_what_the_call_costs() {
        let tokens =
            TokenBuckets { fresh: 100, read: 50, write_5m: 20, write_1h: 10, out: 40, reasoning: 15 };
        for reasoning in [0, 3, -2] {
            let rates = MeterRates {
                input: 5,
                cache_read: 1,
                cache_write_5m: 6,
                cache_write_1h: 10,
                output: 25,
                reasoning,
                ..MeterRates::default()
            };
            let sum: i64 = of_tokens(&rates, &tokens).iter().map(|(_, units, price)| units * price).sum();
            assert_eq!(sum, rates.cost(&tokens));
        }
    }
}
