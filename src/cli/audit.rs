//! `audit`: from arguments to a page.

use anyhow::{Context as _, Result};
use chrono::NaiveDate;

use super::arguments::{AuditArguments, ExplainArguments, FormatChoice, RouteArguments};
use super::exit::UsageError;
use super::facts::Loaded;
use super::progress::Bar;
use super::terminal::Printed;
use crate::inputs::benchmarks::{self, Scores};
use crate::inputs::embedded;
use crate::inputs::files::write_atomically_with;
use crate::inputs::hardware::Hardware;
use crate::inputs::logs::{self, Input, LoadOptions, LoadedLog};
use crate::inputs::scenario::{Registry, Rule, Scenario, Value, workloads as workload_rules};
use crate::outputs::formats::Format;
use crate::outputs::pages::audit::{self as page, Contents, Detail};
use crate::outputs::pages::{explain as explanation, routes as written};
use crate::outputs::tables::{self, TableFormat};
use crate::outputs::{Provenance, findings};
use crate::simulation::audit::{Audit, audit};
use crate::simulation::{World, explain, routes, unknown::Unknowns, workloads};
use crate::units::Day;

/// More threads than any machine has cores for.
const MOST_THREADS: usize = 1_024;
/// Days that a log may be said to cover: an hour to a century.
const DAYS: std::ops::RangeInclusive<f64> = 0.04..=36_600.0;

/// What was decided from the arguments.
struct Resolved {
    logs: Vec<String>,
    format: Format,
    load: LoadOptions,
    scenario: Scenario,
    as_of: NaiveDate,
    reprice: bool,
    days: Option<f64>,
    detail: Detail,
}

/// Runs an audit.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn run(arguments: &AuditArguments) -> Result<Printed> {
    let prepared = Prepared::of(arguments)?;
    let (resolved, loaded, facts) = (&prepared.resolved, &prepared.loaded, &prepared.known.facts);
    let world = prepared.world();
    let result = audit(&loaded.calls, &world).context("auditing the calls")?;
    let findings = findings::of(&result, &loaded.report, &facts.layers, &world);
    let contents = Contents {
        audit: &result,
        report: &loaded.report,
        world: &world,
        findings: &findings,
        provenance: &provenance(&result, loaded, &world, facts, &resolved.load)?,
        sample: resolved.logs.is_empty(),
        detail: resolved.detail,
    };
    Ok(Printed::fine(page::page(&contents), resolved.format))
}

/// Explains one call.
///
/// # Errors
/// What is wrong with the arguments or the inputs; no call has the id.
pub fn explain(arguments: &ExplainArguments) -> Result<Printed> {
    let prepared = Prepared::of(&arguments.audit)?;
    let world = prepared.world();
    let (calls, name) = (&prepared.loaded.calls, &arguments.call);
    let found = explain::named(calls, name).context("finding the call")?;
    let [(row, _)] = found.as_slice() else {
        if !found.is_empty() {
            let places: Vec<&str> = found.iter().take(10).map(|(_, place)| place.as_str()).collect();
            return Err(UsageError(format!(
                "{} calls have the id `{name}`\n\nhint: name one by where it stands: {}",
                found.len(),
                places.join(", ")
            ))
            .into());
        }
        return Err(UsageError(format!(
            "no call has the id `{}`\n\nhint: `switchpoint logs convert LOG --out calls.csv` lists ids in the column call_id; \
             every call can be named FILE:LINE",
            arguments.call
        ))
        .into());
    };
    let call = explain::explain(calls, *row, &world).context("explaining the call")?;
    let page = explanation::page(name, &call, &world, prepared.resolved.detail);
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// Writes where each call goes.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn route(arguments: &RouteArguments) -> Result<Printed> {
    let out = &arguments.out;
    let ending = out.extension().and_then(|ending| ending.to_str()).unwrap_or("");
    let format = TableFormat::of_extension(ending).ok_or_else(|| {
        UsageError(format!("`{}` ends in neither .parquet nor .csv nor .jsonl", out.display()))
    })?;
    let prepared = Prepared::of(&arguments.audit)?;
    let world = prepared.world();
    let mut table = routes::table(&prepared.loaded.calls, &world).context("routing the calls")?;
    write_atomically_with(out, |file| tables::write(&mut table, format, file).map_err(std::io::Error::other))
        .with_context(|| format!("writing `{}`", out.display()))?;
    let page = written::page(&table, &out.display().to_string()).context("adding up the routes")?;
    Ok(Printed::fine(page, prepared.resolved.format))
}

