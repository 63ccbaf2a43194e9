//! LiteLLM: rows of the spend-log table, standard logging payloads, and bare usage objects with a model beside them.
//!
//! `prompt_tokens` of an Anthropic model changed its meaning between versions; `usage` decides row by row. The logged
//! spend is an estimate of the gateway and is kept as evidence only.
//!
//! From the database: `psql -Atc 'select row_to_json(s) from "LiteLLM_SpendLogs" s' > spend.jsonl`; from the proxy: `GET /spend/logs`; standard logging
//! payloads are what its callbacks write to S3, GCS and the like.

use std::borrow::Cow;
use std::io::BufRead;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::call::{Call, Status, When};
use super::detect::{Head, Likeness};
use super::json_rows::{self, JsonRow};
use super::sink::Sink;
use super::usage::Usage;
use super::values::{Raw, dollars, moment, number, object, text};
use super::{LogFormat, ReadContext};

/// The format.
pub struct LiteLlm;

/// A row of either kind; the two share most names. Messages and responses are skipped in the bytes.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    request_id: Raw<'a>,
    #[serde(borrow)]
    id: Raw<'a>,
    #[serde(borrow)]
    call_type: Raw<'a>,
    #[serde(borrow, rename = "startTime")]
    start_time: Raw<'a>,
    #[serde(borrow, rename = "endTime")]
    end_time: Raw<'a>,
    #[serde(borrow)]
    request_duration_ms: Raw<'a>,
    #[serde(borrow)]
    model: Raw<'a>,
    #[serde(borrow)]
    model_group: Raw<'a>,
    #[serde(borrow)]
    custom_llm_provider: Raw<'a>,
    #[serde(borrow)]
    provider: Raw<'a>,
    #[serde(borrow)]
    spend: Raw<'a>,
    #[serde(borrow)]
    response_cost: Raw<'a>,
    #[serde(borrow)]
    litellm_cost_usd: Raw<'a>,
    #[serde(borrow)]
    cache_hit: Raw<'a>,
    #[serde(borrow)]
    metadata: Raw<'a>,
    #[serde(borrow)]
    usage: Raw<'a>,
    #[serde(borrow)]
    response: Raw<'a>,
    #[serde(borrow)]
    api_key: Raw<'a>,
    #[serde(borrow)]
    user: Raw<'a>,
    #[serde(borrow)]
    team_id: Raw<'a>,
    #[serde(borrow)]
    session_id: Raw<'a>,
    #[serde(borrow)]
    trace_id: Raw<'a>,
    #[serde(borrow)]
    request_tags: Raw<'a>,
    #[serde(borrow)]
    stream: Raw<'a>,
    #[serde(borrow)]
    status: Raw<'a>,
}

#[derive(Default, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    usage_object: Raw<'a>,
    #[serde(borrow)]
    user_api_key_hash: Raw<'a>,
    #[serde(borrow)]
    user_api_key_user_id: Raw<'a>,
    #[serde(borrow)]
    user_api_key_team_alias: Raw<'a>,
    #[serde(borrow)]
    user_api_key_team_id: Raw<'a>,
}

#[derive(Default, Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    usage: Raw<'a>,
    #[serde(borrow)]
    service_tier: Raw<'a>,
}

impl LogFormat for LiteLlm {
    fn id(&self) -> &'static str {
        "litellm"
    }

    fn about(&self) -> &'static str {
        "LiteLLM spend logs and standard logging payloads (JSON or JSONL), and bare usage objects beside a model"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        let spend_log = head.objects_with(&["request_id", "startTime", "spend"]);
        let payload = head.objects_with(&["startTime", "response_cost"]);
        let usage_object = head.objects_with(&["usage"]) > 0
            && (head.holds("\"prompt_tokens\"") || head.holds("\"input_tokens\""));
        if spend_log + payload > 0 {
            Likeness::Certain
        } else if usage_object && !head.holds("\"sessionId\"") {
            Likeness::Possible
        } else {
            Likeness::None
        }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        _context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        json_rows::for_each(reader, sink, |row, sink| take(&row, sink));
        Ok(())
    }

    fn lines_stand_alone(&self) -> bool {
        true
    }

    fn nothing_found(&self) -> &'static str {
        "no row has token counts (`prompt_tokens`, `usage` or `metadata.usage_object`)"
    }
}

fn take(row: &JsonRow<'_>, sink: &mut Sink) {
    match call_of(row, sink) {
        Ok(Some(call)) => sink.call(call),
        Ok(None) => sink.no_call(),
        Err(reason) => sink.reject(row.line, reason),
    }
}

