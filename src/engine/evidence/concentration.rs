//! How much depends on few suppliers, and what it costs if one is gone.

/// Herfindahl–Hirschman index of shares, and the number of equal suppliers that would have it; `None`: there is no share.
pub fn herfindahl(shares: &[f64]) -> Option<(f64, f64)> {
    let all: f64 = shares.iter().sum();
    (all > 0.0).then(|| {
        let index = shares.iter().map(|share| (share / all).powi(2)).sum::<f64>();
        (index, 1.0 / index)
    })
}

/// Dollars a year that an interruption is expected to cost: its rate times the cost of switching and of the days until then.
pub fn disruption(a_year: f64, switch: f64, days: f64, margin_a_day: f64) -> f64 {
    a_year * (switch + days * margin_a_day)
}

/// Probability that several suppliers fail together, if a share `common` of each one's outages is everybody's: the common ones, and the
/// others at once.
pub fn all_down(outages: &[f64], common: f64) -> f64 {
    let shared = outages.iter().copied().fold(f64::INFINITY, f64::min).min(1.0) * common;
    let apart: f64 = outages.iter().map(|outage| outage * (1.0 - common)).product();
    if outages.is_empty() { 1.0 } else { (shared + apart).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_examples() {
        // I1 and I3 of the economics.
        let (index, suppliers) = herfindahl(&[0.5, 0.3, 0.2]).expect("shares");
        assert!((index - 0.38).abs() < 1e-12 && (suppliers - 2.631_578_947).abs() < 1e-8);
        assert!((disruption(0.1, 60_000.0, 5.0, 4_000.0) - 8_000.0).abs() < 1e-9);
        assert_eq!(herfindahl(&[]), None);
    }

    #[test]
    fn more_suppliers_fail_together_less_often() {
        let one = all_down(&[0.01], 0.1);
        let three = all_down(&[0.01; 3], 0.1);
        assert!((one - 0.01).abs() < 1e-12, "{one}");
        assert!(three < one && three > 0.000_9);
        assert!((all_down(&[], 0.1) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn shares_need_not_add_up_to_one() {
        // 3/4 and 1/4: 9/16 + 1/16.
        let (index, suppliers) = herfindahl(&[6.0, 2.0]).expect("shares");
        assert!((index - 0.625).abs() < 1e-15 && (suppliers - 1.6).abs() < 1e-15);
    }
}
