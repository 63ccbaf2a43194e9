//! Several models of a log on shared machines, and workloads that share a replica through adapters of one base model.

use std::collections::BTreeMap;

use super::breakeven::Looked;
use super::costs::Way;
use crate::engine::hosting::packing::{Item, Packing, Place, pack};
use crate::inputs::models::ModelId;
use crate::simulation::world::World;
use crate::units::{HOURS_PER_MONTH, SECONDS_PER_HOUR};

/// A model with the calls that it has here.
#[derive(Debug, Clone, PartialEq)]
pub struct Sharer {
    /// Place of its deployment among those that were looked at.
    pub deployment: usize,
    /// Workloads whose calls it takes, and adapters of it that some of them have.
    pub workloads: Vec<String>,
    /// Calls a month.
    pub calls: f64,
    /// Bytes, time and gain.
    pub item: Item,
}

/// Models on shared machines.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// The models.
    pub models: Vec<Sharer>,
    /// GPUs of one shared machine.
    pub gpus: f64,
    /// The machine.
    pub place: Place,
    /// How it is paid for.
    pub way: Way,
    /// Who stands where.
    pub packing: Packing,
    /// What each model alone, on machines of its own, would save together.
    pub alone: f64,
    /// What they save shared.
    pub saving: f64,
}

/// Which of some deployments takes the calls of each workload: the one that needs the least time of GPUs for them.
fn taken_by<'a>(looked: &'a [Looked], some: &[usize]) -> BTreeMap<&'a (Option<String>, ModelId), usize> {
    let seconds = |at: usize, lane: &(Option<String>, ModelId)| {
        let gpus = f64::from(looked[at].ready.with.deployment.count);
        looked[at].found.lanes.get(lane).map_or(f64::INFINITY, |own| own.nanos as f64 * gpus)
    };
    let mut lanes = BTreeMap::new();
    for &at in some {
        for lane in looked[at].found.lanes.keys() {
            let best = lanes.entry(lane).or_insert(at);
            if seconds(at, lane) < seconds(*best, lane) {
                *best = at;
            }
        }
    }
    lanes
}

/// Packs the models that were looked at on machines of one kind: that of the first. Each workload goes to the deployment that takes
/// the least time of GPUs for it.
pub fn share(world: &World, looked: &[Looked], month: f64) -> Option<Shared> {
    let first = looked.first()?;
    let machine = &first.ready.with.machine;
    let same: Vec<usize> =
        (0..looked.len()).filter(|at| looked[*at].ready.with.machine.id == machine.id).collect();
    let gpus = same.iter().map(|at| f64::from(looked[*at].ready.with.deployment.count)).fold(1.0, f64::max);
    let (way, _) = first.best();
    let assumed = &world.scenario.self_hosting;
    let lanes = taken_by(looked, &same);
    let mut models: Vec<Sharer> = Vec::new();
    for &at in &same {
        let (deployment, found) = (&looked[at].ready.with.deployment, &looked[at].found);
        let own: Vec<_> = found.lanes.iter().filter(|(lane, _)| lanes.get(lane) == Some(&at)).collect();
        if own.is_empty() {
            continue;
        }
        let seconds: f64 = own.iter().map(|(_, share)| share.nanos as f64 / 1e9).sum::<f64>() * month;
        let load = seconds / (HOURS_PER_MONTH.0 * SECONDS_PER_HOUR) * f64::from(deployment.count) / gpus;
        let replica = looked[at].ready.with.throughput.replica();
        let weights = replica.map_or(0.0, |replica| replica.weights.total * replica.weights.bytes);
        let at_once = looked[at].operating.map_or(1.0, |found| found.at_once);
        let held = replica.map_or(0.0, |replica| replica.attention.held(looked[at].ready.mean.context()));
        let calls: f64 = own.iter().map(|(_, share)| share.calls as f64).sum::<f64>() * month;
        let mut workloads: Vec<String> = own
            .iter()
            .map(|((workload, _), _)| {
                let name = workload.clone().unwrap_or_else(|| "unknown".to_owned());
                let adapter = world.scenario.needs.get(&name).is_some_and(|needs| needs.adapter);
                if adapter { format!("{name} (adapter)") } else { name }
            })
            .collect();
        workloads.sort();
        workloads.dedup();
        models.push(Sharer {
            deployment: at,
            calls,
            item: Item {
                // Keys and values of as many calls as its part of the time has.
                memory: weights + held * at_once * load.min(1.0),
                load,
                gain: own.iter().map(|(_, share)| share.best.estimate().0).sum::<f64>() * month,
            },
            workloads,
        });
    }
    let roofline = &assumed.roofline;
    let place = Place {
        memory: gpus * (machine.memory_gb * 1e9 * roofline.memory_used - roofline.reserve),
        load: assumed.max_utilisation * assumed.owned.availability,
        cost: (way.month(1, assumed).total() - way.month(1, assumed).people()) * gpus / way.gpus,
    };
    let items: Vec<Item> = models.iter().map(|model| model.item).collect();
    let packing = pack(&items, &place);
    let people = way.month(1, assumed).people();
    // A further model needs a hand, too.
    let further = assumed.staff.salary_year.0 * assumed.staff.fte_per_8_gpus / 12.0;
    let served = packing.machines.iter().flatten().count();
    let fixed = people + further * served.saturating_sub(1) as f64;
    let alone = items.iter().map(|item| (item.gain - place.cost - people).max(0.0)).sum();
    let saving = packing.saving(&items, &place, fixed);
    Some(Shared { models, gpus, place, way: way.clone(), packing, alone, saving })
}
