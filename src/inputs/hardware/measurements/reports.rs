//! Reports of load generators that come with an engine: a JSON object, or one a line.

use serde_json::Value;

use super::{Beside, Found, Partial};

/// The objects of a text: one, an array of them, or one a line.
pub(super) fn objects(text: &str) -> Option<Vec<(u64, Value)>> {
    match serde_json::from_str(text) {
        Ok(Value::Array(all)) => Some((1..).zip(all).collect()),
        Ok(object @ Value::Object(_)) => Some(vec![(1, object)]),
        Ok(_) => None,
        Err(_) => {
            let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
            let objects: Option<Vec<(u64, Value)>> =
                lines.map(|(at, line)| Some((at, serde_json::from_str(line).ok()?))).collect();
            objects.filter(|all| !all.is_empty() && all.iter().all(|(_, object)| object.is_object()))
        }
    }
}

/// A number, also where it is written as text.
pub(super) fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The first of some keys that holds a number.
pub(super) fn first(object: &Value, keys: &[&str]) -> Option<f64> {
    keys.iter().find_map(|key| number(object.get(key)?))
}

pub(super) fn word(object: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| Some(object.get(key)?.as_str()?.to_owned()))
}

/// What `vllm bench serve` saves (and SGLang's `bench_serving`, which goes back to the same script): totals over the run.
pub(super) fn vllm(text: &str, _beside: &Beside) -> Option<Found> {
    let all = objects(text)?;
    let is = |object: &Value| object.get("output_throughput").is_some() && object.get("completed").is_some();
    all.iter().all(|(_, object)| is(object)).then(|| {
        let row = |object: &Value| {
            let completed = first(object, &["completed"]).filter(|calls| *calls > 0.0);
            let completed = completed.ok_or("no call was completed")?;
            let mean = |key: &[&str]| first(object, key).map(|total| total / completed);
            // "inf" parses as a number, and means that nothing held the generator back.
            let rate = first(object, &["request_rate"]).filter(|rate| rate.is_finite());
            Ok(Partial {
                model: word(object, &["model_id", "model"]),
                machine: word(object, &["machine", "gpu"]),
                count: first(object, &["tensor_parallel_size", "tp", "gpus"]),
                precision: word(object, &["precision", "quantization", "dtype"]),
                engine: word(object, &["backend"]),
                input: mean(&["total_input_tokens", "total_input"]),
                output: mean(&["total_output_tokens", "total_output"]),
                output_tok_s: first(object, &["output_throughput"]),
                at_once: first(object, &["max_concurrency"]),
                rate,
                tpot_ms: first(object, &["median_tpot_ms", "mean_tpot_ms"]),
            })
        };
        all.iter().map(|(line, object)| (*line, row(object))).collect()
    })
}

/// What `trtllm-bench` reports.
pub(super) fn tensorrt(text: &str, _beside: &Beside) -> Option<Found> {
    let all = objects(text)?;
    let is = |object: &Value| object.get("performance").is_some() && object.get("request_info").is_some();
    all.iter().all(|(_, object)| is(object)).then(|| {
        let row = |object: &Value| {
            let part = |key: &str| object.get(key).unwrap_or(&Value::Null);
            let (engine, world, calls, speed) =
                (part("engine"), part("world_info"), part("request_info"), part("performance"));
            Partial {
                model: word(engine, &["model", "model_path"]),
                precision: word(engine, &["quantization", "dtype"]),
                engine: Some("TensorRT-LLM".to_owned()),
                count: first(world, &["world_size"]).or_else(|| first(world, &["tp_size"])),
                input: first(calls, &["avg_input_length", "average_input_length"]),
                output: first(calls, &["avg_output_length", "average_output_length"]),
                output_tok_s: first(
                    speed,
                    &[
                        "system_output_throughput_tok_s",
                        "output_throughput_tok_s",
                        "token_output_throughput_tok_s",
                    ],
                ),
                at_once: first(calls, &["avg_concurrent_requests"])
                    .or_else(|| first(speed, &["avg_concurrent_requests"])),
                tpot_ms: first(speed, &["avg_time_per_output_token_ms", "tpot_ms"]),
                ..Partial::default()
            }
        };
        all.iter().map(|(line, object)| (*line, Ok(row(object)))).collect()
    })
}
