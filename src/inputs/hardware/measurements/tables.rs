//! Tables with a row a measurement.

use super::{Beside, Found, Partial};

/// A table in memory.
pub(super) struct Table {
    header: Vec<String>,
    rows: Vec<(u64, Result<csv::StringRecord, String>)>,
}

impl Table {
    /// A text with a header; commas or tabs.
    pub(super) fn of(text: &str) -> Option<Self> {
        let first = text.lines().next()?;
        let delimiter = if first.contains('\t') { b'\t' } else { b',' };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let header: Vec<String> = reader
            .headers()
            .ok()?
            .iter()
            .map(|name| name.trim().trim_start_matches('\u{feff}').to_lowercase())
            .collect();
        let rows = reader.records().map(|record| match record {
            Ok(record) => (record.position().map_or(0, csv::Position::line), Ok(record)),
            Err(error) => (error.position().map_or(0, csv::Position::line), Err(error.to_string())),
        });
        (header.len() > 1).then(|| Self { rows: rows.collect(), header })
    }

    fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|own| own == name))
    }

    /// Each row, read.
    pub(super) fn rows(&self, read: impl Fn(&Row<'_>) -> Result<Partial, String>) -> Found {
        let row =
            |record: &Result<csv::StringRecord, String>| read(&Row(record.as_ref().map_err(Clone::clone)?));
        self.rows.iter().map(|(line, record)| (*line, row(record))).collect()
    }
}

/// The columns of some names.
pub(super) fn columns<const N: usize>(table: &Table, names: [&str; N]) -> [Option<usize>; N] {
    names.map(|name| table.column(&[name]))
}

/// A row of a table.
pub(super) struct Row<'a>(&'a csv::StringRecord);

