//! Arguments of what looks at routes: `explain`, `frontier`, `route`, `replay`.

use std::path::PathBuf;

use clap::Args;

use super::{CallArguments, Format, parse_page_format};

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint explain msg_01XYZ ~/.claude/projects            a call by the id in its log
  switchpoint explain c00002 --deny openai                    a call of the sample log, under a rule
  switchpoint explain calls.csv:12 calls.csv --format json    a call without an id, every offer

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage or no such call, 4 inputs unusable.")]
pub struct ExplainArguments {
    /// Id of the call as logged; FILE:LINE where the log has none
    #[arg(value_name = "CALL")]
    pub call: String,

    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,
}

/// Arguments of `frontier`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint frontier                                 the sample log that comes with the program
  switchpoint frontier calls.parquet --benchmark gpqa-diamond --format json

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct FrontierArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,
}

/// Arguments of `route`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint route --out routes.csv                              every call of the sample log
  switchpoint route calls.parquet --out routes.parquet --only-tier hosted

One row per call: its cost where it was served, the model, seller and tier that it goes to, and its cost there
(docs/tables.md). Calls without a price stay, with empty columns.

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct RouteArguments {
    /// File to write; its ending says how: .parquet, .csv or .jsonl
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,

    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,
}

/// Arguments of `replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint replay outcomes.csv                       a row an item, a column a model: small_correct,large_correct
  switchpoint replay outcomes.csv --reference gpt-5.4   a row an item and model: item,model,score,cost

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 the table has no outcomes of two models.")]
pub struct ReplayArguments {
    /// CSV or TSV of what models scored on items
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Model that the cheapest of each subset must not fall behind; without it the best of each subset
    #[arg(long, value_name = "MODEL")]
    pub reference: Option<String>,

    /// Column of a router's scores: the higher, the sooner an item goes to the better of two models
    #[arg(long, value_name = "COLUMN")]
    pub router: Option<String>,

    /// Form of the page (text, json, csv, markdown)
    #[arg(long, value_name = "NAME", value_parser = parse_page_format)]
    pub format: Option<Format>,
}
