//! Days of a log: how they grow, how weekdays differ, and what the days ahead will come to.
//!
//! A quasi-Poisson regression: the mean of a day is `exp(a + weekday + g·months)`, its variance a multiple of the mean, which the days
//! themselves tell (McCullagh and Nelder 1989, chapter 9). Days without anything count, large days do not decide alone. Growth and weekdays are
//! drawn towards nothing as far as the log is short.

use nalgebra::{DMatrix, DVector};

use crate::engine::evidence::{normal_below, normal_quantile};
use crate::units::MONTH_DAYS;

/// Fewer days say nothing about weekdays and growth.
pub const LEAST_DAYS: usize = 14;

/// Intercept, growth, seven weekdays.
const COEFFICIENTS: usize = 9;
const GROWTH: usize = 1;
/// Standard deviation of the logarithm of a weekday's share, before the days are looked at.
const WEEKDAY_PRIOR: f64 = 1.0;
/// The intercept is not drawn anywhere.
const FREE: f64 = 1e3;
/// Steps of the iteration; it takes a handful.
const STEPS: usize = 100;

/// What days tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Days {
    coefficients: DVector<f64>,
    covariance: DMatrix<f64>,
    /// Variance of a day over its mean.
    pub dispersion: f64,
    /// Day that growth is counted from.
    middle: f64,
    /// Days that it rests on.
    pub days: usize,
}

/// Why nothing is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooLittle {
    /// Fewer than [`LEAST_DAYS`].
    Days(usize),
    /// There is nothing on any day.
    Nothing,
}

/// A sum over days ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation: of the days themselves and of what is not known of them.
    pub error: f64,
}

fn row(day: i32, middle: f64) -> DVector<f64> {
    let mut row = DVector::zeros(COEFFICIENTS);
    row[0] = 1.0;
    row[GROWTH] = (f64::from(day) - middle) / MONTH_DAYS;
    row[2 + day.rem_euclid(7) as usize] = 1.0;
    row
}

impl Days {
    /// Of each day (days since 1970-01-01) with its value, days without anything included; growth is taken to lie within so much a month
    /// of nothing before they are looked at.
    ///
    /// # Errors
    /// When they tell too little.
    pub fn of(days: &[(i32, f64)], growth_prior: f64) -> Result<Self, TooLittle> {
        if days.len() < LEAST_DAYS {
            return Err(TooLittle::Days(days.len()));
        }
        let total: f64 = days.iter().map(|(_, value)| value).sum();
        if total <= 0.0 {
            return Err(TooLittle::Nothing);
        }
        let count = days.len() as f64;
        let middle = days.iter().map(|(day, _)| f64::from(*day)).sum::<f64>() / count;
        let rows: Vec<DVector<f64>> = days.iter().map(|(day, _)| row(*day, middle)).collect();
        let mut drawn = DVector::repeat(COEFFICIENTS, WEEKDAY_PRIOR.powi(-2));
        drawn[0] = FREE.powi(-2);
        drawn[GROWTH] = growth_prior.powi(-2);
        let mut at = DVector::zeros(COEFFICIENTS);
        at[0] = (total / count).ln();
        let mut dispersion = 1.0;
        let mut precision = DMatrix::identity(COEFFICIENTS, COEFFICIENTS);
        for _ in 0..STEPS {
            let mut score = -drawn.component_mul(&at) * dispersion;
            precision = DMatrix::from_diagonal(&(&drawn * dispersion));
            let mut pearson = 0.0;
            for (row, (_, value)) in rows.iter().zip(days) {
                let mean = at.dot(row).clamp(-50.0, 50.0).exp();
                score += row * (value - mean);
                precision += row * row.transpose() * mean;
                pearson += (value - mean).powi(2) / mean;
            }
            let Some(factor) = precision.clone().cholesky() else { break };
            let step = factor.solve(&score);
            // A weekday too many for the days there are: one a week and the growth are what is fitted.
            dispersion = (pearson / (count - 8.0)).max(1e-12);
            // Long steps overshoot where days differ by orders of magnitude.
            let length = step.amax();
            at += &step / length.max(1.0);
            if length < 1e-10 {
                break;
            }
        }
        let covariance = precision.cholesky().map(|factor| factor.inverse() * dispersion);
        let covariance = covariance.ok_or(TooLittle::Nothing)?;
        Ok(Self { coefficients: at, covariance, dispersion, middle, days: days.len() })
    }

    /// Growth a month and its standard error, as shares.
    pub fn growth(&self) -> (f64, f64) {
        (self.coefficients[GROWTH].exp_m1(), self.covariance[(GROWTH, GROWTH)].sqrt())
    }

