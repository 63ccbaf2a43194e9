//! Calls on the device of whoever makes them: which workloads, how fast, and what waiting and energy cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::PolarsResult;

use super::replica::On;
use crate::engine::hosting::device::{decode_speed, energy_per_million, waiting, with_context};
use crate::engine::hosting::roofline::{Replica, Shape};
use crate::engine::route::kernel::Choices;
use crate::inputs::hardware::{Machine, Precision};
use crate::inputs::models::ModelId;
use crate::inputs::partials::Rows;
use crate::simulation::bridge::{Calendar, Kind, Names, Part, Setting};
use crate::simulation::partial::Question;
use crate::simulation::partial::groups::{of_rows, rows};
use crate::simulation::pass::{self, Additive, Calls, Work};
use crate::simulation::world::World;
use crate::units::{SECONDS_PER_HOUR, TaskKind, TokenBuckets, Usd};

/// Calls of a workload that one model served.
#[derive(Debug, Clone, Copy, Default)]
pub struct Group {
    /// Calls.
    pub calls: u64,
    /// Their tokens.
    pub tokens: TokenBuckets,
    /// What they cost.
    pub spent: Usd,
}

/// What is run on a device for a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Code of the workload.
    pub workload: Option<u32>,
    /// What served it.
    pub incumbent: ModelId,
    /// The model on the device.
    pub model: ModelId,
    /// Calls.
    pub calls: u64,
    /// What they cost now.
    pub spent: f64,
    /// Output tokens a second with their mean context.
    pub tok_s: f64,
    /// Seconds to the first token.
    pub first_token: f64,
    /// Seconds of a call.
    pub seconds: f64,
    /// Tokens a second that such work needs.
    pub needs: f64,
    /// Dollars of energy of a million output tokens.
    pub energy_million: f64,
    /// Dollars of energy of a call, prefill included.
    pub energy_call: f64,
    /// Dollars that a call costs whoever waits for it, beyond what it would elsewhere.
    pub waiting_call: f64,
}

impl Run {
    /// Whether it is fast enough.
    pub fn fast_enough(&self) -> bool {
        self.tok_s >= self.needs
    }
}

/// A device with what it could take.
#[derive(Debug, Clone)]
pub struct Device {
    /// The device.
    pub machine: Machine,
    /// What it could run, the most calls first.
    pub runs: Vec<Run>,
}

impl Device {
    /// Calls that it could serve, and those of them that it serves fast enough.
    pub fn calls(&self) -> (u64, u64) {
        let fast = self.runs.iter().filter(|run| run.fast_enough()).map(|run| run.calls).sum();
        (self.runs.iter().map(|run| run.calls).sum(), fast)
    }
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Every device, in the order of the facts.
    pub devices: Vec<Device>,
    /// Texts of codes.
    pub names: Names,
    /// All calls of text.
    pub calls: u64,
}

/// Output tokens a second that work of a kind needs: somebody reads, somebody codes, agents wait for each other.
pub const fn needed(kind: TaskKind) -> f64 {
    match kind {
        TaskKind::Agentic => 60.0,
        TaskKind::Coding => 30.0,
        _ => 10.0,
    }
}

/// Weights as they are commonly put on devices.
const ON_DEVICES: &str = "q4_k_m";

/// What devices could take of a log.
///
/// # Errors
/// When it cannot be read.
pub fn devices(calls: &Calls, world: &World) -> PolarsResult<Found> {
    let (groups, names) = groups(calls, world)?;
    let models: Vec<ModelId> = world
        .models
        .iter()
        .filter(|(id, model)| model.open_weights && world.models.base(*id) == *id && world.may_be_served(*id))
        .map(|(id, _)| id)
        .collect();
    let of = |machine: &Machine| {
        let mut runs: Vec<Run> = groups
            .iter()
            .filter_map(|((workload, incumbent), group)| {
                let name = workload.and_then(|code| names.text(code));
                let of_model = |model: &ModelId| {
                    world.risk_of(name.as_deref(), *model, *incumbent).ok()?;
                    run(world, machine, *model, (*workload, *incumbent), name.as_deref(), group)
                };
                // The fastest of the models that are good enough.
                models.iter().filter_map(of_model).max_by(|a, b| a.tok_s.total_cmp(&b.tok_s))
            })
            .collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.calls));
        Device { machine: machine.clone(), runs }
    };
    let devices = world.hardware.machines().filter(|machine| machine.device).map(of).collect();
    Ok(Found { devices, names, calls: groups.values().map(|group| group.calls).sum() })
}

/// Calls by workload and the model that served them.
pub type ByLane = BTreeMap<(Option<u32>, ModelId), Group>;

