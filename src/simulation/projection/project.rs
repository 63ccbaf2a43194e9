//! From an audit to paths: what is uncertain, how it is spread, and what follows for each plan.

use polars::prelude::PolarsResult;
use thiserror::Error;

use super::start::{Named, lanes};
use super::trends::{Repricing, Side, price_trend, repricing};
use super::volume::{ALL, Counted, Told, told};
use crate::engine::hosting::payback::monthly;
use crate::engine::projection::correlation::{Factor, cholesky, matrix};
use crate::engine::projection::decide::{Swing, tornado, worth};
use crate::engine::projection::inputs::{Input, Uncertain, p90};
use crate::engine::projection::run::{Asked, OfPlan, Projected, run};
use crate::engine::projection::trend::Fall;
use crate::engine::projection::{Adoption, Events, MOVES, Plan, Projection, Wait};
use crate::inputs::scenario::{Fitted, Projecting, Spread, Volume};
use crate::simulation::assess::assess;
use crate::simulation::audit::Audit;
use crate::simulation::hosting::ahead::Ahead;
use crate::simulation::hosting::devices::devices;
use crate::simulation::pass::Calls;
use crate::simulation::span::Month;
use crate::simulation::world::World;

/// Why nothing can be projected.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Nothing {
    /// Nobody knows what a month of the log would be.
    #[error("{0}")]
    NoMonth(String),
    /// No call has a price.
    #[error("no call of this log has a price: there is nothing to project")]
    NoPrice,
    /// The device of the scenario is none.
    #[error("`{0}` is no device (projection.device)\n\nhint: switchpoint devices lists them")]
    NoDevice(String),
    /// The correlations contradict each other.
    #[error(
        "the correlations contradict each other: with those before it, `{0}` cannot be correlated so (section correlation)"
    )]
    Correlations(&'static str),
}

/// Where the fall of a price is from.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// A scenario says so.
    Stated,
    /// Prices and capabilities do.
    Fitted(Fall),
    /// They tell too little; published estimates stand in.
    Published,
}

/// What a projection rests on.
#[derive(Debug)]
pub struct Grounds {
    /// Where the falls of closed and of open prices are from.
    pub falls: [Basis; 2],
    /// How often models have changed their price; `None`: a scenario says so, or it was too seldom.
    pub repricing: Option<Repricing>,
    /// What the days of the log tell.
    pub days: Told,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// The month that it starts from.
    pub lanes: Vec<Named>,
    /// For the paths.
    pub projection: Projection,
    /// By lane and move, what it would save without luck; where that is nothing, it takes no part.
    pub worth: Vec<[f64; MOVES]>,
    /// What all paths come to.
    pub result: Projected,
    /// The plan that saves the most on average; the baseline where none saves anything.
    pub best: Plan,
    /// On which inputs that hangs, against the baseline.
    pub tornado: Vec<Swing>,
    /// On which inputs machines of one's own hang, against routing alone; with the plan.
    pub own: Option<(Plan, Vec<Swing>)>,
    /// What it rests on.
    pub grounds: Grounds,
    /// Median lag of open records behind closed ones in months, with the number of records, where they show it.
    pub lag: Option<(f64, usize)>,
    /// Share of the dollars that the device of the scenario takes; `None`: it names none.
    pub on_device: Option<f64>,
    /// The machines, or why nothing is known of them.
    pub machines: Result<Ahead, String>,
}

