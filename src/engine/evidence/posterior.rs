//! How often a model succeeds: a Beta distribution, from what benchmarks say and from one's own graded calls.

use statrs::function::beta::{beta_reg, ln_beta};

use super::normal_quantile;

/// A Beta distribution of a success rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    /// Successes that it is worth.
    pub a: f64,
    /// Failures that it is worth.
    pub b: f64,
}

/// Least mass on either side: a rate of exactly 0 or 1 would never change its mind.
const LEAST: f64 = 1e-6;

impl Beta {
    /// What a benchmark says, before any call is graded: mean `score · (1 − discount)`, worth `strength` calls.
    pub fn prior(score: f64, discount: f64, strength: f64) -> Self {
        let mean = score * (1.0 - discount);
        Self { a: (mean * strength).max(LEAST), b: ((1.0 - mean) * strength).max(LEAST) }
    }

    /// After `successes` (perhaps broken ones) in `calls`.
    #[must_use]
    pub fn after(self, successes: f64, calls: f64) -> Self {
        Self { a: self.a + successes, b: self.b + calls - successes }
    }

    /// Mean.
    pub fn mean(self) -> f64 {
        self.a / (self.a + self.b)
    }

    /// Variance: `ab/((a + b)²(a + b + 1))`.
    pub fn variance(self) -> f64 {
        let sum = self.a + self.b;
        self.a * self.b / (sum * sum * (sum + 1.0))
    }

    /// Probability of a rate below `x`.
    pub fn below(self, x: f64) -> f64 {
        match x {
            x if x <= 0.0 => 0.0,
            x if x >= 1.0 => 1.0,
            x => beta_reg(self.a, self.b, x),
        }
    }

    /// The rate below which `p` of the probability lies, by bisection: the library's inverse loses digits near 0 and 1.
    pub fn quantile(self, p: f64) -> f64 {
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if self.below(middle) < p {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }

    /// Probability of `successes` in `calls` further calls (beta-binomial).
    pub fn predicts(self, successes: u64, calls: u64) -> f64 {
        let (k, n) = (successes as f64, calls as f64);
        let choose = -((n + 1.0).ln() + ln_beta(n - k + 1.0, k + 1.0));
        (choose + ln_beta(self.a + k, self.b + n - k) - ln_beta(self.a, self.b)).exp()
    }
}

/// Wilson's interval of a share, with a probability of `level` (Wilson 1927).
pub fn wilson(successes: f64, calls: f64, level: f64) -> (f64, f64) {
    if calls <= 0.0 {
        return (0.0, 1.0);
    }
    let z = normal_quantile(0.5 + level / 2.0);
    let share = successes / calls;
    let denominator = 1.0 + z * z / calls;
    let centre = (share + z * z / (2.0 * calls)) / denominator;
    let half = z * (share * (1.0 - share) / calls + z * z / (4.0 * calls * calls)).sqrt() / denominator;
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng as _;
    use rand_distr::{Beta as DrawnBeta, Binomial, Distribution as _};

    use super::*;

    #[test]
    fn a_prior_of_a_benchmark_and_graded_calls() {
        // H1 of the economics: score 0.80, discount 0.15, worth 20 calls; 33 of 50 right.
        let prior = Beta::prior(0.80, 0.15, 20.0);
        assert!((prior.mean() - 0.68).abs() < 1e-12);
        assert!((prior.quantile(0.05) - 0.502_254_576_5).abs() < 1e-9);
        assert!((prior.quantile(0.95) - 0.836_793_695).abs() < 1e-9);
        let after = prior.after(33.0, 50.0);
        assert!((after.a - 46.6).abs() < 1e-9 && (after.b - 23.4).abs() < 1e-9);
        assert!((after.mean() - 0.665_714_285_7).abs() < 1e-9);
        assert!((after.quantile(0.05) - 0.570_904_981_3).abs() < 1e-9);
        assert!((after.quantile(0.95) - 0.755_101_277_6).abs() < 1e-9);
    }

    #[test]
    fn all_rates_lie_from_none_to_all() {
        let beta = Beta { a: 1_000.0, b: 1_000.0 };
        assert!([-0.5, 0.0].into_iter().all(|x| beta.below(x) < 1e-12));
        assert!([1.0, 1.5].into_iter().all(|x| beta.below(x) > 1.0 - 1e-12));
        // The lowest rate below which nothing lies, although so little lies below 0.2 that a double calls it nothing, too.
        assert!(beta.quantile(0.0) < 1e-12, "{}", beta.quantile(0.0));
    }

    #[test]
    fn a_uniform_distribution_has_its_quantiles() {
        assert!((Beta { a: 1.0, b: 1.0 }.quantile(0.05) - 0.05).abs() < 1e-12);
        let sum: f64 = (0..=30).map(|k| Beta { a: 3.0, b: 2.0 }.predicts(k, 30)).sum();
        assert!((sum - 1.0).abs() < 1e-10, "{sum}");
    }

    #[test]
    fn wilson_by_hand() {
        // 8 of 10 at 95 %: 0.490 to 0.943 (Brown, Cai, DasGupta 2001).
        let (low, high) = wilson(8.0, 10.0, 0.95);
        assert!((low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4, "{low} {high}");
        assert_eq!(wilson(0.0, 0.0, 0.95), (0.0, 1.0));
    }

    #[test]
    fn intervals_cover_what_they_promise_in_simulated_worlds() {
        // 1,000 worlds: a rate drawn from what a benchmark says, 40 graded calls, nominal 90 %.
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut covered = 0_u32;
        for world in 0..1_000 {
            let prior = Beta::prior(0.5 + 0.4 * f64::from(world) / 1_000.0, 0.15, 20.0);
            let rate = DrawnBeta::new(prior.a, prior.b).expect("a distribution").sample(&mut rng);
            let right = Binomial::new(40, rate).expect("a distribution").sample(&mut rng);
            let after = prior.after(right as f64, 40.0);
            covered += u32::from((after.quantile(0.05)..=after.quantile(0.95)).contains(&rate));
        }
        assert!((870..=930).contains(&covered), "{covered}");
    }

    proptest! {
        #[test]
        fn the_lower_bound_tends_to_the_share_that_was_seen(share in 0.05_f64..0.95) {
            let after = Beta::prior(0.5, 0.0, 20.0).after(share * 1e6, 1e6);
            prop_assert!((after.quantile(0.05) - share).abs() < 2e-3);
        }

        #[test]
        fn a_quantile_has_its_probability_below_it(a in -2.0_f64..6.0, b in -2.0_f64..6.0, p in 0.01_f64..0.99) {
            let beta = Beta { a: 10.0_f64.powf(a), b: 10.0_f64.powf(b) };
            let at = beta.quantile(p);
            prop_assert!((0.0..=1.0).contains(&at));
            // Where nearly all of the probability lies in a corner, no double lies nearer.
            if at > 1e-9 && at < 1.0 - 1e-9 {
                prop_assert!((beta.below(at) - p).abs() < 1e-6, "{beta:?} {p} {at} {}", beta.below(at));
            }
        }

        #[test]
        fn without_a_prior_the_rate_is_ones_own(k in 1_u32..99) {
            let own = Beta::prior(0.9, 0.0, 0.0).after(f64::from(k), 100.0);
            prop_assert!((own.mean() - f64::from(k) / 100.0).abs() < 1e-6);
        }
    }

    #[test]
    fn a_variance_by_hand() {
        // 3·5 / (8²·9)
        assert!((Beta { a: 3.0, b: 5.0 }.variance() - 15.0 / 576.0).abs() < 1e-15);
    }
}
