//! How many replicas: base load on one's own machines, what is beyond them at an offer of the same quality.

use crate::engine::evidence::{normal_below, normal_quantile};

/// Prices of a fleet for one demand series; demand and capacity in the same unit an hour (millions of tokens, replica-hours …).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// Dollars an hour of a replica.
    pub replica: f64,
    /// What a replica serves in an hour.
    pub capacity: f64,
    /// Dollars of a unit at the alternative.
    pub alternative: f64,
    /// Dollars of a unit on an own replica beside its hour.
    pub own: f64,
}

/// A fleet of one size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sized {
    /// Replicas.
    pub replicas: u32,
    /// Dollars over the series.
    pub cost: f64,
    /// Share of the demand that is served on own replicas.
    pub own_share: f64,
    /// Share of their capacity that is used.
    pub utilisation: f64,
}

impl Prices {
    /// The utilisation at which a replica pays for itself.
    pub fn break_even_utilisation(&self) -> f64 {
        self.replica / (self.capacity * (self.alternative - self.own))
    }

    /// The series at one size.
    pub fn at(&self, demand: &[f64], replicas: u32) -> Sized {
        let capacity = f64::from(replicas) * self.capacity;
        let served: f64 = demand.iter().map(|hour| hour.min(capacity)).sum();
        let all: f64 = demand.iter().sum();
        let hours = demand.len() as f64;
        Sized {
            replicas,
            cost: hours * f64::from(replicas) * self.replica
                + self.own * served
                + self.alternative * (all - served),
            own_share: if all > 0.0 { served / all } else { 0.0 },
            utilisation: if capacity > 0.0 { served / (capacity * hours) } else { 0.0 },
        }
    }

    /// Every size from none to what the peak needs.
    pub fn sizes(&self, demand: &[f64]) -> Vec<Sized> {
        let peak = demand.iter().copied().fold(0.0, f64::max);
        let most = (peak / self.capacity).ceil().min(1e6) as u32;
        (0..=most).map(|replicas| self.at(demand, replicas)).collect()
    }

    /// The cheapest size; the smaller of equals.
    pub fn best(&self, demand: &[f64]) -> Option<Sized> {
        self.sizes(demand)
            .into_iter()
            .min_by(|a, b| a.cost.total_cmp(&b.cost).then(a.replicas.cmp(&b.replicas)))
    }

    /// What the next replica would gain over the series, in dollars: its shadow price, less than nothing where it does not pay.
    pub fn gain_of_next(&self, demand: &[f64], replicas: u32) -> f64 {
        self.at(demand, replicas).cost - self.at(demand, replicas + 1).cost
    }
}

/// Demand beyond a capacity, where demand is normal: `σ·(φ(z) − z·(1 − Φ(z)))`.
pub fn normal_overflow(mean: f64, sd: f64, capacity: f64) -> f64 {
    let z = (capacity - mean) / sd;
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    sd * (density - z * (1.0 - normal_below(z)))
}

/// The capacity that normal demand exceeds with a probability.
pub fn normal_capacity(mean: f64, sd: f64, exceeded: f64) -> f64 {
    mean + sd * normal_quantile(1.0 - exceeded)
}

