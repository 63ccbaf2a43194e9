//! Everything that was found out about a log: what charts and reports are made of.

use crate::simulation::World;
use crate::simulation::assess::Assessment;
use crate::simulation::audit::Audit;
use crate::simulation::compare::Compared;
use crate::simulation::frontier::Frontier;
use crate::simulation::hosting::breakeven::Found as Hosted;
use crate::simulation::projection::project::Found as Projected;
use crate::simulation::seats::Found as Seated;

/// What was found out about a log, or why it was not.
#[derive(Clone, Copy)]
pub struct Results<'a> {
    /// The audit.
    pub audit: &'a Audit,
    /// Facts and assumptions.
    pub world: &'a World,
    /// Each workload, weighed.
    pub assessed: &'a [Assessment],
    /// The frontier, or why there is none.
    pub frontier: Result<&'a Frontier, &'a str>,
    /// Machines of one's own, or why there is nothing to say of them.
    pub hosted: Result<&'a Hosted, &'a str>,
    /// The projection, or why there is none.
    pub projected: Result<&'a Projected, &'a str>,
    /// The log beside a baseline, or why it is not.
    pub compared: Result<&'a Compared, &'a str>,
    /// What seats would cost, or why nothing is said of them.
    pub seats: Result<&'a Seated, &'a str>,
}

/// What takes time to find out, and is not always needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The audit is enough.
    Nothing,
    /// The frontier.
    Frontier,
    /// Machines of one's own.
    Hosting,
    /// The projection.
    Projection,
    /// A baseline.
    Baseline,
    /// Users.
    Seats,
}
