//! From spans with token counts to calls: which of a chain of spans is the call, and what its input counts.

use std::collections::{HashMap, HashSet};

use super::attributes::{Attributes, names};
use crate::inputs::logs::call::{Call, Convention, Status, When};
use crate::inputs::logs::object::{self, Object};
use crate::inputs::logs::quality;
use crate::inputs::logs::sink::Sink;
use crate::inputs::logs::strings::Sym;
use crate::inputs::logs::usage::{check_total, set_cache_writes, without_cache};

/// What made a span.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope {
    pub name: Option<Sym>,
    pub version: Option<Sym>,
    pub app: Option<Sym>,
}

/// Where a span stands.
#[derive(Debug, Clone, Default)]
pub struct Span {
    pub line: u64,
    pub name: String,
    pub trace: Option<Sym>,
    pub id: Option<Sym>,
    pub parent: Option<Sym>,
    pub when: When,
    /// Microseconds since 1970.
    pub end: Option<i64>,
    pub is_log: bool,
    pub failed: bool,
}

/// What the input count of an instrumentation means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputIs {
    WithCache,
    WithoutCache,
    /// Said by nobody: the rows of the same scope decide.
    Undefined,
}

/// Counts as logged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    input: Option<i64>,
    output: Option<i64>,
    total: Option<i64>,
    read: Option<i64>,
    written: Option<i64>,
    written_1h: Option<i64>,
    written_5m: Option<i64>,
    reasoning: Option<i64>,
}

impl Counts {
    /// The counts of attributes.
    pub fn of(attributes: &Attributes<'_>) -> Result<Self, String> {
        let mut counts = Self {
            input: attributes.integer(names::INPUT)?,
            output: attributes.integer(names::OUTPUT)?,
            total: attributes.integer(names::TOTAL)?,
            read: attributes.integer(names::READ)?,
            written: attributes.integer(names::WRITE)?,
            reasoning: attributes.integer(names::REASONING)?,
            ..Self::default()
        };
        if let Some(metadata) = attributes.text(&["ai.response.providerMetadata"]) {
            counts.add_provider_metadata(&metadata)?;
        }
        Ok(counts)
    }

    /// What the Vercel SDK passes on from the seller, as text.
    fn add_provider_metadata(&mut self, text: &str) -> Result<(), String> {
        let metadata = Object::or_empty(object::raw(text))?;
        let anthropic = metadata.object("anthropic")?;
        let bedrock = metadata.object("bedrock")?.object("usage")?;
        let written = match anthropic.integer("cacheCreationInputTokens")? {
            None => bedrock.integer("cacheWriteInputTokens")?,
            written => written,
        };
        self.written = self.written.or(written);
        self.read = match self.read {
            None => bedrock.integer("cacheReadInputTokens")?,
            read => read,
        };
        let split = anthropic.object("usage")?.object("cache_creation")?;
        self.written_5m = split.integer("ephemeral_5m_input_tokens")?;
        self.written_1h = split.integer("ephemeral_1h_input_tokens")?;
        Ok(())
    }

    /// Whether there is neither input nor output.
    pub const fn is_empty(&self) -> bool {
        self.input.is_none() && self.output.is_none()
    }

    fn cached(&self) -> i64 {
        self.read.unwrap_or(0).saturating_add(self.written.unwrap_or(0))
    }
}

/// A call that waits for the rest of its file.
pub struct Usage {
    pub call: Call,
    pub counts: Counts,
    pub input_is: InputIs,
    /// The scope whose rows decide what input counts.
    pub scope: Option<(Option<Sym>, Option<Sym>)>,
    /// Whether reasoning stands beside the output and not within it.
    pub reasoning_beside: bool,
}

/// The usage of a span; `None`: its kind is no call of a model.
pub fn usage_of(
    span: &Span,
    attributes: &Attributes<'_>,
    scope: &Scope,
    sink: &mut Sink,
) -> Result<Option<Usage>, String> {
    let kind = attributes.text(&["openinference.span.kind"]);
    if kind.as_deref().is_some_and(|kind| !["LLM", "EMBEDDING", "RERANKER"].contains(&kind)) {
        return Ok(None);
    }
    let counts = Counts::of(attributes)?;
    if counts.is_empty() {
        return Ok(None);
    }
    let mut call = Call::at(span.line);
    call.id = sink.text(attributes.text(names::RESPONSE_ID));
    if call.id.is_none() {
        let of_span = span
            .trace
            .zip(span.id)
            .map(|(trace, id)| format!("{}/{}", sink.strings.text(trace), sink.strings.text(id)));
        call.id = sink.text(of_span);
    }
    call.when = span.when;
    if let (When::Absolute(start), Some(end)) = (span.when, span.end) {
        call.latency_ms = Some((end - start) as f64 / 1_000.0);
    }
    call.trace_id = span.trace;
    call.session_id = sink.text(attributes.text(names::SESSION));
    call.model_raw = sink.text(attributes.text(names::MODEL));
    // The Vercel SDK names the interface after the seller.
    let seller = attributes.text(names::SELLER);
    call.seller = sink.text(seller.as_deref().map(|name| match attributes.has(&["ai.model.provider"]) {
        true => name.split('.').next().unwrap_or(name),
        false => name,
    }));
    let embedding =
        kind.as_deref() == Some("EMBEDDING") || span.name.ends_with(".doEmbed") || span.name == "ai.embed";
    let mut counts = counts;
    let operation = attributes.text(names::OPERATION);
    if embedding || matches!(operation.as_deref(), Some("embeddings" | "embedding")) {
        // There is no output that could be missing.
        counts.output = counts.output.or(Some(0));
    }
    call.operation = sink.text(Some(match operation.as_deref() {
        _ if embedding => "embedding",
        Some("embeddings" | "embedding") => "embedding",
        Some("text_completion" | "completion") => "completion",
        _ if kind.as_deref() == Some("RERANKER") => "rerank",
        _ => "chat",
    }));
    call.mode = match attributes.text(names::TIER).as_deref() {
        Some("flex") => sink.text(Some("flex")),
        Some("priority") => sink.text(Some("priority")),
        Some("fast") => sink.text(Some("fast")),
        Some("batch") => sink.text(Some("batch")),
        Some("default" | "standard") => sink.text(Some("standard")),
        _ => None,
    };
    call.cost_reported = attributes.dollars(names::COST)?;
    call.user = sink.text(attributes.text(names::USER));
    call.app = scope.app;
    let tag = attributes.text(&["ai.telemetry.functionId", "tag.tags", "gen_ai.agent.name"]);
    call.tag = sink.text(tag.filter(|tag| !tag.starts_with('[')));
    if span.failed {
        call.status = Status::Error;
    }
    let input_is =
        if attributes.has(&["llm.token_count.prompt"]) { InputIs::WithCache } else { InputIs::Undefined };
    Ok(Some(Usage {
        call,
        counts,
        input_is,
        scope: Some((scope.name, scope.version)),
        reasoning_beside: false,
    }))
}

