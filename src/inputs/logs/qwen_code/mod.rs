//! Qwen Code session files: telemetry rows for each answer of the API, beside messages that repeat their usage. Only the
//! telemetry is counted, because it is written once a call; where a file has none, the messages are.

use std::io::BufRead;

use super::call::{Call, Convention};
use super::detect::{Head, Likeness};
use super::json_rows;
use super::object::Object;
use super::sink::Sink;
use super::usage::{check_total, without_cache};
use super::{LogFormat, ReadContext};

/// The format.
pub struct QwenCode;

impl LogFormat for QwenCode {
    fn id(&self) -> &'static str {
        "qwen-code"
    }

    fn about(&self) -> &'static str {
        "Qwen Code session files"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        let session = head.objects_with(&["sessionId", "uuid"]) > 0;
        let telemetry = head.holds("qwen-code.api_response");
        match (session, telemetry) {
            (_, true) => Likeness::Certain,
            (true, false) if head.holds("\"usageMetadata\"") => Likeness::Certain,
            _ => Likeness::None,
        }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        _context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        // Messages wait until it is known whether the file has telemetry.
        let mut messages: Vec<Call> = Vec::new();
        let mut telemetry = 0_u64;
        json_rows::for_each(reader, sink, |row, sink| {
            let found = Object::or_empty(Some(row.value)).and_then(|fields| {
                if fields.text("subtype").as_deref() == Some("ui_telemetry") {
                    let call = event(row.line, &fields, sink)?;
                    telemetry += u64::from(call.is_some());
                    return Ok(call);
                }
                messages.extend(message(row.line, &fields, sink)?);
                Ok(None)
            });
            match found {
                Ok(Some(call)) => sink.call(call),
                Ok(None) => sink.no_call(),
                Err(reason) => sink.reject(row.line, reason),
            }
        });
        if telemetry == 0 {
            // They were counted as no calls when they were set aside.
            sink.no_call -= messages.len() as u64;
            messages.into_iter().for_each(|call| sink.call(call));
        }
        Ok(())
    }

    fn nothing_found(&self) -> &'static str {
        "no row tells of an answer of the API"
    }
}

/// A telemetry row.
fn event(line: u64, fields: &Object<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
    let event = fields.object("systemPayload")?.object("uiEvent")?;
    if event.text("event.name").as_deref() != Some("qwen-code.api_response") {
        return Ok(None);
    }
    let mut call = begin(line, fields, sink);
    let read = event.integer("cached_content_token_count")?;
    let Some(input) = event.integer("input_token_count")? else { return Ok(None) };
    call.in_uncached = Some(without_cache(input, read.unwrap_or(0))?);
    call.in_cache_read = read;
    let thoughts = event.integer("thoughts_token_count")?;
    output(
        &mut call,
        input,
        event.integer("output_token_count")?,
        thoughts,
        event.integer("total_token_count")?,
    );
    call.model_raw = sink.text(event.text("model"));
    call.latency_ms = event.number("duration_ms");
    Ok(Some(call))
}

/// A message with the usage of its answer.
fn message(line: u64, fields: &Object<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
    let usage = fields.object("usageMetadata")?;
    let Some(input) = usage.integer("promptTokenCount")? else { return Ok(None) };
    let mut call = begin(line, fields, sink);
    let read = usage.integer("cachedContentTokenCount")?;
    call.in_uncached = Some(without_cache(input, read.unwrap_or(0))?);
    call.in_cache_read = read;
    let thoughts = usage.integer("thoughtsTokenCount")?;
    output(
        &mut call,
        input,
        usage.integer("candidatesTokenCount")?,
        thoughts,
        usage.integer("totalTokenCount")?,
    );
    call.model_raw = sink.text(fields.text("model"));
    Ok(Some(call))
}

/// Output with its reasoning: beside the answer where only both together make the total, else within it.
fn output(call: &mut Call, input: i64, answer: Option<i64>, thoughts: Option<i64>, total: Option<i64>) {
    let beside = match (answer, thoughts, total) {
        (Some(answer), Some(thoughts), Some(total)) if thoughts > 0 => {
            total == input.saturating_add(answer).saturating_add(thoughts)
        }
        _ => false,
    };
    call.out_total = match (beside, answer, thoughts) {
        (true, Some(answer), Some(thoughts)) => Some(answer.saturating_add(thoughts)),
        _ => answer,
    };
    call.out_reasoning = thoughts;
    if let Some(total) = total {
        check_total(call, total);
    }
}

fn begin(line: u64, fields: &Object<'_>, sink: &mut Sink) -> Call {
    let mut call = Call::at(line);
    call.convention = Convention::Inclusive;
    // Ids of answers repeat at some back ends; rows have one of their own.
    call.id = sink.text(fields.text("uuid"));
    call.when = fields.when(&["timestamp"]);
    call.session_id = sink.text(fields.text("sessionId"));
    call.operation = sink.text(Some("chat"));
    call.app = sink.text(Some("qwen-code"));
    call.tag = sink.text(fields.text("cwd").as_deref().and_then(super::claude_code::last_folder));
    call
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Sink {
        let mut sink = Sink::default();
        QwenCode.read(&mut text.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
        sink
    }

    const MESSAGE: &str = r#"{"uuid":"b","sessionId":"s","type":"assistant","model":"coder-model","timestamp":"2026-06-15T14:40:22Z","usageMetadata":{"promptTokenCount":500,"candidatesTokenCount":20,"thoughtsTokenCount":5,"cachedContentTokenCount":50,"totalTokenCount":525}}"#;

    #[test]
    fn telemetry_is_counted_and_the_messages_that_repeat_it_are_not() {
        let event = r#"{"uuid":"a","sessionId":"s","subtype":"ui_telemetry","timestamp":"2026-06-15T14:40:22Z","systemPayload":{"uiEvent":{"event.name":"qwen-code.api_response","response_id":"same","model":"coder-model","duration_ms":47,"input_token_count":500,"output_token_count":20,"cached_content_token_count":50,"thoughts_token_count":0,"total_token_count":520}}}"#;
        let sink = read(&format!("{event}\n{MESSAGE}"));
        assert_eq!((sink.calls.len(), sink.no_call), (1, 1));
        assert_eq!((sink.calls[0].in_uncached, sink.calls[0].out_total), (Some(450), Some(20)));
    }

    #[test]
    fn without_telemetry_the_messages_are_counted_with_thoughts_beside_the_answer() {
        let sink = read(MESSAGE);
        assert_eq!((sink.calls.len(), sink.no_call), (1, 0));
        assert_eq!((sink.calls[0].out_total, sink.calls[0].out_reasoning), (Some(25), Some(5)));
    }
}
