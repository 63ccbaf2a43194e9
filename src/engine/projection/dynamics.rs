//! How prices, adoption and volume move: the formulas, each by itself.

/// A price that falls by a factor a year, after so many years: `p0·F^{−t}`.
pub fn price(now: f64, fall_year: f64, years: f64) -> f64 {
    now * fall_year.powf(-years)
}

/// Share that has adopted by the logistic curve, of those who ever do: `σ(r·(t − t50))`.
pub fn logistic(rate: f64, half: f64, time: f64) -> f64 {
    1.0 / (1.0 + (-rate * (time - half)).exp())
}

/// The same by the model of Bass (1969), with innovation `p` and imitation `q`.
pub fn bass(innovation: f64, imitation: f64, time: f64) -> f64 {
    let decay = (-(innovation + imitation) * time).exp();
    (1.0 - decay) / (1.0 + imitation / innovation * decay)
}

/// Share of a workload that has moved: a ceiling times the logistic curve.
pub fn substituted(ceiling: f64, rate: f64, half: f64, time: f64) -> f64 {
    ceiling * logistic(rate, half, time)
}

/// Volume at another price, with constant elasticity: `V0·(p/p0)^ε`.
pub fn volume(now: f64, price_ratio: f64, elasticity: f64) -> f64 {
    now * price_ratio.powf(elasticity)
}

/// What is spent at another price over what is spent now: `(p/p0)^{1+ε}`.
pub fn spend_ratio(price_ratio: f64, elasticity: f64) -> f64 {
    price_ratio.powf(1.0 + elasticity)
}

/// Standard deviation of the logarithm of the ratio of two log-normal numbers: `√(s1² + s2² − 2ρ·s1·s2)`.
pub fn ratio_spread(first: f64, second: f64, correlation: f64) -> f64 {
    (first * first + second * second - 2.0 * correlation * first * second).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, wanted: f64) {
        assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
    }

    #[test]
    fn formulas_by_hand() {
        near(price(10.0, 5.0, 0.5), 4.472135955);
        for (years, share) in
            [(1.0, 0.03575816426), (3.0, 0.150500072), (5.0, 0.3311986425), (10.0, 0.8128032212)]
        {
            near(bass(0.03, 0.38, years), share);
        }
        for (month, share) in [(0.0, 0.0410912782), (9.0, 0.5), (18.0, 0.9589087218)] {
            near(logistic(0.35, 9.0, month), share);
        }
        near(volume(100.0, 0.13, -1.11), 962.7707311);
        near(spend_ratio(0.13, -1.11), 1.25160195);
        near(substituted(0.7, 0.35, 9.0, 12.0), 0.5185424294);
        near(ratio_spread(0.5, 0.35, 0.6), 0.4031128874);
    }
}