/// The spans of a file.
#[derive(Default)]
pub struct Spans {
    parents: HashMap<Sym, Sym>,
    usages: Vec<(Span, Usage)>,
}

impl Spans {
    /// Keeps a span: what it says of the tree, and its usage if it has one.
    pub fn keep(&mut self, span: Span, usage: Option<Usage>, sink: &mut Sink) {
        if let (Some(id), Some(parent)) = (span.id, span.parent) {
            self.parents.insert(id, parent);
        }
        match usage {
            Some(usage) => self.usages.push((span, usage)),
            None => sink.no_call(),
        }
    }

    /// Hands the calls over.
    pub fn finish(self, sink: &mut Sink) {
        let repeated = self.repeated();
        // Where cached tokens do not fit into the input of one row, no row of its scope has them in it.
        let mut without: HashSet<(Option<Sym>, Option<Sym>)> = HashSet::new();
        for (_, usage) in &self.usages {
            let exceeds = usage.counts.input.is_some_and(|input| usage.counts.cached() > input);
            without.extend(usage.scope.filter(|_| usage.input_is == InputIs::Undefined && exceeds));
        }
        for (at, (span, usage)) in self.usages.into_iter().enumerate() {
            if repeated.contains(&at) {
                sink.no_call();
                continue;
            }
            let exclusive = match usage.input_is {
                InputIs::WithCache => false,
                InputIs::WithoutCache => true,
                InputIs::Undefined => usage.scope.is_some_and(|scope| without.contains(&scope)),
            };
            match usage.into_call(exclusive) {
                Ok(call) => sink.call(call),
                Err(reason) => sink.reject(span.line, reason),
            }
        }
    }

    /// Usages that repeat another one: ancestors of a span with usage, logs within such a span, and the outer spans of the
    /// Vercel SDK, which are not linked to their inner ones.
    fn repeated(&self) -> HashSet<usize> {
        let with_usage: HashMap<Sym, usize> =
            self.usages.iter().enumerate().filter_map(|(at, (span, _))| Some((span.id?, at))).collect();
        let inner = |name: &str| name.starts_with("ai.") && name.contains(".do");
        let has_inner = self.usages.iter().any(|(span, _)| inner(&span.name));
        let mut repeated = HashSet::new();
        for (at, (span, _)) in self.usages.iter().enumerate() {
            if has_inner && span.name.starts_with("ai.") && !inner(&span.name) {
                repeated.insert(at);
                continue;
            }
            if span.is_log {
                // A record within a span that has the same usage repeats it.
                if span.parent.is_some_and(|parent| with_usage.contains_key(&parent)) {
                    repeated.insert(at);
                }
                continue;
            }
            let mut next = span.parent;
            let mut seen = HashSet::new();
            while let Some(parent) = next.filter(|parent| seen.insert(*parent)) {
                if let Some(at) = with_usage.get(&parent) {
                    repeated.insert(*at);
                }
                next = self.parents.get(&parent).copied();
            }
        }
        repeated
    }
}

impl Usage {
    fn into_call(self, exclusive: bool) -> Result<Call, String> {
        let Self { mut call, counts, .. } = self;
        set_cache_writes(&mut call, counts.written, counts.written_5m, counts.written_1h);
        call.in_cache_read = counts.read;
        call.in_uncached = match counts.input {
            Some(input) if exclusive => Some(input),
            Some(input) => Some(without_cache(input, counts.cached())?),
            None => None,
        };
        call.convention = match (exclusive, self.input_is) {
            (true, _) => Convention::Exclusive,
            (false, InputIs::Undefined) => Convention::Inferred,
            (false, _) => Convention::Inclusive,
        };
        call.out_total = match (self.reasoning_beside, counts.output, counts.reasoning) {
            (true, Some(output), Some(reasoning)) => Some(output.saturating_add(reasoning)),
            _ => counts.output,
        };
        call.out_reasoning = counts.reasoning;
        if counts.read.is_none() && counts.written.is_none() {
            call.quality |= quality::CACHE_UNKNOWN;
        }
        if let Some(total) = counts.total {
            check_total(&mut call, total);
        }
        Ok(call)
    }
}
