//! Gemini CLI: recorded chat sessions, as one document or as records one a line, and recorded answers of the API.
//!
//! The prompt contains cached tokens; thoughts and tool prompts stand beside the answer. A session that is recorded line by
//! line writes a message anew when it grows, so the last record of an id is the message.

use std::collections::HashMap;
use std::io::BufRead;

use serde_json::value::RawValue;

use super::call::{Call, Convention};
use super::detect::{Head, Likeness};
use super::json_rows;
use super::object::{self, Object};
use super::sink::Sink;
use super::strings::Sym;
use super::usage::{check_total, without_cache};
use super::{LogFormat, ReadContext};

/// The format.
pub struct GeminiCli;

impl LogFormat for GeminiCli {
    fn id(&self) -> &'static str {
        "gemini-cli"
    }

    fn about(&self) -> &'static str {
        "Gemini CLI sessions (~/.gemini/tmp/**/session-*.json and .jsonl) and recorded answers of the Gemini API"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        let text = head.text();
        let session = text.contains("\"type\":\"gemini\"") || text.contains("\"type\": \"gemini\"");
        let session = session && (text.contains("\"tokens\"") || text.contains("\"sessionId\""));
        let recorded = head.objects_with(&["method", "response"]) > 0 && text.contains("\"usageMetadata\"");
        if session || recorded {
            Likeness::Certain
        } else if head.objects_with(&["candidates", "usageMetadata"]) > 0 {
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
        let mut session = Session::default();
        json_rows::for_each(reader, sink, |row, sink| {
            if let Err(reason) = session.take(row.line, row.value, sink) {
                sink.reject(row.line, reason);
            }
        });
        session.finish(sink);
        Ok(())
    }

    fn nothing_found(&self) -> &'static str {
        "no message has token counts"
    }
}

/// What earlier records said.
#[derive(Default)]
struct Session {
    id: Option<Sym>,
    /// Calls of messages, in their order, the last record of an id in the place of the first.
    calls: Vec<Call>,
    places: HashMap<Sym, usize>,
}

impl Session {
    fn take(&mut self, line: u64, value: &RawValue, sink: &mut Sink) -> Result<(), String> {
        let Some(fields) = Object::of(Some(value))? else {
            sink.no_call();
            return Ok(());
        };
        self.id = sink.text(fields.text("sessionId")).or(self.id);
        if fields.has("messages") {
            for message in fields.items("messages") {
                let message = Object::or_empty(Some(message))?;
                match self.message(line, &message, sink) {
                    Ok(found) => self.keep(found, sink),
                    Err(reason) => sink.reject(line, reason),
                }
            }
            return Ok(());
        }
        let found = if fields.has("tokens") {
            self.message(line, &fields, sink)?
        } else if fields.has("response") || fields.has("usageMetadata") {
            answer(line, &fields, sink)?
        } else {
            None
        };
        self.keep(found, sink);
        Ok(())
    }

    fn keep(&mut self, found: Option<Call>, sink: &mut Sink) {
        let Some(call) = found else {
            sink.no_call();
            return;
        };
        match call.id.and_then(|id| self.places.get(&id)).copied() {
            Some(place) => {
                // The earlier record of the same message is none of its own.
                sink.no_call();
                self.calls[place] = call;
            }
            None => {
                if let Some(id) = call.id {
                    self.places.insert(id, self.calls.len());
                }
                self.calls.push(call);
            }
        }
    }

    fn finish(self, sink: &mut Sink) {
        self.calls.into_iter().for_each(|call| sink.call(call));
    }

    fn message(&self, line: u64, message: &Object<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
        let tokens = message.object("tokens")?;
        let Some(input) = tokens.integer("input")? else { return Ok(None) };
        let mut call = begin(line, sink);
        let (read, answer) = (tokens.integer("cached")?, tokens.integer("output")?);
        let (thoughts, tool) = (tokens.integer("thoughts")?, tokens.integer("tool")?);
        fill(&mut call, input, tool, read, answer, thoughts, tokens.integer("total")?)?;
        call.id = sink.text(message.text("id"));
        call.when = message.when(&["timestamp"]);
        call.model_raw = sink.text(message.text("model"));
        call.session_id = self.id;
        Ok(Some(call))
    }
}

