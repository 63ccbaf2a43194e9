//! The lookup: which rate holds at a moment, what stands in where none does, and what that costs.
//!
//! The order is: mode, then layer, then region, then hours of the week, then the context tier. A mode without a rate has
//! the standard rate; a region without one has the rate for all regions; a meter without a price has that of its
//! stand-in. Each of these is reported, because the seller may charge something else.

use std::collections::BTreeSet;

use super::{Held, OfferId, PriceBook, Region};
use crate::inputs::prices::layers::{Layer, LayerKind};
use crate::inputs::prices::rate::{PriceKind, Rate};
use crate::units::{Day, Meter, Mode, Prices, Tariff, Usd};

/// The moment and manner of a call, as far as prices depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct When {
    /// Pricing mode.
    pub mode: Mode,
    /// Region; `None`: not known, or without rates of its own.
    pub region: Option<Region>,
    /// Day in UTC.
    pub day: Day,
    /// Windows of hours that are open, as [`PriceBook::open_windows`] gives them.
    pub open: u32,
}

impl When {
    /// An ordinary call on a day, outside every window.
    pub const fn on(day: Day) -> Self {
        Self { mode: Mode::Standard, region: None, day, open: 0 }
    }
}

/// What stood in for rates that the sheets do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fallbacks {
    /// From this total input on the mode has no rate and the standard rate stands in; 0: altogether.
    pub standard_from: Option<i64>,
    /// The seller charges by region, has no rate for this one, and the rate for all regions stands in.
    pub region: bool,
    /// No rate was in force on that day: the nearest in time stands in.
    pub day: bool,
}

/// The prices from a total input on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Least total input.
    pub least: i64,
    /// The prices that hold, discounts taken off.
    pub prices: Prices,
}

/// The rates of an offer at a moment and how they were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// For the token buckets.
    pub tariff: Tariff,
    /// For every meter, by context tier; the first is the base.
    pub steps: Vec<Step>,
    /// What the price is.
    pub kind: PriceKind,
    /// Index of the layer that won.
    pub layer: usize,
    /// Name of the source of the base rate.
    pub source: String,
    /// Day of the source of the rates, the oldest where tiers have several.
    pub source_day: Option<Day>,
    /// What stood in.
    pub fallbacks: Fallbacks,
    /// Whether a discount was taken off.
    pub discounted: bool,
    /// Whether the rates are for the region of the call, and not for every region.
    pub in_region: bool,
}

/// The cost of a usage at a lookup.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quote {
    /// The cost of everything that has a price; the whole cost only if `unpriced` is empty.
    pub cost: Usd,
    /// Each meter that was priced by another one's price.
    pub stand_ins: Vec<(Meter, Meter)>,
    /// Each meter that was used and has no price.
    pub unpriced: Vec<Meter>,
}

impl Lookup {
    /// The prices for a total input.
    pub fn prices(&self, input: i64) -> &Prices {
        let at = self.steps.partition_point(|step| step.least <= input);
        &self.steps[at.saturating_sub(1)].prices
    }

    /// The cost of a usage, stated as disjoint counts by meter. A fee for each request is charged for the requests counted.
    pub fn quote(&self, usage: &[(Meter, i64)]) -> Quote {
        let input = usage.iter().filter(|(meter, _)| meter.is_prompt()).map(|(_, count)| count).sum();
        let prices = self.prices(input);
        let mut quote = Quote::default();
        for &(meter, count) in usage.iter().filter(|(_, count)| *count != 0) {
            match prices.effective(meter) {
                None => quote.unpriced.push(meter),
                Some((price, by)) => {
                    quote.cost += Usd::from_pico(i128::from(price) * i128::from(count));
                    if by != meter {
                        quote.stand_ins.push((meter, by));
                    }
                }
            }
        }
        quote
    }
}

impl PriceBook {
    /// The days from which on some price is another, ascending: between two of them every day has the same rates.
    pub fn changes(&self) -> &[Day] {
        &self.changes
    }

