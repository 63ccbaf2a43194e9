//! From the headline multiple to the user's own number, one assumption after the other.

use super::costs::Way;
use super::fleet::{Plan, Sized};
use super::gathered::Versus;
use super::sheet::OwnSheet;
use super::whole;
use crate::engine::hosting::roofline::Shape;
use crate::inputs::prices::{OfferId, When};
use crate::simulation::world::World;
use crate::units::{HOURS_PER_MONTH, TokenBuckets, UsdEstimate};

/// A step: dollars of a call on both sides once it is taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is now said that was not.
    pub what: String,
    /// Dollars of a call elsewhere.
    pub elsewhere: f64,
    /// Dollars of a call on one's own machines.
    pub own: f64,
}

impl Step {
    /// How many times dearer it is elsewhere.
    pub fn multiple(&self) -> f64 {
        self.elsewhere / self.own
    }
}

impl Plan<'_> {
    /// The steps for a fleet; none where there is no flagship to begin with. `logged` is the mean call with the cache as logged,
    /// `flagship` the most able closed model that the log has.
    pub fn waterfall(
        &self,
        world: &World,
        way: &Way,
        fleet: &Sized,
        logged: &Shape,
        flagship: Option<OfferId>,
    ) -> Vec<Step> {
        let (with, mean) = (&self.ready.with, &self.ready.mean);
        let Some(on) = with.on() else { return Vec::new() };
        let call = whole(logged);
        let when = When::on(world.as_of);
        let Some(flagship) = flagship else { return Vec::new() };
        let Some(lookup) = world.book.tariff_or_nearest(flagship, &when) else { return Vec::new() };
        let dollars = |call: &TokenBuckets| lookup.tariff.cost(call) as f64 / 1e12;
        let hour = UsdEstimate(way.hour);
        let full = |shape: &Shape| {
            let sheet = OwnSheet::of(&with.throughput, &on, shape, hour, self.assumed, false).ok()?;
            Some(sheet.call.0)
        };
        let uncached = Shape { cached: 0.0, ..*mean };
        let (Some(bare), Some(cached)) = (full(&uncached), full(mean)) else { return Vec::new() };
        let (_, spent) = self.found.alternatives[Versus::Incumbent as usize];
        let served = self.found.volume.calls.max(1) as f64;
        let incumbent = spent.estimate().0 / served;
        let seconds = self.found.nanos as f64 / 1e9 / served;
        let promised = seconds * way.hour / 3_600.0;
        let calls = (fleet.filled.calls * self.month).max(1e-9);
        let idle = f64::from(way.paid(fleet.replicas)) * way.hour * HOURS_PER_MONTH.0 / calls;
        let everything = fleet.cost.total() / calls;
        let (hosted_calls, hosted) = self.found.alternatives[Versus::CheapestHost as usize];
        let mut steps = vec![
            Step {
                what: format!(
                    "list price of your most able closed model ({}) against a machine that is always full, nobody paid to run it",
                    world.label(flagship)
                ),
                elsewhere: dollars(&call.without_cache()),
                own: bare,
            },
            Step {
                what: "prompts are cached, there and here".to_owned(),
                elsewhere: dollars(&call),
                own: cached,
            },
            Step {
                what: "what you pay now instead of that list price".to_owned(),
                elsewhere: incumbent,
                own: cached,
            },
            Step {
                what:
                    "answers within the promised time, production instead of a benchmark, failures run again"
                        .to_owned(),
                elsewhere: incumbent,
                own: promised,
            },
            Step { what: "as full as your calls fill it".to_owned(), elsewhere: incumbent, own: idle },
            Step {
                what: "people, power, setup and new models are paid".to_owned(),
                elsewhere: incumbent,
                own: everything,
            },
        ];
        if hosted_calls > 0 {
            steps.push(Step {
                what: "against the cheapest host that is good enough".to_owned(),
                elsewhere: hosted.estimate().0 / hosted_calls as f64,
                own: everything,
            });
        }
        steps
    }
}
