//! What a log format looks like and what its calls tell, from the files that its reader is tested with.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use switchpoint::inputs::logs::{LoadOptions, LoadedLog, discover, load};
use switchpoint::tables::calls::CALLS;

use crate::cli::fixtures;

/// Lines of a file that are shown, and characters of a line.
const LINES: usize = 12;
const CHARACTERS: usize = 220;

/// Columns that every call has, or that say how it was read: they do not tell one format from another.
const OF_THE_READER: &[&str] = &[
    "source",
    "src_file",
    "src_line",
    "n_calls",
    "ts_kind",
    "in_total",
    "in_convention",
    "quality",
    "workload",
];

/// Each file with calls, and what was read of it.
pub fn loaded() -> Vec<(PathBuf, LoadedLog)> {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["formats", "litellm", "claude_code/project", "table"] {
        let entries = fs::read_dir(fixtures().join("logs").join(folder)).expect("a folder");
        files.extend(entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()));
    }
    files.sort();
    files.into_iter().filter_map(|path| Some((read(&path)?, path))).map(|(log, path)| (path, log)).collect()
}

fn read(path: &Path) -> Option<LoadedLog> {
    let (inputs, problems) = discover(&[path.display().to_string()]).ok()?;
    load(&inputs, problems, &LoadOptions::default(), &()).ok()
}

/// The sections of a format's page.
pub fn sections(id: &str, loaded: &[(PathBuf, LoadedLog)]) -> String {
    let is_own = |log: &LoadedLog| log.report.files.iter().any(|file| file.format == Some(id));
    let own: Vec<&(PathBuf, LoadedLog)> = loaded.iter().filter(|(_, log)| is_own(log)).collect();
    assert!(!own.is_empty(), "{id} has no file");
    let mut text = String::from("\n## What it looks like\n");
    for (path, _) in &own {
        let name = path.file_name().expect("a name").to_string_lossy();
        // A binary file has nothing to show.
        if let Ok(file) = fs::read_to_string(path) {
            let _ = write!(text, "\n`{name}`:\n\n```text\n{}```\n", head(&file));
        }
    }
    text.push_str("\n## What the calls of these files tell\n\n");
    let tells = |column: &str| {
        own.iter()
            .any(|(_, log)| log.calls.column(column).is_ok_and(|values| values.null_count() < values.len()))
    };
    let columns = CALLS.columns.iter().filter(|column| !OF_THE_READER.contains(&column.name));
    let (told, untold): (Vec<&str>, Vec<&str>) =
        columns.map(|column| column.name).partition(|name| tells(name));
    let list = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let _ = write!(
        text,
        "Told: {}.\n\nNot told here, though a log of yours may: {}.\n\nWhat the columns mean: [Tables](../tables.md#calls).\n",
        list(&told),
        list(&untold)
    );
    text
}

fn head(file: &str) -> String {
    let mut text = String::new();
    for line in file.lines().take(LINES) {
        let shown: String = line.chars().take(CHARACTERS).collect();
        let more = if shown.len() < line.len() { " …" } else { "" };
        let _ = writeln!(text, "{shown}{more}");
    }
    if file.lines().count() > LINES {
        text.push_str("…\n");
    }
    text
}
