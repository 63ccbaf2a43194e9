//! Machines and what they cost, deployments and what they were measured to deliver.

use std::path::Path;

use serde::Deserialize;

use super::embedded::Facts;
use super::models::{ModelId, Models};
use super::toml_file::{self, FileProblem};
use crate::units::{Usd, UsdEstimate};

/// How a machine is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Commitment {
    /// By the hour, without a commitment.
    #[serde(rename = "on_demand")]
    OnDemand,
    /// By the hour, may be taken away.
    #[serde(rename = "spot")]
    Spot,
    /// Committed for a year.
    #[serde(rename = "1y")]
    OneYear,
    /// Committed for three years.
    #[serde(rename = "3y")]
    ThreeYears,
}

impl Commitment {
    /// The word in files and on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OnDemand => "on_demand",
            Self::Spot => "spot",
            Self::OneYear => "1y",
            Self::ThreeYears => "3y",
        }
    }

    /// The commitment of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::OnDemand, Self::Spot, Self::OneYear, Self::ThreeYears].into_iter().find(|c| c.word() == word)
    }
}

/// What one GPU costs per hour.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rent {
    /// How it is paid for.
    pub commitment: Commitment,
    /// Median, in dollars per GPU and hour.
    pub usd_hour: String,
    /// Lowest offer.
    pub low: Option<String>,
    /// Highest offer.
    pub high: Option<String>,
    /// Day of the offers.
    pub date: toml::value::Datetime,
    /// Where the figure is from.
    pub source: String,
}

impl Rent {
    /// The median, in dollars per GPU and hour.
    pub fn hourly(&self) -> Option<UsdEstimate> {
        Usd::parse(&self.usd_hour).ok().map(Usd::estimate)
    }
}

/// A machine; the figures are those of one GPU.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// Memory in GB.
    pub memory_gb: f64,
    /// Memory bandwidth in GB/s.
    pub bandwidth_gbs: f64,
    /// Dense BF16 TFLOPS.
    pub bf16_tflops: Option<f64>,
    /// Dense FP8 TFLOPS.
    pub fp8_tflops: Option<f64>,
    /// Dense FP4 TFLOPS.
    pub fp4_tflops: Option<f64>,
    /// Power in watts.
    pub tdp_w: Option<f64>,
    /// Where the facts are from.
    pub source: String,
    /// Day of the facts.
    pub date: toml::value::Datetime,
    /// What it costs to rent.
    #[serde(default)]
    pub rent: Vec<Rent>,
}

/// One measurement of a whole deployment.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Input tokens of a call.
    pub input: f64,
    /// Output tokens of a call.
    pub output: f64,
    /// Output tokens per second of the deployment, over all calls at once.
    pub output_tok_s: f64,
}

/// A model on a number of machines at a precision.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Id.
    pub id: String,
    /// Canonical id of the model.
    pub model: String,
    /// Id of the machine.
    pub machine: String,
    /// GPUs.
    pub count: u32,
    /// Precision of the weights.
    pub precision: String,
    /// Engine that was measured.
    pub engine: String,
    /// Most tokens, input and output together, that a call may have.
    pub context: i64,
    /// `measured`.
    pub kind: String,
    /// Who measured.
    pub source: String,
    /// Day of the measurement.
    pub date: Option<toml::value::Datetime>,
    /// Under which conditions.
    pub conditions: String,
    /// The measurements.
    pub measured: Vec<Measured>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MachineFile {
    machine: Vec<Machine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeploymentFile {
    deployment: Vec<Deployment>,
}

/// Machines and deployments.
#[derive(Debug, Clone, Default)]
pub struct Hardware {
    machines: Vec<Machine>,
    deployments: Vec<(ModelId, Deployment)>,
}

impl Hardware {
    /// The hardware of some facts.
    ///
    /// # Errors
    /// What is wrong with a file, or which reference leads nowhere.
    pub fn load(facts: &Facts, models: &Models) -> Result<Self, FileProblem> {
        let files = facts.files("hardware")?;
        let named = |name: &str| {
            let found =
                files.iter().find(|(file, _)| Path::new(file).file_name().is_some_and(|own| own == name));
            found
                .map(|(file, text)| (file.as_str(), text.as_str()))
                .ok_or_else(|| toml_file::whole(name, "is missing"))
        };
        Self::parse(named("machines.toml")?, named("deployments.toml")?, models)
    }

    /// Hardware from a file of machines and a file of deployments, as (name, text).
    ///
    /// # Errors
    /// What is wrong with a file, or which reference leads nowhere.
    pub fn parse(
        machines: (&str, &str),
        deployments: (&str, &str),
        models: &Models,
    ) -> Result<Self, FileProblem> {
        let machine_file: MachineFile = toml_file::parse(machines.0, machines.1)?;
        for machine in &machine_file.machine {
            if let Some(rent) = machine.rent.iter().find(|rent| rent.hourly().is_none_or(|usd| usd.0 <= 0.0))
            {
                let problem = format!("`{}` of machine `{}` is no price", rent.usd_hour, machine.id);
                return Err(toml_file::whole(machines.0, problem));
            }
        }
        let file: DeploymentFile = toml_file::parse(deployments.0, deployments.1)?;
        let mut hardware = Self { machines: machine_file.machine, deployments: Vec::new() };
        for deployment in file.deployment {
            let wrong =
                |problem: String| toml_file::whole(deployments.0, format!("`{}`: {problem}", deployment.id));
            let model = models
                .id(&deployment.model)
                .ok_or_else(|| wrong(format!("there is no model `{}`", deployment.model)))?;
            if hardware.machine(&deployment.machine).is_none() {
                return Err(wrong(format!("there is no machine `{}`", deployment.machine)));
            }
            let positive = |m: &Measured| m.input > 0.0 && m.output > 0.0 && m.output_tok_s > 0.0;
            if deployment.measured.is_empty() || !deployment.measured.iter().all(positive) {
                return Err(wrong("a measurement needs positive input, output and output_tok_s".to_owned()));
            }
            hardware.deployments.push((model, deployment));
        }
        Ok(hardware)
    }

    /// The machine of an id.
    pub fn machine(&self, id: &str) -> Option<&Machine> {
        self.machines.iter().find(|machine| machine.id == id)
    }

    /// Every machine, in the order of the file.
    pub fn machines(&self) -> impl Iterator<Item = &Machine> {
        self.machines.iter()
    }

    /// Every deployment with its model.
    pub fn deployments(&self) -> impl Iterator<Item = (ModelId, &Deployment)> {
        self.deployments.iter().map(|(model, deployment)| (*model, deployment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_hardware_is_consistent_and_priced() {
        let models = Models::load(&Facts::embedded()).expect("valid files");
        let hardware = Hardware::load(&Facts::embedded(), &models).expect("valid files");
        assert!(hardware.deployments().count() >= 3);
        for (_, deployment) in hardware.deployments() {
            let machine = hardware.machine(&deployment.machine).expect("checked at load");
            assert!(
                machine.rent.iter().any(|rent| rent.commitment == Commitment::OnDemand),
                "{}",
                deployment.id
            );
            assert!(!deployment.source.is_empty(), "{}", deployment.id);
        }
    }
}
