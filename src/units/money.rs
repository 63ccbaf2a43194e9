//! Exact money for accounting, and a type of its own for money that rests on an assumption.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub};

use super::Tokens;
use super::decimal::{DecimalError, ScaledDecimal, parse_scaled};

/// Decimal places of a picodollar.
const PICO: u32 = 12;
/// Picodollars in one dollar.
const PICO_PER_USD: i128 = 1_000_000_000_000;

/// US dollars, exact, in whole picodollars (10⁻¹² USD).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Usd(i128);

impl Usd {
    /// Nothing at all; never a stand-in for an unknown price.
    pub const ZERO: Self = Self(0);

    /// An amount of whole picodollars.
    pub const fn from_pico(pico: i128) -> Self {
        Self(pico)
    }

    /// The amount in whole picodollars.
    pub const fn pico(self) -> i128 {
        self.0
    }

    /// Reads dollars from decimal text, rounding half to even at the picodollar.
    ///
    /// # Errors
    /// When the text is no decimal number.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        parse_scaled(text, PICO).map(|scaled| Self(scaled.units))
    }

    /// One-way door: an estimate never becomes exact money again.
    pub fn estimate(self) -> UsdEstimate {
        // Amounts below 9 million dollars survive to the microdollar; estimates are shown to far fewer digits.
        UsdEstimate(self.0 as f64 / PICO_PER_USD as f64)
    }
}

/// All digits that matter and no more: `0.5795915`, `-3`, `25182.372257`.
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let (whole, rest) = (magnitude / PICO_PER_USD as u128, magnitude % PICO_PER_USD as u128);
        let sign = if self.0 < 0 { "-" } else { "" };
        let fraction = format!("{rest:012}");
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            digits => write!(f, "{sign}{whole}.{digits}"),
        }
    }
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Usd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Price of one token, in whole picodollars. One unit is also one microdollar per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TokenRate(i64);

impl TokenRate {
    /// The largest rate a sheet may state: 800 dollars per million tokens. With at most 10¹⁰ tokens in a row and a fee of at
    /// most [`TokenRate::MAX_PER_PIECE`] it keeps the cost of every call inside an `i64` of picodollars.
    pub const MAX: Self = Self(800_000_000);
    /// The largest price of a piece (a request, a search, an hour) that a sheet may state: a thousand dollars.
    pub const MAX_PER_PIECE: i64 = 1_000_000_000_000_000;

    /// A rate of whole picodollars per token.
    pub const fn from_pico(pico_per_token: i64) -> Self {
        Self(pico_per_token)
    }

    /// The rate in whole picodollars per token.
    pub const fn pico(self) -> i64 {
        self.0
    }

    /// Reads "dollars per million tokens" from decimal text; also says whether the text was a whole number of
    /// picodollars per token.
    ///
    /// # Errors
    /// When the text is no decimal number or the rate is out of range.
    pub fn parse_usd_per_mtok(text: &str) -> Result<(Self, bool), DecimalError> {
        let scaled: ScaledDecimal = parse_scaled(text, 6)?;
        let rate = Self(scaled.to_i64(text)?);
        if rate > Self::MAX { Err(DecimalError::TooLarge(text.to_owned())) } else { Ok((rate, scaled.exact)) }
    }
}

/// Dollars per million tokens, all digits that matter: `0.3`, `6.25`.
impl fmt::Display for TokenRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One picodollar per token is one microdollar per million tokens.
        Usd(i128::from(self.0) * 1_000_000).fmt(f)
    }
}

impl Mul<Tokens> for TokenRate {
    type Output = Usd;
    fn mul(self, tokens: Tokens) -> Usd {
        Usd(i128::from(self.0) * i128::from(tokens.count()))
    }
}

/// US dollars that rest on an assumption (growth, utilisation, future prices).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct UsdEstimate(pub f64);

impl Add for UsdEstimate {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Mul<f64> for UsdEstimate {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self(self.0 * factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_prices_are_whole_picodollars_per_token() {
        let cases = [("5", 5_000_000), ("0.30", 300_000), ("6.25", 6_250_000), ("0.000001", 1)];
        for (text, pico) in cases {
            assert_eq!(TokenRate::parse_usd_per_mtok(text), Ok((TokenRate::from_pico(pico), true)), "{text}");
        }
        assert_eq!(TokenRate::parse_usd_per_mtok("0.0000014"), Ok((TokenRate::from_pico(1), false)));
    }

    #[test]
    fn money_adds_up_and_goes_below_zero() {
        let mut sum = Usd::from_pico(5);
        sum += Usd::from_pico(7);
        assert_eq!((sum, sum - Usd::from_pico(20)), (Usd::from_pico(12), Usd::from_pico(-8)));
        assert_eq!([sum, sum].into_iter().sum::<Usd>(), sum + sum);
        assert_eq!(UsdEstimate(1.5) * 4.0 + UsdEstimate(1.0), UsdEstimate(7.0));
    }

    #[test]
    fn a_rate_prints_as_it_is_quoted() {
        for text in ["5", "0.3", "6.25", "0.000001", "37.5"] {
            let (rate, _) = TokenRate::parse_usd_per_mtok(text).expect("a rate");
            assert_eq!(rate.to_string(), text);
        }
    }

    #[test]
    fn a_rate_beyond_any_real_price_is_refused() {
        assert_eq!(TokenRate::parse_usd_per_mtok("800"), Ok((TokenRate::MAX, true)));
        assert!(TokenRate::parse_usd_per_mtok("800.000001").is_err());
        assert!(TokenRate::parse_usd_per_mtok("801").is_err());
    }

    #[test]
    fn a_real_session_costs_what_a_hand_calculation_says() {
        // 3,039 fresh at 5, 21,086 written at 6.25, 394,068 read at 0.50, 9,423 out at 25 dollars per million.
        let line = |rate: i64, tokens: i64| TokenRate::from_pico(rate) * Tokens::new(tokens);
        let total: Usd = [
            line(5_000_000, 3_039),
            line(6_250_000, 21_086),
            line(500_000, 394_068),
            line(25_000_000, 9_423),
        ]
        .into_iter()
        .sum();
        assert_eq!(total.to_string(), "0.5795915");
    }

    #[test]
    fn exact_money_prints_all_its_digits_and_no_more() {
        for (pico, text) in
            [(0, "0"), (1, "0.000000000001"), (-1_500_000_000_000, "-1.5"), (3_000_000_000_000, "3")]
        {
            assert_eq!(Usd::from_pico(pico).to_string(), text);
            assert_eq!(Usd::parse(text), Ok(Usd::from_pico(pico)));
        }
    }

    #[test]
    fn sums_and_differences_are_exact_and_estimates_are_dollars() {
        let (large, small) = (Usd::from_pico(7_000_000_000_001), Usd::from_pico(2_000_000_000_003));
        assert_eq!((large + small).pico(), 9_000_000_000_004);
        assert_eq!((large - small).pico(), 4_999_999_999_998);
        assert!((large.estimate().0 - 7.000_000_000_001).abs() < 1e-12);
        assert!(((UsdEstimate(7.0) + UsdEstimate(2.5)).0 - 9.5).abs() < 1e-12);
    }
}
