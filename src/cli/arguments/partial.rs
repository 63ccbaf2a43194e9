//! Arguments of `partial`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::{CallArguments, MachineArguments};

/// Pages that sums are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Asked {
    /// `audit`, and what needs no more: `forecast`, `trends`
    Audit,
    /// `assess`
    Assess,
    /// `breakeven`
    Breakeven,
    /// `devices`
    Devices,
    /// `frontier`
    Frontier,
    /// `project`
    Project,
    /// `report`
    Report,
    /// `seats`
    Seats,
}

/// Arguments of `partial`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint partial 07.parquet --part 7/64 -o sums/1/07.parquet          the seventh of 64 parts
  switchpoint audit --from-partials sums                                   the page of all of them
  switchpoint partial 07.parquet --part 7/64 --for breakeven --after sums/1 -o sums/2/07.parquet
                                                                           the next round
  switchpoint partial --from-partials sums -o all.parquet --for breakeven  many as one, and whether a round is left

docs/scale.md has Spark, Slurm, Kubernetes and GNU parallel.")]
pub struct PartialArguments {
    /// Which part of the log, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// File of the sums
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,

    /// Pages that the sums are for; several with commas
    #[arg(long = "for", value_name = "PAGE", value_delimiter = ',', default_value = "audit")]
    pub pages: Vec<Asked>,

    /// Partials of the rounds before, of all parts: files or folders; repeated, all count
    #[arg(long, value_name = "DIR", conflicts_with = "from_partials")]
    pub after: Vec<PathBuf>,

    /// Which of how many parts this is, so that missing and doubled ones are seen
    #[arg(long, value_name = "K/N", value_parser = part, conflicts_with = "from_partials")]
    pub part: Option<(u32, u32)>,

    /// Name of the run: partials of different runs do not add up
    #[arg(long, value_name = "NAME", conflicts_with = "from_partials")]
    pub run: Option<String>,

    /// Day of the audit, the same for all parts; today where none is given, with --after that of those partials
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from_partials", "as_of"])]
    pub day: Option<NaiveDate>,

    /// Read the calls as a stream of Arrow from standard input, under the name of the log that they are a part of
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "-", conflicts_with_all = ["from_partials", "logs"])]
    pub arrow_stdin: Option<String>,

    /// Which machines, and how closely.
    #[command(flatten)]
    pub machines: MachineArguments,
}

fn part(text: &str) -> Result<(u32, u32), String> {
    let numbers = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    numbers
        .filter(|(part, of): &(u32, u32)| (1..=*of).contains(part))
        .ok_or_else(|| "it is K/N: the K-th of N parts, from 1".to_owned())
}
