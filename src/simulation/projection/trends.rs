//! What the same quality has cost: the cheapest offer that reaches a capability, month by month, of closed models and of open ones.
//!
//! Capabilities are those of today's fit, so a model's level is known better here than it was when it came. A rate without a first day is
//! taken to have held since its model was released.

use rayon::prelude::*;

use crate::engine::evidence::convergence::records;
use crate::engine::projection::trend::{Fall, Series};
use crate::engine::resample::quantile;
use crate::inputs::models::ModelId;
use crate::inputs::prices::{OfferId, When};
use crate::simulation::world::World;
use crate::units::{Day, TokenBuckets};

/// Whose offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Models whose weights cannot be had.
    Closed,
    /// Models whose weights can.
    Open,
    /// All models.
    All,
}

/// A capability and what it has cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The model that first had it.
    pub like: ModelId,
    /// The capability.
    pub capability: f64,
    /// By month, dollars a million tokens of the cheapest offer.
    pub prices: Series,
    /// That offer.
    pub offers: Vec<Option<OfferId>>,
}

/// What capabilities have cost.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceTrend {
    /// Whose offers.
    pub side: Side,
    /// First days of months.
    pub months: Vec<Day>,
    /// Capabilities, the least first.
    pub levels: Vec<Level>,
}

/// Three prompt tokens to one output token, as `prices history` blends.
const MIX: TokenBuckets =
    TokenBuckets { fresh: 3_000, read: 0, write_5m: 0, write_1h: 0, out: 1_000, reasoning: 0 };
/// Tokens of it.
const MIX_TOKENS: f64 = 4_000.0;
/// First month that is looked at: before it hardly anything is on record.
const FIRST: (i32, u32) = (2023, 1);

/// First days of the months up to a day.
fn months(until: Day) -> Vec<Day> {
    let (mut year, mut month) = FIRST;
    let mut days = Vec::new();
    while let Some(date) = chrono::NaiveDate::from_ymd_opt(year, month, 1) {
        let day = Day::of_date(date);
        if day > until {
            break;
        }
        days.push(day);
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    days
}

/// Models with a capability and a day of release, without variants: model, capability on the scale of the scenario's kind, day.
pub fn able(world: &World) -> Vec<(ModelId, f64, Day)> {
    let kind = world.scenario.quality.kind;
    let base = world.models.iter().filter(|(id, _)| world.models.base(*id) == *id);
    base.filter_map(|(id, model)| {
        let of = world.quality.capabilities.of(id, kind).filter(|of| of.scores > 0)?;
        Some((id, of.value, model.released_day()?))
    })
    .collect()
}

/// What capabilities have cost up to the day of the prices.
pub fn price_trend(world: &World, side: Side) -> PriceTrend {
    let models = able(world);
    let months = months(world.as_of);
    let belongs = |id: ModelId| match side {
        Side::Closed => !world.models.get(id).open_weights,
        Side::Open => world.models.get(id).open_weights,
        Side::All => true,
    };
    let own: Vec<&(ModelId, f64, Day)> = models.iter().filter(|(id, ..)| belongs(*id)).collect();
    // By month, what is on sale: capability, price and offer.
    let on_sale: Vec<Vec<(f64, f64, OfferId)>> = months
        .par_iter()
        .map(|day| {
            let when = When::on(*day);
            let there = own.iter().filter(|(.., released)| released <= day);
            let offers = there.flat_map(|(id, capability, _)| {
                world.book.offers_of(*id).iter().map(move |offer| (*capability, *offer))
            });
            offers
                .filter_map(|(capability, offer)| {
                    let cost = world.sold(offer, &when)?.tariff.cost(&MIX);
                    (cost > 0).then(|| (capability, cost as f64 / MIX_TOKENS / 1e6, offer))
                })
                .collect()
        })
        .collect();
    // The levels that were the frontier when they came.
    let points: Vec<(f64, f64)> =
        models.iter().map(|(_, capability, day)| (f64::from(day.0), *capability)).collect();
    let levels = records(&points).into_iter().filter_map(|(day, capability)| {
        let like = models
            .iter()
            .find(|(_, own, released)| {
                f64::from(released.0).total_cmp(&day).is_eq() && own.total_cmp(&capability).is_eq()
            })?
            .0;
        let cheapest = |on_sale: &Vec<(f64, f64, OfferId)>| {
            let reach = on_sale.iter().filter(|(own, ..)| *own >= capability);
            reach
                .min_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)))
                .map(|(_, price, offer)| (*price, *offer))
        };
        let found: Vec<Option<(f64, OfferId)>> = on_sale.iter().map(cheapest).collect();
        Some(Level {
            like,
            capability,
            prices: found.iter().map(|found| found.map(|(price, _)| price)).collect(),
            offers: found.iter().map(|found| found.map(|(_, offer)| offer)).collect(),
        })
    });
    let levels = levels.filter(|level| level.prices.iter().any(Option::is_some)).collect();
    PriceTrend { side, months, levels }
}

impl PriceTrend {
    /// How fast the price of a capability has fallen in a year, up to a day.
    pub fn fall(&self, until: Day) -> Option<Fall> {
        let seen = self.months.iter().take_while(|day| **day <= until).count();
        let series: Vec<Series> = self.levels.iter().map(|level| level.prices[..seen].to_vec()).collect();
        Fall::of(&series)
    }
}

/// How often one and the same model changes its price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repricing {
    /// Years that prices of models were on record, of all together.
    pub years: f64,
    /// Falls of a price in them.
    pub falls: usize,
    /// Rises.
    pub rises: usize,
    /// Tenth and ninetieth percentile of the share by which prices fell.
    pub cut: (f64, f64),
}

/// Fewer falls say nothing about how far prices fall.
const LEAST_FALLS: usize = 10;
/// Changes below this share are rounding.
const ROUNDING: f64 = 0.001;

/// How often closed models changed their price at their own labs; `None`: too seldom to tell by how much.
pub fn repricing(world: &World) -> Option<Repricing> {
    let (mut days, mut rises, mut cuts) = (0.0, 0, Vec::new());
    let closed =
        world.models.iter().filter(|(id, model)| !model.open_weights && world.models.base(*id) == *id);
    for (id, model) in closed {
        let own = |offer: &&OfferId| world.book.seller_of(**offer).id == model.lab;
        for offer in world.book.offers_of(id).iter().filter(own) {
            let price = |day: Day| world.sold(*offer, &When::on(day)).map(|found| found.tariff.cost(&MIX));
            let mut changes = world.book.price_changes(*offer);
            changes.retain(|day| *day <= world.as_of);
            // Only what has a first day is on record from then on.
            let mut before: Option<(Day, i64)> = None;
            for day in changes.into_iter().chain([world.as_of]) {
                let now = price(day);
                if let Some((from, old)) = before {
                    days += f64::from(day.0 - from.0);
                    match now.map(|new| 1.0 - new as f64 / old as f64) {
                        Some(cut) if cut > ROUNDING => cuts.push(cut),
                        Some(cut) if cut < -ROUNDING => rises += 1,
                        _ => {}
                    }
                }
                before = now.filter(|new| *new > 0).map(|new| (day, new));
            }
        }
    }
    cuts.sort_by(f64::total_cmp);
    (cuts.len() >= LEAST_FALLS).then(|| Repricing {
        years: days / 365.25,
        falls: cuts.len(),
        rises,
        cut: (quantile(&cuts, 0.1), quantile(&cuts, 0.9)),
    })
}
