//! Codex rollouts: one JSON object a line, among them events that repeat the running totals of the session.
//!
//! A call is a *change* of the cumulative usage. Events that leave it as it is are repetitions; a fall is a new count. Forks and
//! sub-agents begin by replaying their parent's events, so a call is known by the root of its session and the totals it
//! led to, whichever file tells of it. Input contains cached tokens, output contains reasoning.
//!
//! They lie in `~/.codex/sessions` and `~/.codex/archived_sessions`; `$CODEX_HOME` moves them.

use std::io::BufRead;

use super::call::{Call, Convention};
use super::detect::{Head, Likeness};
use super::json_rows::{self, JsonRow};
use super::object::Object;
use super::sink::Sink;
use super::strings::Sym;
use super::usage::{check_total, without_cache};
use super::values::Raw;
use super::{LogFormat, ReadContext, quality};

/// The format.
pub struct Codex;

/// The model of rollouts that name none: those of September 2025, before the field was there.
const UNNAMED: &str = "gpt-5";

impl LogFormat for Codex {
    fn id(&self) -> &'static str {
        "codex"
    }

    fn about(&self) -> &'static str {
        "Codex rollouts (sessions/**/rollout-*.jsonl) and the output of `codex exec --json`"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        let rows = head.objects_with(&["timestamp", "type", "payload"]);
        let exec = head.holds("\"turn.completed\"") && head.holds("\"thread.started\"");
        match rows {
            _ if exec => Likeness::Certain,
            0 => Likeness::None,
            _ if ["\"session_meta\"", "\"turn_context\"", "\"event_msg\""]
                .iter()
                .any(|word| head.holds(word)) =>
            {
                Likeness::Certain
            }
            _ => Likeness::Possible,
        }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        _context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        let mut session = Session::default();
        json_rows::for_each(reader, sink, |row, sink| match session.take(&row, sink) {
            Ok(Some(call)) => sink.call(call),
            Ok(None) => sink.no_call(),
            Err(reason) => sink.reject(row.line, reason),
        });
        if session.unnamed > 0 {
            sink.notes.push(format!("{} calls name no model: taken to be {UNNAMED}", session.unnamed));
        }
        Ok(())
    }

    fn ids_are_of_sessions(&self) -> bool {
        true
    }

    fn nothing_found(&self) -> &'static str {
        "no event has a token count: a session without an answer"
    }
}

/// Token counts of an event; reasoning is part of output, cached tokens are part of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    input: i64,
    read: Option<i64>,
    written: Option<i64>,
    output: i64,
    reasoning: Option<i64>,
    total: Option<i64>,
}

impl Counts {
    fn of(raw: Raw<'_>) -> Result<Option<Self>, String> {
        let Some(usage) = Object::of(raw)? else { return Ok(None) };
        let (input, output) = (
            usage.first_integer(&["input_tokens", "prompt_tokens"])?,
            usage.first_integer(&["output_tokens", "completion_tokens"])?,
        );
        if input.is_none() && output.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            input: input.unwrap_or(0),
            read: usage.first_integer(&[
                "cached_input_tokens",
                "cache_read_input_tokens",
                "cached_tokens",
            ])?,
            written: usage.first_integer(&["cache_write_input_tokens", "cache_creation_input_tokens"])?,
            output: output.unwrap_or(0),
            reasoning: usage.first_integer(&["reasoning_output_tokens", "reasoning_tokens"])?,
            total: usage.integer("total_tokens")?,
        }))
    }

    /// What came since `before`; `None`: a count fell, so it began anew.
    fn since(&self, before: &Self) -> Option<Self> {
        let part = |own: i64, old: i64| own.checked_sub(old).filter(|change| *change >= 0);
        let optional = |own: Option<i64>, old: Option<i64>| match own {
            None => Some(None),
            Some(own) => part(own, old.unwrap_or(0)).map(Some),
        };
        Some(Self {
            input: part(self.input, before.input)?,
            read: optional(self.read, before.read)?,
            written: optional(self.written, before.written)?,
            output: part(self.output, before.output)?,
            reasoning: optional(self.reasoning, before.reasoning)?,
            total: self.total.zip(before.total).and_then(|(own, old)| part(own, old)),
        })
    }

    const fn is_nothing(&self) -> bool {
        self.input == 0 && self.output == 0
    }

    /// What tells the call apart in its session.
    fn name(&self) -> String {
        let part = |count: Option<i64>| count.unwrap_or(0);
        format!("{}/{}/{}/{}", self.input, part(self.read), self.output, part(self.reasoning))
    }
}

/// What earlier lines of the file said.
#[derive(Default)]
struct Session {
    id: Option<Sym>,
    model: Option<Sym>,
    seller: Option<Sym>,
    folder: Option<Sym>,
    is_subagent: Option<bool>,
    totals: Option<Counts>,
    /// Counts that began anew so far.
    resets: u32,
    unnamed: u64,
}

