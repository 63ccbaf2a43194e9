//! Break-evens of a fleet against each alternative: at some figure, already, or never and why.

use super::costs::Way;
use super::fleet::{Plan, Sized};
use super::gathered::Versus;
use crate::engine::evidence::tradeoff::{Tolerable, tolerable};
use crate::engine::hosting::payback::{Investment, Payback, monthly};
use crate::engine::hosting::surface::Filled;
use crate::units::{HOURS_PER_MONTH, SECONDS_PER_HOUR};

/// Whether and where something breaks even.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer {
    /// There.
    At(f64),
    /// There, and it is there now.
    Already(f64),
    /// Nowhere.
    Never(Never),
}

/// Why something never breaks even.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Never {
    /// No call that it could serve has such an alternative.
    NoAlternative,
    /// Full whenever calls come a replica costs more than its calls there: dollars a call of both.
    DearerWhenFull(f64, f64),
    /// It would have to be fuller than it may be: the share, and what may be used.
    TooFull(f64, f64),
    /// Each month costs more than it avoids: dollars of both.
    LosesEachMonth(f64, f64),
    /// What is avoided falls below what it costs before the price is earned.
    PriceFalls,
    /// It is no cheaper, whatever a failure costs.
    NoCheaper,
}

/// Every break-even against one alternative.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakEvens {
    /// The alternative.
    pub versus: Versus,
    /// Calls a month that it could take instead.
    pub calls: f64,
    /// Dollars of such a call there.
    pub per_call: f64,
    /// Dollars a million tokens there.
    pub per_million: f64,
    /// Dollars a month that the fleet saves against it; less than nothing: it costs more.
    pub saving: f64,
    /// Calls a month, and replicas that serve them.
    pub volume: Answer,
    /// The fleet of that volume.
    pub volume_replicas: u32,
    /// Share of the capacity that has to be used.
    pub utilisation: Answer,
    /// Months.
    pub payback: Answer,
    /// Dollars now of the horizon.
    pub net_present: f64,
    /// Dollars a million tokens of the alternative at which the fleet costs as much.
    pub price: Answer,
    /// At which cost of a failure it is no better.
    pub quality: Quality,
}

/// The cost of a failure that decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quality {
    /// The same weights: quality does not decide.
    SameWeights,
    /// It succeeds so often (lower bound), the other so often.
    Differs {
        /// What a failure may cost.
        tolerable: Tolerable,
        /// How often the own model succeeds at the lower bound.
        own: f64,
        /// How often the other one does.
        other: f64,
    },
    /// Nobody knows how often they succeed.
    Unknown,
}

/// Fleets of which the volume of break-even is looked for.
const FLEETS: u32 = 4_096;

impl Plan<'_> {
    /// Every break-even of a fleet against an alternative. `success` of the own model and of the other one; `None`: not known.
    pub fn against(
        &self,
        versus: Versus,
        way: &Way,
        fleet: &Sized,
        success: Option<(f64, f64)>,
        same: bool,
    ) -> BreakEvens {
        let (calls, charged) = self.found.alternatives[versus as usize];
        let (calls_month, charged) = (calls as f64 * self.month, charged.estimate().0);
        let per_call = charged / calls.max(1) as f64;
        let filled = self.filling(versus).fill(self.room(fleet.replicas));
        let (gain, cost) = (filled.gain() * self.month, fleet.cost.total());
        let (volume, volume_replicas) = self.volume(versus, way, per_call);
        let tokens = self.found.volume.tokens.total() as f64 / self.found.volume.calls.max(1) as f64;
        let per_million = per_call / tokens * 1e6;
        let investment = self.investment(way, fleet, gain);
        let quality = match success {
            _ if same => Quality::SameWeights,
            None => Quality::Unknown,
            Some((own, other)) => {
                let here = cost / (filled.calls * self.month).max(1.0);
                Quality::Differs { tolerable: tolerable((per_call, other), (here, own)), own, other }
            }
        };
        let none = calls == 0;
        let or_none = |answer: Answer| if none { Answer::Never(Never::NoAlternative) } else { answer };
        BreakEvens {
            versus,
            calls: calls_month,
            per_call,
            per_million,
            saving: gain - cost,
            volume: or_none(volume),
            volume_replicas,
            utilisation: or_none(self.utilisation(&filled, fleet, versus)),
            payback: or_none(payback(&investment)),
            net_present: self.net_present(&investment, way, fleet),
            price: or_none(price(gain, cost, per_million)),
            quality: if none { Quality::Unknown } else { quality },
        }
    }

    /// The smallest volume at which some fleet costs no more than the alternative. A volume is that of the log with every slot as many
    /// times as full, so capacity `c` against `m` times the calls gains `m·G(c/m)`.
    fn volume(&self, versus: Versus, way: &Way, per_call: f64) -> (Answer, u32) {
        let filling = self.filling(versus);
        let calls = self.found.alternatives[versus as usize].0 as f64 * self.month;
        let (mut best, mut size): (Option<(f64, u32)>, u32) = (None, 1);
        while size <= FLEETS {
            let (room, cost) = (self.room(size), way.month(size, self.assumed).total());
            let gain = |times: f64| filling.worth_scaled(room, times) * self.month;
            if let Some(times) = first_at_least(cost, gain)
                && best.is_none_or(|(known, _)| times < known * (1.0 - 1e-9))
            {
                best = Some((times, size));
            }
            size += (size / 8).max(1);
        }
        match best {
            Some((times, replicas)) if times <= 1.0 => (Answer::Already(times * calls), replicas),
            Some((times, replicas)) => (Answer::At(times * calls), replicas),
            None => {
                let cost = way.month(way.together, self.assumed);
                // A volume that grows comes at the same times: at others a replica has nothing to do.
                let slots = filling.slots_with_calls() as f64;
                let seconds = self.room(way.together) * slots * self.month;
                let each = self.found.nanos as f64 / 1e9 / self.found.volume.calls.max(1) as f64;
                let own = (cost.total() - cost.people()) / (seconds / each).max(1.0);
                (Answer::Never(Never::DearerWhenFull(own, per_call)), 0)
            }
        }
    }

    /// The share of all its seconds that a fleet has to do such work for.
    fn utilisation(&self, filled: &Filled, fleet: &Sized, versus: Versus) -> Answer {
        let total = self.found.now[versus as usize].total();
        let waiting = self.found.waiting[versus as usize].total();
        let seconds = (total.nanos + waiting.nanos) as f64 / 1e9;
        let worth = (total.worth + waiting.worth) as f64 / 1e12;
        let month = f64::from(fleet.replicas) * HOURS_PER_MONTH.0 * SECONDS_PER_HOUR;
        let share = fleet.cost.total() / (worth / seconds.max(1e-9) * month);
        let (now, most) = (filled.seconds * self.month / month, self.usable(fleet.replicas));
        match share {
            share if !(share > 0.0 && share.is_finite()) => Answer::Never(Never::NoCheaper),
            share if share <= now => Answer::Already(share),
            share if share <= most => Answer::At(share),
            share => Answer::Never(Never::TooFull(share, most)),
        }
    }

    fn investment(&self, way: &Way, fleet: &Sized, gain: f64) -> Investment {
        let (outlook, cost) = (&self.assumed.outlook, &fleet.cost);
        let paid = f64::from(way.paid(fleet.replicas));
        // What is paid at the beginning is no running cost.
        let capacity = if way.bought.is_some() { 0.0 } else { cost.capacity };
        Investment {
            price: way.bought.as_ref().map_or(0.0, |bought| bought.price * paid)
                + self.assumed.staff.setup().0,
            avoided: gain,
            running: cost.total() - cost.capacity - cost.setup + capacity,
            decline: outlook.price_fall_year.ln() / 12.0,
            growth: outlook.growth_month.ln_1p(),
        }
    }

    fn net_present(&self, investment: &Investment, way: &Way, fleet: &Sized) -> f64 {
        let (outlook, owned) = (&self.assumed.outlook, &self.assumed.owned);
        let months = outlook.horizon_months.round().max(1.0);
        // What is sold at the horizon has lost its value in equal steps until the end of its life.
        let aged = (months / 12.0 / owned.life_years).min(1.0);
        let machines =
            way.bought.as_ref().map_or(0.0, |bought| bought.price * f64::from(way.paid(fleet.replicas)));
        let resale = machines * (1.0 - (1.0 - owned.salvage) * aged);
        investment.present_value(months as u32, monthly(owned.cost_of_capital), resale)
    }
}

