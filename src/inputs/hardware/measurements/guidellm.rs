//! Reports of GuideLLM: a list of benchmarks, each with distributions of what was measured.

use serde_json::Value;

use super::reports::{first, number, word};
use super::{Beside, Found, Partial};

pub(super) fn read(text: &str, _beside: &Beside) -> Option<Found> {
    let report: Value = serde_json::from_str(text).ok()?;
    let benchmarks = report.get("benchmarks")?.as_array()?;
    benchmarks.iter().any(|benchmark| benchmark.get("metrics").is_some()).then(|| {
        let rows = benchmarks.iter().map(|benchmark| row(&report, benchmark));
        (1..).zip(rows).collect()
    })
}

/// A statistic of a metric over the calls that succeeded; versions put it at different depths.
fn of(benchmark: &Value, names: &[&str], statistic: &str) -> Option<f64> {
    let metrics = benchmark.get("metrics")?;
    names.iter().find_map(|name| {
        let metric = metrics.get(name)?;
        [metric.get("successful"), metric.get("total"), Some(metric)]
            .into_iter()
            .flatten()
            .find_map(|found| number(found.get(statistic)?))
    })
}

fn row(report: &Value, benchmark: &Value) -> Result<Partial, String> {
    let null = Value::Null;
    let arguments = [report.get("args"), benchmark.get("args"), benchmark.get("config")];
    let argument = |keys: &[&str]| arguments.iter().flatten().find_map(|object| word(object, keys));
    let output_tok_s = of(benchmark, &["output_tokens_per_second"], "mean");
    let (output, rate) = (
        of(benchmark, &["output_token_count", "output_tokens_count"], "mean"),
        of(benchmark, &["requests_per_second"], "mean"),
    );
    let strategy = [benchmark.get("args"), benchmark.get("config")]
        .into_iter()
        .flatten()
        .find_map(|object| object.get("strategy"))
        .unwrap_or(&null);
    Ok(Partial {
        model: argument(&["model"]).or_else(|| word(benchmark, &["model"])),
        machine: word(report, &["machine", "gpu"]),
        input: of(benchmark, &["prompt_token_count", "prompt_tokens_count"], "mean"),
        output,
        // Tokens a second over the calls that succeeded; else what their number and length say.
        output_tok_s: output_tok_s.or_else(|| Some(output? * rate?)),
        at_once: of(benchmark, &["request_concurrency"], "mean").or_else(|| first(strategy, &["streams"])),
        rate: None,
        tpot_ms: of(benchmark, &["time_per_output_token_ms", "inter_token_latency_ms"], "median"),
        ..Partial::default()
    })
}
