//! What a call of a cell costs, before, after, and with some of it changed.

use crate::units::{Consumed, TOKEN_METERS};

/// Sets of the drivers that say what a call costs: input, cache, output, searches, long prompts, prices.
pub(super) const DETAILS: usize = 1 << 6;
/// Buckets of input among the token meters; output and reasoning follow.
const INPUTS: usize = 4;

/// What a call is on one side; `None` where the side cannot tell.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    /// Input tokens a call.
    input: Option<f64>,
    /// Shares of the buckets in the input.
    split: Option<[f64; INPUTS]>,
    /// Output tokens a call.
    output: Option<f64>,
    /// Share of reasoning in the output.
    reasoning: Option<f64>,
    /// Web searches a call.
    searches: Option<f64>,
    /// Base rates, picodollars a token.
    rates: [Option<f64>; TOKEN_METERS],
    /// What is paid over the base rates.
    long: [Option<f64>; TOKEN_METERS],
    /// Picodollars a web search.
    search: Option<f64>,
    /// Picodollars a request.
    request: Option<f64>,
}

/// The same with what it cannot tell taken from the other side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detail {
    input: f64,
    split: [f64; INPUTS],
    output: f64,
    reasoning: f64,
    searches: f64,
    rates: [f64; TOKEN_METERS],
    long: [f64; TOKEN_METERS],
    search: f64,
    request: f64,
}

impl Told {
    fn of(side: &Consumed) -> Self {
        if side.calls == 0 {
            return Self::default();
        }
        let calls = side.calls as f64;
        let input: i64 = side.tokens[..INPUTS].iter().sum();
        let output = side.tokens[INPUTS];
        let of = |part: i64, whole: i64| (whole > 0).then(|| part as f64 / whole as f64);
        let mut told = Self {
            input: Some(input as f64 / calls),
            split: (input > 0)
                .then(|| std::array::from_fn(|bucket| side.tokens[bucket] as f64 / input as f64)),
            output: Some(output as f64 / calls),
            reasoning: of(side.tokens[INPUTS + 1], output),
            searches: Some(side.searches as f64 / calls),
            search: (side.searches > 0).then(|| side.searched as f64 / side.searches as f64),
            request: Some(side.requests as f64 / calls),
            ..Self::default()
        };
        for meter in (0..TOKEN_METERS).filter(|meter| side.tokens[*meter] > 0) {
            let (tokens, base, paid) =
                (side.tokens[meter] as f64, side.base[meter] as f64, side.paid[meter] as f64);
            // Without a base rate there is nothing to exceed: what is paid is the rate.
            (told.rates[meter], told.long[meter]) = if side.base[meter] == 0 {
                (Some(paid / tokens), Some(1.0))
            } else {
                (Some(base / tokens), Some(paid / base))
            };
        }
        told
    }

    fn or(&self, other: &Self) -> Detail {
        let of = |own: Option<f64>, theirs: Option<f64>| own.or(theirs).unwrap_or(0.0);
        let each = |own: &[Option<f64>; TOKEN_METERS], theirs: &[Option<f64>; TOKEN_METERS]| {
            std::array::from_fn(|meter| of(own[meter], theirs[meter]))
        };
        Detail {
            input: of(self.input, other.input),
            split: self.split.or(other.split).unwrap_or_default(),
            output: of(self.output, other.output),
            reasoning: of(self.reasoning, other.reasoning),
            searches: of(self.searches, other.searches),
            rates: each(&self.rates, &other.rates),
            long: each(&self.long, &other.long),
            search: of(self.search, other.search),
            request: of(self.request, other.request),
        }
    }
}

impl Detail {
    /// Picodollars of a call for each set of drivers that has moved, one bit each in their order.
    pub(super) fn costs(sides: &[Consumed; 2]) -> [f64; DETAILS] {
        let told = sides.map(|side| Told::of(&side));
        let details = [told[0].or(&told[1]), told[1].or(&told[0])];
        std::array::from_fn(|moved| {
            let of = |driver: usize| &details[moved >> driver & 1];
            let (input, cache, output, searches, long, prices) = (of(0), of(1), of(2), of(3), of(4), of(5));
            let rate = |meter: usize| prices.rates[meter] * long.long[meter];
            let prompt: f64 = (0..INPUTS).map(|bucket| cache.split[bucket] * rate(bucket)).sum();
            let answer = rate(INPUTS) + output.reasoning * rate(INPUTS + 1);
            input.input * prompt + output.output * answer + searches.searches * prices.search + prices.request
        })
    }
}
