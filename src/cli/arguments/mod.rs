//! What the user typed. Nothing here looks at files, clock or terminal.

mod breakeven;
#[cfg(feature = "charts")]
mod chart;
#[cfg(test)]
mod examples;
mod export;
mod format;
mod future;
mod gate;
mod hardware;
mod init;
mod logs;
mod models;
mod partial;
mod prices;
mod quality;
mod report;
mod routing;
mod scenario;
mod scores;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

pub use self::breakeven::{BreakevenArguments, DevicesArguments, MachineArguments};
#[cfg(feature = "charts")]
pub use self::chart::{ChartArguments, names as chart_names};
pub use self::export::{EnvoyArguments, ExportCommand, FocusArguments, RouterArguments};
pub use self::format::FormatChoice;
pub use self::future::{
    ForecastArguments, FutureArguments, ProjectArguments, SeatsArguments, TrendsArguments,
};
pub use self::gate::{
    BaselineCommand, CompareArguments, GateArguments, SaveArguments, ShowBaselineArguments,
};
pub use self::hardware::{
    DeploymentsCommand, FitDeploymentArguments, MachinesCommand, MeasurementArguments, ValidateArguments,
};
pub use self::init::{CompletionsArguments, InitArguments, ManArguments};
pub use self::logs::{ConvertArguments, InspectArguments, LogsCommand, ReconcileArguments, SourceArguments};
pub use self::models::{ModelsCommand, ResolveArguments};
pub use self::partial::{Asked, PartialArguments};
pub use self::prices::{
    CheckArguments, DiffArguments, HistoryArguments, ImportArguments, ListArguments, PricesCommand,
    ShowArguments, SyncArguments,
};

pub use self::quality::{AssessArguments, CanaryArguments, ReproduceArguments};
pub use self::report::ReportArguments;
pub use self::routing::{ExplainArguments, FrontierArguments, ReplayArguments, RouteArguments};
pub use self::scenario::{
    CheckScenarioArguments, CompareScenariosArguments, ScenarioCommand, ShowScenarioArguments,
};
pub use self::scores::{
    FitArguments, ImportScoresArguments, ScoresArguments, ScoresCommand, ShowScoresArguments,
};

use self::format::{parse_format, parse_page_format};
use super::manners::Colour;
use crate::outputs::formats::Format;

/// Which tier of language model should have served each call, and at what point switching pays.
#[derive(Debug, Parser)]
#[command(name = "switchpoint", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub common: CommonArguments,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "For every command")]
pub struct CommonArguments {
    /// Project file, instead of the nearest switchpoint.toml above the working folder
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Leave project files out
    #[arg(long, global = true)]
    pub no_config: bool,

    /// Print no page and no progress: files are written (`-` still is standard output), mistakes are told, and the exit code says the rest
    #[arg(long, short, global = true)]
    pub quiet: bool,

    /// Say on standard error what is done
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub verbose: bool,

