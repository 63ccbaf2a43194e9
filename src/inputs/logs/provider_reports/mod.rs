//! Usage and cost reports of OpenAI's and Anthropic's administration interfaces: sums by hour or day, not calls.
//!
//! Rows of usage become buckets: priced, and barred from what only single calls can tell. Rows of cost are what was billed; they
//! are kept beside the calls, to be compared with.
//!
//! OpenAI: `GET /v1/organization/usage/completions` and `/v1/organization/costs`. Anthropic: `GET /v1/organizations/usage_report/messages` and
//! `/v1/organizations/cost_report`. All of them need an administrator's key.

use std::io::BufRead;

use serde_json::value::RawValue;

use super::call::{Call, Convention, When};
use super::detect::{Head, Likeness};
use super::json_rows;
use super::object::Object;
use super::sink::{Bill, Sink};
use super::usage::{set_cache_writes, without_cache};
use super::values;
use super::{LogFormat, ReadContext};
use crate::units::Usd;

/// The format.
pub struct ProviderReports;

impl LogFormat for ProviderReports {
    fn id(&self) -> &'static str {
        "provider-reports"
    }

    fn about(&self) -> &'static str {
        "usage and cost reports of the OpenAI and Anthropic administration interfaces (JSON pages)"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        let text = head.text();
        let openai = text.contains("organization.usage.") || text.contains("organization.costs.");
        let anthropic = text.contains("\"results\"")
            && text.contains("\"starting_at\"")
            && (text.contains("\"uncached_input_tokens\"") || text.contains("\"amount\""));
        if openai || anthropic { Likeness::Certain } else { Likeness::None }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        _context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        let mut counted = false;
        json_rows::for_each(reader, sink, |row, sink| {
            let Ok(Some(page)) = Object::of(Some(row.value)) else {
                sink.no_call();
                return;
            };
            // A page holds buckets; a bucket may also stand alone.
            let buckets = if page.has("data") { page.items("data") } else { vec![row.value] };
            for bucket in buckets {
                if let Err(reason) = take(row.line, bucket, &mut counted, sink) {
                    sink.reject(row.line, reason);
                }
            }
            if page.boolean("has_more") == Some(true) {
                sink.notes
                    .push("the page says that there are more: what they hold is not counted".to_owned());
            }
        });
        if counted {
            sink.notes.push(
                "the report does not say how many calls its rows stand for: each counts as one".to_owned(),
            );
        }
        if !sink.bills.is_empty() {
            sink.notes.push(format!(
                "{} rows of billed costs: no calls, see `switchpoint logs reconcile`",
                sink.bills.len()
            ));
        }
        Ok(())
    }

    fn nothing_found(&self) -> &'static str {
        "no bucket has tokens (billed costs are compared by `switchpoint logs reconcile`)"
    }
}

/// A bucket and its results.
fn take(line: u64, bucket: &RawValue, counted: &mut bool, sink: &mut Sink) -> Result<(), String> {
    let bucket = Object::or_empty(Some(bucket))?;
    let when = bucket.when(&["start_time", "starting_at"]);
    let end = bucket.when(&["end_time", "ending_at"]);
    for result in bucket.items("results") {
        let result = Object::or_empty(Some(result))?;
        if result.has("amount") {
            match bill(&result, when, end, sink) {
                Ok(bill) => {
                    sink.bills.push(bill);
                    sink.no_call();
                }
                Err(reason) => sink.reject(line, reason),
            }
            continue;
        }
        let call = match result.has("uncached_input_tokens") {
            true => {
                *counted = true;
                anthropic(line, &result, sink)
            }
            false => openai(line, &result, sink),
        };
        match call {
            Ok(Some(mut call)) => {
                call.when = when;
                call.is_bucket = true;
                sink.call(call);
            }
            Ok(None) => sink.no_call(),
            Err(reason) => sink.reject(line, reason),
        }
    }
    Ok(())
}

fn openai(line: u64, result: &Object<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
    let Some(input) = result.integer("input_tokens")? else { return Ok(None) };
    let mut call = Call::at(line);
    let (read, written) =
        (result.integer("input_cached_tokens")?, result.integer("input_cache_write_tokens")?);
    let fresh = result.integer("input_uncached_tokens")?;
    let cached = read.unwrap_or(0).saturating_add(written.unwrap_or(0));
    call.in_uncached = match fresh {
        Some(fresh) => Some(fresh),
        None => Some(without_cache(input, cached)?),
    };
    if fresh.is_some_and(|fresh| fresh.saturating_add(cached) != input) {
        call.quality |= super::quality::TOTAL_MISMATCH;
    }
    call.in_cache_read = read;
    call.in_cache_write_5m = written;
    call.out_total = result.integer("output_tokens")?;
    call.convention = Convention::Inclusive;
    call.n_calls = result.integer("num_model_requests")?.unwrap_or(1).max(1);
    call.seller = sink.text(Some("openai"));
    let kind = result.text("object").unwrap_or_default();
    call.operation = sink.text(Some(if kind.contains("embeddings") { "embedding" } else { "chat" }));
    shared(&mut call, result, sink);
    if result.boolean("batch") == Some(true) {
        call.mode = sink.text(Some("batch"));
    }
    Ok(Some(call))
}

