//! Arguments of `export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::SourceArguments;

/// The commands of `export`.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Write priced calls as a FOCUS 1.2 cost and usage file
    Focus(FocusArguments),
}

/// Arguments of `export focus`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint export focus calls.parquet --out focus.csv --account 4711

One row a day, seller, model, region, mode, meter, unit price and workload. Costs are usage at list price and not an
invoice: all four cost columns hold the same. Calls without a price or a date are left out and counted on the page.

Exit codes: 0 rows were written, 4 no call has a price and a date.")]
pub struct FocusArguments {
    /// Which logs.
    #[command(flatten)]
    pub source: SourceArguments,

    /// File to write; CSV
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,

    /// Id of the account that is billed (BillingAccountId)
    #[arg(long, value_name = "ID")]
    pub account: String,

    /// Name of that account (BillingAccountName)
    #[arg(long, value_name = "NAME")]
    pub account_name: Option<String>,

    /// Folder with facts laid out like `data/`, instead of the shipped ones
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Leave synced price sheets out
    #[arg(long)]
    pub no_synced: bool,
}
