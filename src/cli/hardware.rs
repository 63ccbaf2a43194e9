//! `machines` and `deployments`: what models run on, and what that delivers and costs.

use anyhow::{Context as _, Result};

use super::arguments::{
    DeploymentsCommand, FitDeploymentArguments, MachinesCommand, MeasurementArguments, PageArguments,
    ValidateArguments,
};
use super::exit::UsageError;
use super::facts::ended_by;
use super::prepared::{registry_of, usage};
use super::terminal::Printed;
use crate::inputs::embedded::Facts;
use crate::inputs::files::write_atomically;
use crate::inputs::hardware::measurements::{self, Beside, Load, Measurement};
use crate::inputs::hardware::{Commitment, Deployment, Hardware, Precision, Rent, written};
use crate::inputs::models::{ModelId, Models};
use crate::inputs::scenario::{Scenario, SelfHosting};
use crate::inputs::spelling;
use crate::outputs::formats::Format;
use crate::outputs::page::{Page, Section};
use crate::outputs::pages::hardware::{self as page, Known as Shown, Priced};
use crate::simulation::hosting::group;
use crate::simulation::hosting::throughput::{self, Throughput};
use crate::simulation::hosting::validate::judge;

/// What is known of machines.
struct Known {
    /// The section that ends their pages.
    ended: Section,
    models: Models,
    hardware: Hardware,
    assumed: SelfHosting,
}

impl Known {
    fn of(arguments: &PageArguments, scenario: Option<&str>, own: &[std::path::PathBuf]) -> Result<Self> {
        let facts = arguments.data.as_deref().map_or_else(Facts::embedded, Facts::of_folder);
        let models = Models::load(&facts)?;
        let hardware = Hardware::load(&facts, &models)?;
        let ended = ended_by(&facts, &["models", "hardware"], own)?;
        let (registry, _) = registry_of(scenario)?;
        let assumed = Scenario::resolve(&registry).map_err(usage)?.self_hosting;
        Ok(Self { ended, models, hardware, assumed })
    }

    fn printed(&self, mut page: Page, arguments: &PageArguments) -> Printed {
        page.sections.push(self.ended.clone());
        Printed::fine(page, arguments.format.unwrap_or(Format::Text))
    }

    /// A deployment as its pages need it; `None`: its machine or precision is none, which loading rules out.
    fn shown<'a>(&'a self, model: ModelId, deployment: &'a Deployment) -> Option<Shown<'a>> {
        let machine = self.hardware.machine(&deployment.machine)?;
        let on = throughput::on(deployment, model, machine)?;
        let rent = machine.rent(Commitment::OnDemand).and_then(Rent::hourly);
        Some(Shown {
            id: &deployment.id,
            model: &deployment.model,
            on,
            precision: &deployment.precision,
            measured: &deployment.measured,
            throughput: Throughput::of(&on, &deployment.measured, &self.models, &self.assumed.roofline),
            hour: rent.map(|hour| Priced {
                hour: hour * f64::from(deployment.count),
                how: "rented on demand".to_owned(),
            }),
        })
    }

    fn all(&self) -> Vec<Shown<'_>> {
        self.hardware.deployments().filter_map(|(model, deployment)| self.shown(model, deployment)).collect()
    }
}

/// Runs a command of `machines`.
///
/// # Errors
/// What is wrong with the facts, or that there is no such machine.
pub fn machines(command: &MachinesCommand) -> Result<Printed> {
    match command {
        MachinesCommand::List(arguments) => {
            let known = Known::of(&arguments.page, None, &[])?;
            Ok(known.printed(page::machines(&known.hardware), &arguments.page))
        }
        MachinesCommand::Show(arguments) => {
            let known = Known::of(&arguments.page, None, &[])?;
            let machine = known.hardware.machine(&arguments.id);
            let machine = machine.ok_or_else(|| {
                let ids = known.hardware.machines().map(|machine| machine.id.as_str());
                unknown("machine", &arguments.id, ids)
            })?;
            Ok(known.printed(page::machine(machine, &known.hardware, &known.models), &arguments.page))
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
            let known = Known::of(&arguments.page, None, &[])?;
            Ok(known.printed(page::deployments(&known.all(), &known.assumed), &arguments.page))
        }
        DeploymentsCommand::Validate(arguments) => validate(arguments),
        DeploymentsCommand::Fit(arguments) => fit(arguments),
        DeploymentsCommand::Show(arguments) => {
            let known = Known::of(&arguments.page, None, &[])?;
            let mut all = known.hardware.deployments();
            let found = all.find(|(_, deployment)| deployment.id == arguments.id);
            let (model, deployment) = found.ok_or_else(|| {
                let ids = known.hardware.deployments().map(|(_, deployment)| deployment.id.as_str());
                unknown("deployment", &arguments.id, ids)
            })?;
            let shown = known.shown(model, deployment).context("a deployment without its machine")?;
            Ok(known.printed(page::deployment(&shown, deployment, &known.assumed), &arguments.page))
        }
    }
}

/// What is said beside files of measurements.
fn beside(arguments: &MeasurementArguments) -> Result<Beside> {
    let tokens = arguments.tokens.as_deref().map(|text| {
        let parts = text.split_once('/').and_then(|(input, output)| {
            Some((input.trim().parse::<f64>().ok()?, output.trim().parse::<f64>().ok()?))
        });
        parts
            .filter(|(input, output)| *input > 0.0 && *output > 0.0)
            .ok_or_else(|| UsageError(format!("--tokens needs INPUT/OUTPUT, as in 1000/500, not `{text}`")))
    });
    for (number, flag) in [(arguments.seconds, "--seconds"), (arguments.at_once, "--at-once")] {
        if number.is_some_and(|number| !(number > 0.0 && number.is_finite())) {
            return Err(UsageError(format!("{flag} needs a number above 0")).into());
        }
    }
    Ok(Beside {
        model: arguments.model.clone(),
        machine: arguments.machine.clone(),
        count: arguments.count,
        precision: arguments.precision.clone(),
        engine: arguments.engine.clone(),
        tokens: tokens.transpose()?,
        at_once: arguments.at_once,
        seconds: arguments.seconds,
    })
}

