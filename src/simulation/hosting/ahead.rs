//! What a projection has to know of machines of one's own: what numbers of replicas gain today, and how they are paid for.

use std::collections::BTreeMap;

use super::breakeven::{Covered, Found, plan};
use super::costs::Way;
use crate::engine::projection::fleet::{Contract, Fleet, People};
use crate::inputs::hardware::Commitment;
use crate::inputs::models::ModelId;
use crate::simulation::world::World;
use crate::units::HOURS_PER_MONTH;

/// What is projected of machines.
#[derive(Debug, Clone)]
pub struct Ahead {
    /// For the paths.
    pub fleet: Fleet,
    /// Id of the deployment.
    pub deployment: String,
    /// Dollars a month, at the best other offers, of the calls that it could serve, by workload and the model that served them.
    pub servable: BTreeMap<(Option<String>, ModelId), f64>,
    /// Standard deviation of the logarithm of its throughput.
    pub sigma: f64,
}

/// Of the deployment that is nearest to paying.
pub fn ahead(found: &Found, world: &World) -> Option<Ahead> {
    let first = found.looked.first()?;
    let assumed = &world.scenario.self_hosting;
    let covered = Covered {
        slot_minutes: found.slot_minutes,
        hours: found.hours,
        month: HOURS_PER_MONTH.0 / found.hours,
    };
    let plan = plan(world, &first.ready, &first.found, first.operating.as_ref(), covered);
    let ways = first.ready.with.ways(world);
    let of = |commitment: Commitment| ways.iter().find(|way| way.commitment == commitment);
    let rented = of(Commitment::OnDemand)?;
    let sizes = plan.sizes();
    let gain: Vec<(f64, f64)> =
        sizes.iter().map(|size| (f64::from(*size), plan.sized(rented, *size).gain)).collect();
    let bound = [Commitment::OneYear, Commitment::ThreeYears, Commitment::Owned].into_iter().filter_map(of);
    let contract = bound.min_by(|a, b| a.hour.total_cmp(&b.hour)).filter(|way| way.hour < rented.hour);
    let staff = &assumed.staff;
    let people = People {
        first: staff.month(0.0).0 + staff.requalification_month().0,
        further: staff.month(9.0).0 - staff.month(0.0).0,
        gpus: rented.gpus,
        licences: assumed.licences_gpu_year / 12.0,
        setup: staff.setup().0,
    };
    let term = |way: &Way| match way.commitment {
        Commitment::OneYear => 12,
        Commitment::ThreeYears => 36,
        _ => (assumed.owned.life_years * 12.0).round() as u32,
    };
    let committed = contract.map(|way| Contract {
        month: way.hour * HOURS_PER_MONTH.0,
        term: term(way),
        together: way.together,
    });
    Some(Ahead {
        fleet: Fleet::of(&gain, rented.hour * HOURS_PER_MONTH.0, people, committed),
        deployment: first.ready.with.deployment.id.clone(),
        servable: first
            .found
            .lanes
            .iter()
            .map(|(key, share)| (key.clone(), share.best.estimate().0 * covered.month))
            .collect(),
        sigma: first.ready.with.throughput.sigma,
    })
}
