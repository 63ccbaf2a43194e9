//! What a log will cost: its month, what is fitted to its days and to the history of prices, and all paths from there.

pub mod back;
pub mod project;
pub mod start;
pub mod trends;
pub mod volume;
