//! Routes: where the calls of a workload went and where they should have gone.

use polars::prelude::DataType;

use super::{Column, Table};

/// Calls that share a purpose and so a quality threshold.
pub static WORKLOAD: Column = Column {
    name: "workload",
    dtype: DataType::String,
    unit: "–",
    about: "Calls that share a purpose and so a quality threshold.",
};

/// Offer that served the calls in the log.
pub static INCUMBENT: Column = Column {
    name: "incumbent",
    dtype: DataType::String,
    unit: "–",
    about: "Offer that served the calls in the log.",
};

/// Offer that should have served them.
pub static OFFER: Column = Column {
    name: "offer",
    dtype: DataType::String,
    unit: "–",
    about: "Offer that should have served them.",
};

/// Tier of that offer: `closed`, `hosted` or `local`.
pub static TIER: Column = Column {
    name: "tier",
    dtype: DataType::String,
    unit: "–",
    about: "Tier of that offer: `closed`, `hosted` or `local`.",
};

/// Calls routed from this incumbent to this offer.
pub static N_CALLS: Column = Column {
    name: "n_calls",
    dtype: DataType::Int64,
    unit: "calls",
    about: "Calls routed from this incumbent to this offer.",
};

/// What these calls cost at the incumbent.
pub static BASELINE: Column = Column {
    name: "baseline_pusd",
    dtype: DataType::Int64,
    unit: "picodollars",
    about: "What these calls cost at the incumbent.",
};

/// What they cost at the offer.
pub static OUTCOME: Column = Column {
    name: "outcome_pusd",
    dtype: DataType::Int64,
    unit: "picodollars",
    about: "What they cost at the offer.",
};

/// Routes of a log, summed.
pub static ROUTES: Table = Table {
    name: "routes",
    row: "the calls of one workload that one offer served and another should have served",
    columns: &[&WORKLOAD, &INCUMBENT, &OFFER, &TIER, &N_CALLS, &BASELINE, &OUTCOME],
};
