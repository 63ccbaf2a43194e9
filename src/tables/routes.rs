//! Where each call goes: one row per call of the log.

use polars::prelude::DataType;

use super::calls::{CALL_ID, MODEL_RAW, SELLER, SRC_FILE, SRC_LINE, TS_START, WORKLOAD};
use super::{Column, Table};

/// What the call costs where it was served, at list price. Null: no price.
pub static COST: Column = Column {
    name: "cost_pusd",
    dtype: DataType::Int64,
    unit: "picodollars",
    about: "What the call costs where it was served, at list price. Null: no price.",
};

/// Id of the model that the call goes to: its own where no eligible offer is cheaper. Null: no price, so it stays.
pub static ROUTED_MODEL: Column = Column {
    name: "routed_model",
    dtype: DataType::String,
    unit: "–",
    about: "Id of the model that the call goes to: its own where no eligible offer is cheaper. Null: no price, so it stays.",
};

/// Id of the seller that the call goes to.
pub static ROUTED_SELLER: Column = Column {
    name: "routed_seller",
    dtype: DataType::String,
    unit: "–",
    about: "Id of the seller that the call goes to.",
};

/// Tier of that offer: `closed` or `hosted`.
pub static ROUTED_TIER: Column = Column {
    name: "routed_tier",
    dtype: DataType::String,
    unit: "–",
    about: "Tier of that offer: `closed` or `hosted`.",
};

/// What the call costs there, tokens as logged.
pub static ROUTED_COST: Column = Column {
    name: "routed_cost_pusd",
    dtype: DataType::Int64,
    unit: "picodollars",
    about: "What the call costs there, tokens as logged.",
};

/// The columns that are taken over from the calls.
pub static OF_CALLS: [&Column; 7] =
    [&CALL_ID, &SRC_FILE, &SRC_LINE, &TS_START, &WORKLOAD, &MODEL_RAW, &SELLER];

/// The table.
pub static ROUTES: Table = Table {
    name: "routes",
    row: "one call of the log, and the offer that it goes to",
    columns: &[
        &CALL_ID,
        &SRC_FILE,
        &SRC_LINE,
        &TS_START,
        &WORKLOAD,
        &MODEL_RAW,
        &SELLER,
        &COST,
        &ROUTED_MODEL,
        &ROUTED_SELLER,
        &ROUTED_TIER,
        &ROUTED_COST,
    ],
};
