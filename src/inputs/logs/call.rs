//! One logged call as an adapter hands it over, and the invariants that every call keeps.

use crate::units::{TokenBuckets, Tokens, Usd};

use super::quality;
use super::strings::Sym;

/// When a call began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum When {
    /// Microseconds since 1970-01-01 UTC.
    Absolute(i64),
    /// Microseconds since the start of the session; a date needs an anchor.
    Relative(i64),
    /// Relative, moved to the anchor: microseconds since 1970-01-01 UTC.
    Anchored(i64),
    /// Not in the log.
    #[default]
    None,
}

/// How the call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Answered.
    #[default]
    Ok,
    /// Failed.
    Error,
    /// Cancelled by the caller; the seller bills it all the same.
    Cancelled,
    /// Answered from a gateway's own cache: no seller was called and nothing was billed.
    GatewayCache,
}

impl Status {
    /// The word of the `status` column.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::GatewayCache => "gateway_cache",
        }
    }

    /// The status of a word in a log.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "ok" | "success" | "succeeded" | "completed" => Self::Ok,
            "error" | "failure" | "failed" | "errored" => Self::Error,
            "cancelled" | "canceled" => Self::Cancelled,
            "gateway_cache" => Self::GatewayCache,
            _ => return None,
        })
    }
}

/// What the source's input count means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Convention {
    /// Cached tokens are part of it.
    Inclusive,
    /// Cached tokens are counted apart.
    Exclusive,
    /// Taken to be inclusive because nothing in the file decides it.
    #[default]
    Inferred,
}

impl Convention {
    /// The word of the `in_convention` column.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inclusive => "inclusive",
            Self::Exclusive => "exclusive",
            Self::Inferred => "inferred",
        }
    }
}

/// One call. Token buckets are disjoint; `None` is *not reported*, `Some(0)` is *reported zero*.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Line (or row) of the file, from 1.
    pub line: u64,
    /// Id given by the source.
    pub id: Option<Sym>,
    /// A second id that tells calls with the same first id apart.
    pub request_id: Option<Sym>,
    /// Calls that the row stands for: 1, or more for a bucket.
    pub n_calls: i64,
    /// Whether the row is a sum of calls, also where it does not say of how many.
    pub is_bucket: bool,
    /// When it began.
    pub when: When,
    /// Who bills it.
    pub seller: Option<Sym>,
    /// Who ran the model behind a reseller.
    pub upstream: Option<Sym>,
    /// Model as logged.
    pub model_raw: Option<Sym>,
    /// Public name at a gateway.
    pub model_alias: Option<Sym>,
    /// What kind of call; `chat` if not said.
    pub operation: Option<Sym>,
    /// Pricing mode; `standard` if not said.
    pub mode: Option<Sym>,
    /// Where it was processed.
    pub region: Option<Sym>,
    /// Prompt tokens at the full rate.
    pub in_uncached: Option<i64>,
    /// Prompt tokens read from the cache.
    pub in_cache_read: Option<i64>,
    /// Prompt tokens written to the cache for five minutes or an unstated time.
    pub in_cache_write_5m: Option<i64>,
    /// Prompt tokens written to the cache for an hour.
    pub in_cache_write_1h: Option<i64>,
    /// Everything billed as output.
    pub out_total: Option<i64>,
    /// The part of it that was reasoning.
    pub out_reasoning: Option<i64>,
    /// Billable web searches.
    pub tool_web_search: Option<i64>,
    /// Cost as logged.
    pub cost_reported: Option<Usd>,
    /// What that cost is: `billed`, `estimate`, `notional` or `included`.
    pub cost_kind: Option<Sym>,
    /// Milliseconds from request to last byte.
    pub latency_ms: Option<f64>,
    /// Whether it was streamed.
    pub stream: Option<bool>,
    /// How it ended.
    pub status: Status,
    /// Why generation stopped.
    pub stop_reason: Option<Sym>,
    /// Conversation or agent session.
    pub session_id: Option<Sym>,
    /// Groups retries and fallbacks.
    pub trace_id: Option<Sym>,
    /// Whether a sub-agent made it.
    pub is_subagent: Option<bool>,
    /// Who made it.
    pub user: Option<Sym>,
    /// Key used, as a digest or a name.
    pub key_id: Option<Sym>,
    /// Team or project charged.
    pub team: Option<Sym>,
    /// Application.
    pub app: Option<Sym>,
    /// First tag.
    pub tag: Option<Sym>,
    /// Workload as logged; assigned after the load otherwise.
    pub workload: Option<Sym>,
    /// What the source's input count means.
    pub convention: Convention,
    /// Doubts, see [`quality`].
    pub quality: u32,
}

impl Call {
    /// A call found at `line`, with nothing reported yet.
    pub fn at(line: u64) -> Self {
        Self { line, n_calls: 1, ..Self::default() }
    }

