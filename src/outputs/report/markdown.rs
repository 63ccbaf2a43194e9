//! A report as Markdown, with its pictures as files beside it.

use std::fmt::Write as _;

use super::{Part, Picture, Report, ReportError, Set};
use crate::inputs::manual::Step;
use crate::inputs::stationery::Stationery;
use crate::outputs::formats::{escaped_markdown as escaped, markdown_section};
use crate::outputs::wording::{Place, clean, value};

/// Sets a report; pictures are named below `folder`.
pub(super) fn set(report: &Report, stationery: &Stationery, folder: &str) -> Result<Set, ReportError> {
    let summary = &report.summary;
    let brand = &stationery.brand;
    let mut text = format!("# {}\n\n", words(&brand.title));
    let company =
        if brand.company.is_empty() { String::new() } else { format!("{} · ", words(&brand.company)) };
    let _ = write!(
        text,
        "{company}{} · {} · {}\n\n## Summary\n\n**{}**\n\n",
        words(&report.about),
        report.date,
        report.maker,
        words(&summary.claim)
    );
    for (label, item) in &summary.figures {
        let _ = writeln!(
            text,
            "- {label}: **{}** {}",
            words(&value(&item.value, Place::Column)),
            words(&item.words)
        );
    }
    list(&mut text, "What to do", &summary.decisions);
    let _ = write!(text, "\n### {}\n\n", words(&summary.moves.title));
    markdown_section(&mut text, &summary.moves);
    list(&mut text, "What it depends on", &summary.provisos);
    for chapter in &report.chapters {
        let _ = write!(text, "\n## {}\n\n{}\n", chapter.title, words(&chapter.claim));
        for part in &chapter.parts {
            match part {
                Part::Section(section) => {
                    let _ = write!(text, "\n### {}\n\n", words(&section.title));
                    markdown_section(&mut text, section);
                }
                Part::Picture(picture) => {
                    let _ = write!(text, "\n![{}](<{}>)\n", words(&picture.alt), file_of(picture, folder));
                }
                Part::Step(step) => method(&mut text, step),
            }
        }
    }
    let mut beside = Vec::new();
    for picture in report.pictures() {
        let name = file_of(picture, folder);
        if beside.iter().all(|(known, _)| *known != name) {
            beside.push((name, outlined(picture)?));
        }
    }
    Ok(Set { main: text.into_bytes(), beside })
}

fn words(text: &str) -> String {
    escaped(&clean(text))
}

fn list(text: &mut String, title: &str, lines: &[String]) {
    let _ = write!(text, "\n### {title}\n\n");
    for line in lines {
        let _ = writeln!(text, "- {}", words(line));
    }
}

fn method(text: &mut String, step: &Step) {
    let _ = write!(text, "\n### {}\n\n{}\n", words(&step.title), words(&step.text));
    for formula in &step.formulas {
        let _ = write!(text, "\n    {formula}\n");
    }
    if !step.sources.is_empty() {
        let _ = write!(text, "\n_{}_\n", words(&step.sources.join("; ")));
    }
}

fn file_of(picture: &Picture, folder: &str) -> String {
    format!("{folder}/{}.svg", picture.name)
}

#[cfg(feature = "charts")]
fn outlined(picture: &Picture) -> Result<Vec<u8>, ReportError> {
    let drawn = crate::outputs::charts::file::outlined(&picture.svg);
    Ok(drawn.map_err(|error| ReportError::Picture(error.to_string()))?.into_bytes())
}

#[cfg(not(feature = "charts"))]
fn outlined(picture: &Picture) -> Result<Vec<u8>, ReportError> {
    Ok(picture.svg.as_bytes().to_vec())
}
