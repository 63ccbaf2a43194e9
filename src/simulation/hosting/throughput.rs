//! What a deployment delivers: measured first, from first principles otherwise, and measurements correct the principles.

use super::replica::{Missing, On};
use crate::engine::capacity::{Expected, ServiceTime, Shape as Measured, Terms, Work};
use crate::engine::hosting::curve::Curve;
use crate::engine::hosting::roofline::{Bound, Limits, Operating, Replica, Shape, Unfit};
use crate::inputs::hardware::measurements::{Load, Measurement};
use crate::inputs::hardware::{self, Deployment};
use crate::inputs::models::{ModelId, Models};
use crate::inputs::scenario::Roofline;

/// What throughput rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// First principles, corrected by so many measurements.
    Corrected(usize),
    /// So many measurements alone: of the model or the machine too little is known.
    Measured(usize),
    /// First principles alone.
    Principles,
}

impl Basis {
    /// For people.
    pub fn words(self) -> String {
        match self {
            Self::Corrected(1) => "one measurement, other shapes from first principles".to_owned(),
            Self::Corrected(n) => format!("{n} measurements, other shapes from first principles"),
            Self::Measured(n) => format!("a fit to {n} measurements"),
            Self::Principles => "first principles, nothing measured".to_owned(),
        }
    }
}

/// The most calls at once of an offline run: what TensorRT-LLM takes by default.
const OFFLINE: f64 = 2_048.0;
/// Loads of one shape that make a curve.
const CURVE: usize = 3;

/// What a deployment delivers.
#[derive(Debug, Clone)]
pub struct Throughput {
    /// What it rests on.
    pub basis: Basis,
    /// Largest relative deviation from a measurement.
    pub worst_error: f64,
    /// Standard deviation of the logarithm of what it is over what is said here.
    pub sigma: f64,
    principles: Option<(Replica, Terms)>,
    fitted: Option<ServiceTime>,
    /// Output tokens a second by calls at once, at the shape that was measured so.
    curve: Option<(Shape, Curve)>,
}

impl Throughput {
    /// That of a deployment on its machine.
    ///
    /// # Errors
    /// When neither measurements nor what is known of model and machine suffice.
    pub fn of(
        on: &On<'_>,
        measured: &[hardware::Measured],
        models: &Models,
        assumed: &Roofline,
    ) -> Result<Self, Missing> {
        let shapes: Vec<Measured> = measured.iter().map(of_row).collect();
        let replica = match on.replica(models, assumed, 1.0) {
            Ok(replica) => replica,
            Err(missing) => {
                let fitted = ServiceTime::fit(&shapes).ok_or(missing)?;
                return Ok(Self {
                    basis: Basis::Measured(measured.len()),
                    worst_error: fitted.worst_error,
                    sigma: assumed.error_measured.max(fitted.worst_error / 2.0),
                    principles: None,
                    fitted: Some(fitted),
                    curve: None,
                });
            }
        };
        let limits = on.limits(assumed, None);
        let expected: Vec<Expected> = measured
            .iter()
            .filter_map(|row| {
                let shape = Shape { input: row.input, cached: 0.0, output: row.output };
                let at_once = at_once(&replica, &shape, row.at_once, &limits)?;
                Some(Expected { measured: of_row(row), prior: replica.service(&shape, at_once).per })
            })
            .collect();
        let correction = ServiceTime::correction(&expected);
        let error = |row: &Expected| {
            let service = ServiceTime::of(row.prior.times(correction));
            service.judged(&[row.measured]).worst_error
        };
        let worst_error = expected.iter().map(error).fold(0.0, f64::max);
        let basis = if expected.is_empty() { Basis::Principles } else { Basis::Corrected(expected.len()) };
        let sigma =
            if expected.is_empty() { assumed.error } else { assumed.error_measured.max(worst_error / 2.0) };
        let curve = curve(measured);
        Ok(Self { basis, worst_error, sigma, principles: Some((replica, correction)), fitted: None, curve })
    }

    /// Where it is run for calls of a shape; `None`: the measurements alone do not tell, they are taken as they are.
    ///
    /// # Errors
    /// Why not even one call can be served.
    pub fn operate(&self, shape: &Shape, limits: &Limits) -> Result<Option<Operating>, Unfit> {
        self.principles.as_ref().map(|(replica, _)| replica.operate(shape, limits)).transpose()
    }

    /// The replica from first principles, where enough is known for one.
    pub fn replica(&self) -> Option<&Replica> {
        self.principles.as_ref().map(|(replica, _)| replica)
    }

