//! Deployments made of measurements, or of nothing but what they are.

use std::collections::BTreeMap;

use super::throughput::row_of;
use super::weights_named;
use crate::inputs::hardware::measurements::Measurement;
use crate::inputs::hardware::{Deployment, Hardware, Machine, Measured, Precision};
use crate::inputs::models::{ModelId, Models};

/// Longest call where nobody says how long one may be.
const CONTEXT: i64 = 32_768;

/// The deployments of a file's measurements, and rows that make none: their line, and why.
pub fn deployments(
    file: &str,
    measurements: &[Measurement],
    hardware: &Hardware,
    models: &Models,
) -> (Vec<Deployment>, Vec<(u64, String)>) {
    let (mut groups, mut lost): (BTreeMap<String, Deployment>, Vec<(u64, String)>) = Default::default();
    for m in measurements {
        let Some(machine) = hardware.machine_named(&m.machine) else {
            lost.push((m.line, format!("no known machine is `{}`", m.machine)));
            continue;
        };
        let Some(model) = weights_named(models, &m.model) else {
            lost.push((m.line, format!("no known model is `{}`", m.model)));
            continue;
        };
        if Precision::of(&m.precision).is_none() {
            lost.push((m.line, format!("`{}` is no precision", m.precision)));
            continue;
        }
        let Some(row) = row_of(m) else {
            lost.push((
                m.line,
                "kept up with what was asked of it: that does not tell what it can do".to_owned(),
            ));
            continue;
        };
        let mut empty = principles(model, machine, m.count, &m.precision, Some(&m.engine), models);
        let group = groups.entry(format!("{} {}", empty.id, m.engine)).or_insert_with(|| {
            "measured".clone_into(&mut empty.kind);
            format!("measurements in {file}").clone_into(&mut empty.source);
            empty
        });
        group.measured.push(row);
    }
    (groups.into_values().collect(), lost)
}

/// A deployment of which nothing is measured.
pub fn principles(
    model: ModelId,
    machine: &Machine,
    count: u32,
    precision: &str,
    engine: Option<&str>,
    models: &Models,
) -> Deployment {
    let model = models.get(models.base(model));
    // The name of a file of weights says its precision among other things.
    let word = precision.rsplit('/').next().unwrap_or(precision).to_lowercase();
    Deployment {
        id: format!("{}-{count}x-{}-{word}", model.id, machine.id),
        model: model.id.clone(),
        machine: machine.id.clone(),
        count,
        precision: precision.to_owned(),
        engine: engine.unwrap_or("vLLM").to_owned(),
        context: model.context.unwrap_or(CONTEXT),
        kind: "principles".to_owned(),
        source: "first principles".to_owned(),
        date: None,
        conditions: "as its source has it".to_owned(),
        measured: Vec::<Measured>::new(),
    }
}
