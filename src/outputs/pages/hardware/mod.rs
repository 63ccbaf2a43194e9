//! The pages of `machines` and `deployments`.

mod deployments;
mod machines;
mod validation;

pub use self::deployments::{Known, Priced, deployment, deployments, fitted};
pub use self::machines::{machine, machines};
pub use self::validation::validate;
