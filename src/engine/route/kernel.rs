//! The loop over calls: a block of columns against the few offers that pruning leaves.
//!
//! Tokens and rates are whole numbers, and so are costs. As long as a cost stays below 2⁵³ picodollars ($9,007), a double
//! holds it and every partial sum exactly, and the processor works on several calls at once; a block in which a cost may be
//! greater is done in integers. Both give the same choices to the last picodollar.

use pulp::{Arch, NullaryFnOnce};

use super::Candidate;
use crate::units::{MeterRates, TokenBuckets, TokenRatio};

/// Token buckets that have a rate of their own.
pub const METERS: usize = 6;

/// Calls that are worked on at once: their columns stay in the nearest cache.
const BLOCK: usize = 1024;

/// Doubles below this hold every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Tokens of calls, as columns of equal length in the order of [`TokenBuckets`]. A column in which every call has none is
/// left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Columns<'a> {
    /// The columns.
    pub tokens: [Option<&'a [f64]>; METERS],
    /// Number of calls.
    pub len: usize,
}

/// Where the answer goes: for each call the place of its offer in the list of candidates, and its cost there.
#[derive(Debug, Default)]
pub struct Choices {
    /// Place in the list; [`NOBODY`] where no candidate takes the call.
    pub place: Vec<u32>,
    /// Cost in picodollars, with what is put at risk; 0 where no candidate takes the call.
    pub cost: Vec<i64>,
    block: Scratch,
}

/// No candidate takes the call.
pub const NOBODY: u32 = u32::MAX;

/// Columns of one block.
#[derive(Debug, Default)]
struct Scratch {
    input: Vec<f64>,
    total: Vec<f64>,
    own: Vec<f64>,
    cost: Vec<f64>,
    place: Vec<f64>,
}

impl<'a> Columns<'a> {
    fn slice(&self, from: usize, to: usize) -> Self {
        Self { tokens: self.tokens.map(|column| column.map(|column| &column[from..to])), len: to - from }
    }

    /// The buckets of one call.
    pub fn buckets(&self, row: usize) -> TokenBuckets {
        TokenBuckets::of(self.tokens.map(|column| column.map_or(0, |column| column[row] as i64)))
    }

    fn out(&self) -> Option<&'a [f64]> {
        self.tokens[4]
    }
}

/// Sends each call to the cheapest candidate that takes it; the first of them in a tie.
pub fn route(calls: &Columns<'_>, candidates: &[Candidate], choices: &mut Choices) {
    let Choices { place, cost, block: scratch } = choices;
    place.clear();
    cost.clear();
    let arch = Arch::new();
    for start in (0..calls.len).step_by(BLOCK) {
        let block = calls.slice(start, (start + BLOCK).min(calls.len));
        for buffer in [&mut scratch.input, &mut scratch.total, &mut scratch.own] {
            buffer.resize(block.len, 0.0);
        }
        let bounds = Bounds::of(&block, &mut scratch.input, &mut scratch.total);
        if candidates.iter().all(|candidate| bounds.exact(candidate)) {
            // The same loop, for the widest registers of this machine.
            arch.dispatch(InDoubles { block: &block, bounds: &bounds, candidates, scratch });
            place.extend(scratch.place.iter().map(|place| if *place < 0.0 { NOBODY } else { *place as u32 }));
            cost.extend(scratch.cost.iter().map(|cost| if cost.is_finite() { *cost as i64 } else { 0 }));
        } else {
            for row in 0..block.len {
                let choice = super::cheapest_of(&block.buckets(row), candidates);
                place.push(choice.map_or(NOBODY, |(place, _)| place));
                cost.push(choice.map_or(0, |(_, cost)| cost));
            }
        }
    }
}

/// A block as a function that is compiled for several kinds of processors: all that it calls has to be inlined for that.
struct InDoubles<'a, 'c> {
    block: &'a Columns<'c>,
    bounds: &'a Bounds,
    candidates: &'a [Candidate],
    scratch: &'a mut Scratch,
}

impl NullaryFnOnce for InDoubles<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        in_doubles(self.block, self.bounds, self.candidates, self.scratch);
    }
}

