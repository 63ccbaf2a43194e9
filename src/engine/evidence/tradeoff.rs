//! What a failure costs against what a call costs.

/// At which costs of a failure switching from one offer to another pays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tolerable {
    /// At any: the candidate is no dearer and no worse.
    Any,
    /// At none: it is no cheaper and no better.
    None,
    /// As long as a failure costs less than this many dollars: it is cheaper and worse.
    Below(f64),
    /// From this many dollars a failure on: it is dearer and better.
    Above(f64),
}

/// The cost of a failure at which two offers are as good: `(c_incumbent − c_candidate) / (q_incumbent − q_candidate)`.
pub fn tolerable(incumbent: (f64, f64), candidate: (f64, f64)) -> Tolerable {
    let (saved, lost) = (incumbent.0 - candidate.0, incumbent.1 - candidate.1);
    match (saved >= 0.0, lost <= 0.0) {
        (true, true) => Tolerable::Any,
        (false, false) => Tolerable::None,
        (true, false) if saved > 0.0 => Tolerable::Below(saved / lost),
        (true, false) => Tolerable::None,
        // A call that is dearer and fails as often pays at no cost of a failure.
        (false, true) if lost < 0.0 => Tolerable::Above(saved / lost),
        (false, true) => Tolerable::None,
    }
}

/// How much more often an offer at `cheap` dollars may fail than one at `dear`, if a failure costs `failure`.
pub fn tolerable_gap(dear: f64, cheap: f64, failure: f64) -> f64 {
    (dear - cheap) / failure
}

/// What a call costs with its failures: `c + (1 − q)·L`.
pub fn delivered(cost: f64, success: f64, failure: f64) -> f64 {
    cost + (1.0 - success) * failure
}

/// What a success costs where failures are seen and tried again, freely and independently: `c / q`.
pub fn cost_of_pass(cost: f64, success: f64) -> f64 {
    cost / success
}

/// A cheap model first, its answer verified, the rest escalated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cascade {
    /// Dollars of a call at the cheap model.
    pub cheap: f64,
    /// Dollars of a verification.
    pub verifier: f64,
    /// Dollars of a call at the model that escalated calls go to.
    pub dear: f64,
    /// How often the cheap model succeeds.
    pub cheap_success: f64,
    /// How often the dear one succeeds on calls that were escalated, which are hard ones.
    pub dear_success: f64,
    /// Share of right answers that the verifier accepts.
    pub accepts_right: f64,
    /// Share of wrong answers that it accepts.
    pub accepts_wrong: f64,
}

impl Cascade {
    /// Share of calls that are escalated.
    pub fn escalated(&self) -> f64 {
        1.0 - self.cheap_success * self.accepts_right - (1.0 - self.cheap_success) * self.accepts_wrong
    }

    /// Share of calls that succeed in the end.
    pub fn success(&self) -> f64 {
        1.0 - (1.0 - self.cheap_success) * self.accepts_wrong - self.escalated() * (1.0 - self.dear_success)
    }

    /// Dollars of a call, failures left out.
    pub fn cost(&self) -> f64 {
        self.cheap + self.verifier + self.escalated() * self.dear
    }

    /// Dollars of a call with its failures.
    pub fn delivered(&self, failure: f64) -> f64 {
        delivered(self.cost(), self.success(), failure)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn worked_examples() {
        // D5 of the economics: 0.03 against 0.003 dollars, a failure costs 2.
        assert!((tolerable_gap(0.03, 0.003, 2.0) - 0.0135).abs() < 1e-12);
        assert!((delivered(0.03, 0.92, 2.0) - 0.19).abs() < 1e-12);
        assert!((delivered(0.003, 0.88, 2.0) - 0.243).abs() < 1e-12);
        assert!((cost_of_pass(0.003, 0.6) - 0.005).abs() < 1e-12);
        assert_eq!(tolerable((0.03, 0.92), (0.003, 0.88)), Tolerable::Below(0.027 / (0.92 - 0.88)));
    }

    #[test]
    fn a_cascade_by_hand() {
        let cascade = Cascade {
            cheap: 0.003,
            verifier: 0.001,
            dear: 0.03,
            cheap_success: 0.88,
            dear_success: 0.92,
            accepts_right: 0.95,
            accepts_wrong: 0.3,
        };
        assert!((cascade.escalated() - 0.128).abs() < 1e-12);
        assert!((cascade.delivered(2.0) - 0.10032).abs() < 1e-12);
    }

    #[test]
    fn all_signs_of_a_tolerable_cost() {
        assert_eq!(tolerable((2.0, 0.9), (1.0, 0.9)), Tolerable::Any);
        assert_eq!(tolerable((1.0, 0.9), (2.0, 0.9)), Tolerable::None);
        assert_eq!(tolerable((1.0, 0.9), (2.0, 0.8)), Tolerable::None);
        assert_eq!(tolerable((1.0, 0.9), (1.0, 0.8)), Tolerable::None);
        assert_eq!(tolerable((1.0, 0.9), (1.0, 0.9)), Tolerable::Any);
        let Tolerable::Above(from) = tolerable((1.0, 0.8), (2.0, 0.9)) else { panic!("dearer and better") };
        assert!((from - 10.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_choice_flips_at_the_tolerable_cost_and_only_there(
            c in 0.001_f64..1.0, d in 0.001_f64..1.0, p in 0.01_f64..0.99, q in 0.01_f64..0.99, failure in 0.0_f64..100.0,
        ) {
            let pays = delivered(d, q, failure) < delivered(c, p, failure);
            match tolerable((c, p), (d, q)) {
                Tolerable::Any => prop_assert!(pays || (c - d).abs() < 1e-9),
                Tolerable::None => prop_assert!(!pays),
                Tolerable::Below(most) => prop_assert!(pays == (failure < most) || (failure - most).abs() < 1e-6),
                Tolerable::Above(least) => prop_assert!(pays == (failure > least) || (failure - least).abs() < 1e-6),
            }
        }

        #[test]
        fn a_verifier_that_accepts_everything_is_the_cheap_model(q in 0.0_f64..1.0) {
            let cascade = Cascade { cheap: 0.1, verifier: 0.0, dear: 1.0, cheap_success: q, dear_success: 0.9, accepts_right: 1.0, accepts_wrong: 1.0 };
            prop_assert!((cascade.delivered(3.0) - delivered(0.1, q, 3.0)).abs() < 1e-12);
        }
    }
}
