//! Claude Code session files: one JSON object a line, one line per content block of an answer.
//!
//! Each block repeats the usage of the whole answer, so most rows are duplicates; the winner among them is chosen in
//! `dedup`. Input counts exclude the cache.
//!
//! They lie in `~/.claude/projects/<project>/<session>.jsonl`, those of sub-agents in `subagents` beside them; `$CLAUDE_CONFIG_DIR` moves them.

use std::borrow::Cow;
use std::io::BufRead;

use memchr::memmem::Finder;
use serde::Deserialize;

use super::call::{Call, Status, When};
use super::detect::{Head, Likeness};
use super::json_rows;
use super::sink::Sink;
use super::usage::Usage;
use super::values::{Nested, Raw, boolean, dollars, moment, object, text};
use super::{LogFormat, ReadContext, quality};

/// The format.
pub struct ClaudeCode;

/// A line; everything that may be text of the conversation is skipped in the bytes.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow, rename = "type")]
    kind: Raw<'a>,
    #[serde(borrow)]
    timestamp: Raw<'a>,
    #[serde(borrow, rename = "sessionId")]
    session_id: Raw<'a>,
    #[serde(borrow, rename = "requestId")]
    request_id: Raw<'a>,
    #[serde(borrow, rename = "isSidechain")]
    is_sidechain: Raw<'a>,
    #[serde(borrow, rename = "isApiErrorMessage")]
    is_api_error: Raw<'a>,
    #[serde(borrow, rename = "costUSD")]
    cost_usd: Raw<'a>,
    #[serde(borrow)]
    cwd: Raw<'a>,
    #[serde(borrow, default)]
    message: Nested<Message<'a>>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    id: Raw<'a>,
    #[serde(borrow)]
    model: Raw<'a>,
    #[serde(borrow)]
    stop_reason: Raw<'a>,
    #[serde(borrow)]
    usage: Raw<'a>,
}

/// What selects the rate, beside the counts.
#[derive(Deserialize)]
struct Selectors<'a> {
    #[serde(borrow)]
    service_tier: Raw<'a>,
    #[serde(borrow)]
    speed: Raw<'a>,
    #[serde(borrow)]
    inference_geo: Raw<'a>,
}

/// What every row with token counts holds.
const USAGE: &[u8] = b"\"usage\"";

/// A model name that stands for a message of the client itself: nothing was called.
const SYNTHETIC: &str = "<synthetic>";

impl LogFormat for ClaudeCode {
    fn id(&self) -> &'static str {
        "claude-code"
    }

    fn about(&self) -> &'static str {
        "Claude Code session files and folders (projects/<project>/<session>.jsonl)"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        let session = head.object_with(&["sessionId"])
            || head.object_with(&["uuid", "parentUuid"])
            || head.object_with(&["type", "summary", "leafUuid"]);
        let usage = head.holds("\"usage\"") && head.holds("\"message\"");
        // Inputs of hooks and status lines, and rows of older tools: worth a message of their own.
        let relative =
            || head.object_with(&["session_id", "transcript_path"]) || head.object_with(&["uuid", "message"]);
        match (session, usage) {
            (true, true) => Likeness::Certain,
            (true, false) => Likeness::Likely,
            (false, true) if head.holds("cache_creation_input_tokens") => Likeness::Possible,
            _ if relative() => Likeness::Possible,
            _ => Likeness::None,
        }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        let in_subagent_folder = context.file.contains("/subagents/");
        let usage = Finder::new(USAGE);
        let keep = |line, found: Result<Option<Call>, String>, sink: &mut Sink| match found {
            Ok(Some(call)) => sink.call(call),
            Ok(None) => sink.no_call(),
            Err(reason) => sink.reject(line, reason),
        };
        let quick = |bytes: &[u8], line, sink: &mut Sink| {
            if !is_object(bytes) {
                return false;
            }
            if usage.find(bytes).is_none() {
                sink.no_call();
                return true;
            }
            // What cannot be read at once is looked at again for the reason.
            let Ok(row) = serde_json::from_slice::<Row>(bytes) else { return false };
            keep(line, call_of(line, row, in_subagent_folder, sink), sink);
            true
        };
        json_rows::for_each_line(reader, sink, quick, |row, sink| {
            let found = object::<Row>(Some(row.value)).and_then(|fields| {
                fields.map_or(Ok(None), |fields| call_of(row.line, fields, in_subagent_folder, sink))
            });
            keep(row.line, found, sink);
        });
        Ok(())
    }

    fn lines_stand_alone(&self) -> bool {
        true
    }

    fn nothing_found(&self) -> &'static str {
        "no row has `message.usage`: this is not the transcript of a session (status-line and hook inputs look alike)"
    }
}

/// Whether a line has the braces of an object.
fn is_object(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"{") && line.ends_with(b"}")
}

