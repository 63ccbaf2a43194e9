//! The scenario: assumptions as plain values, from the default, a file and flags.

mod gate;
mod hosting;
mod named;
pub mod policy;
mod projection;
mod quality;
mod registry;
pub mod workloads;

pub use self::gate::Gate;
pub use self::hosting::{DeviceUse, Outlook, Owning, Promise, Roofline, SelfHosting, Staff};
pub use self::named::Written;
pub use self::policy::{Bounds, Course, Policy, Rule};
pub use self::projection::{Fitted, Happening, Projecting, Seats, Spread, Volume};
pub use self::quality::{CascadeDefaults, Conditions, Evals, Quality, Suppliers};
pub use self::registry::{Assumption, Registry, Value};

use std::collections::BTreeMap;

use super::toml_file::{self, FileProblem, FileProblems};
use crate::inputs::models::LicenseClass;
use crate::units::{Feature, Tier};

/// Every assumption of an audit, checked.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Id of the benchmark that decides.
    pub benchmark: String,
    /// Tolerance in its points; `None`: the benchmark's own.
    pub tolerance: Option<f64>,
    /// How good models are, and what that is known from.
    pub quality: Quality,
    /// Whether long prompts pay long-context rates.
    pub context_tiers: bool,
    /// Tokens of a candidate per token of the incumbent.
    pub token_ratio: f64,
    /// Shortest log, in days, from which a month is extrapolated.
    pub min_days: f64,
    /// What self-hosting costs and delivers.
    pub self_hosting: SelfHosting,
    /// Share of rejected rows above which the page warns.
    pub rejected_share: f64,
    /// Share of incomplete calls above which totals are a lower bound.
    pub incomplete_share: f64,
    /// How savings are tried on calls that they were not chosen on.
    pub holdout: Holdout,
    /// How a gate judges.
    pub gate: Gate,
    /// What the future is taken to be.
    pub projection: Projecting,
    /// Age in days above which a price source is stale.
    pub stale_days: f64,
    /// Rules about which offers may serve calls.
    pub policy: Policy,
    /// What decides where calls go.
    pub course: Course,
    /// Which calls are which workload, where the log does not say or says otherwise.
    pub workloads: Vec<workloads::Rule>,
    /// Workloads that go to one offer, `MODEL` or `MODEL@SELLER`.
    pub pins: BTreeMap<String, String>,
    /// How fast offers are.
    pub speeds: Vec<workloads::Speed>,
    /// What workloads need of a model.
    pub needs: BTreeMap<String, workloads::Needs>,
    /// Cheap models that are tried first.
    pub cascades: Vec<workloads::Cascade>,
    /// Smaller models that are trained for a workload.
    pub fine_tunes: Vec<workloads::FineTune>,
    /// The assumptions behind these values, with unit, meaning and source.
    pub registry: Registry,
}

/// How savings are tried on calls that they were not chosen on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holdout {
    /// Times that the days are drawn again.
    pub draws: usize,
    /// Share of the draws that the interval covers.
    pub level: f64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Scenario {
    /// The scenario of a registry.
    ///
    /// # Errors
    /// Every value that is out of its range.
    pub fn resolve(registry: &Registry) -> Result<Self, FileProblems> {
        let mut reader = Reader { registry, problems: Vec::new() };
        let scenario = Self {
            benchmark: reader.text("quality.benchmark"),
            tolerance: reader.tolerance(),
            quality: reader.quality(),
            context_tiers: reader.boolean("prices.context_tiers"),
            token_ratio: reader.within("replay.token_ratio", 0.01, 100.0),
            min_days: reader.within("month.min_days", 1.0, 366.0),
            self_hosting: reader.self_hosting(),
            rejected_share: reader.within("findings.rejected_share", 0.0, 1.0),
            incomplete_share: reader.within("findings.incomplete_share", 0.0, 1.0),
            holdout: Holdout {
                draws: reader.within("holdout.draws", 100.0, 1e6) as usize,
                level: reader.within("holdout.level", 0.5, 0.999),
                seed: reader.within("holdout.seed", 0.0, 4_294_967_295.0) as u64,
            },
            gate: reader.gate(),
            projection: reader.projection(),
            stale_days: reader.within("findings.stale_days", 0.0, 1e5),
            policy: reader.policy(),
            course: reader.course(),
            workloads: Vec::new(),
            pins: BTreeMap::new(),
            speeds: Vec::new(),
            needs: BTreeMap::new(),
            cascades: Vec::new(),
            fine_tunes: Vec::new(),
            registry: registry.clone(),
        };
        let problems = reader.problems;
        if problems.is_empty() { Ok(scenario) } else { Err(FileProblems(problems)) }
    }
}

