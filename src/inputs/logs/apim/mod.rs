//! The table of model calls of Azure API Management, as exported from Log Analytics. A long message is split over rows that
//! repeat the counts under one correlation id; cached tokens are not told.
//!
//! A diagnostic setting sends `ApiManagementGatewayLlmLog` to Log Analytics, which exports CSV.

use std::sync::OnceLock;

use super::mapped::Mapped;

/// The format.
pub static APIM: Mapped = Mapped {
    id: "azure-apim",
    about: "ApiManagementGatewayLlmLog of Azure API Management (CSV of Log Analytics)",
    maps: &[include_str!("gateway.toml")],
    nothing: "no row has token counts",
    note: Some("Azure API Management does not tell cached tokens: all input is at the full rate"),
    parsed: OnceLock::new(),
};
