//! Where adapters put what they find in one file.

use super::call::Call;
use super::strings::{Strings, Sym};

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Line (or row) of the file, from 1.
    pub line: u64,
    /// What is wrong with it, lower case, without the text of the row.
    pub reason: String,
}

/// What one file gave: `rows = calls + no_call + rejects` until duplicates are merged.
#[derive(Debug, Default)]
pub struct Sink {
    /// The strings of the calls.
    pub strings: Strings,
    /// The calls, in the order of the file.
    pub calls: Vec<Call>,
    /// Rows that are no call: prompts, tool results, titles.
    pub no_call: u64,
    /// Rows that could not be read.
    pub rejects: Vec<Reject>,
    /// Things about the whole file that a user should know.
    pub notes: Vec<String>,
}

impl Sink {
    /// The symbol of a text; an empty one is *not reported*.
    pub fn text(&mut self, text: Option<impl AsRef<str>>) -> Option<Sym> {
        let text = text?;
        let trimmed = text.as_ref().trim();
        (!trimmed.is_empty()).then(|| self.strings.intern(trimmed))
    }

    /// Takes a call, or rejects it when it breaks an invariant.
    pub fn call(&mut self, call: Call) {
        let line = call.line;
        match call.checked() {
            Ok(call) => self.calls.push(call),
            Err(reason) => self.reject(line, reason),
        }
    }

    /// Counts a row that is no call.
    pub fn no_call(&mut self) {
        self.no_call += 1;
    }

    /// Keeps a row that could not be read.
    pub fn reject(&mut self, line: u64, reason: impl Into<String>) {
        self.rejects.push(Reject { line, reason: reason.into() });
    }

    /// Rows read from the file.
    pub fn rows(&self) -> u64 {
        self.calls.len() as u64 + self.no_call + self.rejects.len() as u64
    }
}
