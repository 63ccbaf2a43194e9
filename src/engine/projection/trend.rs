//! How fast the price of something fixed falls: declines of its logarithm over spans of time.

use super::inputs::{Uncertain, p90};
use crate::engine::resample::quantile;

/// Prices month by month; `None`: it could not be had yet.
pub type Series = Vec<Option<f64>>;

/// Declines of the logarithm over so many months, of every series and from every month on, sorted.
pub fn declines(series: &[Series], months: usize) -> Vec<f64> {
    let of = |prices: &Series| {
        let pairs = prices.iter().zip(prices.iter().skip(months));
        pairs
            .filter_map(|(before, after)| Some((before.as_ref()? / after.as_ref()?).ln()))
            .collect::<Vec<_>>()
    };
    let mut all: Vec<f64> = series.iter().flat_map(of).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// How fast prices fall a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fall {
    /// Median of the yearly factor.
    pub median: f64,
    /// Its tenth and ninetieth percentile.
    pub band: (f64, f64),
    /// Spans that it rests on; they overlap.
    pub spans: usize,
}

/// Fewer spans say nothing.
pub const LEAST_SPANS: usize = 24;
/// Months of a year.
const YEAR: usize = 12;

impl Fall {
    /// Of series of prices; `None`: they are too short.
    pub fn of(series: &[Series]) -> Option<Self> {
        let found = declines(series, YEAR);
        let at = |share: f64| quantile(&found, share).exp();
        (found.len() >= LEAST_SPANS).then(|| Self {
            median: at(0.5),
            band: (at(0.1), at(0.9)),
            spans: found.len(),
        })
    }

    /// As an uncertain input: log-normal through the percentiles.
    pub fn uncertain(&self) -> Uncertain {
        Uncertain::log_normal(self.median, self.band)
    }

    /// The band of a price in so many months, of what it is now: low and high.
    pub fn band_after(&self, price: f64, months: f64) -> (f64, f64) {
        let input = self.uncertain();
        let at = |z: f64| price * input.at(z).powf(-months / 12.0);
        (at(p90()), at(-p90()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_fall_is_its_factor() {
        let steady: Series =
            (0..40).map(|month| Some(10.0 * 5.0_f64.powf(-f64::from(month) / 12.0))).collect();
        let fall = Fall::of(&[steady]).expect("long enough");
        assert!((fall.median - 5.0).abs() < 1e-9 && (fall.band.0 - 5.0).abs() < 1e-9);
        assert_eq!(fall.spans, 28);
        let (low, high) = fall.band_after(10.0, 6.0);
        assert!((low - 4.472_135_955).abs() < 1e-6 && (high - low).abs() < 1e-6);
    }

    #[test]
    fn what_was_not_there_yet_has_no_decline() {
        let late: Series = (0..20).map(|month| (month > 10).then_some(1.0)).collect();
        assert!(declines(std::slice::from_ref(&late), 12).is_empty());
        assert_eq!(Fall::of(&[late]), None);
    }
}
