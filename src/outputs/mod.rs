//! Results as pages and findings, and pages in every format.

#[cfg(feature = "charts")]
pub mod charts;
mod drivers;
pub mod findings;
pub mod focus;
pub mod formats;
pub mod gate;
pub mod page;
pub mod pages;
pub mod provenance;
pub mod report;
pub mod results;
pub mod routers;
pub mod tables;
mod wording;

pub use self::provenance::Provenance;
pub use self::wording::{clean, counted};