    /// Whether any price depends on the hour.
    pub const fn has_windows(&self) -> bool {
        !self.windows.is_empty()
    }

    /// The windows of hours that are open at a moment, one bit each.
    pub fn open_windows(&self, micros: i64) -> u32 {
        self.windows
            .iter()
            .enumerate()
            .fold(0, |mask, (bit, window)| mask | u32::from(window.contains(micros)) << bit)
    }

    /// The rates of an offer at a moment. `None`: it was not for sale.
    pub fn tariff(&self, offer: OfferId, when: &When) -> Option<Lookup> {
        let in_mode = self.base(offer, when.mode, when);
        let base = in_mode.or_else(|| self.base(offer, Mode::Standard, when))?;
        let mut standard_from = if in_mode.is_none() { Some(0) } else { None };
        let mut source_day = self.source(&base.rate).day;
        let mut steps = vec![Step { least: 0, prices: base.rate.prices.clone() }];
        for least in self.tier_starts(offer, base, when) {
            let tier = |mode| self.pick(offer, base.layer, base.region, mode, least, when);
            let own = if in_mode.is_some() { tier(when.mode) } else { None };
            if let Some(held) = own.or_else(|| tier(Mode::Standard)) {
                if own.is_none() {
                    standard_from = standard_from.or(Some(least));
                }
                source_day = source_day.min(self.source(&held.rate).day);
                steps.push(Step { least, prices: held.rate.prices.clone() });
            }
        }
        let discounted = base.rate.kind != PriceKind::Custom && self.take_off(offer, when.day, &mut steps);
        let mut tariff = Tariff::flat(steps[0].prices.rates());
        for step in &steps[1..] {
            tariff = tariff.with_tier(step.least, step.prices.rates());
        }
        let fallbacks = Fallbacks {
            standard_from: standard_from.filter(|_| when.mode != Mode::Standard),
            region: self.misses_region(offer, base, when),
            day: false,
        };
        Some(Lookup {
            tariff,
            steps,
            kind: base.rate.kind,
            layer: base.layer,
            source: self.source(&base.rate).name.clone(),
            source_day,
            fallbacks,
            discounted,
            in_region: base.region.is_some(),
        })
    }

    /// The rates for a call that was billed: if the offer has none on that day, the nearest in time, which says so. A log
    /// may hold calls of a model before its first sheet, or undated calls of one that is no longer sold.
    pub fn tariff_or_nearest(&self, offer: OfferId, when: &When) -> Option<Lookup> {
        if let Some(found) = self.tariff(offer, when) {
            return Some(found);
        }
        let base_rates = self.offer(offer).rates.iter().filter(|held| {
            held.rate.tier.least == 0
                && held.rate.window.is_none()
                && (held.rate.mode == when.mode || held.rate.mode == Mode::Standard)
                && (held.region.is_none()
                    || held.region == when.region
                    || held.region == when.region.and_then(|region| self.regions.regional(region)))
        });
        // In a gap the rate before it holds on, so that all days of the gap have the same: a distance into the past
        // counts before any into the future.
        let ahead = |candidate: &Day| (*candidate > when.day, (candidate.0 - when.day.0).abs());
        let nearest = base_rates.map(|held| {
            let first = held.rate.from.map_or(i32::MIN, |from| from.0);
            let last = held.rate.until.map_or(i32::MAX, |until| until.0 - 1);
            Day(when.day.0.clamp(first, last))
        });
        let day = nearest.min_by_key(ahead)?;
        let mut found = self.tariff(offer, &When { day, ..*when })?;
        found.fallbacks.day = true;
        Some(found)
    }

