//! Rollouts worked out by hand.

use super::*;

fn read(lines: &[&str]) -> Sink {
    let mut sink = Sink::default();
    let text = lines.join("\n");
    Codex.read(&mut text.as_bytes(), &ReadContext::default(), &mut sink).expect("readable");
    assert_eq!(sink.rejects, []);
    sink
}

fn event(input: i64, cached: i64, output: i64, last: Option<(i64, i64, i64)>) -> String {
    let usage = |(input, cached, output): (i64, i64, i64)| {
        format!(
            r#"{{"input_tokens":{input},"cached_input_tokens":{cached},"output_tokens":{output},"reasoning_output_tokens":1,"total_tokens":{}}}"#,
            input + output
        )
    };
    let last = last.map_or_else(|| "null".to_owned(), usage);
    format!(
        r#"{{"timestamp":"2026-03-21T10:00:00Z","type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{},"last_token_usage":{last}}}}}}}"#,
        usage((input, cached, output))
    )
}

const META: &str = r#"{"timestamp":"2026-03-21T09:59:00Z","type":"session_meta","payload":{"id":"s1","cwd":"/home/me/shop","model_provider":"openai"}}"#;
const CONTEXT: &str = r#"{"timestamp":"2026-03-21T09:59:01Z","type":"turn_context","payload":{"model":"gpt-5.4","cwd":"/home/me/shop"}}"#;

fn counts(sink: &Sink) -> Vec<(Option<i64>, Option<i64>, Option<i64>)> {
    sink.calls.iter().map(|call| (call.in_uncached, call.in_cache_read, call.out_total)).collect()
}

#[test]
fn a_call_is_a_change_of_the_totals_and_a_repeated_event_is_none() {
    let (first, second) =
        (event(100, 40, 10, Some((100, 40, 10))), event(250, 140, 30, Some((150, 100, 20))));
    let sink = read(&[META, CONTEXT, &first, &first, &second, &second, &second]);
    assert_eq!(counts(&sink), [(Some(60), Some(40), Some(10)), (Some(50), Some(100), Some(20))]);
    let call = &sink.calls[1];
    // The reasoning counts above are running totals that stand still.
    assert_eq!(call.out_reasoning, Some(0));
    assert_eq!(call.quality & quality::TOTAL_MISMATCH, 0);
    assert_eq!(call.tag.map(|tag| sink.strings.text(tag)), Some("shop"));
    assert_eq!(call.model_raw.map(|model| sink.strings.text(model)), Some("gpt-5.4"));
}

#[test]
fn a_count_that_falls_begins_anew() {
    let sink = read(&[META, CONTEXT, &event(100, 40, 10, None), &event(30, 0, 5, Some((30, 0, 5)))]);
    assert_eq!(counts(&sink), [(Some(60), Some(40), Some(10)), (Some(30), Some(0), Some(5))]);
}

#[test]
fn a_file_that_begins_in_the_middle_counts_its_own_calls_only() {
    let sink = read(&[META, CONTEXT, &event(9_000, 8_000, 700, Some((100, 50, 7)))]);
    assert_eq!(counts(&sink), [(Some(50), Some(50), Some(7))]);
}

#[test]
fn a_ping_about_rate_limits_is_no_call_and_a_missing_model_is_flagged() {
    let ping = r#"{"timestamp":"2026-03-21T10:00:00Z","type":"event_msg","payload":{"type":"token_count","info":null}}"#;
    let sink = read(&[META, ping, &event(100, 0, 10, None)]);
    assert_eq!((sink.calls.len(), sink.no_call), (1, 2));
    assert_ne!(sink.calls[0].quality & quality::MODEL_MISSING, 0);
    assert_eq!(sink.notes, ["1 calls name no model: taken to be gpt-5"]);
}

#[test]
fn forks_name_their_parent() {
    let fork = r#"{"type":"session_meta","payload":{"id":"s2","forked_from_id":"s1"}}"#;
    let spawned = r#"{"type":"session_meta","payload":{"id":"s3","source":{"subagent":{"thread_spawn":{"parent_thread_id":"s1"}}}}}"#;
    let sink = read(&[fork, CONTEXT, &event(100, 0, 10, None)]);
    let names = |sink: &Sink| -> Vec<(String, String)> {
        let text = |sym: Sym| sink.strings.text(sym).to_owned();
        sink.parents.iter().map(|(own, parent)| (text(*own), text(*parent))).collect()
    };
    assert_eq!(names(&sink), [("s2".to_owned(), "s1".to_owned())]);
    let sink = read(&[spawned, CONTEXT, &event(100, 0, 10, None)]);
    assert_eq!(names(&sink), [("s3".to_owned(), "s1".to_owned())]);
    assert_eq!(sink.calls[0].is_subagent, Some(true));
}

#[test]
fn the_output_of_exec_has_a_usage_for_each_turn() {
    let sink = read(&[
        r#"{"type":"thread.started","thread_id":"t1"}"#,
        r#"{"type":"turn.completed","usage":{"input_tokens":24763,"cached_input_tokens":24448,"output_tokens":122}}"#,
    ]);
    assert_eq!(counts(&sink), [(Some(315), Some(24_448), Some(122))]);
}
