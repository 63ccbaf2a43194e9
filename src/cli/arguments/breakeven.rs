//! Arguments of `breakeven` and `devices`.

use std::path::PathBuf;

use clap::Args;

use super::CallArguments;

/// Arguments of `breakeven`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint breakeven                                       the sample log that comes with the program
  switchpoint breakeven calls.parquet --host together         with break-evens against your own host, too
  switchpoint breakeven calls.parquet --deployments mine.toml deployments that `switchpoint deployments fit --out` wrote
  switchpoint breakeven sessions.csv --anchor 2026-06-01 --days 30   a log whose times are relative

Rent, power, people, latency and everything else that is assumed is in a scenario (--scenario); --explain shows it.")]
pub struct BreakevenArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// Which machines, and how closely.
    #[command(flatten)]
    pub machines: MachineArguments,
}

/// What is asked of machines.
#[derive(Debug, Args)]
pub struct MachineArguments {
    /// Only this deployment
    #[arg(long, value_name = "ID")]
    pub deployment: Option<String>,

    /// Deployments of your own, beside those that are shipped
    #[arg(long, value_name = "FILE")]
    pub deployments: Option<PathBuf>,

    /// Fill capacity by slots of five minutes instead of hours
    #[arg(long)]
    pub five_minutes: bool,

    /// The host that you use or would use
    #[arg(long, value_name = "SELLER")]
    pub host: Option<String>,
}

/// Arguments of `devices`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint devices                          the sample log that comes with the program
  switchpoint devices ~/.claude/projects       what of these sessions a device on the desk could take

Bandwidth reached, power, and what waiting costs are in a scenario (section device).")]
pub struct DevicesArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,
}
