//! A plain table: a row a score, in the columns of [`crate::tables::scores`] or under names that are common for them. What
//! `scores import` writes and what is shipped are such tables.

use super::{FoundScores, Records, ScoreFile, ScoreSource, cell, day, each_row, number};
use crate::inputs::benchmarks::score::Score;

/// CSV or TSV.
pub(super) struct Plain;

impl ScoreSource for Plain {
    fn id(&self) -> &'static str {
        "plain"
    }

    fn about(&self) -> &'static str {
        "a table with the columns benchmark, model and score"
    }

    fn licence(&self) -> &'static str {
        ""
    }

    fn is_it(&self, file: &ScoreFile) -> bool {
        let Some(records) = Records::of(&file.text) else { return false };
        records.column(&["benchmark"]).is_some()
            && records.column(&["model", "raw", "model_raw"]).is_some()
            && records.column(&["score", "value"]).is_some()
    }

    fn read(&self, file: &ScoreFile) -> FoundScores {
        each_row(file, |records| {
            let columns = Columns::of(records);
            move |line, record, found| {
                found.scores.push(columns.score(record, line)?);
                Ok(())
            }
        })
    }
}

struct Columns {
    benchmark: Option<usize>,
    version: Option<usize>,
    subset: Option<usize>,
    model: Option<usize>,
    raw: Option<usize>,
    effort: Option<usize>,
    harness: Option<usize>,
    value: Option<usize>,
    unit: Option<usize>,
    most: Option<usize>,
    kind: Option<usize>,
    items: Option<usize>,
    cost: Option<usize>,
    input: Option<usize>,
    output: Option<usize>,
    date: Option<usize>,
    released: Option<usize>,
    source: Option<usize>,
    licence: Option<usize>,
}

impl Columns {
    fn of(records: &Records<'_>) -> Self {
        let raw = records.column(&["raw", "model_raw"]);
        let model = records.column(&["model"]);
        Self {
            benchmark: records.column(&["benchmark"]),
            version: records.column(&["version", "bench_version"]),
            subset: records.column(&["subset"]),
            // Alone, a column of models holds names as somebody wrote them.
            model: raw.and(model),
            raw: raw.or(model),
            effort: records.column(&["effort"]),
            harness: records.column(&["harness"]),
            value: records.column(&["score", "value"]),
            unit: records.column(&["unit"]),
            most: records.column(&["scale_max"]),
            kind: records.column(&["kind"]),
            items: records.column(&["items", "n_items"]),
            cost: records.column(&["cost_usd", "cost_usd_total"]),
            input: records.column(&["input_tokens", "prompt_tokens"]),
            output: records.column(&["output_tokens", "completion_tokens"]),
            date: records.column(&["date", "score_date"]),
            released: records.column(&["released", "model_release_date"]),
            source: records.column(&["source"]),
            licence: records.column(&["licence", "license"]),
        }
    }

    fn score(&self, record: &csv::StringRecord, line: u64) -> Result<Score, String> {
        let text = |at: Option<usize>| cell(record, at).map(str::to_owned);
        let dated = |at: Option<usize>| match cell(record, at) {
            None => Ok(None),
            Some(text) => day(text).map(Some).ok_or_else(|| format!("`{text}` is no date")),
        };
        let count = |at: Option<usize>| -> Result<Option<u64>, String> {
            Ok(number(record, at)?.filter(|count| *count >= 0.0).map(|count| count as u64))
        };
        Ok(Score {
            benchmark: text(self.benchmark).ok_or("the row names no benchmark")?,
            version: text(self.version),
            subset: text(self.subset),
            model: text(self.model),
            id: None,
            raw: text(self.raw).or_else(|| text(self.model)).ok_or("the row names no model")?,
            effort: text(self.effort),
            harness: text(self.harness),
            value: number(record, self.value)?.ok_or("the row has no score")?,
            unit: text(self.unit),
            most: number(record, self.most)?.filter(|most| *most > 0.0),
            kind: text(self.kind),
            items: count(self.items)?,
            cost_usd: number(record, self.cost)?.filter(|cost| *cost > 0.0),
            input_tokens: number(record, self.input)?,
            output_tokens: number(record, self.output)?,
            date: dated(self.date)?,
            released: dated(self.released)?,
            source: text(self.source).unwrap_or_else(|| "a table of yours".to_owned()),
            licence: text(self.licence).unwrap_or_default(),
            line,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_common_names() {
        let text = "source,benchmark,model_raw,score,unit,scale_max,date\nlab,Ours,m-1,35.6,%,100,2026-02-01\nlab,Ours,m-1,x,%,100,\nlab,Ours,m-1,1,%,,soon\n";
        let file = ScoreFile { name: "own.csv".to_owned(), text: text.to_owned() };
        assert!(Plain.is_it(&file));
        let found = Plain.read(&file);
        assert_eq!((found.scores.len(), found.problems.len()), (1, 2));
        assert_eq!((found.scores[0].raw.as_str(), found.scores[0].most), ("m-1", Some(100.0)));
        assert_eq!(found.problems[1].what, "`soon` is no date");
    }
}
