//! The page of `init`: what was found, and what to do next.

use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;

/// A log that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How the project names it.
    pub name: String,
    /// Where it lies.
    pub path: String,
    /// What it is.
    pub what: String,
    /// Its calls.
    pub calls: u64,
}

fn facts(key: &'static str, title: &str, lines: Vec<(&str, &str)>) -> Section {
    let facts = lines.into_iter().map(|(label, text)| Fact {
        label: label.to_owned(),
        items: vec![Item::new("command", Value::from(text), "")],
    });
    Section { key, title: title.to_owned(), body: Body::Facts(facts.collect()), notes: Vec::new() }
}

/// A file that was written.
pub fn written(out: &str, found: &[Seen], workloads: usize) -> Page {
    let rows = found.iter().map(|seen| {
        vec![Value::Text(seen.name.clone()), Value::Text(seen.what.clone()), Value::Count(seen.calls)]
    });
    let heads = vec![
        Head::names("log", "log", 0),
        Head::new("what", "what it is", 1),
        Head::new("calls", "calls", 0),
    ];
    let logs = Section {
        key: "logs",
        title: "Found".to_owned(),
        body: Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX }),
        notes: Vec::new(),
    };
    let next = facts(
        "next",
        "Next",
        vec![
            ("first", "switchpoint audit"),
            ("then", "say what is known of your workloads in the file, and `switchpoint assess`"),
            ("for others", "switchpoint report"),
        ],
    );
    let claim = format!(
        "{out} written: {}, {}",
        counted(found.len() as u64, "log"),
        counted(workloads as u64, "workload")
    );
    Page { command: "init", claim, sections: vec![logs, next] }
}

/// Nothing was found.
pub fn nothing(places: &[(&str, &str)]) -> Page {
    let looked = places.iter().map(|(place, what)| Fact {
        label: (*what).to_owned(),
        items: vec![Item::new("place", Value::Text(format!("~/{place}")), "")],
    });
    let section = Section {
        key: "places",
        title: "Looked at".to_owned(),
        body: Body::Facts(looked.collect()),
        notes: vec![
            "name logs: switchpoint init spend_logs.json".to_owned(),
            "or see the sample: switchpoint audit".to_owned(),
        ],
    };
    Page {
        command: "init",
        claim: "no log was found, nothing was written".to_owned(),
        sections: vec![section],
    }
}
