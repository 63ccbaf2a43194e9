use super::*;
use crate::inputs::embedded::Facts;

const DISCOUNTS: Discounts =
    Discounts { private: 0.0, rolling: 0.05, public: 0.15, contaminated: 0.35, tuned: 0.05 };

fn shipped() -> (Models, ScoreTable) {
    let facts = Facts::embedded();
    let models = Models::load(&facts).expect("valid files");
    let table = ScoreTable::load(&facts, &[], &models).expect("valid files");
    (models, table)
}

#[test]
fn the_shipped_scores_rank_models_as_everybody_does() {
    let (models, table) = shipped();
    let all = Capabilities::fit(&table, &models, &DISCOUNTS, &TaskKind::ALL);
    let value = |id: &str, kind| {
        all.of(models.id(id).unwrap_or_else(|| panic!("{id}")), kind).unwrap_or_else(|| panic!("{id}")).value
    };
    for kind in [TaskKind::General, TaskKind::Reasoning, TaskKind::Coding] {
        assert!(value("gpt-5-2", kind) > value("gpt-4o", kind), "{kind:?}");
        assert!(value("gpt-4o", kind) > value("gpt-4o-mini", kind), "{kind:?}");
        assert!(value("claude-opus-4-5", kind) > value("claude-3-5-sonnet", kind), "{kind:?}");
    }
    // The order of the table does not matter.
    let mut turned = table.clone();
    turned.scores.reverse();
    let again = Capabilities::fit(&turned, &models, &DISCOUNTS, &[TaskKind::General]);
    let gpt = models.id("gpt-4o").expect("a model");
    let (one, other) = (all.of(gpt, TaskKind::General), again.of(gpt, TaskKind::General));
    assert_eq!(one, other);
}

#[test]
fn benchmarks_that_were_left_out_are_predicted_better_than_by_means() {
    let (models, table) = shipped();
    let left = Capabilities::cross_validate(&table, &models, &DISCOUNTS);
    let [model, mean, two_way] = left.errors().expect("benchmarks");
    assert!(model < mean && model < two_way, "{model} {mean} {two_way}");
    assert!(left.benchmarks.len() > 30);
}

#[test]
fn a_model_without_scores_is_unknown_unless_it_is_guessed_and_then_with_a_wide_error() {
    let (models, table) = shipped();
    let mut all = Capabilities::fit(&table, &models, &DISCOUNTS, &[TaskKind::General]);
    let unscored: Vec<ModelId> = models
        .iter()
        .filter(|(id, _)| models.base(*id) == *id && all.of(*id, TaskKind::General).is_none())
        .map(|(id, _)| id)
        .collect();
    assert!(!unscored.is_empty());
    all.infer(&models);
    let guessed: Vec<Capability> = unscored.iter().filter_map(|id| all.of(*id, TaskKind::General)).collect();
    assert!(!guessed.is_empty() && guessed.len() < unscored.len());
    assert!(guessed.iter().all(|of| of.inferred && of.error >= 1.0 && of.scores == 0));
}
