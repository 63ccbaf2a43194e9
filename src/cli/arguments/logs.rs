//! Arguments of `logs`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{FormatChoice, LayerArguments, PageArguments, parse_format};

/// The commands of `logs`.
#[derive(Debug, Subcommand)]
pub enum LogsCommand {
    /// List the formats that can be read
    Formats(FormatsArguments),
    /// Say what files are: format, time, models, conventions, first problems
    Inspect(InspectArguments),
    /// Write the calls of logs as one canonical table
    Convert(ConvertArguments),
    /// Put recomputed cost beside what was billed or logged, by day and model
    Reconcile(ReconcileArguments),
}

/// Arguments of `logs formats`.
#[derive(Debug, Args)]
pub struct FormatsArguments {
    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Which logs, and how they are read.
#[derive(Debug, Args)]
pub struct SourceArguments {
    /// Files, folders, patterns in quotes, or `-` for standard input
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<String>,

    /// Form of the page (text, json, csv, markdown), or format of the log (`switchpoint logs formats`) where it is not told
    /// from its content; may be given once for each
    #[arg(long, value_name = "NAME", value_parser = parse_format)]
    pub format: Vec<FormatChoice>,

    /// Column map for a table: a TOML file, or the name of a shipped map
    #[arg(long, value_name = "FILE")]
    pub map: Option<String>,

    /// Day on which times that count from the start of a session begin
    #[arg(long, value_name = "DATE")]
    pub anchor: Option<NaiveDate>,

    /// Model of calls whose log names none
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,

    /// Replace users, keys, teams and projects by hashes under the key in this file (16 bytes or more)
    #[arg(long, value_name = "KEYFILE")]
    pub pseudonymise: Option<PathBuf>,
}

/// Arguments of `logs inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint logs inspect export.json
  switchpoint logs inspect ~/.codex/sessions ~/.claude/projects

Exit codes: 0 every file holds calls, 4 none does.")]
pub struct InspectArguments {
    /// Which logs.
    #[command(flatten)]
    pub source: SourceArguments,
}

/// Arguments of `logs convert`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint logs convert ~/.codex/sessions --out calls.parquet
  switchpoint logs convert spend.jsonl --out calls.csv --pseudonymise key.txt

The table is that of docs/tables.md; `switchpoint audit` reads it again, and finds the same.")]
pub struct ConvertArguments {
    /// Which logs.
    #[command(flatten)]
    pub source: SourceArguments,

    /// File to write; its ending says how: .parquet, .csv or .jsonl
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
}

/// Arguments of `logs reconcile`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint logs reconcile spend.jsonl                   a gateway's costs beside those at list price
  switchpoint logs reconcile usage.json costs.json         a seller's usage report beside its cost report
  switchpoint logs reconcile calls.parquet --prices contract.toml")]
pub struct ReconcileArguments {
    /// Which logs, and which cost reports.
    #[command(flatten)]
    pub source: SourceArguments,

    /// Folder with facts laid out like `data/`, instead of the shipped ones
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Which price sheets are used.
    #[command(flatten)]
    pub layers: LayerArguments,
}
