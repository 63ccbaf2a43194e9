//! The canonical call: one row per request to a model, in disjoint token buckets. Null is *not reported*, 0 is
//! *reported zero*.

use polars::prelude::{DataType, TimeUnit, TimeZone};

use super::{Column, Table};

/// Id given by the source; where it gives none, file and line.
pub static CALL_ID: Column = Column {
    name: "call_id",
    dtype: DataType::String,
    unit: "–",
    about: "Id given by the source; where it gives none, file and line.",
};

/// The log format that the row was read as.
pub static SOURCE: Column = Column {
    name: "source",
    dtype: DataType::String,
    unit: "–",
    about: "The log format that the row was read as.",
};

/// File that the row was read from.
pub static SRC_FILE: Column = Column {
    name: "src_file",
    dtype: DataType::String,
    unit: "–",
    about: "File that the row was read from.",
};

/// Line (or row, in Parquet) in that file, from 1.
pub static SRC_LINE: Column = Column {
    name: "src_line",
    dtype: DataType::UInt64,
    unit: "line",
    about: "Line (or row, in Parquet) in that file, from 1.",
};

/// `call`, or `bucket` for a row that sums many calls and cannot be routed call by call.
pub static GRANULARITY: Column = Column {
    name: "granularity",
    dtype: DataType::String,
    unit: "–",
    about: "`call`, or `bucket` for a row that sums many calls and cannot be routed call by call.",
};

/// Calls in the row: 1 unless the row is a bucket.
pub static N_CALLS: Column = Column {
    name: "n_calls",
    dtype: DataType::Int64,
    unit: "calls",
    about: "Calls in the row: 1 unless the row is a bucket.",
};

/// When the call began. Null: the log has no date for it.
pub static TS_START: Column = Column {
    name: "ts_start",
    dtype: DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
    unit: "UTC",
    about: "When the call began. Null: the log has no date for it.",
};

/// `absolute`, `relative` (seconds from the start of a session), `anchored` (relative, moved to the anchor) or `none`.
pub static TS_KIND: Column = Column {
    name: "ts_kind",
    dtype: DataType::String,
    unit: "–",
    about: "`absolute`, `relative` (seconds from the start of a session), `anchored` (relative, moved to the anchor) or `none`.",
};

/// Who bills the call, as logged. Null: not in the log.
pub static SELLER: Column = Column {
    name: "seller",
    dtype: DataType::String,
    unit: "–",
    about: "Who bills the call, as logged. Null: not in the log.",
};

/// Who ran the model behind a reseller.
pub static UPSTREAM: Column = Column {
    name: "upstream",
    dtype: DataType::String,
    unit: "–",
    about: "Who ran the model behind a reseller.",
};

/// Model name as logged. Null: not in the log, cannot be priced.
pub static MODEL_RAW: Column = Column {
    name: "model_raw",
    dtype: DataType::String,
    unit: "–",
    about: "Model name as logged. Null: not in the log, cannot be priced.",
};

/// The public name by which a gateway offers the model.
pub static MODEL_ALIAS: Column = Column {
    name: "model_alias",
    dtype: DataType::String,
    unit: "–",
    about: "The public name by which a gateway offers the model.",
};

/// `chat`, `completion`, `embedding`, `rerank`, `image`, `audio` or `other`.
pub static OPERATION: Column = Column {
    name: "operation",
    dtype: DataType::String,
    unit: "–",
    about: "`chat`, `completion`, `embedding`, `rerank`, `image`, `audio` or `other`.",
};

/// `standard`, `batch`, `flex`, `priority` or `fast`: selects the rate.
pub static MODE: Column = Column {
    name: "mode",
    dtype: DataType::String,
    unit: "–",
    about: "`standard`, `batch`, `flex`, `priority` or `fast`: selects the rate.",
};

/// Where the call was processed, as logged.
pub static REGION: Column = Column {
    name: "region",
    dtype: DataType::String,
    unit: "–",
    about: "Where the call was processed, as logged.",
};

