//! Errors of TOML data files: what is wrong, in which file, at which line.

use std::ops::Range;

use chrono::NaiveDate;
use thiserror::Error;

/// A problem in a data file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{file}`{}: {problem}", line.map_or_else(String::new, |line| format!(" line {line}")))]
pub struct FileProblem {
    /// Name of the file.
    pub file: String,
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: String,
}

/// Several problems, one a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct FileProblems(pub Vec<FileProblem>);

/// Reads a TOML text into a type.
///
/// # Errors
/// The first place where the text is not TOML or not of that shape.
pub fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, FileProblem> {
    toml::from_str(text).map_err(|error| FileProblem {
        file: file.to_owned(),
        line: error.span().map(|span| line_of(text, &span)),
        problem: error.message().lines().collect::<Vec<_>>().join(", "),
    })
}

/// A problem at a place of the text.
pub fn at(file: &str, text: &str, span: &Range<usize>, problem: impl Into<String>) -> FileProblem {
    FileProblem { file: file.to_owned(), line: Some(line_of(text, span)), problem: problem.into() }
}

/// A problem of the file as a whole.
pub fn whole(file: &str, problem: impl Into<String>) -> FileProblem {
    FileProblem { file: file.to_owned(), line: None, problem: problem.into() }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.as_bytes()[..span.start.min(text.len())].iter().filter(|&&byte| byte == b'\n').count() + 1
}

/// The date of a TOML date.
pub fn date_of(date: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = date.date?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// The candidate most like `word`, for "did you mean".
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates.max_by(|a, b| strsim::jaro_winkler(word, a).total_cmp(&strsim::jaro_winkler(word, b)))
}
