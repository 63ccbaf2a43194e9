//! Result files of batches at OpenAI and Anthropic: one object a request, in the order in which they were finished. The price is
//! that of the batch mode.
//!
//! OpenAI: the output file of a batch. Anthropic: `GET /v1/messages/batches/ID/results`.

use std::io::BufRead;

use serde_json::value::RawValue;

use super::call::{Call, Status};
use super::detect::{Head, Likeness};
use super::json_rows;
use super::object::Object;
use super::sink::Sink;
use super::usage::Usage;
use super::values;
use super::{LogFormat, ReadContext};

/// The format.
pub struct BatchResults;

impl LogFormat for BatchResults {
    fn id(&self) -> &'static str {
        "batch-results"
    }

    fn about(&self) -> &'static str {
        "result files of OpenAI batches and Anthropic message batches"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        let openai = head.objects_with(&["custom_id", "response", "error"]);
        let anthropic = head.objects_with(&["custom_id", "result"]);
        if openai + anthropic > 0 { Likeness::Certain } else { Likeness::None }
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
        "no request of the batch has an answer with a usage"
    }
}

fn call_of(line: u64, value: &RawValue, sink: &mut Sink) -> Result<Option<Call>, String> {
    let Some(row) = Object::of(Some(value))? else { return Ok(None) };
    let response = row.object("response")?;
    let (body, seller, failed) = if row.has("result") {
        let result = row.object("result")?;
        let failed = result.text("type").is_some_and(|kind| kind != "succeeded");
        (result.object("message")?, "anthropic", failed)
    } else {
        let failed = response.integer("status_code")?.is_some_and(|code| code >= 400);
        (response.object("body")?, "openai", failed)
    };
    let Some(usage) = values::object::<Usage>(body.get("usage"))?.filter(Usage::has_tokens) else {
        return Ok(None);
    };
    let mut call = Call::at(line);
    usage.fill(&mut call)?;
    call.id = sink.text(body.text("id").or_else(|| row.text("id")));
    call.when = body.when(&["created", "created_at"]);
    call.model_raw = sink.text(body.text("model"));
    call.seller = sink.text(Some(seller));
    call.operation = sink.text(Some(match body.text("object").as_deref() {
        Some("list") => "embedding",
        Some("text_completion") => "completion",
        _ => "chat",
    }));
    call.mode = sink.text(Some("batch"));
    call.stop_reason = sink.text(body.text("stop_reason"));
    if failed {
        call.status = Status::Error;
    }
    Ok(Some(call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sellers_shapes_are_batch_calls_and_a_failure_is_none() {
        let text = concat!(
            r#"{"id":"batch_req_1","custom_id":"a","response":{"status_code":200,"body":{"id":"c1","created":1767225600,"model":"gpt-5.4","choices":[],"usage":{"prompt_tokens":22,"completion_tokens":2,"total_tokens":24}}},"error":null}"#,
            "\n",
            r#"{"custom_id":"b","result":{"type":"succeeded","message":{"id":"m1","model":"claude-opus-5","stop_reason":"end_turn","usage":{"input_tokens":11,"cache_read_input_tokens":5,"output_tokens":36}}}}"#,
            "\n",
            r#"{"custom_id":"c","result":{"type":"errored","error":{"type":"invalid_request"}}}"#,
        );
        let mut sink = Sink::default();
        BatchResults.read(&mut text.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
        let found: Vec<_> =
            sink.calls.iter().map(|call| (call.in_uncached, call.in_cache_read, call.out_total)).collect();
        assert_eq!(found, [(Some(22), None, Some(2)), (Some(11), Some(5), Some(36))]);
        assert!(sink.calls.iter().all(|call| call.mode.map(|mode| sink.strings.text(mode)) == Some("batch")));
        assert_eq!(sink.no_call, 1);
    }
}
