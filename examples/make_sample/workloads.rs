//! The five workloads: who calls which model when, and with how many tokens.

#[path = "sessions.rs"]
mod sessions;

use super::dice::{Dice, Rhythm};
use super::row::{Claim, Route, Row, Status, Usage};

const EXTRACTIONS: u64 = 1_100;
const DOCUMENTS: u64 = 250;
const BATCHED: u64 = 400;
const REWRITTEN: u64 = 100;

const OFFICE: [u32; 24] = [0, 0, 0, 0, 0, 0, 1, 4, 9, 12, 12, 10, 6, 9, 12, 11, 10, 6, 3, 1, 0, 0, 0, 0];
const NIGHT: [u32; 24] = [0, 3, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

const EXTRACTION_RHYTHM: Rhythm = Rhythm { week: [22, 20, 20, 19, 16, 2, 1], hours: OFFICE, quiet_days: 0 };
const DOCUMENT_RHYTHM: Rhythm = Rhythm { week: [18, 22, 22, 20, 15, 1, 0], hours: OFFICE, quiet_days: 0 };
/// The batch went live on the third day, the first for which the price sheet has a batch rate.
const BATCH_RHYTHM: Rhythm = Rhythm { week: [10, 10, 10, 10, 10, 7, 7], hours: NIGHT, quiet_days: 2 };

const EXTRACTION: Route =
    Route { workload: "extraction", team: "data", seller: "openai", model: "gpt-4.1-mini", mode: "standard" };
const DOCUMENT: Route = Route {
    workload: "long-documents",
    team: "legal",
    seller: "google",
    model: "gemini-2.5-pro",
    mode: "standard",
};
const BATCH: Route =
    Route { workload: "nightly-batch", team: "data", seller: "openai", model: "gpt-5.4", mode: "batch" };
const OPEN_WEIGHTS: Route =
    Route { seller: "deepinfra", model: "deepseek-ai/DeepSeek-V3.2", mode: "standard", ..BATCH };

/// The calls of every workload, unsorted.
pub fn all() -> Vec<Row> {
    let mut rows = sessions::support_chat(&mut Dice::new(1));
    rows.extend(sessions::coding_agent(&mut Dice::new(2)));
    let mut dice = Dice::new(3);
    rows.extend((0..EXTRACTIONS).map(|index| extraction(index, &mut dice)));
    let mut dice = Dice::new(4);
    rows.extend((0..DOCUMENTS).map(|_| document(&mut dice)));
    let mut dice = Dice::new(5);
    rows.extend((0..BATCHED).map(|_| batched(&mut dice)));
    rows.extend((0..REWRITTEN).map(|_| rewritten(&mut dice)));
    rows
}

/// A call outside any conversation, answered and without a reported cost.
fn single(route: Route, start_ms: u64, user: u64, usage: Usage) -> Row {
    let (status, claim) = (Status::Ok, Claim::Absent);
    Row { start_ms, route, usage, latency_ms: None, status, session: String::new(), user, claim }
}

/// Mostly fresh input: only the schema at the start of the prompt is sometimes still cached, in steps of 128 tokens.
fn extraction(index: u64, dice: &mut Dice) -> Row {
    let input = dice.skewed(2_000, 3_600, 8_000);
    let cached = if dice.percent(15) { 128 * dice.between(8, 14) } else { 0 };
    let usage = Usage {
        in_uncached: input - cached,
        in_cache_read: Some(cached),
        out_total: dice.skewed(50, 120, 300),
        out_reasoning: Some(0),
        ..Usage::default()
    };
    let route = Route { model: extraction_model(index), ..EXTRACTION };
    let row = single(route, dice.moment(&EXTRACTION_RHYTHM), dice.between(31, 36), usage);
    Row { latency_ms: Some(dice.skewed(250, 500, 2_000) + usage.out_total * 11), ..row }
}

/// Ten calls try a newer model that has a price but no score, and five have lost their model.
fn extraction_model(index: u64) -> &'static str {
    match index % 220 {
        0 => "",
        50 | 160 => "gpt-5.4-mini",
        _ => EXTRACTION.model,
    }
}

/// Contracts and case files, on both sides of the seller's 200,000-token tier; much of the output is reasoning.
fn document(dice: &mut Dice) -> Row {
    let out_total = dice.skewed(800, 1_600, 3_000);
    let usage = Usage {
        in_uncached: dice.skewed(60_000, 110_000, 400_000),
        in_cache_read: Some(0),
        out_total,
        out_reasoning: Some(dice.share(out_total, 30, 65)),
        ..Usage::default()
    };
    let row = single(DOCUMENT, dice.moment(&DOCUMENT_RHYTHM), dice.between(51, 56), usage);
    let latency = dice.skewed(3_000, 5_000, 15_000) + usage.in_uncached / 20 + out_total * 9;
    Row { latency_ms: Some(latency), ..row }
}

/// Summaries at half price; a batch reports no latency.
fn batched(dice: &mut Dice) -> Row {
    let out_total = dice.skewed(300, 700, 1_500);
    let usage = Usage {
        in_uncached: dice.skewed(3_000, 8_000, 20_000),
        in_cache_read: Some(0),
        out_total,
        out_reasoning: Some(dice.share(out_total, 0, 30)),
        ..Usage::default()
    };
    single(BATCH, dice.moment(&BATCH_RHYTHM), 41, usage)
}

/// The same work on open weights; this seller's log has no cache columns.
fn rewritten(dice: &mut Dice) -> Row {
    let usage = Usage {
        in_uncached: dice.skewed(3_000, 8_000, 20_000),
        out_total: dice.skewed(300, 700, 1_500),
        ..Usage::default()
    };
    let row = single(OPEN_WEIGHTS, dice.moment(&BATCH_RHYTHM), 41, usage);
    Row { latency_ms: Some(dice.skewed(600, 1_200, 6_000) + usage.out_total * 28), ..row }
}
