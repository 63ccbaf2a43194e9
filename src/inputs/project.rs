//! The project file: what a team's commands read where no log is named, and what it assumes.
//!
//! It is a scenario with one more section, `[project]`. Paths in it are taken from its own folder; `~/` is the home folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::toml_file::{self, FileProblem};

/// Name of the file.
pub const NAME: &str = "switchpoint.toml";

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The file, as problems name it.
    pub file: String,
    /// What it assumes: its text with `[project]` blanked out, so that lines keep their numbers.
    pub scenario: String,
    /// Logs that are read where none is named.
    pub logs: Vec<String>,
    /// Price sheets over the shipped ones, the last one wins.
    pub prices: Vec<PathBuf>,
    /// Scores beside the shipped ones.
    pub scores: Vec<PathBuf>,
    /// Graded calls.
    pub graded: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Section {
    logs: Vec<String>,
    prices: Vec<String>,
    scores: Vec<String>,
    graded: Option<String>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    project: Section,
}

impl Project {
    /// The file of this folder or of the nearest one above.
    pub fn found_from(folder: &Path) -> Option<PathBuf> {
        folder.ancestors().map(|folder| folder.join(NAME)).find(|file| file.is_file())
    }

    /// Reads a file. Its assumptions are not looked at yet.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or has a key in `[project]` that there is not.
    pub fn read(path: &Path, home: Option<&Path>) -> Result<Self, FileProblem> {
        let file = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| toml_file::whole(&file, format!("cannot be read: {error}")))?;
        let section = toml_file::parse::<File>(&file, &text)?.project;
        let folder = path.parent().unwrap_or(Path::new(""));
        let place = |name: &str| match (name.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => home.join(rest),
            // An object store is nowhere below the folder.
            _ if name.contains("://") => PathBuf::from(name),
            _ => folder.join(name),
        };
        Ok(Self {
            scenario: without_project(&text),
            logs: section.logs.iter().map(|name| place(name).display().to_string()).collect(),
            prices: section.prices.iter().map(|name| place(name)).collect(),
            scores: section.scores.iter().map(|name| place(name)).collect(),
            graded: section.graded.map(|name| place(&name)),
            file,
        })
    }
}

/// The text with the lines of `[project]` empty.
fn without_project(text: &str) -> String {
    let mut inside = false;
    let lines = text.lines().map(|line| {
        if line.trim_start().starts_with('[') {
            inside = line.split('#').next().is_some_and(|head| head.trim() == "[project]");
        }
        if inside { "" } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_its_folder_and_lines_keep_their_numbers() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(NAME);
        let text = "[project] # ours\nlogs = [\n  \"logs/*.jsonl\",\n  \"~/x\", \"s3://b/c.parquet\",\n]\ngraded = \"g.csv\"\n[quality]\ntolerance = 3\n";
        fs::write(&file, text).expect("written");
        let project = Project::read(&file, Some(Path::new("/home/u"))).expect("a project");
        assert_eq!(
            project.logs,
            [
                folder.path().join("logs/*.jsonl").display().to_string(),
                "/home/u/x".to_owned(),
                "s3://b/c.parquet".to_owned()
            ]
        );
        assert_eq!(project.graded, Some(folder.path().join("g.csv")));
        assert_eq!(project.scenario, "\n\n\n\n\n\n[quality]\ntolerance = 3");
        let below = folder.path().join("a/b");
        fs::create_dir_all(&below).expect("folders");
        assert_eq!(Project::found_from(&below), Some(file));
    }

    #[test]
    fn a_key_that_there_is_not_is_told_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(NAME);
        fs::write(&file, "[project]\nlog = [\"x\"]\n").expect("written");
        let problem = Project::read(&file, None).expect_err("a mistake");
        assert_eq!(problem.line, Some(2));
        assert!(problem.to_string().contains("unknown field `log`"), "{problem}");
    }
}
