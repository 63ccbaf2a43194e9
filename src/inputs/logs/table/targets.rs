//! What a column of a table can be mapped to.

/// How the text of a cell is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As it stands.
    Text,
    /// A whole number.
    Integer,
    /// A finite number.
    Number,
    /// True or false.
    Boolean,
    /// A moment, in the map's form.
    Time,
    /// Money, in the map's unit.
    Money,
}

/// A target: its name in maps, and how its cells are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Name in a map; the column name of the canonical table where there is one.
    pub name: &'static str,
    /// How its cells are read.
    pub kind: Kind,
    /// What it means, for messages and the documentation.
    pub about: &'static str,
}

macro_rules! targets {
    ($($constant:ident $name:literal $kind:ident $about:literal;)*) => {
        targets!(@constants 0usize; $($constant)*);
        /// Every target, in the order of their indexes.
        pub const TARGETS: &[Target] = &[$(Target { name: $name, kind: Kind::$kind, about: $about }),*];
    };
    (@constants $index:expr; $head:ident $($tail:ident)*) => {
        #[doc = concat!("Index of `", stringify!($head), "` in [`TARGETS`].")]
        pub const $head: usize = $index;
        targets!(@constants $index + 1; $($tail)*);
    };
    (@constants $index:expr;) => {};
}

targets! {
    CALL_ID "call_id" Text "id of the call; repeated ids are merged";
    TS_START "ts_start" Time "when the call began";
    WORKLOAD "workload" Text "purpose of the call, taken as it stands";
    SELLER "seller" Text "who bills the call";
    UPSTREAM "upstream" Text "who ran the model behind a reseller";
    MODEL_RAW "model_raw" Text "model name";
    MODEL_ALIAS "model_alias" Text "public name at a gateway";
    OPERATION "operation" Text "chat, completion, embedding, rerank, image, audio or other";
    MODE "mode" Text "standard, batch, flex, priority or fast";
    REGION "region" Text "where it was processed";
    INPUT "input" Integer "input tokens, with or without the cache as `input_convention` says";
    IN_TOTAL "in_total" Integer "input tokens, cache included";
    IN_UNCACHED "in_uncached" Integer "input tokens at the full rate";
    IN_CACHE_READ "in_cache_read" Integer "input tokens read from the cache";
    IN_CACHE_WRITE_5M "in_cache_write_5m" Integer "input tokens written to the cache (five minutes or unstated)";
    IN_CACHE_WRITE_1H "in_cache_write_1h" Integer "input tokens written to the cache for an hour";
    OUT_TOTAL "out_total" Integer "output tokens, reasoning included";
    OUT_REASONING "out_reasoning" Integer "the part of the output that was reasoning";
    TOTAL "total" Integer "logged sum of input and output, only checked";
    GRANULARITY "granularity" Text "`bucket` for a row that sums many calls";
    N_CALLS "n_calls" Integer "calls that the row stands for";
    WEB_SEARCH "tool_web_search" Integer "billable web searches";
    COST "cost_reported" Money "cost as logged, in `cost_unit`";
    COST_KIND "cost_kind" Text "billed, estimate, notional or included";
    COST_PUSD "cost_reported_pusd" Integer "cost as logged, in picodollars";
    LATENCY_MS "latency_ms" Number "milliseconds from request to last byte";
    STREAM "stream" Boolean "whether it was streamed";
    STATUS "status" Text "ok, error, cancelled or gateway_cache";
    STOP_REASON "stop_reason" Text "why generation stopped";
    SESSION_ID "session_id" Text "conversation or agent session";
    TRACE_ID "trace_id" Text "groups retries";
    IS_SUBAGENT "is_subagent" Boolean "whether a sub-agent made it";
    USER "user" Text "who made it";
    KEY_ID "key_id" Text "digest or name of the key";
    TEAM "team" Text "team or project charged";
    APP "app" Text "application";
    TAG "tag" Text "first tag";
}

/// The index of the target of that name.
pub fn index_of(name: &str) -> Option<usize> {
    TARGETS.iter().position(|target| target.name == name)
}
