//! Request-response logs of Vertex AI as exported from BigQuery: one object a call, with the whole answer beside its usage. Only
//! the usage is read.
//!
//! Request-response logging writes a BigQuery table; `bq extract --destination_format NEWLINE_DELIMITED_JSON` makes a file of it.

use std::io::BufRead;

use serde_json::value::RawValue;

use super::call::Call;
use super::detect::{Head, Likeness};
use super::gemini_cli::fill;
use super::json_rows;
use super::object::{self, Object};
use super::sink::Sink;
use super::usage::Usage;
use super::values;
use super::{LogFormat, ReadContext};

/// The format.
pub struct Vertex;

impl LogFormat for Vertex {
    fn id(&self) -> &'static str {
        "vertex"
    }

    fn about(&self) -> &'static str {
        "Vertex AI request-response logs exported from BigQuery as JSON lines"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        if head.objects_with(&["full_response", "full_request"]) > 0
            || head.objects_with(&["full_response", "logging_time"]) > 0
        {
            Likeness::Certain
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
        "no response has `usageMetadata` or `usage`"
    }
}

fn call_of(line: u64, value: &RawValue, sink: &mut Sink) -> Result<Option<Call>, String> {
    let Some(row) = Object::of(Some(value))? else { return Ok(None) };
    let Some(response) = object::embedded(row.get("full_response")) else { return Ok(None) };
    let response = object::raw(&response);
    let mut chunks = object::items(response);
    chunks.extend(response.filter(|response| response.get().starts_with('{')));
    let mut call = Call::at(line);
    let mut found = false;
    // The last chunk of a stream has the whole usage.
    for chunk in chunks.iter().rev() {
        let chunk = Object::or_empty(Some(chunk))?;
        let usage = chunk.object("usageMetadata")?;
        if let Some(prompt) = usage.integer("promptTokenCount")? {
            let (read, output) =
                (usage.integer("cachedContentTokenCount")?, usage.integer("candidatesTokenCount")?);
            let (thoughts, tool) =
                (usage.integer("thoughtsTokenCount")?, usage.integer("toolUsePromptTokenCount")?);
            fill(&mut call, prompt, tool, read, output, thoughts, usage.integer("totalTokenCount")?)?;
            found = true;
        } else if let Some(usage) = values::object::<Usage>(chunk.get("usage"))?.filter(Usage::has_tokens) {
            // Models of partners answer in their own shape.
            usage.fill(&mut call)?;
            found = true;
        }
        if found {
            call.model_raw = sink.text(chunk.first(&["modelVersion", "model"]));
            break;
        }
    }
    if !found {
        return Ok(None);
    }
    call.id = sink.text(row.text("request_id"));
    call.when = row.when(&["logging_time"]);
    let model = row.text("model");
    let named = model.as_deref().map(|path| path.rsplit('/').next().unwrap_or(path));
    call.model_raw = sink.text(named).or(call.model_raw);
    call.region = sink.text(model.as_deref().and_then(|path| {
        let mut parts = path.split('/');
        parts.find(|part| *part == "locations").and_then(|_| parts.next())
    }));
    call.seller = sink.text(Some("google-vertex"));
    call.operation = sink.text(Some("chat"));
    call.stream = Some(chunks.len() > 1);
    let metadata = object::embedded(row.get("metadata"));
    let metadata = Object::or_empty(metadata.as_deref().and_then(object::raw))?;
    call.latency_ms = metadata.number("request_latency");
    let request = object::embedded(row.get("full_request"));
    let request = Object::or_empty(request.as_deref().and_then(object::raw))?;
    let labels = request.object("labels")?;
    call.tag = sink.text(labels.first(&["workload", "application", "app", "project", "team"]));
    call.tag = call.tag.or_else(|| sink.text(labels.entries().next().and_then(|(key, _)| labels.text(key))));
    Ok(Some(call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_streamed_answer_is_counted_by_its_last_chunk_and_integers_may_be_text() {
        let text = r#"{"logging_time":"2026-06-01 10:00:00 UTC","request_id":"7","model":"projects/p/locations/europe-west4/publishers/google/models/gemini-2.5-flash","full_request":{"labels":{"team":"search"},"contents":[{"parts":["…"]}]},"full_response":"[{\"usageMetadata\":{\"promptTokenCount\":\"9\"}},{\"modelVersion\":\"gemini-2.5-flash\",\"usageMetadata\":{\"promptTokenCount\":\"100\",\"cachedContentTokenCount\":\"30\",\"candidatesTokenCount\":\"20\",\"thoughtsTokenCount\":\"8\",\"totalTokenCount\":\"128\"}}]","metadata":{"request_latency":812}}"#;
        let mut sink = Sink::default();
        Vertex.read(&mut text.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
        assert_eq!(sink.rejects, []);
        let call = &sink.calls[0];
        assert_eq!(
            [call.in_uncached, call.in_cache_read, call.out_total, call.out_reasoning],
            [Some(70), Some(30), Some(28), Some(8)]
        );
        assert_eq!(call.region.map(|region| sink.strings.text(region)), Some("europe-west4"));
        assert_eq!(call.model_raw.map(|model| sink.strings.text(model)), Some("gemini-2.5-flash"));
        assert_eq!((call.latency_ms, call.quality & super::super::quality::TOTAL_MISMATCH), (Some(812.0), 0));
    }
}
