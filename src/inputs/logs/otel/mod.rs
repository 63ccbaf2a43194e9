//! OpenTelemetry traces and logs of model calls, whoever instrumented them: the GenAI conventions old and new, OpenInference and
//! Phoenix, OpenLLMetry, the Vercel AI SDK, and the events of Claude Code, Codex and Gemini CLI.
//!
//! Files are OTLP JSON (one document, or an export request a line), spans with a flat object of attributes, or bare
//! attributes. Parents repeat the usage of their children: only a span without a descendant with usage is a call.
//!
//! The `file` exporter of the OpenTelemetry Collector writes an export request a line; Phoenix exports spans as JSON lines.

mod attributes;
mod events;
mod spans;

use std::io::BufRead;

use serde_json::value::RawValue;

use self::attributes::{Attributes, names};
use self::spans::{Scope, Span, Spans};
use super::call::When;
use super::detect::{Head, Likeness};
use super::json_rows;
use super::object::Object;
use super::sink::Sink;
use super::values;
use super::{LogFormat, ReadContext};

/// The format.
pub struct Otel;

impl LogFormat for Otel {
    fn id(&self) -> &'static str {
        "otel"
    }

    fn about(&self) -> &'static str {
        "OpenTelemetry traces and logs as JSON: GenAI conventions, OpenInference (Phoenix), OpenLLMetry, Vercel AI SDK, Claude Code telemetry"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        let text = head.text();
        let otlp = ["\"resourceSpans\"", "\"resourceLogs\""].iter().any(|key| text.contains(key));
        let words = [
            "\"gen_ai.",
            "\"llm.token_count.",
            "\"llm.model_name\"",
            "\"ai.usage.",
            "\"ai.model.id\"",
            "claude_code.api_request",
            "codex.sse_event",
            "gemini_cli.api_response",
        ];
        let instrumented = words.iter().any(|word| text.contains(word));
        match (otlp, instrumented) {
            (true, _) => Likeness::Certain,
            (false, true) => Likeness::Likely,
            (false, false) if text.contains("\"resourceMetrics\"") => Likeness::Possible,
            (false, false) => Likeness::None,
        }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        _context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        let mut spans = Spans::default();
        json_rows::for_each(reader, sink, |row, sink| {
            if let Err(reason) = document(row.line, row.value, &mut spans, sink) {
                sink.reject(row.line, reason);
            }
        });
        spans.finish(sink);
        Ok(())
    }

    fn nothing_found(&self) -> &'static str {
        "no span and no event has token counts (metrics are sums, and not read)"
    }
}

/// A line: an export request, a span, or bare attributes.
fn document(line: u64, value: &RawValue, spans: &mut Spans, sink: &mut Sink) -> Result<(), String> {
    let Some(fields) = Object::of(Some(value))? else {
        sink.no_call();
        return Ok(());
    };
    if ["resourceSpans", "resourceLogs", "resourceMetrics"].iter().any(|key| fields.has(key)) {
        return export(line, &fields, spans, sink);
    }
    if fields.has("attributes") {
        return flat_span(line, &fields, spans, sink);
    }
    let attributes = Attributes::of(Some(value))?;
    let span = Span { line, ..Span::default() };
    take(span, &attributes, &Scope::default(), spans, sink);
    Ok(())
}

/// An export request of OTLP.
fn export(line: u64, fields: &Object<'_>, spans: &mut Spans, sink: &mut Sink) -> Result<(), String> {
    for (resources, scopes, records, is_log) in
        [("resourceSpans", "scopeSpans", "spans", false), ("resourceLogs", "scopeLogs", "logRecords", true)]
    {
        for resource in fields.items(resources) {
            let resource = Object::or_empty(Some(resource))?;
            let about = Attributes::of(resource.object("resource")?.get("attributes"))?;
            let app = sink.text(about.text(&["service.name"]));
            for group in resource.items(scopes) {
                let group = Object::or_empty(Some(group))?;
                let scope = group.object("scope")?;
                let scope = Scope {
                    name: sink.text(scope.text("name")),
                    version: sink.text(scope.text("version")),
                    app,
                };
                for record in group.items(records) {
                    let read = Object::or_empty(Some(record)).and_then(|record| {
                        let attributes = Attributes::of(record.get("attributes"))?;
                        let span = otlp_span(line, &record, &attributes, is_log, sink);
                        take(span, &attributes, &scope, spans, sink);
                        Ok(())
                    });
                    if let Err(reason) = read {
                        sink.reject(line, reason);
                    }
                }
            }
        }
    }
    if fields.has("resourceMetrics") {
        sink.no_call();
    }
    Ok(())
}

