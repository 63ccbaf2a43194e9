//! Usage objects as sellers and gateways write them, turned into disjoint buckets.
//!
//! Three shapes occur: Anthropic's own (`input_tokens` without the cache), OpenAI's (`prompt_tokens` or
//! `input_tokens` with the cache inside, details in sub-objects), and gateways' mixtures of both, in which
//! `prompt_tokens` of an Anthropic model may or may not contain the cache writes.

use serde::Deserialize;

use super::call::{Call, Convention};
use super::quality;
use super::values::{Raw, integer, object};

/// The fields of every known shape; all optional.
#[derive(Debug, Default, Deserialize)]
pub struct Usage<'a> {
    #[serde(borrow)]
    input_tokens: Raw<'a>,
    #[serde(borrow)]
    output_tokens: Raw<'a>,
    #[serde(borrow)]
    prompt_tokens: Raw<'a>,
    #[serde(borrow)]
    completion_tokens: Raw<'a>,
    #[serde(borrow)]
    total_tokens: Raw<'a>,
    #[serde(borrow)]
    cache_read_input_tokens: Raw<'a>,
    #[serde(borrow)]
    cache_creation_input_tokens: Raw<'a>,
    #[serde(borrow)]
    cache_creation: Raw<'a>,
    #[serde(borrow)]
    prompt_tokens_details: Raw<'a>,
    #[serde(borrow)]
    input_tokens_details: Raw<'a>,
    #[serde(borrow)]
    completion_tokens_details: Raw<'a>,
    #[serde(borrow)]
    output_tokens_details: Raw<'a>,
    #[serde(borrow)]
    server_tool_use: Raw<'a>,
}

#[derive(Debug, Default, Deserialize)]
struct InputDetails<'a> {
    #[serde(borrow)]
    cached_tokens: Raw<'a>,
    #[serde(borrow)]
    cache_write_tokens: Raw<'a>,
    #[serde(borrow)]
    cache_creation_tokens: Raw<'a>,
    #[serde(borrow)]
    cache_creation_token_details: Raw<'a>,
}

#[derive(Debug, Default, Deserialize)]
struct Lifetimes<'a> {
    #[serde(borrow)]
    ephemeral_5m_input_tokens: Raw<'a>,
    #[serde(borrow)]
    ephemeral_1h_input_tokens: Raw<'a>,
}

#[derive(Debug, Default, Deserialize)]
struct OutputDetails<'a> {
    #[serde(borrow)]
    reasoning_tokens: Raw<'a>,
}

#[derive(Debug, Default, Deserialize)]
struct ServerTools<'a> {
    #[serde(borrow)]
    web_search_requests: Raw<'a>,
}

/// The first of two that is an object; empty details where neither is.
fn either<'a, T: Deserialize<'a> + Default>(first: Raw<'a>, second: Raw<'a>) -> Result<T, String> {
    match object(first)? {
        Some(details) => Ok(details),
        None => Ok(object(second)?.unwrap_or_default()),
    }
}

/// The larger of two counts, where at least one is reported. Streams through gateways state a zero in one place and
/// the count in another.
fn larger(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    a.max(b)
}

