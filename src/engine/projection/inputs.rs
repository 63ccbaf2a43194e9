//! What is uncertain, and how it is spread.

use crate::engine::evidence::normal_quantile;

/// An uncertain input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Input {
    /// By how much the cheapest closed price of the same quality falls a year.
    ClosedFall,
    /// The same of open models at hosts.
    OpenFall,
    /// By how much the price of the newest closed models falls a year.
    FrontierFall,
    /// How often a year the seller of a model changes its price.
    Reprice,
    /// Rent of machines after a year over that of today.
    Rent,
    /// How long open models take to follow, in standard deviations of the lag.
    Lag,
    /// By how much the volume grows a month.
    Growth,
    /// How volume answers to the price.
    Elasticity,
    /// Months until half of what may move has moved.
    Adoption,
    /// Share of what may move that ever does.
    Ceiling,
    /// Tokens that open models need for those of today.
    Tokens,
    /// How often open models fail, in standard deviations.
    Quality,
    /// Engineers for machines of one's own over those that are assumed.
    Staff,
    /// Throughput of machines over what is expected.
    Throughput,
}

impl Input {
    /// How many there are.
    pub const COUNT: usize = 14;

    /// All of them, in the order of their places.
    pub const ALL: [Self; Self::COUNT] = [
        Self::ClosedFall,
        Self::OpenFall,
        Self::FrontierFall,
        Self::Reprice,
        Self::Rent,
        Self::Lag,
        Self::Growth,
        Self::Elasticity,
        Self::Adoption,
        Self::Ceiling,
        Self::Tokens,
        Self::Quality,
        Self::Staff,
        Self::Throughput,
    ];

    /// Its name in data.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClosedFall => "closed_fall",
            Self::OpenFall => "open_fall",
            Self::FrontierFall => "frontier_fall",
            Self::Reprice => "reprice",
            Self::Rent => "rent",
            Self::Lag => "lag",
            Self::Growth => "growth",
            Self::Elasticity => "elasticity",
            Self::Adoption => "adoption",
            Self::Ceiling => "ceiling",
            Self::Tokens => "tokens",
            Self::Quality => "quality",
            Self::Staff => "staff",
            Self::Throughput => "throughput",
        }
    }

    /// The input of a name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|input| input.word() == word)
    }
}

/// The ninetieth percentile of the standard normal distribution.
pub fn p90() -> f64 {
    normal_quantile(0.9)
}

/// How an input is spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Uncertain {
    /// Its logarithm is normal.
    LogNormal {
        /// Median.
        median: f64,
        /// Standard deviation of the logarithm.
        spread: f64,
    },
    /// It is normal, and kept within bounds.
    Normal {
        /// Median.
        median: f64,
        /// Standard deviation.
        spread: f64,
        /// Least value.
        least: f64,
        /// Greatest value.
        most: f64,
    },
}

impl Uncertain {
    /// Log-normal, with a median and the percentiles that bound the middle 80 %.
    pub fn log_normal(median: f64, (low, high): (f64, f64)) -> Self {
        Self::LogNormal { median, spread: (high / low).ln() / (2.0 * p90()) }
    }

    /// Normal, the same.
    pub fn normal(median: f64, (low, high): (f64, f64), (least, most): (f64, f64)) -> Self {
        Self::Normal { median, spread: (high - low) / (2.0 * p90()), least, most }
    }

    /// Standard deviations alone.
    pub const STANDARD: Self =
        Self::Normal { median: 0.0, spread: 1.0, least: f64::NEG_INFINITY, most: f64::INFINITY };

    /// The value so many standard deviations from the median.
    pub fn at(&self, z: f64) -> f64 {
        match *self {
            Self::LogNormal { median, spread } => median * (spread * z).exp(),
            Self::Normal { median, spread, least, most } => (median + spread * z).clamp(least, most),
        }
    }

    /// Whether anything is uncertain about it.
    pub fn is_certain(&self) -> bool {
        let (Self::LogNormal { spread, .. } | Self::Normal { spread, .. }) = self;
        *spread <= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_is_found_by_its_name_and_stands_in_its_place() {
        for (place, input) in Input::ALL.into_iter().enumerate() {
            assert_eq!(Input::from_word(input.word()), Some(input));
            assert_eq!(input as usize, place);
        }
        assert_eq!(Input::Elasticity.word(), "elasticity");
        assert_eq!(Input::from_word("nothing of the sort"), None);
    }

    #[test]
    fn four_of_five_lie_between_the_percentiles_that_were_told() {
        let near = |value: f64, wanted: f64| assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
        near(p90(), 1.281_551_566);
        // A tenth lies below either low percentile, 1.28 standard deviations from the median.
        let falls = Uncertain::log_normal(4.0, (2.0, 8.0));
        let grows = Uncertain::normal(0.5, (0.25, 0.75), (0.125, 0.875));
        for (z, factor, share) in [(-1.281_551_566, 2.0, 0.25), (0.0, 4.0, 0.5), (1.281_551_566, 8.0, 0.75)] {
            near(falls.at(z), factor);
            near(grows.at(z), share);
        }
        // What is kept within bounds goes no further than they do.
        near(grows.at(-9.0), 0.125);
        near(grows.at(9.0), 0.875);
        near(Uncertain::STANDARD.at(-2.5), -2.5);
        assert!(!falls.is_certain() && !grows.is_certain() && !Uncertain::STANDARD.is_certain());
        assert!(Uncertain::log_normal(4.0, (4.0, 4.0)).is_certain());
        assert!(Uncertain::normal(0.5, (0.5, 0.5), (0.0, 1.0)).is_certain());
    }
}
