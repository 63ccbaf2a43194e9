//! Data flows one way: `cli → outputs → simulation → {inputs, engine} → tables → units`, and an outside crate is named in
//! one folder only.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules and their ranks; a module may use only those of a lower rank.
const RANKS: &[(&str, u8)] = &[
    ("units", 0),
    ("tables", 1),
    ("inputs", 2),
    ("engine", 2),
    ("simulation", 3),
    ("outputs", 4),
    ("cli", 5),
];

/// Outside crates and the modules that may name them.
const CRATES: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("ctrlc", &["cli"]),
    ("indicatif", &["cli"]),
    ("anyhow", &["cli"]),
    ("comfy_table", &["outputs"]),
    ("quick_junit", &["outputs"]),
    ("plotters", &["outputs"]),
    ("resvg", &["outputs"]),
    ("krilla", &["outputs"]),
    ("polars", &["tables", "inputs", "simulation", "outputs"]),
    ("csv", &["inputs", "outputs"]),
    ("toml", &["inputs"]),
    ("flate2", &["inputs"]),
    ("zstd", &["inputs"]),
    ("walkdir", &["inputs"]),
    ("glob", &["inputs"]),
    ("include_dir", &["inputs"]),
    ("rust_decimal", &["units"]),
    ("reqwest", &["inputs"]),
    ("rusqlite", &["inputs"]),
    ("serde_json", &["inputs", "outputs"]),
    ("serde_saphyr", &["inputs"]),
    ("nalgebra", &["engine"]),
    ("statrs", &["engine"]),
];

/// Folders of `inputs` that may use each other: who uses whom.
const INPUT_SIBLINGS: &[(&str, &str)] = &[
    ("benchmarks", "models"),
    ("hardware", "models"),
    ("partials", "logs"),
    ("prices", "models"),
    ("scenario", "hardware"),
    ("scenario", "models"),
];

/// Files that every folder of `inputs` may use.
const INPUT_COMMON: &[&str] = &["embedded", "files", "seal", "spelling", "toml_file"];

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let relative = |path: &Path| path.strip_prefix(&root).expect("below src").to_owned();
    files.into_iter().map(|path| (relative(&path), fs::read_to_string(&path).expect("readable"))).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The module of a file: the first part of its path.
fn module(path: &Path) -> String {
    let first = path.components().next().expect("a part").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn rank(module: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

/// Code without comment lines and without the tests at the end of a file.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Identifiers that follow `prefix`, the elements of a group in braces included.
fn uses(code: &str, prefix: &str) -> Vec<String> {
    let identifier =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let rest = &code[at + prefix.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut element = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(identifier(std::mem::take(&mut element).trim())),
                    _ if depth == 0 => element.push(c),
                    _ => {}
                }
            }
            found.push(identifier(element.trim()));
        } else {
            found.push(identifier(rest));
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

#[test]
fn nothing_imports_upward_or_sideways() {
    let mut breaches = Vec::new();
    for (path, text) in sources() {
        let own = module(&path);
        let Some(own_rank) = rank(&own) else { continue };
        for used in uses(&code(&text), "crate::") {
            if used != own && rank(&used).is_some_and(|used_rank| used_rank >= own_rank) {
                breaches.push(format!("{}: `{own}` uses `{used}`", path.display()));
            }
        }
    }
    breaches.sort();
    breaches.dedup();
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn folders_of_inputs_use_only_the_siblings_that_are_listed() {
    let mut breaches = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| module(path) == "inputs") {
        let Some(own) = path.components().nth(1).map(|part| part.as_os_str().to_string_lossy().into_owned())
        else {
            continue;
        };
        let own = own.trim_end_matches(".rs").to_owned();
        // In the folder's own file `super` is `inputs`.
        let beside =
            path.components().count() == 2 || path.ends_with("mod.rs") && path.components().count() == 3;
        let by_super = if beside { uses(&code(&text), "super::") } else { Vec::new() };
        for used in uses(&code(&text), "crate::inputs::").into_iter().chain(by_super) {
            let allowed = used == own
                || INPUT_COMMON.contains(&used.as_str())
                || INPUT_SIBLINGS.iter().any(|(user, sibling)| *user == own && *sibling == used);
            if !allowed {
                breaches.push(format!("{}: `{own}` uses `{used}`", path.display()));
            }
        }
    }
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn an_outside_crate_is_named_where_it_belongs() {
    let mut breaches = Vec::new();
    for (path, text) in sources() {
        let own = module(&path);
        let code = code(&text);
        for (name, homes) in CRATES {
            let named = code.contains(&format!("use {name}::"))
                || code.contains(&format!(" {name}::"))
                || code.contains(&format!("({name}::"));
            if named && !homes.contains(&own.as_str()) {
                breaches.push(format!("{}: `{own}` names `{name}`", path.display()));
            }
        }
    }
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn the_clock_is_read_in_cli_alone() {
    for (path, text) in sources() {
        let reads = ["Utc::now", "Local::now", "SystemTime::now", "Instant::now"]
            .iter()
            .any(|c| code(&text).contains(c));
        assert!(!reads || module(&path) == "cli", "{} reads the clock", path.display());
    }
}

#[test]
fn no_column_name_of_the_calls_is_spelled_twice() {
    // Maps and adapters use the source's own names, which may coincide; frames are built and read by constants alone.
    for (path, text) in sources() {
        let frames = path.ends_with("frame.rs") || path.ends_with("bridge.rs");
        assert!(!frames || !code(&text).contains("\"in_"), "{} spells a column", path.display());
    }
}

#[test]
fn files_stay_short_enough_to_read() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}
