//! How many graded calls it takes before a move can be trusted.

use super::{DAYS_A_YEAR, View};
use crate::engine::evidence::samples::{Decision, independent_discordance, paired, unpaired};
use crate::engine::evidence::sequential::{Rule, expected_pairs};
use crate::inputs::prices::OfferId;
use crate::simulation::success::Success;

/// Graded calls for one recommendation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EvalPlan {
    /// Calls for each of the two models, graded apart.
    pub unpaired: f64,
    /// Calls that both answer.
    pub paired: f64,
    /// Share of calls that the canary gets.
    pub canary_share: f64,
    /// Pairs of calls after which a canary is expected to be promoted if the candidate is as good.
    pub canary_pairs: f64,
    /// Days until then, at the pace of the log; `None`: the log does not say how fast calls come.
    pub canary_days: Option<f64>,
    /// Dollars over the time of the decision that knowing the rate exactly would be worth; `None`: nobody says what a failure costs, or the
    /// log is too short to tell how many calls that is.
    pub perfect_information: Option<f64>,
    /// The number of graded calls that is worth most, and what it is worth after its cost.
    pub best_sample: Option<(u64, f64)>,
}

pub(super) fn of(view: &View<'_>, candidate: OfferId, incumbent: Success) -> Option<EvalPlan> {
    let assumed = view.asked.assumed.evals;
    let model = view.model(candidate);
    let success = view.success(model).filter(|_| model != view.asked.incumbent)?;
    let rate = incumbent.mean.clamp(0.001, 0.999);
    let rule =
        Rule { margin: assumed.gap, false_promote: assumed.false_promote, false_stop: assumed.false_stop };
    let discordant = independent_discordance(rate, rate);
    let canary_pairs = expected_pairs(discordant, &rule);
    let calls = view.a_year(view.baseline.calls as f64);
    let (before, after) = view.costs();
    let decision = view.asked.failure_cost().map(|failure| Decision {
        success: success.belief,
        incumbent: incumbent.mean,
        saved: before - after,
        failure,
    });
    let worth = decision.zip(calls.map(|calls| calls * assumed.months / 12.0));
    Some(EvalPlan {
        unpaired: unpaired(rate, assumed.gap, assumed.alpha, assumed.power),
        paired: paired(discordant, assumed.gap, assumed.alpha, assumed.power),
        canary_share: assumed.canary_share,
        canary_pairs,
        canary_days: calls.map(|calls| canary_pairs / (calls / DAYS_A_YEAR * assumed.canary_share)),
        perfect_information: worth.map(|(decision, calls)| decision.perfect_information() * calls),
        best_sample: worth.map(|(decision, calls)| decision.best_sample(calls, assumed.grading)),
    })
}
