//! Random calls, and how both programs are told of them.

use std::time::{Duration, SystemTime};

use genai_prices::{Usage, UsageKey};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use switchpoint::inputs::prices::{OfferId, PriceBook};
use switchpoint::units::{Day, Meter, Mode};

/// A call.
#[derive(Debug, Clone)]
pub struct Call {
    pub mode: Mode,
    pub micros: i64,
    fresh: i64,
    read: i64,
    write_5m: i64,
    write_1h: i64,
    out: i64,
}

impl Call {
    /// The day of the call.
    pub fn day(&self) -> Day {
        Day::of_micros(self.micros)
    }

    /// When it was.
    pub fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_micros(self.micros.unsigned_abs())
    }

    /// Whether tokens were written to a cache or read from one.
    pub fn is_cached(&self) -> bool {
        self.read + self.write_5m + self.write_1h > 0
    }

    /// All input.
    pub fn input(&self) -> i64 {
        self.fresh + self.read + self.write_5m + self.write_1h
    }

    /// As the other program counts: input is a total, and so are cache writes.
    pub fn usage(&self) -> Usage {
        let written = self.write_5m + self.write_1h;
        Usage::from([
            (UsageKey::INPUT_TOKENS, self.input() as f64),
            (UsageKey::CACHE_READ_TOKENS, self.read as f64),
            (UsageKey::CACHE_WRITE_TOKENS, written as f64),
            (UsageKey::CACHE_WRITE_1H_TOKENS, self.write_1h as f64),
            (UsageKey::OUTPUT_TOKENS, self.out as f64),
            (UsageKey::REQUESTS, 1.0),
        ])
    }

    /// As the price book counts: disjoint buckets.
    pub fn meters(&self) -> [(Meter, i64); 6] {
        [
            (Meter::Input, self.fresh),
            (Meter::CacheRead, self.read),
            (Meter::CacheWrite5m, self.write_5m),
            (Meter::CacheWrite1h, self.write_1h),
            (Meter::Output, self.out),
            (Meter::Request, 1),
        ]
    }

    /// The mode in the other program's words.
    pub fn context(&self) -> &'static [(&'static str, &'static str)] {
        match self.mode {
            Mode::Standard => &[],
            Mode::Batch => &[("processing", "batch")],
            Mode::Flex => &[("service_tier", "flex")],
            Mode::Priority => &[("service_tier", "priority")],
            Mode::Fast => &[("service_tier", "fast"), ("speed", "fast")],
        }
    }
}

/// The stream of calls.
pub struct Draws(ChaCha8Rng);

impl Draws {
    /// The same calls in every run.
    pub fn new() -> Self {
        Self(ChaCha8Rng::seed_from_u64(20_261_121))
    }

    fn below(&mut self, limit: i64) -> i64 {
        (self.0.next_u64() % limit.max(1).unsigned_abs()).cast_signed()
    }

    /// Calls of an offer in every mode: small and large, on both sides of its context tiers, from 2024 until November 2026.
    pub fn calls(&mut self, each: usize, book: &PriceBook, offer: OfferId) -> Vec<Call> {
        let tiers: Vec<i64> =
            book.rates(offer).iter().map(|held| held.rate.tier.least).filter(|least| *least > 0).collect();
        let modes = Mode::ALL.into_iter().flat_map(|mode| std::iter::repeat_n(mode, each));
        modes.map(|mode| self.call(mode, &tiers)).collect()
    }

    fn call(&mut self, mode: Mode, tiers: &[i64]) -> Call {
        const FIRST: i64 = 1_704_067_200;
        const SECONDS: i64 = 1_054 * 86_400;
        let scale = [40, 4_000, 40_000, 300_000][self.below(4) as usize];
        let mut call = Call {
            mode,
            micros: (FIRST + self.below(SECONDS)) * 1_000_000,
            fresh: self.below(scale),
            read: self.below(scale),
            write_5m: self.below(scale / 4),
            write_1h: self.below(scale / 8),
            out: self.below(scale),
        };
        if !tiers.is_empty() && self.below(2) == 0 {
            let tier = tiers[self.below(tiers.len() as i64) as usize];
            call.fresh = (tier - 1 + self.below(3) - (call.input() - call.fresh)).max(0);
        }
        call
    }
}
