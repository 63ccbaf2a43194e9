//! How fast the price of something fixed falls: declines of its logarithm over spans of time.

use super::inputs::{Uncertain, p90};
use crate::engine::resample::quantile;

/// Prices month by month; `None`: it could not be had yet.
pub type Series = Vec<Option<f64>>;

/// Declines of the logarithm over so many months, of every series and from every month on within `young` months of its first price.
pub fn declines(series: &[Series], months: usize, young: usize) -> Vec<f64> {
    let of = |prices: &Series| {
        let first = prices.iter().position(Option::is_some).unwrap_or(prices.len());
        let pairs = prices.iter().zip(prices.iter().skip(months)).skip(first).take(young);
        pairs
            .filter_map(|(before, after)| Some((before.as_ref()? / after.as_ref()?).ln()))
            .collect::<Vec<_>>()
    };
    series.iter().flat_map(of).collect()
}

/// How fast prices fall: a random walk of the logarithm with drift.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fall {
    /// Mean decline of the logarithm in a year.
    pub drift: f64,
    /// Standard deviation of the decline in a year.
    pub spread: f64,
    /// Spans of a year that it rests on; they overlap.
    pub spans: usize,
    /// Median factor of a year, which is less than the mean where prices fall rarely and far.
    pub median: f64,
}

/// Fewer spans say nothing.
pub const LEAST_SPANS: usize = 24;
/// Months of a year.
const YEAR: usize = 12;
/// Spans begin within so many months of the day on which something could first be had: what everybody has been able to do for years has
/// long reached the price of the smallest models, and is not what is paid for.
const YOUNG: usize = 24;

impl Fall {
    /// Of series of prices; `None`: they are too short.
    pub fn of(series: &[Series]) -> Option<Self> {
        let mut found = declines(series, YEAR, YOUNG);
        if found.len() < LEAST_SPANS {
            return None;
        }
        let count = found.len() as f64;
        let drift = found.iter().sum::<f64>() / count;
        let squares: f64 = found.iter().map(|decline| (decline - drift).powi(2)).sum();
        found.sort_by(f64::total_cmp);
        Some(Self {
            drift,
            spread: (squares / (count - 1.0)).sqrt(),
            spans: found.len(),
            median: quantile(&found, 0.5).exp(),
        })
    }

    /// The yearly factor over so many months as an uncertain input: the longer, the less the luck of single years counts.
    pub fn over(&self, months: f64) -> Uncertain {
        Uncertain::LogNormal { median: self.drift.exp(), spread: self.spread / (months / 12.0).sqrt() }
    }

    /// The tenth and ninetieth percentile of a price in so many months, of what it is now.
    pub fn band_after(&self, price: f64, months: f64) -> (f64, f64) {
        let years = months / 12.0;
        let at = |z: f64| price * (-self.drift * years + z * self.spread * years.sqrt()).exp();
        (at(-p90()), at(p90()))
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
        assert!((fall.median - 5.0).abs() < 1e-9 && fall.spread < 1e-9);
        assert!((fall.over(36.0).at(1.0) - 5.0).abs() < 1e-6);
        // Of 28 spans of a year those that begin in the first two years.
        assert_eq!(fall.spans, 24);
        let (low, high) = fall.band_after(10.0, 6.0);
        assert!((low - 4.472_135_955).abs() < 1e-6 && (high - low).abs() < 1e-6);
    }

    #[test]
    fn a_walk_is_covered_as_promised() {
        // Two levels of jumps: half of the years nothing, half of them a fall by e².
        let jumps: Vec<Series> = (0..40)
            .map(|level| {
                (0..25)
                    .map(|month| Some(if level % 2 == 0 && month >= 12 { 1.0 } else { 2.0_f64.exp() }))
                    .collect()
            })
            .collect();
        let flat: f64 = declines(&jumps, 12, 24).iter().sum::<f64>() / declines(&jumps, 12, 24).len() as f64;
        let fall = Fall::of(&jumps).expect("long enough");
        assert!((fall.drift - flat).abs() < 1e-12 && fall.spread > 0.0);
        let (low, high) = fall.band_after(1.0, 12.0);
        let middle = (low * high).sqrt();
        assert!((middle - (-fall.drift).exp()).abs() < 1e-9);
        assert!(((high / low).ln() / (2.0 * p90()) - fall.spread).abs() < 1e-9);
    }

    #[test]
    fn ten_falls_by_a_power_of_three_among_thirty_by_hand() {
        // Declines of 3, ten times, and of 0, twenty times: a mean of 1, and squares of 10·2² + 20·1² over 29.
        let series: Vec<Series> = (0..30)
            .map(|number| {
                let after = if number < 10 { 1.0 } else { 3.0_f64.exp() };
                (0..13).map(|month| Some(if month < 12 { 3.0_f64.exp() } else { after })).collect()
            })
            .collect();
        let fall = Fall::of(&series).expect("long enough");
        let near = |value: f64, wanted: f64| assert!((value / wanted - 1.0).abs() < 1e-8, "{value} {wanted}");
        near(fall.drift, 1.0);
        near(fall.spread, 1.438_389_904_5);
        near(fall.median, 1.0);
        // Over four years a year's luck counts half; over a quarter twice.
        near(fall.over(48.0).at(1.0), 1.719_194_952_2_f64.exp());
        near(fall.over(3.0).at(1.0), 3.876_779_808_9_f64.exp());
        // After four years the price is e^−4 of 10, and twice the spread times the percentile 1.28 about it.
        let (low, high) = fall.band_after(10.0, 48.0);
        near(low, 10.0 * (-4.0 - 3.686_741_668_f64).exp());
        near(high, 10.0 * (-4.0 + 3.686_741_668_f64).exp());
    }

    #[test]
    fn what_was_not_there_yet_has_no_decline() {
        let late: Series = (0..20).map(|month| (month > 10).then_some(1.0)).collect();
        assert!(declines(std::slice::from_ref(&late), 12, 24).is_empty());
        assert_eq!(Fall::of(&[late]), None);
    }
}
