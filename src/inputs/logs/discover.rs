//! What the user named, made into a list of files: paths, folders, patterns, standard input.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::LogError;

/// Where the bytes of a log come from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes in the program.
    Memory(&'static [u8]),
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
        let name =
            self.name.strip_suffix(".gz").or_else(|| self.name.strip_suffix(".zst")).unwrap_or(&self.name);
        Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or("")
    }

    /// Bytes in the program under a name.
    pub fn memory(name: &str, bytes: &'static [u8]) -> Self {
        Self { name: name.to_owned(), origin: Origin::Memory(bytes), size: bytes.len() as u64 }
    }

    fn file(path: &Path) -> Self {
        let size = path.metadata().map_or(0, |meta| meta.len());
        Self { name: path.display().to_string(), origin: Origin::File(path.to_owned()), size }
    }
}

/// File names that may be logs, when a folder is searched.
const LOG_ENDINGS: &[&str] = &["jsonl", "ndjson", "json", "csv", "tsv", "parquet", "db"];

/// The files behind `paths`, in a fixed order, each once; and what could not be looked into.
///
/// # Errors
/// When a path does not exist, a pattern matches nothing, or a folder holds no file that may be a log.
pub fn discover(paths: &[String]) -> Result<(Vec<Input>, Vec<String>), LogError> {
    let (mut inputs, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        if path == "-" {
            inputs.push(Input { name: "standard input".to_owned(), origin: Origin::Stdin, size: 0 });
            continue;
        }
        if path.contains("://") {
            return Err(LogError::Remote { path: path.clone() });
        }
        let plain = Path::new(path);
        if plain.is_dir() {
            inputs.extend(folder(plain, &mut problems)?);
        } else if plain.exists() {
            inputs.push(Input::file(plain));
        } else if path.contains(['*', '?', '[']) {
            inputs.extend(pattern(path, &mut problems)?);
        } else {
            return Err(LogError::Missing { path: path.clone() });
        }
    }
    let mut seen = HashSet::new();
    inputs.retain(|input| match &input.origin {
        // One file under two names is one file.
        Origin::File(path) => seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())),
        Origin::Stdin => seen.insert(PathBuf::from("-")),
        Origin::Memory(_) => true,
    });
    Ok((inputs, problems))
}

fn folder(root: &Path, problems: &mut Vec<String>) -> Result<Vec<Input>, LogError> {
    let mut inputs = Vec::new();
    for entry in WalkDir::new(root).follow_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let input = Input::file(entry.path());
                if LOG_ENDINGS.contains(&input.extension().to_ascii_lowercase().as_str()) {
                    inputs.push(input);
                }
            }
            Ok(_) => {}
            Err(error) => problems.push(unreadable(&error)),
        }
    }
    if inputs.is_empty() {
        return Err(LogError::EmptyFolder { path: root.display().to_string() });
    }
    Ok(inputs)
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
            Ok(path) if path.is_dir() => inputs.extend(folder(&path, problems).unwrap_or_default()),
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
