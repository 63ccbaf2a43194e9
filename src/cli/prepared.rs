//! What the commands about calls have in common: from arguments to a log and a world.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::NaiveDate;

use super::arguments::{CallArguments, FormatChoice};
use super::exit::UsageError;
use super::facts::{Loaded, files_below};
use super::manners::{completed, project, said};
use super::progress::Bar;
use crate::inputs::benchmarks::ScoreTable;
use crate::inputs::embedded;
use crate::inputs::graded::calls as graded;
use crate::inputs::hardware::Hardware;
use crate::inputs::logs::report::LoadReport;
use crate::inputs::logs::{self, Input, LoadOptions, OpenedLog};
use crate::inputs::prices::When;
use crate::inputs::scenario::{
    Assumption, Course, Registry, Scenario, Value, Written, workloads as workload_rules,
};
use crate::outputs::Provenance;
use crate::outputs::formats::Format;
use crate::outputs::pages::audit::Detail;
use crate::simulation::pass::Calls;
use crate::simulation::success::Quality;
use crate::simulation::workloads::{self, Named};
use crate::simulation::{Rulebook, World, last_day};
use crate::units::Day;

/// More threads than any machine has cores for.
const MOST_THREADS: usize = 1_024;
/// Days that a log may be said to cover: an hour to a century.
const DAYS: std::ops::RangeInclusive<f64> = 0.04..=36_600.0;

/// What was decided from the arguments.
pub(super) struct Resolved {
    /// The logs as named; none: the sample.
    pub(super) logs: Vec<String>,
    /// Form of the page.
    pub(super) format: Format,
    /// How the logs are read.
    pub(super) load: LoadOptions,
    scenario: Scenario,
    pub(super) as_of: NaiveDate,
    pub(super) reprice: bool,
    days: Option<f64>,
    /// How much the page tells.
    pub(super) detail: Detail,
}

/// A log, what is known of the world, and what is assumed.
pub(super) struct Prepared {
    /// What was decided from the arguments.
    pub(super) resolved: Resolved,
    /// Models and prices, with where they come from.
    pub(super) facts: Loaded,
    /// Everything that the simulation is told beside the calls.
    pub(super) world: World,
    /// The calls.
    pub(super) calls: Calls,
    /// How they were come by.
    pub(super) report: LoadReport,
    pub(super) named: Named,
    /// The calls before the rules of a scenario name workloads.
    pub(super) read: Calls,
    /// Digest of the graded calls, scores and deployments of the user's own.
    pub(super) own: String,
    /// Files of sums that stand for the calls, and parts of the log that they are of; `None`: the calls are here.
    pub(super) partials: Option<(u64, u64)>,
}

impl Prepared {
    /// Reads what the arguments name.
    ///
    /// # Errors
    /// What is wrong with them or with the inputs.
    pub(super) fn of(arguments: &CallArguments) -> Result<Self> {
        Self::of_completed(&completed(arguments))
    }

    /// Reads what the arguments name, and no log or sheet that a project file names.
    ///
    /// # Errors
    /// As [`Prepared::of`].
    pub(super) fn of_completed(arguments: &CallArguments) -> Result<Self> {
        if !arguments.from_partials.is_empty() {
            return Self::of_partials(arguments);
        }
        start_threads(arguments)?;
        let resolved = resolve(arguments)?;
        // What is known of the world and what happened do not need each other.
        let (known, opened) = rayon::join(|| known(arguments, &resolved), || open(&resolved));
        Self::joined(arguments, resolved, known?, opened?)
    }

