//! switchpoint tells a team, call by call, which tier of language model should have served it and at what point
//! switching pays.
//!
//! The order of the modules is the order in which data flows, and nothing imports upward or sideways:
//!
//! | module | what it does |
//! | --- | --- |
//! | [`units`] | money, tokens, shares and time as types |
//! | [`tables`] | what every table looks like |
//! | [`inputs`] | logs, prices, models, scores, hardware and scenarios from files, made into tables or plain structs |
//! | [`engine`] | the arithmetic, on slices, without files, frames or clock |
//! | [`simulation`] | tables to slices to engine to results; baseline and outcome through one function |
//! | [`outputs`] | results to pages and findings, in every format |
//! | [`cli`] | one file per command; the only place that reads the clock |

pub mod cli;
pub mod engine;
pub mod inputs;
pub mod outputs;
pub mod simulation;
pub mod tables;
pub mod units;