#[inline(always)]
fn in_doubles(block: &Columns<'_>, bounds: &Bounds, candidates: &[Candidate], scratch: &mut Scratch) {
    let Scratch { input, total, own, cost, place } = scratch;
    cost.clear();
    cost.resize(block.len, f64::INFINITY);
    place.clear();
    place.resize(block.len, -1.0);
    for (index, candidate) in candidates.iter().enumerate() {
        let index = index as f64;
        if !candidate.same_tokens() {
            one_by_one(block, candidate, own);
            keep(own, index, place, cost);
            continue;
        }
        let rates = candidate.tariff.rates(0);
        let long = bounds.total > candidate.max_total as f64;
        let wordy = bounds.out > candidate.max_output as f64;
        let tiered = candidate.tariff.tier_starts().next().is_some_and(|least| bounds.input >= least as f64);
        if !wordy && !tiered {
            let fits = long.then_some((total.as_slice(), candidate.max_total as f64));
            flat(block, rates, fee(candidate, rates), fits, index, place, cost);
            continue;
        }
        linear(block, rates, fee(candidate, rates), own);
        for least in candidate.tariff.tier_starts() {
            let rates = candidate.tariff.rates(least);
            beyond(block, rates, fee(candidate, rates), (input, least as f64), own);
        }
        limit(own, total, candidate.max_total as f64);
        if let Some(out) = block.out() {
            limit(own, out, candidate.max_output as f64);
        }
        keep(own, index, place, cost);
    }
}

/// The largest values of a block.
struct Bounds {
    tokens: [f64; METERS],
    input: f64,
    total: f64,
    out: f64,
}

impl Bounds {
    fn of(block: &Columns<'_>, input: &mut [f64], total: &mut [f64]) -> Self {
        let (input, total) = (&mut input[..block.len], &mut total[..block.len]);
        input.fill(0.0);
        for column in block.tokens[..4].iter().flatten() {
            add(input, column);
        }
        total.copy_from_slice(input);
        if let Some(out) = block.out() {
            add(total, out);
        }
        let tokens = block.tokens.map(|column| column.map_or(0.0, greatest));
        Self { tokens, input: greatest(input), total: greatest(total), out: tokens[4] }
    }

    /// Whether doubles hold every cost of the block at a candidate, and every sum on the way to it.
    fn exact(&self, candidate: &Candidate) -> bool {
        let tokens = self.tokens.map(|tokens| {
            let TokenRatio { input, output } = candidate.token_ratio;
            if candidate.same_tokens() { tokens } else { tokens * input.max(output) + 1.0 }
        });
        let fits = |least: i64| {
            let rates = candidate.tariff.rates(least);
            let costs = prices(rates).into_iter().zip(tokens).map(|(price, tokens)| price.abs() * tokens);
            costs.sum::<f64>() + fee(candidate, rates).abs() < EXACT
        };
        fits(0) && candidate.tariff.tier_starts().all(fits)
    }
}

#[inline(always)]
fn prices(rates: &MeterRates) -> [f64; METERS] {
    rates.each().map(|rate| rate as f64)
}

/// What every call pays, and what it puts at risk.
#[inline(always)]
fn fee(candidate: &Candidate, rates: &MeterRates) -> f64 {
    (rates.request + candidate.risk) as f64
}

#[inline(always)]
fn greatest(column: &[f64]) -> f64 {
    // Several running maxima, so that one comparison need not wait for the one before.
    let mut most = [0.0_f64; 8];
    let (chunks, rest) = column.as_chunks::<8>();
    for chunk in chunks {
        for (most, value) in most.iter_mut().zip(chunk) {
            *most = if *value > *most { *value } else { *most };
        }
    }
    most.into_iter().chain(rest.iter().copied()).fold(0.0, f64::max)
}

#[inline(always)]
fn add(sum: &mut [f64], column: &[f64]) {
    for (sum, value) in sum.iter_mut().zip(column) {
        *sum += value;
    }
}