/// Calls, and what is known and assumed of the world.
struct Prepared {
    resolved: Resolved,
    known: Known,
    loaded: LoadedLog,
}

impl Prepared {
    fn of(arguments: &AuditArguments) -> Result<Self> {
        if let Some(threads) = arguments.threads {
            if !(1..=MOST_THREADS).contains(&threads) {
                return Err(UsageError(format!("--threads needs a number from 1 to {MOST_THREADS}")).into());
            }
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build_global()
                .context("starting threads")?;
        }
        let resolved = resolve(arguments)?;
        // What is known of the world and what happened do not need each other.
        let (known, loaded) = rayon::join(|| Known::load(arguments, &resolved), || load(&resolved));
        let (known, mut loaded) = (known?, loaded?);
        let rules = &resolved.scenario.workloads;
        let named = workloads::assign(&mut loaded.calls, rules).context("assigning workloads")?;
        let idle = rules.iter().zip(&named).filter(|(_, calls)| **calls == 0);
        loaded.report.idle_rules = idle.map(|(rule, _)| rule.name.clone()).collect();
        Ok(Self { resolved, known, loaded })
    }

    fn world(&self) -> World<'_> {
        World {
            models: &self.known.facts.models,
            book: &self.known.facts.book,
            scores: &self.known.scores,
            hardware: &self.known.hardware,
            scenario: &self.resolved.scenario,
            as_of: Day::of_date(self.resolved.as_of),
            reprice: self.resolved.reprice,
            days: self.resolved.days,
        }
    }
}

