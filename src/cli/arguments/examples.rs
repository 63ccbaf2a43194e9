//! Every command line that a page or a help shows is one that the program takes.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;

use super::Cli;

/// Pages with command lines: the book, and what lies beside the program.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    for folder in ["docs", "docs/cases", "docs/commands", "docs/logs"] {
        let entries = fs::read_dir(root.join(folder)).expect("a folder");
        let files = entries.map(|entry| entry.expect("an entry").path());
        pages.extend(files.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    pages
}

/// Command lines of a page, those that go on in the next line as one.
fn lines(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().map(|line| line.trim_start().trim_start_matches("$ ").trim_end());
    let own = lines.filter_map(|line| {
        line.strip_prefix("switchpoint ").or_else(|| line.strip_prefix("cargo run --release -- "))
    });
    own.filter(|line| !line.starts_with(|first: char| !first.is_ascii_lowercase() && first != '-'))
        .map(str::to_owned)
        .collect()
}

/// The words of a line, without what a shell does with them and what is said beside; `None`: it is no command but a sentence or a page.
fn words(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote, mut quoted) = (Vec::new(), String::new(), None, false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\'' | '"', None) => (quote, quoted) = (Some(letter), true),
            (letter, Some(open)) if letter == open => quote = None,
            ('#', None) if word.is_empty() => break,
            ('|' | '>' | '&' | ';' | '<', None) => break,
            (' ', None) => {
                if !word.is_empty() || quoted {
                    words.push(std::mem::take(&mut word));
                    quoted = false;
                }
                // Two blanks: what follows says what it does.
                if letters.peek() == Some(&' ') {
                    break;
                }
            }
            (letter, _) => word.push(letter),
        }
    }
    if !word.is_empty() || quoted {
        words.push(word);
    }
    // The claim of a page begins with the command and a colon.
    let sentence =
        words.iter().any(|word| word.ends_with(':') || word == "…" || word.starts_with(['[', '<', '(']));
    (!sentence).then_some(words)
}

#[test]
fn what_pages_show_can_be_typed() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for line in lines(&text) {
            let Some(words) = words(&line) else { continue };
            seen += 1;
            let words = std::iter::once("switchpoint".to_owned()).chain(words);
            match Cli::try_parse_from(words) {
                Ok(_) => {}
                Err(error) if !error.use_stderr() => {}
                Err(error) => {
                    let said = error.to_string();
                    wrong.push(format!(
                        "{}: {line}\n  {}",
                        page.display(),
                        said.lines().next().unwrap_or_default()
                    ));
                }
            }
        }
    }
    assert!(seen > 150, "{seen}");
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}
