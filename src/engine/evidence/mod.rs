//! What is known of how often a model succeeds, what failures may cost, and how much more one would have to know.

pub mod concentration;
pub mod convergence;
pub mod posterior;
pub mod samples;
pub mod sequential;
pub mod tradeoff;

use statrs::distribution::{ContinuousCDF as _, Normal};

/// Quantile of the standard normal distribution.
pub fn normal_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// Probability below a value of the standard normal distribution.
pub fn normal_below(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// `ln(p / (1 − p))`, kept finite.
pub fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logit_by_hand() {
        assert!((logit(0.8) - 4.0_f64.ln()).abs() < 1e-12 && logit(0.5).abs() < 1e-12);
        // ln 10⁻⁹.
        assert!((logit(0.0) + 20.723_265_84).abs() < 1e-6 && (logit(1.0) - 20.723_265_84).abs() < 1e-6);
    }
}
