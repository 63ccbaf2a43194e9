//! Arguments of `machines` and `deployments`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::PageArguments;

/// The commands of `machines`.
#[derive(Debug, Subcommand)]
pub enum MachinesCommand {
    /// Machines that are known: memory, bandwidth, operations, power, rent
    List(FactsArguments),
    /// One machine, its rents with their sources, and which open models fit on how many
    Show(NamedArguments),
}

/// The commands of `deployments`.
#[derive(Debug, Subcommand)]
pub enum DeploymentsCommand {
    /// Measured deployments: model, machines, how well their measurements are fitted, what a million tokens cost at full load
    List(FactsArguments),
    /// One deployment: each measurement beside its fit, and its own price sheet
    Show(NamedArguments),
    /// Make deployments from measurements, or one from first principles, and show what they deliver and cost
    #[command(after_help = FITTING)]
    Fit(FitDeploymentArguments),
    /// How far measurements lie from what would have been said of them: from first principles, and each left out in turn
    Validate(ValidateArguments),
}

/// What measurements are read from.
const FITTING: &str = "Measurements are read from vllm bench serve, trtllm-bench, GuideLLM, llama-bench (JSON, JSON lines, CSV), from the \
metrics of vLLM and SGLang (with --seconds), from tables of TensorRT-LLM and MLPerf, and from plain tables with the columns model, machine, \
count, precision, engine, input, output, output_tok_s and at_once or rate. What a file says counts more than the flags.";

/// Files of measurements, and what they do not say.
#[derive(Debug, Args)]
pub struct MeasurementArguments {
    /// Files of measurements
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Model, where the files do not say
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,

    /// Machine, where the files do not say
    #[arg(long, value_name = "NAME")]
    pub machine: Option<String>,

    /// How many machines work together
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub count: Option<u32>,

    /// Precision of the weights (fp16, fp8, nvfp4, q4_k_m …)
    #[arg(long, value_name = "WORD")]
    pub precision: Option<String>,

    /// Engine
    #[arg(long, value_name = "NAME")]
    pub engine: Option<String>,

    /// Tokens of a call, where the files do not say
    #[arg(long, value_name = "INPUT/OUTPUT")]
    pub tokens: Option<String>,

    /// Calls at once, where the files do not say (1: one stream)
    #[arg(long, value_name = "N")]
    pub at_once: Option<f64>,

    /// Seconds that the metrics of an engine cover
    #[arg(long, value_name = "N")]
    pub seconds: Option<f64>,
}

/// Arguments of `deployments fit`.
#[derive(Debug, Args)]
pub struct FitDeploymentArguments {
    /// The measurements.
    #[command(flatten)]
    pub measurements: MeasurementArguments,

    /// Write the deployments there, for --deployments
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// A scenario with other assumptions
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<String>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of `deployments validate`.
#[derive(Debug, Args)]
pub struct ValidateArguments {
    /// The measurements; none: those that are shipped.
    #[command(flatten)]
    pub measurements: MeasurementArguments,

    /// A scenario with other assumptions
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<String>,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of a page about all of them.
#[derive(Debug, Args)]
pub struct FactsArguments {
    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}

/// Arguments of a page about one.
#[derive(Debug, Args)]
pub struct NamedArguments {
    /// Id, as the list has it
    #[arg(value_name = "ID")]
    pub id: String,

    /// Where facts come from and how the page is printed.
    #[command(flatten)]
    pub page: PageArguments,
}