    /// When pages are styled; NO_COLOR and CLICOLOR_FORCE are respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Weigh each recommendation: success, cost of failures, conditions, suppliers, graded calls needed, verdict
    Assess(AssessArguments),
    /// Audit a log: what was spent, where it could run, what that saves, where self-hosting breaks even
    Audit(AuditArguments),
    /// What a log came to, kept for later logs to be compared with
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Whether, where and how serving models on machines of one's own pays: fleet, overflow, break-evens, what must be true
    Breakeven(BreakevenArguments),
    /// Say of a running canary whether to go on, promote or stop; it may be asked after every call
    Canary(CanaryArguments),
    /// Draw results: SVG, PNG and PDF of one drawing each
    #[cfg(feature = "charts")]
    Chart(ChartArguments),
    /// Completions for a shell, on standard output
    Completions(CompletionsArguments),
    /// Two logs side by side: what the cost changed by, driver by driver, and whether that is more than noise
    Compare(CompareArguments),
    /// What the calls cost and will cost under several scenarios, side by side
    CompareScenarios(CompareScenariosArguments),
    /// Measured deployments of open models, and what their tokens cost
    #[command(subcommand)]
    Deployments(DeploymentsCommand),
    /// Which calls could run on the device of whoever makes them, how fast, and what that costs
    Devices(DevicesArguments),
    /// Explain one call: what it costs at every offer, and why each may or may not serve it
    Explain(ExplainArguments),
    /// Write what calls cost, or where they are to go, in the form of other tools
    #[command(subcommand)]
    Export(ExportCommand),
    /// What the month comes to, and when a budget is exceeded
    Forecast(ForecastArguments),
    /// What the calls cost at the cheapest for each price of quality, with the incumbents beside it
    Frontier(FrontierArguments),
    /// Judge a log by a budget and a baseline: exit code 3 where a rule says no
    Gate(GateArguments),
    /// Look at what is there, and write a project file for it
    Init(InitArguments),
    /// Logs: what can be read, what a file is, other forms of it, and its costs beside the seller's bill
    #[command(subcommand)]
    Logs(LogsCommand),
    /// Machines that models run on
    #[command(subcommand)]
    Machines(MachinesCommand),
    /// Write the pages for `man`
    Man(ManArguments),
    /// What model names mean
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Sums of a part of a log, which add up to those of the whole: for logs that are larger than a machine's day
    Partial(PartialArguments),
    /// What models cost
    #[command(subcommand)]
    Prices(PricesCommand),
    /// What the calls will cost, month by month, plan by plan, with how sure that is and what it hangs on
    Project(ProjectArguments),
    /// What routing between graded models could give: single models, mixtures, oracle, and the measures of routing papers
    Replay(ReplayArguments),
    /// Everything about a log in one document, for those who sign: PDF, HTML or Markdown
    Report(ReportArguments),
    /// Compute published break-even tables again from their inputs, and say what they did not
    Reproduce(ReproduceArguments),
    /// Write the offer that each call goes to, and its cost there
    Route(RouteArguments),
    /// Assumptions: what there are, what scenarios change of them, and what is wrong with a scenario
    #[command(subcommand)]
    Scenario(ScenarioCommand),
    /// What models scored on benchmarks, and what they are able to do
    #[command(subcommand)]
    Scores(ScoresCommand),
    /// Which users should be on which plan: seats, metered use and machines of one's own at once
    Seats(SeatsArguments),
    /// What the same capability has cost over time, how far open models follow, and how the log grows
    Trends(TrendsArguments),
}

/// Arguments of every page that is about facts alone.
#[derive(Debug, Args)]
pub struct PageArguments {
    /// Form of the page (text, json, csv, markdown)
    #[arg(long, value_name = "NAME", value_parser = parse_page_format)]
    pub format: Option<Format>,

    /// Folder with facts laid out like `data/`, instead of the shipped ones
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Which price sheets lie over the shipped ones.
#[derive(Debug, Clone, Args, Default)]
pub struct LayerArguments {
    /// Price sheet of your own over the synced and shipped ones: CSV or TOML with prices, discounts and commitments, or a
    /// sheet of a known source; repeated, the last one wins
    #[arg(long, value_name = "FILE")]
    pub prices: Vec<PathBuf>,

    /// Leave out the sheets that `prices sync` downloaded
    #[arg(long)]
    pub no_synced: bool,
}

/// Arguments of `audit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint audit                                    the sample log that comes with the program
  switchpoint audit ~/.claude/projects                 every Claude Code session on this machine
  switchpoint audit spend.jsonl --as-of 2026-11-01     a LiteLLM spend log at the prices of a day
  switchpoint audit 'logs/*.parquet' --format json     a table, for another program
  zcat calls.csv.gz | switchpoint audit - --map my-columns.toml

Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 3 a gate said no, 4 inputs unusable.")]
pub struct AuditArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// Also write the sums by workload, incumbent, offer and day to this file; its ending says how: .parquet, .csv or
    /// .jsonl
    #[arg(long, value_name = "FILE")]
    pub sums: Option<PathBuf>,