/// The calls of a log that have a price and are of text, by workload and the model that served them.
///
/// # Errors
/// When it cannot be read.
pub fn groups(calls: &Calls, world: &World) -> PolarsResult<(ByLane, Names)> {
    let passed = pass::run(calls, Arc::new(Groups { world: world.clone(), calendar: Calendar::of(world) }))?;
    // Codes depend on which batch came first, names do not.
    let mut named: Vec<_> = passed
        .sum
        .into_iter()
        .map(|((code, model), group)| ((code.and_then(|code| passed.names.text(code)), model), group))
        .collect();
    named.sort_by(|a, b| a.0.cmp(&b.0));
    let names = Names::default();
    let code = |name: Option<Arc<str>>| name.map(|name| names.code(&name));
    let lanes = named.into_iter().map(|((name, model), group)| ((code(name), model), group)).collect();
    Ok((lanes, names))
}

/// A group on a device with a model; `None`: it does not fit, or too little is known of it.
fn run(
    world: &World,
    machine: &Machine,
    model: ModelId,
    (workload, incumbent): (Option<u32>, ModelId),
    name: Option<&str>,
    group: &Group,
) -> Option<Run> {
    let assumed = &world.scenario.self_hosting;
    let on = On { model, machine, count: 1.0, precision: Precision::of(ON_DEVICES)?, engine: "llama.cpp" };
    let replica = on.replica(&world.models, &assumed.roofline, 1.0).ok()?;
    let calls = group.calls as f64;
    let ratio = world.token_ratio(incumbent, model);
    let shape = Shape {
        input: (group.tokens.input() as f64 * ratio.input / calls).max(1.0),
        // One person's device has what one person's session left there.
        cached: group.tokens.read as f64 * ratio.input * assumed.own_cache_share / calls,
        output: (group.tokens.out as f64 * ratio.output / calls).max(1.0),
    };
    let weights = replica.weights.total * replica.weights.bytes;
    let kv = replica.attention.held(shape.input + shape.output);
    if weights + kv > machine.memory_gb * 1e9 * assumed.device.memory_used {
        return None;
    }
    let (tok_s, prefill) = speed(&replica, &shape);
    let seconds = prefill + shape.output / tok_s;
    let watts = machine.tdp_w?;
    let device = &assumed.device;
    let needs = needed(world.asked(name, incumbent).kind());
    Some(Run {
        workload,
        incumbent,
        model,
        calls: group.calls,
        spent: group.spent.estimate().0,
        tok_s,
        first_token: prefill,
        seconds,
        needs,
        energy_million: energy_per_million(watts, device.kwh, tok_s),
        energy_call: watts / 1e3 * device.kwh * seconds / SECONDS_PER_HOUR,
        waiting_call: waiting(shape.output, tok_s, device.cloud_tok_s, device.waiting_hour, device.attended)
            .max(0.0),
    })
}

/// Output tokens a second of one stream, and seconds of its prefill.
fn speed(replica: &Replica, shape: &Shape) -> (f64, f64) {
    let read = replica.weights.active * replica.weights.bytes;
    let bare = decode_speed(replica.on.bandwidth, replica.on.bandwidth_used, read);
    let speed = with_context(bare, read, replica.attention.held(shape.context()));
    (speed, replica.prefill(shape))
}

/// The pass that groups calls.
struct Groups {
    world: World,
    calendar: Calendar,
}

impl Additive for Groups {
    fn question(&self) -> Question {
        Question { about: "workloads", exactly: String::new() }
    }

    fn rows(&self, sum: &ByLane, names: &Names) -> Rows {
        rows(sum, &self.world, names)
    }

    fn of_rows(&self, rows: &Rows, names: &Names) -> PolarsResult<ByLane> {
        of_rows(rows, &self.world, names)
    }
}

impl Work for Groups {
    type Sum = ByLane;

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    fn take(&self, part: &Part<'_>, names: &Names, _choices: &mut Choices, sum: &mut Self::Sum) {
        let setting = Setting::of(&part.class, names, &self.calendar, &self.world);
        if setting.kind != Kind::Routable || setting.free {
            return;
        }
        let Ok(served) = self.world.served(&setting) else { return };
        let group = sum.entry((setting.workload, served.model)).or_default();
        for call in 0..part.len() {
            if let Some(cost) = served.cost(part, call) {
                group.calls += 1;
                group.tokens += part.buckets(call);
                group.spent += cost;
            }
        }
    }

    fn merge(&self, sum: &mut Self::Sum, other: Self::Sum) {
        for (key, theirs) in other {
            let own = sum.entry(key).or_default();
            own.calls += theirs.calls;
            own.tokens += theirs.tokens;
            own.spent += theirs.spent;
        }
    }
}
