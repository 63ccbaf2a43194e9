//! Scores of models on benchmarks, one row a score.

use polars::prelude::DataType;

use super::{Column, Table};

/// Id of the benchmark.
pub static BENCHMARK: Column =
    Column { name: "benchmark", dtype: DataType::String, unit: "–", about: "Id of the benchmark." };

/// Edition of its questions.
pub static VERSION: Column = Column {
    name: "version",
    dtype: DataType::String,
    unit: "–",
    about: "Edition of its questions; scores of two editions are not compared. Null: the source names none.",
};

/// Part of the benchmark.
pub static SUBSET: Column = Column {
    name: "subset",
    dtype: DataType::String,
    unit: "–",
    about: "Part of the benchmark. Null: all of it.",
};

/// Canonical id of the model.
pub static MODEL: Column = Column {
    name: "model",
    dtype: DataType::String,
    unit: "–",
    about: "Canonical id of the model. Null: the name is that of no known model.",
};

/// The model in the source's words.
pub static RAW: Column =
    Column { name: "raw", dtype: DataType::String, unit: "–", about: "The model in the source's words." };

/// Reasoning effort of the run.
pub static EFFORT: Column = Column {
    name: "effort",
    dtype: DataType::String,
    unit: "–",
    about: "Reasoning effort of the run: none … max, `32k` for a budget of tokens, `thinking` for no level. Null: the source states none.",
};

/// What ran the model.
pub static HARNESS: Column = Column {
    name: "harness",
    dtype: DataType::String,
    unit: "–",
    about: "Program or agent that ran the model, or examples in its prompt.",
};

/// The score.
pub static SCORE: Column = Column {
    name: "score",
    dtype: DataType::Float64,
    unit: "as `unit` says",
    about: "The score. Where sources differ or efforts do, the best one counts.",
};

/// Unit of the score.
pub static UNIT: Column = Column {
    name: "unit",
    dtype: DataType::String,
    unit: "–",
    about: "`share solved` (0 to 1), `Elo points`, `minutes` or `index points`.",
};

/// Tasks of the run.
pub static ITEMS: Column =
    Column { name: "items", dtype: DataType::UInt64, unit: "tasks", about: "Tasks of the run." };

/// What the run cost.
pub static COST: Column = Column {
    name: "cost_usd",
    dtype: DataType::Float64,
    unit: "US dollars",
    about: "What the run cost at the prices of its day. Null: not known.",
};

/// Input tokens of the run.
pub static INPUT: Column = Column {
    name: "input_tokens",
    dtype: DataType::Float64,
    unit: "tokens",
    about: "Input tokens of the run.",
};

/// Output tokens of the run.
pub static OUTPUT: Column = Column {
    name: "output_tokens",
    dtype: DataType::Float64,
    unit: "tokens",
    about: "Output tokens of the run.",
};

/// Day of the run.
pub static DATE: Column =
    Column { name: "date", dtype: DataType::String, unit: "YYYY-MM-DD", about: "Day of the run." };

/// Day of the model's release.
pub static RELEASED: Column = Column {
    name: "released",
    dtype: DataType::String,
    unit: "YYYY-MM-DD",
    about: "Day of the model's release, in the source's words.",
};

/// Kind of tasks.
pub static KIND: Column = Column {
    name: "kind",
    dtype: DataType::String,
    unit: "–",
    about: "Kind of tasks: coding, agentic, reasoning, knowledge, chat, long-context, extraction or general.",
};

/// Who published it.
pub static SOURCE: Column =
    Column { name: "source", dtype: DataType::String, unit: "–", about: "Who published it." };

/// Licence of the source.
pub static LICENCE: Column = Column {
    name: "licence",
    dtype: DataType::String,
    unit: "–",
    about: "Licence of the source. Null: not known, so that the score may not be passed on.",
};

/// The table.
pub static SCORES: Table = Table {
    name: "scores",
    row: "one result of one model on one benchmark",
    columns: &[
        &BENCHMARK, &VERSION, &SUBSET, &MODEL, &RAW, &EFFORT, &HARNESS, &SCORE, &UNIT, &ITEMS, &COST, &INPUT,
        &OUTPUT, &DATE, &RELEASED, &KIND, &SOURCE, &LICENCE,
    ],
};
