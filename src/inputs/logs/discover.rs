//! What the user named, made into a list of files: paths, folders, patterns, standard input.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::LogError;
use super::stored::without_secrets;

/// Where the bytes of a log come from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes in the program.
    Memory(&'static [u8]),
    /// An address in an object store.
    Remote(String),
}

/// One log to read.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name in messages and in the `src_file` column.
    pub name: String,
    /// Where its bytes come from.
    pub origin: Origin,
    /// Size in bytes, where it is known beforehand.
    pub size: u64,
}

impl Input {
    /// End of the file name without `.gz` or `.zst` and without its dot.
    pub fn extension(&self) -> &str {
        extension(&self.name)
    }

    /// Bytes in the program under a name.
    pub fn memory(name: &str, bytes: &'static [u8]) -> Self {
        Self { name: name.to_owned(), origin: Origin::Memory(bytes), size: bytes.len() as u64 }
    }

    fn remote(url: &str) -> Result<Self, LogError> {
        let name = without_secrets(url);
        let scheme = url.split("://").next().unwrap_or_default().to_ascii_lowercase();
        if !cfg!(feature = "cloud") || !STORES.contains(&scheme.as_str()) {
            return Err(LogError::Remote { path: name });
        }
        Ok(Self { name, origin: Origin::Remote(url.to_owned()), size: 0 })
    }

    fn file(path: &Path) -> Self {
        let size = path.metadata().map_or(0, |meta| meta.len());
        Self { name: path.display().to_string(), origin: Origin::File(path.to_owned()), size }
    }
}

/// Schemes of object stores.
const STORES: [&str; 11] = ["s3", "s3a", "gs", "gcs", "az", "azure", "adl", "abfs", "abfss", "http", "https"];

fn extension(name: &str) -> &str {
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name);
    Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or("")
}

fn may_be_log(path: &Path) -> bool {
    LOG_ENDINGS.contains(&extension(&path.to_string_lossy()).to_ascii_lowercase().as_str())
}

/// File names that may be logs, when a folder is searched.
const LOG_ENDINGS: &[&str] = &["jsonl", "ndjson", "json", "csv", "tsv", "parquet", "db"];

/// The files behind `paths`, in a fixed order, each once; and what could not be looked into.
///
/// # Errors
/// When a path does not exist, a pattern matches nothing, or a folder holds no file that may be a log.
pub fn discover(paths: &[String]) -> Result<(Vec<Input>, Vec<String>), LogError> {
    let mut inputs = Vec::new();
    let mut problems = Vec::new();
    // One path without links leads to each file once; looking every file up by its one true name takes its time.
    let mut may_repeat = paths.len() > 1;
    for path in paths {
        if path == "-" {
            inputs.push(Input { name: "standard input".to_owned(), origin: Origin::Stdin, size: 0 });
            continue;
        }
        if path.contains("://") {
            inputs.push(Input::remote(path)?);
            continue;
        }
        let plain = Path::new(path);
        if plain.is_dir() {
            let found = folder(plain, &mut problems)?;
            may_repeat |= found.has_links;
            inputs.extend(found.inputs);
        } else if plain.exists() {
            inputs.push(Input::file(plain));
        } else if path.contains(['*', '?', '[']) {
            may_repeat = true;
            inputs.extend(pattern(path, &mut problems)?);
        } else {
            return Err(LogError::Missing { path: path.clone() });
        }
    }
    let mut seen = HashSet::new();
    inputs.retain(|input| match &input.origin {
        // One file under two names is one file.
        Origin::File(_) if !may_repeat => true,
        Origin::File(path) => seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())),
        Origin::Stdin => seen.insert(PathBuf::from("-")),
        Origin::Remote(url) => seen.insert(PathBuf::from(url)),
        Origin::Memory(_) => true,
    });
    Ok((inputs, problems))
}

struct Folder {
    inputs: Vec<Input>,
    /// Whether a link was followed, so that a file may have been met twice.
    has_links: bool,
}

fn folder(root: &Path, problems: &mut Vec<String>) -> Result<Folder, LogError> {
    let (mut files, mut has_links) = (Vec::new(), false);
    for entry in WalkDir::new(root).follow_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) => {
                has_links |= entry.path_is_symlink();
                if entry.file_type().is_file() && may_be_log(entry.path()) {
                    files.push(entry.into_path());
                }
            }
            Err(error) => problems.push(unreadable(&error)),
        }
    }
    if files.is_empty() {
        let problems = std::mem::take(problems);
        return Err(LogError::EmptyFolder { path: root.display().to_string(), problems });
    }
    Ok(Folder { inputs: files.par_iter().map(|path| Input::file(path)).collect(), has_links })
}

fn unreadable(error: &walkdir::Error) -> String {
    let path = error.path().map_or_else(|| "a folder".to_owned(), |path| format!("`{}`", path.display()));
    match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => format!("{path} links back to `{}`: not followed", ancestor.display()),
        (None, Some(io)) => format!("{path} cannot be looked into: {io}"),
        (None, None) => format!("{path} cannot be looked into"),
    }
}

fn pattern(text: &str, problems: &mut Vec<String>) -> Result<Vec<Input>, LogError> {
    let matches = glob::glob(text)
        .map_err(|error| LogError::Pattern { pattern: text.to_owned(), reason: error.msg.to_owned() })?;
    let mut inputs = Vec::new();
    for found in matches {
        match found {
            Ok(path) if path.is_dir() => {
                inputs.extend(folder(&path, problems).map_or_else(|_| Vec::new(), |found| found.inputs));
            }
            Ok(path) => inputs.push(Input::file(&path)),
            Err(error) => problems.push(format!(
                "`{}` cannot be looked into: {}",
                error.path().display(),
                error.error()
            )),
        }
    }
    if inputs.is_empty() {
        return Err(LogError::Pattern { pattern: text.to_owned(), reason: "it matches no file".to_owned() });
    }
    Ok(inputs)
}
