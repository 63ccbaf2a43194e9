//! How numbers are come by, and what words mean: texts for reports and documentation.

use serde::Deserialize;

use super::toml_file::{self, FileProblem};

const METHOD: &str = include_str!("../../reports/method.toml");
const GLOSSARY: &str = include_str!("../../reports/glossary.toml");

/// A step of the method.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is computed.
    pub title: String,
    /// How, in words.
    pub text: String,
    /// The formulas, in plain characters, each on a line of its own.
    #[serde(default)]
    pub formulas: Vec<String>,
    /// Where they come from.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// A word and its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The word.
    pub word: String,
    /// What it means here.
    pub meaning: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Method {
    step: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Glossary {
    term: Vec<Term>,
}

/// The method, step by step.
///
/// # Errors
/// When the file in the program is not of its shape, which a test rules out.
pub fn method() -> Result<Vec<Step>, FileProblem> {
    Ok(toml_file::parse::<Method>("method.toml", METHOD)?.step)
}

/// The words, in the order of the alphabet.
///
/// # Errors
/// When the file in the program is not of its shape, which a test rules out.
pub fn glossary() -> Result<Vec<Term>, FileProblem> {
    Ok(toml_file::parse::<Glossary>("glossary.toml", GLOSSARY)?.term)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_says_something_and_words_are_in_order() {
        let steps = method().expect("of its shape");
        assert!(steps.len() > 8);
        assert!(steps.iter().all(|step| step.text.len() > 40));
        let words: Vec<String> =
            glossary().expect("of its shape").iter().map(|term| term.word.to_lowercase()).collect();
        assert!(words.is_sorted(), "{words:?}");
    }
}
