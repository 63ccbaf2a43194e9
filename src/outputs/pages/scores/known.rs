//! What is known: benchmarks, and the scores of single models.

use std::collections::{BTreeMap, BTreeSet};

use super::{SHOWN, score_value};
use crate::inputs::benchmarks::{Score, ScoreTable};
use crate::inputs::models::{ModelId, Models};
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::simulation::capability::{Capabilities, Subject};
use crate::units::TaskKind;

/// The page of `scores list`.
pub fn list(table: &ScoreTable) -> Page {
    let mut of: BTreeMap<&str, Vec<&Score>> = BTreeMap::new();
    for score in &table.scores {
        of.entry(score.benchmark.as_str()).or_default().push(score);
    }
    let rows = table.catalogue.iter().filter_map(|benchmark| {
        let scores = of.get(benchmark.id.as_str())?;
        let known: BTreeSet<ModelId> = scores.iter().filter_map(|score| score.id).collect();
        let sources: BTreeSet<&str> = scores.iter().map(|score| score.source.as_str()).collect();
        let licences: BTreeSet<&str> = scores
            .iter()
            .map(|score| if score.licence.is_empty() { "not known" } else { &score.licence })
            .collect();
        let newest = scores.iter().filter_map(|score| score.date.or(score.released)).max();
        let joined = |words: BTreeSet<&str>| words.into_iter().collect::<Vec<_>>().join(", ");
        Some(vec![
            Value::Text(benchmark.id.clone()),
            Value::from(benchmark.kind().word()),
            Value::from(benchmark.scale.words()),
            Value::from(benchmark.exposure.word()),
            Value::Count(scores.len() as u64),
            Value::Count(known.len() as u64),
            newest.map_or(Value::Nothing, |day| Value::Text(day.text())),
            benchmark.tolerance.map_or(Value::Nothing, Value::Number),
            Value::Text(joined(licences)),
            Value::Text(joined(sources)),
            Value::Text(benchmark.about.clone()),
        ])
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let claim = format!(
        "{} on {}",
        counted(table.scores.len() as u64, "score"),
        counted(rows.len() as u64, "benchmark")
    );
    let heads = vec![
        Head::names("benchmark", "benchmark", 0),
        Head::new("kind", "kind", 0),
        Head::new("unit", "unit", 3),
        Head::new("exposure", "questions", 1),
        Head::new("scores", "scores", 1),
        Head::new("models", "known models", 0),
        Head::new("newest", "newest", 2),
        Head::new("tolerance", "tolerance", 4),
        Head::new("licences", "licence", 2),
        Head::hidden("sources"),
        Head::hidden("about"),
    ];
    let notes = vec![
        "a benchmark with a tolerance can decide which models are good enough (--benchmark); all that are no index are fitted (scores fit)"
            .to_owned(),
        "more scores: --scores FILE; from other projects: scores import".to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let section = Section { key: "benchmarks", title: "Benchmarks".to_owned(), body, notes };
    Page { command: "scores list", claim, sections: vec![section] }
}

/// The page of `scores show`.
pub fn show(ids: &[ModelId], table: &ScoreTable, models: &Models, capabilities: &Capabilities) -> Page {
    let names: Vec<&str> = ids.iter().map(|id| models.get(*id).id.as_str()).collect();
    let scores: Vec<&Score> =
        table.scores.iter().filter(|score| score.id.is_some_and(|id| ids.contains(&id))).collect();
    let claim = format!("{} of {}", counted(scores.len() as u64, "score"), names.join(", "));
    Page {
        command: "scores show",
        claim,
        sections: vec![abilities(ids, models, capabilities), measured(&scores, table, models)],
    }
}

fn abilities(ids: &[ModelId], models: &Models, capabilities: &Capabilities) -> Section {
    let mut rows = Vec::new();
    for id in ids {
        for kind in TaskKind::ALL {
            let name = Value::Text(models.get(*id).id.clone());
            let Some(of) = capabilities.of(*id, kind) else {
                rows.push(vec![
                    name,
                    Value::from(kind.word()),
                    Value::Unknown,
                    Value::Unknown,
                    Value::Count(0),
                    Value::Nothing,
                    Value::from("no score"),
                ]);
                continue;
            };
            let ranked = capabilities.scale(kind).map(crate::simulation::capability::KindScale::ranked);
            let place = ranked.and_then(|ranked| {
                ranked.iter().position(|(subject, _)| **subject == Subject::Model(*id)).map(|at| at + 1)
            });
            let from = match (of.inferred, of.scores) {
                (true, _) => "guessed from its line",
                (false, 0) => "other kinds",
                (false, _) => "its scores",
            };
            rows.push(vec![
                name,
                Value::from(kind.word()),
                Value::Number(of.value),
                Value::Number(of.error),
                Value::Count(of.scores as u64),
                place.map_or(Value::Nothing, |place| Value::Count(place as u64)),
                Value::from(from),
            ]);
        }
    }
    let heads = vec![
        Head::names("model", "model", 0),
        Head::new("kind", "kind", 0),
        Head::new("capability", "capability", 0),
        Head::new("error", "standard error", 0),
        Head::new("scores", "scores", 1),
        Head::new("rank", "rank", 2),
        Head::new("from", "from", 1),
    ];
    let notes = vec![
        "capability: logits on an average benchmark; one logit more turns 50 % solved into 73 %".to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    Section { key: "capabilities", title: "Able to do".to_owned(), body, notes }
}

fn measured(scores: &[&Score], table: &ScoreTable, models: &Models) -> Section {
    let text = |text: &Option<String>| text.clone().map_or(Value::Nothing, Value::Text);
    let rows = scores.iter().map(|score| {
        vec![
            score.id.map_or(Value::Unknown, |id| Value::Text(models.get(id).id.clone())),
            Value::Text(score.benchmark.clone()),
            text(&score.version),
            text(&score.subset),
            text(&score.effort),
            score_value(score, table),
            text(&score.harness),
            score.date.map_or(Value::Nothing, |day| Value::Text(day.text())),
            Value::Text(score.raw.clone()),
            text(&score.unit),
            score.cost_usd.map_or(Value::Nothing, Value::Number),
            Value::Text(score.source.clone()),
        ]
    });
    let heads = vec![
        Head::names("model", "model", 0),
        Head::names("benchmark", "benchmark", 0),
        Head::new("version", "edition", 2),
        Head::new("subset", "part", 3),
        Head::new("effort", "effort", 1),
        Head::new("score", "score", 0),
        Head::new("harness", "run by", 3),
        Head::new("date", "date", 1),
        Head::new("raw", "in the source", 2),
        Head::hidden("unit"),
        Head::hidden("cost_usd"),
        Head::hidden("source"),
    ];
    let rows: Vec<Vec<Value>> = rows.collect();
    let mut notes = Vec::new();
    if rows.len() > SHOWN * 2 {
        notes.push(format!("{} more in --format json", counted((rows.len() - SHOWN * 2) as u64, "score")));
    }
    let body = Body::Grid(Grid { heads, rows, shown: SHOWN * 2 });
    Section { key: "scores", title: "Measured".to_owned(), body, notes }
}
