//! Arguments of `report`.

use std::path::PathBuf;

use clap::Args;

use super::{CallArguments, FutureArguments};

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint report                                        the sample log, as switchpoint-report.pdf
  switchpoint report calls.parquet --out audit.html         one page with everything inside, for a browser
  switchpoint report calls.parquet --format markdown        for a wiki, with the pictures beside it
  switchpoint report --write-template paper                 the shipped template, to be changed
  switchpoint report calls.parquet --template paper --out offer.pdf

The day of the report is that of the last call, so the same inputs give the same bytes; --as-of DATE states another day, --today
asks the clock.
Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct ReportArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// File to write; its ending says how (.pdf, .html, .md) where --format does not
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Folder with templates, colours, fonts and a logo of your own; what it does not hold is as shipped
    #[arg(long, value_name = "DIR")]
    pub template: Option<PathBuf>,

    /// Write the shipped template into a folder, and nothing else
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "template"])]
    pub write_template: Option<PathBuf>,

    /// A file of `switchpoint baseline save`: adds a chapter on what has changed since
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Take today's date as the day of the report
    #[arg(long, conflicts_with = "as_of")]
    pub today: bool,

    /// What is asked of the future.
    #[command(flatten)]
    pub asked: FutureArguments,
}
