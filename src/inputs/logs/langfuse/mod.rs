//! Langfuse: traces with their observations as the interface answers, and observations as rows of a blob export (JSON, JSON lines or
//! CSV).
//!
//! Parts of a usage are disjoint; keys that say `input` make the input, keys that say `output` the output. Parents repeat the usage of
//! their children, so only an observation without a descendant with usage is a call.
//!
//! From the interface (`GET /api/public/observations`), or a blob-storage export of observations.

mod usage;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::BufRead;

use super::call::{Call, Status, When};
use super::detect::{Head, Likeness};
use super::json_rows;
use super::object::Object;
use super::sink::Sink;
use super::strings::Sym;
use super::table;
use super::{LogFormat, ReadContext};

/// The format.
pub struct Langfuse;

/// The columns of a blob export that tell it apart.
const COLUMNS: [&str; 3] = ["trace_id", "usage_details", "provided_model_name"];

/// The columns of a blob export that are read: what prompts and answers say is not.
const EXPORTED: &[&str] = &[
    "id",
    "trace_id",
    "parent_observation_id",
    "type",
    "name",
    "trace_name",
    "start_time",
    "end_time",
    "provided_model_name",
    "session_id",
    "user_id",
    "level",
    "usage_details",
    "cost_details",
    "provided_cost_details",
    "total_cost",
];

impl LogFormat for Langfuse {
    fn id(&self) -> &'static str {
        "langfuse"
    }

    fn about(&self) -> &'static str {
        "Langfuse traces and observations (JSON of its interface, blob exports as JSON, JSON lines, CSV or Parquet)"
    }

    fn likeness(&self, head: &Head) -> Likeness {
        if !head.is_json() {
            let header = table::header(head);
            let all = COLUMNS.iter().all(|column| header.iter().any(|known| known == column));
            return if all { Likeness::Certain } else { Likeness::None };
        }
        let text = head.text();
        let trace = head.objects_with(&["trace", "observations"]) > 0 || text.contains("\"observations\"");
        let row = text.contains("\"traceId\"") || text.contains("\"trace_id\"");
        let usage = text.contains("\"usageDetails\"") || text.contains("\"usage_details\"");
        match (trace, row && usage) {
            (_, true) => Likeness::Certain,
            (true, false) if row => Likeness::Likely,
            _ => Likeness::None,
        }
    }

    fn read(
        &self,
        reader: &mut dyn BufRead,
        context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String> {
        let mut observations = Observations::default();
        if context.head.is_some_and(Head::is_parquet) {
            table::objects::for_each_row(reader, EXPORTED, sink, |line, fields, sink| {
                observations.take(line, fields, sink);
            })?;
        } else if context.head.is_some_and(|head| !head.is_json()) {
            table::objects::for_each_record(reader, sink, |line, fields, sink| {
                observations.take(line, fields, sink);
            })?;
        } else {
            json_rows::for_each(reader, sink, |row, sink| {
                let Ok(Some(fields)) = Object::of(Some(row.value)) else {
                    sink.no_call();
                    return;
                };
                let list = if fields.has("observations") {
                    fields.items("observations")
                } else {
                    fields.items("data")
                };
                if list.is_empty() && !fields.has("observations") {
                    observations.take(row.line, &fields, sink);
                }
                for value in list {
                    match Object::or_empty(Some(value)) {
                        Ok(observation) => observations.take(row.line, &observation, sink),
                        Err(reason) => sink.reject(row.line, reason),
                    }
                }
            });
        }
        observations.finish(sink);
        Ok(())
    }

    fn nothing_found(&self) -> &'static str {
        "no observation has a usage"
    }
}

/// The observations of a file: which of them repeat others is known at its end.
#[derive(Default)]
struct Observations {
    parents: HashMap<Sym, Sym>,
    calls: Vec<(Option<Sym>, Call)>,
}

impl Observations {
    fn take(&mut self, line: u64, fields: &Object<'_>, sink: &mut Sink) {
        let id = sink.text(fields.text("id"));
        let parent = sink.text(fields.first(&["parentObservationId", "parent_observation_id"]));
        if let (Some(id), Some(parent)) = (id, parent) {
            self.parents.insert(id, parent);
        }
        match call_of(line, fields, sink) {
            Ok(Some(mut call)) => {
                call.id = id;
                self.calls.push((id, call));
            }
            Ok(None) => sink.no_call(),
            Err(reason) => sink.reject(line, reason),
        }
    }

    fn finish(self, sink: &mut Sink) {
        let mut repeated: HashSet<Sym> = HashSet::new();
        for (id, _) in &self.calls {
            let mut next = id.and_then(|id| self.parents.get(&id)).copied();
            let mut seen = HashSet::new();
            while let Some(parent) = next.filter(|parent| seen.insert(*parent)) {
                repeated.insert(parent);
                next = self.parents.get(&parent).copied();
            }
        }
        for (id, call) in self.calls {
            if id.is_some_and(|id| repeated.contains(&id)) {
                sink.no_call();
            } else {
                sink.call(call);
            }
        }
    }
}

fn call_of(line: u64, fields: &Object<'_>, sink: &mut Sink) -> Result<Option<Call>, String> {
    let mut call = Call::at(line);
    if !usage::fill(&mut call, fields)? {
        return Ok(None);
    }
    call.when = fields.when(&["startTime", "start_time"]);
    if let (When::Absolute(start), When::Absolute(end)) = (call.when, fields.when(&["endTime", "end_time"])) {
        call.latency_ms = Some((end - start) as f64 / 1_000.0);
    }
    call.trace_id = sink.text(fields.first(&["traceId", "trace_id"]));
    call.session_id = sink.text(fields.first(&["sessionId", "session_id"]));
    call.user = sink.text(fields.first(&["userId", "user_id"]));
    // A model may be the path of a resource.
    let model = fields.first(&["model", "provided_model_name", "providedModelName"]);
    call.model_raw = sink.text(model.as_deref().map(|model| match model.contains("/models/") {
        true => model.rsplit('/').next().unwrap_or(model),
        false => model,
    }));
    call.operation = sink.text(Some(match fields.text("type").as_deref() {
        Some("EMBEDDING") => "embedding",
        _ => "chat",
    }));
    call.tag = sink.text(fields.first(&["traceName", "trace_name", "name"]));
    let costs = usage::details(fields, &["costDetails", "cost_details"])?;
    let provided = usage::details(fields, &["providedCostDetails", "provided_cost_details"])?;
    let cost = |text: Option<String>| -> Result<Option<crate::units::Usd>, String> {
        let Some(text) = text else { return Ok(None) };
        crate::units::Usd::parse(&text).map(Some).map_err(|_| "the cost is no amount".to_owned())
    };
    let total =
        |map: &[(String, String)]| map.iter().find(|(key, _)| key == "total").map(|(_, value)| value.clone());
    let stated = fields.first(&["totalCost", "total_cost", "calculatedTotalCost"]).map(Cow::into_owned);
    call.cost_reported = cost(total(&provided).or_else(|| total(&costs)).or(stated))?;
    call.cost_kind = sink.text(call.cost_reported.map(|_| "estimate"));
    if fields.text("level").as_deref() == Some("ERROR") {
        call.status = Status::Error;
    }
    Ok(Some(call))
}

#[cfg(test)]
mod tests;
