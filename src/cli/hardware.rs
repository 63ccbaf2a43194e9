//! `machines` and `deployments`: what models run on, and what that delivers and costs.

use anyhow::Result;

use super::arguments::{DeploymentsCommand, MachinesCommand, PageArguments};
use super::exit::UsageError;
use super::facts::ended_by;
use super::terminal::Printed;
use crate::inputs::embedded::Facts;
use crate::inputs::hardware::Hardware;
use crate::inputs::models::Models;
use crate::outputs::formats::Format;
use crate::outputs::page::{Page, Section};
use crate::outputs::pages::hardware as page;

/// What is known of machines.
struct Known {
    /// The section that ends their pages.
    ended: Section,
    models: Models,
    hardware: Hardware,
}

impl Known {
    fn of(arguments: &PageArguments) -> Result<Self> {
        let facts = arguments.data.as_deref().map_or_else(Facts::embedded, Facts::of_folder);
        let models = Models::load(&facts)?;
        let hardware = Hardware::load(&facts, &models)?;
        let ended = ended_by(&facts, &["models", "hardware"], &[])?;
        Ok(Self { ended, models, hardware })
    }
}

impl Known {
    fn printed(&self, mut page: Page, arguments: &PageArguments) -> Printed {
        page.sections.push(self.ended.clone());
        Printed::fine(page, arguments.format.unwrap_or(Format::Text))
    }
}

/// Runs a command of `machines`.
///
/// # Errors
/// What is wrong with the facts, or that there is no such machine.
pub fn machines(command: &MachinesCommand) -> Result<Printed> {
    match command {
        MachinesCommand::List(arguments) => {
            let known = Known::of(&arguments.page)?;
            Ok(known.printed(page::machines(&known.hardware), &arguments.page))
        }
        MachinesCommand::Show(arguments) => {
            let known = Known::of(&arguments.page)?;
            let machine = known.hardware.machine(&arguments.id);
            let machine = machine.ok_or_else(|| unknown("machine", &arguments.id))?;
            Ok(known.printed(page::machine(machine, &known.models), &arguments.page))
        }
    }
}

/// Runs a command of `deployments`.
///
/// # Errors
/// What is wrong with the facts, or that there is no such deployment.
pub fn deployments(command: &DeploymentsCommand) -> Result<Printed> {
    match command {
        DeploymentsCommand::List(arguments) => {
            let known = Known::of(&arguments.page)?;
            Ok(known.printed(page::deployments(&known.hardware), &arguments.page))
        }
        DeploymentsCommand::Validate(arguments) => {
            let known = Known::of(&arguments.page)?;
            Ok(known.printed(page::validate(&known.hardware), &arguments.page))
        }
        DeploymentsCommand::Show(arguments) => {
            let known = Known::of(&arguments.page)?;
            let mut all = known.hardware.deployments();
            let deployment = all.find(|(_, deployment)| deployment.id == arguments.id);
            let (_, deployment) = deployment.ok_or_else(|| unknown("deployment", &arguments.id))?;
            Ok(known.printed(page::deployment(deployment, &known.hardware), &arguments.page))
        }
    }
}

fn unknown(what: &str, id: &str) -> UsageError {
    UsageError(format!("there is no {what} `{id}`\n\nhint: switchpoint {what}s list"))
}
