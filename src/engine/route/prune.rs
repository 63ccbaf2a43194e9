//! Offers that can never win are left out before any call is looked at: exactly, so that the choice for every call stays
//! the same.
//!
//! An offer is dominated if another one that comes before it costs no more for any call and takes every call that it takes.
//! Costs are linear in the tokens, so it is enough to compare rates: at every input at which the tier of one of the two
//! changes, and for reasoning, which is a part of the output, at none of it and at all of it.

use std::cmp::Reverse;

use super::Candidate;
use crate::units::MeterRates;

/// Puts candidates into the order in which ties are settled: cheaper rates first, then the caller's order. In this order
/// whatever dominates an offer stands before it, unless the two have the same base rates.
pub fn in_order(candidates: &mut [Candidate]) {
    candidates.sort_by_key(|candidate| {
        let rates = candidate.tariff.rates(0);
        let sum: i128 = weights(candidate, rates).iter().map(|rate| i128::from(*rate)).sum();
        (sum, Reverse(candidate.max_total), Reverse(candidate.max_output), candidate.offer)
    });
}

/// The candidates that some call may go to, in their order.
pub fn survivors(candidates: &[Candidate]) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        // Domination is transitive, so what a dropped candidate dominates is dominated by what dropped it.
        if !kept.iter().any(|earlier| dominates(earlier, candidate)) {
            kept.push(candidate.clone());
        }
    }
    kept
}

/// Whether `earlier`, which wins ties, costs no more than `later` for every call that `later` takes.
fn dominates(earlier: &Candidate, later: &Candidate) -> bool {
    let same_tokens = earlier.token_ratio.bits() == later.token_ratio.bits();
    let wider = earlier.max_total >= later.max_total && earlier.max_output >= later.max_output;
    let starts = || earlier.tariff.tier_starts().chain(later.tariff.tier_starts()).chain([0]);
    let no_dearer = |input: i64| {
        let (own, other) =
            (weights(earlier, earlier.tariff.rates(input)), weights(later, later.tariff.rates(input)));
        own.iter().zip(other).all(|(own, other)| *own <= other)
    };
    same_tokens && wider && starts().all(no_dearer)
}

/// What decides the cost of every call at these rates.
fn weights(candidate: &Candidate, rates: &MeterRates) -> [i64; 7] {
    [
        rates.input,
        rates.cache_read,
        rates.cache_write_5m,
        rates.cache_write_1h,
        rates.output,
        rates.output + rates.reasoning,
        rates.request + candidate.risk,
    ]
}
