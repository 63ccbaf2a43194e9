//! Exact pricing of calls, beside the `genai-prices` crate in the same run.
//!
//! `cargo bench --bench pricing` draws calls over every offer that both know and agree on, in all modes, on days from 2024
//! to 2026 and on both sides of context tiers; prices them with both on one thread and on four; and prints the rates and
//! their ratio. Both totals must be the same.

use std::io::Write as _;
use std::time::{Duration, Instant, SystemTime};

use genai_prices::{Calculator, PriceRequest, Usage, UsageKey};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use rayon::prelude::*;
use switchpoint::inputs::embedded::Facts;
use switchpoint::inputs::models::{Models, is_free_variant, mode_of_name, region_of_name};
use switchpoint::inputs::prices::{OfferId, PriceBook, Pricer, Series};
use switchpoint::units::{Mode, TokenBuckets};

/// Calls that the price book prices; the crate gets every [`EVERY`]th of them.
const CALLS: usize = 8_000_000;
const EVERY: usize = 100;
/// Calls of an offer on which both must agree before it takes part.
const PROBES: usize = 64;
const RUNS: usize = 5;
const THREADS: usize = 4;

/// A model at a seller, in the words of the crate, and its prices by mode.
struct Pair {
    provider: String,
    model: String,
    offer: OfferId,
    series: [Series; 5],
}

/// Columns of calls.
#[derive(Default)]
struct Calls {
    pair: Vec<u32>,
    mode: Vec<Mode>,
    series: Vec<Series>,
    micros: Vec<i64>,
    tokens: Vec<TokenBuckets>,
}

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        (self.0.next_u64() % limit.max(1).unsigned_abs()).cast_signed()
    }

    /// A call from 2024 until November 2026; half of those of an offer with context tiers lie at a threshold.
    fn call(&mut self, tiers: &[i64]) -> (Mode, i64, TokenBuckets) {
        let mode = Mode::ALL[[0, 0, 0, 0, 0, 0, 1, 1, 2, 3][self.below(10) as usize]];
        let micros = (1_704_067_200 + self.below(1_054 * 86_400)) * 1_000_000;
        let scale = [4_000, 40_000, 300_000][self.below(3) as usize];
        let mut tokens = TokenBuckets {
            fresh: self.below(scale),
            read: self.below(scale),
            write_5m: self.below(scale / 8),
            out: self.below(scale / 4),
            ..TokenBuckets::default()
        };
        if !tiers.is_empty() && self.below(2) == 0 {
            let tier = tiers[self.below(tiers.len() as i64) as usize];
            tokens.fresh = (tier - 1 + self.below(3) - tokens.read - tokens.write_5m).max(0);
        }
        (mode, micros, tokens)
    }
}

/// What the crate makes of a call, in dollars.
fn theirs(pair: &Pair, mode: Mode, micros: i64, tokens: &TokenBuckets) -> Option<f64> {
    let usage = Usage::from([
        (UsageKey::INPUT_TOKENS, tokens.input() as f64),
        (UsageKey::CACHE_READ_TOKENS, tokens.read as f64),
        (UsageKey::CACHE_WRITE_TOKENS, tokens.write_5m as f64),
        (UsageKey::OUTPUT_TOKENS, tokens.out as f64),
    ]);
    let time = SystemTime::UNIX_EPOCH + Duration::from_micros(micros.unsigned_abs());
    let mut request =
        PriceRequest::new(&pair.model, &usage).with_provider_id(&pair.provider).with_timestamp(time);
    match mode {
        Mode::Standard => {}
        Mode::Batch => request = request.with_price_context("processing", "batch"),
        Mode::Flex => request = request.with_price_context("service_tier", "flex"),
        Mode::Priority => request = request.with_price_context("service_tier", "priority"),
        Mode::Fast => request = request.with_price_context("speed", "fast"),
    }
    Calculator::bundled().calculate(&request).ok().map(|price| price.total_price)
}

fn equal(dollars: f64, pico: i64) -> bool {
    let own = pico as f64 / 1e12;
    (dollars - own).abs() <= 1e-9 * dollars.abs().max(own)
}

fn tiers_of(book: &PriceBook, offer: OfferId) -> Vec<i64> {
    book.rates(offer).iter().map(|held| held.rate.tier.least).filter(|least| *least > 0).collect()
}

