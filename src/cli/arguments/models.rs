//! Arguments of `models`.

use clap::{Args, Subcommand};

use super::PageArguments;

/// The commands of `models`.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Say which model a raw name means, and how that was found
    Resolve(ResolveArguments),
}

/// Arguments of `models resolve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint models resolve claude-sonnet-4-5-20250929
  switchpoint models resolve us.anthropic.claude-opus-4-1-20250805-v1:0 openai/gpt-5.4:batch --format json")]
pub struct ResolveArguments {
    /// Names as they stand in logs and on price sheets
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<String>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}