    /// The same without the clock, unless it is asked for: the day of the audit is that of the last call.
    ///
    /// # Errors
    /// What is wrong with the arguments or the inputs; a log without dates, whose day nobody states.
    pub(super) fn repeatable(arguments: &CallArguments, today: bool) -> Result<Self> {
        let arguments = &completed(arguments);
        if today || arguments.as_of.is_some() || !arguments.from_partials.is_empty() {
            return Self::of_completed(arguments);
        }
        start_threads(arguments)?;
        let mut resolved = resolve(arguments)?;
        let opened = open(&resolved)?;
        let last =
            last_day(&Calls::from(opened.calls.clone())).context("looking for the last day of the log")?;
        resolved.as_of = last.and_then(Day::date).ok_or_else(|| {
            let problem = "no call has a date, so it is not known which day's prices hold";
            UsageError(format!("{problem}\n\nhint: --as-of DATE states it, --today takes today"))
        })?;
        let known = known(arguments, &resolved)?;
        Self::joined(arguments, resolved, known, opened)
    }

    /// The world without a log, with the form of the page.
    ///
    /// # Errors
    /// What is wrong with the arguments or the facts.
    pub(super) fn world_alone(arguments: &CallArguments) -> Result<(World, Format, Detail)> {
        let arguments = &completed(arguments);
        let resolved = resolve(arguments)?;
        let (_, world) = known(arguments, &resolved)?;
        Ok((world, resolved.format, resolved.detail))
    }

    pub(super) fn joined(
        arguments: &CallArguments,
        resolved: Resolved,
        (facts, world): (Loaded, World),
        OpenedLog { calls, report }: OpenedLog,
    ) -> Result<Self> {
        let read = Calls::from(calls.clone());
        said(&format!("read {} calls of {} files", report.calls, report.files.len()));
        let (calls, named) = workloads::assigned(calls, &world.scenario.workloads);
        let own = own_digest(arguments)?;
        Ok(Self { resolved, facts, world, calls, report, named, read, own, partials: None })
    }

    /// The same log and facts under another scenario.
    ///
    /// # Errors
    /// What is wrong with that.
    pub(super) fn under(&self, arguments: &CallArguments, scenario: &str) -> Result<Self> {
        // What is known of parts is known under one scenario.
        self.read.must_be_here().context("looking at the calls under another scenario")?;
        let arguments = CallArguments { scenario: Some(scenario.to_owned()), ..completed(arguments) };
        let resolved = resolve(&arguments)?;
        let world = world(&arguments, &resolved, &self.facts)?;
        let (calls, named) = workloads::assigned(self.read.table()?, &world.scenario.workloads);
        Ok(Self {
            resolved,
            world,
            calls,
            named,
            facts: self.facts.clone(),
            report: self.report.clone(),
            read: self.read.clone(),
            own: self.own.clone(),
            partials: None,
        })
    }

    /// What is assumed, and how the log was read: each line that changes a page.
    pub(super) fn assumed(&self) -> Vec<String> {
        let scenario = &self.world.scenario;
        let of_registry =
            |(name, assumption): (&str, &Assumption)| format!("{name}={}", assumption.value.text());
        let mut assumed: Vec<String> = scenario.registry.iter().map(of_registry).collect();
        assumed.push(format!("{:?} {:?}", self.resolved.load, scenario.workloads));
        assumed.push(format!("{:?} {:?} {:?}", scenario.pins, scenario.policy.max_seconds, scenario.speeds));
        assumed.push(format!(
            "{:?} {:?} {:?} {:?}",
            scenario.needs, scenario.cascades, scenario.fine_tunes, self.own
        ));
        assumed.push(format!("days={:?} reprice={}", self.world.days, self.world.reprice));
        assumed
    }

    /// Puts what is asked beside the scenario into the provenance: the same provenance is the same page.
    pub(super) fn ask(&mut self, asked: &str) {
        self.own = Provenance::digest([self.own.as_str(), asked]);
    }

    /// What was read, once the calls have been passed over: before that it is not known which rules name no call.
    pub(super) fn report(&self) -> LoadReport {
        let rules = &self.world.scenario.workloads;
        let idle_rules = self.named.idle().map(|rule| rules[rule].name.clone()).collect();
        LoadReport { idle_rules, ..self.report.clone() }
    }
}

