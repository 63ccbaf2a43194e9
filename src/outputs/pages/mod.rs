//! One folder a page: results to sections.

pub mod assess;
pub mod audit;
pub mod baseline;
pub mod breakeven;
pub mod canary;
#[cfg(feature = "charts")]
pub mod chart;
pub mod compare;
pub mod devices;
pub mod explain;
pub mod export;
pub mod forecast;
pub mod frontier;
pub mod gate;
pub mod hardware;
pub mod logs;
pub mod models;
pub mod prices;
pub mod project;
pub mod replay;
pub mod reproduce;
pub mod routes;
pub mod scenario;
pub mod scores;
pub mod seats;
pub mod trends;