    /// What a day comes to on average.
    pub fn mean(&self, day: i32) -> f64 {
        self.coefficients.dot(&row(day, self.middle)).exp()
    }

    /// Share of a week, Monday first, without growth.
    pub fn week(&self) -> [f64; 7] {
        // 1970-01-01 was a Thursday.
        let shares: [f64; 7] = std::array::from_fn(|weekday| self.coefficients[2 + (weekday + 4) % 7].exp());
        let sum: f64 = shares.iter().sum();
        shares.map(|share| share / sum)
    }

    /// What some days come to together, each with the part of it that counts.
    pub fn ahead(&self, days: impl Iterator<Item = (i32, f64)>) -> Ahead {
        let mut mean = 0.0;
        let mut gradient = DVector::zeros(COEFFICIENTS);
        for (day, part) in days {
            let own = part * self.mean(day);
            mean += own;
            gradient += row(day, self.middle) * own;
        }
        let not_known = (gradient.transpose() * &self.covariance * &gradient)[(0, 0)];
        Ahead { mean, error: (self.dispersion * mean + not_known).max(0.0).sqrt() }
    }
}

impl Ahead {
    /// The logarithm's mean and standard deviation of the log-normal with this mean and error.
    fn logarithm(&self) -> (f64, f64) {
        let spread = (1.0 + (self.error / self.mean).powi(2)).ln();
        (self.mean.ln() - 0.5 * spread, spread.sqrt())
    }

    /// A percentile.
    pub fn quantile(&self, share: f64) -> f64 {
        if self.mean <= 0.0 {
            return 0.0;
        }
        let (middle, spread) = self.logarithm();
        (middle + spread * normal_quantile(share)).exp()
    }

