//! Traces of every instrumentation, worked out by hand.

use super::*;
use crate::inputs::logs::call::{Call, Convention};
use crate::inputs::logs::quality;

fn read(text: &str) -> Sink {
    let head = Head::new(text.as_bytes(), "json");
    assert!(Otel.likeness(&head) >= Likeness::Likely, "{text}");
    let mut sink = Sink::default();
    Otel.read(&mut text.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
    assert_eq!(sink.rejects, []);
    sink
}

fn buckets(call: &Call) -> [Option<i64>; 5] {
    [call.in_uncached, call.in_cache_read, call.in_cache_write_5m, call.out_total, call.out_reasoning]
}

/// A span of OTLP with attributes as (key, typed value).
fn span(name: &str, id: &str, parent: &str, attributes: &[(&str, &str)]) -> String {
    let attributes: Vec<String> =
        attributes.iter().map(|(key, value)| format!(r#"{{"key":"{key}","value":{{{value}}}}}"#)).collect();
    format!(
        r#"{{"traceId":"t","spanId":"{id}","parentSpanId":"{parent}","name":"{name}","startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225601500000000","attributes":[{}]}}"#,
        attributes.join(",")
    )
}

fn export(spans: &[String]) -> String {
    format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"shop"}}}}]}},"scopeSpans":[{{"scope":{{"name":"x","version":"1"}},"spans":[{}]}}]}}]}}"#,
        spans.join(",")
    )
}

