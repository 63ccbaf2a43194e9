//! Arguments of `gate`, `baseline` and `compare`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CallArguments, PageArguments};

/// Arguments of `gate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint gate run.jsonl --budget budget.toml --baseline baseline.json
  switchpoint gate run.jsonl --budget budget.toml --write comment=comment.md --write junit=gate.xml
  switchpoint gate run.jsonl --budget budget.toml -W no-baseline      the first run has nothing to compare with
  switchpoint gate run.jsonl --budget budget.toml --dry-run           says what it would do

Forms for --write: text, json, csv, markdown (the page); comment, summary (Markdown for a change, for a step), github (annotations),
gitlab (Code Quality), junit, sarif. FILE is `-` for standard output.
Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 3 the gate says no, 4 inputs unusable.")]
pub struct GateArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// Rules: a TOML file (`switchpoint gate --rules` tells what it may say)
    #[arg(long, value_name = "FILE", default_value = "budget.toml")]
    pub budget: PathBuf,

    /// What the log is compared with: a file of `switchpoint baseline save`
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write the result in a form to a file; may be given several times
    #[arg(long, value_name = "FORM=FILE")]
    pub write: Vec<String>,

    /// Let a finding deny, whatever its rule says; `warnings` stands for all that warn
    #[arg(short = 'D', long = "deny-finding", value_name = "CODE")]
    pub deny_findings: Vec<String>,

    /// Let a finding warn and no more
    #[arg(short = 'W', long = "warn-finding", value_name = "CODE")]
    pub warn_findings: Vec<String>,

    /// Leave a finding out
    #[arg(short = 'A', long = "allow-finding", value_name = "CODE")]
    pub allow_findings: Vec<String>,

    /// Say what would be done, and exit with 0 whatever is found
    #[arg(long)]
    pub dry_run: bool,

    /// Name of this gate, where several speak about one change
    #[arg(long, value_name = "NAME", default_value = "")]
    pub tag: String,

    /// Take today for the day of the audit; without it the day of the last call is, so that the verdict can be repeated
    #[arg(long, conflicts_with = "as_of")]
    pub today: bool,

    /// Only check the budget: every mistake of it, with line and column
    #[arg(long)]
    pub check: bool,

    /// Print what a rule may limit, and what each finding means, and do nothing else
    #[arg(long)]
    pub rules: bool,
}

/// The commands of `baseline`.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Keep what a log came to, for later logs to be compared with
    Save(Box<SaveArguments>),
    /// What a baseline holds
    Show(ShowBaselineArguments),
}

/// Arguments of `baseline save`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint baseline save run.jsonl --out baseline.json
  switchpoint baseline save 'logs/2026-10/*.parquet' --out october.json --budget budget.toml

The file holds sums by workload, model, seller and mode: no call, no prompt, and no user unless a rule of the budget names one.
Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct SaveArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// File to write
    #[arg(long, value_name = "FILE", default_value = "baseline.json")]
    pub out: PathBuf,

    /// Rules whose teams, users and tags get sums of their own
    #[arg(long, value_name = "FILE")]
    pub budget: Option<PathBuf>,

    /// Take today for the day of the audit, instead of the day of the last call
    #[arg(long, conflicts_with = "as_of")]
    pub today: bool,
}

/// Arguments of `baseline show`.
#[derive(Debug, Args)]
pub struct ShowBaselineArguments {
    /// File of `switchpoint baseline save`
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// How the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint compare october.jsonl november.jsonl        which drivers changed the cost, to the picodollar
  switchpoint compare baseline.json run.jsonl             either side may be a baseline
  switchpoint compare 'a/*.parquet' 'b/*.parquet' --format json

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct CompareArguments {
    /// Two logs or baselines, and assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// Take today for the day of the audit, instead of the day of the last call
    #[arg(long, conflicts_with = "as_of")]
    pub today: bool,
}
