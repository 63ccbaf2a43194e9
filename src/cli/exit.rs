//! Exit codes: each means one thing.

use crate::inputs::baseline::BaselineError;
use crate::inputs::graded::GradedError;
use crate::inputs::logs::LogError;
use crate::inputs::logs::table::parquet::is_of_parquet;
use crate::inputs::partials::PartialError;
use crate::inputs::toml_file::{FileProblem, FileProblems};
use crate::simulation::partial::Unanswered;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Fine = 0,
    /// The tool failed.
    Failed = 1,
    /// Wrong usage: an argument, a flag or a key.
    Usage = 2,
    /// A gate said no.
    Denied = 3,
    /// The inputs cannot be used.
    Inputs = 4,
}

/// A mistake in how the program was called.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// The code of an error: what lies deepest decides.
pub fn of(error: &anyhow::Error) -> Exit {
    if error.downcast_ref::<UsageError>().is_some() {
        return Exit::Usage;
    }
    match error.downcast_ref::<LogError>() {
        Some(LogError::Frame(_)) => return Exit::Failed,
        Some(_) => return Exit::Inputs,
        None => {}
    }
    match error.chain().find_map(Unanswered::of) {
        Some(Unanswered::SingleCalls) => return Exit::Usage,
        Some(Unanswered::NotAsked(_) | Unanswered::OfOnePart(_)) => return Exit::Inputs,
        None => {}
    }
    if error.downcast_ref::<PartialError>().is_some()
        || is_of_a_damaged_table(error)
        || error.downcast_ref::<GradedError>().is_some()
        || error.downcast_ref::<BaselineError>().is_some()
    {
        return Exit::Inputs;
    }
    let data_file =
        error.downcast_ref::<FileProblem>().is_some() || error.downcast_ref::<FileProblems>().is_some();
    if data_file { Exit::Inputs } else { Exit::Failed }
}

/// Whether a table of calls could be opened and not read.
pub fn is_of_a_damaged_table(error: &anyhow::Error) -> bool {
    error.chain().any(is_of_parquet)
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
