//! Tables of graded outcomes: what several models scored on the same items, as routing benchmarks publish them.
//!
//! *Long*: a row an item and model, with columns `model` and `score` (or `outcome`, `correct`), perhaps `cost`, an `item` and groups. *Wide*:
//! a row an item, with a column of scores for each model: `NAME_correct`, `NAME_score`, `NAME|score`, or `NAME` beside
//! `NAME|total_cost`; costs are `NAME|total_cost`, `NAME|cost` or `NAME_cost`. Groups are a benchmark and a subset. Tables are CSV,
//! TSV, JSON lines or Parquet.

pub mod calls;
mod records;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use thiserror::Error;

use self::records::Records;

/// Items with what models scored on them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graded {
    /// Names of the models, in the order of the table.
    pub models: Vec<String>,
    /// By model, then item.
    pub scores: Vec<Vec<f64>>,
    /// By model, then item; empty: the table has no costs.
    pub costs: Vec<Vec<f64>>,
    /// Benchmark of each item.
    pub groups: Vec<Option<String>>,
    /// Part of the benchmark of each item.
    pub subsets: Vec<Option<String>>,
    /// Other columns of numbers, by item: a router's scores may be among them.
    pub others: BTreeMap<String, Vec<f64>>,
    /// Rows read.
    pub rows: u64,
    /// Rows that could not be used: line and reason.
    pub rejects: Vec<(u64, String)>,
    /// Items that some model has no score for, and so are compared by no one.
    pub incomplete: u64,
}

/// Why a table gives nothing.
#[derive(Debug, Error)]
pub enum GradedError {
    /// It cannot be read.
    #[error("`{path}` cannot be read: {reason}")]
    Unreadable {
        /// As named.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// It has no columns of graded calls.
    #[error(
        "`{path}` has no graded calls\n\nhint: a row is a call, with the columns `model` and `outcome` (0 to 1), and perhaps `workload`, `item`, `cost_usd`, `input_tokens` and `output_tokens`; its columns are {columns}"
    )]
    NoCalls {
        /// As named.
        path: String,
        /// The columns that it has.
        columns: String,
    },
    /// It has no columns of scores.
    #[error(
        "`{path}` has no scores of two models\n\nhint: a long table needs the columns `model` and `score`, a wide one a column `NAME_correct`, `NAME_score` or `NAME|score` for each model, or `NAME` beside `NAME|total_cost`; its columns are {columns}"
    )]
    NoScores {
        /// As named.
        path: String,
        /// The columns that it has.
        columns: String,
    },
}

const SCORES: [&str; 3] = ["_correct", "_score", "|score"];
const COSTS: [&str; 3] = ["|total_cost", "|cost", "_cost"];
const GROUPS: [&str; 4] = ["benchmark", "dataset", "eval_name", "workload"];
const SUBSETS: [&str; 4] = ["subset", "category", "subject", "task"];
const ITEMS: [&str; 7] = ["item", "idx", "id", "sample_id", "prompt_id", "question_id", "prompt"];

/// Reads a table.
///
/// # Errors
/// When it cannot be read, or has no scores of two models.
pub fn read(path: &Path) -> Result<Graded, GradedError> {
    table(&path.display().to_string(), Records::open(path)?)
}

/// Reads the text of a table of CSV or TSV.
///
/// # Errors
/// When it has no scores of two models.
pub fn parse(name: &str, text: &str) -> Result<Graded, GradedError> {
    table(name, Records::of_text(name, text)?)
}

fn table(name: &str, records: Records) -> Result<Graded, GradedError> {
    let columns = Columns::of(&records.header);
    let mut table = Rows::default();
    for (line, record) in records.rows {
        table.rows += 1;
        if let Err(reason) = record.and_then(|record| columns.take(&record, &mut table)) {
            table.rejects.push((line, reason));
        }
    }
    let graded = table.graded(columns.has_costs());
    if graded.models.len() < 2 {
        return Err(GradedError::NoScores { path: name.to_owned(), columns: records.header.join(", ") });
    }
    Ok(graded)
}

/// Where what stands.
struct Columns {
    item: Option<usize>,
    group: Option<usize>,
    subset: Option<usize>,
    models: Models,
    /// Columns that are nothing of these, with their names.
    others: Vec<(usize, String)>,
}

enum Models {
    Long {
        model: usize,
        score: usize,
        cost: Option<usize>,
    },
    /// Name, column of scores, column of costs.
    Wide(Vec<(String, usize, Option<usize>)>),
}

