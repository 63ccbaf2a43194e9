//! Tables to slices to engine to results. Baseline and scenario go through one function, and a saving is computed in one
//! place: [`outcome::saving`].

pub mod assess;
pub mod audit;
mod bridge;
pub mod canary;
mod candidates;
pub mod capability;
pub mod charges;
pub mod commitments;
pub mod compare;
pub mod evidence;
pub mod explain;
pub mod facts;
pub mod forecast;
pub mod frontier;
pub mod gate;
pub mod graded;
pub mod handover;
pub mod holdout;
pub mod hosting;
mod incumbent;
pub mod outcome;
pub mod partial;
pub mod pass;
pub mod projection;
pub mod reconcile;
mod replay;
pub mod reproduce;
pub mod routes;
mod rulebook;
pub mod rules;
pub mod seats;
mod span;
pub mod success;
pub mod sums;
pub mod tally;
pub mod unknown;
mod ways;
pub mod workloads;
mod world;

pub use self::bridge::{Calendar, Class, Names, Slot};
pub use self::rulebook::{RuleError, Rulebook, Speed};
pub use self::span::{Month, Span, last_day};
pub use self::world::World;
