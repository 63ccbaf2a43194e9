//! Seats against metered use: the best plan of each user, what a flat price is worth to its seller, and all of it with machines of one's own.

pub mod joint;
pub mod spread;

/// A plan: a flat price that holds some use; use beyond it is metered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seat {
    /// Dollars a month.
    pub price: f64,
    /// Dollars of use at list price that it holds.
    pub cap: f64,
}

impl Seat {
    /// What so much use costs on it, use beyond the cap at so many times the list price.
    pub fn cost(&self, used: f64, overflow: f64) -> f64 {
        self.price + overflow * (used - self.cap).max(0.0)
    }
}

/// The place of the cheapest plan for some use and what it costs; `None`: metered costs no more.
pub fn best(used: f64, metered: f64, seats: &[Seat], overflow: f64) -> (Option<usize>, f64) {
    let costs = seats.iter().enumerate().map(|(place, seat)| (Some(place), seat.cost(used, overflow)));
    costs.fold((None, metered), |best, other| if other.1 < best.1 { other } else { best })
}

/// What a flat price leaves its seller, for use that costs it so much of the list price.
pub fn sellers_margin(price: f64, used: f64, cost_ratio: f64) -> f64 {
    price - used * cost_ratio
}

/// What would have to be paid beyond what is, if flat prices became metered; never less than nothing.
pub fn exposure(used: f64, paid: f64) -> f64 {
    (used - paid).max(0.0)
}

/// What a window of a quota holds, tokens or dollars, of what was used of it and the share that this was.
pub fn window(used: f64, share: f64) -> Option<f64> {
    (share > 0.0).then(|| used / share)
}

/// Weeks of a month.
pub const WEEKS: f64 = 52.0 / 12.0;

/// Dollars of a million tokens on a plan that is used up, of the tokens that its weekly window holds.
pub fn per_million(price_month: f64, week: f64) -> f64 {
    price_month / WEEKS / (week / 1e6)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USES: [f64; 10] = [3.0, 12.0, 25.0, 40.0, 80.0, 150.0, 220.0, 400.0, 900.0, 2_500.0];
    const SEATS: [Seat; 3] = [
        Seat { price: 20.0, cap: 163.0 },
        Seat { price: 100.0, cap: 1_354.0 },
        Seat { price: 200.0, cap: 2_708.0 },
    ];

    #[test]
    fn ten_users_and_three_plans() {
        let found: Vec<_> = USES.iter().map(|used| best(*used, *used, &SEATS, 1.0)).collect();
        let plans: Vec<Option<usize>> = found.iter().map(|(place, _)| *place).collect();
        let (pro, max5, max20) = (Some(0), Some(1), Some(2));
        assert_eq!(plans, [None, None, pro, pro, pro, pro, pro, max5, max5, max20]);
        let total: f64 = found.iter().map(|(_, cost)| cost).sum();
        let metered: f64 = USES.iter().sum();
        assert!((total - 572.0).abs() < 1e-9 && (metered - 4_330.0).abs() < 1e-9);
        assert!((exposure(metered, total) - 3_758.0).abs() < 1e-9);
        // What costs the same is no reason to leave.
        assert_eq!(best(100.0, 100.0, &SEATS[1..2], 1.0), (None, 100.0));
    }

    #[test]
    fn what_a_seller_keeps_and_what_a_window_holds() {
        assert!((sellers_margin(100.0, 200.0, 0.3) - 40.0).abs() < 1e-12);
        let held = window(5e6, 0.2 - 0.0).expect("it was used");
        assert!((held - 25e6).abs() < 1e-6);
        assert!((per_million(20.0, held) - 0.184_615_384_6).abs() < 1e-9);
        assert_eq!(window(5e6, 0.2 - 0.2), None);
    }

    proptest! {
        #[test]
        fn a_mix_costs_no_more_than_all_of_one_kind(uses in prop::collection::vec(0.0_f64..5_000.0, 1..30), overflow in 0.5_f64..2.0) {
            let mix: f64 = uses.iter().map(|used| best(*used, *used, &SEATS, overflow).1).sum();
            let metered: f64 = uses.iter().sum();
            prop_assert!(mix <= metered + 1e-9);
            for seat in &SEATS {
                let seats: f64 = uses.iter().map(|used| seat.cost(*used, overflow)).sum();
                prop_assert!(mix <= seats + 1e-9);
            }
            prop_assert!(exposure(metered, mix) >= 0.0);
        }
    }
}
