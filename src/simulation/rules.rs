//! What each rule of the policy costs: the outcome with all rules minus the outcome without this one.

use polars::prelude::{DataFrame, PolarsResult};

use super::audit::routed;
use super::outcome::{Outcome, saving};
use super::world::World;
use crate::inputs::scenario::{Rule, Scenario};
use crate::units::Usd;

/// A rule and its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulePrice {
    /// The rule.
    pub rule: Rule,
    /// Offers that it alone bars, of all that are on sale.
    pub bars: usize,
    /// What the calls cost with every rule but this one.
    pub without: Usd,
    /// What the rule costs over the log. Rules overlap, so the prices of several do not add up.
    pub costs: Usd,
}

/// The price of every rule, in the order in which rules are asked.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn prices(frame: &DataFrame, world: &World<'_>, with_all: &Outcome) -> PolarsResult<Vec<RulePrice>> {
    let policy = &world.scenario.policy;
    let price = |rule: Rule| {
        let scenario = Scenario { policy: policy.without(rule), ..world.scenario.clone() };
        let free = World { scenario: &scenario, ..*world };
        let without = routed(frame, &free)?;
        let bars = world
            .book
            .offers()
            .filter(|(offer, _)| world.barred(*offer).is_some() && free.barred(*offer).is_none());
        Ok(RulePrice {
            rule,
            bars: bars.count(),
            without: without.total().cost,
            costs: saving(&with_all.total(), &without.total()),
        })
    };
    policy.rules().into_iter().map(price).collect()
}