/// Starts as many threads as are asked for.
pub(super) fn start_threads(arguments: &CallArguments) -> Result<()> {
    let Some(threads) = arguments.threads else { return Ok(()) };
    if !(1..=MOST_THREADS).contains(&threads) {
        return Err(UsageError(format!("--threads needs a number from 1 to {MOST_THREADS}")).into());
    }
    // Two logs of one command are read by the same threads: those of the first.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    Ok(())
}

/// Digest of the scores and graded calls that the user brings.
fn own_digest(arguments: &CallArguments) -> Result<String> {
    let mut digests = Vec::new();
    for path in arguments.scores.iter().chain(&arguments.graded) {
        for file in files_below(path)? {
            let bytes = std::fs::read(&file).with_context(|| format!("reading `{}`", file.display()))?;
            digests.push(Provenance::digest_of_file(&bytes));
        }
    }
    Ok(Provenance::digest(digests.iter().map(String::as_str)))
}

/// What is known of the world, and the world under the scenario.
pub(super) fn known(arguments: &CallArguments, resolved: &Resolved) -> Result<(Loaded, World)> {
    let facts = Loaded::of(arguments.data.as_deref(), &arguments.layers)?;
    let world = world(arguments, resolved, &facts)?;
    Ok((facts, world))
}

/// The world under a scenario.
fn world(arguments: &CallArguments, resolved: &Resolved, facts: &Loaded) -> Result<World> {
    let scenario = &resolved.scenario;
    let hardware = Hardware::load(&facts.facts, &facts.models)?;
    let table = ScoreTable::load(&facts.facts, &arguments.scores, &facts.models).map_err(usage)?;
    let scores = table.of_benchmark(&scenario.benchmark).map_err(usage)?;
    if scores.benchmark.tolerance.is_none() && scenario.tolerance.is_none() {
        let problem = format!("nobody says how far apart scores on `{}` may lie", scenario.benchmark);
        return Err(UsageError(format!("{problem}\n\nhint: say it with --tolerance")).into());
    }
    let graded = arguments.graded.as_deref().map(graded::read).transpose()?.unwrap_or_default();
    let today = When::on(Day::of_date(resolved.as_of));
    let on_sale = |model| {
        let mut offers = facts.book.offers_of(model).iter();
        offers.any(|offer| facts.book.tariff(*offer, &today).is_some())
    };
    let quality = Quality::of(&table, &graded, scenario, &facts.models, on_sale);
    let rules = Rulebook::of(scenario, &facts.models, &facts.book).map_err(usage)?;
    Ok(World {
        models: Arc::clone(&facts.models),
        book: Arc::clone(&facts.book),
        scores: Arc::new(scores),
        quality: Arc::new(quality),
        hardware: Arc::new(hardware),
        scenario: Arc::new(scenario.clone()),
        rules: Arc::new(rules),
        as_of: Day::of_date(resolved.as_of),
        reprice: resolved.reprice,
        days: resolved.days,
    })
}

pub(super) fn resolve(arguments: &CallArguments) -> Result<Resolved> {
    let (form, log_format) = FormatChoice::told_apart(&arguments.format).map_err(UsageError)?;
    if arguments.days.is_some_and(|days| !DAYS.contains(&days)) {
        return Err(
            UsageError(format!("--days needs a number from {} to {}", DAYS.start(), DAYS.end())).into()
        );
    }
    let map = arguments.map.as_deref().map(LoadOptions::map_named).transpose().map_err(usage)?;
    let anchor = arguments.anchor.map(|date| Day::of_date(date).start_micros());
    Ok(Resolved {
        logs: arguments.logs.clone(),
        format: form.unwrap_or(Format::Text),
        load: LoadOptions {
            format: log_format,
            map,
            anchor,
            model: arguments.model.clone(),
            pseudonyms: None,
        },
        scenario: scenario(arguments)?,
        as_of: arguments.as_of.unwrap_or_else(|| chrono::Utc::now().date_naive()),
        reprice: arguments.as_of.is_some(),
        days: arguments.days,
        detail: match (form, arguments.explain) {
            (Some(Format::Json | Format::Csv), _) => Detail::Everything,
            (_, true) => Detail::Explained,
            (_, false) => Detail::Short,
        },
    })
}

