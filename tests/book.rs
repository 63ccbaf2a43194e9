//! The book in `docs`: pages that are made from the program, worked cases with real output, and links that lead somewhere.
//!
//! `UPDATE_DOCS=1 cargo test book` makes all of it anew.

mod formats;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use switchpoint::inputs::logs::FORMATS;
use switchpoint::inputs::manual;
use switchpoint::inputs::prices::sources::SOURCES;

use crate::cli::Run;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// Compares a page with what is committed, or writes it.
fn current(path: &str, page: &str) {
    let path = docs().join(path);
    let is_stale = || fs::read_to_string(&path).is_ok_and(|committed| committed != page) || !path.exists();
    if std::env::var_os("UPDATE_DOCS").is_some() && is_stale() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, page).expect("written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "{}: run `UPDATE_DOCS=1 cargo test book`", path.display());
}

/// The help of a command, and the names and abouts of the commands below it.
fn help(words: &[String]) -> (String, Vec<(String, String)>) {
    let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    arguments.push("--help");
    let ran = Run::bare(&arguments).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{words:?}");
    let below = ran.stdout.split_once("Commands:\n").map_or("", |(_, rest)| rest);
    let below = below.lines().take_while(|line| !line.is_empty()).filter_map(|line| {
        // Long descriptions go on in lines that begin further right.
        let line = line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?;
        let (name, about) = line.split_once("  ")?;
        (name != "help").then(|| (name.trim().to_owned(), about.trim().to_owned()))
    });
    let below = below.collect();
    (ran.stdout, below)
}

fn command_page(words: &[String], text: &mut String) {
    let (help, below) = help(words);
    let level = "#".repeat(words.len());
    let _ = write!(text, "{level} {}\n\n```text\n{}\n```\n", words.join(" "), help.trim_end());
    for (name, _) in below {
        text.push('\n');
        command_page(&[words, &[name]].concat(), text);
    }
}

#[test]
fn pages_of_commands_are_what_they_say_of_themselves() {
    let (_, commands) = help(&[]);
    assert!(commands.len() > 20, "{commands:?}");
    let mut index = "# Commands\n\n| command | |\n| --- | --- |\n".to_owned();
    for (name, about) in &commands {
        let _ = writeln!(index, "| [{name}]({name}.md) | {about} |");
        let mut page = String::new();
        command_page(std::slice::from_ref(name), &mut page);
        current(&format!("commands/{name}.md"), &page);
    }
    current("commands/README.md", &index);
}

/// What a source file says at its head.
fn said(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    let lines = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn pages_of_log_formats_and_price_sheets_are_what_their_readers_say() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/inputs");
    let mut index = "# Logs\n\nThe format is told from the content; `--format NAME` says it where it is not.\n\n| `--format` | reads |\n| --- | --- |\n".to_owned();
    let loaded = formats::loaded();
    for format in FORMATS {
        let id = format.id();
        let _ = writeln!(index, "| [`{id}`]({id}.md) | {} |", plain(format.about()));
        let folder = if id == "openrouter-activity" {
            "openrouter".to_owned()
        } else {
            id.replace("azure-apim", "apim").replace('-', "_")
        };
        let head = said(&source.join("logs").join(folder).join("mod.rs"));
        let page = format!(
            "# {id}\n\n{}\n\n{head}\n\n    switchpoint logs inspect FILE --format {id}\n    switchpoint audit FILE --format {id}\n{}",
            plain(&capital(format.about())),
            formats::sections(id, &loaded)
        );
        current(&format!("logs/{id}.md"), &page);
    }
    current("logs/README.md", &index);
    let mut index = "# Price sheets\n\nThe shipped book is made from several of these; `prices sync NAME` downloads the current one, `--prices FILE` reads a file of any of them.\n\n| sheet | |\n| --- | --- |\n".to_owned();
    for sheet in SOURCES {
        let id = sheet.id();
        let _ = writeln!(index, "| [`{id}`]({id}.md) | {} |", sheet.about());
        let folder = source.join("prices/sources").join(id.replace(['-', '.'], "_"));
        let page = format!("# {id}\n\n{}\n", said(&folder.join("mod.rs")));
        current(&format!("prices/{id}.md"), &page);
    }
    current("prices/README.md", &index);
}

/// Words that no reader of Markdown takes for a tag.
fn plain(text: &str) -> String {
    text.replace('<', "&lt;")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
}

