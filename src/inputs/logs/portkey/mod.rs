//! Log exports of Portkey. They have no cached tokens, and do not say whether their cost is in cents or dollars: it is left out.

use std::sync::OnceLock;

use super::mapped::Mapped;

/// The format.
pub static PORTKEY: Mapped = Mapped {
    id: "portkey",
    about: "Portkey log exports (JSON lines)",
    maps: &[include_str!("export.toml")],
    nothing: "no row has units",
    note: Some(
        "Portkey's export does not tell cached tokens: all input is at the full rate; the unit of its cost is not stated, so it is left out (a map with `cost_unit` takes it)",
    ),
    parsed: OnceLock::new(),
};
