//! What a projection starts from: a month of the log, by workload and what served it.

use std::collections::HashMap;

use crate::engine::projection::{Lane, Move, Moved, Wait};
use crate::inputs::models::ModelId;
use crate::inputs::prices::{OfferId, When};
use crate::simulation::assess::Assessment;
use crate::simulation::audit::Audit;
use crate::simulation::candidates::Bar;
use crate::simulation::hosting::ahead::Ahead;
use crate::simulation::hosting::devices::{Device, Found as OnDevices};
use crate::simulation::outcome::{Line, Outcome};
use crate::simulation::world::World;
use crate::units::Tier;

/// A lane with its names.
#[derive(Debug, Clone)]
pub struct Named {
    /// Name of the workload.
    pub workload: Option<String>,
    /// What serves it.
    pub incumbent: ModelId,
    /// Calls a month.
    pub calls: f64,
    /// For the paths.
    pub lane: Lane,
    /// Why it may not move to open models.
    pub why: Blocked,
    /// Whether a device takes it.
    pub on_device: bool,
}

/// Why calls may not move to open models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocked {
    /// They may, at least some.
    Movable,
    /// No open model is good enough yet, as far as is known.
    NotYet,
    /// A rule, a limit or a feature is in the way.
    Never,
}

/// The lanes of a month of a log, those without a price left out.
pub fn lanes(
    audit: &Audit,
    assessed: &[Assessment],
    world: &World,
    devices: Option<&OnDevices>,
    machines: Option<&Ahead>,
) -> Vec<Named> {
    let Some(month) = audit.month.factor() else { return Vec::new() };
    let device = devices
        .zip(world.scenario.projection.device.as_deref())
        .and_then(|(found, id)| Some((found, found.devices.iter().find(|device| device.machine.id == id)?)));
    let mut series: HashMap<ModelId, usize> = HashMap::new();
    // A workload is moved once, whatever served it; machines serve its calls of a model, whoever sold it.
    let mut lanes_of: HashMap<Option<&str>, f64> = HashMap::new();
    let mut by_model: HashMap<(Option<&str>, ModelId), f64> = HashMap::new();
    let model = |of: &Assessment| world.models.base(world.book.offer(of.lane.incumbent).model);
    for of in assessed {
        *lanes_of.entry(of.workload.as_deref()).or_default() += 1.0;
        *by_model.entry((of.workload.as_deref(), model(of))).or_default() += of.baseline.cost.estimate().0;
    }
    let found = assessed.iter().filter(|of| of.baseline.cost.estimate().0 > 0.0).map(|of| {
        let incumbent = model(of);
        let next = series.len();
        let own = *series.entry(incumbent).or_insert(next);
        let together = lanes_of[&of.workload.as_deref()];
        let mut named = lane(audit, world, of, (incumbent, own), device, (month, together));
        let key = (of.workload.clone(), incumbent);
        let served = machines.and_then(|ahead| ahead.servable.get(&key)).copied().unwrap_or(0.0);
        let all = by_model[&(of.workload.as_deref(), incumbent)];
        named.lane.servable = served * of.baseline.cost.estimate().0 / all;
        named
    });
    found.collect()
}

fn lane(
    audit: &Audit,
    world: &World,
    of: &Assessment,
    (incumbent, series): (ModelId, usize),
    device: Option<(&OnDevices, &Device)>,
    (month, together): (f64, f64),
) -> Named {
    let dollars = |line: &Line| line.cost.estimate().0 * month;
    let (spent, calls) = (dollars(&of.baseline), of.baseline.calls as f64 * month);
    let projection = &world.scenario.projection;
    let view = View { world, of, incumbent, month };
    let mut lane = Lane {
        spent,
        series,
        wait: Wait::Over,
        moves: [view.moved(&audit.closed), view.moved(&audit.hosted), view.moved(&audit.routed)],
        switching: work(world, world.scenario.quality.suppliers.switch_hours) / together,
        requalifying: work(world, projection.repick_hours) / together,
        servable: 0.0,
    };
    let open = &mut lane.moves[Move::Open as usize];
    // What a tier alone would take: calls at the other one are those that stay.
    (open.from_closed, open.closed) = (0.0, 0.0);
    let closed = &mut lane.moves[Move::Closed as usize];
    (closed.from_open, closed.open) = (0.0, 0.0);
    let mut why = Blocked::Movable;
    if lane.moves[Move::Open as usize].from_open <= 0.0 {
        let good_enough_yet = !not_yet(world, incumbent);
        why = if good_enough_yet { Blocked::Never } else { Blocked::NotYet };
        lane.wait = match (good_enough_yet, projection.new_open_models) {
            (false, true) => of.convergence.wait,
            _ => Wait::Never,
        };
        // Whatever comes is taken to cost what open models have cost beside closed ones.
        let comes = Moved { from_open: spent, open: spent * projection.open_ratio, ..Moved::NOTHING };
        lane.moves[Move::Open as usize] = Moved { joins: true, ..comes };
    }
    let taken = device.and_then(|(found, device)| view.on_device(found, device));
    if let Some(taken) = taken {
        why = Blocked::Movable;
        lane.wait = Wait::Over;
        for to in [Move::Open, Move::Either] {
            lane.moves[to as usize] = taken;
        }
    }
    Named { workload: of.workload.clone(), incumbent, calls, lane, why, on_device: taken.is_some() }
}

