//! Arguments of `scenario` and `compare-scenarios`.

use clap::{Args, Subcommand};

use super::{CallArguments, FutureArguments, PageArguments};

/// The commands of `scenario`.
#[derive(Debug, Subcommand)]
pub enum ScenarioCommand {
    /// The shipped scenarios, and what each is for
    List(PageArguments),
    /// Every assumption of a scenario: value, unit, default, meaning, source
    Show(ShowScenarioArguments),
    /// Everything that is wrong with scenario files, at once
    Check(CheckScenarioArguments),
}

/// Arguments of `scenario show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint scenario show                      every assumption as it is shipped
  switchpoint scenario show careful --changed    what the scenario `careful` changes
  switchpoint scenario show mine.toml --section drift")]
pub struct ShowScenarioArguments {
    /// Name of a shipped scenario, or a file
    #[arg(value_name = "NAME", default_value = "default")]
    pub name: String,

    /// Only what differs from the default
    #[arg(long)]
    pub changed: bool,

    /// Only this section
    #[arg(long, value_name = "SECTION")]
    pub section: Option<String>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `scenario check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  switchpoint scenario check mine.toml other.toml

Exit codes: 0 nothing is wrong, 2 something is.")]
pub struct CheckScenarioArguments {
    /// Scenario files, or names of shipped ones
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<String>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `compare-scenarios`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint compare-scenarios calls.parquet                             all shipped scenarios side by side
  switchpoint compare-scenarios calls.parquet --with careful,mine.toml    these and the default

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct CompareScenariosArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// Scenarios beside the default, names or files; without it all that are shipped
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub with: Vec<String>,

    /// What is asked of the future.
    #[command(flatten)]
    pub asked: FutureArguments,
}