    /// Calls at once while something was measured, `said` or as many as fit; `None`: not even one does.
    pub fn at_once(&self, shape: &Shape, said: Option<f64>, limits: &Limits) -> Option<f64> {
        match &self.principles {
            Some((replica, _)) => at_once(replica, shape, said, limits),
            None => said.or(Some(1.0)),
        }
    }

    /// Replica-seconds of calls about that shape, so many at once.
    pub fn service(&self, shape: &Shape, at_once: f64) -> ServiceTime {
        let Some((replica, correction)) = &self.principles else {
            return self.fitted.unwrap_or(ServiceTime::of(Terms::default()));
        };
        let of = |shape: &Shape| ServiceTime::of(replica.service(shape, at_once).per.times(*correction));
        let service = of(shape);
        // What was measured at several loads is met at each of them.
        let factor = self.curve.as_ref().map_or(1.0, |(at, curve)| {
            let modelled = at.output / of(at).seconds(&Work::of_call(at.input, at.input, at.output));
            let (least, most) = curve.span();
            modelled / curve.at(at_once.clamp(least, most))
        });
        let inside = self.curve.as_ref().is_some_and(|(_, curve)| at_once <= curve.span().1);
        ServiceTime::of(service.per.map(|term| if inside { term * factor } else { term }))
    }
}

fn of_row(row: &hardware::Measured) -> Measured {
    Measured { input: row.input, output: row.output, output_tok_s: row.output_tok_s }
}

/// Calls at once while something was measured; `None`: not even one fits.
fn at_once(replica: &Replica, shape: &Shape, said: Option<f64>, limits: &Limits) -> Option<f64> {
    let most = Limits { at_once: said.unwrap_or(OFFLINE), per_token: None, ..*limits };
    replica.operate(shape, &most).ok().map(|operating| operating.at_once)
}

/// The curve of the shape that was measured at the most loads.
fn curve(measured: &[hardware::Measured]) -> Option<(Shape, Curve)> {
    let points = |of: &hardware::Measured| -> Vec<(f64, f64)> {
        let shape = |row: &hardware::Measured| (row.input.to_bits(), row.output.to_bits());
        let same = measured.iter().filter(|row| shape(row) == shape(of));
        same.filter_map(|row| Some((row.at_once?, row.output_tok_s))).collect()
    };
    let most = measured.iter().map(|row| (row, points(row))).max_by_key(|(_, points)| points.len())?;
    let (row, points) = most;
    if points.len() < CURVE {
        return None;
    }
    Some((Shape { input: row.input, cached: 0.0, output: row.output }, Curve::through(points)?))
}

/// Output tokens a second of a measurement from first principles; `None`: the model does not fit there.
pub fn predicted(
    replica: &Replica,
    measurement: &Measurement,
    limits: &Limits,
    efficiency: f64,
) -> Option<f64> {
    let shape = Shape { input: measurement.input, cached: 0.0, output: measurement.output };
    let said = match measurement.load {
        Load::AtOnce(calls) => Some(calls),
        Load::Rate(_) => Some(limits.at_once),
        Load::Most => None,
    };
    let at_once = at_once(replica, &shape, said, limits)?;
    let rate = replica.at(&shape, at_once, Bound::Memory).rate;
    Some(match measurement.load {
        // Arrivals at random reach less than a loop that always has the next call ready.
        Load::Rate(offered) => offered.min(rate * efficiency) * measurement.output,
        Load::AtOnce(_) | Load::Most => rate * measurement.output,
    })
}

/// A measurement as a row of a deployment; `None`: it was not pressed hard enough to tell what the machine can do.
pub fn row_of(measurement: &Measurement) -> Option<hardware::Measured> {
    let at_once = match measurement.load {
        Load::AtOnce(calls) => Some(calls),
        Load::Most => None,
        // It kept up: that is what was asked of it, and not what it can do.
        Load::Rate(rate) if measurement.output_tok_s > KEPT_UP * rate * measurement.output => return None,
        Load::Rate(_) => None,
    };
    Some(hardware::Measured {
        input: measurement.input,
        output: measurement.output,
        output_tok_s: measurement.output_tok_s,
        at_once,
        tpot_ms: measurement.tpot_ms,
    })
}

/// Share of an offered rate that is served where the machine keeps up.
const KEPT_UP: f64 = 0.9;

/// A deployment on its machine; `None`: its precision is none, which loading rules out.
pub fn on<'a>(deployment: &'a Deployment, model: ModelId, machine: &'a hardware::Machine) -> Option<On<'a>> {
    Some(On {
        model,
        machine,
        count: f64::from(deployment.count),
        precision: hardware::Precision::of(&deployment.precision)?,
        engine: &deployment.engine,
    })
}
