//! OpenRouter: the activity table of an account, generations of its interface, and its daily activity.
//!
//! The seller is OpenRouter whoever ran the model; that host is `upstream`. What it billed is in the log. Native counts are those
//! that were billed; the others are in a common tokeniser.
//!
//! The table is the export of the page *Activity*; generations are answers of `GET /api/v1/generation`, daily activity of `GET /api/v1/activity`.

use std::io::BufRead;
use std::sync::OnceLock;

use serde_json::value::RawValue;

use super::call::{Call, Convention, Status};
use super::detect::{Head, Likeness};
use super::json_rows;
use super::mapped::Mapped;
use super::object::Object;
use super::sink::Sink;
use super::usage::without_cache;
use super::{LogFormat, ReadContext, quality};

/// The activity table.
pub static ACTIVITY: Mapped = Mapped {
    id: "openrouter-activity",
    about: "activity exported from an OpenRouter account (CSV)",
    maps: &[include_str!("activity.toml")],
    nothing: "the table has no row with tokens",
    note: None,
    parsed: OnceLock::new(),
};

/// Generations and daily activity, as the interface answers.
pub struct OpenRouter;

impl LogFormat for OpenRouter {
    fn id(&self) -> &'static str {
        "openrouter"
    }

    fn about(&self) -> &'static str {
        "OpenRouter generations and daily activity (JSON of its interface)"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        let text = head.text();
        let generation = text.contains("\"native_tokens_prompt\"");
        let daily = text.contains("\"model_permaslug\"") && text.contains("\"byok_usage_inference\"");
        if head.is_json() && (generation || daily) { Likeness::Certain } else { Likeness::None }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        _context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        json_rows::for_each(reader, sink, |row, sink| {
            let Ok(Some(fields)) = Object::of(Some(row.value)) else {
                sink.no_call();
                return;
            };
            // An answer holds one generation, or a list of days.
            let list = fields.items("data");
            let values = match (list.is_empty(), fields.get("data")) {
                (false, _) => list,
                (true, Some(one)) => vec![one],
                (true, None) => vec![row.value],
            };
            for value in values {
                match call_of(row.line, value, sink) {
                    Ok(Some(call)) => sink.call(call),
                    Ok(None) => sink.no_call(),
                    Err(reason) => sink.reject(row.line, reason),
                }
            }
        });
        Ok(())
    }

    fn nothing_found(&self) -> &'static str {
        "no generation has token counts"
    }
}

fn call_of(line: u64, value: &RawValue, sink: &mut Sink) -> Result<Option<Call>, String> {
    let Some(row) = Object::of(Some(value))? else { return Ok(None) };
    let Some(input) = row.first_integer(&["native_tokens_prompt", "tokens_prompt", "prompt_tokens"])? else {
        return Ok(None);
    };
    let mut call = Call::at(line);
    let read = row.integer("native_tokens_cached")?;
    call.in_uncached = Some(without_cache(input, read.unwrap_or(0))?);
    call.in_cache_read = read;
    call.out_total =
        row.first_integer(&["native_tokens_completion", "tokens_completion", "completion_tokens"])?;
    call.out_reasoning = row.first_integer(&["native_tokens_reasoning", "reasoning_tokens"])?;
    call.convention = Convention::Inclusive;
    if read.is_none() {
        call.quality |= quality::CACHE_UNKNOWN;
    }
    call.id = sink.text(row.text("id"));
    call.when = row.when(&["created_at", "date"]);
    call.model_raw = sink.text(row.first(&["model", "model_permaslug"]));
    call.upstream = sink.text(row.text("provider_name"));
    call.seller = sink.text(Some("openrouter"));
    call.operation = sink.text(Some("chat"));
    // What the team's own key paid elsewhere is not in the total.
    call.cost_reported = match (row.boolean("is_byok"), row.dollars("upstream_inference_cost")?) {
        (Some(true), Some(own)) => Some(own),
        _ => row.dollars("total_cost")?.or(row.dollars("usage")?),
    };
    call.cost_kind = sink.text(call.cost_reported.map(|_| "billed"));
    call.latency_ms = row.number("generation_time");
    call.stream = row.boolean("streamed");
    call.stop_reason = sink.text(row.text("finish_reason"));
    call.app = sink.text(row.text("app_name"));
    if row.boolean("cancelled") == Some(true) {
        call.status = Status::Cancelled;
    }
    if let Some(requests) = row.integer("requests")? {
        call.n_calls = requests;
        call.is_bucket = true;
    }
    Ok(Some(call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn native_counts_are_billed_and_a_day_is_a_bucket() {
        let text = concat!(
            r#"{"data":{"id":"gen-1","created_at":"2026-06-01T10:00:00Z","model":"anthropic/claude-opus-5","provider_name":"Anthropic","tokens_prompt":90,"tokens_completion":9,"native_tokens_prompt":100,"native_tokens_completion":10,"native_tokens_reasoning":3,"native_tokens_cached":40,"total_cost":0.25,"cancelled":false}}"#,
            "\n",
            r#"{"data":[{"date":"2026-06-01","model_permaslug":"openai/gpt-5.4","usage":1.5,"byok_usage_inference":0,"requests":7,"prompt_tokens":700,"completion_tokens":70,"reasoning_tokens":0}]}"#,
        );
        let mut sink = Sink::default();
        OpenRouter.read(&mut text.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
        assert_eq!(sink.rejects, []);
        let (one, day) = (&sink.calls[0], &sink.calls[1]);
        assert_eq!([one.in_uncached, one.in_cache_read, one.out_total], [Some(60), Some(40), Some(10)]);
        assert_eq!((one.is_bucket, day.is_bucket, day.n_calls), (false, true, 7));
        assert_eq!(day.cost_reported, crate::units::Usd::parse("1.5").ok());
    }
}
