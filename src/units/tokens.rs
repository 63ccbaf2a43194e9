//! Counts of tokens.

/// A count of tokens. Negative counts do not occur in a loaded log: they are rejected at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tokens(i64);

impl Tokens {
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
}