#[test]
fn integers_of_otlp_are_text_and_a_parent_repeats_its_child() {
    let usage = |input: &'static str| {
        [
            ("gen_ai.provider.name", r#""stringValue":"openai""#),
            ("gen_ai.request.model", r#""stringValue":"gpt-5.4""#),
            ("gen_ai.usage.input_tokens", input),
            ("gen_ai.usage.output_tokens", r#""intValue":"7""#),
            ("gen_ai.usage.cache_read.input_tokens", r#""intValue":"4""#),
        ]
    };
    let sink = read(&export(&[
        span("invoke_agent", "1", "", &usage(r#""intValue":"10""#)),
        span("chain", "2", "1", &[]),
        span("chat gpt-5.4", "3", "2", &usage(r#""intValue":"10""#)),
    ]));
    assert_eq!((sink.calls.len(), sink.no_call), (1, 2));
    let call = &sink.calls[0];
    assert_eq!(buckets(call), [Some(6), Some(4), None, Some(7), None]);
    assert_eq!((call.latency_ms, call.convention), (Some(1_500.0), Convention::Inferred));
    assert_eq!(call.app.map(|app| sink.strings.text(app)), Some("shop"));
}

#[test]
fn one_row_with_more_cache_than_input_decides_for_its_scope() {
    let usage = |input, read| {
        vec![
            ("gen_ai.request.model", r#""stringValue":"claude-opus-5""#),
            ("gen_ai.usage.input_tokens", input),
            ("gen_ai.usage.output_tokens", r#""intValue":"1""#),
            ("gen_ai.usage.cache_read_input_tokens", read),
        ]
    };
    let sink = read(&export(&[
        span("chat", "1", "", &usage(r#""intValue":"100""#, r#""intValue":"40""#)),
        span("chat", "2", "", &usage(r#""intValue":"3""#, r#""intValue":"900""#)),
    ]));
    assert_eq!(sink.calls.iter().map(|call| call.in_uncached).collect::<Vec<_>>(), [Some(100), Some(3)]);
    assert!(sink.calls.iter().all(|call| call.convention == Convention::Exclusive));
}

#[test]
fn the_outer_spans_of_the_vercel_sdk_are_dropped_by_name() {
    let sink = read(
        r#"[
        {"name":"ai.generateText.doGenerate","spanContext":{"traceId":"a","spanId":"1"},"startTime":[1767225600,5000000],"endTime":[1767225601,0],"attributes":{"ai.model.provider":"openai.responses","ai.model.id":"gpt-5.4","ai.usage.inputTokens":14,"ai.usage.outputTokens":20,"ai.usage.cachedInputTokens":"{\"intValue\":4}"}},
        {"name":"ai.generateText","spanContext":{"traceId":"b","spanId":"2"},"attributes":{"ai.model.provider":"openai.responses","ai.model.id":"gpt-5.4","ai.usage.inputTokens":14,"ai.usage.outputTokens":20}},
        {"name":"ai.embed.doEmbed","spanContext":{"traceId":"c","spanId":"3"},"attributes":{"ai.model.id":"text-embedding-3-small","ai.usage.tokens":10}}
        ]"#,
    );
    assert_eq!((sink.calls.len(), sink.no_call), (2, 1));
    assert_eq!(buckets(&sink.calls[0]), [Some(10), Some(4), None, Some(20), None]);
    let text = |sym: Option<crate::inputs::logs::strings::Sym>| sym.map(|sym| sink.strings.text(sym));
    assert_eq!(
        (text(sink.calls[0].seller), text(sink.calls[1].operation)),
        (Some("openai"), Some("embedding"))
    );
    assert_eq!(sink.calls[0].when, When::Absolute(1_767_225_600_005_000));
}

#[test]
fn what_the_vercel_sdk_passes_on_has_the_cache_writes() {
    let sink = read(
        r#"{"name":"ai.streamText.doStream","attributes":{"ai.model.provider":"anthropic.messages","ai.response.model":"claude-opus-5","ai.usage.inputTokens":3,"ai.usage.outputTokens":9,"ai.usage.cachedInputTokens":50,"ai.response.providerMetadata":"{\"anthropic\":{\"cacheCreationInputTokens\":30,\"usage\":{\"cache_creation\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20}}}}"}}"#,
    );
    assert_eq!(buckets(&sink.calls[0]), [Some(3), Some(50), Some(10), Some(9), None]);
    assert_eq!(sink.calls[0].in_cache_write_1h, Some(20));
}

#[test]
fn openinference_prompts_contain_the_cache_and_only_some_kinds_are_calls() {
    let sink = read(concat!(
        r#"{"name":"llm","context":{"trace_id":"t","span_id":"2"},"parent_id":"1","start_time":"2026-06-01T10:00:00+00:00","attributes":{"openinference.span.kind":"LLM","llm.model_name":"claude-opus-5","llm.token_count.prompt":32321,"llm.token_count.completion":50,"llm.token_count.total":32371,"llm.token_count.prompt_details.cache_read":31559,"llm.token_count.prompt_details.cache_write":760,"llm.cost.total":0.5}}"#,
        "\n",
        r#"{"name":"agent","context":{"trace_id":"t","span_id":"1"},"attributes":{"openinference.span.kind":"AGENT","llm.token_count.prompt":32321,"llm.token_count.completion":50}}"#,
    ));
    assert_eq!((sink.calls.len(), sink.no_call), (1, 1));
    assert_eq!(buckets(&sink.calls[0]), [Some(2), Some(31_559), Some(760), Some(50), None]);
    assert_eq!(sink.calls[0].quality & quality::TOTAL_MISMATCH, 0);
}

#[test]
fn events_of_agents_are_calls_and_their_metrics_are_not() {
    let record = |body: &str, attributes: &str| {
        format!(
            r#"{{"timeUnixNano":"1767225600000000000","body":{{"stringValue":"{body}"}},"attributes":[{attributes}]}}"#
        )
    };
    let claude = record(
        "claude_code.api_request",
        r#"{"key":"event.name","value":{"stringValue":"api_request"}},{"key":"model","value":{"stringValue":"claude-opus-5"}},{"key":"input_tokens","value":{"stringValue":"3"}},{"key":"output_tokens","value":{"intValue":"40"}},{"key":"cache_read_tokens","value":{"intValue":"900"}},{"key":"cache_creation_tokens","value":{"intValue":"20"}},{"key":"cost_usd","value":{"doubleValue":0.25}},{"key":"session.id","value":{"stringValue":"s"}},{"key":"event.sequence","value":{"intValue":"5"}}"#,
    );
    let gemini = record(
        "gemini_cli.api_response",
        r#"{"key":"model","value":{"stringValue":"gemini-3-flash"}},{"key":"input_token_count","value":{"intValue":"100"}},{"key":"output_token_count","value":{"intValue":"10"}},{"key":"cached_content_token_count","value":{"intValue":"60"}},{"key":"thoughts_token_count","value":{"intValue":"5"}}"#,
    );
    let sink = read(&format!(
        "{{\"resourceLogs\":[{{\"scopeLogs\":[{{\"logRecords\":[{claude},{gemini}]}}]}}]}}\n{{\"resourceMetrics\":[]}}"
    ));
    assert_eq!((sink.calls.len(), sink.no_call), (2, 1));
    assert_eq!(buckets(&sink.calls[0]), [Some(3), Some(900), Some(20), Some(40), None]);
    assert_eq!(buckets(&sink.calls[1]), [Some(40), Some(60), None, Some(15), Some(5)]);
    assert_eq!(sink.calls[0].cost_reported, crate::units::Usd::parse("0.25").ok());
}

#[test]
fn bare_attributes_are_a_call() {
    let sink = read(
        r#"{"gen_ai.provider.name":"openai","gen_ai.response.id":"c1","gen_ai.response.model":"gpt-4-0613","gen_ai.usage.input_tokens":97,"gen_ai.usage.output_tokens":52,"gen_ai.input.messages":"…"}"#,
    );
    assert_eq!(buckets(&sink.calls[0]), [Some(97), None, None, Some(52), None]);
    assert_ne!(sink.calls[0].quality & quality::CACHE_UNKNOWN, 0);
}
