//! What templates are given: a report as words, already rounded. A template places text, it computes nothing.

use chrono::Datelike as _;
use serde_json::{Value as Json, json};

use super::{Chapter, Part, Picture, Report};
use crate::inputs::manual::Step;
use crate::inputs::stationery::Brand;
use crate::outputs::formats::{Room, fitting};
use crate::outputs::page::{Body, Grid, Section};
use crate::outputs::wording::{Place, capital, clean, sentence, value};

/// How texts and tables are put for one form.
pub(super) struct Setting<'a> {
    /// What is done to each text.
    pub text: &'a dyn Fn(&str) -> String,
    /// What a table may take; `None`: it may have every column.
    pub room: Option<Room>,
    /// What a template refers to a picture by.
    pub picture: &'a dyn Fn(&Picture) -> String,
}

/// Shortest and longest text that widens a column of words.
const WEIGHTS: (usize, usize) = (8, 42);
/// Longest text in a column of numbers that is not broken.
const UNBROKEN: usize = 16;

impl Setting<'_> {
    /// The report.
    pub(super) fn report(&self, report: &Report, brand: &Brand) -> Json {
        let summary = &report.summary;
        let figures = summary.figures.iter().map(|(label, item)| {
            json!({
                "label": self.words(label),
                "value": self.words(&value(&item.value, Place::Column)),
                "words": self.words(&item.words),
            })
        });
        json!({
            "brand": {
                "company": self.words(&brand.company),
                "title": self.words(&brand.title),
                "notice": self.words(&brand.notice),
                "logo": brand.logo,
                "accent": brand.accent,
                "paper": brand.paper,
                "signatures": self.all(&brand.signatures),
            },
            "title": self.words(&brand.title),
            "about": self.words(&report.about),
            "date": report.date.to_string(),
            "day": [report.date.year(), report.date.month() as i32, report.date.day() as i32],
            "maker": self.words(&report.maker),
            "summary": {
                "claim": self.words(&capital(&summary.claim)),
                "figures": figures.collect::<Vec<_>>(),
                "decisions": self.all(&summary.decisions),
                "moves": self.section(&summary.moves),
                "provisos": self.all(&summary.provisos.iter().map(|text| capital(text)).collect::<Vec<_>>()),
                "picture": summary.picture.as_ref().map(|picture| self.picture(picture)),
            },
            "chapters": report.chapters.iter().map(|chapter| self.chapter(chapter)).collect::<Vec<_>>(),
        })
    }

    fn words(&self, text: &str) -> String {
        (self.text)(&clean(text))
    }

    fn all(&self, texts: &[String]) -> Vec<String> {
        texts.iter().map(|text| self.words(text)).collect()
    }

    fn chapter(&self, chapter: &Chapter) -> Json {
        let parts = chapter.parts.iter().map(|part| match part {
            Part::Section(section) => self.section(section),
            Part::Picture(picture) => self.picture(picture),
            Part::Step(step) => self.step(step),
        });
        json!({
            "key": chapter.key,
            "title": self.words(chapter.title),
            "claim": self.words(&chapter.claim),
            "parts": parts.collect::<Vec<_>>(),
        })
    }

    fn picture(&self, picture: &Picture) -> Json {
        json!({
            "kind": "picture",
            "name": picture.name,
            "alt": self.words(&picture.alt),
            "source": (self.picture)(picture),
        })
    }

    fn step(&self, step: &Step) -> Json {
        json!({
            "kind": "step",
            "title": self.words(&step.title),
            "text": self.words(&step.text),
            "formulas": self.all(&step.formulas),
            "sources": self.all(&step.sources),
        })
    }

    fn section(&self, section: &Section) -> Json {
        let mut of = json!({
            "kind": "section",
            "key": section.key,
            "title": self.words(&capital(&section.title)),
            "notes": self.all(&section.notes.iter().map(|note| capital(note)).collect::<Vec<_>>()),
        });
        match &section.body {
            Body::Facts(facts) => {
                let facts = facts.iter().map(
                    |fact| json!({"label": self.words(&fact.label), "text": self.words(&sentence(fact))}),
                );
                of["facts"] = facts.collect();
            }
            Body::Grid(grid) => {
                let columns = self.room.map_or_else(|| Some(grid.visible()), |room| fitting(grid, room));
                match columns {
                    Some(columns) => of["table"] = self.table(grid, &columns),
                    None => of["records"] = self.records(grid),
                }
            }
        }
        of
    }

    fn rows<'a>(&'a self, grid: &'a Grid, columns: &'a [usize]) -> impl Iterator<Item = Vec<String>> + 'a {
        grid.rows.iter().take(grid.shown).map(move |row| {
            columns.iter().map(|column| self.words(&value(&row[*column], Place::Column))).collect()
        })
    }

    fn table(&self, grid: &Grid, columns: &[usize]) -> Json {
        let rows: Vec<Vec<String>> = self.rows(grid, columns).collect();
        let heads = columns.iter().enumerate().map(|(at, column)| {
            let letters = |text: &str| text.chars().count();
            let longest = rows.iter().map(|row| letters(&row[at])).max().unwrap_or(0);
            let title = &grid.heads[*column].title;
            let word = title.split(' ').map(letters).max().unwrap_or(0);
            json!({
                "title": self.words(title),
                "numeric": grid.is_numeric(*column),
                "letters": longest.min(UNBROKEN).max(word),
                "weight": longest.max(word).clamp(WEIGHTS.0, WEIGHTS.1),
            })
        });
        json!({"heads": heads.collect::<Vec<_>>(), "rows": rows})
    }

    fn records(&self, grid: &Grid) -> Json {
        let columns = grid.visible();
        let records = self.rows(grid, &columns).map(|row| {
            let labels = columns.iter().map(|column| self.words(&grid.heads[*column].title));
            labels.zip(row).map(|(label, text)| json!({"label": label, "text": text})).collect::<Vec<_>>()
        });
        records.map(Json::from).collect()
    }
}
