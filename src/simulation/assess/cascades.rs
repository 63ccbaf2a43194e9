//! Cheap models that are tried first: the whole log at each of them, and what verifying and escalating then costs.

use std::sync::Arc;

use polars::prelude::PolarsResult;

use crate::engine::evidence::tradeoff::{Cascade, delivered};
use crate::inputs::prices::OfferId;
use crate::simulation::audit::Audit;
use crate::simulation::candidates::Eligibility;
use crate::simulation::outcome::Lane;
use crate::simulation::pass::Calls;
use crate::simulation::replay::Replay;
use crate::simulation::ways::{AllTo, Way};
use crate::simulation::world::World;

/// A cascade on a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct CascadeOutcome {
    /// The workload and its incumbent.
    pub lane: Lane,
    /// The offer that is tried first: where most calls go of those that fit.
    pub first: OfferId,
    /// Calls that fit there.
    pub calls: u64,
    /// A call of it.
    pub cascade: Cascade,
    /// Dollars of a failure; `None`: nobody says.
    pub failure_cost: Option<f64>,
    /// Dollars of a call with its failures: at the incumbent, at the first offer alone, in the cascade; without a cost of failures, of
    /// the call alone.
    pub delivered: [f64; 3],
}

/// Every cascade of the scenario on every workload of which success is known.
///
/// # Errors
/// When the log cannot be read.
pub fn cascades(calls: &Calls, audit: &Audit, world: &World) -> PolarsResult<Vec<CascadeOutcome>> {
    let stated = &world.scenario.cascades;
    if stated.is_empty() {
        return Ok(Vec::new());
    }
    let eligibility = Eligibility::of(world);
    let way = |offers: &Vec<OfferId>| -> Box<dyn Way> {
        Box::new(AllTo { eligibility: Arc::clone(&eligibility), offers: offers.clone() })
    };
    let ways = world.rules.cascades().iter().map(way).collect();
    let outcomes = Replay::new(&eligibility, ways).run(calls)?.outcomes;
    let mut found = Vec::new();
    for ((stated, offers), outcome) in stated.iter().zip(world.rules.cascades()).zip(&outcomes) {
        for lane in outcome.lanes() {
            let there =
                outcome.of_lane(lane).filter(|(offer, _)| offers.contains(offer) && *offer != lane.incumbent);
            let Some((first, sum)) = there.max_by_key(|(_, line)| line.calls) else { continue };
            let whole = audit.baseline.sum_of_lane(lane);
            let per_call = |cost: f64, calls: u64| cost / (calls as f64).max(1.0);
            let cheap = per_call(sum.cost.estimate().0, sum.calls);
            let dear = per_call(whole.cost.estimate().0, whole.calls);
            let workload = lane.workload.map(|code| audit.workloads[code as usize].as_str());
            let base = |offer: OfferId| world.models.base(world.book.offer(offer).model);
            let asked = world.asked(workload, base(lane.incumbent));
            let known = world
                .quality
                .success(base(lane.incumbent), &asked)
                .zip(world.quality.success(base(first), &asked));
            let Some((incumbent, success)) = known else { continue };
            let assumed = asked.assumed.cascade;
            let cascade = Cascade {
                cheap,
                verifier: stated.verifier_usd.unwrap_or(assumed.verifier_share * cheap),
                dear,
                cheap_success: success.mean,
                dear_success: world.quality.on_escalated(
                    base(first),
                    incumbent,
                    stated.escalated_success,
                    &asked,
                ),
                accepts_right: stated.accepts_right.unwrap_or(assumed.accepts_right),
                accepts_wrong: stated.accepts_wrong.unwrap_or(assumed.accepts_wrong),
            };
            let failure = asked.failure_cost().unwrap_or(0.0);
            found.push(CascadeOutcome {
                lane,
                first,
                calls: sum.calls,
                cascade,
                failure_cost: asked.failure_cost(),
                delivered: [
                    delivered(dear, incumbent.mean, failure),
                    delivered(cheap, success.mean, failure),
                    cascade.delivered(failure),
                ],
            });
        }
    }
    Ok(found)
}
