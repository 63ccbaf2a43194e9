//! Arguments of `project`, `trends` and what else looks ahead.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::CallArguments;

/// Arguments of `project`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint project                                     the sample log that comes with the program
  switchpoint project calls.parquet --budget 20000        with the probability of a month above 20,000 dollars
  switchpoint project calls.parquet --scenario careful    a scenario by its name (switchpoint scenario list) or file
  switchpoint project calls.parquet --format csv          every plan and month

Everything that is assumed is in a scenario (sections projection, drift, volume, adoption, events, correlation).
Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct ProjectArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// What is asked of the future.
    #[command(flatten)]
    pub asked: FutureArguments,
}

/// What is asked of the future.
#[derive(Debug, Args)]
pub struct FutureArguments {
    /// Dollars a month that must not be exceeded: pages tell how probably they are
    #[arg(long, value_name = "USD")]
    pub budget: Option<f64>,

    /// Months to look ahead
    #[arg(long, value_name = "N")]
    pub months: Option<u32>,

    /// Futures to draw
    #[arg(long, value_name = "N")]
    pub paths: Option<u32>,

    /// Seed of the draws
    #[arg(long, value_name = "N")]
    pub seed: Option<u32>,

    /// Deployments of your own, beside those that are shipped
    #[arg(long, value_name = "FILE")]
    pub deployments: Option<PathBuf>,
}

/// Arguments of `trends`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint trends                              what the same capability has cost, and how the sample grows
  switchpoint trends --back-test 2025-12-31       prices after that day, foretold from those before it

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct TrendsArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// Foretell prices after this day from those before it, and compare
    #[arg(long, value_name = "DATE")]
    pub back_test: Option<NaiveDate>,
}
