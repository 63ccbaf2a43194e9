//! Errors of TOML data files: what is wrong, in which file, at which line.

use std::ops::Range;

use chrono::NaiveDate;
use thiserror::Error;

/// A problem in a data file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{file}`{}: {problem}", place(*line, *column))]
pub struct FileProblem {
    /// Name of the file.
    pub file: String,
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// Column in it, in characters from 1, where it is known.
    pub column: Option<usize>,
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
        column: None,
        problem: error.message().lines().collect::<Vec<_>>().join(", "),
    })
}

/// A problem at a place of the text.
pub fn at(file: &str, text: &str, span: &Range<usize>, problem: impl Into<String>) -> FileProblem {
    FileProblem {
        file: file.to_owned(),
        line: Some(line_of(text, span)),
        column: None,
        problem: problem.into(),
    }
}

/// A problem at a place of the text, told with its column.
pub fn exactly(file: &str, text: &str, span: &Range<usize>, problem: impl Into<String>) -> FileProblem {
    let start = span.start.min(text.len());
    let before = text.get(..start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    FileProblem { column: Some(before.chars().count() + 1), ..at(file, text, span, problem) }
}

/// A problem of the file as a whole.
pub fn whole(file: &str, problem: impl Into<String>) -> FileProblem {
    FileProblem { file: file.to_owned(), line: None, column: None, problem: problem.into() }
}

fn place(line: Option<usize>, column: Option<usize>) -> String {
    let of = |word: &str, number: Option<usize>| {
        number.map_or_else(String::new, |number| format!(" {word} {number}"))
    };
    of("line", line) + &of("column", column)
}

/// The line of a place of the text, from 1.
pub fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.as_bytes()[..span.start.min(text.len())].iter().filter(|&&byte| byte == b'\n').count() + 1
}

/// The date of a TOML date.
pub fn date_of(date: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = date.date?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}
