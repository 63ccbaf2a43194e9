//! Arguments of `assess`, `canary` and `reproduce`.

use std::path::PathBuf;

use clap::Args;

use super::{CallArguments, PageArguments};

/// Arguments of `assess`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint assess                                   the sample log that comes with the program
  switchpoint assess calls.parquet --graded evals.csv  with your own graded calls
  switchpoint assess calls.csv --scenario mine.toml    with kinds, success rates and costs of failures of your workloads")]
pub struct AssessArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,
}

/// Arguments of `canary`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint canary graded.csv --candidate gpt-oss-120b --incumbent claude-sonnet-4-5
  switchpoint canary graded.jsonl --candidate gpt-oss-120b --rate 0.93 --format json

A row is a graded call, in the order in which calls came: model, outcome (0 to 1), perhaps workload and item. Calls of both models
with the same item are pairs; otherwise the first call of one is set against the first of the other, and so on.")]
pub struct CanaryArguments {
    /// Graded calls: CSV, TSV, JSON lines or Parquet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The model that is tried
    #[arg(long, value_name = "MODEL")]
    pub candidate: String,

    /// The model that it is compared with
    #[arg(long, value_name = "MODEL", conflicts_with = "rate")]
    pub incumbent: Option<String>,

    /// The success rate that it is compared with, where no calls of the incumbent are graded
    #[arg(long, value_name = "SHARE")]
    pub rate: Option<f64>,

    /// Only calls of this workload
    #[arg(long, value_name = "NAME")]
    pub workload: Option<String>,

    /// How much less often the candidate may succeed (default: evals.gap)
    #[arg(long, value_name = "SHARE")]
    pub margin: Option<f64>,

    /// Scenario with assumptions that differ from the default, as TOML
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<String>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `reproduce`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint reproduce                what there is
  switchpoint reproduce pan2025        published beside computed again, and what was not said")]
pub struct ReproduceArguments {
    /// Name of the table; without one they are listed
    #[arg(value_name = "NAME")]
    pub name: Option<String>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}