/// The default with the changes of the project file and of a scenario, and what that says of workloads and offers.
pub(super) fn registry_of(name: Option<&str>) -> Result<(Registry, workload_rules::Stated)> {
    let mut base = (Registry::default_scenario()?, workload_rules::Stated::default());
    if let Some(project) = project() {
        let written = Written { file: project.file.clone(), text: project.scenario.clone() };
        base = written.over(base).map_err(usage)?;
    }
    let Some(name) = name else { return Ok(base) };
    let written = Written::named(name).map_err(|problem| UsageError(format!("scenario {problem}")))?;
    Ok(written.over(base).map_err(usage)?)
}

/// The default, then the file, then the flags.
fn scenario(arguments: &CallArguments) -> Result<Scenario> {
    let (mut registry, mut stated) = registry_of(arguments.scenario.as_deref())?;
    if let Some(points) = arguments.tolerance {
        registry.override_with("quality.tolerance", Value::Number(points), "--tolerance");
    }
    if let Some(id) = &arguments.benchmark {
        registry.override_with("quality.benchmark", Value::Text(id.clone()), "--benchmark");
    }
    if arguments.no_context_tiers {
        registry.override_with("prices.context_tiers", Value::Boolean(false), "--no-context-tiers");
    }
    if let Some(course) = &arguments.policy {
        registry.override_with("policy.course", Value::Text(course.clone()), "--policy");
    }
    let lists = [
        ("policy.tiers", &arguments.only_tier, "--only-tier"),
        ("policy.deny", &arguments.deny, "--deny"),
        ("policy.sellers", &arguments.allow_seller, "--allow-seller"),
    ];
    for (key, names, flag) in lists.into_iter().filter(|(_, names, _)| !names.is_empty()) {
        registry.override_with(key, Value::Text(names.join(" ")), flag);
    }
    for pin in &arguments.assign {
        let (workload, offer) = pin
            .split_once('=')
            .filter(|(workload, offer)| !workload.trim().is_empty() && !offer.trim().is_empty())
            .ok_or_else(|| UsageError(format!("--assign needs WORKLOAD=OFFER, not `{pin}`")))?;
        stated.pins.insert(workload.trim().to_owned(), offer.trim().to_owned());
    }
    let scenario = Scenario::resolve(&registry).map_err(usage)?.with(stated);
    match (scenario.course, scenario.pins.is_empty()) {
        (Course::Pinned, true) => Err(UsageError(
            "policy `pinned` needs a workload that is pinned\n\nhint: --assign WORKLOAD=MODEL@SELLER"
                .to_owned(),
        )
        .into()),
        (Course::Incumbent, false) => Err(UsageError(
            "policy `incumbent` leaves every call where it is: nothing can be pinned".to_owned(),
        )
        .into()),
        _ => Ok(scenario),
    }
}

/// What the user configured wrongly is wrong usage, wherever it was found.
pub(super) fn usage(error: impl std::error::Error) -> UsageError {
    UsageError(error.to_string())
}

pub(super) fn open(resolved: &Resolved) -> Result<OpenedLog> {
    let bar = Bar::new();
    let (inputs, problems) = if resolved.logs.is_empty() {
        (vec![Input::memory("sample/calls.csv", embedded::sample_log())], Vec::new())
    } else {
        logs::discover(&resolved.logs)?
    };
    let opened = logs::open(&inputs, problems, &resolved.load, &bar);
    bar.finish();
    Ok(opened?)
}
