//! What the calls that a deployment could serve sum up to.

use std::collections::BTreeMap;

use super::against::{Comparable, Served as Volume};
use crate::engine::capacity::ServiceTime;
use crate::engine::hosting::roofline::Shape;
use crate::engine::hosting::surface::Surface;
use crate::inputs::models::ModelId;
use crate::simulation::bridge::Names;
use crate::units::Usd;

/// What a deployment is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Versus {
    /// The best of all other offers, call by call: what decides how large a fleet should be.
    Best,
    /// What served the calls.
    Incumbent,
    /// The cheapest eligible hosted offer, call by call.
    CheapestHost,
    /// The median host of the same model.
    MedianHost,
    /// The user's own host.
    OwnHost,
}

impl Versus {
    /// All of them, in the order of their places.
    pub const ALL: [Self; 5] =
        [Self::Best, Self::Incumbent, Self::CheapestHost, Self::MedianHost, Self::OwnHost];

    /// The word for it in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Incumbent => "incumbent",
            Self::CheapestHost => "cheapest_host",
            Self::MedianHost => "median_host",
            Self::OwnHost => "own_host",
        }
    }
}

/// How a deployment serves calls in this log.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The deployment.
    pub with: Comparable,
    /// Replica-seconds of a call's parts, what is lost in production and by failures included.
    pub service: ServiceTime,
    /// The mean call that it could serve.
    pub mean: Shape,
    /// Share of the input that a cache of one's own holds, simulated on the blocks of the prompts; `None`: the log has no blocks, and a
    /// share of its cache reads is taken.
    pub simulated: Option<f64>,
}

/// What the calls that a deployment could serve sum up to.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// The calls, with what the best other offers charge.
    pub volume: Volume,
    /// Replica-nanoseconds of all.
    pub nanos: i128,
    /// By alternative: calls that it takes, and what it charges for them.
    pub alternatives: [(u64, Usd); Versus::ALL.len()],
    /// By alternative: what capacity would be worth, of calls that cannot wait, by slot.
    pub now: [Surface; Versus::ALL.len()],
    /// The same of calls that can, by day.
    pub waiting: [Surface; Versus::ALL.len()],
    /// Calls by minute.
    pub minutes: BTreeMap<i32, u32>,
    /// By workload (code) and the model that served it: calls, replica-nanoseconds, what they cost now and at the best other offers.
    pub workloads: BTreeMap<(Option<u32>, ModelId), Share>,
    /// The same by the names of workloads, once the pass has ended: codes are those of one pass.
    pub lanes: BTreeMap<(Option<String>, ModelId), Share>,
}

/// What a workload has of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Share {
    /// Calls.
    pub calls: u64,
    /// Replica-nanoseconds.
    pub nanos: i128,
    /// What they cost as logged.
    pub spent: Usd,
    /// What they cost at the best other offers.
    pub best: Usd,
}

impl Share {
    pub(super) fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.nanos += other.nanos;
        self.spent += other.spent;
        self.best += other.best;
    }
}

impl Gathered {
    /// The same with its workloads by their names.
    pub(super) fn named(self, names: &Names) -> Self {
        let name = |code: u32| names.text(code).map(|name| name.to_string());
        let lanes = self
            .workloads
            .iter()
            .map(|((workload, model), share)| ((workload.and_then(name), *model), *share));
        let lanes = lanes.collect();
        Self { lanes, ..self }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.volume.merge(&other.volume);
        self.nanos += other.nanos;
        for (own, theirs) in self.alternatives.iter_mut().zip(other.alternatives) {
            own.0 += theirs.0;
            own.1 += theirs.1;
        }
        for (own, theirs) in self.now.iter_mut().zip(other.now) {
            own.merge(theirs);
        }
        for (own, theirs) in self.waiting.iter_mut().zip(other.waiting) {
            own.merge(theirs);
        }
        for (minute, calls) in other.minutes {
            *self.minutes.entry(minute).or_default() += calls;
        }
        for (workload, share) in other.workloads {
            self.workloads.entry(workload).or_default().add(&share);
        }
    }

    /// Variance over mean of the calls of a minute, within each hour; 1 where calls come at random, or where there are too few to tell.
    pub fn dispersion(&self) -> f64 {
        let mut hours: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
        for (minute, calls) in &self.minutes {
            let calls = f64::from(*calls);
            let hour = hours.entry(minute.div_euclid(60)).or_default();
            hour.0 += calls;
            hour.1 += calls * calls;
        }
        let (mut variance, mut mean) = (0.0, 0.0);
        for (sum, squares) in hours.into_values() {
            let own = sum / 60.0;
            variance += (squares - 60.0 * own * own) / 59.0;
            mean += own;
        }
        if mean > 0.0 { (variance / mean).max(1.0) } else { 1.0 }
    }
}
