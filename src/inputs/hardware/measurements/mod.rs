//! Measured throughput: reports of load generators, published tables, and the metrics of a running engine.
//!
//! Each format is a file and a line in [`FORMATS`]. What a file does not say (machine, precision, tokens of a call) is said beside
//! it; what is said in the file counts more.

mod engine;
mod guidellm;
mod llama_bench;
mod reports;
mod tables;

use std::fmt;
use std::path::Path;

/// What was asked of the deployment while it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Load {
    /// So many calls at once, the next one as soon as one has ended.
    AtOnce(f64),
    /// Calls a second, whether or not it keeps up.
    Rate(f64),
    /// As many as it takes.
    Most,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// Model in the words of the file.
    pub model: String,
    /// Machine in its words.
    pub machine: String,
    /// How many machines.
    pub count: u32,
    /// Precision in its words.
    pub precision: String,
    /// Engine.
    pub engine: String,
    /// Input tokens of a call.
    pub input: f64,
    /// Output tokens of a call.
    pub output: f64,
    /// Output tokens a second of the whole deployment.
    pub output_tok_s: f64,
    /// What was asked of it.
    pub load: Load,
    /// Median milliseconds for an output token.
    pub tpot_ms: Option<f64>,
    /// Line or place in the file, from 1.
    pub line: u64,
}

/// What is said beside a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Beside {
    /// Model.
    pub model: Option<String>,
    /// Machine.
    pub machine: Option<String>,
    /// How many.
    pub count: Option<u32>,
    /// Precision.
    pub precision: Option<String>,
    /// Engine.
    pub engine: Option<String>,
    /// Input and output tokens of a call.
    pub tokens: Option<(f64, f64)>,
    /// Calls at once.
    pub at_once: Option<f64>,
    /// Seconds that the metrics of an engine cover.
    pub seconds: Option<f64>,
}

/// What a file gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoundMeasurements {
    /// Name of the format.
    pub format: &'static str,
    /// The measurements.
    pub measurements: Vec<Measurement>,
    /// What could not be used: line or place, and why.
    pub problems: Vec<(u64, String)>,
}

/// A file that is no table of measurements.
#[derive(Debug)]
pub struct NoMeasurements {
    path: String,
    problem: String,
}

impl fmt::Display for NoMeasurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.path, self.problem)
    }
}

impl std::error::Error for NoMeasurements {}

/// A format of measurements.
struct Format {
    name: &'static str,
    /// Reads a text; `None`: it is of another format.
    read: fn(&str, &Beside) -> Option<Found>,
}

/// Measurements, some of them not understood, with their place.
type Found = Vec<(u64, Result<Partial, String>)>;

/// The formats, most specific first.
static FORMATS: &[Format] = &[
    Format { name: "vLLM bench serve", read: reports::vllm },
    Format { name: "trtllm-bench", read: reports::tensorrt },
    Format { name: "GuideLLM", read: guidellm::read },
    Format { name: "llama-bench", read: llama_bench::read },
    Format { name: "engine metrics", read: engine::read },
    Format { name: "TensorRT-LLM table", read: tables::tensorrt },
    Format { name: "MLPerf table", read: tables::mlperf },
    Format { name: "vllm-cost-meter", read: tables::cost_meter },
    Format { name: "consumer GPU runs", read: tables::consumer },
    Format { name: "plain table", read: tables::plain },
];

/// Names of the formats that are read.
pub fn formats() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name)
}

/// A measurement before what is said beside the file is added.
#[derive(Debug, Clone, PartialEq, Default)]
struct Partial {
    model: Option<String>,
    machine: Option<String>,
    count: Option<f64>,
    precision: Option<String>,
    engine: Option<String>,
    input: Option<f64>,
    output: Option<f64>,
    output_tok_s: Option<f64>,
    at_once: Option<f64>,
    rate: Option<f64>,
    tpot_ms: Option<f64>,
}

impl Partial {
    fn complete(self, beside: &Beside, line: u64) -> Result<Measurement, String> {
        let text = |own: Option<String>, other: &Option<String>, what: &str, flag: &str| {
            let said = own.filter(|text| !text.trim().is_empty()).or_else(|| other.clone());
            said.ok_or_else(|| format!("says no {what}; say it with {flag}"))
        };
        let positive = |number: Option<f64>, what: &str| match number {
            Some(number) if number.is_finite() && number > 0.0 => Ok(number),
            Some(number) => Err(format!("{what} of {number} cannot be")),
            None => Err(format!("says no {what}")),
        };
        let tokens = |own: Option<f64>, beside: Option<f64>, what: &str| {
            positive(own.or(beside), what).map_err(|problem| match own {
                None => format!("{problem}; say it with --tokens INPUT/OUTPUT"),
                Some(_) => problem,
            })
        };
        let precision = self.precision.filter(|text| !text.trim().is_empty());
        // The name of the weights often says it.
        let of_name = || self.model.as_ref().filter(|name| super::Precision::of(name).is_some()).cloned();
        let precision = precision.or_else(|| beside.precision.clone()).or_else(of_name);
        let count = self.count.or(beside.count.map(f64::from)).unwrap_or(1.0);
        if !(1.0..=100_000.0).contains(&count) {
            return Err(format!("{count} machines cannot be"));
        }
        let at_once = self.at_once.or(beside.at_once.filter(|_| self.rate.is_none()));
        let load = match (at_once.filter(|calls| *calls > 0.0), self.rate.filter(|rate| *rate > 0.0)) {
            (Some(calls), _) => Load::AtOnce(calls),
            (None, Some(rate)) => Load::Rate(rate),
            (None, None) => Load::Most,
        };
        Ok(Measurement {
            model: text(self.model, &beside.model, "model", "--model")?,
            machine: text(self.machine, &beside.machine, "machine", "--machine")?,
            count: count as u32,
            precision: precision.ok_or("says no precision; say it with --precision")?,
            engine: self.engine.or_else(|| beside.engine.clone()).unwrap_or_else(|| "unknown".to_owned()),
            input: tokens(self.input, beside.tokens.map(|(input, _)| input), "input tokens")?,
            output: tokens(self.output, beside.tokens.map(|(_, output)| output), "output tokens")?,
            output_tok_s: positive(self.output_tok_s, "output tokens a second")?,
            load,
            tpot_ms: self.tpot_ms.filter(|ms| ms.is_finite() && *ms > 0.0),
            line,
        })
    }
}

/// Reads a file.
///
/// # Errors
/// When it cannot be read, or is of no format that is known.
pub fn read(path: &Path, beside: &Beside) -> Result<FoundMeasurements, NoMeasurements> {
    let wrong = |problem: String| NoMeasurements { path: path.display().to_string(), problem };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let found = FORMATS.iter().find_map(|format| Some((format.name, (format.read)(&text, beside)?)));
    let Some((format, rows)) = found else {
        let known = formats().collect::<Vec<_>>().join(", ");
        return Err(wrong(format!("has no measurements of a known format; known are {known}")));
    };
    let mut all = FoundMeasurements { format, ..FoundMeasurements::default() };
    for (line, row) in rows {
        match row.and_then(|row| row.complete(beside, line)) {
            Ok(measurement) => all.measurements.push(measurement),
            Err(problem) => all.problems.push((line, problem)),
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