/// Projects a log.
///
/// # Errors
/// When it cannot be read; inside, why nothing can be projected.
pub fn project(
    calls: &Calls,
    world: &World,
    audit: &Audit,
    machines: Result<Ahead, String>,
) -> PolarsResult<Result<Found, Nothing>> {
    if let Month::Unknown { because } = &audit.month {
        return Ok(Err(Nothing::NoMonth(because.clone())));
    }
    let assumed = &world.scenario.projection;
    if let Some(id) = &assumed.device
        && !world.hardware.machines().any(|machine| machine.device && machine.id == *id)
    {
        return Ok(Err(Nothing::NoDevice(id.clone())));
    }
    let found_on_devices = assumed.device.as_ref().map(|_| devices(calls, world)).transpose()?;
    let assessed = assess(audit, world);
    let lag = assessed.iter().find_map(|of| of.convergence.lag);
    let lanes = lanes(audit, &assessed, world, found_on_devices.as_ref(), machines.as_ref().ok());
    if lanes.is_empty() {
        return Ok(Err(Nothing::NoPrice));
    }
    let factor = match correlated(assumed) {
        Ok(factor) => factor,
        Err(nothing) => return Ok(Err(nothing)),
    };
    let days = told(audit, world, Counted::Calls, ALL);
    let horizon = world.scenario.self_hosting.outlook.horizon_months;
    let ((closed_fall, closed_basis), (open_fall, open_basis)) = rayon::join(
        || fall(world, &assumed.drift.closed, Side::Closed, horizon),
        || fall(world, &assumed.drift.open, Side::Open, horizon),
    );
    let stated = assumed.drift.reprice.stated;
    let repricing = if stated { None } else { repricing(world) };
    let inputs = [
        closed_fall,
        open_fall,
        growth(&assumed.volume, &days),
        repriced(&assumed.drift.reprice, repricing.as_ref()),
    ];
    let mut projection = build(world, &lanes, factor, inputs, machines.as_ref().ok());
    if let Some(found) = &repricing {
        projection.reprice_cut = found.cut;
    }
    let worth = worth(&projection);
    for (lane, worth) in projection.lanes.iter_mut().zip(&worth) {
        for (moved, worth) in lane.moves.iter_mut().zip(worth) {
            moved.joins = *worth > 0.0;
        }
    }
    let asked = Asked { paths: assumed.paths, seed: assumed.seed, budget: assumed.budget };
    let result = run(&projection, &asked);
    let best = result
        .plans
        .iter()
        .filter(|plan| plan.mean_saving > 0.0)
        .max_by(|a, b| a.mean_saving.total_cmp(&b.mean_saving).then(b.plan.cmp(&a.plan)))
        .map_or(projection.baseline, |plan| plan.plan);
    let against = projection.baseline;
    // Nothing moves: then it is asked what routing hangs on.
    let asked_about = if best == against { Plan::Routed } else { best };
    let machines_of = |of: &&OfPlan| matches!(of.plan, Plan::Rented | Plan::Committed);
    let own_plan = result
        .plans
        .iter()
        .filter(machines_of)
        .max_by(|a, b| a.mean_saving.total_cmp(&b.mean_saving))
        .map(|of| of.plan);
    let own = own_plan.map(|plan| (plan, tornado(&projection, plan, Plan::Routed)));
    let on_device = assumed.device.as_ref().map(|_| on_device(&lanes));
    Ok(Ok(Found {
        on_device,
        tornado: tornado(&projection, asked_about, against),
        best,
        own,
        result,
        grounds: Grounds { falls: [closed_basis, open_basis], repricing, days },
        worth,
        lag,
        lanes,
        projection,
        machines,
    }))
}

/// Share of the dollars of lanes that a device takes.
fn on_device(lanes: &[Named]) -> f64 {
    let all: f64 = lanes.iter().map(|named| named.lane.spent).sum();
    lanes.iter().filter(|named| named.on_device).map(|named| named.lane.spent).sum::<f64>() / all
}

/// The factor of the correlations of a scenario.
///
/// # Errors
/// When they contradict each other.
pub fn correlated(assumed: &Projecting) -> Result<Factor, Nothing> {
    let pairs: Vec<(Input, Input, f64)> = assumed
        .correlations
        .iter()
        .filter_map(|(a, b, value)| Some((Input::from_word(a)?, Input::from_word(b)?, *value)))
        .collect();
    cholesky(&matrix(&pairs)).map_err(|not| Nothing::Correlations(Input::ALL[not.0].word()))
}

/// The fall of a price as an input: stated, else fitted, else published.
fn fall(world: &World, stated: &Fitted, side: Side, months: f64) -> (Uncertain, Basis) {
    let Spread { median, band } = stated.spread;
    if stated.stated {
        return (Uncertain::log_normal(median, band), Basis::Stated);
    }
    match price_trend(world, side).fall(world.as_of) {
        Some(fall) => (fall.over(months), Basis::Fitted(fall)),
        None => (Uncertain::log_normal(median, band), Basis::Published),
    }
}

/// Growth as an input, the same way.
fn growth(assumed: &Volume, days: &Told) -> Uncertain {
    const BOUNDS: (f64, f64) = (-0.5, 1.0);
    let stated = &assumed.growth;
    match days {
        Told::Known(days) if !stated.stated => {
            let (median, error) = days.growth();
            let spread = error.hypot(assumed.wander);
            Uncertain::Normal { median, spread, least: BOUNDS.0, most: BOUNDS.1 }
        }
        _ => Uncertain::normal(stated.spread.median, stated.spread.band, BOUNDS),
    }
}

