//! Traces and rows worked out by hand.

use super::*;
use crate::inputs::logs::{Input, LoadOptions, load};

fn read(text: &str, extension: &str) -> Sink {
    let head = Head::new(text.as_bytes(), extension);
    assert_eq!(Langfuse.likeness(&head), Likeness::Certain);
    let mut sink = Sink::default();
    let context = ReadContext { file: "f", head: Some(&head), map: None };
    Langfuse.read(&mut text.as_bytes(), &context, &mut sink).expect("readable");
    assert_eq!(sink.rejects, []);
    sink
}

fn buckets(sink: &Sink) -> Vec<[Option<i64>; 5]> {
    let of = |c: &Call| [c.in_uncached, c.in_cache_read, c.in_cache_write_5m, c.out_total, c.out_reasoning];
    sink.calls.iter().map(of).collect()
}

#[test]
fn a_parent_that_repeats_its_children_is_no_call() {
    let sink = read(
        r#"{"trace":{"id":"t"},"observations":[
        {"id":"a","traceId":"t","type":"AGENT","usageDetails":{"input":30,"output":12,"total":42}},
        {"id":"b","traceId":"t","type":"SPAN","parentObservationId":"a","usageDetails":{}},
        {"id":"c","traceId":"t","type":"GENERATION","parentObservationId":"b","model":"gpt-5.4","startTime":"2026-06-01T10:00:00Z","usageDetails":{"input":10,"output":5,"total":15},"costDetails":{"total":0.5}},
        {"id":"d","traceId":"t","type":"GENERATION","parentObservationId":"b","model":"projects/p/locations/l/publishers/google/models/gemini-2.5-flash","usageDetails":{"input":20,"output":7,"total":40}}]}"#,
        "json",
    );
    assert_eq!(
        buckets(&sink),
        [[Some(10), None, None, Some(5), None], [Some(20), None, None, Some(7), None]]
    );
    assert_eq!(sink.no_call, 2);
    assert_eq!(sink.calls[1].model_raw.map(|model| sink.strings.text(model)), Some("gemini-2.5-flash"));
    assert_ne!(sink.calls[1].quality & super::super::quality::TOTAL_MISMATCH, 0);
    assert_eq!(sink.calls[0].cost_reported, crate::units::Usd::parse("0.5").ok());
}

#[test]
fn parts_beside_the_input_are_added_and_parts_within_it_are_not() {
    let sink = read(
        concat!(
            r#"{"id":"a","traceId":"t","usageDetails":{"input":10,"input_cache_read":30,"input_cache_creation_5m":4,"input_cache_creation_1h":2,"output":5,"output_reasoning":7,"total":58}}"#,
            "\n",
            r#"{"id":"b","traceId":"t","usageDetails":{"input":100,"prompt_details.cache_read":40,"output":20,"completion_details.reasoning":8,"total":120}}"#,
        ),
        "jsonl",
    );
    assert_eq!(
        buckets(&sink),
        [[Some(10), Some(30), Some(4), Some(12), Some(7)], [Some(60), Some(40), None, Some(20), Some(8)]]
    );
    assert_eq!(sink.calls[0].in_cache_write_1h, Some(2));
    assert!(sink.calls.iter().all(|call| call.quality & super::super::quality::TOTAL_MISMATCH == 0));
}

#[test]
fn a_blob_export_has_its_maps_as_text_in_cells() {
    let sink = read(
        "id,trace_id,parent_observation_id,type,start_time,provided_model_name,usage_details,cost_details\n\
         a,t,,GENERATION,2026-06-01 10:00:00.000,gpt-5.4,\"{\"\"input\"\":10,\"\"output\"\":5}\",\"{\"\"total\"\":0.25}\"\n\
         b,t,a,SPAN,2026-06-01 10:00:00.000,,{},{}\n",
        "csv",
    );
    assert_eq!(buckets(&sink), [[Some(10), None, None, Some(5), None]]);
    assert_eq!((sink.no_call, sink.calls[0].cost_reported), (1, crate::units::Usd::parse("0.25").ok()));
}

#[test]
fn a_trace_with_a_long_beginning_is_told_by_what_follows() {
    let prompt = "x".repeat(100_000);
    let text = format!(
        "{{\n \"trace\": {{\n  \"id\": \"t\",\n  \"sessionId\": \"s\",\n  \"input\": \"{prompt}\"\n }},\n \"observations\": [\n  {{\"id\": \"c\", \"traceId\": \"t\", \"type\": \"GENERATION\", \"model\": \"gpt-4o\", \"usageDetails\": {{\"input\": 20, \"output\": 12}}}}\n ]\n}}\n"
    );
    let input = Input::memory("trace.json", Box::leak(text.into_bytes().into_boxed_slice()));
    let loaded = load(&[input], Vec::new(), &LoadOptions::default(), &()).expect("a log");
    assert_eq!(loaded.report.formats(), ["langfuse"]);
}
