//! Arguments of `prices`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{LayerArguments, PageArguments};

/// The commands of `prices`.
#[derive(Debug, Subcommand)]
pub enum PricesCommand {
    /// List every offer at its standard rates
    List(ListArguments),
    /// Show every rate of a model: sellers, modes, regions, context tiers, hours, dates, sources and layers
    Show(ShowArguments),
    /// Show how the prices of a model changed
    History(HistoryArguments),
    /// Compare two sheets, or two days
    Diff(DiffArguments),
    /// Read price sheets of other projects, and write them in the project's own format
    Import(ImportArguments),
    /// Download the current sheet of a source
    Sync(SyncArguments),
    /// Tell every problem of a sheet, with file and line
    Check(CheckArguments),
}

/// Arguments of `prices list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint prices list --seller deepinfra
  switchpoint prices list --tier hosted --as-of 2026-06-01 --format csv")]
pub struct ListArguments {
    /// Only this seller
    #[arg(long, value_name = "NAME")]
    pub seller: Option<String>,

    /// Only this tier (closed or hosted)
    #[arg(long, value_name = "TIER")]
    pub tier: Option<String>,

    /// Day whose rates are listed; without it today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,

    /// Which price sheets are used.
    #[command(flatten)]
    pub layers: LayerArguments,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `prices show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint prices show gpt-5.4                          what is in force today
  switchpoint prices show claude-opus-4-6 --history        every rate on record
  switchpoint prices show gpt-5.4 --prices contract.toml   which layer wins
  switchpoint prices show kimi-k2.5 --as-of 2026-06-01 --format csv")]
pub struct ShowArguments {
    /// Name of the model, as in logs or on sheets
    #[arg(value_name = "MODEL")]
    pub model: String,

    /// Day whose rates are shown; without it today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,

    /// Show rates of other days, and those that a later layer overrides, too
    #[arg(long)]
    pub history: bool,

    /// Which price sheets are used.
    #[command(flatten)]
    pub layers: LayerArguments,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `prices history`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint prices history o3
  switchpoint prices history deepseek-v4-pro --seller deepseek --mode standard
  switchpoint prices history gpt-4 --export gpt-4.csv      one line a change, for a chart")]
pub struct HistoryArguments {
    /// Name of the model, as in logs or on sheets
    #[arg(value_name = "MODEL")]
    pub model: String,

    /// Only this seller
    #[arg(long, value_name = "NAME")]
    pub seller: Option<String>,

    /// Only this mode (standard, batch, flex, priority, fast); without it standard
    #[arg(long, value_name = "MODE")]
    pub mode: Option<String>,

    /// Write the path as a table of CSV: one line a price, from its first day until the day after its last
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,

    /// Which price sheets are used.
    #[command(flatten)]
    pub layers: LayerArguments,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `prices diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
A side is a day (2026-06-01), a file with a price sheet, `shipped`, or the name of a synced source.

Examples:
  switchpoint prices diff 2026-06-01 2026-11-01
  switchpoint prices diff shipped litellm.json
  switchpoint prices diff last-year.toml this-year.toml --as-of 2026-11-01")]
pub struct DiffArguments {
    /// What was
    #[arg(value_name = "A")]
    pub before: String,

    /// What is
    #[arg(value_name = "B")]
    pub after: String,

    /// Only this seller
    #[arg(long, value_name = "NAME")]
    pub seller: Option<String>,

    /// Day on which two sheets are compared; without it today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,

    /// Which price sheets are used.
    #[command(flatten)]
    pub layers: LayerArguments,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `prices import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint prices import model_prices_and_context_window.json       say what is in it
  switchpoint prices import litellm.json --out sheets                  one TOML file a seller
  switchpoint prices show gpt-5.4 --prices sheets/openai.toml          use one of them")]
pub struct ImportArguments {
    /// Price sheets of known sources
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// What the files are, where it is not told from their content
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,

    /// Folder into which one sheet a seller is written; without it nothing is written
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Day of the sheets, where they do not state it
    #[arg(long, value_name = "DATE")]
    pub date: Option<NaiveDate>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `prices sync`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint prices sync genai-prices
  switchpoint prices sync litellm models.dev
  switchpoint prices sync litellm --url https://intranet.example/prices.json")]
pub struct SyncArguments {
    /// Names of sources; none says what is synced already
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,

    /// Address in place of the one where the source publishes; for one source only
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,

    /// Seconds that a download may take in all
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub timeout: u64,

    /// Times that a download is tried
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub attempts: u32,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `prices check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint prices check                       the shipped sheets
  switchpoint prices check contract.toml rates.csv

Exit codes: 0 no problem, 4 something could not be taken.")]
pub struct CheckArguments {
    /// Price sheets; none checks the shipped ones
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// What the files are, where it is not told from their content
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}
