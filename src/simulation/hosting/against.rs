//! Deployments against the log: which calls one could serve, what it would cost, and where it breaks even.

use super::costs::{self, Way};
use super::replica::On;
use super::throughput::{self, Throughput};
use crate::engine::breakeven::{Because, BreakEven, FleetCost};
use crate::engine::capacity::Work;
use crate::engine::hosting::roofline::Shape;
use crate::inputs::hardware::{Deployment, Machine};
use crate::inputs::models::ModelId;
use crate::inputs::scenario::SelfHosting;
use crate::simulation::world::World;
use crate::units::{HOURS_PER_MONTH, SECONDS_PER_HOUR, TokenBuckets, Usd, UsdEstimate};

/// Calls that a deployment could serve, and what an alternative charges for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Served {
    /// Calls.
    pub calls: u64,
    /// Their tokens.
    pub tokens: TokenBuckets,
    /// Σ output · (2·input + output), in whole tokens so that sums do not depend on their order: twice the context that
    /// is read while decoding.
    pub twice_context_reads: i128,
    /// Σ input².
    pub input_squared: i128,
    /// Σ cached input².
    pub read_squared: i128,
    /// What the alternative charges.
    pub alternative: Usd,
}

impl Served {
    /// Adds a call.
    pub fn add(&mut self, tokens: TokenBuckets, alternative: i64) {
        self.calls += 1;
        self.tokens += tokens;
        self.twice_context_reads += i128::from(tokens.out) * i128::from(2 * tokens.input() + tokens.out);
        self.input_squared += i128::from(tokens.input()).pow(2);
        self.read_squared += i128::from(tokens.read).pow(2);
        self.alternative += Usd::from_pico(i128::from(alternative));
    }

    /// Adds other calls.
    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.tokens += other.tokens;
        self.twice_context_reads += other.twice_context_reads;
        self.input_squared += other.input_squared;
        self.read_squared += other.read_squared;
        self.alternative += other.alternative;
    }

    /// The mean call, of whose cache reads a cache of one's own has a share; `None`: there is none.
    pub fn mean(&self, own_cache_share: f64) -> Option<Shape> {
        let calls = (self.calls > 0).then_some(self.calls as f64)?;
        Some(Shape {
            input: (self.tokens.input() as f64 / calls).max(1.0),
            cached: self.tokens.read as f64 * own_cache_share / calls,
            output: (self.tokens.out as f64 / calls).max(1.0),
        })
    }

    /// The work of all calls.
    pub fn work(&self, own_cache_share: f64) -> Work {
        let squared = own_cache_share * own_cache_share;
        Work {
            prefilled: self.tokens.input() as f64 - self.tokens.read as f64 * own_cache_share,
            attended: self.input_squared as f64 - squared * self.read_squared as f64,
            output: self.tokens.out as f64,
            context_reads: self.twice_context_reads as f64 / 2.0,
        }
    }
}

/// What a deployment could serve, against both alternatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Servable {
    /// Against the incumbents.
    pub incumbent: Served,
    /// Against the cheapest eligible hosted offer of each call that has one.
    pub hosted: Served,
}

/// A deployment that can be compared: it has a price as the scenario pays for it, and its measurements tell input from output.
#[derive(Debug, Clone)]
pub struct Comparable {
    /// The deployment.
    pub deployment: Deployment,
    /// Its model.
    pub model: ModelId,
    /// Its machine.
    pub machine: Machine,
    /// What a replica costs.
    pub way: Way,
    /// What it delivers.
    pub throughput: Throughput,
}

impl Comparable {
    /// What tells it from others: everything that a call's seconds and price there depend on.
    pub fn told(&self) -> String {
        format!("{} {:?} {:?}", self.deployment.id, self.deployment.context, self.model)
    }

    /// Every way to have replicas of it that has a price.
    pub fn ways(&self, world: &World) -> Vec<Way> {
        costs::ways(world, &self.machine, self.deployment.count)
    }

