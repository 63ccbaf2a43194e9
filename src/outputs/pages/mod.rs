//! One folder a page: results to sections.

pub mod audit;
pub mod models;
pub mod prices;