fn anthropic(line: u64, result: &Object<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
    let mut call = Call::at(line);
    call.in_uncached = result.integer("uncached_input_tokens")?;
    call.in_cache_read = result.integer("cache_read_input_tokens")?;
    let split = result.object("cache_creation")?;
    let (five_minutes, hour) =
        (split.integer("ephemeral_5m_input_tokens")?, split.integer("ephemeral_1h_input_tokens")?);
    set_cache_writes(&mut call, None, five_minutes, hour);
    call.out_total = result.integer("output_tokens")?;
    call.tool_web_search = result.object("server_tool_use")?.integer("web_search_requests")?;
    call.convention = Convention::Exclusive;
    call.seller = sink.text(Some("anthropic"));
    call.operation = sink.text(Some("chat"));
    let region = result.text("inference_geo").filter(|geo| geo != "not_available" && geo != "global");
    call.region = sink.text(region);
    shared(&mut call, result, sink);
    if result.text("speed").as_deref() == Some("fast") {
        call.mode = sink.text(Some("fast"));
    }
    Ok(Some(call))
}

/// What both reports group by.
fn shared(call: &mut Call, result: &Object<'_>, sink: &mut Sink) {
    call.model_raw = sink.text(result.text("model"));
    call.team = sink.text(result.first(&["project_id", "workspace_id"]));
    call.user = sink.text(result.first(&["user_id", "account_id", "service_account_id"]));
    call.key_id = sink.key(result.text("api_key_id"));
    call.mode = sink.text(match result.text("service_tier").as_deref() {
        Some("flex" | "flex_discount") => Some("flex"),
        Some("priority" | "priority_on_demand") => Some("priority"),
        Some("batch") => Some("batch"),
        Some("default" | "standard") => Some("standard"),
        _ => None,
    });
}

/// What was billed: OpenAI states dollars, Anthropic cents as decimal text.
fn bill(result: &Object<'_>, when: When, end: When, sink: &mut Sink) -> Result<Bill, String> {
    let amount = result.object("amount")?;
    let (usd, seller) = if amount.has("value") {
        let currency = amount.text("currency").unwrap_or_default();
        if !currency.eq_ignore_ascii_case("usd") {
            return Err(format!("the amount is in {currency}, not in dollars"));
        }
        (amount.dollars("value")?, "openai")
    } else {
        let cents = result.text("amount");
        let cents =
            cents.map(|cents| values::cents(&cents).ok_or("`amount` is no amount in cents")).transpose()?;
        (cents, "anthropic")
    };
    let Some(usd) = usd else { return Err("the amount is missing".to_owned()) };
    let moment = |when| match when {
        When::Absolute(micros) => Some(micros),
        _ => None,
    };
    Ok(Bill {
        from: moment(when),
        until: moment(end),
        seller: sink.text(Some(seller)),
        item: sink.text(result.first(&["model", "line_item", "description"])),
        usd: if usd < Usd::ZERO { return Err("the amount is negative".to_owned()) } else { usd },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Sink {
        let mut sink = Sink::default();
        ProviderReports.read(&mut text.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
        assert_eq!(sink.rejects, []);
        sink
    }

    #[test]
    fn buckets_of_both_are_disjoint_and_know_what_they_do_not_say() {
        let sink = read(
            r#"{"object":"page","data":[{"object":"bucket","start_time":1767225600,"end_time":1767312000,"results":[{"object":"organization.usage.completions.result","input_tokens":1000,"input_cached_tokens":400,"input_cache_write_tokens":100,"input_uncached_tokens":500,"output_tokens":500,"num_model_requests":5,"model":"gpt-5.4","batch":true}]}],"has_more":false}"#,
        );
        let call = &sink.calls[0];
        assert_eq!(
            [call.in_uncached, call.in_cache_read, call.in_cache_write_5m, call.out_total],
            [Some(500), Some(400), Some(100), Some(500)]
        );
        assert_eq!(
            (call.n_calls, call.is_bucket, call.when),
            (5, true, When::Absolute(1_767_225_600_000_000))
        );
        assert_eq!(call.mode.map(|mode| sink.strings.text(mode)), Some("batch"));
        let sink = read(
            r#"{"data":[{"starting_at":"2026-01-01T00:00:00Z","ending_at":"2026-01-02T00:00:00Z","results":[{"uncached_input_tokens":10,"cache_read_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":6},"output_tokens":7,"server_tool_use":{"web_search_requests":2},"model":"claude-opus-5","service_tier":"standard","context_window":"0-200k"}]}],"has_more":true}"#,
        );
        let call = &sink.calls[0];
        assert_eq!(
            [
                call.in_uncached,
                call.in_cache_read,
                call.in_cache_write_5m,
                call.in_cache_write_1h,
                call.out_total
            ],
            [Some(10), Some(30), Some(4), Some(6), Some(7)]
        );
        assert_eq!((call.is_bucket, call.tool_web_search, sink.notes.len()), (true, Some(2), 2));
    }

    #[test]
    fn costs_are_bills_in_dollars_and_in_cents() {
        let openai = read(
            r#"{"data":[{"start_time":1767225600,"end_time":1767312000,"results":[{"object":"organization.costs.result","amount":{"value":0.06,"currency":"usd"},"line_item":"gpt-5.4, input"}]}]}"#,
        );
        assert_eq!((openai.bills[0].usd, openai.no_call), (Usd::parse("0.06").expect("an amount"), 1));
        let anthropic = read(
            r#"{"data":[{"starting_at":"2026-01-01T00:00:00Z","results":[{"amount":"123.456","currency":"USD","model":"claude-opus-5"}]}]}"#,
        );
        assert_eq!(anthropic.bills[0].usd, Usd::parse("1.23456").expect("an amount"));
    }
}
