//! One line of the log.

/// The columns.
pub const HEADER: &str = "call_id,ts_start,workload,seller,model_raw,operation,mode,in_uncached,in_cache_read,\
in_cache_write_5m,in_cache_write_1h,out_total,out_reasoning,latency_ms,status,session_id,user,team,cost_reported";

/// Where a workload's calls go.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// What the calls are for.
    pub workload: &'static str,
    /// Who pays.
    pub team: &'static str,
    /// Who sells.
    pub seller: &'static str,
    /// The model as the seller lists it.
    pub model: &'static str,
    /// The pricing mode.
    pub mode: &'static str,
}

/// Tokens of a call; `None` is not reported.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Input at the full rate.
    pub in_uncached: u64,
    /// Input read from the cache.
    pub in_cache_read: Option<u64>,
    /// Input written to the cache for five minutes.
    pub in_cache_write_5m: Option<u64>,
    /// Input written to the cache for an hour.
    pub in_cache_write_1h: Option<u64>,
    /// Output, reasoning included.
    pub out_total: u64,
    /// The part of the output that was reasoning.
    pub out_reasoning: Option<u64>,
}

impl Usage {
    /// The same call with less output.
    pub fn cut_to(self, out_total: u64) -> Self {
        Self { out_total, out_reasoning: self.out_reasoning.map(|part| part.min(out_total)), ..self }
    }

    /// No tokens at all, reported in the same columns.
    pub fn emptied(self) -> Self {
        let zero = |tokens: Option<u64>| tokens.map(|_| 0);
        Self {
            in_uncached: 0,
            in_cache_read: zero(self.in_cache_read),
            in_cache_write_5m: zero(self.in_cache_write_5m),
            in_cache_write_1h: zero(self.in_cache_write_1h),
            out_total: 0,
            out_reasoning: zero(self.out_reasoning),
        }
    }
}

/// How the call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Answered.
    Ok,
    /// Failed.
    Error,
    /// Cancelled by the caller.
    Cancelled,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What the gateway says the call cost.
#[derive(Debug, Clone, Copy)]
pub enum Claim {
    /// Nothing.
    Absent,
    /// The list price of Claude Haiku 4.5.
    Right,
    /// The list price with the cache writes charged twice: as input and as writes.
    WritesTwice,
}

/// A call as logged, without its id.
#[derive(Debug, Clone)]
pub struct Row {
    /// Milliseconds from the start of the log.
    pub start_ms: u64,
    /// Where it went.
    pub route: Route,
    /// Its tokens.
    pub usage: Usage,
    /// Time to the last token.
    pub latency_ms: Option<u64>,
    /// How it ended.
    pub status: Status,
    /// The conversation it belongs to, or nothing.
    pub session: String,
    /// Number of the user.
    pub user: u64,
    /// The reported cost.
    pub claim: Claim,
}

impl Row {
    /// The line, without its end.
    pub fn csv(&self, id: &str) -> String {
        let (route, usage) = (&self.route, &self.usage);
        [
            id,
            &timestamp(self.start_ms),
            route.workload,
            route.seller,
            route.model,
            "chat",
            route.mode,
            &usage.in_uncached.to_string(),
            &optional(usage.in_cache_read),
            &optional(usage.in_cache_write_5m),
            &optional(usage.in_cache_write_1h),
            &usage.out_total.to_string(),
            &optional(usage.out_reasoning),
            &optional(self.latency_ms),
            self.status.word(),
            &self.session,
            &format!("user-{:02}", self.user),
            route.team,
            &self.cost(),
        ]
        .join(",")
    }

    /// US dollars. The rates are in hundred-millionths of a dollar per token, so the sum is exact.
    fn cost(&self) -> String {
        let usage = &self.usage;
        let write_rate = match self.claim {
            Claim::Absent => return String::new(),
            Claim::Right => 125,
            Claim::WritesTwice => 125 + 100,
        };
        let units = usage.in_uncached * 100
            + usage.in_cache_read.unwrap_or(0) * 10
            + usage.in_cache_write_5m.unwrap_or(0) * write_rate
            + usage.in_cache_write_1h.unwrap_or(0) * 200
            + usage.out_total * 500;
        format!("{}.{:08}", units / 100_000_000, units % 100_000_000)
    }
}

fn optional(number: Option<u64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// The log starts on Monday, 2026-10-12, and ends within November.
fn timestamp(start_ms: u64) -> String {
    let (seconds, day) = (start_ms / 1000, start_ms / 86_400_000);
    let (month, date) = if day < 20 { (10, day + 12) } else { (11, day - 19) };
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("2026-{month}-{date:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", start_ms % 1000)
}
