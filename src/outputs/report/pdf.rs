//! A report as PDF, set by typst in memory: no disk, no network, no clock. Tagged (PDF/UA-1) and archivable (PDF/A-2a).

use std::collections::HashMap;

use chrono::Datelike as _;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World, WorldExt as _};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::data::Setting;
use super::{Report, ReportError};
use crate::inputs::stationery::Stationery;
use crate::outputs::charts::font::{MISSING, Weight};
use crate::outputs::formats::Room;

const MAIN: &str = "report.typ";
const DATA: &str = "data.json";
/// Characters of the small type of tables in the width of the text; columns of words may be narrow, as their lines are short.
const ROOM: Room = Room { width: 98, words: 14 };
/// Letters of a word without a place to break it that a narrow column has room for.
const UNBROKEN: usize = 18;
/// Where a line may break although nothing is seen there.
const BREAK: char = '\u{200b}';

/// Everything that typst may ask for.
struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    files: HashMap<FileId, Bytes>,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let bytes = self.file(id)?;
        let text = bytes.as_str().map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.to_owned()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let missing = || FileError::NotFound(id.vpath().get_without_slash().into());
        self.files.get(&id).cloned().ok_or_else(missing)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Sets a report.
pub(super) fn set(report: &Report, stationery: &Stationery) -> Result<Vec<u8>, ReportError> {
    let desk = desk(report, stationery)?;
    written(&desk, &document(&desk)?, report)
}

/// Everything that goes on the desk.
fn desk(report: &Report, stationery: &Stationery) -> Result<Desk, ReportError> {
    let fonts = fonts(stationery);
    let known = |letter: char| fonts.iter().any(|font| font.info().coverage.contains(letter.into()));
    let text = |text: &str| breakable(text, &known);
    let setting =
        Setting { text: &text, room: Some(ROOM), picture: &|picture| format!("charts/{}.svg", picture.name) };
    let data = setting.report(report, &stationery.brand).to_string();

    let mut files = HashMap::new();
    for (name, bytes) in stationery.files() {
        files.insert(id(name)?, Bytes::new(bytes.to_vec()));
    }
    for picture in report.pictures() {
        files.insert(id(&format!("charts/{}.svg", picture.name))?, Bytes::from_string(picture.svg.clone()));
    }
    files.insert(id(DATA)?, Bytes::from_string(data));
    Ok(Desk {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        main: id(MAIN)?,
        files,
    })
}

/// The pages.
fn document(desk: &Desk) -> Result<PagedDocument, ReportError> {
    let set = typst::compile::<PagedDocument>(desk);
    let wrong = |diagnostics: &[SourceDiagnostic]| ReportError::Wrong(told(desk, diagnostics));
    let document = set.output.map_err(|errors| wrong(&errors))?;
    // A warning means that something is not as the template says, such as a font that is not there.
    if !set.warnings.is_empty() {
        return Err(wrong(&set.warnings));
    }
    Ok(document)
}

/// The pages as a file.
fn written(desk: &Desk, document: &PagedDocument, report: &Report) -> Result<Vec<u8>, ReportError> {
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|problem| ReportError::Wrong(problem.message().to_string()))?;
    let day = &report.date;
    let day = Datetime::from_ymd(day.year(), day.month() as u8, day.day() as u8);
    let options = PdfOptions {
        ident: Smart::Custom(format!("switchpoint report {}", report.about)),
        creator: Smart::Custom(Some(report.maker.clone())),
        timestamp: day.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|errors| ReportError::Wrong(told(desk, &errors)))
}

