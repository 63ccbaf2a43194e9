//! The facts and the default scenario inside the binary, and a folder that replaces the facts.

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use super::toml_file::{self, FileProblem};

static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data");

static SCENARIOS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// The default scenario: every assumption with value, unit, meaning and source.
pub const DEFAULT_SCENARIO: &str = include_str!("../../scenarios/default.toml");

/// Name of the scenario that changes nothing.
pub const DEFAULT_NAME: &str = "default";

/// Names of the shipped scenarios, the default first.
pub fn scenario_names() -> Vec<&'static str> {
    let stem = |file: &'static include_dir::File<'_>| file.path().file_stem()?.to_str();
    let mut names: Vec<&str> =
        SCENARIOS.files().filter_map(stem).filter(|name| *name != DEFAULT_NAME).collect();
    names.sort_unstable();
    names.insert(0, DEFAULT_NAME);
    names
}

/// What a shipped scenario changes of the default; of the default itself nothing. `None`: there is none of that name.
pub fn scenario(name: &str) -> Option<&'static str> {
    if name == DEFAULT_NAME {
        return Some("# Every assumption as it is shipped.\n");
    }
    SCENARIOS.get_file(format!("{name}.toml"))?.contents_utf8()
}

/// The sample log, as CSV.
pub fn sample_log() -> &'static [u8] {
    DATA.get_file("sample/calls.csv").map_or(&[], include_dir::File::contents)
}

/// Where facts come from: prices, models, benchmarks, hardware.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The folder; `None`: the facts in the binary.
    folder: Option<PathBuf>,
}

impl Facts {
    /// The facts in the binary.
    pub const fn embedded() -> Self {
        Self { folder: None }
    }

    /// The facts of a folder that is laid out like `data/`.
    pub fn of_folder(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()) }
    }

    /// Names and texts of the TOML files of a part (`prices`, `models` …), by name.
    ///
    /// # Errors
    /// When the folder or a file cannot be read, or the part has no file.
    pub fn files(&self, part: &str) -> Result<Vec<(String, String)>, FileProblem> {
        let files = self.ending(part, "toml")?;
        if files.is_empty() {
            let name = self
                .folder
                .as_ref()
                .map_or_else(|| format!("data/{part}"), |f| f.join(part).display().to_string());
            return Err(toml_file::whole(&name, "has no TOML file"));
        }
        Ok(files)
    }

    /// Names and texts of the tables (CSV) of a part, by name; there may be none.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub fn tables(&self, part: &str) -> Result<Vec<(String, String)>, FileProblem> {
        self.ending(part, "csv")
    }

    fn ending(&self, part: &str, ending: &str) -> Result<Vec<(String, String)>, FileProblem> {
        let mut files = match &self.folder {
            None => embedded_files(part, ending),
            Some(folder) => files_of(&folder.join(part), ending)?,
        };
        files.sort();
        Ok(files)
    }
}

fn embedded_files(part: &str, ending: &str) -> Vec<(String, String)> {
    let files = DATA.get_dir(part).into_iter().flat_map(Dir::files);
    files
        .filter(|file| ends(file.path(), ending))
        .filter_map(|file| {
            Some((format!("data/{}", file.path().display()), file.contents_utf8()?.to_owned()))
        })
        .collect()
}

fn files_of(folder: &Path, ending: &str) -> Result<Vec<(String, String)>, FileProblem> {
    let unreadable = |path: &Path, error: &std::io::Error| {
        toml_file::whole(&path.display().to_string(), format!("cannot be read: {error}"))
    };
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if ends(&path, ending) {
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            files.push((path.display().to_string(), text));
        }
    }
    Ok(files)
}

fn ends(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|extension| extension == ending)
}