    /// Probability of more than so much.
    pub fn above(&self, least: f64) -> f64 {
        if least <= 0.0 {
            return 1.0;
        }
        if self.mean <= 0.0 {
            return 0.0;
        }
        let (middle, spread) = self.logarithm();
        if spread <= 0.0 {
            return if self.mean > least { 1.0 } else { 0.0 };
        }
        normal_below((middle - least.ln()) / spread)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng as _;
    use rand_distr::{Distribution as _, Gamma};

    use super::*;

    /// Days with a weekly pattern that grow.
    fn days(count: i32, growth: f64) -> Vec<(i32, f64)> {
        let value = |day: i32| {
            let weekend = if matches!(day.rem_euclid(7), 2 | 3) { 0.2 } else { 1.0 };
            100.0 * weekend * (growth.ln_1p() * f64::from(day) / MONTH_DAYS).exp()
        };
        (0..count).map(|day| (day, value(day))).collect()
    }

    #[test]
    fn a_pattern_without_noise_is_found() {
        let found = Days::of(&days(84, 0.1), 10.0).expect("enough");
        assert!((found.growth().0 - 0.1).abs() < 1e-3, "{:?}", found.growth());
        // 1970-01-03 was a Saturday.
        let week = found.week();
        for (day, share) in week.iter().enumerate() {
            let wanted = if day >= 5 { 0.2 / 5.4 } else { 1.0 / 5.4 };
            assert!((share / wanted - 1.0).abs() < 0.02, "{day} {share}");
        }
        let next = found.ahead((84..91).map(|day| (day, 1.0)));
        let wanted: f64 = days(91, 0.1)[84..].iter().map(|(_, value)| value).sum();
        assert!((next.mean / wanted - 1.0).abs() < 0.01);
    }

    #[test]
    fn three_weeks_as_newton_has_them() {
        // The same penalised likelihood, solved by Newton's steps with the dispersion held until it no longer changes (NumPy 2).
        let calls = [12, 15, 11, 40, 38, 9, 14, 13, 18, 10, 44, 35, 11, 16, 15, 12, 17, 50, 41, 10, 19];
        let days: Vec<(i32, f64)> = (0..).zip(calls.map(f64::from)).collect();
        let found = Days::of(&days, 0.5).expect("enough");
        let (growth, error) = found.growth();
        let ahead = found.ahead([(21, 1.0), (22, 0.5), (23, 1.0), (24, 0.25)].into_iter());
        for (value, wanted) in [
            (growth, 0.398_886_656),
            (error, 0.136_928_777),
            (found.dispersion, 0.321_299_696),
            (ahead.mean, 52.089_904_669),
            (ahead.error, 5.627_445_949),
        ] {
            assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
        }
    }

    #[test]
    fn the_same_weeks_at_another_time_say_the_same() {
        let scattered: Vec<(i32, f64)> = days(40, 0.2)
            .into_iter()
            .map(|(day, value)| (day, value * (1.0 + 0.1 * f64::from(day % 3))))
            .collect();
        let found = Days::of(&scattered, 0.5).expect("enough");
        let next = found.ahead((40..50).map(|day| (day, 1.0)));
        for weeks in [2_900, 1_000_000] {
            let later: Vec<(i32, f64)> =
                scattered.iter().map(|(day, value)| (day + 7 * weeks, *value)).collect();
            let later = Days::of(&later, 0.5).expect("enough");
            let then = later.ahead((40..50).map(|day| (day + 7 * weeks, 1.0)));
            for (one, other) in [
                (found.growth().0, later.growth().0),
                (found.growth().1, later.growth().1),
                (found.dispersion, later.dispersion),
                (next.mean, then.mean),
                (next.error, then.error),
            ] {
                assert!((one / other - 1.0).abs() < 1e-6, "{weeks} {one} {other}");
            }
        }
    }

    #[test]
    fn days_that_differ_by_orders_of_magnitude_are_fitted() {
        let days: Vec<(i32, f64)> = (0..28).map(|day| (day, if day % 7 == 3 { 1e9 } else { 1e-3 })).collect();
        let found = Days::of(&days, 0.03).expect("enough");
        assert!((found.mean(31) / 1e9 - 1.0).abs() < 0.01 && found.mean(32) < 1e6, "{found:?}");
    }

    #[test]
    fn little_is_refused_and_short_logs_hardly_grow() {
        assert_eq!(Days::of(&days(13, 0.0), 0.03), Err(TooLittle::Days(13)));
        let nothing: Vec<(i32, f64)> = (0..20).map(|day| (day, 0.0)).collect();
        assert_eq!(Days::of(&nothing, 0.03), Err(TooLittle::Nothing));
        // Two weeks, the second with half as much again: without the prior that would be growth by 135 % a month.
        let jump: Vec<(i32, f64)> = (0..14).map(|day| (day, if day < 7 { 10.0 } else { 15.0 })).collect();
        let (growth, error) = Days::of(&jump, 0.03).expect("enough").growth();
        assert!(growth > 0.0 && growth < 0.05 && error < 0.031, "{growth} {error}");
    }

    #[test]
    fn eight_of_ten_months_lie_in_the_band() {
        // Days that scatter as gamma numbers with the variance of the model: the band of the next 20 days after 25.
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let (mut inside, rounds) = (0, 400);
        for _ in 0..rounds {
            let noisy: Vec<(i32, f64)> = days(45, 0.0)
                .into_iter()
                .map(|(day, mean)| {
                    (day, Gamma::new(mean / 20.0, 20.0).expect("positive").sample(&mut random))
                })
                .collect();
            let found = Days::of(&noisy[..25], 0.03).expect("enough").ahead((25..45).map(|day| (day, 1.0)));
            let came: f64 = noisy[25..].iter().map(|(_, value)| value).sum();
            inside += i32::from((found.quantile(0.1)..=found.quantile(0.9)).contains(&came));
        }
        let share = f64::from(inside) / f64::from(rounds);
        // Three standard errors of a share of 400.
        assert!((share - 0.8).abs() < 0.06, "{share}");
    }

    #[test]
    fn percentiles_have_the_mean_and_the_error_that_they_are_made_of() {
        let sum = Ahead { mean: 10.0, error: 4.0 };
        // A log-normal's median is its mean over √(1 + cv²).
        assert!((sum.quantile(0.5) - 10.0 / 1.16_f64.sqrt()).abs() < 1e-9);
        let draws: Vec<f64> = (0..100_000).map(|at| sum.quantile((f64::from(at) + 0.5) / 1e5)).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / 1e5;
        assert!((mean - 10.0).abs() < 1e-3 && (variance.sqrt() - 4.0).abs() < 1e-2, "{mean} {variance}");
    }

    #[test]
    fn a_certain_sum_is_above_or_not() {
        let sum = Ahead { mean: 10.0, error: 0.0 };
        assert!((sum.above(9.0) - 1.0).abs() < 1e-12 && sum.above(11.0) < 1e-12 && sum.above(10.0) < 1e-12);
        let wide = Ahead { mean: 10.0, error: 3.0 };
        assert!((wide.above(wide.quantile(0.9)) - 0.1).abs() < 1e-9);
        assert!((Ahead { mean: 0.0, error: 0.0 }).quantile(0.9).abs() < 1e-12);
    }
}
