//! The report for those who sign: a summary of one page, chapters of what was found, and what it rests on. It is a value like a
//! page; it is set as PDF, as HTML or as Markdown.

mod chapters;
mod data;
mod html;
mod markdown;
#[cfg(feature = "pdf")]
mod pdf;
mod summary;

use thiserror::Error;

use crate::inputs::logs::report::LoadReport;
use crate::inputs::manual::Step;
use crate::inputs::stationery::Stationery;
use crate::outputs::Provenance;
use crate::outputs::findings::Finding;
use crate::outputs::page::{Item, Section};
use crate::outputs::results::Results;

pub use self::chapters::report;

/// A form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Pages: tagged, archivable, with text that can be selected.
    #[cfg(feature = "pdf")]
    Pdf,
    /// One file with everything inside.
    Html,
    /// For wikis; its pictures are files beside it.
    Markdown,
}

/// Every form with its name and the endings of its files; the first is what a report is without a word.
pub const FORMS: &[(&str, Form, &[&str])] = &[
    #[cfg(feature = "pdf")]
    ("pdf", Form::Pdf, &["pdf"]),
    ("html", Form::Html, &["html", "htm"]),
    ("markdown", Form::Markdown, &["md", "markdown"]),
];

/// What a report is made from.
pub struct Contents<'a> {
    /// What was found out.
    pub of: Results<'a>,
    /// What was read.
    pub load: &'a LoadReport,
    /// What to know about it.
    pub findings: &'a [Finding],
    /// Where it comes from.
    pub provenance: &'a Provenance,
    /// Whether the log is the sample.
    pub sample: bool,
    /// What the log is called, and which days it covers.
    pub about: String,
    /// Where the data comes from, for the foot of every chart.
    pub source: String,
    /// Days over which sessions without dates were placed.
    pub spread: Option<f64>,
}

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Which log it is about, and which days.
    pub about: String,
    /// Its day.
    pub date: chrono::NaiveDate,
    /// The program that made it.
    pub maker: String,
    /// The first page.
    pub summary: Summary,
    /// The rest.
    pub chapters: Vec<Chapter>,
}

/// What is read before signing.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The result in one sentence.
    pub claim: String,
    /// The numbers that matter: label, value and words.
    pub figures: Vec<(&'static str, Item)>,
    /// What is recommended.
    pub decisions: Vec<String>,
    /// The workloads that matter most.
    pub moves: Section,
    /// What it depends on.
    pub provisos: Vec<String>,
    /// The picture beside it.
    pub picture: Option<Picture>,
}

/// A chapter.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    /// Key in machine formats and links.
    pub key: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What was found, in one sentence.
    pub claim: String,
    /// What it holds.
    pub parts: Vec<Part>,
}

/// A part of a chapter.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Facts or a table.
    Section(Section),
    /// A picture.
    Picture(Picture),
    /// A step of the method.
    Step(Step),
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of the chart.
    pub name: &'static str,
    /// SVG with texts.
    pub svg: String,
    /// What it shows, in words.
    pub alt: String,
}

/// A report in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// The file.
    pub main: Vec<u8>,
    /// Files that it refers to: their names and what is in them.
    pub beside: Vec<(String, Vec<u8>)>,
}

/// Why a report cannot be set.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A template is missing or is not text.
    #[error("the template has no file `{0}` that is text")]
    Template(&'static str),
    /// A template is wrong, with its place.
    #[error("the template is wrong: {0}")]
    Wrong(String),
    /// A picture cannot be drawn.
    #[error("a picture cannot be drawn: {0}")]
    Picture(String),
    /// The texts in the program are not of their shape.
    #[error(transparent)]
    Manual(#[from] crate::inputs::toml_file::FileProblem),
}

impl Report {
    /// The report in a form. `folder` is the name of the folder for files beside it.
    ///
    /// # Errors
    /// When a template is wrong.
    pub fn set(&self, form: Form, stationery: &Stationery, folder: &str) -> Result<Set, ReportError> {
        let alone = |main: Vec<u8>| Set { main, beside: Vec::new() };
        match form {
            #[cfg(feature = "pdf")]
            Form::Pdf => pdf::set(self, stationery).map(alone),
            Form::Html => html::set(self, stationery).map(alone),
            Form::Markdown => markdown::set(self, stationery, folder),
        }
    }

    /// Every picture.
    fn pictures(&self) -> impl Iterator<Item = &Picture> {
        let parts = self.chapters.iter().flat_map(|chapter| &chapter.parts);
        let placed = parts.filter_map(|part| match part {
            Part::Picture(picture) => Some(picture),
            _ => None,
        });
        self.summary.picture.iter().chain(placed)
    }
}
