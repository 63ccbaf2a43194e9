//! What each rule of the policy costs: the outcome with all rules minus the outcome without this one.

use super::outcome::{Outcome, saving};
use super::world::World;
use crate::inputs::prices::When;
use crate::inputs::scenario::{Rule, Scenario};
use crate::units::Usd;

/// A rule and its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulePrice {
    /// The rule.
    pub rule: Rule,
    /// Offers that it alone bars, of all that are on sale on the day of the audit; `None`: that depends on the call.
    pub bars: Option<usize>,
    /// What the calls cost with every rule but this one.
    pub without: Usd,
    /// What the rule costs over the log. Rules overlap, so the prices of several do not add up.
    pub costs: Usd,
}

/// For each rule of the policy, in the order in which they are asked, the world without it.
pub(super) fn freed(world: &World) -> Vec<(Rule, World)> {
    let policy = &world.scenario.policy;
    let without = |rule: Rule| {
        let scenario = Scenario { policy: policy.without(rule), ..(*world.scenario).clone() };
        // With fewer rules no name is new.
        Some((rule, world.under(scenario).ok()?))
    };
    policy.rules().into_iter().filter_map(without).collect()
}

/// The price of every rule; `without` are the outcomes in the freed worlds.
pub(super) fn prices(
    world: &World,
    freed: &[(Rule, World)],
    with_all: &Outcome,
    without: &[Outcome],
) -> Vec<RulePrice> {
    let today = When::on(world.as_of);
    let price = |((rule, free), without): (&(Rule, World), &Outcome)| {
        let on_sale = world.book.offers().filter(|(offer, _)| world.book.tariff(*offer, &today).is_some());
        let bars = on_sale.filter(|(offer, _)| {
            world.barred(*offer, &today).is_some() && free.barred(*offer, &today).is_none()
        });
        RulePrice {
            rule: *rule,
            bars: (*rule != Rule::MaxSeconds).then(|| bars.count()),
            without: without.total().cost,
            costs: saving(&with_all.total(), &without.total()),
        }
    };
    freed.iter().zip(without).map(price).collect()
}
