//! Every call to the cheapest offer that may serve it.
//!
//! The cost of call *i* at offer *o* is `x_i · p_o`: its disjoint token buckets times the rates of the context tier that
//! the call falls in. Ties go to the incumbent, then to the earlier candidate, so a result never depends on threads or
//! on the order of calls.

pub mod kernel;
pub mod prune;

use crate::units::{Tariff, TokenBuckets};

/// Token buckets of many calls, as columns of equal length.
#[derive(Debug, Clone, Copy)]
pub struct Calls<'a> {
    /// Prompt tokens at the full rate.
    pub fresh: &'a [i64],
    /// Prompt tokens read from the cache.
    pub read: &'a [i64],
    /// Prompt tokens written to the cache for five minutes.
    pub write_5m: &'a [i64],
    /// Prompt tokens written to the cache for an hour.
    pub write_1h: &'a [i64],
    /// Output tokens.
    pub out: &'a [i64],
    /// Reasoning tokens among them.
    pub reasoning: &'a [i64],
}

impl Calls<'_> {
    /// The buckets of one call.
    #[inline]
    pub fn buckets(&self, row: usize) -> TokenBuckets {
        TokenBuckets {
            fresh: self.fresh[row],
            read: self.read[row],
            write_5m: self.write_5m[row],
            write_1h: self.write_1h[row],
            out: self.out[row],
            reasoning: self.reasoning[row],
        }
    }
}

/// An offer that may serve the calls of a group, with its rates at the time of the group.
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
    pub token_ratio: f64,
}

/// The offer that a call goes to, and its cost there in picodollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// As in [`Candidate::offer`].
    pub offer: u16,
    /// Picodollars.
    pub cost: i64,
}

impl Candidate {
    /// Whether it needs as many tokens as the call has.
    pub fn same_tokens(&self) -> bool {
        self.token_ratio.to_bits() == 1.0_f64.to_bits()
    }

    /// The cost of a call here; `None` when it does not fit.
    #[inline]
    pub fn cost(&self, call: &TokenBuckets) -> Option<i64> {
        let call = call.scaled(self.token_ratio);
        (call.total() <= self.max_total && call.out <= self.max_output).then(|| self.tariff.cost(&call))
    }
}

/// The cheapest of the incumbent, which has served the call and so fits, and the candidates that fit.
#[inline]
pub fn cheapest(call: &TokenBuckets, incumbent: &Candidate, candidates: &[Candidate]) -> Choice {
    let stays = Choice { offer: incumbent.offer, cost: incumbent.tariff.cost(call) };
    match cheapest_of(call, candidates) {
        Some((place, cost)) if cost < stays.cost => Choice { offer: candidates[place as usize].offer, cost },
        _ => stays,
    }
}

/// The place and cost of the cheapest candidate that takes a call, the first of them in a tie: the naive loop, which
/// [`kernel::route`] agrees with.
pub fn cheapest_of(call: &TokenBuckets, candidates: &[Candidate]) -> Option<(u32, i64)> {
    let mut best: Option<(u32, i64)> = None;
    for (place, candidate) in (0..).zip(candidates) {
        if let Some(cost) = candidate.cost(call)
            && best.is_none_or(|(_, known)| cost < known)
        {
            best = Some((place, cost));
        }
    }
    best
}

/// Routes the calls `rows` of one group.
pub fn route(
    calls: &Calls<'_>,
    rows: &[u32],
    incumbent: &Candidate,
    candidates: &[Candidate],
) -> Vec<Choice> {
    rows.iter().map(|&row| cheapest(&calls.buckets(row as usize), incumbent, candidates)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MeterRates;

    fn candidate(offer: u16, input: i64, output: i64) -> Candidate {
        Candidate {
            offer,
            tariff: Tariff::flat(MeterRates { input, output, ..MeterRates::default() }),
            max_total: 1_000_000,
            max_output: 1_000_000,
            token_ratio: 1.0,
        }
    }

    const CALL: TokenBuckets =
        TokenBuckets { fresh: 1_000, read: 0, write_5m: 0, write_1h: 0, out: 100, reasoning: 0 };

    #[test]
    fn the_cheapest_offer_that_fits_wins() {
        let small = Candidate { max_total: 1_099, ..candidate(3, 1, 1) };
        let brief = Candidate { max_output: 99, ..candidate(4, 1, 1) };
        let choice = cheapest(&CALL, &candidate(1, 5, 25), &[candidate(2, 2, 10), small, brief]);
        assert_eq!(choice, Choice { offer: 2, cost: 3_000 });
    }

    #[test]
    fn a_tie_goes_to_the_incumbent_and_then_to_the_earlier_candidate() {
        let same = [candidate(2, 5, 25), candidate(3, 5, 25)];
        assert_eq!(cheapest(&CALL, &candidate(9, 5, 25), &same).offer, 9);
        assert_eq!(cheapest(&CALL, &candidate(9, 6, 25), &same).offer, 2);
    }

    #[test]
    fn a_model_that_needs_more_tokens_costs_more_and_may_not_fit() {
        let wordy = Candidate { token_ratio: 1.5, ..candidate(2, 2, 10) };
        assert_eq!(wordy.cost(&CALL), Some(2 * 1_500 + 10 * 150));
        assert_eq!(Candidate { max_total: 1_649, ..wordy }.cost(&CALL), None);
    }
}
