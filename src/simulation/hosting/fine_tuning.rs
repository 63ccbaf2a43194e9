//! Training a smaller model for a workload, as an investment.

use super::devices::Group;
use super::hosts;
use crate::engine::evidence::tradeoff::delivered;
use crate::engine::hosting::roofline::Shape;
use crate::inputs::models::ModelId;
use crate::inputs::prices::When;
use crate::inputs::scenario::workloads::FineTune;
use crate::simulation::world::World;

/// What training would change for a workload that one model served.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuned {
    /// What the scenario says.
    pub stated: FineTune,
    /// What serves it now.
    pub incumbent: ModelId,
    /// Calls a month; `None`: nobody knows how long the log covers.
    pub calls_month: Option<f64>,
    /// Dollars of a call now, and once trained; `None`: nobody sells the base.
    pub call: (f64, Option<f64>),
    /// How often it succeeds now, and once trained.
    pub success: (Option<f64>, Option<f64>),
    /// What a failure costs; `None`: nobody says.
    pub failure: Option<f64>,
    /// Calls after which it is paid; `None`: never.
    pub break_even_calls: Option<f64>,
}

impl Tuned {
    /// Months until then.
    pub fn months(&self) -> Option<f64> {
        Some(self.break_even_calls? / self.calls_month.filter(|calls| *calls > 0.0)?)
    }
}

/// A stated training against the calls of its workload; `None`: the base is no known model.
pub fn tuned(
    world: &World,
    stated: &FineTune,
    incumbent: ModelId,
    group: &Group,
    month: Option<f64>,
) -> Option<Tuned> {
    let base = world.models.base(world.models.resolve(&stated.base)?);
    let calls = group.calls as f64;
    let ratio = world.token_ratio(incumbent, base);
    let mean = Shape {
        input: group.tokens.input() as f64 * ratio.input / calls,
        cached: group.tokens.read as f64 * ratio.input / calls,
        output: group.tokens.out as f64 * ratio.output / calls,
    };
    let now = group.spent.estimate().0 / calls;
    let then = match (stated.input_usd_mtok, stated.output_usd_mtok) {
        (Some(input), Some(output)) => Some((mean.input * input + mean.output * output) / 1e6),
        _ => hosts::cheapest(world, base, &When::on(world.as_of), &mean),
    };
    let asked = world.asked(Some(&stated.workload), incumbent);
    let success = |model| world.quality.success(model, &asked).map(|success| success.mean);
    let (before, after) = (success(incumbent), stated.success.or_else(|| success(base)));
    let failure = asked.failure_cost();
    // With a cost of failures both are what a call costs in the end.
    let cost = |call: f64, success: Option<f64>| match (failure, success) {
        (Some(failure), Some(success)) => delivered(call, success, failure),
        _ => call,
    };
    let saved = then.map(|then| cost(now, before) - cost(then, after));
    let break_even_calls = saved.filter(|saved| *saved > 0.0).map(|saved| stated.one_off_usd / saved);
    Some(Tuned {
        stated: stated.clone(),
        incumbent,
        calls_month: month.map(|month| calls * month),
        call: (now, then),
        success: (before, after),
        failure,
        break_even_calls,
    })
}
