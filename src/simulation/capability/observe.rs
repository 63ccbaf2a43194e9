//! Scores as shares of solved tasks: in one unit, discounted for questions that are known, the best of each model.

use std::collections::BTreeMap;

use crate::engine::ability::sigmoid;
use crate::inputs::benchmarks::{Benchmark, Exposure, Scale, Score, ScoreTable};
use crate::inputs::models::{ModelId, Models, canonical};
use crate::units::TaskKind;

/// Who has a score: a model that is known, or a name of which only benchmarks know; those help to tell how hard benchmarks are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A model.
    Model(ModelId),
    /// A name.
    Name(String),
}

/// How much of a score is discounted, by how far the questions are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Discounts {
    /// Held-out questions.
    pub private: f64,
    /// Questions that are replaced.
    pub rolling: f64,
    /// Public ones.
    pub public: f64,
    /// Public ones that are known to have been trained on.
    pub contaminated: f64,
    /// More, for models that are documented to have been tuned to the benchmark.
    pub tuned: f64,
}

impl Discounts {
    /// Those of private, rolling, public and contaminated questions, and of tuned models, in this order.
    pub const fn of_shares([private, rolling, public, contaminated, tuned]: [f64; 5]) -> Self {
        Self { private, rolling, public, contaminated, tuned }
    }

    /// The discount of a benchmark.
    pub const fn of(&self, exposure: Exposure) -> f64 {
        match exposure {
            Exposure::Private => self.private,
            Exposure::Rolling => self.rolling,
            Exposure::Static => self.public,
            Exposure::Contaminated => self.contaminated,
        }
    }
}

/// An edition of a benchmark.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edition {
    pub(super) id: String,
    pub(super) version: Option<String>,
    pub(super) kind: TaskKind,
    pub(super) floor: f64,
}

impl Edition {
    pub(super) fn label(&self) -> String {
        match &self.version {
            Some(version) => format!("{} ({version})", self.id),
            None => self.id.clone(),
        }
    }
}

/// All scores.
pub(super) struct Observed {
    pub(super) subjects: Vec<Subject>,
    pub(super) benchmarks: Vec<Edition>,
    /// By benchmark and subject: the best.
    pub(super) scores: BTreeMap<(usize, usize), f64>,
}

impl Observed {
    /// Which subjects have a score at all.
    pub(super) fn any_score(&self) -> Vec<bool> {
        let mut any = vec![false; self.subjects.len()];
        for (_, subject) in self.scores.keys() {
            any[*subject] = true;
        }
        any
    }
}

/// Half of an hour-long task is what half of the tasks would be, were they all an hour long.
const HOUR: f64 = 60.0;

pub(super) fn observe(table: &ScoreTable, models: &Models, discounts: &Discounts) -> Observed {
    let usable = |score: &&Score| score.subset.is_none() && !score.is_pair();
    let mut found: BTreeMap<(&str, Option<&str>), BTreeMap<Subject, f64>> = BTreeMap::new();
    for score in table.scores.iter().filter(usable) {
        let Some(benchmark) = table.catalogue.named(&score.benchmark) else { continue };
        if benchmark.scale == Scale::Index {
            continue;
        }
        let subject = score.id.map_or_else(|| Subject::Name(canonical(&score.raw)), Subject::Model);
        let best = found.entry((benchmark.id.as_str(), score.version.as_deref())).or_default();
        let best = best.entry(subject).or_insert(score.value);
        *best = best.max(score.value);
    }
    let mut places: BTreeMap<Subject, usize> = BTreeMap::new();
    for subject in found.values().flat_map(BTreeMap::keys) {
        let next = places.len();
        places.entry(subject.clone()).or_insert(next);
    }
    // In the order of the subjects, not of their first score: tables in another order give the same fit.
    for (next, place) in places.values_mut().enumerate() {
        *place = next;
    }
    let mut observed = Observed {
        subjects: places.keys().cloned().collect(),
        benchmarks: Vec::new(),
        scores: BTreeMap::new(),
    };
    for ((id, version), best) in found {
        let Some(benchmark) = table.catalogue.named(id) else { continue };
        let at = observed.benchmarks.len();
        let middle = median(best.values().copied());
        let shares = best.into_iter().map(|(subject, value)| {
            let tuned = matches!(&subject, Subject::Model(model) if table.catalogue.is_tuned(&models.get(*model).id, id));
            let discount = discounts.of(benchmark.exposure) + if tuned { discounts.tuned } else { 0.0 };
            (places[&subject], discounted(share(benchmark, value, middle), benchmark.floor, discount))
        });
        observed.scores.extend(shares.map(|(subject, score)| ((at, subject), score)));
        observed.benchmarks.push(Edition {
            id: id.to_owned(),
            version: version.map(str::to_owned),
            kind: benchmark.kind(),
            floor: benchmark.floor,
        });
    }
    observed
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// A score as a share: of a rating, the share of pairs won against the middle model; of a time, that of hour-long tasks.
fn share(benchmark: &Benchmark, value: f64, middle: f64) -> f64 {
    match benchmark.scale {
        Scale::Elo => sigmoid((value - middle) * std::f64::consts::LN_10 / 400.0),
        Scale::Minutes => value / (value + HOUR),
        Scale::Share | Scale::Index => value,
    }
}

/// What is left of a score above guessing.
fn discounted(score: f64, floor: f64, discount: f64) -> f64 {
    if score <= floor { score } else { floor + (score - floor) * (1.0 - discount) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_discount_takes_from_what_is_above_guessing() {
        assert!((discounted(0.8, 0.0, 0.15) - 0.68).abs() < 1e-12);
        assert!((discounted(0.8, 0.25, 0.2) - 0.69).abs() < 1e-12);
        assert!((discounted(0.2, 0.25, 0.2) - 0.2).abs() < 1e-12);
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < 1e-12);
    }
}