impl Columns {
    fn of(header: &[String]) -> Self {
        let lower: Vec<String> = header.iter().map(|title| title.to_ascii_lowercase()).collect();
        let find =
            |names: &[&str]| names.iter().find_map(|name| lower.iter().position(|title| title == name));
        let (item, group, subset) = (find(&ITEMS), find(&GROUPS), find(&SUBSETS));
        let long = find(&["model", "model_name"]).zip(find(&["score", "outcome", "correct", "performance"]));
        let models = match long {
            Some((model, score)) => {
                Models::Long { model, score, cost: find(&["cost", "total_cost", "cost_usd"]) }
            }
            None => Models::Wide(wide(header)),
        };
        let mut used: Vec<usize> = [item, group, subset].into_iter().flatten().collect();
        match &models {
            Models::Long { model, score, cost } => used.extend([*model, *score].into_iter().chain(*cost)),
            Models::Wide(models) => {
                used.extend(models.iter().flat_map(|(_, score, cost)| [Some(*score), *cost]).flatten());
            }
        }
        let others = header.iter().enumerate().filter(|(at, _)| !used.contains(at));
        Self { item, group, subset, others: others.map(|(at, name)| (at, name.clone())).collect(), models }
    }

    fn has_costs(&self) -> bool {
        match &self.models {
            Models::Long { cost, .. } => cost.is_some(),
            Models::Wide(models) => !models.is_empty() && models.iter().all(|(_, _, cost)| cost.is_some()),
        }
    }

    fn take(&self, record: &csv::StringRecord, rows: &mut Rows) -> Result<(), String> {
        let text = |at: Option<usize>| {
            at.and_then(|at| record.get(at)).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let number = |at: usize| -> Result<Option<f64>, String> {
            let Some(text) = text(Some(at)) else { return Ok(None) };
            match text.to_ascii_lowercase().as_str() {
                "true" => Ok(Some(1.0)),
                "false" => Ok(Some(0.0)),
                _ => match text.parse::<f64>() {
                    Ok(number) if number.is_finite() => Ok(Some(number)),
                    _ => Err(format!("`{text}` is no number")),
                },
            }
        };
        let (group, subset) = (text(self.group), text(self.subset));
        let place = match &self.models {
            // The rows of an item need not stand together.
            Models::Long { .. } => {
                let item = text(self.item).ok_or("the row names no item")?;
                (group.clone(), subset.clone(), item)
            }
            Models::Wide(_) => (None, None, rows.rows.to_string()),
        };
        let mut found = Vec::new();
        match &self.models {
            Models::Long { model, score, cost } => {
                let model = text(Some(*model)).ok_or("the row names no model")?;
                let score = number(*score)?.ok_or("the row has no score")?;
                found.push((model, score, cost.map(number).transpose()?.flatten()));
            }
            Models::Wide(models) => {
                for (model, score, cost) in models {
                    if let Some(score) = number(*score)? {
                        found.push((model.clone(), score, cost.map(number).transpose()?.flatten()));
                    }
                }
            }
        }
        if let Some((model, ..)) = found.iter().find(|(_, _, cost)| cost.is_some_and(|cost| cost < 0.0)) {
            return Err(format!("the cost of `{model}` is less than nothing"));
        }
        let item = rows.item(place, group, subset);
        for (name, at) in self.others.iter().map(|(at, name)| (name, *at)) {
            if let Ok(Some(value)) = number(at) {
                rows.others.entry(name.clone()).or_default().insert(item, value);
            }
        }
        for (model, score, cost) in found {
            let model = rows.model(model);
            if rows.cells.insert((model, item), (score, cost)).is_some() {
                return Err(format!(
                    "a second score of `{}` for the same item: it replaces the first",
                    rows.models[model]
                ));
            }
        }
        Ok(())
    }
}

/// The models of a wide table.
fn wide(header: &[String]) -> Vec<(String, usize, Option<usize>)> {
    let column = |name: &str| header.iter().position(|title| title == name);
    let cost_of = |model: &str| COSTS.iter().find_map(|end| column(&format!("{model}{end}")));
    let mut models = Vec::new();
    for (at, title) in header.iter().enumerate() {
        let ended = SCORES.iter().find_map(|end| title.strip_suffix(end));
        // Some tables name the column of scores by the model alone.
        let bare = cost_of(title).is_some().then_some(title.as_str());
        if let Some(model) = ended.or(bare).filter(|model| !model.is_empty()) {
            models.push((model.to_owned(), at, cost_of(model)));
        }
    }
    models
}

/// A score, and what it cost.
type Outcome = (f64, Option<f64>);

/// Group, subset and name of an item.
type Place = (Option<String>, Option<String>, String);

#[derive(Default)]
struct Rows {
    rows: u64,
    rejects: Vec<(u64, String)>,
    models: Vec<String>,
    items: HashMap<Place, usize>,
    groups: Vec<(Option<String>, Option<String>)>,
    cells: HashMap<(usize, usize), Outcome>,
    others: BTreeMap<String, HashMap<usize, f64>>,
}

impl Rows {
    fn item(&mut self, place: Place, group: Option<String>, subset: Option<String>) -> usize {
        let next = self.groups.len();
        let item = *self.items.entry(place).or_insert(next);
        if item == next {
            self.groups.push((group, subset));
        }
        item
    }

