//! Everything from outside, made into tables or plain structs.

pub mod baseline;
pub mod benchmarks;
pub mod budget;
pub mod embedded;
pub mod files;
pub mod gateways;
pub mod graded;
pub mod hardware;
pub mod logs;
pub mod manual;
pub mod models;
pub mod partials;
pub mod plans;
pub mod prices;
pub mod project;
pub mod published;
pub mod scenario;
pub mod seal;
pub mod spelling;
pub mod stationery;
pub mod toml_file;