impl Session {
    fn take(&mut self, row: &JsonRow<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
        let Some(fields) = Object::of(Some(row.value))? else { return Ok(None) };
        let kind = fields.text("type").unwrap_or_default();
        match kind.as_ref() {
            "session_meta" => self.begin(&fields.object("payload")?, sink)?,
            "turn_context" => self.context(&fields.object("payload")?, sink),
            "event_msg" => {
                let payload = fields.object("payload")?;
                if payload.text("type").as_deref() == Some("token_count") {
                    return self.count(row.line, &fields, &payload.object("info")?, sink);
                }
            }
            "thread.started" => self.id = sink.text(fields.text("thread_id")).or(self.id),
            "turn.completed" => return self.turn(row.line, &fields, sink),
            _ => {}
        }
        Ok(None)
    }

    fn begin(&mut self, meta: &Object<'_>, sink: &mut Sink) -> Result<(), String> {
        self.id = sink.text(meta.text("id")).or(self.id);
        self.seller = sink.text(meta.text("model_provider")).or(self.seller);
        self.folder = sink.text(meta.text("cwd").as_deref().and_then(super::claude_code::last_folder));
        let spawn = meta.object("source")?.object("subagent")?.object("thread_spawn")?;
        let parent = meta.text("forked_from_id").or_else(|| spawn.text("parent_thread_id"));
        if meta.object("source")?.has("subagent") {
            self.is_subagent = Some(true);
        }
        if let (Some(own), Some(parent)) = (self.id, sink.text(parent)) {
            sink.parents.push((own, parent));
        }
        Ok(())
    }

    fn context(&mut self, context: &Object<'_>, sink: &mut Sink) {
        self.model = sink.text(context.text("model")).or(self.model);
        let folder = context.text("cwd");
        self.folder = sink.text(folder.as_deref().and_then(super::claude_code::last_folder)).or(self.folder);
    }

    /// An event with the running totals.
    fn count(
        &mut self,
        line: u64,
        event: &Object<'_>,
        info: &Object<'_>,
        sink: &mut Sink,
    ) -> Result<Option<Call>, String> {
        let last = Counts::of(info.get("last_token_usage"))?;
        let Some(totals) = Counts::of(info.get("total_token_usage"))? else {
            // A ping about rate limits has no counts at all.
            let Some(last) = last.filter(|last| !last.is_nothing()) else { return Ok(None) };
            return self.call(line, event, last, None, sink).map(Some);
        };
        let used = match self.totals {
            // The first event of a file may already stand on a history that is not in it.
            None => last.unwrap_or(totals),
            Some(before) if before == totals => return Ok(None),
            Some(before) => match totals.since(&before) {
                Some(used) => used,
                None => {
                    self.resets += 1;
                    last.unwrap_or(totals)
                }
            },
        };
        self.totals = Some(totals);
        if used.is_nothing() {
            return Ok(None);
        }
        let name = match self.resets {
            0 => totals.name(),
            resets => format!("{}#{resets}", totals.name()),
        };
        self.call(line, event, used, Some(name), sink).map(Some)
    }

    /// The end of a turn in the output of `codex exec --json`, with the turn's own usage.
    fn turn(&mut self, line: u64, event: &Object<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
        let Some(used) = Counts::of(event.get("usage"))?.filter(|used| !used.is_nothing()) else {
            return Ok(None);
        };
        self.call(line, event, used, None, sink).map(Some)
    }

    fn call(
        &mut self,
        line: u64,
        event: &Object<'_>,
        used: Counts,
        name: Option<String>,
        sink: &mut Sink,
    ) -> Result<Call, String> {
        let mut call = Call::at(line);
        let cached = used.read.unwrap_or(0) + used.written.unwrap_or(0);
        call.in_uncached = Some(without_cache(used.input, cached)?);
        call.in_cache_read = used.read;
        call.in_cache_write_5m = used.written;
        call.out_total = Some(used.output);
        call.out_reasoning = used.reasoning;
        call.convention = Convention::Inclusive;
        if used.read.is_none() {
            call.quality |= quality::CACHE_UNKNOWN;
        }
        if let Some(total) = used.total {
            check_total(&mut call, total);
        }
        call.id = sink.text(name);
        call.when = event.when(&["timestamp"]);
        call.model_raw = self.model;
        if self.model.is_none() {
            self.unnamed += 1;
            call.model_raw = sink.text(Some(UNNAMED));
            call.quality |= quality::MODEL_MISSING;
        }
        call.seller = self.seller.or_else(|| sink.text(Some("openai")));
        call.operation = sink.text(Some("chat"));
        call.app = sink.text(Some("codex"));
        call.tag = self.folder;
        call.session_id = self.id;
        call.is_subagent = self.is_subagent;
        Ok(call)
    }
}

#[cfg(test)]
mod tests;
