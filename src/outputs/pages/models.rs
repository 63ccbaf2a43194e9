//! How raw names lead to models.

use crate::inputs::models::{LicenseClass, Models, Step};
use crate::inputs::spelling;
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::wording::counted;

/// The page of `models resolve`: each name with the steps that were tried.
pub fn resolve(names: &[(String, Vec<Step>)], models: &Models) -> Page {
    let found = |steps: &[Step]| steps.iter().find_map(|step| step.model);
    let unknown = names.iter().filter(|(_, steps)| found(steps).is_none()).count();
    let claim = match unknown {
        0 => format!("{} known", counted(names.len() as u64, "name")),
        unknown => format!("{unknown} of {} lead to no known model", counted(names.len() as u64, "name")),
    };
    let nearest = |name: &str| {
        let ids = models.iter().map(|(_, model)| model.id.as_str());
        spelling::nearest(name, ids).map_or(Value::Nothing, Value::from)
    };
    let rows = names.iter().map(|(name, steps)| match found(steps).map(|id| models.get(id)) {
        None => vec![
            Value::Text(name.clone()),
            Value::Unknown,
            nearest(name),
            Value::Nothing,
            Value::Nothing,
            Value::Nothing,
            Value::Nothing,
        ],
        Some(model) => vec![
            Value::Text(name.clone()),
            Value::Text(model.id.clone()),
            Value::Nothing,
            Value::Text(model.name.clone()),
            Value::Text(model.lab.clone()),
            Value::from(weights(model.license_class)),
            Value::Text(model.license.clone()),
        ],
    });
    let heads = vec![
        Head::names("name", "name", 0),
        Head::names("model", "model", 0),
        Head::names("nearest", "did you mean", 1),
        Head::new("title", "called", 2),
        Head::new("lab", "lab", 1),
        Head::new("weights", "weights", 1),
        Head::new("license", "licence", 2),
    ];
    let mut sections = vec![section("models", "Models".to_owned(), heads, rows.collect())];
    sections.push(steps_section(names, models));
    Page { command: "models resolve", claim, sections }
}

fn weights(class: LicenseClass) -> &'static str {
    match class {
        LicenseClass::Closed => "closed",
        LicenseClass::Osi => "open, OSI licence",
        LicenseClass::Custom => "open, licence of its own",
        LicenseClass::NonCommercial => "open, not for commercial use",
        LicenseClass::Unknown => "open, licence unknown",
    }
}

fn steps_section(names: &[(String, Vec<Step>)], models: &Models) -> Section {
    let rows = names.iter().flat_map(|(name, steps)| {
        steps.iter().enumerate().map(move |(index, step)| {
            vec![
                Value::Text(name.clone()),
                Value::Count(index as u64 + 1),
                Value::from(step.rule),
                Value::Text(step.form.clone()),
                step.model.map_or_else(|| Value::from("no"), |id| Value::Text(models.get(id).id.clone())),
            ]
        })
    });
    let heads = vec![
        Head::names("name", "name", 1),
        Head::new("step", "step", 1),
        Head::new("rule", "what was tried", 0),
        Head::names("form", "form", 0),
        Head::names("model", "is a model", 0),
    ];
    section("steps", "Steps, the first that is a name of a model decides".to_owned(), heads, rows.collect())
}

fn section(key: &'static str, title: String, heads: Vec<Head>, rows: Vec<Vec<Value>>) -> Section {
    let grid = Grid { heads, rows, shown: usize::MAX };
    Section { key, title, body: Body::Grid(grid), notes: Vec::new() }
}
