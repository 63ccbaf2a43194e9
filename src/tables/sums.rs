//! What the calls of a log cost together, as logged and as routed.

use polars::prelude::{DataType, TimeUnit, TimeZone};

use super::calls::WORKLOAD as OF_CALLS;
use super::{Column, Table};

/// `logged` or `routed`.
pub static WAY: Column = Column {
    name: "way",
    dtype: DataType::String,
    unit: "–",
    about: "`logged`: where the calls were served; `routed`: where the scenario sends them.",
};

/// Workload, as in the calls.
pub static WORKLOAD: &Column = &OF_CALLS;

/// Id of the model that served the calls.
pub static MODEL: Column = Column {
    name: "model",
    dtype: DataType::String,
    unit: "–",
    about: "Id of the model that served the calls.",
};

/// Id of the seller whose price they have.
pub static SELLER: Column = Column {
    name: "priced_seller",
    dtype: DataType::String,
    unit: "–",
    about: "Id of the seller whose price the calls have where they were served.",
};

/// Id of the model that they go to.
pub static OFFER_MODEL: Column = Column {
    name: "offer_model",
    dtype: DataType::String,
    unit: "–",
    about: "Id of the model that the calls go to; their own in rows as logged.",
};

/// Id of the seller that they go to.
pub static OFFER_SELLER: Column = Column {
    name: "offer_seller",
    dtype: DataType::String,
    unit: "–",
    about: "Id of the seller that the calls go to.",
};

/// Tier of that offer.
pub static OFFER_TIER: Column = Column {
    name: "offer_tier",
    dtype: DataType::String,
    unit: "–",
    about: "Tier of that offer: `closed` or `hosted`.",
};

/// Begin of the day or hour.
pub static START: Column = Column {
    name: "start",
    dtype: DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
    unit: "UTC",
    about: "Begin of the day or hour; calls without a date are on the day of the audit.",
};

/// Calls.
pub static CALLS: Column =
    Column { name: "calls", dtype: DataType::Int64, unit: "calls", about: "Priced calls." };

/// Their tokens.
pub static TOKENS: Column = Column {
    name: "tokens",
    dtype: DataType::Int64,
    unit: "tokens",
    about: "Their tokens as logged, input and output.",
};

/// What they cost.
pub static COST: Column = Column {
    name: "cost_pusd",
    dtype: DataType::Int64,
    unit: "picodollars",
    about: "What they cost at that offer.",
};

/// The table.
pub static SUMS: Table = Table {
    name: "sums",
    row: "the calls of one workload that one offer served and one offer takes, on one day or in one hour",
    columns: &[
        &WAY,
        WORKLOAD,
        &MODEL,
        &SELLER,
        &OFFER_MODEL,
        &OFFER_SELLER,
        &OFFER_TIER,
        &START,
        &CALLS,
        &TOKENS,
        &COST,
    ],
};