impl Usage<'_> {
    /// Writes the buckets of this usage into `call`.
    ///
    /// # Errors
    /// A sentence saying which count is no whole number or contradicts another.
    pub fn fill(&self, call: &mut Call) -> Result<(), String> {
        let input_details: InputDetails = either(self.prompt_tokens_details, self.input_tokens_details)?;
        let output_details: OutputDetails =
            either(self.completion_tokens_details, self.output_tokens_details)?;
        let lifetimes: Lifetimes = either(self.cache_creation, input_details.cache_creation_token_details)?;
        let tools: ServerTools = either(self.server_tool_use, None)?;

        let read = larger(
            integer(self.cache_read_input_tokens, "cache_read_input_tokens")?,
            integer(input_details.cached_tokens, "cached_tokens")?,
        );
        let written = larger(
            integer(self.cache_creation_input_tokens, "cache_creation_input_tokens")?,
            larger(
                integer(input_details.cache_write_tokens, "cache_write_tokens")?,
                integer(input_details.cache_creation_tokens, "cache_creation_tokens")?,
            ),
        );
        let stated_5m = integer(lifetimes.ephemeral_5m_input_tokens, "ephemeral_5m_input_tokens")?;
        let stated_1h = integer(lifetimes.ephemeral_1h_input_tokens, "ephemeral_1h_input_tokens")?;
        set_cache_writes(call, written, stated_5m, stated_1h);
        call.in_cache_read = read;

        self.set_uncached(call)?;
        call.out_total = larger(
            integer(self.completion_tokens, "completion_tokens")?,
            integer(self.output_tokens, "output_tokens")?,
        );
        call.out_reasoning = integer(output_details.reasoning_tokens, "reasoning_tokens")?;
        call.tool_web_search = integer(tools.web_search_requests, "web_search_requests")?;
        if call.in_cache_read.is_none()
            && call.in_cache_write_5m.is_none()
            && call.in_cache_write_1h.is_none()
        {
            call.quality |= quality::CACHE_UNKNOWN;
        }
        if let Some(total) = integer(self.total_tokens, "total_tokens")? {
            check_total(call, total);
        }
        Ok(())
    }

    /// Input without the cache, by the convention of the shape.
    fn set_uncached(&self, call: &mut Call) -> Result<(), String> {
        let read = call.in_cache_read.unwrap_or(0);
        let written = call.in_cache_write_5m.unwrap_or(0) + call.in_cache_write_1h.unwrap_or(0);
        let openai_responses = self.input_tokens_details.is_some() || self.output_tokens_details.is_some();
        if let Some(prompt) = integer(self.prompt_tokens, "prompt_tokens")? {
            // Gateways changed what they add: the count itself tells whether the writes are inside.
            let inside = if prompt >= read + written { read + written } else { read };
            call.convention = Convention::Inclusive;
            call.in_uncached = Some(without_cache(prompt, inside)?);
        } else if let Some(input) = integer(self.input_tokens, "input_tokens")? {
            let anthropic = self.cache_read_input_tokens.is_some()
                || self.cache_creation_input_tokens.is_some()
                || self.cache_creation.is_some();
            if openai_responses && !anthropic {
                call.convention = Convention::Inclusive;
                call.in_uncached = Some(without_cache(input, read + written)?);
            } else {
                call.convention = Convention::Exclusive;
                call.in_uncached = Some(input);
            }
        }
        Ok(())
    }

    /// Whether any token count is there at all.
    pub fn has_tokens(&self) -> bool {
        [self.input_tokens, self.output_tokens, self.prompt_tokens, self.completion_tokens]
            .into_iter()
            .any(|count| matches!(integer(count, "tokens"), Ok(Some(_)) | Err(_)))
    }
}

/// `total − cached`; a negative result means that the convention was guessed wrong, and is never clamped.
///
/// # Errors
/// A sentence with both counts.
pub fn without_cache(total: i64, cached: i64) -> Result<i64, String> {
    if cached > total {
        return Err(format!(
            "{cached} cached tokens do not fit into {total} input tokens that should contain them"
        ));
    }
    Ok(total - cached)
}

/// Splits cache writes by lifetime. Writes beyond the stated ones count as five minutes.
pub fn set_cache_writes(
    call: &mut Call,
    written: Option<i64>,
    stated_5m: Option<i64>,
    stated_1h: Option<i64>,
) {
    let stated = stated_5m.unwrap_or(0).saturating_add(stated_1h.unwrap_or(0));
    let unstated = written.unwrap_or(0).saturating_sub(stated).max(0);
    if unstated > 0 && (stated_5m.is_some() || stated_1h.is_some()) {
        call.quality |= quality::BREAKDOWN_SHORT;
    }
    call.in_cache_write_1h = stated_1h;
    call.in_cache_write_5m = if written.is_some() || stated_5m.is_some() {
        Some(stated_5m.unwrap_or(0).saturating_add(unstated))
    } else {
        None
    };
}

