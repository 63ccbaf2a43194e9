//! The two workloads whose calls build on each other: each turn sends everything before it again.

use super::super::dice::{Dice, Rhythm};
use super::super::row::{Claim, Route, Row, Status, Usage};

const CHAT_TURNS: usize = 2_188;
const FINE_TUNE_TURNS: usize = 12;
const AGENT_TURNS: usize = 900;
/// Share of Claude in the chat, and of the smaller model in the agent.
const FIRST_PERCENT: usize = 70;
/// A cache entry of five minutes is gone after this time.
const CACHE_MS: u64 = 300_000;
/// System prompt of the chat; Claude Haiku 4.5 caches nothing below 4,096 tokens.
const CLAUDE_SYSTEM: u64 = 4_212;
const GPT_SYSTEM: u64 = 1_064;
/// System prompt and tools of the agent.
const AGENT_SYSTEM: u64 = 18_400;
/// The agent summarises its conversation before the context exceeds this.
const AGENT_LIMIT: u64 = 180_000;
/// Share of the gateway's costs in which cache writes count twice.
const WRITES_TWICE_PERCENT: u64 = 15;

const CHAT_RHYTHM: Rhythm = Rhythm {
    week: [20, 18, 17, 17, 16, 6, 5],
    hours: [1, 0, 0, 0, 0, 1, 3, 6, 10, 13, 13, 12, 10, 11, 12, 12, 10, 8, 6, 5, 4, 3, 2, 0],
    quiet_days: 0,
};
const AGENT_RHYTHM: Rhythm = Rhythm {
    week: [18, 20, 20, 19, 15, 2, 2],
    hours: [0, 0, 0, 0, 0, 0, 0, 2, 8, 12, 12, 10, 5, 9, 12, 12, 10, 6, 2, 2, 1, 0, 0, 0],
    quiet_days: 0,
};

const CHAT_CLAUDE: Route = Route {
    workload: "support-chat",
    team: "support",
    seller: "anthropic",
    model: "claude-haiku-4-5-20251001",
    mode: "standard",
};
const CHAT_GPT: Route = Route { seller: "openai", model: "gpt-5-mini", ..CHAT_CLAUDE };
const CHAT_FINE_TUNE: Route = Route { seller: "internal-gateway", model: "acme-support-ft-2", ..CHAT_CLAUDE };
const AGENT_SONNET: Route = Route {
    workload: "coding-agent",
    team: "platform",
    seller: "anthropic",
    model: "claude-sonnet-4-5-20250929",
    mode: "standard",
};
const AGENT_OPUS: Route = Route { model: "claude-opus-4-6", ..AGENT_SONNET };

/// The prefix of a conversation that a cache may hold, and when it was last used.
struct Prefix {
    /// System prompt.
    system: u64,
    /// Everything after it that earlier turns have sent or received.
    history: u64,
    /// Tokens the cache holds for five minutes.
    cached: u64,
    /// Whether the system prompt is cached for an hour instead.
    long_lived: bool,
}

impl Prefix {
    fn new(system: u64, long_lived: bool) -> Self {
        Self { system, history: 0, cached: 0, long_lived }
    }

    /// Claude's usage of the next turn: what the cache holds is read, the rest of the prefix is written, and `fresh`
    /// is new.
    fn turn(&mut self, idle_ms: u64, fresh: u64, out_total: u64) -> Usage {
        let first = self.cached == 0;
        let kept_hour = if self.long_lived { self.system } else { 0 };
        let read = match (first, idle_ms < CACHE_MS) {
            (true, _) => 0,
            (false, true) => self.cached,
            (false, false) => kept_hour,
        };
        let whole = self.system + self.history;
        let write_1h = if first { kept_hour } else { 0 };
        self.cached = whole;
        self.history += fresh + out_total;
        Usage {
            in_uncached: fresh,
            in_cache_read: Some(read),
            in_cache_write_5m: Some(whole - read - write_1h),
            in_cache_write_1h: Some(write_1h),
            out_total,
            out_reasoning: None,
        }
    }
}

/// The support chat: Claude with a cached system prompt, GPT-5 mini beside it, and a trial of a fine-tuned model.
pub fn support_chat(dice: &mut Dice) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut claude = 0;
    for number in 1.. {
        let left = CHAT_TURNS - rows.len();
        if left == 0 {
            break;
        }
        let turns = (dice.skewed(2, 4, 9) as usize).min(left);
        let first = claude * 100 <= rows.len() * FIRST_PERCENT;
        claude += if first { turns } else { 0 };
        let route = if first { CHAT_CLAUDE } else { CHAT_GPT };
        rows.extend(chat(route, &format!("s-{number:03}"), turns, dice));
    }
    for number in 1..=FINE_TUNE_TURNS / 4 {
        rows.extend(chat(CHAT_FINE_TUNE, &format!("t-{number}"), 4, dice));
    }
    rows
}