fn call_of(row: &JsonRow<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
    let Some(fields) = object::<Row>(Some(row.value))? else { return Ok(None) };
    let (metadata_text, response_text) = (embedded(fields.metadata), embedded(fields.response));
    let metadata: Metadata = parsed(metadata_text.as_deref());
    let response: Response = parsed(response_text.as_deref());

    // The seller's usage object knows the cache; the gateway's own columns are the last resort.
    let places = [metadata.usage_object, response.usage, fields.usage, Some(row.value)];
    let Some(usage) = first_usage(places)? else { return Ok(None) };

    let mut call = Call::at(row.line);
    usage.fill(&mut call)?;
    let start = text(fields.start_time).and_then(|t| moment(&t));
    let end = text(fields.end_time).and_then(|t| moment(&t));
    call.when = start.map_or(When::None, When::Absolute);
    call.latency_ms = number(fields.request_duration_ms)
        .or_else(|| Some(end?.checked_sub(start?)? as f64 / 1_000.0).filter(|ms| *ms >= 0.0));
    call.id = sink.text(text(fields.request_id).or_else(|| text(fields.id)));
    call.operation = sink.text(text(fields.call_type).map(|kind| operation(&kind)));
    call.model_raw = sink.text(text(fields.model));
    call.model_alias = sink.text(text(fields.model_group));
    call.seller = sink.text(text(fields.custom_llm_provider).or_else(|| text(fields.provider)));
    call.mode = sink.text(text(response.service_tier).and_then(|tier| mode_word(&tier)));
    call.cost_reported = cost(&fields)?;
    call.user = sink.text(text(fields.user).or_else(|| text(metadata.user_api_key_user_id)));
    call.key_id = sink.key(text(fields.api_key).or_else(|| text(metadata.user_api_key_hash)));
    call.team = sink.text(
        text(metadata.user_api_key_team_alias)
            .or_else(|| text(fields.team_id))
            .or_else(|| text(metadata.user_api_key_team_id)),
    );
    call.session_id = sink.text(text(fields.session_id));
    call.trace_id = sink.text(text(fields.trace_id));
    call.tag = first_tag(fields.request_tags, sink);
    call.app = sink.text(Some("litellm"));
    call.stream = super::values::boolean(fields.stream);
    call.status = status(&fields);
    Ok(Some(call))
}

/// The first usage that states tokens.
fn first_usage<'a>(places: [Raw<'a>; 4]) -> Result<Option<Usage<'a>>, String> {
    for place in places {
        if let Some(usage) = object::<Usage>(place)?.filter(Usage::has_tokens) {
            return Ok(Some(usage));
        }
    }
    Ok(None)
}

/// JSON as it stands, or the JSON inside a string: dumps of the table hold the one, payloads the other.
fn embedded(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    let literal = raw?.get();
    if literal.starts_with(['{', '[']) { Some(Cow::Borrowed(literal)) } else { text(raw) }
}

fn parsed<'a, T: Deserialize<'a> + Default>(json: Option<&'a str>) -> T {
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

fn cost(fields: &Row<'_>) -> Result<Option<crate::units::Usd>, String> {
    let stated = [
        ("spend", fields.spend),
        ("response_cost", fields.response_cost),
        ("litellm_cost_usd", fields.litellm_cost_usd),
    ];
    for (name, raw) in stated {
        if let Some(cost) = dollars(raw, name)? {
            return Ok(Some(cost));
        }
    }
    Ok(None)
}

fn status(fields: &Row<'_>) -> Status {
    // `cache_hit` is the gateway's own response cache, not the seller's prompt cache.
    if super::values::boolean(fields.cache_hit) == Some(true) {
        return Status::GatewayCache;
    }
    text(fields.status).and_then(|word| Status::from_word(&word)).unwrap_or_default()
}

fn operation(call_type: &str) -> &'static str {
    let kind = call_type.to_ascii_lowercase();
    match kind.as_str() {
        kind if kind.contains("embedding") => "embedding",
        kind if kind.contains("rerank") => "rerank",
        kind if kind.contains("image") => "image",
        kind if kind.contains("speech") || kind.contains("transcription") => "audio",
        kind if kind.contains("text_completion") => "completion",
        _ => "chat",
    }
}

/// The pricing mode of a service tier in a seller's answer; a requested `auto` decides nothing.
fn mode_word(tier: &str) -> Option<&'static str> {
    Some(match tier {
        "default" | "standard" => "standard",
        "flex" => "flex",
        "priority" => "priority",
        "batch" => "batch",
        "fast" => "fast",
        _ => return None,
    })
}

/// Tags come as an array or as the text of one.
fn first_tag(raw: Raw<'_>, sink: &mut Sink) -> Option<super::strings::Sym> {
    let array = embedded(raw)?;
    let tags: Vec<&RawValue> = serde_json::from_str(&array).ok()?;
    sink.text(text(tags.first().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Usd;

    fn read(json: &str) -> Sink {
        let mut sink = Sink::default();
        LiteLlm.read(&mut json.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
        sink
    }

    #[test]
    fn a_dump_with_json_inside_strings_is_read() {
        let sink = read(
            r#"{"request_id":"r","startTime":"2025-01-24 09:20:46.847371","endTime":"2025-01-24 09:20:46.851954","model":"gpt-4o","api_key":"","cache_hit":"None","metadata":"{\"usage_object\":{\"completion_tokens\":20,\"prompt_tokens\":10,\"total_tokens\":30}}","spend":0.00022500000000000002,"prompt_tokens":10,"completion_tokens":20,"total_tokens":30,"request_tags":"[\"batch\"]","custom_llm_provider":"openai","messages":"{}","response":"{}","status":"success"}"#,
        );
        let call = &sink.calls[0];
        assert_eq!(call.cost_reported, Some(Usd::from_pico(225_000_000)));
        assert_eq!((call.in_uncached, call.out_total), (Some(10), Some(20)));
        assert_eq!(call.latency_ms, Some(4.583));
        assert_eq!(call.key_id, None);
        assert_eq!(call.tag.map(|tag| sink.strings.text(tag)), Some("batch"));
        assert_eq!(call.status, Status::Ok);
    }

    #[test]
    fn an_answer_from_the_gateways_cache_is_marked() {
        let sink = read(
            r#"{"request_id":"r","startTime":"2025-01-24 09:20:46","spend":0,"cache_hit":"True","model":"m","prompt_tokens":10,"completion_tokens":2}"#,
        );
        assert_eq!(sink.calls[0].status, Status::GatewayCache);
    }
}