    /// The buckets, with what is not reported as no tokens.
    pub fn buckets(&self) -> TokenBuckets {
        TokenBuckets {
            fresh: self.in_uncached.unwrap_or(0),
            read: self.in_cache_read.unwrap_or(0),
            write_5m: self.in_cache_write_5m.unwrap_or(0),
            write_1h: self.in_cache_write_1h.unwrap_or(0),
            out: self.out_total.unwrap_or(0),
            reasoning: self.out_reasoning.unwrap_or(0),
        }
    }

    /// Every token the row states, reported or not as zero: input buckets plus output.
    pub fn tokens(&self) -> i64 {
        self.buckets().total()
    }

    /// Sum of the input buckets; `None` when the source reports none of them.
    pub fn in_total(&self) -> Option<i64> {
        let buckets = [self.in_uncached, self.in_cache_read, self.in_cache_write_5m, self.in_cache_write_1h];
        buckets.iter().any(Option::is_some).then(|| buckets.iter().flatten().sum())
    }

    /// Checks what must hold for every call and sets the bits that follow from what is missing.
    ///
    /// # Errors
    /// A sentence saying which value cannot be true.
    pub fn checked(mut self) -> Result<Self, String> {
        let counts = [
            ("uncached input", self.in_uncached),
            ("cache-read", self.in_cache_read),
            ("cache-write", self.in_cache_write_5m),
            ("one-hour cache-write", self.in_cache_write_1h),
            ("output", self.out_total),
            ("reasoning", self.out_reasoning),
        ];
        for (name, count) in counts {
            match count {
                Some(n) if n < 0 => return Err(format!("{name} tokens are negative ({n})")),
                Some(n) if n > Tokens::MAX_PER_ROW => {
                    return Err(format!(
                        "{name} tokens are implausible ({n}, more than ten billion in one row)"
                    ));
                }
                _ => {}
            }
        }
        if self.tokens() > Tokens::MAX_PER_ROW {
            return Err(format!("implausible: {} tokens in one row", self.tokens()));
        }
        if self.in_total().is_none() && self.out_total.is_none() {
            return Err("states no tokens".to_owned());
        }
        if self.in_total().is_none() || self.out_total.is_none() {
            self.quality |= quality::USAGE_INCOMPLETE;
        }
        if !(1..=MOST_CALLS).contains(&self.n_calls) {
            return Err(format!("stands for {} calls", self.n_calls));
        }
        if self.tool_web_search.is_some_and(|searches| !(0..=MOST_CALLS).contains(&searches)) {
            return Err("the number of web searches is negative or implausible".to_owned());
        }
        if self.out_reasoning > self.out_total && self.out_total.is_some() {
            return Err(format!(
                "reasoning tokens ({}) are more than the output tokens ({}) that contain them",
                self.out_reasoning.unwrap_or(0),
                self.out_total.unwrap_or(0)
            ));
        }
        if self.model_raw.is_none() {
            self.quality |= quality::MODEL_MISSING;
        }
        if self.when == When::None {
            self.quality |= quality::TS_MISSING;
        }
        if self.mode.is_none() {
            self.quality |= quality::MODE_ASSUMED;
        }
        Ok(self)
    }

    /// Puts the symbols of another table for those of its own.
    pub fn translate(&mut self, by: &[Sym]) {
        let symbols = [
            &mut self.id,
            &mut self.request_id,
            &mut self.seller,
            &mut self.upstream,
            &mut self.cost_kind,
            &mut self.model_raw,
            &mut self.model_alias,
            &mut self.operation,
            &mut self.mode,
            &mut self.region,
            &mut self.stop_reason,
            &mut self.session_id,
            &mut self.trace_id,
            &mut self.user,
            &mut self.key_id,
            &mut self.team,
            &mut self.app,
            &mut self.tag,
            &mut self.workload,
        ];
        for symbol in symbols {
            *symbol = symbol.map(|old| old.translated(by));
        }
    }
}

/// The most calls (or web searches) that one row may stand for.
const MOST_CALLS: i64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_count_is_refused_and_named() {
        let call = Call { in_uncached: Some(1), out_total: Some(-5), ..Call::at(1) };
        assert_eq!(call.checked().err().as_deref(), Some("output tokens are negative (-5)"));
    }

    #[test]
    fn reasoning_never_exceeds_the_output_that_contains_it() {
        assert!(Call { out_total: Some(5), out_reasoning: Some(6), ..Call::at(1) }.checked().is_err());
    }

    #[test]
    fn unreported_input_is_not_zero_input() {
        assert_eq!(Call::at(1).in_total(), None);
        assert_eq!(Call { in_cache_read: Some(0), ..Call::at(1) }.in_total(), Some(0));
    }
}