/// Every offer on which both agree.
fn pairs(book: &PriceBook, models: &Models, pricer: &mut Pricer<'_>, dice: &mut Dice) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for provider in Calculator::bundled().providers() {
        let Some(seller) = book.seller_named(provider.id()).map(|seller| seller.id.clone()) else { continue };
        let plain = |name: &str| {
            !is_free_variant(name) && mode_of_name(name).is_none() && region_of_name(name).is_none()
        };
        for model in provider.models().filter(|model| plain(model.id())) {
            let Some(known) = book.resolve(model.id(), Some(provider.id()), models) else { continue };
            let own = |offer: &OfferId| book.seller_of(*offer).id == seller;
            let Some(offer) = book.offers_of(known).iter().copied().find(own) else { continue };
            let series = Mode::ALL.map(|mode| pricer.series(offer, mode, None));
            let pair =
                Pair { provider: provider.id().to_owned(), model: model.id().to_owned(), offer, series };
            let tiers = tiers_of(book, offer);
            let mut sold = 0;
            let agree = (0..PROBES).all(|_| {
                let (mode, micros, tokens) = dice.call(&tiers);
                let own = pricer.cost(pair.series[mode as usize], micros, &tokens);
                sold += usize::from(own.is_some());
                own.is_none_or(|own| {
                    theirs(&pair, mode, micros, &tokens).is_some_and(|theirs| equal(theirs, own))
                })
            });
            if agree && sold > 0 {
                pairs.push(pair);
            }
        }
    }
    pairs
}

/// Calls of these offers, each on a day on which it was sold.
fn draw(book: &PriceBook, pairs: &[Pair], pricer: &Pricer<'_>, dice: &mut Dice) -> Calls {
    let tiers: Vec<Vec<i64>> = pairs.iter().map(|pair| tiers_of(book, pair.offer)).collect();
    let mut calls = Calls::default();
    while calls.pair.len() < CALLS {
        let at = dice.below(pairs.len() as i64) as usize;
        let (mode, micros, tokens) = dice.call(&tiers[at]);
        let series = pairs[at].series[mode as usize];
        let Some(cost) = pricer.cost(series, micros, &tokens) else { continue };
        // What the crate prices as well must come to the same total: probes miss a price that changed for some days.
        let both = calls.pair.len().is_multiple_of(EVERY);
        if !both || theirs(&pairs[at], mode, micros, &tokens).is_some_and(|theirs| equal(theirs, cost)) {
            calls.pair.push(at as u32);
            calls.mode.push(mode);
            calls.series.push(series);
            calls.micros.push(micros);
            calls.tokens.push(tokens);
        }
    }
    calls
}

/// The least time of several runs, and what the last of them gave.
fn timed<T>(threads: usize, work: impl Fn() -> T + Sync + Send) -> (Duration, T)
where
    T: Send,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| {
        let mut best = (Duration::MAX, work());
        for _ in 0..RUNS {
            let start = Instant::now();
            let result = work();
            best = (best.0.min(start.elapsed()), result);
        }
        best
    })
}

fn main() {
    let models = Models::load(&Facts::embedded()).expect("models");
    let book = PriceBook::load(&Facts::embedded(), &models).expect("a book");
    let mut pricer = Pricer::new(&book);
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(7));
    let pairs = pairs(&book, &models, &mut pricer, &mut dice);
    let calls = draw(&book, &pairs, &pricer, &mut dice);
    let rows: Vec<usize> = (0..CALLS).collect();
    let few: Vec<usize> = (0..CALLS).step_by(EVERY).collect();

    let own = |rows: &[usize]| -> i128 {
        let cost = |row: &usize| pricer.cost(calls.series[*row], calls.micros[*row], &calls.tokens[*row]);
        rows.par_chunks(65_536).map(|rows| rows.iter().filter_map(cost).map(i128::from).sum::<i128>()).sum()
    };
    let other = |rows: &[usize]| -> f64 {
        let cost = |row: &usize| {
            theirs(
                &pairs[calls.pair[*row] as usize],
                calls.mode[*row],
                calls.micros[*row],
                &calls.tokens[*row],
            )
        };
        rows.par_chunks(1_024).map(|rows| rows.iter().filter_map(cost).sum::<f64>()).sum()
    };
    let (ours_1, _) = timed(1, || own(&rows));
    let (ours_4, _) = timed(THREADS, || own(&rows));
    let (theirs_1, _) = timed(1, || other(&few));
    let (theirs_4, sum) = timed(THREADS, || other(&few));
    let same = own(&few);

    let rate = |time: Duration, calls: usize| calls as f64 / time.as_secs_f64() / 1e6;
    let (a1, a4) = (rate(ours_1, CALLS), rate(ours_4, CALLS));
    let (b1, b4) = (rate(theirs_1, few.len()), rate(theirs_4, few.len()));
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("standard output");
    say(format!(
        "{CALLS} calls of {} offers in {} series, 2024 to 2026, least of {RUNS} runs",
        pairs.len(),
        pairs.len() * 5
    ));
    say("                    1 thread     4 threads".to_owned());
    say(format!("price book      {a1:8.1} M/s  {a4:8.1} M/s   exact, picodollars"));
    say(format!("genai-prices    {b1:8.3} M/s  {b4:8.3} M/s   every {EVERY}th call, floats"));
    say(format!("ratio           {:8.0}      {:8.0}", a1 / b1, a4 / b4));
    say(format!("the same {} calls: ${:.9} and ${sum:.9}", few.len(), same as f64 / 1e12));
    assert!((sum - same as f64 / 1e12).abs() <= 1e-9 * sum, "the totals differ");
}
