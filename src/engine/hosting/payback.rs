//! When a machine has paid for itself, while the alternative's price falls and the volume grows.

/// An investment against an alternative, in months and dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Investment {
    /// Dollars now.
    pub price: f64,
    /// Dollars a month that the alternative would cost at the beginning.
    pub avoided: f64,
    /// Dollars a month that running it costs.
    pub running: f64,
    /// Continuous decline of the alternative's price a month: `ln F / 12` for a fall by the factor F a year.
    pub decline: f64,
    /// Continuous growth of the volume a month.
    pub growth: f64,
}

/// When it has paid for itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Payback {
    /// After so many months.
    After(f64),
    /// It costs nothing.
    Already,
    /// Never: what is avoided each month falls below what running it costs before the price is earned, or always was.
    Never,
}

/// Up to this rate nothing falls or grows.
const STILL: f64 = 1e-12;
/// Halvings of a bracket.
const HALVINGS: usize = 200;
/// Months beyond which nobody plans: what has not paid for itself by about then never does.
const BEYOND: f64 = 1e7;

impl Investment {
    fn rate(&self) -> f64 {
        self.decline - self.growth
    }

    /// What has been avoided after so many months: `a0·(1 − e^{−xT})/x`.
    fn gross(&self, months: f64) -> f64 {
        let x = self.rate();
        if x.abs() <= STILL { self.avoided * months } else { -self.avoided * (-x * months).exp_m1() / x }
    }

    /// What is left after so many months, the price paid.
    pub fn net(&self, months: f64) -> f64 {
        self.gross(months) - self.running * months - self.price
    }

    /// The month in which most is left, where the avoided cost falls: `ln(a0/f)/x`.
    pub fn best_month(&self) -> Option<f64> {
        let x = self.rate();
        (x > STILL && self.running > 0.0 && self.avoided > self.running)
            .then(|| (self.avoided / self.running).ln() / x)
    }

    /// The most that can be avoided in all, if the volume does not grow faster than the price falls.
    pub fn most_avoided(&self) -> Option<f64> {
        (self.rate() > STILL).then(|| self.avoided / self.rate())
    }

    /// Present value of so many months, the price paid now and something sold at the end.
    pub fn present_value(&self, months: u32, interest_month: f64, resale: f64) -> f64 {
        let at = |month: u32| {
            let cash = self.gross(f64::from(month)) - self.gross(f64::from(month) - 1.0) - self.running;
            cash / (1.0 + interest_month).powi(month as i32)
        };
        let sold = resale / (1.0 + interest_month).powi(months as i32);
        (1..=months).map(at).sum::<f64>() + sold - self.price
    }

    /// The first month after which it has paid for itself.
    pub fn payback(&self) -> Payback {
        if self.price <= 0.0 {
            return Payback::Already;
        }
        let x = self.rate();
        if x.abs() <= STILL {
            let monthly = self.avoided - self.running;
            return if monthly > 0.0 { Payback::After(self.price / monthly) } else { Payback::Never };
        }
        if x > 0.0 { self.while_it_falls(x) } else { self.while_it_grows() }
    }

    /// What is avoided falls: net rises to its best month and falls from there.
    fn while_it_falls(&self, x: f64) -> Payback {
        if self.running <= 0.0 {
            if self.avoided / x <= self.price {
                return Payback::Never;
            }
            return self.some_month();
        }
        match self.best_month() {
            Some(best) if self.net(best) >= 0.0 => self.until(best),
            _ => Payback::Never,
        }
    }

    /// What is avoided grows: net may fall at first, and rises ever after.
    fn while_it_grows(&self) -> Payback {
        if self.avoided <= 0.0 { Payback::Never } else { self.some_month() }
    }

    /// In some month, where net does not fall below nothing again: one by which it has paid for itself is looked for by doubling.
    fn some_month(&self) -> Payback {
        let mut high = 1.0;
        while self.net(high) < 0.0 && high < BEYOND {
            high *= 2.0;
        }
        if self.net(high) < 0.0 { Payback::Never } else { self.until(high) }
    }

    /// In a month up to `high`, by which it has paid for itself.
    fn until(&self, high: f64) -> Payback {
        let (mut low, mut high) = (0.0, high);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if self.net(middle) < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Payback::After(high)
    }
}

/// Units a month from which on a fixed cost pays: `F/(p_alternative − v)`; `None`: never.
pub fn volume(fixed_month: f64, alternative: f64, own: f64) -> Option<f64> {
    (alternative > own).then(|| fixed_month / (alternative - own))
}

/// Share of a capacity of `tokens_a_second` that has to be used for an hour to pay, against dollars a million tokens; above 1: never at
/// this size.
pub fn utilisation(hour: f64, tokens_a_second: f64, per_million: f64) -> f64 {
    hour / (tokens_a_second * 3_600.0 / 1e6 * per_million)
}

/// Interest a month of interest a year.
pub fn monthly(interest: f64) -> f64 {
    (1.0 + interest).powf(1.0 / 12.0) - 1.0
}

