//! The page of `report`: which files were written.

use crate::outputs::page::{Body, Fact, Item, Page, Section, Value};
use crate::outputs::wording::counted;

/// Files that were written, the report itself first.
pub fn written(claim: String, files: &[String], more: Vec<Section>) -> Page {
    let fact = |(at, file): (usize, &String)| Fact {
        label: if at == 0 { "report" } else { "beside it" }.to_owned(),
        items: vec![Item::new("file", Value::Text(file.clone()), "")],
    };
    page(claim, files.iter().enumerate().map(fact).collect(), more)
}

/// A template that was written.
pub fn template(folder: &str, files: &[String]) -> Page {
    let items = files.iter().map(|file| Item::new("file", Value::Text(file.clone()), ""));
    let facts = vec![Fact { label: "files".to_owned(), items: items.collect() }];
    let claim = format!(
        "{} written to {folder}; change what is to be different, then --template {folder}",
        counted(files.len() as u64, "file")
    );
    page(claim, facts, Vec::new())
}

/// Pages of the manual that were written.
pub fn manual(folder: &str, files: &[String]) -> Page {
    let claim = format!("{} written to {folder}", counted(files.len() as u64, "page"));
    Page { command: "man", ..page(claim, Vec::new(), Vec::new()) }
}

fn page(claim: String, facts: Vec<Fact>, more: Vec<Section>) -> Page {
    let files =
        Section { key: "files", title: "Written".to_owned(), body: Body::Facts(facts), notes: Vec::new() };
    Page { command: "report", claim, sections: std::iter::once(files).chain(more).collect() }
}
