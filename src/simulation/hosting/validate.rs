//! Measurements against what would have been said of them: from first principles, and by the other measurements of the same deployment.

use std::collections::BTreeMap;

use super::replica::On;
use super::throughput::{Throughput, predicted, row_of};
use super::weights_named;
use crate::engine::capacity::Work;
use crate::engine::hosting::roofline::Shape;
use crate::inputs::hardware::measurements::Measurement;
use crate::inputs::hardware::{Hardware, Measured, Precision};
use crate::inputs::models::{ModelId, Models};
use crate::inputs::scenario::SelfHosting;

/// A measurement judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What was measured.
    pub measurement: Measurement,
    /// Id of the machine, where it is known.
    pub machine: String,
    /// Predicted over measured output tokens a second, less one, from first principles alone.
    pub principles: Result<f64, String>,
    /// The same from the other measurements of the deployment; `None`: there are none.
    pub left_out: Option<f64>,
    /// Whether it was pressed as hard as it could be.
    pub pressed: bool,
}

/// What makes measurements one deployment.
type Key = (String, ModelId, u32, String, String);

/// Judges measurements, in their order.
pub fn judge(
    measurements: &[Measurement],
    hardware: &Hardware,
    models: &Models,
    assumed: &SelfHosting,
) -> Vec<Judged> {
    let key = |m: &Measurement| -> Result<Key, String> {
        let machine = hardware
            .machine_named(&m.machine)
            .ok_or_else(|| format!("no known machine is `{}`", m.machine))?;
        let model =
            weights_named(models, &m.model).ok_or_else(|| format!("no known model is `{}`", m.model))?;
        Ok((machine.id.clone(), model, m.count, m.precision.clone(), m.engine.clone()))
    };
    let keys: Vec<Result<Key, String>> = measurements.iter().map(key).collect();
    let mut groups: BTreeMap<&Key, Vec<(usize, Measured)>> = BTreeMap::new();
    for (at, (key, measurement)) in keys.iter().zip(measurements).enumerate() {
        if let (Ok(key), Some(row)) = (key, row_of(measurement)) {
            groups.entry(key).or_default().push((at, row));
        }
    }
    let one = |(at, (key, m)): (usize, (&Result<Key, String>, &Measurement))| -> Judged {
        let pressed = row_of(m).is_some();
        let unknown = |problem: String| Judged {
            measurement: m.clone(),
            machine: m.machine.clone(),
            principles: Err(problem),
            left_out: None,
            pressed,
        };
        let own = match key {
            Ok(own) => own,
            Err(problem) => return unknown(problem.clone()),
        };
        let Some(machine) = hardware.machine(&own.0) else { return unknown("no known machine".to_owned()) };
        let Some(precision) = Precision::of(&m.precision) else {
            return unknown(format!("`{}` is no precision", m.precision));
        };
        let on = On { model: own.1, machine, count: f64::from(m.count), precision, engine: &m.engine };
        let principles = on
            .replica(models, &assumed.roofline, 1.0)
            .map_err(|missing| format!("{}: {missing}", m.model))
            .and_then(|replica| {
                let limits = on.limits(&assumed.roofline, None);
                let said = predicted(&replica, m, &limits, assumed.efficiency);
                said.ok_or_else(|| format!("{} does not fit on {} {}", m.model, m.count, machine.id))
            })
            .map(|said| said / m.output_tok_s - 1.0);
        let others: Vec<Measured> = groups
            .get(own)
            .into_iter()
            .flatten()
            .filter(|(other, _)| *other != at)
            .map(|(_, row)| *row)
            .collect();
        let left_out =
            (pressed && !others.is_empty()).then(|| left_out(&on, &others, m, models, assumed)).flatten();
        Judged { measurement: m.clone(), machine: own.0.clone(), principles, left_out, pressed }
    };
    keys.iter().zip(measurements).enumerate().map(one).collect()
}

/// A measurement by the others of its deployment.
fn left_out(
    on: &On<'_>,
    others: &[Measured],
    measurement: &Measurement,
    models: &Models,
    assumed: &SelfHosting,
) -> Option<f64> {
    let throughput = Throughput::of(on, others, models, &assumed.roofline).ok()?;
    let row = row_of(measurement)?;
    let shape = Shape { input: row.input, cached: 0.0, output: row.output };
    let at_once = throughput.at_once(&shape, row.at_once, &on.limits(&assumed.roofline, None))?;
    let service = throughput.service(&shape, at_once);
    let seconds = service.seconds(&Work::of_call(row.input, row.input, row.output));
    (seconds > 0.0).then(|| row.output / seconds / row.output_tok_s - 1.0)
}
