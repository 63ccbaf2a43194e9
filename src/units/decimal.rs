//! Decimal text to scaled integers, never through a float.

use rust_decimal::prelude::{FromStr, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};
use thiserror::Error;

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecimalError {
    /// Not a decimal number in plain or scientific notation.
    #[error("`{0}` is not a decimal number")]
    NotANumber(String),
    /// A number that the target unit cannot hold.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// A decimal number in units of 10⁻ⁿ, and whether nothing had to be rounded away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScaledDecimal {
    /// The value times 10ⁿ, rounded half to even.
    pub units: i128,
    /// False when digits beyond the n-th were dropped.
    pub exact: bool,
}

/// Reads `text` (plain or scientific notation) as a whole number of 10⁻ⁿ, `n = scale` (at most 28).
///
/// # Errors
/// When the text is no number or its magnitude does not fit.
pub fn parse_scaled(text: &str, scale: u32) -> Result<ScaledDecimal, DecimalError> {
    let trimmed = text.trim();
    let parsed = if trimmed.contains(['e', 'E']) {
        Decimal::from_scientific(trimmed)
    } else {
        Decimal::from_str(trimmed)
    };
    let value = parsed.map_err(|_| DecimalError::NotANumber(trimmed.to_owned()))?;
    let rounded = value.round_dp_with_strategy(scale, RoundingStrategy::MidpointNearestEven);
    let too_large = || DecimalError::TooLarge(trimmed.to_owned());
    let factor = 10_i128.checked_pow(scale - rounded.scale()).ok_or_else(too_large)?;
    let units = rounded.mantissa().checked_mul(factor).ok_or_else(too_large)?;
    Ok(ScaledDecimal { units, exact: rounded == value })
}

/// The text of a whole number of 10⁻ⁿ, `n = scale`, with nothing rounded away.
///
/// # Errors
/// When more than 28 digits would be needed.
pub fn scaled_text(units: i128, scale: u32) -> Result<String, DecimalError> {
    Decimal::try_from_i128_with_scale(units, scale)
        .map(|value| value.to_string())
        .map_err(|_| DecimalError::TooLarge(units.to_string()))
}

impl ScaledDecimal {
    /// The value as `i64`.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn to_i64(self, text: &str) -> Result<i64, DecimalError> {
        self.units.to_i64().ok_or_else(|| DecimalError::TooLarge(text.trim().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn float_dust_of_a_gateway_rounds_to_the_nearest_picodollar() {
        let spend = parse_scaled("0.00022500000000000002", 12).expect("a number");
        assert_eq!((spend.units, spend.exact), (225_000_000, false));
    }

    #[test]
    fn scientific_notation_is_read_exactly() {
        assert_eq!(parse_scaled("4e-06", 12).expect("a number").units, 4_000_000);
        assert_eq!(parse_scaled("1.5E3", 0).expect("a number").units, 1_500);
    }

    #[test]
    fn a_scaled_number_is_written_as_it_is() {
        assert_eq!(scaled_text(182_500_000, 12).as_deref(), Ok("0.000182500000"));
        assert!(scaled_text(i128::MAX, 12).is_err());
    }

    #[test]
    fn ties_round_to_even() {
        assert_eq!(parse_scaled("0.5", 0).expect("a number").units, 0);
        assert_eq!(parse_scaled("1.5", 0).expect("a number").units, 2);
    }

    #[test]
    fn text_that_is_no_number_is_refused() {
        for text in ["", "abc", "1,5", "$3", "NaN", "inf"] {
            assert!(parse_scaled(text, 12).is_err(), "{text}");
        }
    }
}