    /// Choose one offer for each workload on the calls before this day, and report what it saves on the calls from then on
    #[arg(long, value_name = "DATE")]
    pub holdout: Option<NaiveDate>,

    /// Write the sums by day or by hour
    #[arg(long, value_name = "TIME", requires = "sums")]
    pub sums_by: Option<String>,
}

/// Logs and assumptions: what every command about calls is told.
#[derive(Debug, Clone, Default, Args)]
pub struct CallArguments {
    /// Files, folders, patterns in quotes, or `-` for standard input; none audits the sample log
    #[arg(value_name = "LOG")]
    pub logs: Vec<String>,

    /// Files or folders of sums that `switchpoint partial` made of the parts of a log, instead of the log; repeated, all count
    #[arg(long, value_name = "DIR", conflicts_with = "logs")]
    pub from_partials: Vec<PathBuf>,

    /// Form of the page (text, json, csv, markdown), or format of the log (`switchpoint logs formats`) where it is
    /// not told from its content; may be given once for each
    #[arg(long, value_name = "NAME", value_parser = parse_format)]
    pub format: Vec<FormatChoice>,

    /// Column map for a table: a TOML file, or the name of a shipped map
    #[arg(long, value_name = "FILE")]
    pub map: Option<String>,

    /// Price every call at the rates of this day; without it each call has the rates of its own day, and calls without a
    /// date those of today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,

    /// Day on which times that count from the start of a session begin
    #[arg(long, value_name = "DATE")]
    pub anchor: Option<NaiveDate>,

    /// Days that the log covers, to state sums per month where its dates do not tell
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    pub days: Option<f64>,

    /// Model of calls whose log names none
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,

    /// How far below the incumbent's benchmark score a model may lie, in points of the benchmark
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true)]
    pub tolerance: Option<f64>,

    /// Benchmark whose scores decide which models are good enough
    #[arg(long, value_name = "ID")]
    pub benchmark: Option<String>,

    /// Scores of your own beside the shipped ones: a table, or a file or folder of a known source; repeated, all count
    #[arg(long, value_name = "FILE")]
    pub scores: Vec<PathBuf>,

    /// Graded calls of your own, a row a call (workload, model, item, outcome 0 to 1, cost_usd, input_tokens, output_tokens): CSV,
    /// TSV, JSON lines or Parquet
    #[arg(long, value_name = "FILE")]
    pub graded: Option<PathBuf>,

    /// Route calls to offers of this tier only (closed, hosted); may be given twice
    #[arg(long, value_name = "TIER")]
    pub only_tier: Vec<String>,

    /// Route no call to this seller or model; may be given several times
    #[arg(long, value_name = "NAME")]
    pub deny: Vec<String>,

    /// Route calls to this seller only; may be given several times
    #[arg(long, value_name = "SELLER")]
    pub allow_seller: Vec<String>,

    /// Send the calls of a workload to an offer, whatever its quality: WORKLOAD=MODEL@SELLER, or WORKLOAD=MODEL for its
    /// cheapest seller; may be given several times
    #[arg(long, value_name = "WORKLOAD=OFFER")]
    pub assign: Vec<String>,

    /// What decides where calls go: cheapest (unless they are assigned), pinned (assigned workloads move, no other) or
    /// incumbent (nothing moves)
    #[arg(long, value_name = "NAME")]
    pub policy: Option<String>,

    /// Price long prompts at the base rates, as if no seller had context tiers
    #[arg(long)]
    pub no_context_tiers: bool,

    /// Folder with facts (prices, models, benchmarks, hardware) laid out like `data/`, instead of the shipped ones
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Which price sheets are used.
    #[command(flatten)]
    pub layers: LayerArguments,

    /// Assumptions that differ from the default: a TOML file, or the name of a shipped scenario (`switchpoint scenario list`)
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,

    /// Show unit, meaning and source of each assumption
    #[arg(long)]
    pub explain: bool,

    /// Threads that read a log; the result does not depend on them (POLARS_MAX_THREADS says how many work on the calls)
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
