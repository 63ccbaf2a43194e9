//! What calls cost a month at other volumes: elsewhere, and with the fleet that then is best.

use super::breakeven::{Covered, Found, plan};
use super::gathered::Versus;
use crate::simulation::world::World;
use crate::units::HOURS_PER_MONTH;

/// A volume, and what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Volume {
    /// Calls a month.
    pub calls: f64,
    /// Dollars a month with the fleet that costs least, what overflows at the best other offers.
    pub own: f64,
    /// Replicas of that fleet; at least as many as come together.
    pub replicas: u32,
    /// Dollars a month elsewhere, by alternative; `None`: there is none.
    pub elsewhere: [Option<f64>; Versus::ALL.len()],
}

/// Volumes a decade.
const STEPS: i32 = 16;
/// The largest fleet that is looked at.
const LARGEST: u32 = 4_096;

/// Volumes from a tenth of the log's to ten times the one at which machines undercut the best other offers; where they do not, a hundred
/// times the one at which they undercut what serves the calls now; where they do neither, ten thousand times the log's. A volume is that of
/// the log with every slot as many times as full.
pub fn volumes(found: &Found, world: &World) -> Vec<Volume> {
    let Some(first) = found.looked.first() else { return Vec::new() };
    let month = HOURS_PER_MONTH.0 / found.hours;
    let covered = Covered { slot_minutes: found.slot_minutes, hours: found.hours, month };
    let plan = plan(world, &first.ready, &first.found, first.operating.as_ref(), covered);
    let (way, _) = first.best();
    let assumed = &world.scenario.self_hosting;
    let mut sizes = vec![way.together.max(1)];
    while let Some(last) = sizes.last().copied().filter(|last| *last < LARGEST) {
        sizes.push(last + (last / 8).max(way.together.max(1)));
    }
    let filling = plan.filling(Versus::Best);
    let fleets: Vec<(u32, f64, f64)> =
        sizes.iter().map(|size| (*size, plan.room(*size), way.month(*size, assumed).total())).collect();
    let elsewhere = Versus::ALL.map(|versus| {
        let (calls, charged) = first.found.alternatives[versus as usize];
        (calls > 0).then(|| charged.estimate().0 * month)
    });
    let best = elsewhere[Versus::Best as usize].unwrap_or(0.0);
    let calls = first.found.volume.calls as f64 * month;
    let at = |times: f64| {
        let with = |(replicas, room, cost): &(u32, f64, f64)| {
            (times * best - filling.worth_scaled(*room, times) * month + cost, *replicas)
        };
        let (own, replicas) =
            fleets.iter().map(with).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::NAN, 0));
        Volume {
            calls: times * calls,
            own,
            replicas,
            elsewhere: elsewhere.map(|cost| cost.map(|cost| times * cost)),
        }
    };
    let mut points: Vec<Volume> = Vec::new();
    let (mut best_from, mut now_from) = (None, None);
    for step in -STEPS..=8 * STEPS {
        let point = at(10_f64.powf(f64::from(step) / f64::from(STEPS)));
        let undercuts =
            |versus: Versus| point.elsewhere[versus as usize].is_some_and(|cost| point.own < cost);
        best_from = best_from.or(undercuts(Versus::Best).then_some(step));
        now_from = now_from.or(undercuts(Versus::Incumbent).then_some(step));
        points.push(point);
        let until = match (best_from, now_from) {
            (Some(best), _) => best + STEPS,
            (None, Some(now)) => now + 2 * STEPS,
            (None, None) => 4 * STEPS,
        };
        if step >= until.max(STEPS) {
            break;
        }
    }
    points
}