/// A series with work that can wait filled into its valleys, up to `cap`: the level, the new series, and what does not fit.
pub fn fill_valleys(demand: &[f64], deferrable: f64, cap: f64) -> (f64, Vec<f64>, f64) {
    let filled = |level: f64| demand.iter().map(|hour| (level.min(cap) - hour).max(0.0)).sum::<f64>();
    let level = if filled(cap) <= deferrable {
        cap
    } else {
        let (mut low, mut high) = (0.0, cap);
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if filled(middle) < deferrable {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    };
    let left = (deferrable - filled(level)).max(0.0);
    (level, demand.iter().map(|hour| hour.max(level.min(cap))).collect(), left)
}

/// The fewest machines of which at least `needed` work with a probability of `target`, each available so often; `None`: more than a
/// thousand.
pub fn with_spares(needed: u32, available: f64, target: f64) -> Option<u32> {
    let works = |all: u32| -> f64 {
        // Probabilities of 0, 1, 2 … that work, one machine after the other.
        let mut chances = vec![1.0];
        for _ in 0..all {
            let mut next = vec![0.0; chances.len() + 1];
            for (working, chance) in chances.iter().enumerate() {
                next[working] += chance * (1.0 - available);
                next[working + 1] += chance * available;
            }
            chances = next;
        }
        chances.iter().skip(needed as usize).sum()
    };
    (needed..=1_000).find(|all| works(*all) >= target)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: [f64; 24] = [
        2.0, 1.0, 1.0, 1.0, 1.0, 2.0, 4.0, 8.0, 14.0, 18.0, 20.0, 20.0, 19.0, 20.0, 20.0, 19.0, 17.0, 14.0,
        10.0, 8.0, 6.0, 5.0, 4.0, 3.0,
    ];
    const PRICES: Prices = Prices { replica: 10.0, capacity: 5.0, alternative: 4.0, own: 0.0 };

    fn near(value: f64, wanted: f64) {
        assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
    }

    #[test]
    fn a_day_with_a_peak() {
        let rows: Vec<f64> = PRICES.sizes(&DAY).iter().map(|size| size.cost).collect();
        assert_eq!(rows, [948.0, 812.0, 804.0, 852.0, 960.0]);
        let best = PRICES.best(&DAY).expect("sizes");
        assert_eq!(best.replicas, 2);
        near(best.own_share, 0.6582278481);
        near(best.utilisation, 0.65);
        near(PRICES.break_even_utilisation(), 0.5);
        near(PRICES.gain_of_next(&DAY, 1), 8.0);
        assert!(PRICES.gain_of_next(&DAY, 2) < 0.0);
        let cheap = Prices { alternative: 2.5, ..PRICES };
        let none = cheap.best(&DAY).expect("sizes");
        assert_eq!(none.replicas, 0);
        near(none.cost, 592.5);
        // Nothing to serve is no share of anything.
        let idle = PRICES.at(&[0.0], 1);
        assert_eq!((idle.own_share, idle.utilisation), (0.0, 0.0));
        // And there is no share of no capacity.
        let nothing = PRICES.at(&DAY, 0);
        assert_eq!((nothing.own_share, nothing.utilisation), (0.0, 0.0));
    }

    #[test]
    fn what_a_unit_costs_on_ones_own_replica_is_paid_too() {
        // 10 dollars an hour for 5 units that are 2.5 dollars cheaper each.
        let prices = Prices { own: 1.5, ..PRICES };
        near(prices.break_even_utilisation(), 0.8);
        // Two replicas serve 10 and 4 of 16 units: 40 dollars, 14 units for 1.5 and 2 for 4.
        near(prices.at(&[12.0, 4.0], 2).cost, 69.0);
        // At the utilisation of the break-even all sizes cost the same.
        near(prices.at(&[4.0; 6], 1).cost, prices.at(&[4.0; 6], 0).cost);
    }

    #[test]
    fn normal_demand() {
        near(normal_capacity(10.0, 4.0, 0.5), 10.0);
        // One of ten exceeds the mean by 1.28 standard deviations.
        near(normal_capacity(10.0, 4.0, 0.1), 15.126_206_262);
        near(normal_overflow(10.0, 4.0, 10.0), 1.595769122);
        near(10.0 / 5.0 * 10.0 + 4.0 * normal_overflow(10.0, 4.0, 10.0), 26.38307649);
        near(normal_overflow(10.0, 4.0, 14.0), 0.3332618824);
    }

    #[test]
    fn work_that_can_wait_fills_the_night() {
        let base: Vec<f64> = DAY.iter().map(|hour| 0.7 * hour).collect();
        let (level, filled, left) = fill_valleys(&base, 0.3 * DAY.iter().sum::<f64>(), 15.0);
        near(level, 7.878571429);
        assert!(left < 1e-6);
        let best = PRICES.best(&filled).expect("sizes");
        assert_eq!(best.replicas, 2);
        near(best.cost, 588.4);
        near(best.utilisation, 0.8745833333);
        // No work is no level.
        let (level, filled, left) = fill_valleys(&DAY, 0.0, 15.0);
        assert!(level < 1e-9 && left < 1e-9);
        assert_eq!(filled, DAY);
    }

    #[test]
    fn spares() {
        assert_eq!(with_spares(4, 0.985, 0.999), Some(6));
        assert_eq!(with_spares(1, 0.0, 0.9), None);
    }

    proptest! {
        #[test]
        fn the_best_size_is_no_dearer_than_none_or_the_peak(demand in prop::collection::vec(0.0_f64..40.0, 1..60), p in 0.1_f64..8.0) {
            let prices = Prices { alternative: p, ..PRICES };
            let sizes = prices.sizes(&demand);
            let best = prices.best(&demand).expect("sizes").cost;
            prop_assert!(best <= sizes[0].cost + 1e-9 && best <= sizes[sizes.len() - 1].cost + 1e-9);
            // The cost is convex in the size, so that gains fall.
            let gains: Vec<f64> = sizes.windows(2).map(|pair| pair[0].cost - pair[1].cost).collect();
            prop_assert!(gains.windows(2).all(|pair| pair[0] >= pair[1] - 1e-6));
        }

        #[test]
        fn filling_valleys_keeps_the_work_and_the_peak(demand in prop::collection::vec(0.0_f64..20.0, 1..40), work in 0.0_f64..200.0) {
            let (level, filled, left) = fill_valleys(&demand, work, 15.0);
            let (before, after): (f64, f64) = (demand.iter().sum(), filled.iter().sum());
            prop_assert!((after + left - before - work).abs() < 1e-6);
            let peak = demand.iter().copied().fold(0.0, f64::max);
            prop_assert!(level <= 15.0 && filled.iter().all(|hour| *hour <= peak.max(15.0) + 1e-9));
        }
    }
}