/// How often a price falls, the same way: as often as it did, give or take what so many falls tell (a Poisson number).
fn repriced(stated: &Fitted, found: Option<&Repricing>) -> Uncertain {
    match found {
        Some(found) => Uncertain::LogNormal {
            median: found.falls as f64 / found.years,
            spread: (found.falls as f64).sqrt().recip(),
        },
        None => log_normal(&stated.spread),
    }
}

fn log_normal(spread: &Spread) -> Uncertain {
    Uncertain::log_normal(spread.median, spread.band)
}

fn build(
    world: &World,
    lanes: &[Named],
    factor: Factor,
    [closed_fall, open_fall, growth, reprice]: [Uncertain; 4],
    machines: Option<&Ahead>,
) -> Projection {
    let (scenario, assumed) = (&world.scenario, &world.scenario.projection);
    let engine: Vec<_> = lanes.iter().map(|named| named.lane).collect();
    let waits = engine.iter().any(|lane| !matches!(lane.wait, Wait::Over | Wait::Never));
    let fails = engine.iter().any(|lane| lane.moves.iter().any(|moved| moved.failures.1 > 0.0));
    let certain = Uncertain::Normal { median: 0.0, spread: 0.0, least: 0.0, most: 0.0 };
    let one = Uncertain::LogNormal { median: 1.0, spread: 0.0 };
    let (low, high) = scenario.quality.token_band;
    let inputs = Input::ALL.map(|input| match input {
        Input::ClosedFall => closed_fall,
        Input::OpenFall => open_fall,
        Input::FrontierFall => log_normal(&assumed.drift.frontier),
        Input::Reprice => reprice,
        Input::Rent => Uncertain::LogNormal { median: 1.0, spread: assumed.drift.rent_sigma },
        Input::Lag if waits => Uncertain::STANDARD,
        Input::Quality if fails => Uncertain::STANDARD,
        Input::Lag | Input::Quality => certain,
        Input::Growth => growth,
        Input::Elasticity => {
            Uncertain::normal(assumed.volume.elasticity.median, assumed.volume.elasticity.band, (-5.0, 0.0))
        }
        Input::Adoption => log_normal(&assumed.adoption.half),
        Input::Ceiling => {
            Uncertain::normal(assumed.adoption.ceiling.median, assumed.adoption.ceiling.band, (0.01, 1.0))
        }
        // What is routed has the ratio of the scenario in it already.
        Input::Tokens => {
            let spread = (high / low).ln() / (2.0 * p90());
            Uncertain::LogNormal { median: 1.0, spread }
        }
        Input::Staff if machines.is_some() => Uncertain::log_normal(1.0, assumed.drift.staff),
        Input::Throughput => {
            machines.map_or(one, |ahead| Uncertain::LogNormal { median: 1.0, spread: ahead.sigma })
        }
        Input::Staff => one,
    });
    let horizon = scenario.self_hosting.outlook.horizon_months.round().max(1.0) as usize;
    Projection {
        series: engine.iter().map(|lane| lane.series + 1).max().unwrap_or(0),
        lanes: engine,
        inputs,
        factor,
        events: events(assumed),
        horizon,
        repick_months: assumed.repick_months,
        reprice_cut: assumed.drift.reprice_cut,
        adoption: adoption(assumed),
        rent_fall: assumed.drift.rent_fall,
        lag_shared: assumed.lag_shared,
        interest: monthly(scenario.self_hosting.owned.cost_of_capital),
        baseline: Plan::from_word(&assumed.baseline).unwrap_or(Plan::Stay),
        fleet: machines.map(|ahead| ahead.fleet.clone()),
    }
}

fn adoption(assumed: &Projecting) -> Adoption {
    match assumed.adoption.bass {
        Some((innovation, imitation)) => Adoption::Bass { innovation, imitation },
        None => Adoption::Logistic { rate: assumed.adoption.rate },
    }
}

fn events(assumed: &Projecting) -> Events {
    let happening = &assumed.events;
    let month = |month: u32| if month == 0 { u32::MAX } else { month };
    Events {
        closed_cut: happening.closed_cut.0,
        closed_cut_month: month(happening.closed_cut.1),
        open_cut: happening.open_cut.0,
        open_cut_month: month(happening.open_cut.1),
        response_cut: happening.response.0,
        response_months: happening.response.1,
        offline_share: happening.offline.0,
        offline_month: month(happening.offline.1),
        offline_months: happening.offline.2,
    }
}