/// Measurements that could not be used: file, row, problem.
type Lost = Vec<(String, u64, String)>;

/// Measurements, by the name of their file.
type Tables = Vec<(String, Vec<Measurement>)>;

/// The measurements of files.
fn read(arguments: &MeasurementArguments) -> Result<(Tables, Lost)> {
    let beside = beside(arguments)?;
    let (mut tables, mut lost) = (Vec::new(), Lost::new());
    for path in &arguments.files {
        let found = measurements::read(path, &beside).map_err(usage)?;
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        lost.extend(found.problems.into_iter().map(|(line, problem)| (name.clone(), line, problem)));
        tables.push((name, found.measurements));
    }
    Ok((tables, lost))
}

/// The measurements of the shipped deployments.
fn shipped(hardware: &Hardware) -> Tables {
    let of = |deployment: &Deployment| -> Vec<Measurement> {
        let rows = (1..).zip(&deployment.measured).map(|(line, row)| Measurement {
            model: deployment.model.clone(),
            machine: deployment.machine.clone(),
            count: deployment.count,
            precision: deployment.precision.clone(),
            engine: deployment.engine.clone(),
            input: row.input,
            output: row.output,
            output_tok_s: row.output_tok_s,
            load: row.at_once.map_or(Load::Most, Load::AtOnce),
            tpot_ms: row.tpot_ms,
            line,
        });
        rows.collect()
    };
    vec![("shipped".to_owned(), hardware.deployments().flat_map(|(_, deployment)| of(deployment)).collect())]
}

fn validate(arguments: &ValidateArguments) -> Result<Printed> {
    let files = &arguments.measurements.files;
    let (mut tables, lost) = read(&arguments.measurements)?;
    let known = Known::of(&arguments.page, arguments.scenario.as_deref(), files)?;
    if files.is_empty() {
        tables = shipped(&known.hardware);
    }
    let judged: Vec<_> = tables
        .iter()
        .map(|(name, all)| (name.clone(), judge(all, &known.hardware, &known.models, &known.assumed)))
        .collect();
    Ok(known.printed(page::validate(&judged, &lost), &arguments.page))
}

fn fit(arguments: &FitDeploymentArguments) -> Result<Printed> {
    let own = &arguments.measurements;
    let (tables, mut lost) = read(own)?;
    let known = Known::of(&arguments.page, arguments.scenario.as_deref(), &own.files)?;
    let mut deployments = Vec::new();
    for (name, measurements) in &tables {
        let (grouped, problems) = group::deployments(name, measurements, &known.hardware, &known.models);
        deployments.extend(grouped);
        lost.extend(problems.into_iter().map(|(line, problem)| (name.clone(), line, problem)));
    }
    if own.files.is_empty() {
        deployments.push(from_principles(own, &known)?);
    }
    if deployments.is_empty() {
        let problem = lost
            .first()
            .map_or_else(String::new, |(file, line, problem)| format!(": {file} row {line} {problem}"));
        return Err(UsageError(format!("no deployment can be made of the measurements{problem}")).into());
    }
    if let Some(out) = &arguments.out {
        let text = written(&deployments).context("writing deployments as TOML")?;
        write_atomically(out, text.as_bytes()).with_context(|| format!("writing `{}`", out.display()))?;
    }
    let shown: Vec<Shown<'_>> = deployments
        .iter()
        .filter_map(|deployment| known.shown(known.models.id(&deployment.model)?, deployment))
        .collect();
    Ok(known.printed(page::fitted(&shown, &lost, &known.assumed), &arguments.page))
}

/// A deployment of which nothing is measured.
fn from_principles(own: &MeasurementArguments, known: &Known) -> Result<Deployment> {
    let said = |value: &Option<String>, flag: &str| {
        let problem = format!(
            "name files of measurements, or a deployment by --model and --machine: {flag} is missing"
        );
        value.clone().ok_or(UsageError(problem))
    };
    let (model, machine) = (said(&own.model, "--model")?, said(&own.machine, "--machine")?);
    let id = known.models.resolve(&model);
    let id = id.ok_or_else(|| {
        UsageError(format!("`{model}` means no known model\n\nhint: switchpoint models resolve {model}"))
    })?;
    let ids = || known.hardware.machines().map(|machine| machine.id.as_str());
    let machine =
        known.hardware.machine_named(&machine).ok_or_else(|| unknown("machine", &machine, ids()))?;
    let precision = own.precision.clone().unwrap_or_else(|| "fp8".to_owned());
    if Precision::of(&precision).is_none() {
        return Err(
            UsageError(format!("`{precision}` is no precision, as fp16, fp8, nvfp4 or q4_k_m are")).into()
        );
    }
    Ok(group::principles(
        id,
        machine,
        own.count.unwrap_or(1),
        &precision,
        own.engine.as_deref(),
        &known.models,
    ))
}

pub(super) fn unknown<'a>(what: &str, id: &str, ids: impl Iterator<Item = &'a str>) -> UsageError {
    let meant = spelling::meant(id, ids);
    UsageError(format!("there is no {what} `{id}`{meant}\n\nhint: switchpoint {what}s list"))
}