    /// It as arithmetic sees it; `None`: its precision is none, which loading rules out.
    pub fn on(&self) -> Option<On<'_>> {
        throughput::on(&self.deployment, self.model, &self.machine)
    }

    /// Replica-seconds of some calls, run as full as memory and the promise of an assumption allow; `None`: there are no calls, or not
    /// even one can be served.
    pub fn seconds(&self, served: &Served, assumed: &SelfHosting) -> Option<f64> {
        let shape = served.mean(assumed.own_cache_share)?;
        let limits = self.on()?.limits(&assumed.roofline, Some(assumed.service.per_token));
        let operating = self.throughput.operate(&shape, &limits).ok()?;
        let service = self.throughput.service(&shape, operating.map_or(1.0, |found| found.at_once));
        let seconds = service.seconds(&served.work(assumed.own_cache_share));
        (seconds > 0.0).then_some(seconds)
    }
}

/// The deployments that can be compared under the scenario, in the order of their file.
pub fn comparable(world: &World) -> Vec<Comparable> {
    let commitment = world.scenario.self_hosting.commitment;
    let build = |(model, deployment): (ModelId, &Deployment)| {
        let machine = world.hardware.machine(&deployment.machine)?;
        let ways = costs::ways(world, machine, deployment.count);
        let on = throughput::on(deployment, model, machine)?;
        let roofline = &world.scenario.self_hosting.roofline;
        let throughput = Throughput::of(&on, &deployment.measured, &world.models, roofline).ok()?;
        Some(Comparable {
            deployment: deployment.clone(),
            model,
            machine: machine.clone(),
            way: ways.into_iter().find(|way| way.commitment == commitment)?,
            throughput,
        })
    };
    world.hardware.deployments().filter_map(build).collect()
}

/// A break-even against one alternative.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    /// Dollars per call that the alternative charges, on average over the calls that the deployment could serve.
    pub per_call: Option<UsdEstimate>,
    /// The answer.
    pub answer: BreakEven,
    /// Present volume of these calls a month, where a month is known.
    pub own_volume: Option<f64>,
}

/// What a deployment would cost and where it breaks even.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The deployment.
    pub with: Comparable,
    /// Dollars a month for one replica.
    pub replica_month: UsdEstimate,
    /// Dollars a month for staff.
    pub staff_month: UsdEstimate,
    /// Calls of the log that it could serve.
    pub servable: Servable,
    /// Calls a month that one replica serves; `None`: it could serve none of the log.
    pub calls_per_replica: Option<f64>,
    /// Against the incumbents.
    pub incumbent: Against,
    /// Against the cheapest eligible hosted offer.
    pub hosted: Against,
}

/// The answer for a deployment. `month` multiplies sums over the log to a month.
pub fn answer(world: &World, with: Comparable, servable: Servable, month: Option<f64>) -> Answer {
    let assumed = &world.scenario.self_hosting;
    let replica_month = UsdEstimate(with.way.hour * HOURS_PER_MONTH.0);
    let staff_month = assumed.staff.month(f64::from(with.deployment.count));
    let capacity = |served: &Served| {
        let seconds = with.seconds(served, assumed)? / served.calls as f64;
        let usable = HOURS_PER_MONTH.0 * SECONDS_PER_HOUR * assumed.efficiency * assumed.max_utilisation;
        Some(usable / seconds)
    };
    let against = |served: &Served, nothing: Because| match capacity(served) {
        None => Against { per_call: None, answer: BreakEven::Never { because: nothing }, own_volume: None },
        Some(calls_per_replica) => {
            let per_call = served.alternative.estimate() * (1.0 / served.calls as f64);
            let own_volume = month.map(|factor| served.calls as f64 * factor);
            let fleet = FleetCost { fixed_month: staff_month, replica_month, calls_per_replica };
            Against {
                per_call: Some(per_call),
                answer: BreakEven::of(&fleet, per_call, own_volume),
                own_volume,
            }
        }
    };
    let no_hosted =
        if servable.incumbent.calls == 0 { Because::NothingEligible } else { Because::NoAlternative };
    Answer {
        replica_month,
        staff_month,
        calls_per_replica: capacity(&servable.incumbent),
        incumbent: against(&servable.incumbent, Because::NothingEligible),
        hosted: against(&servable.hosted, no_hosted),
        servable,
        with,
    }
}