/// Flags a logged total that is not the sum of its parts.
pub fn check_total(call: &mut Call, logged: i64) {
    if call.in_total().is_some() && call.out_total.is_some() && logged != call.tokens() {
        call.quality |= quality::TOTAL_MISMATCH;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Call {
        let usage: Usage = serde_json::from_str(json).expect("json");
        let mut call = Call::at(1);
        usage.fill(&mut call).expect("buckets");
        call
    }

    fn buckets(call: &Call) -> [Option<i64>; 4] {
        [call.in_uncached, call.in_cache_read, call.in_cache_write_5m, call.out_total]
    }

    #[test]
    fn the_anthropic_shape_counts_the_cache_apart() {
        let call = read(
            r#"{"input_tokens":3,"cache_creation_input_tokens":12304,"cache_read_input_tokens":0,"output_tokens":550}"#,
        );
        assert_eq!(buckets(&call), [Some(3), Some(0), Some(12_304), Some(550)]);
        assert_eq!(call.convention, Convention::Exclusive);
    }

    #[test]
    fn the_openai_shapes_contain_the_cache_and_its_writes() {
        let chat = read(
            r#"{"prompt_tokens":1000,"completion_tokens":50,"total_tokens":1050,"prompt_tokens_details":{"cached_tokens":400,"cache_write_tokens":100}}"#,
        );
        assert_eq!(buckets(&chat), [Some(500), Some(400), Some(100), Some(50)]);
        let responses = read(
            r#"{"input_tokens":1000,"output_tokens":50,"total_tokens":1050,"input_tokens_details":{"cached_tokens":400},"output_tokens_details":{"reasoning_tokens":20}}"#,
        );
        assert_eq!(buckets(&responses), [Some(600), Some(400), None, Some(50)]);
        assert_eq!(responses.out_reasoning, Some(20));
        assert_eq!(responses.quality & quality::TOTAL_MISMATCH, 0);
    }

    #[test]
    fn a_zero_in_the_details_does_not_hide_the_reads_beside_it() {
        let call = read(
            r#"{"total_tokens":2482,"prompt_tokens":2459,"completion_tokens":23,"prompt_tokens_details":{"cached_tokens":0},"cache_read_input_tokens":2455,"cache_creation_input_tokens":0}"#,
        );
        assert_eq!(buckets(&call), [Some(4), Some(2_455), Some(0), Some(23)]);
    }

    #[test]
    fn a_prompt_smaller_than_its_writes_excludes_them() {
        let call = read(
            r#"{"completion_tokens":467,"prompt_tokens":31,"total_tokens":498,"cache_creation_input_tokens":1253,"cache_read_input_tokens":0}"#,
        );
        assert_eq!(buckets(&call), [Some(31), Some(0), Some(1_253), Some(467)]);
        assert_ne!(call.quality & quality::TOTAL_MISMATCH, 0);
    }

    #[test]
    fn writes_beyond_the_breakdown_are_kept_as_five_minute_writes() {
        let call = read(
            r#"{"prompt_tokens":734311,"cache_read_input_tokens":426653,"cache_creation_input_tokens":184457,"prompt_tokens_details":{"cache_creation_token_details":{"ephemeral_5m_input_tokens":31490,"ephemeral_1h_input_tokens":0}},"server_tool_use":{"web_search_requests":5}}"#,
        );
        assert_eq!(buckets(&call), [Some(123_201), Some(426_653), Some(184_457), None]);
        assert_eq!(call.in_cache_write_1h, Some(0));
        assert_eq!(call.tool_web_search, Some(5));
        assert_ne!(call.quality & quality::BREAKDOWN_SHORT, 0);
    }
}
