//! Whether a log keeps a budget.
//!
//! A rule is held, exceeded, in doubt (an increase that noise could explain), or unknown: what it asks for could not be told from the
//! log. Unknown is never a pass.

mod measure;

use std::collections::BTreeMap;

use polars::prelude::PolarsResult;

use super::audit::{Audit, audit};
use super::bridge::Slot;
use super::compare::{Compared, compare};
use super::outcome::Lane;
use super::pass::Calls;
use super::tally::tally;
use super::world::World;
use crate::inputs::baseline::{Baseline, Tally};
use crate::inputs::budget::{Budget, Limit, Rule};
use crate::inputs::spelling;
use crate::inputs::toml_file::{self, FileProblem};
use crate::tables::{Dimension, Scope};
use crate::units::Day;

/// Some calls, audited and added up.
#[derive(Debug)]
pub struct Measured {
    /// The audit.
    pub audit: Audit,
    /// The sums.
    pub tally: Tally,
}

/// How a limit is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is.
    Held,
    /// Noise could explain that it is not, or there are too few calls to say.
    Doubtful,
    /// It cannot be told.
    Unknown,
    /// It is not.
    Exceeded,
}

/// Why a limit cannot be told.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// Calls without a price are no part of the cost.
    Unpriced {
        /// How many.
        calls: u64,
        /// Share of all calls of the scope.
        share: f64,
        /// Their models, those with the most calls first.
        models: Vec<String>,
    },
    /// There is no baseline, or it was saved without this scope.
    NoBaseline {
        /// Whether there is one at all.
        given: bool,
    },
    /// No call is in the scope.
    NoCalls,
    /// Something else.
    Because(String),
}

/// A limit, measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The limit.
    pub limit: Limit,
    /// How it is kept.
    pub state: State,
    /// What it comes to, in the unit of the limit.
    pub value: Option<f64>,
    /// Where it may lie, in the unit of the limit.
    pub interval: Option<(f64, f64)>,
    /// Why it cannot be told.
    pub why: Option<Why>,
    /// The day that is meant.
    pub day: Option<Day>,
    /// Calls on each side that would decide what was seen.
    pub decided_by: Option<f64>,
    /// Calls on each side that show an increase beyond the limit by what is to be detected.
    pub advised: Option<f64>,
}

/// A rule, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The rule.
    pub rule: Rule,
    /// How it is kept.
    pub state: State,
    /// Its limits.
    pub checks: Vec<Check>,
}

/// A log, judged.
#[derive(Debug)]
pub struct Judged {
    /// The rules in their order.
    pub verdicts: Vec<Verdict>,
    /// The scopes beside the baseline, where both have them; all calls first.
    pub compared: BTreeMap<Scope, Compared>,
}

/// What is judged.
pub struct Given<'a> {
    /// Facts and assumptions.
    pub world: &'a World,
    /// All calls.
    pub all: &'a Measured,
    /// The calls of scopes that sums do not tell.
    pub others: &'a BTreeMap<Scope, Measured>,
    /// What is compared with.
    pub baseline: Option<&'a Baseline>,
}

/// What a limit is measured on.
struct Subject<'a> {
    world: &'a World,
    rule: &'a Rule,
    measured: &'a Measured,
    baseline: Option<&'a Baseline>,
    compared: Option<&'a Compared>,
}

impl Measured {
    /// Audits calls and adds them up.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn of(calls: &Calls, world: &World, scope: Scope) -> PolarsResult<Self> {
        Ok(Self { audit: audit(calls, world, Slot::Day)?, tally: tally(calls, world, scope)? })
    }
}

/// Audits and adds up the calls of each scope that the sums of all calls do not tell; a scope without a column has no calls.
///
/// # Errors
/// When the log cannot be read.
pub fn others(calls: &Calls, world: &World, budget: &Budget) -> PolarsResult<BTreeMap<Scope, Measured>> {
    let mut others = BTreeMap::new();
    for scope in budget.scopes_of_calls() {
        if let Some(calls) = calls.of_scope(&scope)? {
            others.insert(scope.clone(), Measured::of(&calls, world, scope)?);
        }
    }
    Ok(others)
}

