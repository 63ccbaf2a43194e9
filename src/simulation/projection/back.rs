//! The test of time: prices of the last months, foretold from those before them.

use super::trends::PriceTrend;
use crate::engine::projection::trend::Fall;
use crate::units::Day;

/// A price that was foretold, and what came.
#[derive(Debug, Clone, PartialEq)]
pub struct Foretold {
    /// Place of its level.
    pub level: usize,
    /// Its month.
    pub month: Day,
    /// The price from which it was foretold.
    pub from: f64,
    /// Tenth and ninetieth percentile that were foretold.
    pub band: (f64, f64),
    /// What came.
    pub came: f64,
}

impl Foretold {
    /// Whether what came lies in the band, to the rounding of prices.
    pub fn covered(&self) -> bool {
        (self.band.0 * (1.0 - 1e-9)..=self.band.1 * (1.0 + 1e-9)).contains(&self.came)
    }
}

/// Prices after a day, foretold from those before it by the model that projections use.
pub fn back_test(trend: &PriceTrend, cutoff: Day) -> Option<(Fall, Vec<Foretold>)> {
    let fall = trend.fall(cutoff)?;
    let last = trend.months.iter().rposition(|day| *day <= cutoff)?;
    let mut all = Vec::new();
    for (number, level) in trend.levels.iter().enumerate() {
        let Some(from) = level.prices[last] else { continue };
        for month in last + 1..trend.months.len() {
            let Some(came) = level.prices[month] else { continue };
            let band = fall.band_after(from, (month - last) as f64);
            all.push(Foretold { level: number, month: trend.months[month], from, band, came });
        }
    }
    Some((fall, all))
}
