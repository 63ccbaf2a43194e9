//! The metrics of a running engine, in Prometheus' text: counters since it was started, or over the seconds that are said
//! beside the file.

use std::collections::BTreeMap;

use super::{Beside, Found, Partial};

/// A counter in the words of vLLM and of SGLang.
const INPUT: [&str; 2] = ["vllm:prompt_tokens_total", "sglang:prompt_tokens_total"];
const OUTPUT: [&str; 2] = ["vllm:generation_tokens_total", "sglang:generation_tokens_total"];
const CALLS: [&str; 3] =
    ["vllm:request_success_total", "sglang:num_requests_total", "vllm:e2e_request_latency_seconds_count"];
const SECONDS_OF_CALLS: [&str; 2] =
    ["vllm:e2e_request_latency_seconds_sum", "sglang:e2e_request_latency_seconds_sum"];
const TOKEN_SUM: [&str; 3] = [
    "vllm:request_time_per_output_token_seconds_sum",
    "vllm:time_per_output_token_seconds_sum",
    "sglang:time_per_output_token_seconds_sum",
];
const TOKEN_COUNT: [&str; 3] = [
    "vllm:request_time_per_output_token_seconds_count",
    "vllm:time_per_output_token_seconds_count",
    "sglang:time_per_output_token_seconds_count",
];

pub(super) fn read(text: &str, beside: &Beside) -> Option<Found> {
    let (mut sums, mut model): (BTreeMap<&str, f64>, Option<String>) = (BTreeMap::new(), None);
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let (name, rest) = line.split_at(line.find(['{', ' '])?);
        let (labels, value) = rest.rsplit_once(char::is_whitespace)?;
        // The samples of one name differ in labels such as the reason of the end.
        *sums.entry(name).or_default() += value.parse::<f64>().ok()?;
        model = model.or_else(|| {
            let from = labels.split_once("model_name=\"")?.1;
            Some(from.split_once('"')?.0.to_owned())
        });
    }
    let of = |names: &[&str]| names.iter().find_map(|name| sums.get(name).copied());
    let (input, output) = (of(&INPUT)?, of(&OUTPUT)?);
    let row = || {
        let seconds = beside.seconds.ok_or(
            "counts since it was started; say with --seconds how long that is, better take the difference of two moments",
        )?;
        let calls = of(&CALLS).filter(|calls| *calls > 0.0).ok_or("says no number of calls")?;
        let engine = if sums.keys().any(|name| name.starts_with("sglang:")) { "SGLang" } else { "vLLM" };
        Ok(Partial {
            model,
            engine: Some(engine.to_owned()),
            input: Some(input / calls),
            output: Some(output / calls),
            output_tok_s: Some(output / seconds),
            // What calls took together over the time is how many there were at once (Little).
            at_once: of(&SECONDS_OF_CALLS).map(|sum| sum / seconds),
            rate: Some(calls / seconds),
            tpot_ms: of(&TOKEN_SUM).zip(of(&TOKEN_COUNT)).map(|(sum, count)| sum / count * 1e3),
            ..Partial::default()
        })
    };
    Some(vec![(1, row())])
}
