//! What holds for every command: the project file, how much is said, and whether it is styled. Decided once, when the program starts.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::Result;

use super::arguments::{CallArguments, CommonArguments};
use super::exit::UsageError;
use super::prepared::usage;
use crate::inputs::project::Project;

/// When a page is styled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR says otherwise or CLICOLOR_FORCE asks for it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What was decided.
#[derive(Debug)]
pub(super) struct Manners {
    /// Whether pages are left out.
    pub(super) quiet: bool,
    /// Whether standard error says what is done.
    pub(super) verbose: bool,
    /// When a page is styled.
    pub(super) colour: Colour,
    project: Option<Project>,
    start: Instant,
}

static MANNERS: OnceLock<Manners> = OnceLock::new();

/// Decides. A project file is looked for unless the command is about to write one.
///
/// # Errors
/// A project file that is named and not there, or is wrong.
pub(super) fn decide(common: &CommonArguments, look_for_project: bool) -> Result<()> {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    let found = match &common.config {
        Some(file) if !file.is_file() => {
            return Err(UsageError(format!("--config: there is no file `{}`", file.display())).into());
        }
        Some(file) => Some(file.clone()),
        None if common.no_config || !look_for_project => None,
        None => std::env::current_dir().ok().and_then(|folder| Project::found_from(&folder)),
    };
    let read = |file: &std::path::PathBuf| Project::read(file, home.as_deref().map(Path::new));
    let project = found.as_ref().map(read).transpose().map_err(usage)?;
    let manners = Manners {
        quiet: common.quiet,
        verbose: common.verbose,
        colour: common.color,
        project,
        start: Instant::now(),
    };
    if let Some(file) = &found {
        note(&manners, &format!("project file {}", file.display()));
    }
    // A second run within one process keeps what the first decided; the program runs once.
    let _ = MANNERS.set(manners);
    Ok(())
}

/// What was decided; where nothing was, nothing special.
pub(super) fn manners() -> &'static Manners {
    MANNERS.get_or_init(|| Manners {
        quiet: false,
        verbose: false,
        colour: Colour::Auto,
        project: None,
        start: Instant::now(),
    })
}

/// The project.
pub(super) fn project() -> Option<&'static Project> {
    manners().project.as_ref()
}

/// Says what is done, where that is asked for.
pub(super) fn said(text: &str) {
    note(manners(), text);
}

fn note(manners: &Manners, text: &str) {
    use std::io::Write as _;
    if manners.verbose {
        let seconds = manners.start.elapsed().as_secs_f64();
        let line = format!("[{seconds:.2} s] {}", crate::outputs::clean(text));
        // Whoever closed standard error does not want to know.
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }
}

/// The arguments with what the project says where they say nothing; sheets of the project lie below those of flags.
pub(super) fn completed(arguments: &CallArguments) -> CallArguments {
    let mut arguments = arguments.clone();
    let Some(project) = project() else { return arguments };
    if arguments.logs.is_empty() && arguments.from_partials.is_empty() {
        arguments.logs.clone_from(&project.logs);
    }
    let own = std::mem::take(&mut arguments.layers.prices);
    arguments.layers.prices = project.prices.iter().cloned().chain(own).collect();
    let own = std::mem::take(&mut arguments.scores);
    arguments.scores = project.scores.iter().cloned().chain(own).collect();
    arguments.graded = arguments.graded.or_else(|| project.graded.clone());
    arguments
}