/// Whether it is quality alone that bars every open model, today.
fn not_yet(world: &World, incumbent: ModelId) -> bool {
    let when = When::on(world.as_of);
    let hosted = world.models.iter().filter(|(_, model)| model.open_weights);
    let mut offers = hosted.flat_map(|(id, _)| world.book.offers_of(id));
    let bound = |offer| world.barred(offer, &when).is_none() && world.sold(offer, &when).is_some();
    let barred = |model| matches!(world.risk_of(None, model, incumbent), Err(Bar::Quality));
    offers.any(|offer| bound(*offer) && barred(world.book.offer(*offer).model))
}

/// So many hours of an engineer, in dollars: an hour of 46 weeks of 40 hours.
fn work(world: &World, hours: f64) -> f64 {
    hours * world.scenario.self_hosting.staff.salary_year.0 / (46.0 * 40.0)
}

/// A lane of an audit.
struct View<'a> {
    world: &'a World,
    of: &'a Assessment,
    incumbent: ModelId,
    month: f64,
}

impl View<'_> {
    /// What moves in an outcome, and where to.
    fn moved(&self, outcome: &Outcome) -> Moved {
        let own = || outcome.of_lane(self.of.lane);
        let moves = |offer: OfferId| offer != self.of.lane.incumbent;
        let stays: f64 = own().filter(|(offer, _)| !moves(*offer)).map(|(_, line)| self.dollars(line)).sum();
        let mut moved = Moved { joins: true, ..Moved::NOTHING };
        let mut calls = [0.0; 2];
        for (offer, line) in own().filter(|(offer, _)| moves(*offer)) {
            let open = self.world.book.offer(offer).tier == Tier::Hosted;
            calls[usize::from(open)] += line.calls as f64;
            let at = if open { &mut moved.open } else { &mut moved.closed };
            *at += self.dollars(line);
        }
        let all = calls[0] + calls[1];
        if all > 0.0 {
            // Which of the calls went where is not in the sums: they are taken to have cost the same.
            let from = self.dollars(&self.of.baseline) - stays;
            (moved.from_closed, moved.from_open) = (from * calls[0] / all, from * calls[1] / all);
        }
        let model = |offer: OfferId| self.world.models.base(self.world.book.offer(offer).model);
        let went = own().filter(|(offer, _)| moves(*offer));
        moved.failures =
            self.failures(went.map(|(offer, line)| (model(offer), line.calls as f64 * self.month)));
        moved
    }

    fn dollars(&self, line: &Line) -> f64 {
        line.cost.estimate().0 * self.month
    }

    /// Dollars a month of failures beyond today's once so many calls each have moved to models, where somebody says what one costs: mean and
    /// standard deviation.
    fn failures(&self, moved: impl Iterator<Item = (ModelId, f64)>) -> (f64, f64) {
        let (Some(cost), Some(today)) = (self.of.failure_cost, self.of.incumbent) else { return (0.0, 0.0) };
        let (mut mean, mut error) = (0.0, 0.0);
        // The same weights elsewhere do as the incumbent does.
        for (model, calls) in moved.filter(|(model, _)| *model != self.incumbent) {
            let success = self.world.success(self.of.workload.as_deref(), model, self.incumbent);
            let Some(success) = success else { continue };
            mean += calls * (today.mean - success.mean) * cost;
            // Errors of one model are the same in all its calls.
            error += calls * success.belief.variance().sqrt() * cost;
        }
        (mean, error)
    }

    /// What a device takes: every call, fast enough and with a model that is good enough, or none. `None`: none.
    fn on_device(&self, found: &OnDevices, device: &Device) -> Option<Moved> {
        let name =
            |code: Option<u32>| code.and_then(|code| found.names.text(code)).map(|name| name.to_string());
        let run = device.runs.iter().find(|run| {
            run.fast_enough() && run.incumbent == self.incumbent && name(run.workload) == self.of.workload
        })?;
        let calls = self.of.baseline.calls as f64 * self.month;
        Some(Moved {
            from_open: self.dollars(&self.of.baseline),
            flat: calls * (run.energy_call + run.waiting_call),
            failures: self.failures(std::iter::once((run.model, calls))),
            joins: true,
            ..Moved::NOTHING
        })
    }
}