impl Row<'_> {
    /// Its text in a column.
    pub(super) fn text(&self, column: Option<usize>) -> Option<String> {
        Some(self.0.get(column?)?.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Its number in a column.
    pub(super) fn number(&self, column: Option<usize>) -> Option<f64> {
        self.text(column)?.parse().ok()
    }
}

/// The overview of TensorRT-LLM: offline maximum throughput, tokens a second of one GPU.
pub(super) fn tensorrt(text: &str, _beside: &Beside) -> Option<Found> {
    let table = Table::of(text)?;
    let [model, gpu, count, precision, input, output, each] =
        columns(&table, ["model", "gpu", "n_gpus", "precision", "isl", "osl", "output_tok_s_per_gpu"]);
    each.and(gpu)?;
    Some(table.rows(|row| {
        let gpus = row.number(count).unwrap_or(1.0);
        Ok(Partial {
            model: row.text(model),
            machine: row.text(gpu),
            count: Some(gpus),
            precision: row.text(precision),
            engine: Some("TensorRT-LLM".to_owned()),
            input: row.number(input),
            output: row.number(output),
            output_tok_s: row.number(each).map(|each| each * gpus),
            ..Partial::default()
        })
    }))
}

/// Results of MLPerf Inference: they do not say how long the calls of their data are.
pub(super) fn mlperf(text: &str, _beside: &Beside) -> Option<Found> {
    let table = Table::of(text)?;
    let [model, accelerator, count, all, precision, scenario, software] =
        columns(&table, ["model", "accelerator", "n_accel", "tok_s", "weight_dtype", "scenario", "software"]);
    scenario.and(accelerator).and(all)?;
    Some(table.rows(|row| {
        if row.text(scenario).is_some_and(|scenario| scenario != "Offline") {
            return Err("is bounded in latency: only offline results are taken".to_owned());
        }
        Ok(Partial {
            model: row.text(model),
            machine: row.text(accelerator),
            count: row.number(count),
            precision: row.text(precision),
            engine: row.text(software),
            output_tok_s: row.number(all),
            ..Partial::default()
        })
    }))
}

/// Tokens of a call in arXiv 2606.11690, whose table does not repeat them.
const COST_METER: (f64, f64) = (512.0, 256.0);

/// Runs of vllm-cost-meter: Poisson arrivals at a rate.
pub(super) fn cost_meter(text: &str, beside: &Beside) -> Option<Found> {
    let table = Table::of(text)?;
    let [engine, model, precision, hardware, gpus, rate, speed, tpot] = columns(
        &table,
        ["engine", "model", "precision", "hardware", "gpus", "rps", "tps_output", "tpot_p50_ms"],
    );
    rate.and(speed).and(hardware)?;
    let (input, output) = beside.tokens.unwrap_or(COST_METER);
    Some(table.rows(|row| {
        Ok(Partial {
            model: row.text(model),
            machine: row.text(hardware),
            count: row.number(gpus),
            precision: row.text(precision),
            engine: row.text(engine),
            input: Some(input),
            output: Some(output),
            output_tok_s: row.number(speed),
            at_once: None,
            rate: row.number(rate),
            tpot_ms: row.number(tpot),
        })
    }))
}

/// Runs on consumer GPUs, as arXiv 2601.09527 lists them: machine and their number in one word (`rtx5090_2x`).
pub(super) fn consumer(text: &str, _beside: &Beside) -> Option<Found> {
    let table = Table::of(text)?;
    let [gpu, model, at_once, input, output, speed, tpot] =
        columns(&table, ["gpu", "model", "concurrency", "isl", "osl", "out_tok_per_s", "itl_p50_ms"]);
    gpu.and(at_once).and(speed)?;
    Some(table.rows(|row| {
        let word = row.text(gpu);
        let parts = word.as_deref().and_then(|word| word.rsplit_once('_'));
        let count = parts.and_then(|(_, count)| count.strip_suffix('x')?.parse().ok());
        Ok(Partial {
            model: row.text(model),
            machine: parts.map(|(gpu, _)| gpu.to_owned()),
            count,
            // Weights whose name says nothing are as they were released.
            precision: row
                .text(model)
                .filter(|name| crate::inputs::hardware::Precision::of(name).is_none())
                .map(|_| "bf16".to_owned()),
            engine: Some("vLLM".to_owned()),
            input: row.number(input),
            output: row.number(output),
            output_tok_s: row.number(speed),
            at_once: row.number(at_once),
            tpot_ms: row.number(tpot),
            ..Partial::default()
        })
    }))
}

/// A table in the words of this tool, or in common ones.
pub(super) fn plain(text: &str, _beside: &Beside) -> Option<Found> {
    let table = Table::of(text)?;
    let speed = table.column(&[
        "output_tok_s",
        "out_tok_s",
        "out_tok_per_s",
        "output_tok_per_s",
        "output_tokens_per_second",
        "tokens_per_second",
        "output_throughput",
        "throughput",
        "tok_s",
        "avg_tps",
        "tps",
    ])?;
    let model = table.column(&["model"])?;
    let column = |names: &[&str]| table.column(names);
    let machine = column(&["machine", "gpu", "device", "hardware", "accelerator"]);
    let count = column(&["count", "n_machines", "n_gpus", "num_gpus", "gpus", "tp"]);
    let precision = column(&["precision", "quantization", "quant", "weight_dtype", "dtype"]);
    let engine = column(&["engine", "runtime", "framework", "backend"]);
    let input = column(&["input", "isl", "input_tokens", "input_len", "prompt_tokens"]);
    let output = column(&["output", "osl", "output_tokens", "output_len", "completion_tokens"]);
    let at_once = column(&["at_once", "concurrency", "max_concurrency", "conc", "batch", "batch_size"]);
    let rate = column(&["rate", "rps", "request_rate"]);
    let (tpot, mode) = (column(&["tpot_ms"]), column(&["mode"]));
    Some(table.rows(|row| {
        let single = row.text(mode).is_some_and(|mode| mode == "single");
        Ok(Partial {
            model: row.text(Some(model)),
            machine: row.text(machine),
            count: row.number(count),
            precision: row.text(precision),
            engine: row.text(engine),
            input: row.number(input),
            output: row.number(output),
            output_tok_s: row.number(Some(speed)),
            at_once: row.number(at_once).or(single.then_some(1.0)),
            rate: row.number(rate),
            tpot_ms: row.number(tpot),
        })
    }))
}
