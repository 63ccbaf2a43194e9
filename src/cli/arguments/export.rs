//! Arguments of `export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CallArguments, SourceArguments};

/// The commands of `export`.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Write priced calls as a FOCUS 1.2 cost and usage file
    Focus(FocusArguments),
    /// Write where calls are to go as the configuration of a LiteLLM proxy
    Litellm(RouterArguments),
    /// Write where calls are to go as the fields of requests to OpenRouter
    Openrouter(RouterArguments),
    /// Write where calls are to go as manifests for Envoy AI Gateway
    Envoy(EnvoyArguments),
    /// Write where calls are to go as a table
    Csv(RouterArguments),
}

/// Arguments of the exports for routers.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint export litellm calls.parquet --out router.yaml               names of workloads, with weights and fallbacks
  switchpoint export litellm calls.parquet --out router.yaml --by model    the names that clients use today
  switchpoint export openrouter calls.parquet --out routes.json
  switchpoint export envoy calls.parquet --out routes.yaml
  switchpoint export csv calls.parquet --out routes.csv

What `assess` says to substitute now goes where it says; what it says to pilot sends the share of a canary (canary.share) there and the
rest where it is served; the others stay. --full moves all that the policy moves. Files name environment variables, never secrets.
Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable, or nothing that the router knows.")]
pub struct RouterArguments {
    /// Which logs, and under which assumptions.
    #[command(flatten)]
    pub calls: CallArguments,

    /// File to write
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,

    /// What clients ask for: workload, or model (as they do today)
    #[arg(long, value_name = "WORD", default_value = "workload", value_parser = ["workload", "model"])]
    pub by: String,

    /// Move whatever the policy moves, and not as far as verdicts allow
    #[arg(long)]
    pub full: bool,
}

/// Arguments of `export envoy`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint export envoy calls.parquet --out routes.yaml --by model && kubectl apply -f routes.yaml
  switchpoint export envoy calls.parquet --out routes.yaml --gateway llm

The file has routes, the sellers behind them and what falls back to what, and names the secrets that hold the keys. Sellers whose address
depends on an account or a region (Azure, Bedrock, Vertex AI) are left out and told.
Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 inputs unusable, or nothing that the gateway can reach.")]
pub struct EnvoyArguments {
    /// What is written of which logs.
    #[command(flatten)]
    pub router: RouterArguments,

    /// Gateway that the routes belong to
    #[arg(long, value_name = "NAME", default_value = "ai-gateway", value_parser = resource_name)]
    pub gateway: String,
}

/// A name that Kubernetes takes for a resource (RFC 1123).
fn resource_name(text: &str) -> Result<String, String> {
    let of_a_label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let label = |part: &str| {
        part.bytes().all(|byte| of_a_label(byte) || byte == b'-')
            && part.bytes().next().is_some_and(of_a_label)
            && part.bytes().last().is_some_and(of_a_label)
    };
    if text.len() <= 253 && text.split('.').all(label) {
        Ok(text.to_owned())
    } else {
        Err("it is no name of a resource: lower-case letters, digits, `-` and `.`".to_owned())
    }
}

/// Arguments of `export focus`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint export focus calls.parquet --out focus.csv --account 4711

One row a day, seller, model, region, mode, meter, unit price and workload. Costs are usage at list price and not an
invoice: all four cost columns hold the same. Calls without a price or a date are left out and counted on the page.

Exit codes: 0 rows were written, 4 no call has a price and a date.")]
pub struct FocusArguments {
    /// Which logs.
    #[command(flatten)]
    pub source: SourceArguments,

    /// File to write; CSV
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,

    /// Id of the account that is billed (BillingAccountId)
    #[arg(long, value_name = "ID")]
    pub account: String,

    /// Name of that account (BillingAccountName)
    #[arg(long, value_name = "NAME")]
    pub account_name: Option<String>,

    /// Folder with facts laid out like `data/`, instead of the shipped ones
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Leave synced price sheets out
    #[arg(long)]
    pub no_synced: bool,
}
