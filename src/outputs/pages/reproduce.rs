//! The page of `reproduce`: published figures beside their recomputation.

use crate::inputs::published::Study;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::simulation::reproduce::{Changed, Reproduced, Reproduction};

/// Rows that people are shown.
const SHOWN: usize = 60;

/// The page.
pub fn page(study: &Study, found: &Reproduction) -> Page {
    let follow = found.figures.iter().filter(|figure| figure.follows).count();
    let claim = format!(
        "{}: {follow} of {} follow from the published inputs",
        study.about.id,
        counted(found.figures.len() as u64, "figure")
    );
    let mut sections = vec![about(study), figures(found)];
    if !found.changed.is_empty() {
        sections.push(changed(&found.changed, &study.about.unit));
    }
    sections.push(hidden(study));
    Page { command: "reproduce", claim, sections }
}

/// The page of all tables.
pub fn list(studies: &[Study]) -> Page {
    let rows = studies.iter().map(|study| {
        vec![
            Value::Text(study.about.id.clone()),
            Value::Text(study.about.title.clone()),
            Value::Text(study.about.date.clone()),
            Value::Text(study.about.source.clone()),
        ]
    });
    let heads = vec![
        Head::names("study", "name", 0),
        Head::new("title", "title", 0),
        Head::new("date", "date", 1),
        Head::new("source", "source", 2),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    let section = Section { key: "studies", title: "Published tables".to_owned(), body, notes: Vec::new() };
    let claim = format!("{} can be computed again", counted(studies.len() as u64, "published table"));
    Page { command: "reproduce", claim, sections: vec![section] }
}

fn about(study: &Study) -> Section {
    let line = |label: &str, key: &'static str, text: &str| Fact {
        label: label.to_owned(),
        items: vec![Item::new(key, Value::from(text), "")],
    };
    let facts = vec![
        line("title", "title", &study.about.title),
        line("source", "source", &study.about.source),
        line("date", "date", &study.about.date),
    ];
    Section { key: "study", title: "Published".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}

fn figures(found: &Reproduction) -> Section {
    let row = |figure: &Reproduced| {
        vec![
            Value::Text(figure.case.clone()),
            Value::Number(figure.published),
            figure.recomputed.map_or(Value::from("never"), Value::Number),
            Value::Text(figure.unit.clone()),
            Value::from(if figure.follows { "yes" } else { "no" }),
            figure.explained.clone().map_or(Value::Nothing, Value::Text),
        ]
    };
    let heads = vec![
        Head::new("case", "case", 0),
        Head::new("published", "published", 0),
        Head::new("recomputed", "computed again", 0),
        Head::new("unit", "unit", 2),
        Head::new("follows", "follows", 0),
        Head::new("explained", "what explains it", 1),
    ];
    let rows: Vec<Vec<Value>> = found.figures.iter().map(row).collect();
    let mut notes = Vec::new();
    if rows.len() > SHOWN {
        notes.push(format!("{} more in --format json", counted((rows.len() - SHOWN) as u64, "figure")));
    }
    let body = Body::Grid(Grid { heads, rows, shown: SHOWN });
    Section { key: "figures", title: "Figures".to_owned(), body, notes }
}

fn changed(changed: &[Changed], unit: &str) -> Section {
    let rows = changed.iter().map(|changed| {
        let number = |figure: Option<f64>| figure.map_or(Value::from("never"), Value::Number);
        vec![
            Value::Text(changed.what.clone()),
            number(changed.before),
            number(changed.after),
            Value::Count(changed.never as u64),
            Value::Count(changed.of as u64),
        ]
    });
    let heads = vec![
        Head::new("what", "if one says", 0),
        Head::new("before", format!("median, {unit}"), 1),
        Head::new("after", "becomes", 0),
        Head::new("never", "never", 0),
        Head::new("of", "of", 1),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "changed", title: "What was not said".to_owned(), body, notes: Vec::new() }
}

fn hidden(study: &Study) -> Section {
    // A table that contradicts itself is told, too.
    let differ = study.gpus.iter().filter(|gpu| (gpu.watts_stated - gpu.watts_implied).abs() > 0.5);
    let differ = differ.map(|gpu| {
        format!(
            "power of a {}: {} watts in the table of machines, {} in that of electricity",
            gpu.id, gpu.watts_stated, gpu.watts_implied
        )
    });
    let rows = differ.chain(study.hidden.iter().map(|hidden| hidden.what.clone()));
    let rows = rows.map(|what| vec![Value::Text(what)]);
    let heads = vec![Head::new("what", "assumption", 0)];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "hidden", title: "Assumed in it".to_owned(), body, notes: Vec::new() }
}
