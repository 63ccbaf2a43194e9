//! Exponential and logarithm without a branch or a table, so that the compiler works on several at once. To 13 digits
//! within the range of normal doubles; what lies beyond is clamped. Products and sums are fused, which is one operation where there are
//! such units, and the same result where there are none.

/// 1.5 · 2⁵²: added to a small number, its last bits are the number rounded.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts: times whole numbers below 2¹¹ the first is exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Beyond this the exponential leaves the normal doubles.
const FARTHEST: f64 = 700.0;

/// `1/n!` for n from 2.
const FACTORIALS: [f64; 10] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
];

/// `e^x`: `2^n·e^r` with `|r| ≤ ½ ln 2`, the latter by its series.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let x = x.clamp(-FARTHEST, FARTHEST);
    let shifted = x.mul_add(std::f64::consts::LOG2_E, ROUND);
    let whole = shifted - ROUND;
    let rest = (-whole).mul_add(LN2_LOW, (-whole).mul_add(LN2_HIGH, x));
    let mut sum = FACTORIALS[9];
    for factor in FACTORIALS[..9].iter().rev() {
        sum = sum.mul_add(rest, *factor);
    }
    let sum = (rest * rest).mul_add(sum, 1.0 + rest);
    // The last bits of `shifted` are n: into the place of an exponent with them.
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1_023) << 52);
    sum * power
}

/// `ln x` of a positive normal number: `e·ln 2 + 2·artanh((m − 1)/(m + 1))` with m between √½ and √2, the latter by its series.
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    // The exponent as a double: put behind the leading bit of 2⁵².
    let exponent = f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - 4_503_599_627_370_496.0;
    let mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    let large = mantissa > std::f64::consts::SQRT_2;
    let mantissa = if large { 0.5 * mantissa } else { mantissa };
    let exponent = exponent - if large { 1_022.0 } else { 1_023.0 };
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let mut sum = 1.0_f64 / 17.0;
    for odd in [15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = sum.mul_add(square, 1.0 / odd);
    }
    let series = 2.0 * ratio * square.mul_add(sum, 1.0);
    exponent.mul_add(LN2_HIGH, exponent.mul_add(LN2_LOW, series))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_those_of_the_standard_library(x in -690.0_f64..690.0, exponent in -300.0_f64..300.0) {
            prop_assert!((exp(x) / x.exp() - 1.0).abs() < 2e-14);
            let y = 10.0_f64.powf(exponent);
            prop_assert!((ln(y) - y.ln()).abs() <= 1e-14 * y.ln().abs().max(1.0));
        }

        #[test]
        fn powers_near_one_are_exact_enough(x in 0.01_f64..100.0, e in -3.0_f64..3.0) {
            prop_assert!((exp(e * ln(x)) / x.powf(e) - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn the_series_reaches_to_the_root_of_two() {
        for x in [1.414_f64, 1.415, 0.708, 11.31] {
            assert!((ln(x) - x.ln()).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn nothing_changes_nothing() {
        assert!((exp(0.0) - 1.0).abs() < f64::EPSILON && ln(1.0).abs() < f64::EPSILON);
        assert!(exp(1e9).is_finite() && exp(-1e9) >= 0.0);
    }
}
