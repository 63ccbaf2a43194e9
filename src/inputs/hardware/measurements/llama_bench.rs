//! Tables of `llama-bench`, as JSON, JSON lines or CSV: prompts alone, output alone, or both, for one stream.

use serde_json::Value;

use super::reports::{first, objects, word};
use super::tables::{Table, columns};
use super::{Beside, Found, Partial};

pub(super) fn read(text: &str, _beside: &Beside) -> Option<Found> {
    if let Some(all) = objects(text) {
        let is = |object: &Value| object.get("avg_ts").is_some() && object.get("n_gen").is_some();
        return all.iter().all(|(_, object)| is(object)).then(|| {
            let row = |object: &Value| {
                one(&Test {
                    model: word(object, &["model_filename", "model_type"]),
                    kind: word(object, &["model_type"]),
                    machine: word(object, &["gpu_info", "cpu_info"]),
                    prompt: first(object, &["n_prompt"]),
                    generated: first(object, &["n_gen"]),
                    depth: first(object, &["n_depth"]),
                    speed: first(object, &["avg_ts"]),
                })
            };
            all.iter().map(|(line, object)| (*line, row(object))).collect()
        });
    }
    let table = Table::of(text)?;
    let [model, kind, gpu, cpu, prompt, generated, depth, speed] = columns(
        &table,
        ["model_filename", "model_type", "gpu_info", "cpu_info", "n_prompt", "n_gen", "n_depth", "avg_ts"],
    );
    speed.and(generated)?;
    Some(table.rows(|row| {
        one(&Test {
            model: row.text(model).or_else(|| row.text(kind)),
            kind: row.text(kind),
            machine: row.text(gpu).or_else(|| row.text(cpu)),
            prompt: row.number(prompt),
            generated: row.number(generated),
            depth: row.number(depth),
            speed: row.number(speed),
        })
    }))
}

struct Test {
    model: Option<String>,
    kind: Option<String>,
    machine: Option<String>,
    prompt: Option<f64>,
    generated: Option<f64>,
    depth: Option<f64>,
    /// Tokens a second, of the prompt and of the output together.
    speed: Option<f64>,
}

fn one(test: &Test) -> Result<Partial, String> {
    let (prompt, generated) = (test.prompt.unwrap_or(0.0), test.generated.unwrap_or(0.0));
    let speed = test.speed.filter(|speed| *speed > 0.0).ok_or("says no tokens a second")?;
    if prompt + generated <= 0.0 {
        return Err("tests neither a prompt nor an output".to_owned());
    }
    // A prompt alone is a call with one output token: what that takes beside the prompt is little.
    let output = generated.max(1.0);
    let seconds = (prompt + generated) / speed;
    // A file has a path, which is nobody's name of a model.
    let name =
        |path: &String| path.rsplit(['/', '\\']).next().unwrap_or(path).trim_end_matches(".gguf").to_owned();
    Ok(Partial {
        model: test.model.as_ref().map(name),
        machine: test.machine.clone(),
        precision: test
            .kind
            .clone()
            .filter(|kind| crate::inputs::hardware::Precision::of(kind).is_some())
            .or_else(|| test.model.clone()),
        engine: Some("llama.cpp".to_owned()),
        // An output alone starts after a context that was filled before; one token of it at least.
        input: Some((prompt + test.depth.unwrap_or(0.0)).max(1.0)),
        output: Some(output),
        output_tok_s: Some(output / seconds),
        at_once: Some(1.0),
        ..Partial::default()
    })
}
