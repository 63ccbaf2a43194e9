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
