//! What a call consumes and what that costs at a tariff: the one place where tokens meet rates.

use std::ops::AddAssign;

/// Tokens that another model needs for the tokens of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenRatio {
    /// Input tokens for one.
    pub input: f64,
    /// Output tokens for one.
    pub output: f64,
}

impl TokenRatio {
    /// As many as the call has.
    pub const ONE: Self = Self { input: 1.0, output: 1.0 };

    /// The same of input and of output.
    pub const fn of(ratio: f64) -> Self {
        Self { input: ratio, output: ratio }
    }

    /// Whether it changes nothing.
    pub fn is_one(self) -> bool {
        self.bits() == Self::ONE.bits()
    }

    /// What tells two ratios apart.
    pub const fn bits(self) -> [u64; 2] {
        [self.input.to_bits(), self.output.to_bits()]
    }
}

/// Tokens in disjoint buckets. A bucket that was not reported counts as no tokens here: the decision what a null means
/// is taken once, where a table becomes slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenBuckets {
    /// Prompt tokens at the full rate.
    pub fresh: i64,
    /// Prompt tokens read from the cache.
    pub read: i64,
    /// Prompt tokens written to the cache for five minutes.
    pub write_5m: i64,
    /// Prompt tokens written to the cache for an hour.
    pub write_1h: i64,
    /// Output tokens.
    pub out: i64,
    /// Output tokens that were spent on reasoning, among `out`.
    pub reasoning: i64,
}

impl TokenBuckets {
    /// From fresh input, cache reads, cache writes of five minutes and of an hour, output, and reasoning among the output.
    pub const fn of([fresh, read, write_5m, write_1h, out, reasoning]: [i64; 6]) -> Self {
        Self { fresh, read, write_5m, write_1h, out, reasoning }
    }

    /// Each of them, in the order of [`Self::of`].
    pub const fn each(&self) -> [i64; 6] {
        [self.fresh, self.read, self.write_5m, self.write_1h, self.out, self.reasoning]
    }

    /// All prompt tokens: what selects a context tier.
    pub const fn input(&self) -> i64 {
        self.fresh + self.read + self.write_5m + self.write_1h
    }

    /// All tokens.
    pub const fn total(&self) -> i64 {
        self.input() + self.out
    }

    /// The tokens that a model would count which needs `ratio` tokens for each of these, rounded to whole tokens.
    pub fn scaled(&self, ratio: TokenRatio) -> Self {
        if ratio.is_one() {
            return *self;
        }
        let by = |ratio: f64| move |tokens: i64| (tokens as f64 * ratio).round() as i64;
        let (scale, scale_out) = (by(ratio.input), by(ratio.output));
        Self {
            fresh: scale(self.fresh),
            read: scale(self.read),
            write_5m: scale(self.write_5m),
            write_1h: scale(self.write_1h),
            out: scale_out(self.out),
            reasoning: scale_out(self.reasoning),
        }
    }

    /// The same prompt without a cache: every prompt token at the full rate.
    pub const fn without_cache(&self) -> Self {
        Self { fresh: self.input(), read: 0, write_5m: 0, write_1h: 0, ..*self }
    }
}

impl AddAssign for TokenBuckets {
    fn add_assign(&mut self, other: Self) {
        self.fresh += other.fresh;
        self.read += other.read;
        self.write_5m += other.write_5m;
        self.write_1h += other.write_1h;
        self.out += other.out;
        self.reasoning += other.reasoning;
    }
}

/// Rates in picodollars per token, one for each bucket, stand-ins applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MeterRates {
    /// Prompt.
    pub input: i64,
    /// Prompt read from the cache.
    pub cache_read: i64,
    /// Prompt written to the cache for five minutes.
    pub cache_write_5m: i64,
    /// Prompt written to the cache for an hour.
    pub cache_write_1h: i64,
    /// Output.
    pub output: i64,
    /// What a reasoning token costs more (or less) than another output token.
    pub reasoning: i64,
    /// Fee for each request.
    pub request: i64,
    /// Buckets without a rate, one bit each in the order of the fields from `input` to `output`. Their fields are zero, which
    /// is no price: see [`MeterRates::knows`].
    pub unpriced: u8,
}

impl MeterRates {
    /// The rate of each bucket, in the order of [`TokenBuckets::of`].
    #[inline(always)]
    pub const fn each(&self) -> [i64; 6] {
        [self.input, self.cache_read, self.cache_write_5m, self.cache_write_1h, self.output, self.reasoning]
    }