    fn model(&mut self, name: String) -> usize {
        self.models.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.models.push(name);
            self.models.len() - 1
        })
    }

    /// The items for which every model has a score and, where there are costs, a cost.
    fn graded(self, costs: bool) -> Graded {
        let complete = |item: &usize| {
            (0..self.models.len()).all(|model| {
                self.cells.get(&(model, *item)).is_some_and(|(_, cost)| !costs || cost.is_some())
            })
        };
        let items: Vec<usize> = (0..self.groups.len()).filter(complete).collect();
        let cells = |get: fn(&Outcome) -> f64| -> Vec<Vec<f64>> {
            let of = |model: usize| -> Vec<f64> {
                items.iter().filter_map(|item| self.cells.get(&(model, *item))).map(get).collect()
            };
            (0..self.models.len()).map(of).collect()
        };
        // A column with a number for every item may be a router's.
        let others = self.others.iter().filter_map(|(name, values)| {
            let values: Option<Vec<f64>> = items.iter().map(|item| values.get(item).copied()).collect();
            Some((name.clone(), values?))
        });
        Graded {
            scores: cells(|(score, _)| *score),
            costs: if costs { cells(|(_, cost)| cost.unwrap_or(f64::NAN)) } else { Vec::new() },
            groups: items.iter().map(|item| self.groups[*item].0.clone()).collect(),
            subsets: items.iter().map(|item| self.groups[*item].1.clone()).collect(),
            others: others.collect(),
            incomplete: (self.groups.len() - items.len()) as u64,
            rows: self.rows,
            rejects: self.rejects,
            models: self.models,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_long_tables_of_the_same_outcomes_agree() {
        let wide = parse("w", "benchmark,idx,a_correct,b_correct\nm,0,1,1\nm,1,0,1\n").expect("scores");
        let long = parse("l", "benchmark,item,model,score\nm,0,a,1\nm,1,a,0\nm,1,b,1\nm,0,b,true\n")
            .expect("scores");
        assert_eq!((&wide.models, &wide.scores), (&long.models, &long.scores));
        assert_eq!(wide.groups, long.groups);
        assert_eq!(wide.scores, [[1.0, 0.0], [1.0, 1.0]]);
        assert!(wide.costs.is_empty());
    }

    #[test]
    fn models_with_costs_beside_them_need_no_ending() {
        let text =
            "sample_id,eval_name,x/a,x/b,x/a|total_cost,x/b|total_cost,threshold\ns,q,0.5,1,0.001,0.02,0.7\n";
        let graded = parse("rb", text).expect("scores");
        assert_eq!(graded.models, ["x/a", "x/b"]);
        assert_eq!(graded.costs, [[0.001], [0.02]]);
        assert_eq!(graded.groups, [Some("q".to_owned())]);
        assert_eq!(graded.others["threshold"], [0.7]);
    }

    #[test]
    fn rows_that_say_nothing_are_named_and_items_without_a_score_compared_by_no_one() {
        let text = "idx,a_score,b_score\n0,1,0\n1,,1\n2,x,1\n3,1,1\n";
        let graded = parse("t", text).expect("scores");
        assert_eq!((graded.rows, graded.incomplete), (4, 1));
        assert_eq!(graded.rejects, [(4, "`x` is no number".to_owned())]);
        assert_eq!(graded.scores, [[1.0, 1.0], [0.0, 1.0]]);
    }

    #[test]
    fn a_table_without_models_is_refused_with_what_it_has() {
        let error = parse("t", "a,b\n1,2\n").expect_err("no scores").to_string();
        assert!(error.contains("its columns are a, b"), "{error}");
    }
}
