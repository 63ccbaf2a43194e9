//! The calls of a class in a batch.

use polars::prelude::{ChunkAgg as _, DataFrame, DataType, Int64Chunked, PolarsResult};

use super::codes::{Codes, Local};
use super::{Class, Traits};
use crate::engine::route::kernel::{Columns, METERS};
use crate::tables::{Column as TableColumn, calls as c};
use crate::units::TokenBuckets;

/// The calls of one class in a batch.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// What they share.
    pub class: Class,
    /// Days or hours since 1970-01-01, as the calendar has it.
    pub slots: &'a [i32],
    /// Where they stand in the batch.
    pub rows: &'a [u32],
    /// Token buckets.
    pub(super) tokens: [Option<&'a [f64]>; METERS],
    pub(super) rare: &'a Rare,
}

/// Numbers that few rows have, by row of the batch; none where no row has any.
#[derive(Default)]
pub(super) struct Rare {
    n_calls: Option<Vec<i64>>,
    searches: Option<Vec<i64>>,
    claimed: Option<Vec<Option<i64>>>,
}

impl<'a> Part<'a> {
    /// Number of rows.
    pub const fn len(&self) -> usize {
        self.slots.len()
    }

    /// The tokens, for the engine.
    pub const fn columns(&self) -> Columns<'a> {
        Columns { tokens: self.tokens, len: self.slots.len() }
    }

    /// The buckets of a call.
    pub fn buckets(&self, call: usize) -> TokenBuckets {
        self.columns().buckets(call)
    }

    /// Calls that a row stands for.
    pub fn n_calls(&self, call: usize) -> i64 {
        self.rare.n_calls.as_ref().map_or(1, |counts| counts[self.rows[call] as usize])
    }

    /// Billable web searches of a call.
    pub fn searches(&self, call: usize) -> i64 {
        self.rare.searches.as_ref().map_or(0, |counts| counts[self.rows[call] as usize])
    }

    /// Cost of a call as logged, in picodollars.
    pub fn claimed(&self, call: usize) -> Option<i64> {
        self.rare.claimed.as_ref().and_then(|costs| costs[self.rows[call] as usize])
    }

    /// Calls of all rows.
    pub fn calls(&self) -> u64 {
        if self.class.traits.has(Traits::MANY) {
            (0..self.len()).map(|call| self.n_calls(call).unsigned_abs()).sum()
        } else {
            self.len() as u64
        }
    }

    /// Whether any call has tokens in a cache.
    pub fn has_cached(&self) -> bool {
        self.tokens[1..4].iter().flatten().any(|column| column.iter().any(|tokens| *tokens > 0.0))
    }

    /// Tokens of all calls.
    pub fn tokens(&self) -> TokenBuckets {
        // In integers: doubles would round large sums.
        let sum = |column: Option<&[f64]>| column.map_or(0, |column| column.iter().map(|n| *n as i64).sum());
        TokenBuckets::of(self.tokens.map(sum))
    }

    /// Tokens of each row, input and output.
    pub fn totals(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.len()];
        // Reasoning is a part of the output.
        for column in self.tokens[..5].iter().flatten() {
            for (total, tokens) in totals.iter_mut().zip(*column) {
                *total += tokens;
            }
        }
        totals
    }

    /// The calls of which something is so, and the others.
    pub fn split(&self, is: impl Fn(usize) -> bool) -> (Kept, Kept) {
        let (yes, no): (Vec<usize>, Vec<usize>) = (0..self.len()).partition(|call| is(*call));
        (self.kept(&yes), self.kept(&no))
    }

    fn kept(&self, calls: &[usize]) -> Kept {
        let of = |column: &[f64]| calls.iter().map(|call| column[*call]).collect();
        Kept {
            slots: calls.iter().map(|call| self.slots[*call]).collect(),
            rows: calls.iter().map(|call| self.rows[*call]).collect(),
            tokens: self.tokens.map(|column| column.map(of)),
        }
    }
}

/// Some of the calls of a part, copied.
pub struct Kept {
    slots: Vec<i32>,
    rows: Vec<u32>,
    tokens: [Option<Vec<f64>>; METERS],
}

impl Kept {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.slots.len()
    }

    /// They as a part of their own; `of` is what they were taken from.
    pub fn part<'a>(&'a self, of: &Part<'a>) -> Part<'a> {
        Part {
            class: of.class,
            slots: &self.slots,
            rows: &self.rows,
            tokens: self.tokens.each_ref().map(Option::as_deref),
            rare: of.rare,
        }
    }
}

impl Rare {
    pub(super) fn of(frame: &DataFrame) -> PolarsResult<Self> {
        let all = |counts: &Int64Chunked| counts.iter().collect();
        let or = |unreported: i64| {
            move |counts: Int64Chunked| counts.iter().map(|count| count.unwrap_or(unreported)).collect()
        };
        let many = |counts: &Int64Chunked| counts.min() != Some(1) || counts.max() != Some(1);
        let any = |counts: &Int64Chunked| counts.max().is_some_and(|most| most > 0);
        Ok(Self {
            n_calls: integers(frame, &c::N_CALLS)?.filter(many).map(or(1)),
            searches: integers(frame, &c::TOOL_WEB_SEARCH)?.filter(any).map(or(0)),
            claimed: integers(frame, &c::COST_REPORTED)?.as_ref().map(all),
        })
    }

    /// The traits of each row, as if they were codes of texts; `undated` is empty where every row has a date.
    pub(super) fn traits(&self, undated: &[bool], height: usize) -> Codes {
        let plain = self.n_calls.is_none() && self.searches.is_none() && self.claimed.is_none();
        if plain && undated.is_empty() {
            return Codes::One(0);
        }
        let mut local = Local::default();
        let places = (0..height).map(|row| {
            let of = [
                (Traits::MANY, self.n_calls.as_ref().is_some_and(|counts| counts[row] != 1)),
                (Traits::SEARCHED, self.searches.as_ref().is_some_and(|counts| counts[row] > 0)),
                (Traits::CLAIMED, self.claimed.as_ref().is_some_and(|costs| costs[row].is_some())),
                (Traits::UNDATED, undated.get(row) == Some(&true)),
            ];
            local.place(
                of.into_iter().filter(|(_, there)| *there).fold(0, |bits, (Traits(bit), _)| bits | bit),
            )
        });
        let places = places.collect();
        local.codes(places)
    }
}

/// A column of whole numbers; `None` where the table has none or all of it is null.
fn integers(frame: &DataFrame, column: &TableColumn) -> PolarsResult<Option<Int64Chunked>> {
    let Ok(values) = frame.column(column.name) else { return Ok(None) };
    if values.null_count() == values.len() {
        return Ok(None);
    }
    Ok(Some(values.cast(&DataType::Int64)?.i64()?.clone()))
}
