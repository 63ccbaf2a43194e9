//! Arguments of `machines` and `deployments`.

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
    /// How well measurements are predicted that the fit has not seen: each is left out in turn
    Validate(FactsArguments),
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
