//! Arguments of `scores`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::PageArguments;

/// The commands of `scores`.
#[derive(Debug, Subcommand)]
pub enum ScoresCommand {
    /// Benchmarks that are known: what they measure, how many models they have, from whom
    List(ScoresArguments),
    /// What single models scored, and what they are taken to be able to do
    Show(ShowScoresArguments),
    /// Read tables of other projects into one long table
    Import(ImportScoresArguments),
    /// Fit capabilities: the most able models, how well the fit holds, and which benchmarks disagree most
    Fit(FitArguments),
    /// Look for rows that cannot be used, names that mean no model, and scores that contradict each other
    Check(ScoresArguments),
}

/// Arguments of every page about scores.
#[derive(Debug, Args)]
pub struct ScoresArguments {
    /// Scores of your own beside the shipped ones: a table, or a file or folder of a known source; repeated, all count
    #[arg(long, value_name = "FILE")]
    pub scores: Vec<PathBuf>,

    /// Scenario with assumptions that differ from the default, as TOML
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<String>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `scores show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint scores show gpt-oss-120b claude-sonnet-4-5
  switchpoint scores show my-model --scores my-evals.csv")]
pub struct ShowScoresArguments {
    /// Names of models
    #[arg(value_name = "MODEL", required = true)]
    pub models: Vec<String>,

    /// Which scores.
    #[command(flatten)]
    pub scores: ScoresArguments,
}

/// Arguments of `scores fit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint scores fit                               the general scale
  switchpoint scores fit --kind coding --infer
  switchpoint scores fit --scores table_2026_06_25.csv --format json")]
pub struct FitArguments {
    /// Kind of tasks (coding, agentic, reasoning, knowledge, chat, long-context, extraction, general)
    #[arg(long, value_name = "KIND", default_value = "general")]
    pub kind: String,

    /// Guess models without a score from the trend of their line
    #[arg(long)]
    pub infer: bool,

    /// Which scores.
    #[command(flatten)]
    pub scores: ScoresArguments,
}

/// Arguments of `scores import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint scores import aider/website/_data --out aider.csv
  switchpoint scores import benchmark_data --source epoch --out epoch.parquet
  switchpoint audit --scores aider.csv

Sources: aider, epoch, openrouter, livebench, lmarena, plain.")]
pub struct ImportScoresArguments {
    /// Files or folders
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// What they are, where they do not show it
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,

    /// File to write; its ending says how: .csv, .jsonl or .parquet
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}