impl Scenario {
    /// The same with what a file says about workloads.
    #[must_use]
    pub fn with(mut self, stated: workloads::Stated) -> Self {
        self.workloads.extend(stated.rules);
        self.pins.extend(stated.pins);
        self.speeds.extend(stated.speeds);
        self.needs.extend(stated.needs);
        self.cascades.extend(stated.cascades);
        self.fine_tunes.extend(stated.fine_tunes);
        if !stated.bounds.is_empty() {
            self.policy.max_seconds.get_or_insert_default().workloads.extend(stated.bounds);
        }
        self
    }
}

struct Reader<'a> {
    registry: &'a Registry,
    problems: Vec<FileProblem>,
}

impl Reader<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.registry.get(name).map(|assumption| &assumption.value)
    }

    fn wrong(&mut self, name: &str, must: &str) {
        let (value, source) = self.registry.get(name).map_or((String::new(), "scenario"), |assumption| {
            (assumption.value.text(), assumption.source.as_str())
        });
        // A source is a file with its line, a flag, or the reason of the default.
        let problem = format!("`{name}` {must}, not `{value}` ({source})");
        self.problems.push(toml_file::whole("scenario", problem));
    }

    fn text(&mut self, name: &str) -> String {
        match self.value(name) {
            Some(Value::Text(text)) => text.clone(),
            _ => {
                self.wrong(name, "must be text");
                String::new()
            }
        }
    }

    fn boolean(&mut self, name: &str) -> bool {
        match self.value(name) {
            Some(Value::Boolean(b)) => *b,
            _ => {
                self.wrong(name, "must be true or false");
                false
            }
        }
    }

    fn within(&mut self, name: &str, least: f64, most: f64) -> f64 {
        match self.value(name).and_then(Value::number) {
            Some(number) if (least..=most).contains(&number) => number,
            _ => {
                self.wrong(name, &format!("must lie between {least} and {most}"));
                least
            }
        }
    }

    fn course(&mut self) -> Course {
        let name = "policy.course";
        Course::from_word(&self.text(name)).unwrap_or_else(|| {
            self.wrong(name, "must be cheapest, pinned or incumbent");
            Course::default()
        })
    }

    /// A number of seconds, or `any` for no rule.
    fn seconds(&mut self, name: &str) -> Option<f64> {
        match self.value(name) {
            Some(Value::Text(word)) if word == "any" => None,
            _ => Some(self.within(name, 0.001, 1e6)),
        }
    }

    fn policy(&mut self) -> Policy {
        let residency = self.text("policy.residency");
        if !matches!(residency.as_str(), "any" | "own-infrastructure") {
            self.wrong("policy.residency", "must be any or own-infrastructure");
        }
        let min_sellers = self.within("policy.min_sellers", 1.0, 1_000.0) as usize;
        Policy {
            tiers: self.list("policy.tiers", "any", "any, closed or hosted", |word| {
                Tier::from_word(word).filter(|tier| *tier != Tier::Local)
            }),
            sellers: self.list("policy.sellers", "any", "names", |word| Some(word.to_owned())),
            deny: self.list("policy.deny", "none", "names", |word| Some(word.to_owned())),
            lab_countries: self.countries("policy.lab_countries"),
            seller_countries: self.countries("policy.seller_countries"),
            licences: self.list(
                "policy.licences",
                "any",
                "any, closed, osi, custom, non-commercial or unknown",
                LicenseClass::from_word,
            ),
            min_sellers: (min_sellers > 1).then_some(min_sellers),
            features: self
                .list(
                    "policy.features",
                    "any",
                    "any, or of tools, vision, structured-output, reasoning and audio",
                    Feature::from_word,
                )
                .map(|features| features.into_iter().collect()),
            regions: self.list("policy.regions", "any", "any or names of regions", |word| {
                Some(word.to_ascii_lowercase())
            }),
            max_seconds: self
                .seconds("policy.max_seconds")
                .map(|seconds| Bounds { others: Some(seconds), ..Bounds::default() }),
            own_infrastructure: (residency == "own-infrastructure").then_some(()),
        }
    }

    fn countries(&mut self, name: &str) -> Option<Vec<String>> {
        self.list(name, "any", "any or codes of two letters", |word| {
            let code = word.to_ascii_uppercase();
            (code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase())).then_some(code)
        })
    }

    /// A list of words; `None` where it is the word for no rule.
    fn list<T>(
        &mut self,
        name: &str,
        no_rule: &str,
        must: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let text = self.text(name);
        if text == no_rule {
            return None;
        }
        let values: Option<Vec<T>> = policy::words(&text).iter().map(|word| read(word)).collect();
        if values.as_ref().is_none_or(Vec::is_empty) {
            self.wrong(name, &format!("must be {must}"));
        }
        values
    }

    fn tolerance(&mut self) -> Option<f64> {
        let name = "quality.tolerance";
        match self.value(name) {
            Some(Value::Text(word)) if word == "benchmark" => None,
            Some(value) if value.number().is_some_and(|n| n.is_finite() && n >= 0.0) => value.number(),
            _ => {
                self.wrong(name, "must be a number of points (0 or more) or \"benchmark\"");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> Registry {
        Registry::default_scenario().expect("a valid default")
    }

    #[test]
    fn the_default_scenario_is_valid_and_explains_every_key() {
        Scenario::resolve(&registry()).expect("valid values");
        for (name, assumption) in registry().iter() {
            for text in [&assumption.unit, &assumption.about, &assumption.source] {
                assert!(!text.is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn all_mistakes_of_a_scenario_are_reported_together_with_their_lines() {
        let text = "[self_hosting]\nstaf_fte = 1.0\nsalary_usd_year = \"much\"\n[quality]\ntolerance = 3\n";
        let problems = registry().apply("mine.toml", text).expect_err("two mistakes").to_string();
        assert_eq!(
            problems,
            "`mine.toml` line 2: there is no key `self_hosting.staf_fte`; did you mean `self_hosting.staff_fte`?\n\
             `mine.toml` line 3: `self_hosting.salary_usd_year` must be a number, not text"
        );
    }

    #[test]
    fn a_scenario_changes_only_what_it_names() {
        let mut changed = registry();
        changed.apply("mine.toml", "[quality]\ntolerance = 3\n").expect("valid");
        let scenario = Scenario::resolve(&changed).expect("valid values");
        assert_eq!(scenario.tolerance, Some(3.0));
        assert_eq!(
            scenario.registry.get("quality.tolerance").map(|a| a.source.as_str()),
            Some("mine.toml line 2")
        );
    }

    #[test]
    fn a_value_out_of_range_is_refused_with_its_place() {
        let mut changed = registry();
        changed.apply("mine.toml", "[self_hosting]\nmax_utilisation = 1.5\n").expect("known key");
        let problems = Scenario::resolve(&changed).expect_err("out of range").to_string();
        assert_eq!(
            problems,
            "`scenario`: `self_hosting.max_utilisation` must lie between 0.01 and 1, not `1.5` (mine.toml line 2)"
        );
    }
}
