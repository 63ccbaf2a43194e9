//! Counts of tokens.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// A count of tokens. Negative counts do not occur in a loaded log: they are rejected at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tokens(i64);

impl Tokens {
    /// No tokens, as reported by the source.
    pub const ZERO: Self = Self(0);

    /// The most tokens that one row may state (ten billion); above it a row is rejected as implausible, which also
    /// keeps every cost of a call inside an `i64` of picodollars.
    pub const MAX_PER_ROW: i64 = 10_000_000_000;

    /// A count of tokens.
    pub const fn new(count: i64) -> Self {
        Self(count)
    }

    /// The count.
    pub const fn count(self) -> i64 {
        self.0
    }

    /// Millions of tokens, for display and for estimates.
    pub fn millions(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Add for Tokens {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Tokens {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Tokens {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::ZERO, Add::add)
    }
}
