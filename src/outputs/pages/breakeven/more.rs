//! Several models on shared machines, and models that are trained.

use super::dollars;
use crate::outputs::page::{Body, Grid, Head, Section, Value};
use crate::outputs::wording::{percent, usd};
use crate::simulation::World;
use crate::simulation::hosting::breakeven::Found;
use crate::simulation::hosting::shared::Shared;

/// Who shares which machine.
pub(super) fn shared(found: &Found, shared: &Shared) -> Section {
    let machine = &found.looked[0].ready.with.machine;
    let stands = |model: usize| {
        let at = shared.packing.machines.iter().position(|machine| machine.contains(&model));
        at.map_or("left to the other offers".to_owned(), |at| format!("machine {}", at + 1))
    };
    let rows = shared.models.iter().enumerate().map(|(at, model)| {
        let deployment = &found.looked[model.deployment].ready.with.deployment;
        vec![
            Value::Text(deployment.model.clone()),
            Value::Text(model.workloads.join(", ")),
            Value::Number(model.calls),
            Value::Number(model.item.memory / 1e9),
            Value::Text(percent(model.item.load)),
            dollars(model.item.gain),
            Value::Text(stands(at)),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let heads = vec![
        Head::names("model", "model", 0),
        Head::names("workloads", "workloads", 2),
        Head::new("calls_month", "calls/month", 1),
        Head::new("memory_gb", "GB", 1),
        Head::new("load", "of a machine's time", 0),
        Head::new("gain_usd_month", "gains/month", 0),
        Head::new("stands", "stands on", 0),
    ];
    let notes = vec![
        format!(
            "a machine is {} GPUs ({}), {}, {} a month with {} GB and {} of its time; each workload goes to the model that takes the least time for it, a model \
             to the first machine with room, the largest first; a machine that costs more than it gains is not had",
            shared.gpus,
            machine.name,
            shared.way.commitment.word().replace('_', " "),
            usd(shared.place.cost),
            (shared.place.memory / 1e9).round(),
            percent(shared.place.load),
        ),
        format!(
            "shared they save {} a month, each on a machine of its own {}; people once, and a hand more for each further model; workloads with an adapter \
             of their own (adapter = true) share the replica of its base",
            usd(shared.saving),
            usd(shared.alone)
        ),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    Section { key: "shared", title: "Several models on shared machines".to_owned(), body, notes }
}

/// Smaller models that are trained for a workload.
pub(super) fn tuned(found: &Found, world: &World) -> Section {
    let share = |share: Option<f64>| share.map_or(Value::Unknown, |share| Value::Text(percent(share)));
    let rows = found.tuned.iter().map(|tuned| {
        vec![
            Value::Text(tuned.stated.workload.clone()),
            Value::Text(world.models.get(tuned.incumbent).id.clone()),
            Value::Text(tuned.stated.base.clone()),
            dollars(tuned.stated.one_off_usd),
            dollars(tuned.call.0),
            tuned.call.1.map_or(Value::Unknown, dollars),
            share(tuned.success.0),
            share(tuned.success.1),
            tuned.break_even_calls.map_or(Value::from("never"), Value::Number),
            tuned.months().map_or(Value::Nothing, Value::Number),
        ]
    });
    let heads = vec![
        Head::names("workload", "workload", 0),
        Head::names("incumbent", "served by", 1),
        Head::names("base", "trained", 0),
        Head::new("one_off_usd", "once", 0),
        Head::new("call_usd", "a call now", 1),
        Head::new("tuned_call_usd", "then", 1),
        Head::new("success", "succeeds now", 2),
        Head::new("tuned_success", "then", 2),
        Head::new("break_even_calls", "paid after calls", 0),
        Head::new("months", "months", 0),
    ];
    let notes = vec![
        "from [[fine_tune]] of the scenario; with a cost of failures (failure_cost_usd) both calls are taken with what their failures cost".to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "fine_tuning", title: "Training a smaller model".to_owned(), body, notes }
}
