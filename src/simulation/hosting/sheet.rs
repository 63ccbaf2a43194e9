//! The price sheet of a deployment of one's own: what a replica-hour costs, by the token.

use super::replica::On;
use super::throughput::Throughput;
use crate::engine::hosting::roofline::{Bound, Operating, Shape, Unfit};
use crate::inputs::scenario::SelfHosting;
use crate::units::{SECONDS_PER_HOUR, UsdEstimate};

/// How a replica is run for calls of a shape, and what a token then costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnSheet {
    /// Where it is run; `None`: its measurements alone do not tell.
    pub operating: Option<Operating>,
    /// Output tokens a second.
    pub output_tok_s: f64,
    /// Replica-seconds of a call.
    pub seconds: f64,
    /// Dollars of a million tokens that are prefilled, that are cached, and of output.
    pub per_million: (UsdEstimate, UsdEstimate, UsdEstimate),
    /// Dollars of a call.
    pub call: UsdEstimate,
}

impl OwnSheet {
    /// At full load for calls of a shape at dollars an hour, within the promise of an assumption or at the most that fits.
    ///
    /// # Errors
    /// Why not even one call can be served.
    pub fn of(
        throughput: &Throughput,
        on: &On<'_>,
        shape: &Shape,
        hour: UsdEstimate,
        assumed: &SelfHosting,
        promised: bool,
    ) -> Result<Self, Unfit> {
        let limits = on.limits(&assumed.roofline, promised.then_some(assumed.service.per_token));
        let operating = throughput.operate(shape, &limits)?;
        let service = throughput.service(shape, operating.map_or(1.0, |found| found.at_once));
        let new = shape.input - shape.cached;
        let (fresh, cached, output) = service.rates(new, shape.cached, shape.output);
        let second = hour.0 / SECONDS_PER_HOUR;
        let million = |seconds: f64| UsdEstimate(seconds * second * 1e6);
        let seconds = fresh * new + cached * shape.cached + output * shape.output;
        Ok(Self {
            operating,
            output_tok_s: shape.output / seconds,
            seconds,
            per_million: (million(fresh), million(cached), million(output)),
            call: UsdEstimate(seconds * second),
        })
    }
}

/// What bounds a replica, for people.
pub const fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::Memory => "memory",
        Bound::Scheduler => "the engine's own limit",
        Bound::Latency => "the promised time for a token",
    }
}