fn otlp_span(
    line: u64,
    record: &Object<'_>,
    attributes: &Attributes<'_>,
    is_log: bool,
    sink: &mut Sink,
) -> Span {
    let nanos = |key: &str| {
        let nanos = record.text(key)?.parse::<i64>().ok().filter(|nanos| *nanos > 0)?;
        Some(nanos / 1_000)
    };
    let start = nanos("startTimeUnixNano")
        .or_else(|| nanos("timeUnixNano"))
        .or_else(|| nanos("observedTimeUnixNano"));
    let body = record.object("body").ok().and_then(|body| body.text("stringValue"));
    let name = record.first(&["name", "eventName"]).or_else(|| attributes.text(&["event.name"])).or(body);
    Span {
        line,
        name: name.map(std::borrow::Cow::into_owned).unwrap_or_default(),
        trace: sink.text(record.text("traceId")),
        id: sink.text(record.text("spanId")).filter(|_| !is_log),
        parent: sink.text(if is_log { record.text("spanId") } else { record.text("parentSpanId") }),
        when: start.map_or(When::None, When::Absolute),
        end: nanos("endTimeUnixNano"),
        is_log,
        failed: record.object("status").ok().and_then(|status| status.text("code")).as_deref() == Some("2"),
    }
}

/// A span with a flat object of attributes: as Phoenix and the SDKs of languages write them.
fn flat_span(line: u64, fields: &Object<'_>, spans: &mut Spans, sink: &mut Sink) -> Result<(), String> {
    let attributes = Attributes::of(fields.get("attributes"))?;
    let mut context = fields.object("context")?;
    if !context.has("span_id") && !context.has("spanId") {
        context = fields.object("spanContext")?;
    }
    let id = |keys: &[&str]| context.first(keys).or_else(|| fields.first(keys));
    let start = moment(fields, &["start_time", "startTime", "startTimeUnixNano"]);
    let status = fields.object("status")?;
    let failed = status.integer("code").ok().flatten() == Some(2)
        || fields.text("status_code").as_deref() == Some("ERROR");
    let span = Span {
        line,
        name: fields.text("name").map(std::borrow::Cow::into_owned).unwrap_or_default(),
        trace: sink.text(id(&["trace_id", "traceId"])),
        id: sink.text(id(&["span_id", "spanId"])),
        parent: sink.text(fields.first(&["parent_id", "parentSpanId", "parent_span_id"])),
        when: start.map_or(When::None, When::Absolute),
        end: moment(fields, &["end_time", "endTime", "endTimeUnixNano"]),
        is_log: false,
        failed,
    };
    take(span, &attributes, &Scope::default(), spans, sink);
    Ok(())
}

/// A moment as text, as nanoseconds, or as a pair of seconds and nanoseconds.
fn moment(fields: &Object<'_>, keys: &[&str]) -> Option<i64> {
    keys.iter().find_map(|key| {
        let pair = fields.items(key);
        if let [seconds, nanos] = pair[..] {
            let part = |raw| values::integer(Some(raw), "time").ok().flatten();
            return part(seconds)?.checked_mul(1_000_000)?.checked_add(part(nanos)? / 1_000);
        }
        let text = fields.text(key)?;
        match text.parse::<i64>() {
            Ok(nanos) if nanos > 100_000_000_000_000_000 => Some(nanos / 1_000),
            _ => values::moment(&text),
        }
    })
}

/// Keeps a span or a record: a call if it has token counts, a link between spans in any case.
fn take(span: Span, attributes: &Attributes<'_>, scope: &Scope, spans: &mut Spans, sink: &mut Sink) {
    let line = span.line;
    let found = match events::call_of(&span, attributes, sink) {
        Ok(None) if attributes.has(names::INPUT) || attributes.has(names::OUTPUT) => {
            spans::usage_of(&span, attributes, scope, sink)
        }
        found => found,
    };
    match found {
        Ok(usage) => spans.keep(span, usage, sink),
        Err(reason) => sink.reject(line, reason),
    }
}

#[cfg(test)]
mod tests;
