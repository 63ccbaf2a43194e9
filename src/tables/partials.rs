//! Sums of a part of a log, which add up to those of the whole: the table in a file of `switchpoint partial`.

use polars::prelude::DataType;

use super::{Column, Table};

/// Digits of the widest numbers, of which none is behind the point.
pub const DIGITS: usize = 38;

/// What was asked of the calls.
pub static QUESTION: Column = Column {
    name: "question",
    dtype: DataType::String,
    unit: "–",
    about: "What was asked of the calls: a pass over the log. Equal questions under equal digests have sums that add up.",
};

/// Which of the sums of a question it is.
pub static SUM: Column = Column {
    name: "sum",
    dtype: DataType::String,
    unit: "–",
    about: "Which of its sums it is (docs/scale.md). `least_…` and `greatest_…` are no sums: of these the least and the greatest count.",
};

/// The way to serve calls, or the deployment.
pub static ITEM: Column = Column {
    name: "item",
    dtype: DataType::Int32,
    unit: "–",
    about: "Which way to serve calls or which deployment of the question it is, from 0.",
};

/// Workload, or a name as logged.
pub static NAME: Column = Column {
    name: "name",
    dtype: DataType::String,
    unit: "–",
    about: "Workload, or a name as logged. Null: none.",
};

/// Offer or model that served the calls.
pub static FROM: Column = Column {
    name: "from",
    dtype: DataType::String,
    unit: "–",
    about: "Offer (`model@seller`) or model that served the calls. Null: the sum is not cut by it.",
};

/// Offer that the calls go to, or the alternative.
pub static TO: Column = Column {
    name: "to",
    dtype: DataType::String,
    unit: "–",
    about: "Offer that the calls go to, the alternative, or the reason. Null: the sum is not cut by it.",
};

/// Slot of time.
pub static AT: Column = Column {
    name: "at",
    dtype: DataType::Int32,
    unit: "days, hours or minutes",
    about: "Slot of time since 1970-01-01 UTC; 0 where the sum is of all time.",
};

/// Bin of density, or bucket of tokens.
pub static BIN: Column = Column {
    name: "bin",
    dtype: DataType::Int32,
    unit: "–",
    about: "Bin of the capacity surface (32 to a doubling of dollars a second), or bucket of tokens.",
};

/// Calls.
pub static CALLS: Column = Column { name: "calls", dtype: DataType::Int64, unit: "calls", about: "Calls." };

/// Tokens, or replica-nanoseconds.
pub static UNITS: Column = Column {
    name: "units",
    dtype: DataType::Decimal(DIGITS, 0),
    unit: "tokens, nanoseconds",
    about: "Tokens; in sums of machines nanoseconds of a replica.",
};

/// Picodollars.
pub static AMOUNT: Column = Column {
    name: "amount",
    dtype: DataType::Decimal(DIGITS, 0),
    unit: "10⁻¹² dollars",
    about: "What the calls cost, exactly.",
};

/// Picodollars beside them.
pub static BESIDE: Column = Column {
    name: "beside",
    dtype: DataType::Decimal(DIGITS, 0),
    unit: "10⁻¹² dollars",
    about: "What they cost in a second way, where the sum has two.",
};

/// The table.
pub static PARTIALS: Table = Table {
    name: "partials",
    row: "what the calls of a part of a log come to that share the columns before `calls`, in whole numbers, which add up in any order",
    columns: &[&QUESTION, &SUM, &ITEM, &NAME, &FROM, &TO, &AT, &BIN, &CALLS, &UNITS, &AMOUNT, &BESIDE],
};
