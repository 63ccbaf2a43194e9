//! The audit: every call priced as logged and in every way that a page compares, in one pass.

use polars::prelude::PolarsResult;

use super::Slot;
use super::candidates::{Eligibility, Threshold};
use super::commitments::{self, Committed};
use super::facts::Facts;
use super::hosting::against::{self, Answer};
use super::outcome::Lane;
use super::outcome::{Line, Outcome};
use super::pass::Calls;
use super::replay::{AS_LOGGED, Replay, Replayed};
use super::rules::{self, RulePrice};
use super::span::{self, Month, Span};
use super::ways::{AsLogged, OfTier, Routed, Way};
use super::world::World;
use crate::units::{Day, Tier};

/// What an audit found.
#[derive(Debug)]
pub struct Audit {
    /// Time that the log covers.
    pub span: Option<Span>,
    /// What a month of it would be.
    pub month: Month,
    /// Names of the workloads, by code.
    pub workloads: Vec<String>,
    /// As logged.
    pub baseline: Outcome,
    /// As the scenario routes: every call at its cheapest eligible offer, unless it says otherwise.
    pub routed: Outcome,
    /// At the cheapest closed offers only; calls without one stay where they are.
    pub closed: Outcome,
    /// The same with hosted offers only; calls without one stay where they are.
    pub hosted: Outcome,
    /// What else is known, and what is not.
    pub facts: Facts,
    /// Self-hosting, one answer a deployment.
    pub deployments: Vec<Answer>,
    /// What the rules of the policy cost.
    pub rules: Vec<RulePrice>,
    /// What is owed to sellers in any case, by seller.
    pub commitments: Vec<Committed>,
    /// The first and last day whose prices were used.
    pub price_days: Option<(Day, Day)>,
}

/// The ways of every audit; those that price rules follow.
const BASELINE: usize = AS_LOGGED;
const ROUTED: usize = 1;
const CLOSED: usize = 2;
const HOSTED: usize = 3;

/// Audits a log, with sums by days or hours.
///
/// # Errors
/// When it cannot be read.
pub fn audit(calls: &Calls, world: &World, by: Slot) -> PolarsResult<Audit> {
    let eligibility = Eligibility::of(world);
    let mut ways: Vec<Box<dyn Way>> = vec![
        Box::new(AsLogged),
        Box::new(Routed::of(&eligibility)),
        Box::new(OfTier::of(&eligibility, Tier::Closed)),
        Box::new(OfTier::of(&eligibility, Tier::Hosted)),
    ];
    let freed = rules::freed(world);
    ways.extend(freed.iter().map(|(_, world)| Box::new(Routed::of(&Eligibility::of(world))) as Box<dyn Way>));
    let deployments = against::comparable(world);
    let replay = Replay::new(&eligibility, ways).by(by, ROUTED + 1).with_facts(deployments.clone(), ROUTED);
    let Replayed { mut outcomes, workloads, facts, span } = replay.run(calls)?;
    let without: Vec<Outcome> = outcomes.split_off(HOSTED + 1);
    let span = span.map(Span::of);
    let month = span::month(span.as_ref(), facts.anchored, world);
    let mut take = |way: usize| std::mem::take(&mut outcomes[way]);
    let (baseline, routed, closed, hosted) = (take(BASELINE), take(ROUTED), take(CLOSED), take(HOSTED));
    let servable = facts.servable.iter().copied().chain(std::iter::repeat_with(Default::default));
    let answers = deployments
        .into_iter()
        .zip(servable)
        .map(|(with, servable)| against::answer(world, with, servable, month.factor()))
        .collect();
    Ok(Audit {
        rules: rules::prices(world, &freed, &routed, &without),
        commitments: commitments::of(world, span.as_ref(), &month, &baseline, &routed),
        price_days: facts.days,
        span,
        month,
        workloads,
        baseline,
        routed,
        closed,
        hosted,
        deployments: answers,
        facts,
    })
}

impl Audit {
    /// Baseline and routed cost with what is committed and not used, where anything is owed.
    pub fn after_commitments(&self) -> Option<(Line, Line)> {
        self.commitments.iter().any(|committed| committed.owed.is_some()).then(|| {
            let as_logged = self.commitments.iter().map(Committed::unused_as_logged);
            let routed = self.commitments.iter().map(Committed::unused_when_routed);
            (
                commitments::with_unused(self.baseline.total(), as_logged),
                commitments::with_unused(self.routed.total(), routed),
            )
        })
    }
}

impl World {
    /// The threshold of a lane.
    pub fn threshold_of(&self, lane: Lane) -> Threshold {
        self.threshold(self.book.offer(lane.incumbent).model)
    }
}