/// Prompt tokens billed at the full input rate; cached tokens are counted apart. Null: not reported.
pub static IN_UNCACHED: Column = Column {
    name: "in_uncached",
    dtype: DataType::Int64,
    unit: "tokens",
    about: "Prompt tokens billed at the full input rate; cached tokens are counted apart. Null: not reported.",
};

/// Prompt tokens read from the seller's cache. Null: not reported.
pub static IN_CACHE_READ: Column = Column {
    name: "in_cache_read",
    dtype: DataType::Int64,
    unit: "tokens",
    about: "Prompt tokens read from the seller's cache. Null: not reported.",
};

/// Prompt tokens written to the cache for five minutes, and every write without a stated lifetime. Null: not reported.
pub static IN_CACHE_WRITE_5M: Column = Column {
    name: "in_cache_write_5m",
    dtype: DataType::Int64,
    unit: "tokens",
    about: "Prompt tokens written to the cache for five minutes, and every write without a stated lifetime. Null: not reported.",
};

/// Prompt tokens written to the cache for one hour. Null: not reported.
pub static IN_CACHE_WRITE_1H: Column = Column {
    name: "in_cache_write_1h",
    dtype: DataType::Int64,
    unit: "tokens",
    about: "Prompt tokens written to the cache for one hour. Null: not reported.",
};

/// Sum of the four input buckets. Null: no input was reported.
pub static IN_TOTAL: Column = Column {
    name: "in_total",
    dtype: DataType::Int64,
    unit: "tokens",
    about: "Sum of the four input buckets. Null: no input was reported.",
};

/// Everything billed as output, reasoning included. Null: not reported.
pub static OUT_TOTAL: Column = Column {
    name: "out_total",
    dtype: DataType::Int64,
    unit: "tokens",
    about: "Everything billed as output, reasoning included. Null: not reported.",
};

/// The part of out_total that was reasoning. Null: not reported.
pub static OUT_REASONING: Column = Column {
    name: "out_reasoning",
    dtype: DataType::Int64,
    unit: "tokens",
    about: "The part of out_total that was reasoning. Null: not reported.",
};

/// Billable web searches made by the server. Null: not reported.
pub static TOOL_WEB_SEARCH: Column = Column {
    name: "tool_web_search",
    dtype: DataType::Int64,
    unit: "requests",
    about: "Billable web searches made by the server. Null: not reported.",
};

/// Cost as logged, converted exactly. Evidence, never used as the price. Null: not in the log.
pub static COST_REPORTED: Column = Column {
    name: "cost_reported_pusd",
    dtype: DataType::Int64,
    unit: "picodollars",
    about: "Cost as logged, converted exactly. Evidence, never used as the price. Null: not in the log.",
};

/// What the logged cost is: `billed`, `estimate`, `notional` (a list price that a subscription covers) or `included`.
pub static COST_KIND: Column = Column {
    name: "cost_kind",
    dtype: DataType::String,
    unit: "–",
    about: "What the logged cost is: `billed`, `estimate`, `notional` (a list price that a subscription covers) or `included`.",
};

/// From request to last byte.
pub static LATENCY_MS: Column =
    Column { name: "latency_ms", dtype: DataType::Float64, unit: "ms", about: "From request to last byte." };

/// Whether the answer was streamed.
pub static STREAM: Column =
    Column {
        name: "stream", dtype: DataType::Boolean, unit: "–", about: "Whether the answer was streamed."
    };

/// `ok`, `error`, `cancelled` or `gateway_cache` (served by a gateway's own cache: costs nothing).
pub static STATUS: Column = Column {
    name: "status",
    dtype: DataType::String,
    unit: "–",
    about: "`ok`, `error`, `cancelled` or `gateway_cache` (served by a gateway's own cache: costs nothing).",
};

/// Why generation stopped, as logged.
pub static STOP_REASON: Column = Column {
    name: "stop_reason",
    dtype: DataType::String,
    unit: "–",
    about: "Why generation stopped, as logged.",
};