/// The columns that hold tokens, with their prices.
#[inline(always)]
fn used<'a>(block: &Columns<'a>, rates: &MeterRates) -> ([(&'a [f64], f64); METERS], usize) {
    let mut used = [(&[][..], 0.0); METERS];
    let mut count = 0;
    for (column, price) in block.tokens.into_iter().zip(prices(rates)) {
        if let Some(column) = column {
            used[count] = (column, price);
            count += 1;
        }
    }
    (used, count)
}

/// An offer of which no tier matters here, and of its limits at most the one of all tokens, which is given with their
/// column: cost, comparison and choice in one go.
#[inline(always)]
fn flat(
    block: &Columns<'_>,
    rates: &MeterRates,
    fee: f64,
    fits: Option<(&[f64], f64)>,
    index: f64,
    place: &mut [f64],
    cost: &mut [f64],
) {
    let (used, count) = used(block, rates);
    match used[..count] {
        [a] => choose([a], fee, fits, index, place, cost),
        [a, b] => choose([a, b], fee, fits, index, place, cost),
        [a, b, c] => choose([a, b, c], fee, fits, index, place, cost),
        [a, b, c, d] => choose([a, b, c, d], fee, fits, index, place, cost),
        [a, b, c, d, e] => choose([a, b, c, d, e], fee, fits, index, place, cost),
        [a, b, c, d, e, f] => choose([a, b, c, d, e, f], fee, fits, index, place, cost),
        _ => choose([], fee, fits, index, place, cost),
    }
}

/// Columns of tokens with their prices, and a fee, against the best offer so far.
#[inline(always)]
fn choose<const N: usize>(
    used: [(&[f64], f64); N],
    fee: f64,
    fits: Option<(&[f64], f64)>,
    index: f64,
    place: &mut [f64],
    cost: &mut [f64],
) {
    match fits {
        Some((total, most)) => choose_within::<N, true>(used, fee, (total, most), index, place, cost),
        None => choose_within::<N, false>(used, fee, (&[], 0.0), index, place, cost),
    }
}

#[inline(always)]
fn choose_within<const N: usize, const LIMITED: bool>(
    used: [(&[f64], f64); N],
    fee: f64,
    (total, most): (&[f64], f64),
    index: f64,
    place: &mut [f64],
    cost: &mut [f64],
) {
    let length = cost.len();
    let used = used.map(|(column, price)| (&column[..length], price));
    let total = if LIMITED { &total[..length] } else { total };
    let place = &mut place[..length];
    for row in 0..length {
        let mut own = fee;
        for (column, price) in &used {
            own += column[row] * price;
        }
        if LIMITED {
            own = if total[row] > most { f64::INFINITY } else { own };
        }
        let known = cost[row];
        // A choice by arithmetic: a store under a condition would be done call by call.
        let better = f64::from(u8::from(own < known));
        place[row] += (index - place[row]) * better;
        cost[row] = if own < known { own } else { known };
    }
}

#[inline(always)]
fn linear(block: &Columns<'_>, rates: &MeterRates, fee: f64, cost: &mut [f64]) {
    cost.fill(fee);
    for (column, price) in block.tokens.iter().zip(prices(rates)) {
        let Some(column) = column else { continue };
        for (cost, tokens) in cost.iter_mut().zip(*column) {
            *cost += tokens * price;
        }
    }
}

/// From a total input on, the rates are others.
#[inline(always)]
fn beyond(
    block: &Columns<'_>,
    rates: &MeterRates,
    fee: f64,
    (input, least): (&[f64], f64),
    cost: &mut [f64],
) {
    let (used, count) = used(block, rates);
    for (row, (cost, input)) in cost.iter_mut().zip(input).enumerate() {
        let own = used[..count].iter().fold(fee, |sum, (column, price)| sum + column[row] * price);
        *cost = if *input >= least { own } else { *cost };
    }
}

#[inline(always)]
fn limit(cost: &mut [f64], column: &[f64], most: f64) {
    for (cost, value) in cost.iter_mut().zip(column) {
        *cost = if *value > most { f64::INFINITY } else { *cost };
    }
}

#[inline(always)]
fn keep(own: &[f64], index: f64, place: &mut [f64], cost: &mut [f64]) {
    choose([(own, 1.0)], 0.0, None, index, place, cost);
}

/// Call by call, for a model that needs other numbers of tokens.
#[inline(always)]
fn one_by_one(block: &Columns<'_>, candidate: &Candidate, own: &mut [f64]) {
    for (row, own) in own.iter_mut().enumerate() {
        *own = candidate.weighed(&block.buckets(row)).map_or(f64::INFINITY, |cost| cost as f64);
    }
}
