//! Model-invocation logs of Amazon Bedrock: one object a call, as delivered to object storage, or as messages of a log group.
//!
//! Input excludes cached tokens. The body of a streamed answer holds the lifetimes of cache writes; nothing else of it is read.
//!
//! Logging of invocations is off until it is switched on in the settings of Bedrock; it writes gzip JSON lines to S3, or messages to CloudWatch.

use std::io::BufRead;

use serde_json::value::RawValue;

use super::call::{Call, Convention, Status};
use super::detect::{Head, Likeness};
use super::json_rows;
use super::object::{self, Object};
use super::sink::Sink;
use super::usage::set_cache_writes;
use super::{LogFormat, ReadContext};

/// The format.
pub struct Bedrock;

impl LogFormat for Bedrock {
    fn id(&self) -> &'static str {
        "bedrock"
    }

    fn about(&self) -> &'static str {
        "Amazon Bedrock model-invocation logs (S3 or CloudWatch)"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        if head.holds("ModelInvocationLog") {
            Likeness::Certain
        } else if head.objects_with(&["modelId", "requestId", "operation"]) > 0 {
            Likeness::Likely
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
        json_rows::for_each(reader, sink, |row, sink| match call_of(row.line, row.value, sink) {
            Ok(Some(call)) => sink.call(call),
            Ok(None) => sink.no_call(),
            Err(reason) => sink.reject(row.line, reason),
        });
        Ok(())
    }

    fn lines_stand_alone(&self) -> bool {
        true
    }

    fn nothing_found(&self) -> &'static str {
        "no record has token counts: the log of calls that failed, or of another kind"
    }
}

fn call_of(line: u64, value: &RawValue, sink: &mut Sink) -> Result<Option<Call>, String> {
    let Some(record) = Object::of(Some(value))? else { return Ok(None) };
    // A log group wraps each record as text.
    if let Some(inner) = object::embedded(record.get("message").or_else(|| record.get("@message"))) {
        let Some(inner) = object::raw(&inner) else { return Err("its message is no JSON".to_owned()) };
        return record_of(line, &Object::or_empty(Some(inner))?, sink);
    }
    record_of(line, &record, sink)
}

fn record_of(line: u64, record: &Object<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
    let (input, output) = (record.object("input")?, record.object("output")?);
    let mut call = Call::at(line);
    call.in_uncached = input.integer("inputTokenCount")?;
    call.out_total = output.integer("outputTokenCount")?;
    if call.in_uncached.is_none() && call.out_total.is_none() {
        return Ok(None);
    }
    call.in_cache_read = input.integer("cacheReadInputTokenCount")?;
    let (five_minutes, hour) = lifetimes(&output)?;
    set_cache_writes(&mut call, input.integer("cacheWriteInputTokenCount")?, five_minutes, hour);
    call.convention = Convention::Exclusive;
    call.id = sink.text(record.text("requestId"));
    call.when = record.when(&["timestamp"]);
    // A profile of one's own hides the model: its address is no name.
    let model = record.text("modelId");
    call.model_alias = sink.text(model.as_deref().filter(|id| id.contains("application-inference-profile")));
    call.model_raw = if call.model_alias.is_some() { None } else { sink.text(model) };
    call.seller = sink.text(Some("aws-bedrock"));
    let operation = record.text("operation").unwrap_or_default();
    call.operation = sink.text(Some("chat"));
    call.stream = Some(operation.ends_with("Stream"));
    call.region = sink.text(record.first(&["inferenceRegion", "region"]));
    let user = record.object("identity")?.text("arn");
    call.user = sink.text(user.as_deref().and_then(|arn| arn.rsplit('/').next()));
    let tags = record.object("requestMetadata")?;
    call.tag = sink.text(tags.first(&["workload", "application", "app", "project", "team", "feature"]));
    call.tag = call.tag.or_else(|| sink.text(tags.entries().next().and_then(|(key, _)| tags.text(key))));
    if record.has("errorCode") {
        call.status = Status::Error;
    }
    Ok(Some(call))
}

/// Tokens written for five minutes and for an hour, from the first event of a streamed answer or the body of a whole one.
fn lifetimes(output: &Object<'_>) -> Result<(Option<i64>, Option<i64>), String> {
    let body = output.get("outputBodyJson");
    let mut events = object::items(body);
    events.extend(body.filter(|body| body.get().starts_with('{')));
    for event in events {
        let event = Object::or_empty(Some(event))?;
        let usage = match event.has("usage") {
            true => event.object("usage")?,
            false => event.object("message")?.object("usage")?,
        };
        let split = usage.object("cache_creation")?;
        if split.has("ephemeral_5m_input_tokens") || split.has("ephemeral_1h_input_tokens") {
            return Ok((
                split.integer("ephemeral_5m_input_tokens")?,
                split.integer("ephemeral_1h_input_tokens")?,
            ));
        }
    }
    Ok((None, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Sink {
        let mut sink = Sink::default();
        Bedrock.read(&mut text.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
        sink
    }

    #[test]
    fn a_streamed_call_has_the_lifetimes_of_its_first_event() {
        let sink = read(
            r#"{"timestamp":"2026-08-07T02:48:23Z","requestId":"r1","operation":"InvokeModelWithResponseStream","modelId":"us.anthropic.claude-opus-5","region":"us-east-1","requestMetadata":{"project":"search"},"identity":{"arn":"arn:aws:sts::1:assumed-role/app/ci"},"input":{"inputTokenCount":3,"cacheReadInputTokenCount":7,"cacheWriteInputTokenCount":100,"inputBodyJson":{"messages":"…"}},"output":{"outputTokenCount":44,"outputBodyJson":[{"type":"message_start","message":{"usage":{"cache_creation":{"ephemeral_5m_input_tokens":40,"ephemeral_1h_input_tokens":60}}}},{"type":"message_stop"}]},"schemaType":"ModelInvocationLog"}"#,
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
            [Some(3), Some(7), Some(40), Some(60), Some(44)]
        );
        let text = |sym: Option<super::super::strings::Sym>| sym.map(|sym| sink.strings.text(sym).to_owned());
        assert_eq!(text(call.model_raw).as_deref(), Some("us.anthropic.claude-opus-5"));
        assert_eq!((text(call.tag).as_deref(), text(call.user).as_deref()), (Some("search"), Some("ci")));
        assert_eq!(call.stream, Some(true));
    }

    #[test]
    fn a_profile_of_ones_own_names_no_model_and_a_message_of_a_log_group_is_unwrapped() {
        let sink = read(
            r#"{"timestamp":1,"message":"{\"requestId\":\"r\",\"modelId\":\"arn:aws:bedrock:us-east-1:1:application-inference-profile/x\",\"input\":{\"inputTokenCount\":3},\"output\":{\"outputTokenCount\":4}}"}"#,
        );
        let call = &sink.calls[0];
        assert!(call.model_raw.is_none() && call.model_alias.is_some());
        assert_eq!((call.in_uncached, call.in_cache_read), (Some(3), None));
    }

    #[test]
    fn a_record_without_counts_is_no_call() {
        let sink = read(
            r#"{"schemaType":"ModelInvocationLog","requestId":"r","input":{},"output":{},"errorCode":"ThrottlingException"}"#,
        );
        assert_eq!((sink.calls.len(), sink.no_call), (0, 1));
    }
}