fn id(path: &str) -> Result<FileId, ReportError> {
    let path = VirtualPath::new(path).map_err(|error| ReportError::Wrong(format!("`{path}`: {error:?}")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

/// Inter, and the fonts of a company.
fn fonts(stationery: &Stationery) -> Vec<Font> {
    let own = stationery.files().filter(|(name, _)| {
        [".otf", ".ttf", ".ttc"].iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
    });
    let shipped = Weight::ALL.map(|weight| Bytes::new(weight.bytes()));
    let files = shipped.into_iter().chain(own.map(|(_, bytes)| Bytes::new(bytes.to_vec())));
    files.flat_map(Font::iter).collect()
}

/// Text that fonts can show and lines can be broken in. After hyphens and slashes they can be broken anyway; other places are marked in
/// words only that are too long for a column, because a mark is in the way of who searches.
fn breakable(text: &str, known: &dyn Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        let long = word.split(['-', '/']).any(|part| part.chars().count() > UNBROKEN);
        let mut run = 0;
        for letter in word.chars() {
            out.push(if known(letter) || letter == BREAK { letter } else { MISSING });
            run = if matches!(letter, '-' | '/') { 0 } else { run + 1 };
            if long && (matches!(letter, '_' | '.' | ':' | '@' | ',') || run >= UNBROKEN) {
                out.push(BREAK);
                run = 0;
            }
        }
    }
    out
}

/// What typst says, with its places.
fn told(desk: &Desk, diagnostics: &[SourceDiagnostic]) -> String {
    let lines = diagnostics.iter().map(|diagnostic| {
        let place = place(desk, diagnostic).unwrap_or_default();
        let hints: Vec<String> =
            diagnostic.hints.iter().map(|hint| format!("\n\nhint: {}", hint.v)).collect();
        format!("{place}{}{}", diagnostic.message, hints.concat())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `report.typ line 12: `
fn place(desk: &Desk, diagnostic: &SourceDiagnostic) -> Option<String> {
    let file = diagnostic.span.id()?;
    let source = desk.source(file).ok()?;
    let range = desk.range(diagnostic.span)?;
    let line = source.text().get(..range.start)?.matches('\n').count() + 1;
    Some(format!("{} line {line}: ", file.vpath().get_without_slash()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::page::{Body, Grid, Head, Item, Section, Value};
    use crate::outputs::report::Summary;

    fn crowded(workload: &str, times: usize) -> Report {
        let rows = (0..200).map(|_| {
            let name = Value::Text(workload.to_owned());
            vec![
                name.clone(),
                name.clone(),
                name,
                Value::Number(1.0),
                Value::Number(1.0),
                Value::from("pilot"),
            ]
        });
        let head = |title: &str| Head::new("key", title, 0);
        let heads = ["workload", "served by", "could run at", "spent", "saves", "verdict"].map(head).to_vec();
        let moves = Section {
            key: "moves",
            title: "Moves".to_owned(),
            body: Body::Grid(Grid { heads, rows: rows.collect(), shown: 6 }),
            notes: vec!["194 rows more".to_owned()],
        };
        let summary = Summary {
            claim: format!("something is found of {workload}"),
            figures: vec![("Spent", Item::new("spent", Value::Number(1e12), "for many calls")); 5],
            decisions: vec![[workload; 4].join(", "); times],
            moves,
            provisos: vec![[workload; 3].join(" "); times],
            picture: None,
        };
        Report {
            about: workload.to_owned(),
            date: chrono::NaiveDate::from_ymd_opt(2026, 11, 8).expect("a date"),
            maker: "switchpoint".to_owned(),
            summary,
            chapters: Vec::new(),
        }
    }

    #[test]
    fn a_summary_is_one_page_whatever_names_and_paper_are_like() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("brand.toml"), "paper = \"us-letter\"\n").expect("written");
        let letter = Stationery::of_folder(folder.path()).expect("of its shape");
        let a4 = Stationery::shipped().expect("of its shape");
        let long = "a workload whose name has eighty characters, and which is told with all of them";
        let unbroken = "x".repeat(80);
        for paper in [a4, letter] {
            for (name, times) in
                [("support", 1), (long, 4), (unbroken.as_str(), 4), ("検索と要約のための長い名前の仕事", 4)]
            {
                let desk = desk(&crowded(name, times), &paper).expect("a desk");
                // The summary and the contents.
                assert_eq!(document(&desk).expect("pages").pages().len(), 2, "{name}");
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_template_is_told_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |text: &str| std::fs::write(folder.path().join(MAIN), text).expect("written");
        let told = || {
            let own = Stationery::of_folder(folder.path()).expect("of its shape");
            set(&crowded("support", 1), &own).expect_err("wrong").to_string()
        };
        write("#set document(title: \"x\")\n#nothing-like-it()\n");
        assert!(told().contains("report.typ line 2: unknown variable"), "{}", told());
        write("#set text(font: \"No Such Font\")\nx\n");
        assert!(told().contains("line 1: unknown font family"), "{}", told());
        // Archivable files need a title.
        write("= Heading\n");
        assert!(told().contains("title"), "{}", told());
    }

    #[test]
    fn long_words_may_break_and_unknown_letters_are_marked() {
        let known = |letter: char| letter.is_ascii();
        assert_eq!(breakable("short-word stays", &known), "short-word stays");
        assert_eq!(breakable("anthropic/claude-opus-4-8", &known), "anthropic/claude-opus-4-8");
        assert_eq!(
            breakable("eu.anthropic.claude_opus@bedrock", &known),
            "eu.\u{200b}anthropic.\u{200b}claude_\u{200b}opus@\u{200b}bedrock"
        );
        assert_eq!(breakable(&"x".repeat(40), &known).matches(BREAK).count(), 2);
        assert_eq!(breakable("日本", &known), format!("{MISSING}{MISSING}"));
    }
}
