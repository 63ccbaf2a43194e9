//! OpenCode: messages as files of their own, or as rows of its database. Input excludes the cache, reasoning stands beside the
//! output; a cost of zero means that a subscription paid.

mod database;

use std::io::BufRead;

use serde_json::value::RawValue;

use super::call::{Call, Convention};
use super::detect::{Head, Likeness};
use super::json_rows;
use super::object::Object;
use super::sink::Sink;
use super::{LogFormat, ReadContext};
use crate::units::Usd;

/// The format.
pub struct OpenCode;

impl LogFormat for OpenCode {
    fn id(&self) -> &'static str {
        "opencode"
    }

    fn about(&self) -> &'static str {
        "OpenCode messages (~/.local/share/opencode: storage/message/**/msg_*.json, opencode.db)"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        if head.is_sqlite() {
            return Likeness::Likely;
        }
        let named = head.objects_with(&["modelID", "providerID"]) + head.objects_with(&["sessionID", "role"]);
        match named {
            0 => Likeness::None,
            _ if head.holds("\"tokens\"") => Likeness::Certain,
            _ => Likeness::Likely,
        }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        if context.head.is_some_and(Head::is_sqlite) {
            return database::read(reader, sink);
        }
        json_rows::for_each(reader, sink, |row, sink| take(row.line, row.value, sink));
        Ok(())
    }

    fn nothing_found(&self) -> &'static str {
        "no message has tokens"
    }
}

/// A message.
fn take(line: u64, value: &RawValue, sink: &mut Sink) {
    match call_of(line, value, sink) {
        Ok(Some(call)) => sink.call(call),
        Ok(None) => sink.no_call(),
        Err(reason) => sink.reject(line, reason),
    }
}

fn call_of(line: u64, value: &RawValue, sink: &mut Sink) -> Result<Option<Call>, String> {
    let Some(message) = Object::of(Some(value))? else { return Ok(None) };
    let tokens = message.object("tokens")?;
    if message.text("role").is_some_and(|role| role != "assistant") {
        return Ok(None);
    }
    let (input, output) = (tokens.integer("input")?, tokens.integer("output")?);
    let cache = tokens.object("cache")?;
    let (read, written) = (cache.integer("read")?, cache.integer("write")?);
    let counts = [input, output, read, written];
    // A message that was begun and never answered has zeros everywhere.
    if counts.iter().flatten().all(|count| *count == 0) {
        return Ok(None);
    }
    let mut call = Call::at(line);
    let reasoning = tokens.integer("reasoning")?;
    call.in_uncached = input;
    call.in_cache_read = read;
    call.in_cache_write_5m = written;
    call.out_total = output.map(|output| output.saturating_add(reasoning.unwrap_or(0)));
    call.out_reasoning = reasoning;
    call.convention = Convention::Exclusive;
    call.id = sink.text(message.text("id"));
    let time = message.object("time")?;
    call.when = time.when(&["created"]);
    if let (Some(begin), Some(end)) = (time.number("created"), time.number("completed")) {
        call.latency_ms = Some(end - begin);
    }
    call.session_id = sink.text(message.text("sessionID"));
    call.model_raw = sink.text(message.text("modelID"));
    call.seller = sink.text(message.text("providerID"));
    call.operation = sink.text(Some("chat"));
    call.app = sink.text(Some("opencode"));
    let folder = message.object("path")?.first(&["root", "cwd"]);
    call.tag = sink.text(folder.as_deref().and_then(super::claude_code::last_folder));
    let cost = message.dollars("cost")?;
    call.cost_kind = sink.text(cost.map(|cost| if cost == Usd::ZERO { "included" } else { "estimate" }));
    call.cost_reported = cost.filter(|cost| *cost != Usd::ZERO);
    Ok(Some(call))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = r#"{"id":"msg_1","sessionID":"ses_1","role":"assistant","time":{"created":1767225600000,"completed":1767225601500},"modelID":"claude-opus-5","providerID":"anthropic","path":{"root":"/home/me/shop"},"cost":0,"tokens":{"input":0,"output":232,"reasoning":10,"cache":{"read":23103,"write":27398},"total":23335}}"#;

    #[test]
    fn reasoning_is_added_the_stated_total_is_not_believed_and_zero_is_a_subscription() {
        let mut sink = Sink::default();
        OpenCode.read(&mut MESSAGE.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
        let call = &sink.calls[0];
        assert_eq!(
            [
                call.in_uncached,
                call.in_cache_read,
                call.in_cache_write_5m,
                call.out_total,
                call.out_reasoning
            ],
            [Some(0), Some(23_103), Some(27_398), Some(242), Some(10)]
        );
        assert_eq!((call.cost_reported, call.latency_ms), (None, Some(1_500.0)));
        assert_eq!(call.cost_kind.map(|kind| sink.strings.text(kind)), Some("included"));
    }

    #[test]
    fn a_database_has_the_same_messages() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("opencode.db");
        let database = rusqlite::Connection::open(&path).expect("a database");
        database
            .execute_batch("CREATE TABLE message (id TEXT, session_id TEXT, data TEXT)")
            .expect("a table");
        for (id, data) in [("msg_1", MESSAGE), ("msg_2", "{\"role\":\"user\"}"), ("msg_3", "no json")] {
            database.execute("INSERT INTO message VALUES (?1, 'ses_1', ?2)", [id, data]).expect("a row");
        }
        drop(database);
        let bytes = std::fs::read(&path).expect("bytes");
        let head = Head::new(&bytes, "db");
        assert_eq!(OpenCode.likeness(&head), Likeness::Likely);
        let mut sink = Sink::default();
        let context = ReadContext { file: "opencode.db", head: Some(&head), map: None };
        OpenCode.read(&mut bytes.as_slice(), &context, &mut sink).expect("readable");
        assert_eq!((sink.calls.len(), sink.no_call, sink.rejects.len()), (1, 1, 1));
        assert_eq!(sink.calls[0].out_total, Some(242));
    }
}
