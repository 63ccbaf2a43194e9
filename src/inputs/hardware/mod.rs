//! Machines and what they cost, deployments and what they were measured to deliver.

mod deployment;
mod machine;
pub mod measurements;
mod names;

use std::path::Path;

use serde::Deserialize;

pub use self::deployment::{Arithmetic, Deployment, Measured, Precision, written};
pub use self::machine::{Bought, Commitment, Machine, Price, Rent, Server};

use super::embedded::Facts;
use super::models::{ModelId, Models};
use super::toml_file::{self, FileProblem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MachineFile {
    machine: Vec<Machine>,
    #[serde(default)]
    server: Vec<Server>,
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
    servers: Vec<Server>,
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
        let mut hardware =
            Self { machines: machine_file.machine, servers: machine_file.server, deployments: Vec::new() };
        for server in &hardware.servers {
            let priced = server.dollars().is_some_and(|usd| usd.0 > 0.0) && server.count > 0;
            if !priced || hardware.machine(&server.machine).is_none() {
                let problem =
                    format!("server `{}` needs a price, a count and a machine that is here", server.id);
                return Err(toml_file::whole(machines.0, problem));
            }
        }
        hardware.add(deployments, models)?;
        Ok(hardware)
    }

    /// Adds the deployments of a file, as (name, text).
    ///
    /// # Errors
    /// What is wrong with it, or which reference leads nowhere.
    pub fn add(&mut self, (name, text): (&str, &str), models: &Models) -> Result<(), FileProblem> {
        let file: DeploymentFile = toml_file::parse(name, text)?;
        for deployment in file.deployment {
            let wrong = |problem: String| toml_file::whole(name, format!("`{}`: {problem}", deployment.id));
            let model = models
                .id(&deployment.model)
                .ok_or_else(|| wrong(format!("there is no model `{}`", deployment.model)))?;
            if self.machine(&deployment.machine).is_none() {
                return Err(wrong(format!("there is no machine `{}`", deployment.machine)));
            }
            if Precision::of(&deployment.precision).is_none() {
                return Err(wrong(format!("`{}` is no precision", deployment.precision)));
            }
            let positive = |m: &Measured| {
                m.input > 0.0
                    && m.output > 0.0
                    && m.output_tok_s > 0.0
                    && m.at_once.is_none_or(|calls| calls > 0.0)
            };
            if !deployment.measured.iter().all(positive) {
                return Err(wrong("a measurement needs positive input, output and output_tok_s".to_owned()));
            }
            self.deployments.push((model, deployment));
        }
        Ok(())
    }

    /// What a machine costs to buy: in the smallest server that it comes in, else by itself.
    pub fn bought(&self, machine: &Machine) -> Option<Bought> {
        let servers = self.servers.iter().filter(|server| server.machine == machine.id);
        if let Some(server) = servers.min_by_key(|server| server.count) {
            let each = 1.0 / f64::from(server.count);
            return Some(Bought {
                price: server.dollars()? * each,
                kilowatts: server.kilowatts * each,
                together: server.count,
                server: true,
                source: format!("{}: {}", server.id, server.source),
            });
        }
        let price = machine.price.as_ref()?;
        Some(Bought {
            price: price.dollars()?,
            kilowatts: machine.tdp_w? / 1_000.0,
            together: 1,
            server: false,
            source: price.source.clone(),
        })
    }

    /// Every server.
    pub fn servers(&self) -> impl Iterator<Item = &Server> {
        self.servers.iter()
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
