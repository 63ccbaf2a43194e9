//! The page of `scores fit`.

use super::SHOWN;
use crate::inputs::models::Models;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::{counted, number};
use crate::simulation::capability::{
    Capabilities, CrossValidation, Discounts, FittedBenchmark, KindScale, Subject,
};
use crate::units::TaskKind;

/// What was fitted.
pub struct Fit<'a> {
    /// Kind of tasks.
    pub kind: TaskKind,
    /// The scales.
    pub capabilities: &'a Capabilities,
    /// Errors on benchmarks that were left out, of the general scale.
    pub cross_validation: Option<&'a CrossValidation>,
    /// Model identity.
    pub models: &'a Models,
    /// How scores were discounted.
    pub discounts: Discounts,
    /// Whether models without a score are guessed.
    pub inferred: bool,
}

/// The page.
pub fn fit(fit: &Fit<'_>) -> Page {
    let empty = KindScale::default();
    let scale = fit.capabilities.scale(fit.kind).unwrap_or(&empty);
    let mut sections = vec![quality(fit, scale), ranked(fit, scale), benchmarks(scale)];
    if fit.inferred {
        sections.insert(2, guessed(fit));
    }
    let best = scale.ranked().into_iter().find_map(|(subject, of)| Some((known(fit, subject)?, of)));
    let claim = match best {
        Some((name, of)) => format!(
            "{}: {} is the most able model, at {} ± {} logits, by {} of {} on {}",
            fit.kind.word(),
            name,
            number(of.value),
            number(of.error),
            counted(scale.scores as u64, "score"),
            counted(scale.ranked().len() as u64, "model"),
            counted(scale.benchmarks.len() as u64, "benchmark"),
        ),
        None => format!("{}: no model has a score", fit.kind.word()),
    };
    Page { command: "scores fit", claim, sections }
}

fn known<'a>(fit: &Fit<'a>, subject: &Subject) -> Option<&'a str> {
    match subject {
        Subject::Model(id) => Some(fit.models.get(*id).id.as_str()),
        Subject::Name(_) => None,
    }
}

fn quality(fit: &Fit<'_>, scale: &KindScale) -> Section {
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let mut facts = vec![
        line(
            "fitted",
            vec![
                Item::counted("scores", scale.scores as u64, "score of", "scores of"),
                Item::counted("models", scale.ranked().len() as u64, "model on", "models on"),
                Item::counted("benchmarks", scale.benchmarks.len() as u64, "benchmark", "benchmarks"),
            ],
        ),
        line(
            "noise",
            vec![Item::new(
                "noise",
                Value::Score(scale.noise),
                "of a share: standard deviation of a score around the fit",
            )],
        ),
    ];
    if scale.spread > 0.0 {
        facts.push(line(
            "between kinds",
            vec![Item::new(
                "spread",
                Value::Score(scale.spread),
                "logits: how much models differ between this kind and the others",
            )],
        ));
    }
    let errors = fit.cross_validation.and_then(|left| Some((left, left.errors()?)));
    if let Some((left, [model, mean, two_way])) = errors {
        facts.push(line(
            "benchmarks left out",
            vec![
                Item::new("left_out", Value::Count(left.benchmarks.len() as u64), "in turn"),
                Item::new(
                    "left_out_error",
                    Value::Score(model),
                    "root mean squared error of a score against",
                ),
                Item::new(
                    "left_out_mean_error",
                    Value::Score(mean),
                    "by the mean of the model's other scores",
                ),
                Item::new(
                    "left_out_two_way_error",
                    Value::Score(two_way),
                    "by that and the benchmark's mean",
                ),
            ],
        ));
    }
    let discounts = fit.discounts;
    let notes = vec![format!(
        "score = f + (1 − f)·σ(a·(C − D)), f what guessing scores; before the fit scores are discounted by {} on private, {} on rolling, {} on public and {} on contaminated questions, and {} more where a model was tuned",
        discounts.private, discounts.rolling, discounts.public, discounts.contaminated, discounts.tuned
    )];
    Section { key: "fit", title: "Fit".to_owned(), body: Body::Facts(facts), notes }
}

fn ranked(fit: &Fit<'_>, scale: &KindScale) -> Section {
    let rows = scale.ranked().into_iter().enumerate().map(|(at, (subject, of))| {
        let name = match subject {
            Subject::Model(id) => fit.models.get(*id).id.clone(),
            Subject::Name(name) => format!("({name})"),
        };
        vec![
            Value::Count(at as u64 + 1),
            Value::Text(name),
            Value::Number(of.value),
            Value::Number(of.error),
            Value::Count(of.scores as u64),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let mut notes =
        vec!["names in brackets are no known models; they help to tell how hard benchmarks are".to_owned()];
    if rows.len() > SHOWN {
        notes.push(format!("{} more in --format json", counted((rows.len() - SHOWN) as u64, "model")));
    }
    let heads = vec![
        Head::new("rank", "", 0),
        Head::names("model", "model", 0),
        Head::new("capability", "capability", 0),
        Head::new("error", "standard error", 0),
        Head::new("scores", "scores", 1),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: SHOWN });
    Section { key: "capabilities", title: "Most able".to_owned(), body, notes }
}

fn guessed(fit: &Fit<'_>) -> Section {
    let rows = fit.models.iter().filter_map(|(id, model)| {
        let of = fit.capabilities.of(id, fit.kind).filter(|of| of.inferred)?;
        Some(vec![Value::Text(model.id.clone()), Value::Number(of.value), Value::Number(of.error)])
    });
    let mut rows: Vec<Vec<Value>> = rows.collect();
    let value = |row: &[Value]| if let Value::Number(value) = row[1] { value } else { f64::NAN };
    rows.sort_by(|a, b| value(b).total_cmp(&value(a)));
    let heads = vec![
        Head::names("model", "model", 0),
        Head::new("capability", "capability", 0),
        Head::new("error", "standard error", 0),
    ];
    let notes =
        vec!["guessed from the trend of the line that they belong to: no benchmark has them".to_owned()];
    let body = Body::Grid(Grid { heads, rows, shown: SHOWN });
    Section { key: "inferred", title: "Guessed".to_owned(), body, notes }
}

/// The benchmarks, those that disagree most with the others first.
fn benchmarks(scale: &KindScale) -> Section {
    let mut sorted: Vec<&FittedBenchmark> = scale.benchmarks.iter().collect();
    sorted.sort_by(|a, b| b.error.total_cmp(&a.error).then_with(|| a.id.cmp(&b.id)));
    let rows = sorted.into_iter().map(|benchmark| {
        vec![
            Value::Text(benchmark.id.clone()),
            benchmark.version.clone().map_or(Value::Nothing, Value::Text),
            Value::Count(benchmark.models as u64),
            Value::Number(benchmark.slope),
            Value::Number(benchmark.difficulty),
            Value::Score(benchmark.error),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let mut notes = vec![
        "slope: how much it tells models apart, 1 on average; difficulty: the capability that solves half"
            .to_owned(),
    ];
    if rows.len() > SHOWN {
        notes.push(format!("{} more in --format json", counted((rows.len() - SHOWN) as u64, "benchmark")));
    }
    let heads = vec![
        Head::names("benchmark", "benchmark", 0),
        Head::new("version", "edition", 2),
        Head::new("models", "models", 1),
        Head::new("slope", "slope", 0),
        Head::new("difficulty", "difficulty", 0),
        Head::new("error", "error of a score", 0),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: SHOWN });
    Section { key: "benchmarks", title: "Benchmarks, those that disagree most first".to_owned(), body, notes }
}