    /// Whether there is a rate for every token of a call. Without one its cost is unknown, and [`MeterRates::cost`] must not
    /// be asked.
    #[inline]
    pub const fn knows(&self, tokens: &TokenBuckets) -> bool {
        self.unpriced == 0
            || !((self.unpriced & 1 != 0 && tokens.fresh != 0)
                || (self.unpriced & 2 != 0 && tokens.read != 0)
                || (self.unpriced & 4 != 0 && tokens.write_5m != 0)
                || (self.unpriced & 8 != 0 && tokens.write_1h != 0)
                || (self.unpriced & 16 != 0 && tokens.out != 0))
    }

    /// All rates together: how dear they are, roughly, where a choice must be made without a call.
    pub fn sum(&self) -> i128 {
        [self.input, self.cache_read, self.cache_write_5m, self.cache_write_1h, self.output, self.request]
            .into_iter()
            .map(i128::from)
            .sum()
    }

    /// `x · p` and the fee of one request, in picodollars. Loading bounds tokens and rates so that this cannot overflow
    /// ([`super::Tokens::MAX_PER_ROW`], [`super::TokenRate::MAX`]).
    #[inline]
    pub const fn cost(&self, tokens: &TokenBuckets) -> i64 {
        tokens.fresh * self.input
            + tokens.read * self.cache_read
            + tokens.write_5m * self.cache_write_5m
            + tokens.write_1h * self.cache_write_1h
            + tokens.out * self.output
            + tokens.reasoning * self.reasoning
            + self.request
    }
}

/// The rates of an offer at a moment, by context tier. A tier is a cliff: the total input chooses it, and then every
/// token of the call has its rates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tariff {
    base: MeterRates,
    /// (least total input of the tier, its rates), ascending.
    tiers: Vec<(i64, MeterRates)>,
}

impl Tariff {
    /// A tariff without context tiers.
    pub const fn flat(base: MeterRates) -> Self {
        Self { base, tiers: Vec::new() }
    }

    /// Adds the tier that begins at a total input of `from_total` tokens. Of two that begin at the same input the first one
    /// added holds.
    pub fn with_tier(mut self, from_total: i64, rates: MeterRates) -> Self {
        let at = self.tiers.partition_point(|(start, _)| *start < from_total);
        self.tiers.insert(at, (from_total, rates));
        self
    }

    /// The same tariff without its tiers.
    pub fn without_tiers(&self) -> Self {
        Self::flat(self.base)
    }

    /// Where the context tiers begin, ascending: the least total input of each.
    pub fn tier_starts(&self) -> impl Iterator<Item = i64> {
        self.tiers.iter().map(|(start, _)| *start)
    }

    /// Whether every tier has a rate for every bucket.
    pub fn is_complete(&self) -> bool {
        self.base.unpriced == 0 && self.tiers.iter().all(|(_, rates)| rates.unpriced == 0)
    }

    /// Whether there is a rate for every token of a call.
    #[inline]
    pub fn knows(&self, tokens: &TokenBuckets) -> bool {
        self.rates(tokens.input()).knows(tokens)
    }

    /// The rates of a call with that much input.
    #[inline]
    pub fn rates(&self, input: i64) -> &MeterRates {
        match self.tiers.iter().rev().find(|(start, _)| input >= *start) {
            Some((_, rates)) => rates,
            None => &self.base,
        }
    }