    /// The base rate that holds: of the layer that wins, for the region where it has one, then for regions as such.
    fn base(&self, offer: OfferId, mode: Mode, when: &When) -> Option<&Held> {
        (0..self.layers.len()).rev().find_map(|layer| {
            let of = |region| self.pick(offer, layer, region, mode, 0, when);
            let regional = |region| of(Some(region)).or_else(|| of(Some(self.regions.regional(region)?)));
            when.region.and_then(regional).or_else(|| of(None))
        })
    }

    /// The rate of exactly these properties; one for open hours wins over the one for all others.
    fn pick(
        &self,
        offer: OfferId,
        layer: usize,
        region: Option<Region>,
        mode: Mode,
        least: i64,
        when: &When,
    ) -> Option<&Held> {
        let open = |rate: &Rate| match &rate.window {
            None => true,
            Some(window) => self
                .windows
                .iter()
                .position(|known| known == window)
                .is_some_and(|bit| when.open & (1 << bit) != 0),
        };
        let mut fitting = self.offer(offer).rates.iter().filter(|held| {
            held.layer == layer
                && held.region == region
                && held.rate.mode == mode
                && held.rate.tier.least == least
                && held.rate.holds_on(when.day)
                && open(&held.rate)
        });
        let first = fitting.next()?;
        Some(fitting.fold(first, |best, held| if held.rate.window.is_some() { held } else { best }))
    }

    /// Where the tiers begin that belong to a base rate.
    fn tier_starts(&self, offer: OfferId, base: &Held, when: &When) -> BTreeSet<i64> {
        let tiers = self.offer(offer).rates.iter().filter(|held| {
            held.layer == base.layer && held.region == base.region && held.rate.holds_on(when.day)
        });
        tiers.map(|held| held.rate.tier.least).filter(|least| *least > 0).collect()
    }

    /// The layer that overrides a rate on a day: a later one with a rate for the same mode and region, or for every region.
    pub fn overridden_by(&self, offer: OfferId, held: &Held, day: Day) -> Option<&Layer> {
        let later = self.offer(offer).rates.iter().filter(|other| {
            other.layer > held.layer
                && other.rate.mode == held.rate.mode
                && (other.region == held.region || other.region.is_none())
                && other.rate.tier.least == 0
                && other.rate.window.is_none()
                && other.rate.holds_on(day)
        });
        later.map(|other| other.layer).max().map(|layer| &self.layers[layer])
    }

    /// Days on which a price of an offer may change, ascending.
    pub fn price_changes(&self, offer: OfferId) -> Vec<Day> {
        let rates =
            self.offer(offer).rates.iter().flat_map(|held| held.rate.from.into_iter().chain(held.rate.until));
        let mut days: Vec<Day> = rates.chain(self.terms.changes()).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The windows of hours at which an offer has other prices, one bit each as in [`PriceBook::open_windows`].
    pub fn windows_of(&self, offer: OfferId) -> u32 {
        let windows = self.offer(offer).rates.iter().filter_map(|held| held.rate.window.as_ref());
        let bits = windows.filter_map(|window| self.windows.iter().position(|known| known == window));
        bits.fold(0, |mask, bit| mask | 1 << bit)
    }

    /// Takes the discounts of a day off; says whether there were any.
    fn take_off(&self, offer: OfferId, day: Day, steps: &mut [Step]) -> bool {
        let (seller, listed) = (&self.seller_of(offer).id, &self.offer(offer).model_name);
        let mut any = false;
        for discount in self.terms.discounts.iter().filter(|d| d.is_for(seller, listed, day)) {
            any = true;
            for step in &mut *steps {
                step.prices = discount.of(&step.prices);
            }
        }
        any
    }

    /// Whether the seller has regional rates of this model, but none for the region of the call. What a user agreed on
    /// without naming a region holds in every region.
    fn misses_region(&self, offer: OfferId, base: &Held, when: &When) -> bool {
        when.region.is_some()
            && base.region.is_none()
            && self.layers[base.layer].kind != LayerKind::User
            && self.offer(offer).rates.iter().any(|held| held.region.is_some())
    }
}