fn resolve(arguments: &AuditArguments) -> Result<Resolved> {
    let (mut form, mut log_format) = (None, None);
    for choice in &arguments.format {
        let twice = match choice {
            FormatChoice::Page(format) => form.replace(*format).is_some(),
            FormatChoice::Log(format) => log_format.replace(*format).is_some(),
        };
        if twice {
            return Err(UsageError("--format is given twice for the same thing".to_owned()).into());
        }
    }
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

/// The default, then the file, then the flags.
fn scenario(arguments: &AuditArguments) -> Result<Scenario> {
    let mut registry = Registry::default_scenario()?;
    let mut rules = Vec::new();
    if let Some(file) = &arguments.scenario {
        let text = std::fs::read_to_string(file)
            .map_err(|error| UsageError(format!("scenario `{file}` cannot be read: {error}")))?;
        registry.apply(file, &text).map_err(usage)?;
        rules = workload_rules::parse(file, &text).map_err(usage)?;
    }
    if let Some(points) = arguments.tolerance {
        registry.override_with("quality.tolerance", Value::Number(points), "--tolerance");
    }
    if let Some(id) = &arguments.benchmark {
        registry.override_with("quality.benchmark", Value::Text(id.clone()), "--benchmark");
    }
    if arguments.no_context_tiers {
        registry.override_with("prices.context_tiers", Value::Boolean(false), "--no-context-tiers");
    }
    let lists = [
        ("policy.tiers", &arguments.only_tier, "--only-tier"),
        ("policy.deny", &arguments.deny, "--deny"),
        ("policy.sellers", &arguments.allow_seller, "--allow-seller"),
    ];
    for (key, names, flag) in lists.into_iter().filter(|(_, names, _)| !names.is_empty()) {
        registry.override_with(key, Value::Text(names.join(" ")), flag);
    }
    Ok(Scenario { workloads: rules, ..Scenario::resolve(&registry).map_err(usage)? })
}

/// Prices, models, hardware and scores.
struct Known {
    facts: Loaded,
    hardware: Hardware,
    scores: Scores,
}

impl Known {
    fn load(arguments: &AuditArguments, resolved: &Resolved) -> Result<Self> {
        let facts = Loaded::of(arguments.data.as_deref(), &arguments.layers)?;
        names_are_known(&facts, &resolved.scenario)?;
        let hardware = Hardware::load(&facts.facts, &facts.models)?;
        let scores =
            benchmarks::load(&facts.facts, &resolved.scenario.benchmark, &facts.models).map_err(usage)?;
        Ok(Self { facts, hardware, scores })
    }
}

/// A rule about a name that nobody has would bar nothing, or everything, in silence.
fn names_are_known(facts: &Loaded, scenario: &Scenario) -> Result<()> {
    for (rule, name) in scenario.policy.names() {
        let seller = facts.book.seller_named(name).is_some();
        let known = match rule {
            Rule::Sellers => seller,
            _ => seller || facts.models.resolve(name).is_some(),
        };
        if !known {
            let what = if rule == Rule::Sellers { "seller" } else { "seller or model" };
            let source =
                scenario.registry.get(rule.key()).map_or("", |assumption| assumption.source.as_str());
            return Err(UsageError(format!(
                "`{name}` is no {what} ({}, {source})\n\nhint: `switchpoint prices list` names sellers and models",
                rule.key()
            ))
            .into());
        }
    }
    Ok(())
}

/// What the user configured wrongly is wrong usage, wherever it was found.
fn usage(error: impl std::error::Error) -> UsageError {
    UsageError(error.to_string())
}

fn load(resolved: &Resolved) -> Result<LoadedLog> {
    let bar = Bar::new();
    let (inputs, problems) = if resolved.logs.is_empty() {
        (vec![Input::memory("sample/calls.csv", embedded::sample_log())], Vec::new())
    } else {
        logs::discover(&resolved.logs)?
    };
    let loaded = logs::load(&inputs, problems, &resolved.load, &bar);
    bar.finish();
    Ok(loaded?)
}

fn provenance(
    audit: &Audit<'_>,
    loaded: &LoadedLog,
    world: &World<'_>,
    facts: &Loaded,
    options: &LoadOptions,
) -> Result<Provenance> {
    let mut assumed: Vec<String> = world
        .scenario
        .registry
        .iter()
        .map(|(name, assumption)| format!("{name}={}", assumption.value.text()))
        .collect();
    assumed.push(format!("{options:?} {:?}", world.scenario.workloads));
    assumed.push(format!("days={:?} reprice={}", world.days, world.reprice));
    let unpriced = Unknowns::unpriced_total(&audit.unknowns).calls;
    Ok(Provenance {
        version: env!("CARGO_PKG_VERSION"),
        as_of: findings::day_text(world.as_of),
        prices_of: prices_of(audit, world),
        prices: facts.digest(&["prices"])?,
        facts: facts.digest(&["models", "benchmarks", "hardware"])?,
        scenario: Provenance::digest(assumed.iter().map(String::as_str)),
        log: loaded.report.digest.clone(),
        price_sources: facts.price_sources(),
        rejected: loaded.report.rejected(),
        unpriced,
    })
}

fn prices_of(audit: &Audit<'_>, world: &World<'_>) -> String {
    match audit.price_days {
        None => "no call".to_owned(),
        Some((first, last)) if first == last => findings::day_text(first),
        Some((first, last)) => {
            let undated = if world.reprice || audit.undated == 0 {
                ""
            } else {
                "; undated calls as of the day of the audit"
            };
            format!("each call's day, {} to {}{undated}", findings::day_text(first), findings::day_text(last))
        }
    }
}