#[test]
fn the_method_and_the_words_are_those_of_reports() {
    let mut page = "# Method\n\nHow the numbers are come by. Every assumption with its default, unit and source: `switchpoint scenario show default`.\n".to_owned();
    for step in manual::method().expect("of its shape") {
        let _ = write!(page, "\n## {}\n\n{}\n", step.title, step.text);
        if !step.formulas.is_empty() {
            let _ = write!(page, "\n```text\n{}\n```\n", step.formulas.join("\n"));
        }
        if !step.sources.is_empty() {
            let _ = write!(page, "\nSources: {}.\n", step.sources.join("; "));
        }
    }
    current("method.md", &page);
    let mut page = "# Glossary\n\n| word | meaning |\n| --- | --- |\n".to_owned();
    for term in manual::glossary().expect("of its shape") {
        let _ = writeln!(page, "| {} | {} |", term.word, term.meaning);
    }
    current("glossary.md", &page);
}

/// The output of a line `$ switchpoint … | head -N` or `$ cat FILE | head -N`.
fn shown(line: &str, folder: &Path) -> String {
    let (command, most) = line
        .split_once(" | head -")
        .map_or((line, usize::MAX), |(command, most)| (command, most.trim().parse().expect("a number")));
    let words: Vec<&str> = command.split_whitespace().collect();
    let text = match words[0] {
        "switchpoint" => {
            let ran = Run::bare(&words[1..]).within(folder).run();
            assert!(matches!(ran.code, 0 | 3), "{line}: {}{}", ran.stdout, ran.stderr);
            ran.stdout + &ran.stderr
        }
        "cat" => fs::read_to_string(folder.join(words[1])).expect("a file"),
        other => panic!("`{other}` is no command of these pages"),
    };
    text.lines().take(most).map(|line| format!("{line}\n")).collect()
}

/// A page with the files of its fences written, its commands run and their output put behind them.
fn worked(text: &str, folder: &Path) -> String {
    let mut page = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(page, "{line}");
        let Some(info) = line.strip_prefix("```") else { continue };
        let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if info == "console" {
            for command in inside.iter().filter_map(|line| line.strip_prefix("$ ")) {
                let _ = write!(page, "$ {command}\n{}", shown(command, folder));
            }
        } else {
            let body: String = inside.iter().map(|line| format!("{line}\n")).collect();
            if let Some((_, name)) = info.split_once("file=") {
                fs::write(folder.join(name), &body).expect("written");
            }
            page.push_str(&body);
        }
        page.push_str("```\n");
    }
    page
}

#[test]
fn worked_cases_show_what_the_program_prints() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample/calls.csv");
    for entry in fs::read_dir(docs().join("cases")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let folder = tempfile::tempdir().expect("a folder");
        fs::copy(&sample, folder.path().join("sample.csv")).expect("copied");
        let text = fs::read_to_string(&path).expect("a page");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        current(&format!("cases/{name}"), &worked(&text, folder.path()));
    }
}

#[test]
fn every_page_is_in_the_summary_and_every_link_leads_somewhere() {
    let mut pages = Vec::new();
    collect(&docs(), &mut pages);
    let of = |folder: &str| -> Vec<String> {
        let mut names: Vec<String> = pages
            .iter()
            .filter_map(|page| page.strip_prefix(docs().join(folder)).ok()?.to_str().map(str::to_owned))
            .filter(|name| name != "README.md" && !name.contains('/'))
            .collect();
        names.sort();
        names
    };
    let title = |path: &str| {
        let text = fs::read_to_string(docs().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        text.lines().next().expect("a title").trim_start_matches("# ").to_owned()
    };
    let mut summary = "# Summary\n\n[switchpoint](README.md)\n\n".to_owned();
    let mut put = |depth: usize, path: String| {
        let _ = writeln!(summary, "{}- [{}]({path})", "  ".repeat(depth), title(&path));
    };
    for case in of("cases") {
        put(0, format!("cases/{case}"));
    }
    for page in of("").into_iter().filter(|name| name != "SUMMARY.md") {
        put(0, page);
    }
    for folder in ["commands", "logs", "prices"] {
        put(0, format!("{folder}/README.md"));
        of(folder).into_iter().for_each(|page| put(1, format!("{folder}/{page}")));
    }
    current("SUMMARY.md", &summary);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    pages.extend(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name)),
    );
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page");
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or_default();
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.contains(' ') {
                continue;
            }
            let path = page.parent().expect("a folder").join(target);
            assert!(path.exists(), "{}: {target}", page.display());
        }
    }
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            pages.push(path);
        }
    }
}
