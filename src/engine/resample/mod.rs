//! The bootstrap: how far a sum over days could have come out otherwise, had other days of the same kind been seen.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rand_distr::{Distribution as _, Uniform};

/// An interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Fewer observations than this say nothing about the spread.
pub const LEAST: usize = 7;

/// Percentile interval of a statistic of observations drawn with replacement (Efron 1979); `None` with fewer than [`LEAST`]
/// of them. `statistic` is told how often each observation was drawn. The same seed gives the same interval.
pub fn bootstrap(
    observations: usize,
    draws: usize,
    level: f64,
    seed: u64,
    statistic: impl Fn(&[u32]) -> f64,
) -> Option<Interval> {
    if observations < LEAST || draws == 0 {
        return None;
    }
    let mut values = resamples(observations, draws, seed, statistic);
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    Some(Interval { low: quantile(&values, tail), high: quantile(&values, 1.0 - tail) })
}

/// A statistic of observations drawn with replacement, of each draw; it is told how often each observation was drawn. The same seed gives
/// the same draws.
pub fn resamples<T>(observations: usize, draws: usize, seed: u64, statistic: impl Fn(&[u32]) -> T) -> Vec<T> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let Ok(any) = Uniform::new(0, observations) else { return Vec::new() };
    let mut times = vec![0_u32; observations];
    (0..draws)
        .map(|_| {
            times.fill(0);
            for _ in 0..observations {
                times[any.sample(&mut random)] += 1;
            }
            statistic(&times)
        })
        .collect()
}

/// The quantile of sorted values, between two of them by their distance (type 7 of Hyndman and Fan 1996).
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share.clamp(0.0, 1.0) * (sorted.len().saturating_sub(1)) as f64;
    let (below, above) = (at.floor() as usize, at.ceil() as usize);
    match (sorted.get(below), sorted.get(above)) {
        (Some(low), Some(high)) => low + (high - low) * (at - at.floor()),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum_of(values: &[f64]) -> impl Fn(&[u32]) -> f64 {
        move |times| values.iter().zip(times).map(|(value, times)| value * f64::from(*times)).sum()
    }

    #[test]
    fn days_that_are_all_alike_leave_no_doubt() {
        let values = [3.0; 10];
        let interval = bootstrap(values.len(), 500, 0.95, 1, sum_of(&values)).expect("ten days");
        assert_eq!(interval, Interval { low: 30.0, high: 30.0 });
    }

    #[test]
    fn the_interval_is_near_the_normal_one_and_repeats() {
        // 100 days of 0 and 100 of 1: the sum has mean 100 and standard deviation √(200 · ¼) = 7.07.
        let values: Vec<f64> = (0..200).map(|day| f64::from(day % 2)).collect();
        let of = |seed| bootstrap(values.len(), 4_000, 0.95, seed, sum_of(&values)).expect("200 days");
        let interval = of(7);
        assert!((interval.low - 86.14).abs() < 1.5, "{interval:?}");
        assert!((interval.high - 113.86).abs() < 1.5, "{interval:?}");
        assert_eq!(of(7), interval);
    }

    #[test]
    fn a_few_days_say_nothing() {
        assert_eq!(bootstrap(LEAST - 1, 100, 0.95, 1, |_| 0.0), None);
        assert!(bootstrap(LEAST, 100, 0.95, 1, |_| 0.0).is_some());
    }

    #[test]
    fn quantiles_lie_between_values() {
        let sorted = [1.0, 2.0, 3.0, 4.0, 10.0];
        for (share, value) in [(0.5, 3.0), (0.875, 7.0), (1.0, 10.0)] {
            assert!((quantile(&sorted, share) - value).abs() < 1e-12, "{share}");
        }
    }
}