/// Judges a log.
pub fn judge(budget: &Budget, given: &Given<'_>) -> Judged {
    let mut compared: BTreeMap<Scope, Compared> = BTreeMap::new();
    let scopes = budget.rules.iter().map(|rule| rule.scope.clone()).chain([Scope::All]);
    for scope in scopes.collect::<std::collections::BTreeSet<_>>() {
        let before = given.baseline.and_then(|baseline| baseline.tally(&scope));
        if let (Some(before), Some(after)) = (before, given.measured(&scope)) {
            compared.insert(scope.clone(), compare(before, &after.tally, &scope, given.world));
        }
    }
    let verdicts = budget.rules.iter().map(|rule| given.verdict(rule, compared.get(&rule.scope))).collect();
    Judged { verdicts, compared }
}

impl Given<'_> {
    fn measured(&self, scope: &Scope) -> Option<&Measured> {
        if scope.is_in_sums() { Some(self.all) } else { self.others.get(scope) }
    }

    fn verdict(&self, rule: &Rule, compared: Option<&Compared>) -> Verdict {
        let checks: Vec<Check> = match self.measured(&rule.scope) {
            None => rule.limits.iter().map(|limit| Check::unknown(*limit, Why::NoCalls)).collect(),
            Some(measured) => {
                let (world, baseline) = (self.world, self.baseline);
                let subject = Subject { world, rule, measured, baseline, compared };
                rule.limits.iter().map(|limit| measure::check(&subject, *limit)).collect()
            }
        };
        let states = || checks.iter().map(|check| check.state);
        // Where all limits must be exceeded, one that is held holds the rule.
        let state = if rule.all { states().min() } else { states().max() };
        Verdict { rule: rule.clone(), state: state.unwrap_or(State::Held), checks }
    }
}

impl Check {
    const fn new(limit: Limit, state: State) -> Self {
        Self {
            limit,
            state,
            value: None,
            interval: None,
            why: None,
            day: None,
            decided_by: None,
            advised: None,
        }
    }

    fn unknown(limit: Limit, why: Why) -> Self {
        Self { why: Some(why), ..Self::new(limit, State::Unknown) }
    }

    /// A value that is what it is.
    fn certain(limit: Limit, value: f64) -> Self {
        let beyond = if limit.metric.is_least { value < limit.value } else { value > limit.value };
        let state = if beyond { State::Exceeded } else { State::Held };
        Self { value: Some(value), ..Self::new(limit, state) }
    }
}

/// Whether the lanes of a scope are those of its workload, model or seller.
fn keeps<'a>(scope: &'a Scope, audit: &'a Audit, world: &'a World) -> impl Fn(Lane) -> bool + 'a {
    move |lane| {
        let workload = lane.workload.map(|code| audit.workloads[code as usize].as_str());
        let model = world.book.offer(lane.incumbent).model;
        scope.has(workload, &world.models.get(model).id, &world.book.seller_of(lane.incumbent).id)
    }
}

/// Models and sellers of a budget that there are not.
pub fn unknown_names(budget: &Budget, world: &World) -> Vec<FileProblem> {
    let problem = |rule: &Rule, word: &str, name: &str, meant: String| FileProblem {
        line: Some(rule.line),
        ..toml_file::whole(&budget.file, format!("there is no {word} `{name}`{meant}"))
    };
    let wrong = budget.rules.iter().filter_map(|rule| match &rule.scope {
        Scope::Of(Dimension::Model, name) if world.models.id(name).is_none() => {
            // An alias says which model is meant, a misspelling which one is like it.
            let alias = world.models.resolve(name).map(|id| world.models.get(id).id.as_str());
            let models = world.book.offers().map(|(_, offer)| world.models.get(offer.model).id.as_str());
            let meant = match alias {
                Some(alias) => spelling::asked(alias),
                None => spelling::meant(name, models),
            };
            Some(problem(rule, "model", name, meant))
        }
        Scope::Of(Dimension::Seller, name)
            if !world.book.sellers().iter().any(|seller| seller.id == *name) =>
        {
            let sellers = world.book.sellers().iter().map(|seller| seller.id.as_str());
            Some(problem(rule, "seller", name, spelling::meant(name, sellers)))
        }
        _ => None,
    });
    wrong.collect()
}