/// The smallest multiple of the volume at which a gain reaches a cost; `None`: at none.
fn first_at_least(cost: f64, gain: impl Fn(f64) -> f64) -> Option<f64> {
    /// Multiples beyond which nobody's volume grows.
    const BEYOND: f64 = 1e12;
    let mut high = 1.0;
    while gain(high) < cost {
        high *= 4.0;
        if high > BEYOND {
            return None;
        }
    }
    let mut low = 0.0;
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if middle > 0.0 && gain(middle) >= cost { high = middle } else { low = middle }
    }
    Some(high)
}

fn payback(investment: &Investment) -> Answer {
    match investment.payback() {
        Payback::After(months) => Answer::At(months),
        Payback::Already => Answer::Already(0.0),
        Payback::Never if investment.avoided <= investment.running => {
            Answer::Never(Never::LosesEachMonth(investment.running, investment.avoided))
        }
        Payback::Never => Answer::Never(Never::PriceFalls),
    }
}

/// The price of the alternative at which a fleet costs as much: its gain is in proportion to that price.
fn price(gain: f64, cost: f64, per_million: f64) -> Answer {
    if gain <= 0.0 {
        return Answer::Never(Never::NoCheaper);
    }
    let limit = per_million * cost / gain;
    if cost <= gain { Answer::Already(limit) } else { Answer::At(limit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_that_never_reaches_a_cost_is_at_no_volume() {
        assert_eq!(first_at_least(10.0, |times| 9.0 * times / (times + 1.0)), None);
        let at = first_at_least(10.0, |times| 20.0 * times / (times + 1.0)).expect("it does");
        assert!((at - 1.0).abs() < 1e-9);
        let early = first_at_least(10.0, |times| 1_000.0 * times).expect("it does");
        assert!((early - 0.01).abs() < 1e-9);
    }

    #[test]
    fn a_price_at_which_a_fleet_costs_as_much() {
        assert_eq!(price(200.0, 100.0, 3.0), Answer::Already(1.5));
        assert_eq!(price(50.0, 100.0, 3.0), Answer::At(6.0));
        assert_eq!(price(0.0, 100.0, 3.0), Answer::Never(Never::NoCheaper));
    }

    #[test]
    fn what_falls_faster_than_it_earns_never_pays_back() {
        let still =
            Investment { price: 250_000.0, avoided: 30_000.0, running: 8_000.0, decline: 0.0, growth: 0.0 };
        assert!(matches!(payback(&still), Answer::At(months) if (months - 11.36).abs() < 0.01));
        let falling = Investment { decline: 2.0_f64.ln() / 12.0, ..still };
        assert_eq!(payback(&falling), Answer::Never(Never::PriceFalls));
        let losing = Investment { avoided: 7_000.0, ..still };
        assert_eq!(payback(&losing), Answer::Never(Never::LosesEachMonth(8_000.0, 7_000.0)));
    }
}
