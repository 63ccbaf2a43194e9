//! What calls consumed, meter by meter, and what that cost: sums that merge by addition.

use std::ops::AddAssign;

use super::{TokenBuckets, Usd};

/// Token meters: the four buckets of input, output, and reasoning, which is a part of the output and counts only what its own price
/// differs by.
pub const TOKEN_METERS: usize = 6;

/// What calls consumed and what it cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Consumed {
    /// Calls.
    pub calls: u64,
    /// Tokens: fresh input, cache reads, cache writes of five minutes and of an hour, output, reasoning among the output.
    pub tokens: [i64; TOKEN_METERS],
    /// Web searches.
    pub searches: i64,
    /// What the tokens would cost at the rates of short prompts, in picodollars.
    pub base: [i128; TOKEN_METERS],
    /// What they cost, in picodollars.
    pub paid: [i128; TOKEN_METERS],
    /// Fees of requests, in picodollars.
    pub requests: i128,
    /// What web searches cost, in picodollars.
    pub searched: i128,
}

impl Consumed {
    /// What everything cost.
    pub fn cost(&self) -> Usd {
        Usd::from_pico(self.paid.iter().sum::<i128>() + self.requests + self.searched)
    }

    /// The tokens as buckets.
    pub const fn buckets(&self) -> TokenBuckets {
        TokenBuckets::of(self.tokens)
    }

    /// Tokens, input and output.
    pub const fn total(&self) -> i64 {
        self.buckets().total()
    }
}

impl AddAssign for Consumed {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.searches += other.searches;
        self.requests += other.requests;
        self.searched += other.searched;
        for meter in 0..TOKEN_METERS {
            self.tokens[meter] += other.tokens[meter];
            self.base[meter] += other.base[meter];
            self.paid[meter] += other.paid[meter];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_consumed_adds_up() {
        let one = Consumed {
            calls: 1,
            searches: 2,
            tokens: [1, 10, 100, 1_000, 10_000, 5_000],
            base: [1; TOKEN_METERS],
            paid: [3; TOKEN_METERS],
            requests: 50,
            searched: 700,
        };
        assert_eq!(one.total(), 11_111);
        assert_eq!(one.cost(), Usd::from_pico(3 * TOKEN_METERS as i128 + 750));
        let mut sum = one;
        sum += one;
        sum += one;
        assert_eq!((sum.calls, sum.searches, sum.requests, sum.searched), (3, 6, 150, 2_100));
        assert_eq!((sum.total(), sum.base[5], sum.paid[0]), (33_333, 3, 9));
    }
}
