//! What is doubtful about a row, one bit each, in the order of the `quality` column.

/// Other rows of the same call were merged into this one.
pub const DUP_MERGED: u32 = 1 << 0;
/// Input or output is not reported, or the row was written before the answer was complete: its tokens are a lower bound.
pub const USAGE_INCOMPLETE: u32 = 1 << 1;
/// A total in the log is not the sum of its parts.
pub const TOTAL_MISMATCH: u32 = 1 << 2;
/// The log names no model.
pub const MODEL_MISSING: u32 = 1 << 3;
/// The format cannot report cached tokens, or this row does not.
pub const CACHE_UNKNOWN: u32 = 1 << 4;
/// The row may repeat a call of another session.
pub const REPLAY_SUSPECT: u32 = 1 << 5;
/// The log does not say at which service tier the call ran; standard is assumed.
pub const MODE_ASSUMED: u32 = 1 << 6;
/// The log has no time for the call.
pub const TS_MISSING: u32 = 1 << 7;
/// The cache writes with a stated lifetime are fewer than the writes; the rest counts as five minutes.
pub const BREAKDOWN_SHORT: u32 = 1 << 8;
/// A token count is an estimate of whoever wrote the log.
pub const ESTIMATED: u32 = 1 << 9;

/// Every bit with its name and meaning, in order.
pub const BITS: &[(u32, &str, &str)] = &[
    (DUP_MERGED, "dup_merged", "repeated rows were merged"),
    (
        USAGE_INCOMPLETE,
        "usage_incomplete",
        "input or output is not reported, or was logged before the answer was complete",
    ),
    (TOTAL_MISMATCH, "total_mismatch", "the logged total is not the sum of its parts"),
    (MODEL_MISSING, "model_missing", "no model name"),
    (CACHE_UNKNOWN, "cache_unknown", "cached tokens are not reported"),
    (REPLAY_SUSPECT, "replay_suspect", "may repeat a call of another session"),
    (MODE_ASSUMED, "mode_assumed", "no service tier in the log: standard assumed"),
    (TS_MISSING, "ts_missing", "no time"),
    (BREAKDOWN_SHORT, "breakdown_short", "cache writes without a lifetime, counted as five minutes"),
    (ESTIMATED, "estimated", "a token count is an estimate of the log's author"),
];