/// One conversation with a customer.
fn chat(route: Route, session: &str, turns: usize, dice: &mut Dice) -> Vec<Row> {
    let mut prefix = Prefix::new(CLAUDE_SYSTEM, false);
    let mut history = GPT_SYSTEM;
    let mut start_ms = dice.moment(&CHAT_RHYTHM);
    let user = dice.between(1, 14);
    let mut rows = Vec::with_capacity(turns);
    for turn in 0..turns {
        let idle_ms = chat_pause(dice);
        start_ms += idle_ms;
        let fresh = dice.skewed(40, 140, 700);
        let out_total = dice.skewed(100, 220, 500);
        let usage = match route.seller {
            "anthropic" => prefix.turn(idle_ms, fresh, out_total),
            "openai" => gpt_turn(history, turn > 0 && idle_ms < CACHE_MS, fresh, out_total, dice),
            _ => Usage { in_uncached: history + fresh, out_total, ..Usage::default() },
        };
        history += fresh + out_total;
        let latency_ms = Some(dice.skewed(300, 600, 2_500) + out_total * 9);
        let claim = if route.seller == "anthropic" { gateway_claim(dice) } else { Claim::Absent };
        let session = session.to_owned();
        rows.push(Row { start_ms, route, usage, latency_ms, status: Status::Ok, session, user, claim });
    }
    rows
}

/// Customers answer within minutes, but some go away and come back.
fn chat_pause(dice: &mut Dice) -> u64 {
    if dice.percent(8) { dice.between(310_000, 1_200_000) } else { dice.skewed(15_000, 60_000, 280_000) }
}

fn gateway_claim(dice: &mut Dice) -> Claim {
    if dice.percent(WRITES_TWICE_PERCENT) { Claim::WritesTwice } else { Claim::Right }
}

/// OpenAI caches by itself, in steps of 128 tokens; writing is free and not reported.
fn gpt_turn(history: u64, warm: bool, fresh: u64, out_total: u64, dice: &mut Dice) -> Usage {
    let cached = if warm { history / 128 * 128 } else { 0 };
    Usage {
        in_uncached: history + fresh - cached,
        in_cache_read: Some(cached),
        out_total,
        out_reasoning: Some(dice.share(out_total, 0, 60) / 64 * 64),
        ..Usage::default()
    }
}

/// The coding agent: long sessions on Claude Sonnet, some on Claude Opus.
pub fn coding_agent(dice: &mut Dice) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut sonnet = 0;
    for number in 1.. {
        let left = AGENT_TURNS - rows.len();
        if left == 0 {
            break;
        }
        let turns = (dice.skewed(8, 24, 55) as usize).min(left);
        let first = sonnet * 100 <= rows.len() * FIRST_PERCENT;
        sonnet += if first { turns } else { 0 };
        let route = if first { AGENT_SONNET } else { AGENT_OPUS };
        rows.extend(agent(route, &format!("a-{number:02}"), turns, dice));
    }
    rows
}

/// One task of a programmer: tool results pile up in the context.
fn agent(route: Route, session: &str, turns: usize, dice: &mut Dice) -> Vec<Row> {
    let mut prefix = Prefix::new(AGENT_SYSTEM, dice.percent(30));
    prefix.history = dice.skewed(1_600, 4_000, 20_000);
    let mut start_ms = dice.moment(&AGENT_RHYTHM);
    let user = dice.between(21, 28);
    let mut rows = Vec::with_capacity(turns);
    for _ in 0..turns {
        let idle_ms = if dice.percent(5) { dice.between(310_000, 1_500_000) } else { agent_pause(dice) };
        start_ms += idle_ms;
        let (fresh, out_total) = (dice.between(3, 12), dice.skewed(200, 450, 2_000));
        let usage = prefix.turn(idle_ms, fresh, out_total);
        grow(&mut prefix, dice);
        let latency_ms = Some(dice.skewed(900, 1_800, 7_000) + out_total * 15);
        let (session, claim) = (session.to_owned(), Claim::Absent);
        rows.push(Row { start_ms, route, usage, latency_ms, status: Status::Ok, session, user, claim });
    }
    rows
}

fn agent_pause(dice: &mut Dice) -> u64 {
    dice.skewed(12_000, 30_000, 150_000)
}

/// Adds a tool result; near the limit the conversation is replaced by a summary, which empties the cache behind the
/// system prompt.
fn grow(prefix: &mut Prefix, dice: &mut Dice) {
    prefix.history += dice.skewed(300, 2_000, 9_000);
    if prefix.system + prefix.history > AGENT_LIMIT {
        prefix.history = dice.skewed(4_000, 8_000, 15_000);
        prefix.cached = prefix.system;
    }
}
