//! Scores as a frame.

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::ScoreTable;
use super::score::Score;
use crate::inputs::models::Models;
use crate::tables::scores as s;
use crate::units::Day;

/// The table of [`s::SCORES`].
///
/// # Errors
/// When the columns do not make a frame.
pub fn frame(table: &ScoreTable, models: &Models) -> PolarsResult<DataFrame> {
    let scores = &table.scores;
    let texts = |column: &crate::tables::Column, get: &dyn Fn(&Score) -> Option<String>| {
        Column::new(column.name.into(), scores.iter().map(get).collect::<Vec<_>>())
    };
    let numbers = |column: &crate::tables::Column, get: fn(&Score) -> Option<f64>| {
        Column::new(column.name.into(), scores.iter().map(get).collect::<Vec<_>>())
    };
    let day = |day: Option<Day>| day.map(Day::text);
    let kind = |score: &Score| {
        table.catalogue.named(&score.benchmark).map(|benchmark| benchmark.kind().word().to_owned())
    };
    let ids: Vec<_> = scores.iter().map(|score| score.id.map(|id| models.get(id).id.clone())).collect();
    let columns = vec![
        texts(&s::BENCHMARK, &|score| Some(score.benchmark.clone())),
        texts(&s::VERSION, &|score| score.version.clone()),
        texts(&s::SUBSET, &|score| score.subset.clone()),
        Column::new(s::MODEL.name.into(), ids),
        texts(&s::RAW, &|score| Some(score.raw.clone())),
        texts(&s::EFFORT, &|score| score.effort.clone()),
        texts(&s::HARNESS, &|score| score.harness.clone()),
        numbers(&s::SCORE, |score| Some(score.value)),
        texts(&s::UNIT, &|score| score.unit.clone()),
        Column::new(s::ITEMS.name.into(), scores.iter().map(|score| score.items).collect::<Vec<_>>()),
        numbers(&s::COST, |score| score.cost_usd),
        numbers(&s::INPUT, |score| score.input_tokens),
        numbers(&s::OUTPUT, |score| score.output_tokens),
        texts(&s::DATE, &|score| day(score.date)),
        texts(&s::RELEASED, &|score| day(score.released)),
        texts(&s::KIND, &kind),
        texts(&s::SOURCE, &|score| Some(score.source.clone())),
        texts(&s::LICENCE, &|score| Some(score.licence.clone()).filter(|licence| !licence.is_empty())),
    ];
    DataFrame::new(scores.len(), columns)
}
