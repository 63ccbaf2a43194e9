//! Helicone: requests as JSON lines of its interface, and the table of its dashboard, which knows neither cache nor seller.
//!
//! The interface is `POST /v1/request/query-clickhouse`; it tells more than the table.

use std::sync::OnceLock;

use super::mapped::Mapped;

/// The format.
pub static HELICONE: Mapped = Mapped {
    id: "helicone",
    about: "Helicone requests (JSON lines of its interface, CSV of its dashboard)",
    maps: &[include_str!("requests.toml"), include_str!("dashboard.toml")],
    nothing: "the table has no row with tokens",
    note: Some(
        "Helicone counts what its proxy saw: a table without cache columns prices all input at the full rate",
    ),
    parsed: OnceLock::new(),
};
