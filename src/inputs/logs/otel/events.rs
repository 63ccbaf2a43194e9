//! Log events of agents: Claude Code, Codex and Gemini CLI write one for each answer of the API.

use super::attributes::{Attributes, names};
use super::spans::{Counts, InputIs, Span, Usage};
use crate::inputs::logs::call::Call;
use crate::inputs::logs::sink::Sink;

/// The events that are calls, by the end of their name, with their application, seller and what their input counts.
const EVENTS: &[(&str, &str, &str, InputIs)] = &[
    ("claude_code.api_request", "claude-code", "anthropic", InputIs::WithoutCache),
    ("codex.sse_event", "codex", "openai", InputIs::WithCache),
    ("gemini_cli.api_response", "gemini-cli", "google", InputIs::WithCache),
    ("qwen-code.api_response", "qwen-code", "", InputIs::WithCache),
];

/// The usage of an event. `None`: it is no event of these; `Some(None)`: it is one that is no call.
pub fn call_of(span: &Span, attributes: &Attributes<'_>, sink: &mut Sink) -> Result<Option<Usage>, String> {
    // Claude Code's records name the event in their body, and without its prefix in an attribute.
    let named = attributes.text(&["event.name"]).unwrap_or_default();
    let is = |event: &str| {
        span.name == event
            || named == event
            || (span.name.is_empty() && event.ends_with(&format!(".{named}")))
    };
    let Some((_, app, seller, input_is)) = EVENTS.iter().find(|(event, ..)| is(event)) else {
        return Ok(None);
    };
    let mut call = Call::at(span.line);
    let counts = Counts::of(attributes)?;
    if counts.is_empty() {
        return Ok(None);
    }
    call.when = span.when;
    call.app = sink.text(Some(app));
    call.seller = sink.text(Some(seller));
    call.operation = sink.text(Some("chat"));
    call.model_raw = sink.text(attributes.text(names::MODEL));
    call.session_id = sink.text(attributes.text(names::SESSION));
    call.user = sink.text(attributes.text(names::USER));
    call.latency_ms = attributes.number(&["duration_ms"]);
    call.cost_reported = attributes.dollars(names::COST)?;
    let sequence = attributes.text(&["event.sequence"]);
    call.id = match (attributes.text(&["session.id"]), sequence) {
        (Some(session), Some(sequence)) => sink.text(Some(format!("{session}:{sequence}"))),
        _ => sink.text(attributes.text(names::RESPONSE_ID)),
    };
    call.mode = match attributes.text(&["speed"]).as_deref() {
        Some("fast") => sink.text(Some("fast")),
        Some(_) => sink.text(Some("standard")),
        None => None,
    };
    // Gemini's thoughts stand beside its answer.
    let beside = *app == "gemini-cli";
    Ok(Some(Usage { call, counts, input_is: *input_is, scope: None, reasoning_beside: beside }))
}