/// Conversation or agent session.
pub static SESSION_ID: Column = Column {
    name: "session_id",
    dtype: DataType::String,
    unit: "–",
    about: "Conversation or agent session.",
};

/// Groups retries and fallbacks of one request.
pub static TRACE_ID: Column = Column {
    name: "trace_id",
    dtype: DataType::String,
    unit: "–",
    about: "Groups retries and fallbacks of one request.",
};

/// Whether a sub-agent made the call.
pub static IS_SUBAGENT: Column = Column {
    name: "is_subagent",
    dtype: DataType::Boolean,
    unit: "–",
    about: "Whether a sub-agent made the call.",
};

/// Who made the call, as logged.
pub static USER: Column =
    Column { name: "user", dtype: DataType::String, unit: "–", about: "Who made the call, as logged." };

/// Key that was used, as a digest or name; never the key.
pub static KEY_ID: Column = Column {
    name: "key_id",
    dtype: DataType::String,
    unit: "–",
    about: "Key that was used, as a digest or name; never the key.",
};

/// Team or project that is charged.
pub static TEAM: Column =
    Column { name: "team", dtype: DataType::String, unit: "–", about: "Team or project that is charged." };

/// Application that made the call.
pub static APP: Column =
    Column { name: "app", dtype: DataType::String, unit: "–", about: "Application that made the call." };

/// First tag of the request.
pub static TAG: Column =
    Column { name: "tag", dtype: DataType::String, unit: "–", about: "First tag of the request." };

/// What the source's input count does with cached tokens: `inclusive`, `exclusive`, or `inferred` to be inclusive.
pub static IN_CONVENTION: Column = Column {
    name: "in_convention",
    dtype: DataType::String,
    unit: "–",
    about: "What the source's input count does with cached tokens: `inclusive`, `exclusive`, or `inferred` to be inclusive.",
};

/// What is doubtful about the row; bits in the order of `inputs::logs::quality`.
pub static QUALITY: Column = Column {
    name: "quality",
    dtype: DataType::UInt32,
    unit: "bit set",
    about: "What is doubtful about the row; bits in the order of `inputs::logs::quality`.",
};

/// Calls that share a purpose and so a quality threshold. Taken from the log where it has one, else assigned.
pub static WORKLOAD: Column = Column {
    name: "workload",
    dtype: DataType::String,
    unit: "–",
    about: "Calls that share a purpose and so a quality threshold. Taken from the log where it has one, else assigned.",
};

/// The token buckets in the order of the engine: four of input, output, and reasoning, which is a part of the output.
pub static BUCKETS: [&Column; 6] =
    [&IN_UNCACHED, &IN_CACHE_READ, &IN_CACHE_WRITE_5M, &IN_CACHE_WRITE_1H, &OUT_TOTAL, &OUT_REASONING];

/// The calls of a log, after deduplication.
pub static CALLS: Table = Table {
    name: "calls",
    row: "one request to a model, as logged, after deduplication",
    columns: &[
        &CALL_ID,
        &SOURCE,
        &SRC_FILE,
        &SRC_LINE,
        &GRANULARITY,
        &N_CALLS,
        &TS_START,
        &TS_KIND,
        &SELLER,
        &UPSTREAM,
        &MODEL_RAW,
        &MODEL_ALIAS,
        &OPERATION,
        &MODE,
        &REGION,
        &IN_UNCACHED,
        &IN_CACHE_READ,
        &IN_CACHE_WRITE_5M,
        &IN_CACHE_WRITE_1H,
        &IN_TOTAL,
        &OUT_TOTAL,
        &OUT_REASONING,
        &TOOL_WEB_SEARCH,
        &COST_REPORTED,
        &COST_KIND,
        &LATENCY_MS,
        &STREAM,
        &STATUS,
        &STOP_REASON,
        &SESSION_ID,
        &TRACE_ID,
        &IS_SUBAGENT,
        &USER,
        &KEY_ID,
        &TEAM,
        &APP,
        &TAG,
        &IN_CONVENTION,
        &QUALITY,
        &WORKLOAD,
    ],
};
