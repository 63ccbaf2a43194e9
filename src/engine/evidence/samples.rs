//! How many graded calls it takes to tell two models apart, and what knowing more is worth.

use super::normal_quantile;
use super::posterior::Beta;

/// Calls for each of two models to see a difference of `gap` between success rates around `rate`, each graded on calls of its
/// own: one-sided error `alpha`, found with probability `power`.
pub fn unpaired(rate: f64, gap: f64, alpha: f64, power: f64) -> f64 {
    let z = normal_quantile(1.0 - alpha) + normal_quantile(power);
    (2.0 * z * z * rate * (1.0 - rate) / (gap * gap)).ceil()
}

/// Calls that both models answer, to see the same: only calls on which they differ tell anything (`discordant` is their share; McNemar's
/// test, Connor 1987).
pub fn paired(discordant: f64, gap: f64, alpha: f64, power: f64) -> f64 {
    let differ = discordant.max(gap);
    let z = normal_quantile(1.0 - alpha) * differ.sqrt()
        + normal_quantile(power) * (differ - gap * gap).max(0.0).sqrt();
    (z * z / (gap * gap)).ceil()
}

/// Share of calls on which two models differ if one's failures say nothing about the other's.
pub fn independent_discordance(one: f64, other: f64) -> f64 {
    one * (1.0 - other) + other * (1.0 - one)
}

/// A decision about a model of which the success rate is not known: stay, or switch and gain `saved − (incumbent − q)·failure` a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// What is known of the candidate's success rate.
    pub success: Beta,
    /// Success rate of the incumbent.
    pub incumbent: f64,
    /// Dollars that a call at the candidate costs less.
    pub saved: f64,
    /// Dollars of a failure.
    pub failure: f64,
}

impl Decision {
    /// Expected gain of switching, in dollars a call.
    pub fn gain(&self) -> f64 {
        self.gain_at(self.success.mean())
    }

    fn gain_at(&self, success: f64) -> f64 {
        self.saved - (self.incumbent - success) * self.failure
    }

    /// Dollars a call that knowing the rate exactly would be worth: expected regret of deciding now.
    pub fn perfect_information(&self) -> f64 {
        if self.failure <= 0.0 {
            return 0.0;
        }
        // Switching pays above this rate; the mean above it is that of a Beta with one success more.
        let flips = self.incumbent - self.saved / self.failure;
        let Beta { a, b } = self.success;
        let above = 1.0 - self.success.below(flips);
        let weighted = self.success.mean() * (1.0 - Beta { a: a + 1.0, b }.below(flips));
        let known = (self.saved - self.incumbent * self.failure) * above + self.failure * weighted;
        (known - self.gain().max(0.0)).max(0.0)
    }

    /// Dollars a call that grading `calls` calls is expected to be worth.
    pub fn sample_information(&self, calls: u64) -> f64 {
        let known: f64 = (0..=calls)
            .map(|right| {
                let after = self.success.after(right as f64, calls as f64);
                self.success.predicts(right, calls) * self.gain_at(after.mean()).max(0.0)
            })
            .sum();
        (known - self.gain().max(0.0)).max(0.0)
    }

    /// The number of graded calls, among powers of two, that is worth most over `calls` calls when grading one costs `grading` dollars,
    /// and what it is then worth in all; 0 where none is worth its cost.
    pub fn best_sample(&self, calls: f64, grading: f64) -> (u64, f64) {
        let worth = |n: u64| self.sample_information(n) * calls - n as f64 * grading;
        let tried = (3..=12).map(|power| 1_u64 << power).map(|n| (n, worth(n)));
        tried.fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sample_sizes_of_the_literature() {
        // H2 of the economics.
        assert!((unpaired(0.85, 0.03, 0.05, 0.8) - 1_752.0).abs() < 0.5);
        assert!((unpaired(0.85, 0.05, 0.05, 0.8) - 631.0).abs() < 0.5);
        // Pairs that differ on a tenth of the calls need far fewer: (1.645·√0.1 + 0.842·√(0.1 − 0.0009))² / 0.0009.
        assert!((paired(0.1, 0.03, 0.05, 0.8) - 685.0).abs() < 1.5, "{}", paired(0.1, 0.03, 0.05, 0.8));
        assert!(paired(0.1, 0.03, 0.05, 0.8) < unpaired(0.95, 0.03, 0.05, 0.8) * 2.0);
    }

    #[test]
    fn what_is_known_already_is_worth_nothing() {
        let sure = Decision { success: Beta { a: 9e5, b: 1e5 }, incumbent: 0.9, saved: 0.01, failure: 0.1 };
        assert!(sure.perfect_information() < 1e-9);
        assert_eq!(sure.best_sample(1e6, 0.05).0, 0);
    }

    #[test]
    fn a_sample_is_worth_less_than_certainty_and_more_the_larger_it_is() {
        let open = Decision { success: Beta { a: 17.0, b: 3.0 }, incumbent: 0.92, saved: 0.02, failure: 0.5 };
        let (few, many) = (open.sample_information(16), open.sample_information(256));
        assert!(0.0 < few && few < many && many < open.perfect_information());
        let (n, worth) = open.best_sample(100_000.0, 0.5);
        assert!(n > 0 && worth > 0.0);
    }

    #[test]
    fn grading_is_paid_for_each_call() {
        let open = Decision { success: Beta { a: 17.0, b: 3.0 }, incumbent: 0.92, saved: 0.02, failure: 0.5 };
        // Where it costs nothing, more is better up to the most that is tried.
        let (n, free) = open.best_sample(100_000.0, 0.0);
        assert_eq!(n, 4_096);
        assert!((free / (100_000.0 * open.sample_information(4_096)) - 1.0).abs() < 1e-12);
        // Half a dollar each, so 4 dollars for 8 calls: no number is worth more after its bill.
        let left = |n: u64, bill: f64| 100_000.0 * open.sample_information(n) - bill;
        let bills = [4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1_024.0, 2_048.0];
        let worths: Vec<f64> = (3..).zip(bills).map(|(power, bill)| left(2_u64.pow(power), bill)).collect();
        let most = worths.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (n, worth) = open.best_sample(100_000.0, 0.5);
        assert!((worth - most).abs() < 1e-9, "{worth} {worths:?}");
        assert!((left(n, n as f64 / 2.0) - most).abs() < 1e-9, "{n} {worths:?}");
        // A candidate that never pays is not graded, not even for nothing.
        let dear = Decision { saved: -1.0, ..open };
        assert_eq!(dear.best_sample(100_000.0, 0.0), (0, 0.0));
    }

    #[test]
    fn perfect_information_by_numeric_integration() {
        let open = Decision { success: Beta { a: 4.0, b: 2.0 }, incumbent: 0.8, saved: 0.05, failure: 0.5 };
        let steps = 200_000;
        let mut known = 0.0;
        for step in 0..steps {
            let q = (f64::from(step) + 0.5) / f64::from(steps);
            // Density of Beta(4, 2): 20·q³·(1 − q).
            known += 20.0 * q.powi(3) * (1.0 - q) * open.gain_at(q).max(0.0) / f64::from(steps);
        }
        let expected = known - open.gain().max(0.0);
        assert!((open.perfect_information() - expected).abs() < 1e-8);
    }

    #[test]
    fn models_that_fail_independently_differ_where_one_of_them_fails() {
        // 0.9·0.3 + 0.7·0.1
        assert!((independent_discordance(0.9, 0.7) - 0.34).abs() < 1e-15);
        assert!(independent_discordance(1.0, 1.0).abs() < 1e-15);
    }
}