fn call_of(
    line: u64,
    fields: Row<'_>,
    in_subagent_folder: bool,
    sink: &mut Sink,
) -> Result<Option<Call>, String> {
    let Some(message) = fields.message.0 else { return Ok(None) };
    let Some(usage) = object::<Usage>(message.usage)? else { return Ok(None) };
    if !usage.has_tokens() || text(message.model).as_deref() == Some(SYNTHETIC) {
        return Ok(None);
    }
    // Prompts and summaries carry no usage of their own; a kind that does is `assistant` or absent.
    if text(fields.kind).is_some_and(|kind| kind != "assistant") {
        return Ok(None);
    }

    let mut call = Call::at(line);
    usage.fill(&mut call)?;
    call.id = sink.text(text(message.id));
    call.request_id = sink.text(text(fields.request_id));
    call.when = text(fields.timestamp).and_then(|t| moment(&t)).map_or(When::None, When::Absolute);
    call.model_raw = sink.text(text(message.model));
    call.seller = sink.text(Some("anthropic"));
    call.operation = sink.text(Some("chat"));
    call.app = sink.text(Some("claude-code"));
    call.tag = sink.text(text(fields.cwd).as_deref().and_then(last_folder));
    call.session_id = sink.text(text(fields.session_id));
    call.is_subagent = match boolean(fields.is_sidechain) {
        Some(side_chain) => Some(side_chain || in_subagent_folder),
        None => in_subagent_folder.then_some(true),
    };
    call.stop_reason = sink.text(text(message.stop_reason));
    call.cost_reported = dollars(fields.cost_usd, "costUSD")?;
    if boolean(fields.is_api_error) == Some(true) {
        call.status = Status::Error;
    }
    set_mode(&mut call, message.usage, sink)?;
    // Some builds logged only the first usage of a stream, before the answer was written.
    if call.stop_reason.is_none() && call.out_total.is_some_and(|out| out <= INCOMPLETE_OUTPUT) {
        call.quality |= quality::USAGE_INCOMPLETE;
    }
    Ok(Some(call))
}

/// Output up to this, without a stop reason, is the placeholder that a stream starts with.
const INCOMPLETE_OUTPUT: i64 = 8;

fn set_mode(call: &mut Call, usage: Raw<'_>, sink: &mut Sink) -> Result<(), String> {
    let Some(selectors) = object::<Selectors>(usage)? else { return Ok(()) };
    let mode = match (text(selectors.speed).as_deref(), text(selectors.service_tier).as_deref()) {
        (Some("fast"), _) => Some("fast"),
        (_, Some("batch")) => Some("batch"),
        (_, Some("priority" | "priority_on_demand")) => Some("priority"),
        (_, Some("flex" | "flex_discount")) => Some("flex"),
        (_, Some("standard")) | (Some("standard"), _) => Some("standard"),
        _ => None,
    };
    call.mode = sink.text(mode);
    let region = text(selectors.inference_geo).filter(|geo| geo != "not_available");
    call.region = sink.text(region);
    Ok(())
}

/// The project's own folder: the last part of the working directory.
pub(super) fn last_folder(path: &str) -> Option<Cow<'_, str>> {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).map(Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Sink {
        let mut sink = Sink::default();
        let context = ReadContext { file: "session.jsonl", ..ReadContext::default() };
        ClaudeCode.read(&mut text.as_bytes(), &context, &mut sink).expect("readable");
        sink
    }

    #[test]
    fn a_block_of_an_answer_becomes_a_call_with_disjoint_buckets() {
        let sink = read(concat!(
            r#"{"type":"assistant","timestamp":"2026-06-01T05:40:29.420Z","sessionId":"s","cwd":"/home/me/shop","isSidechain":false,"#,
            r#""message":{"id":"m1","model":"claude-opus-4-8","stop_reason":"end_turn","content":[{"type":"text","text":"…"}],"#,
            r#""usage":{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":5,"output_tokens":7,"#,
            r#""cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":10},"service_tier":"standard"}}}"#,
        ));
        let call = &sink.calls[0];
        assert_eq!(
            [
                call.in_uncached,
                call.in_cache_write_5m,
                call.in_cache_write_1h,
                call.in_cache_read,
                call.out_total
            ],
            [Some(10), Some(20), Some(10), Some(5), Some(7)]
        );
        assert_eq!(call.tag.map(|tag| sink.strings.text(tag)), Some("shop"));
        assert_eq!(call.quality, 0);
    }

    #[test]
    fn messages_of_the_client_itself_are_no_calls() {
        let sink = read(
            r#"{"type":"assistant","message":{"model":"<synthetic>","usage":{"input_tokens":0,"output_tokens":0}}}"#,
        );
        assert_eq!((sink.calls.len(), sink.no_call), (0, 1));
    }

    #[test]
    fn nulls_beside_the_usage_do_not_cost_the_row() {
        let sink = read(
            r#"{"requestId":null,"costUSD":null,"message":{"id":"m","model":"x","usage":{"input_tokens":"4","output_tokens":9,"speed":null}}}"#,
        );
        assert_eq!(sink.calls.len(), 1);
        assert_eq!(sink.calls[0].in_uncached, Some(4));
    }
}
