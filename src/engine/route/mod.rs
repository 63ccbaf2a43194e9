//! Every call to the cheapest offer that may serve it.
//!
//! The cost of call *i* at offer *o* is `x_i · p_o`: its disjoint token buckets times the rates of the context tier that
//! the call falls in, plus a fee of the request, plus what a failure is expected to cost. Ties go to the incumbent, then to the
//! earlier candidate, so a result never depends on threads or on the order of calls.

pub mod kernel;
pub mod prune;

use crate::units::{Tariff, TokenBuckets, TokenRatio};

/// An offer that may serve calls of one class, with its rates at their time.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What the caller calls the offer.
    pub offer: u16,
    /// Its rates.
    pub tariff: Tariff,
    /// Most tokens of a call, input and output together.
    pub max_total: i64,
    /// Most output tokens of a call.
    pub max_output: i64,
    /// Tokens that it needs per token of the call as logged.
    pub token_ratio: TokenRatio,
    /// Picodollars that a call puts at risk here, weighed in the choice and not paid: the probability of failure times
    /// what a failure costs.
    pub risk: i64,
}

impl Candidate {
    /// Whether it needs as many tokens as the call has.
    pub fn same_tokens(&self) -> bool {
        self.token_ratio.is_one()
    }

    /// The cost of a call here; `None` when it does not fit.
    #[inline]
    pub fn cost(&self, call: &TokenBuckets) -> Option<i64> {
        let call = call.scaled(self.token_ratio);
        (call.total() <= self.max_total && call.out <= self.max_output).then(|| self.tariff.cost(&call))
    }

    /// The cost of a call here with what it puts at risk; `None` when it does not fit.
    #[inline]
    pub fn weighed(&self, call: &TokenBuckets) -> Option<i64> {
        self.cost(call).map(|cost| cost + self.risk)
    }
}

/// The place and cost of the cheapest candidate that takes a call, the first of them in a tie: the naive loop, which
/// [`kernel::route`] agrees with.
pub fn cheapest_of(call: &TokenBuckets, candidates: &[Candidate]) -> Option<(u32, i64)> {
    let mut best: Option<(u32, i64)> = None;
    for (place, candidate) in (0..).zip(candidates) {
        if let Some(cost) = candidate.weighed(call)
            && best.is_none_or(|(_, known)| cost < known)
        {
            best = Some((place, cost));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MeterRates;

    #[test]
    fn a_candidate_needs_the_tokens_of_the_call_unless_it_is_said() {
        let same = candidate(0, 1, 1);
        assert!(same.same_tokens() && !Candidate { token_ratio: TokenRatio::of(1.2), ..same }.same_tokens());
    }

    fn candidate(offer: u16, input: i64, output: i64) -> Candidate {
        Candidate {
            offer,
            tariff: Tariff::flat(MeterRates { input, output, ..MeterRates::default() }),
            max_total: 1_000_000,
            max_output: 1_000_000,
            token_ratio: TokenRatio::ONE,
            risk: 0,
        }
    }

    const CALL: TokenBuckets =
        TokenBuckets { fresh: 1_000, read: 0, write_5m: 0, write_1h: 0, out: 100, reasoning: 0 };

    #[test]
    fn the_cheapest_offer_that_fits_wins() {
        let small = Candidate { max_total: 1_099, ..candidate(3, 1, 1) };
        let brief = Candidate { max_output: 99, ..candidate(4, 1, 1) };
        let offers = [candidate(1, 5, 25), candidate(2, 2, 10), small, brief];
        assert_eq!(cheapest_of(&CALL, &offers), Some((1, 3_000)));
    }

    #[test]
    fn a_tie_goes_to_the_earlier_candidate() {
        let same = [candidate(2, 5, 25), candidate(3, 5, 25)];
        assert_eq!(cheapest_of(&CALL, &same), Some((0, 7_500)));
    }

    #[test]
    fn a_risk_is_weighed_and_not_paid() {
        let risky = Candidate { risk: 5_000, ..candidate(2, 2, 10) };
        assert_eq!((risky.cost(&CALL), risky.weighed(&CALL)), (Some(3_000), Some(8_000)));
        assert_eq!(cheapest_of(&CALL, &[candidate(1, 5, 25), risky]), Some((0, 7_500)));
    }

    #[test]
    fn a_model_that_needs_more_tokens_costs_more_and_may_not_fit() {
        let wordy = Candidate { token_ratio: TokenRatio::of(1.5), ..candidate(2, 2, 10) };
        assert_eq!(wordy.cost(&CALL), Some(2 * 1_500 + 10 * 150));
        assert_eq!(Candidate { max_total: 1_649, ..wordy }.cost(&CALL), None);
        let talkative =
            Candidate { token_ratio: TokenRatio { input: 1.1, output: 2.0 }, ..candidate(2, 2, 10) };
        assert_eq!(talkative.cost(&CALL), Some(2 * 1_100 + 10 * 200));
    }
}
