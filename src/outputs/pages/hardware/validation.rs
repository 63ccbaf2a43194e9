//! The page of `deployments validate`.

use std::collections::BTreeMap;

use crate::inputs::hardware::measurements::Load;
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::simulation::hosting::validate::Judged;

/// Rows that people are shown of what was lost.
const SHOWN: usize = 12;

/// The page: measurements of each table (its name first) against what would have been said of them.
pub fn validate(tables: &[(String, Vec<Judged>)], problems: &[(String, u64, String)]) -> Page {
    let mut rows = Vec::new();
    let mut all = Errors::default();
    for (table, judged) in tables {
        let mut machines: BTreeMap<&str, Errors> = BTreeMap::new();
        for one in judged {
            machines.entry(&one.machine).or_default().add(one);
            all.add(one);
        }
        rows.extend(machines.into_iter().map(|(machine, errors)| {
            let mut row = vec![Value::Text(table.clone()), Value::Text(machine.to_owned())];
            row.extend(errors.row());
            row
        }));
    }
    let heads = vec![
        Head::names("table", "table", 1),
        Head::names("machine", "machine", 0),
        Head::new("measured", "measured", 2),
        Head::new("pressed", "pressed", 0),
        Head::new("principles_median", "principles", 0),
        Head::new("principles_worst", "worst", 0),
        Head::hidden("principles_all_median"),
        Head::hidden("left_out_predicted"),
        Head::new("left_out_median", "left out", 0),
        Head::new("left_out_worst", "worst", 0),
    ];
    let claim = format!(
        "{}: from first principles the median error is {} and the worst {}; with the others of the same deployment known {} and {}",
        counted(all.measured as u64, "measurement"),
        percent(median(&all.principles)),
        percent(worst(&all.principles)),
        percent(median(&all.left_out)),
        percent(worst(&all.left_out)),
    );
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let notes = vec![
        "output tokens a second, predicted over measured: the median of the errors without their signs, and the worst. Pressed: not those that \
         kept up with a rate of arrivals, which is easy to predict; the errors are of pressed ones"
            .to_owned(),
        "principles: nothing measured is known of the deployment, and no default was fitted to such rows; left out: each by the others of its deployment"
            .to_owned(),
    ];
    let section = Section { key: "validation", title: "Predicted against measured".to_owned(), body, notes };
    let mut sections = vec![section, each(tables)];
    let mut lost: Vec<(String, u64, String)> = problems.to_vec();
    for (table, judged) in tables {
        for (at, one) in (1..).zip(judged) {
            if let Err(problem) = &one.principles {
                lost.push((table.clone(), at, problem.clone()));
            }
        }
    }
    if !lost.is_empty() {
        sections.push(self::lost(&lost));
    }
    Page { command: "deployments validate", claim, sections }
}

/// Every measurement, those first of which first principles are furthest off.
fn each(tables: &[(String, Vec<Judged>)]) -> Section {
    let mut all: Vec<(&str, &Judged, f64)> = tables
        .iter()
        .flat_map(|(table, judged)| judged.iter().map(move |one| (table.as_str(), one)))
        .filter_map(|(table, one)| Some((table, one, *one.principles.as_ref().ok()?)))
        .collect();
    all.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    let rows: Vec<Vec<Value>> = all
        .into_iter()
        .map(|(table, one, error)| {
            let m = &one.measurement;
            let load = match m.load {
                Load::AtOnce(calls) => format!("{calls} at once"),
                Load::Rate(rate) => format!("{rate} a second"),
                Load::Most => "as many as it takes".to_owned(),
            };
            vec![
                Value::Text(table.to_owned()),
                Value::Text(m.model.clone()),
                Value::Text(format!("{}× {}", m.count, one.machine)),
                Value::Text(m.precision.clone()),
                Value::Text(m.engine.clone()),
                Value::Number(m.input),
                Value::Number(m.output),
                Value::Text(load),
                Value::Number(m.output_tok_s),
                Value::Change(error),
                one.left_out.map_or(Value::Nothing, Value::Change),
            ]
        })
        .collect();
    let heads = vec![
        Head::names("table", "table", 4),
        Head::names("model", "model", 0),
        Head::names("on", "on", 0),
        Head::new("precision", "precision", 3),
        Head::new("engine", "engine", 5),
        Head::new("input", "input", 1),
        Head::new("output", "output", 1),
        Head::new("load", "load", 2),
        Head::new("measured_tok_s", "measured", 0),
        Head::new("principles_error", "first principles", 0),
        Head::new("left_out_error", "left out", 1),
    ];
    let shown = SHOWN.min(rows.len());
    let body = Body::Grid(Grid { heads, rows, shown });
    let notes = vec!["the furthest off first; all in --format json".to_owned()];
    Section { key: "measurements", title: "Furthest off".to_owned(), body, notes }
}

/// The section of measurements that could not be used.
pub fn lost(problems: &[(String, u64, String)]) -> Section {
    let rows = problems.iter().map(|(file, line, problem)| {
        vec![Value::Text(file.clone()), Value::Count(*line), Value::Text(problem.clone())]
    });
    let heads =
        vec![Head::names("file", "file", 0), Head::new("row", "row", 0), Head::new("problem", "problem", 0)];
    let rows: Vec<Vec<Value>> = rows.collect();
    let hidden = rows.len().saturating_sub(SHOWN);
    let notes = if hidden > 0 { vec![format!("{hidden} more in --format json")] } else { Vec::new() };
    let shown = SHOWN.min(rows.len());
    let body = Body::Grid(Grid { heads, rows, shown });
    Section { key: "not_used", title: "Not used".to_owned(), body, notes }
}

#[derive(Default)]
struct Errors {
    measured: usize,
    pressed: usize,
    principles: Vec<f64>,
    all: Vec<f64>,
    left_out: Vec<f64>,
}

impl Errors {
    fn add(&mut self, one: &Judged) {
        self.measured += 1;
        self.pressed += usize::from(one.pressed);
        if let Ok(error) = one.principles {
            self.all.push(error);
            if one.pressed {
                self.principles.push(error);
            }
        }
        self.left_out.extend(one.left_out);
    }

    fn row(&self) -> Vec<Value> {
        let part = |error: Option<f64>| error.map_or(Value::Nothing, Value::Change);
        let size =
            |error: Option<f64>| error.map_or(Value::Nothing, |error| Value::Text(percent(Some(error))));
        vec![
            Value::Count(self.measured as u64),
            Value::Count(self.pressed as u64),
            size(median(&self.principles)),
            part(worst(&self.principles)),
            size(median(&self.all)),
            Value::Count(self.left_out.len() as u64),
            size(median(&self.left_out)),
            part(worst(&self.left_out)),
        ]
    }
}

/// The median of the sizes of errors; of an even number the mean of the middle two.
fn median(errors: &[f64]) -> Option<f64> {
    let mut sizes: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let upper = *sizes.get(sizes.len() / 2)?;
    let lower = sizes[(sizes.len() - 1) / 2];
    Some(0.5 * (lower + upper))
}

/// The largest error by its size, with its sign.
fn worst(errors: &[f64]) -> Option<f64> {
    errors.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs()))
}

fn percent(error: Option<f64>) -> String {
    error.map_or_else(|| "unknown".to_owned(), |error| format!("{:.0}%", error * 100.0))
}
