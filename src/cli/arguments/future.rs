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
    #[arg(long, value_name = "USD", allow_negative_numbers = true)]
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

/// Arguments of `forecast`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint forecast --budget 400                 what this month comes to, and when 400 dollars are exceeded
  switchpoint forecast calls.parquet --month 2026-12

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage or too little to foretell from, 4 inputs unusable.")]
pub struct ForecastArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// The month, as 2026-11; without it that of the last call
    #[arg(long, value_name = "MONTH", value_parser = month)]
    pub month: Option<NaiveDate>,

    /// Dollars that must not be exceeded in it
    #[arg(long, value_name = "USD", allow_negative_numbers = true)]
    pub budget: Option<f64>,
}

fn month(text: &str) -> Result<NaiveDate, String> {
    format!("{text}-01").parse().map_err(|_| "a month is written as 2026-11".to_owned())
}

/// Arguments of `seats`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint seats                                        the users of the sample log
  switchpoint seats ~/.claude/projects --as-user me        a log that names no users
  switchpoint seats calls.parquet --plans contract.toml    with plans of your own (data/plans has their form)
  switchpoint seats ~/.claude/projects --as-user me --quota-used 0.2   these calls used a fifth of a week's limit: what it holds
  switchpoint seats --users 50 --mean 200 --p90 400        no log: 50 users with this use a month at list price

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable.")]
pub struct SeatsArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// Plans of your own, beside those that are shipped
    #[arg(long, value_name = "FILE")]
    pub plans: Option<PathBuf>,

    /// All calls are this user's
    #[arg(long, value_name = "NAME")]
    pub as_user: Option<String>,

    /// Share of a week's limit of a seat that the calls of the log used up: what the seat then holds a month
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    pub quota_used: Option<f64>,

    /// Users, where there is no log
    #[arg(long, value_name = "N", requires = "mean", requires = "p90")]
    pub users: Option<u32>,

    /// Dollars at list price that a user uses a month on average
    #[arg(long, value_name = "USD", requires = "users", allow_negative_numbers = true)]
    pub mean: Option<f64>,

    /// The same that one user in ten exceeds
    #[arg(long, value_name = "USD", requires = "users", allow_negative_numbers = true)]
    pub p90: Option<f64>,
}
