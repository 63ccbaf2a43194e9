//! The usage table of Cursor's dashboard, with its old and its new columns. The two input columns are disjoint: one was
//! written to the cache, the other was not.
//!
//! From the dashboard: *Usage*, then *Export CSV*.

use std::sync::OnceLock;

use super::mapped::Mapped;

/// The format.
pub static CURSOR: Mapped = Mapped {
    id: "cursor",
    about: "usage events exported from the Cursor dashboard (CSV, old and new columns)",
    maps: &[include_str!("new.toml"), include_str!("old.toml")],
    nothing: "the table has no row with tokens",
    note: None,
    parsed: OnceLock::new(),
};