    /// The cost of a call, in picodollars.
    #[inline]
    pub fn cost(&self, tokens: &TokenBuckets) -> i64 {
        self.rates(tokens.input()).cost(tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{TokenRate, Tokens};

    #[test]
    fn a_context_tier_prices_every_token_of_the_call() {
        // 2 and 10 dollars per million up to 200,000 tokens of input, 4 and 15 above.
        let rates = |input, output| MeterRates { input, output, ..MeterRates::default() };
        let tariff =
            Tariff::flat(rates(2_000_000, 10_000_000)).with_tier(200_001, rates(4_000_000, 15_000_000));
        let call = |fresh| TokenBuckets { fresh, out: 1_000, ..TokenBuckets::default() };
        assert_eq!(tariff.cost(&call(200_000)), 400_000_000_000 + 10_000_000_000);
        assert_eq!(tariff.cost(&call(200_001)), 800_004_000_000 + 15_000_000_000);
    }

    #[test]
    fn buckets_have_an_order() {
        let rates = MeterRates {
            input: 1,
            cache_read: 2,
            cache_write_5m: 3,
            cache_write_1h: 4,
            ..MeterRates::default()
        };
        assert_eq!(MeterRates { output: 5, reasoning: 6, ..rates }.each(), [1, 2, 3, 4, 5, 6]);
        let tokens = TokenBuckets::of([1, 2, 3, 4, 5, 6]);
        assert_eq!((tokens.fresh, tokens.reasoning, tokens.each()), (1, 6, [1, 2, 3, 4, 5, 6]));
        assert!(TokenRatio::of(1.0).is_one() && !TokenRatio::of(1.5).is_one());
    }

    #[test]
    fn cached_tokens_count_towards_the_tier() {
        let tariff = Tariff::flat(MeterRates { input: 1, ..MeterRates::default() })
            .with_tier(100, MeterRates { input: 7, ..MeterRates::default() });
        let call = TokenBuckets { fresh: 1, read: 99, ..TokenBuckets::default() };
        assert_eq!(tariff.cost(&call), 7);
    }

    #[test]
    fn the_largest_row_at_the_largest_rate_does_not_overflow() {
        let rate = TokenRate::MAX.pico();
        let rates = MeterRates {
            input: rate,
            cache_read: rate,
            cache_write_5m: rate,
            cache_write_1h: rate,
            output: rate,
            ..MeterRates::default()
        };
        let call = TokenBuckets { fresh: Tokens::MAX_PER_ROW, ..TokenBuckets::default() };
        assert_eq!(rates.cost(&call), 8_000_000_000_000_000_000);
    }

    #[test]
    fn every_bucket_counts_once_in_sums_and_in_costs() {
        // Different powers, so that no two mistakes cancel.
        let tokens = TokenBuckets {
            fresh: 1,
            read: 10,
            write_5m: 100,
            write_1h: 1_000,
            out: 10_000,
            reasoning: 5_000,
        };
        assert_eq!((tokens.input(), tokens.total()), (1_111, 11_111));
        let bare = tokens.without_cache();
        assert_eq!((bare.fresh, bare.read, bare.write_5m, bare.write_1h, bare.out), (1_111, 0, 0, 0, 10_000));
        let mut twice = tokens;
        twice += tokens;
        assert_eq!(twice, tokens.scaled(TokenRatio { input: 2.0, output: 2.0 }));
        let rates = MeterRates {
            input: 2,
            cache_read: 3,
            cache_write_5m: 5,
            cache_write_1h: 7,
            output: 11,
            reasoning: 13,
            request: 17,
            unpriced: 0,
        };
        assert_eq!(rates.cost(&tokens), 2 + 30 + 500 + 7_000 + 110_000 + 65_000 + 17);
        assert_eq!(rates.sum(), 2 + 3 + 5 + 7 + 11 + 17);
    }

    #[test]
    fn a_bucket_without_a_rate_is_unknown_only_where_it_has_tokens() {
        let buckets: [fn(&mut TokenBuckets) -> &mut i64; 5] = [
            |of| &mut of.fresh,
            |of| &mut of.read,
            |of| &mut of.write_5m,
            |of| &mut of.write_1h,
            |of| &mut of.out,
        ];
        for missing in 0..buckets.len() {
            let rates = MeterRates { unpriced: 1 << missing, ..MeterRates::default() };
            for (used, bucket) in buckets.iter().enumerate() {
                let mut tokens = TokenBuckets::default();
                *bucket(&mut tokens) = 1;
                assert_eq!(rates.knows(&tokens), used != missing, "{used} of {missing}");
                // The tier that a call falls in decides.
                let tariff = Tariff::flat(MeterRates::default()).with_tier(1, rates);
                assert_eq!(tariff.knows(&tokens), used != missing || tokens.input() == 0);
                assert!(!tariff.is_complete() && Tariff::flat(MeterRates::default()).is_complete());
            }
        }
    }

    #[test]
    fn tiers_are_in_order_however_they_are_stated() {
        let rates = |input| MeterRates { input, ..MeterRates::default() };
        let tariff =
            Tariff::flat(rates(1)).with_tier(300, rates(3)).with_tier(200, rates(2)).with_tier(400, rates(4));
        assert_eq!(tariff.tier_starts().collect::<Vec<_>>(), [200, 300, 400]);
        assert_eq!([199, 200, 299, 300, 400].map(|input| tariff.rates(input).input), [1, 2, 2, 3, 4]);
        assert_eq!(tariff.without_tiers(), Tariff::flat(rates(1)));
        assert_eq!(tariff.with_tier(300, rates(9)).rates(300), &rates(3));
    }
}