/// Present value of equal cash flows at the end of each of so many months, the price paid now.
pub fn present_value(price: f64, a_month: f64, months: u32, interest_month: f64) -> f64 {
    let discounted: f64 = (1..=months).map(|month| a_month / (1.0 + interest_month).powi(month as i32)).sum();
    discounted - price
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_present_value_is_that_of_equal_months_where_nothing_changes() {
        let still = Investment { price: 1_000.0, avoided: 300.0, running: 100.0, decline: 0.0, growth: 0.0 };
        let (found, wanted) = (still.present_value(12, 0.01, 0.0), present_value(1_000.0, 200.0, 12, 0.01));
        assert!((found - wanted).abs() < 1e-9);
        let sold = still.present_value(12, 0.01, 500.0) - found;
        assert!((sold - 500.0 / 1.01_f64.powi(12)).abs() < 1e-9);
        let falling = Investment { decline: 0.05, ..still };
        assert!(falling.present_value(12, 0.01, 0.0) < found);
    }

    fn near(value: f64, wanted: f64) {
        assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
    }

    fn investment(fall: f64, growth: f64) -> Investment {
        Investment {
            price: 250_000.0,
            avoided: 30_000.0,
            running: 8_000.0,
            decline: fall.ln() / 12.0,
            growth,
        }
    }

    #[test]
    fn the_grid_of_falling_prices_and_growing_volumes() {
        let never = f64::INFINITY;
        for (fall, row) in [
            (1.0, [11.36363636, 9.381779768, 8.146520633]),
            (1.5, [16.78048792, 11.71284913, 9.577926356]),
            (2.0, [never, 15.16529842, 11.17162093]),
            (3.0, [never, never, 16.10938578]),
            (5.0, [never, never, never]),
        ] {
            for (growth, wanted) in [0.0, 0.03, 0.06].into_iter().zip(row) {
                match investment(fall, growth).payback() {
                    Payback::After(months) => near(months, wanted),
                    other => {
                        assert!(wanted.is_infinite() && other == Payback::Never, "{fall} {growth} {other:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_most_that_is_ever_left() {
        let falling = investment(5.0, 0.0);
        let best = falling.best_month().expect("it falls");
        near(best, 9.85503694);
        near(falling.net(best), -164_807.872_8);
        // F7: 30,000 dollars a month over ln 2 / 12.
        near(investment(2.0, 0.0).most_avoided().expect("it falls"), 519_370.214_72);
        assert_eq!(Investment { price: 0.0, ..falling }.payback(), Payback::Already);
        assert_eq!(Investment { running: falling.avoided, ..falling }.best_month(), None);
    }

    #[test]
    fn what_falls_without_cost_and_what_grows_past_it() {
        // 10·(1 − e^(−T/20))·20 = 100 at T = 20·ln 2; ever after it comes to 200 at most.
        let falling = Investment { price: 100.0, avoided: 10.0, running: 0.0, decline: 0.05, growth: 0.0 };
        let after = |investment: Investment| match investment.payback() {
            Payback::After(months) => months,
            other => panic!("{other:?}"),
        };
        near(after(falling), 13.862_943_611);
        assert_eq!(Investment { price: 200.0, ..falling }.payback(), Payback::Never);
        // 10 a month, growing by e^0.1, against 20 a month: it loses for seven months, and 100·(e^(T/10) − 1) − 20·T = 100 at T = 16.78.
        near(after(Investment { running: 20.0, decline: 0.0, growth: 0.1, ..falling }), 16.783_469_9);
    }

    #[test]
    fn rates_too_small_to_matter_change_nothing() {
        let still = Investment { price: 1_000.0, avoided: 300.0, running: 100.0, decline: 0.0, growth: 0.0 };
        for (decline, growth) in [(5e-13, 0.0), (STILL, 0.0), (0.0, 5e-13), (0.0, STILL), (0.04, 0.04)] {
            let slow = Investment { decline, growth, ..still };
            assert_eq!(slow.payback(), Payback::After(5.0));
            assert_eq!((slow.best_month(), slow.most_avoided()), (None, None));
            // What avoids just what it costs earns nothing.
            assert_eq!(Investment { running: 300.0, ..slow }.payback(), Payback::Never);
        }
    }

    #[test]
    fn what_is_left_after_a_month_without_a_price_is_the_price_that_a_month_earns() {
        for (running, decline, growth) in [(2.0, 0.0, 0.1), (0.0, 0.05, 0.0)] {
            let free = Investment { price: 0.0, avoided: 10.0, running, decline, growth };
            let found = Investment { price: free.net(1.0), ..free }.payback();
            assert!(matches!(found, Payback::After(months) if (months - 1.0).abs() < 1e-9), "{found:?}");
        }
    }

    #[test]
    fn nobody_waits_a_million_years() {
        // It grows past what it costs after ln 20 thousand million months.
        let growing = Investment { price: 100.0, avoided: 1.0, running: 20.0, decline: 0.0, growth: 1e-9 };
        assert_eq!(growing.payback(), Payback::Never);
        assert_eq!(Investment { avoided: 0.0, growth: 0.1, ..growing }.payback(), Payback::Never);
        // A dollar a month that hardly falls, for a thousand million.
        let falling = Investment { price: 1e9, running: 0.0, decline: 1e-10, growth: 0.0, ..growing };
        assert_eq!(falling.payback(), Payback::Never);
        // Without costs there is no month from which on it loses.
        assert_eq!(falling.best_month(), None);
    }

    #[test]
    fn volumes_utilisations_and_present_values() {
        near(volume(4_047.033_333_333_334, 0.3, 0.0).expect("it pays"), 13_490.111_11);
        near(volume(1_000.0, 0.75, 0.25).expect("it pays"), 2_000.0);
        assert_eq!(volume(1_963.7, 0.02, 0.03), None);
        assert_eq!(volume(1_963.7, 0.02, 0.02), None);
        near(utilisation(2.69, 9_271.0, 0.9), 0.08955311332);
        near(utilisation(16.95940639, 9_271.0, 0.9), 0.5645976366);
        near(utilisation(2.69, 9_271.0, 28.0), 0.002878492928);
        near(present_value(250_000.0, 22_000.0, 48, 0.008), 624_024.541_8);
        near(monthly(0.1), 0.007_974_140_428_903_764);
    }

    #[test]
    fn the_headline_multiple_step_by_step() {
        // J1: calls of 512 in and 256 out, 9,271 tokens a second at 2.69 dollars an hour.
        let call = |hour: f64, utilisation: f64| hour / 3_600.0 / (9_271.0 / 256.0) / utilisation;
        let (flagship, hosted) = ((512.0 * 4.0 + 256.0 * 20.0) / 1e6, (512.0 * 0.15 + 256.0 * 0.6) / 1e6);
        near(flagship, 0.007168);
        near(hosted, 0.0002304);
        near(call(2.69, 1.0), 2.063303731e-5);
        near(flagship / call(2.69, 1.0), 347.4040149);
        near(flagship / hosted, 31.11111111);
        let staffed = call(2.69 + super::super::ownership::staff_hour(0.5, 250_000.0), 0.05);
        near(staffed, 0.00260166591);
        near(flagship / staffed, 2.755157752);
        near(hosted / staffed, 0.08855864204);
        near(call(2.69 + super::super::ownership::staff_hour(0.1, 250_000.0), 0.3), 0.0001417436298);
    }

    proptest! {
        #[test]
        fn it_has_paid_for_itself_when_small_steps_have_added_up_to_its_price(
            price in 100.0_f64..20_000.0, avoided in 10.0_f64..2_000.0, running in prop_oneof![Just(0.0), 0.0_f64..1_500.0],
            decline in 0.0_f64..0.15, growth in prop_oneof![Just(0.0), 0.0_f64..0.15],
        ) {
            let investment = Investment { price, avoided, running, decline, growth };
            // Ever more is earned of what grows for long; nobody follows what falls for forty years.
            let (months, pays) = match investment.payback() {
                Payback::After(months) => (months, true),
                _ => (480.0, false),
            };
            let steps = 4_000_u32;
            let width = months / f64::from(steps);
            let near = 1e-4 * (price + running * months);
            let mut sum = 0.0;
            for step in 0..steps {
                prop_assert!(sum < price + near, "after {step} of {steps} steps");
                let price_now = (-decline * (f64::from(step) + 0.5) * width).exp();
                let volume = (growth * (f64::from(step) + 0.5) * width).exp();
                sum += (avoided * price_now * volume - running) * width;
            }
            if pays {
                prop_assert!((sum - price).abs() < near, "{sum} {price}");
            } else {
                prop_assert!(sum < price + near);
            }
        }

        #[test]
        fn payback_comes_no_sooner_when_prices_fall_faster(fall in 1.0_f64..4.0, more in 0.0_f64..2.0, growth in 0.0_f64..0.05) {
            let months = |fall: f64, growth: f64| match investment(fall, growth).payback() {
                Payback::After(months) => months,
                _ => f64::INFINITY,
            };
            prop_assert!(months(fall + more, growth) >= months(fall, growth) - 1e-6);
            prop_assert!(months(fall, growth + 0.01) <= months(fall, growth) + 1e-6);
        }

        #[test]
        fn what_is_avoided_is_the_sum_of_its_months(fall in 1.1_f64..4.0, months in 1.0_f64..60.0) {
            let investment = investment(fall, 0.01);
            let steps = 20_000;
            let width = months / f64::from(steps);
            let sum: f64 = (0..steps)
                .map(|step| 30_000.0 * (-(investment.decline - 0.01) * (f64::from(step) + 0.5) * width).exp() * width)
                .sum();
            prop_assert!((investment.gross(months) / sum - 1.0).abs() < 1e-6);
        }
    }
}