/// A recorded answer: of a stream, the last chunk that has a usage.
fn answer(line: u64, fields: &Object<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
    let mut chunks = object::items(fields.get("response"));
    chunks.extend(fields.get("response").filter(|response| response.get().starts_with('{')));
    let mut last = None;
    for chunk in chunks {
        let chunk = Object::or_empty(Some(chunk))?;
        if chunk.has("usageMetadata") {
            last = Some((chunk.object("usageMetadata")?, chunk.text("modelVersion")));
        }
    }
    if fields.has("usageMetadata") {
        last = Some((fields.object("usageMetadata")?, fields.text("modelVersion")));
    }
    let Some((usage, model)) = last else { return Ok(None) };
    let Some(input) = usage.integer("promptTokenCount")? else { return Ok(None) };
    let mut call = begin(line, sink);
    let (read, output) = (usage.integer("cachedContentTokenCount")?, usage.integer("candidatesTokenCount")?);
    let (thoughts, tool) = (usage.integer("thoughtsTokenCount")?, usage.integer("toolUsePromptTokenCount")?);
    fill(&mut call, input, tool, read, output, thoughts, usage.integer("totalTokenCount")?)?;
    call.stream = Some(fields.text("method").is_some_and(|method| method.ends_with("Stream")));
    call.id = sink.text(fields.text("responseId"));
    call.when = fields.when(&["timestamp", "createTime"]);
    call.model_raw = sink.text(model.or_else(|| fields.text("model")));
    Ok(Some(call))
}

/// The buckets of Gemini's counts.
///
/// # Errors
/// When more tokens are cached than there are.
pub fn fill(
    call: &mut Call,
    prompt: i64,
    tool: Option<i64>,
    read: Option<i64>,
    answer: Option<i64>,
    thoughts: Option<i64>,
    total: Option<i64>,
) -> Result<(), String> {
    let input = prompt.saturating_add(tool.unwrap_or(0));
    call.in_uncached = Some(without_cache(input, read.unwrap_or(0))?);
    call.in_cache_read = read;
    call.out_total = match (answer, thoughts) {
        (None, None) => None,
        (answer, thoughts) => Some(answer.unwrap_or(0).saturating_add(thoughts.unwrap_or(0))),
    };
    call.out_reasoning = thoughts;
    call.convention = Convention::Inclusive;
    if let Some(total) = total {
        check_total(call, total);
    }
    Ok(())
}

fn begin(line: u64, sink: &mut Sink) -> Call {
    let mut call = Call::at(line);
    call.seller = sink.text(Some("google"));
    call.operation = sink.text(Some("chat"));
    call.app = sink.text(Some("gemini-cli"));
    call
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Sink {
        let mut sink = Sink::default();
        GeminiCli.read(&mut text.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
        sink
    }

    #[test]
    fn thoughts_and_tool_prompts_stand_beside_answer_and_prompt() {
        let sink = read(
            r#"{"sessionId":"s","messages":[{"id":"u","type":"user"},{"id":"m","type":"gemini","model":"gemini-3-flash","timestamp":"2026-06-01T00:00:00Z","tokens":{"input":100,"output":20,"cached":40,"thoughts":7,"tool":5,"total":132}}]}"#,
        );
        let call = &sink.calls[0];
        assert_eq!(
            [call.in_uncached, call.in_cache_read, call.out_total, call.out_reasoning],
            [Some(65), Some(40), Some(27), Some(7)]
        );
        assert_eq!((call.quality & super::super::quality::TOTAL_MISMATCH, sink.no_call), (0, 1));
    }

    #[test]
    fn the_last_record_of_a_message_is_the_message() {
        let record = |output: i64| {
            format!(r#"{{"id":"m","type":"gemini","tokens":{{"input":10,"output":{output},"cached":0}}}}"#)
        };
        let sink = read(&format!("{}\n{}", record(1), record(9)));
        assert_eq!((sink.calls.len(), sink.calls[0].out_total, sink.no_call), (1, Some(9), 1));
    }

    #[test]
    fn of_a_stream_the_last_usage_counts() {
        let sink = read(
            r#"{"method":"generateContentStream","response":[{"usageMetadata":{"promptTokenCount":10103,"totalTokenCount":10103}},{"usageMetadata":{"promptTokenCount":7168,"candidatesTokenCount":3,"totalTokenCount":7171}}]}"#,
        );
        assert_eq!((sink.calls[0].in_uncached, sink.calls[0].out_total), (Some(7_168), Some(3)));
    }
}
