//! Tables to slices to engine to results. Baseline and scenario go through one function, and a saving is computed in one
//! place: [`outcome::saving`].

pub mod audit;
mod bridge;
mod candidates;
pub mod charges;
pub mod commitments;
pub mod explain;
mod groups;
mod incumbent;
pub mod outcome;
pub mod pass;
pub mod reconcile;
pub mod routes;
pub mod rules;
pub mod self_hosting;
mod span;
pub mod unknown;
pub mod workloads;
mod world;

pub use self::span::{Month, Span};
pub use self::world::World;
