//! A guess at models without a score: the trend of the line of models that they belong to.

use super::{Capabilities, Capability};
use crate::engine::evidence::convergence::{Record, Trend};
use crate::inputs::models::{Model, ModelId, Models};
use crate::units::TaskKind;

/// The trend of a line of models.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    trend: Trend,
}

/// A guess is never surer than this, in logits: models of one line and season differ by as much. A judgement.
const LEAST_ERROR: f64 = 1.0;
/// Days beyond the line's own models within which it is continued.
const BEYOND: f64 = 365.0;

impl Line {
    /// The guess for a model of the line; `None`: its release is not known, or lies too far from the others.
    pub fn at(&self, model: &Model) -> Option<Capability> {
        let day = f64::from(model.released_day()?.0);
        let (first, last) = self.trend.span;
        if day < first - BEYOND || day > last + BEYOND {
            return None;
        }
        let (value, error) = self.trend.at(day);
        Some(Capability { value, error: error.max(LEAST_ERROR), scores: 0, inferred: true })
    }
}

/// The line that a model belongs to: its family at its lab, else all models of the lab of its kind (open or closed). `None`: fewer than
/// three of them have a capability and a day of release.
pub fn line_of(capabilities: &Capabilities, models: &Models, of: ModelId, kind: TaskKind) -> Option<Line> {
    let model = models.get(of);
    let points = |belongs: &dyn Fn(&Model) -> bool| -> Vec<Record> {
        let known = models.iter().filter(|(id, other)| models.base(*id) == *id && belongs(other));
        known
            .filter_map(|(id, other)| {
                let capability = capabilities.of(id, kind).filter(|of| !of.inferred)?;
                Some((f64::from(other.released_day()?.0), capability.value))
            })
            .collect()
    };
    let family = points(&|other| other.lab == model.lab && other.family == model.family);
    let lab = || points(&|other| other.lab == model.lab && other.open_weights == model.open_weights);
    let trend = Trend::of(&family).or_else(|| Trend::of(&lab()))?;
    Some(Line { trend })
}
