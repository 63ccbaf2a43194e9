//! Every call to the cheapest offer that may serve it.
//!
//! The cost of call *i* at offer *o* is `x_i · p_o`: its disjoint token buckets times the rates of the context tier that
//! the call falls in, plus a fee of the request, plus what a failure is expected to cost. Ties go to the incumbent, then to the
//! earlier candidate, so a result never depends on threads or on the order of calls.

pub mod kernel;
pub mod prune;
#[cfg(test)]
mod tests;

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
