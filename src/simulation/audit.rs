//! The audit: every call priced as logged and under every policy, in one pass over its groups.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::{DataFrame, PolarsResult};
use rayon::prelude::*;

use super::bridge::{CallTable, Kind};
use super::candidates::{Eligibility, Eligible, Threshold};
use super::commitments::{self, Committed};
use super::groups::{self, Group};
use super::incumbent::Served;
use super::outcome::{Lane, Line, Outcome};
use super::routes::Routed;
use super::rules::{self, RulePrice};
use super::self_hosting::{self, Answer, Comparable, Servable};
use super::span::{self, Month, Span};
use super::unknown::Unknowns;
use super::world::World;
use crate::engine::route::{self, Calls, Candidate, Choice};
use crate::inputs::prices::{NoPrice, OfferId};
use crate::units::{Day, Tier, TokenBuckets, Usd};

/// Cost as logged beside cost recomputed, over the priced calls that state one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Claims {
    /// Calls.
    pub calls: u64,
    /// What the log claims.
    pub claimed: Usd,
    /// What the same calls cost at list price.
    pub recomputed: Usd,
}

/// What an audit found.
#[derive(Debug)]
pub struct Audit<'a> {
    /// Time that the log covers.
    pub span: Option<Span>,
    /// What a month of it would be.
    pub month: Month,
    /// Names of the workloads, by code.
    pub workloads: Vec<String>,
    /// As logged.
    pub baseline: Outcome,
    /// Every call at its cheapest eligible offer.
    pub routed: Outcome,
    /// The same with closed offers only; calls without one stay where they are.
    pub closed: Outcome,
    /// The same with hosted offers only; calls without one stay where they are.
    pub hosted: Outcome,
    /// The priced calls with every prompt token at the full rate, as if there were no cache.
    pub without_cache: Usd,
    /// Cost as logged against cost recomputed.
    pub claims: Claims,
    /// What is not known.
    pub unknowns: Unknowns,
    /// Self-hosting, one answer a deployment.
    pub deployments: Vec<Answer<'a>>,
    /// What the rules of the policy cost.
    pub rules: Vec<RulePrice>,
    /// What is owed to sellers in any case, by seller.
    pub commitments: Vec<Committed>,
    /// The first and last day whose prices were used.
    pub price_days: Option<(Day, Day)>,
    /// Billed calls without a date.
    pub undated: u64,
}

/// The part of an audit that one group gives.
#[derive(Default)]
struct Part {
    baseline: Outcome,
    routed: Outcome,
    closed: Outcome,
    hosted: Outcome,
    without_cache: Usd,
    claims: Claims,
    unknowns: Unknowns,
    servable: Vec<Servable>,
}

/// Audits the table of calls.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn audit<'a>(frame: &DataFrame, world: &World<'a>) -> PolarsResult<Audit<'a>> {
    let table = CallTable::of(frame)?;
    let groups = groups::of(&table, world);
    let deployments = self_hosting::comparable(world);
    let pass = Pass {
        table: &table,
        calls: table.calls(),
        world,
        eligibility: Eligibility::default(),
        deployments: &deployments,
    };
    let parts: Vec<Part> = groups.par_iter().map(|group| pass.group(group)).collect();

    let mut sum = Part { servable: vec![Servable::default(); deployments.len()], ..Part::default() };
    for part in &parts {
        sum.merge(part);
    }
    for row in (0..table.len()).filter(|row| table.free[*row]) {
        sum.unknowns.gateway_cache.add(table.n_calls[row].unsigned_abs(), table.calls().buckets(row).total());
    }
    let span = span::span(&table);
    let month = span::month(&table, span.as_ref(), world);
    let answers = deployments
        .into_iter()
        .zip(sum.servable)
        .map(|(with, servable)| self_hosting::answer(world, with, servable, month.factor()))
        .collect();
    Ok(Audit {
        rules: rules::prices(frame, world, &sum.routed)?,
        commitments: commitments::of(world, span.as_ref(), &month, &sum.baseline, &sum.routed),
        price_days: price_days(&table, world),
        undated: undated(&table),
        span,
        month,
        workloads: table.workload.texts,
        baseline: sum.baseline,
        routed: sum.routed,
        closed: sum.closed,
        hosted: sum.hosted,
        without_cache: sum.without_cache,
        claims: sum.claims,
        unknowns: sum.unknowns,
        deployments: answers,
    })
}

/// Every call at its cheapest eligible offer, and nothing else of an audit.
///
/// # Errors
/// When the frame is not the table of calls.
pub(super) fn routed(frame: &DataFrame, world: &World<'_>) -> PolarsResult<Outcome> {
    let table = CallTable::of(frame)?;
    let pass = Pass::without_candidates(&table, world);
    let groups = groups::of(&table, world);
    let parts: Vec<Part> = groups.par_iter().map(|group| pass.group(group)).collect();
    let mut sum = Outcome::default();
    parts.iter().for_each(|part| sum.merge(&part.routed));
    Ok(sum)
}

/// Billed calls without a date.
fn undated(table: &CallTable) -> u64 {
    let rows = (0..table.len()).filter(|row| !table.free[*row] && table.start[*row].is_none());
    rows.map(|row| table.n_calls[row].unsigned_abs()).sum()
}

/// The first and last day whose prices the billed calls have.
fn price_days(table: &CallTable, world: &World<'_>) -> Option<(Day, Day)> {
    let days =
        (0..table.len()).filter(|row| !table.free[*row]).map(|row| world.pricing_day(table.start[row]));
    days.clone().min().zip(days.max())
}

impl Part {
    fn merge(&mut self, other: &Self) {
        self.baseline.merge(&other.baseline);
        self.routed.merge(&other.routed);
        self.closed.merge(&other.closed);
        self.hosted.merge(&other.hosted);
        self.without_cache += other.without_cache;
        self.claims.calls += other.claims.calls;
        self.claims.claimed += other.claims.claimed;
        self.claims.recomputed += other.claims.recomputed;
        self.unknowns.merge(&other.unknowns);
        for (sum, part) in self.servable.iter_mut().zip(&other.servable) {
            sum.incumbent.merge(&part.incumbent);
            sum.hosted.merge(&part.hosted);
        }
    }
}

pub(super) struct Pass<'p, 'a> {
    pub(super) table: &'p CallTable,
    pub(super) calls: Calls<'p>,
    pub(super) world: &'p World<'a>,
    eligibility: Eligibility,
    deployments: &'p [Comparable<'a>],
}

impl<'p, 'a> Pass<'p, 'a> {
    /// A pass that prices calls where they were served and compares them with nothing.
    pub(super) fn without_candidates(table: &'p CallTable, world: &'p World<'a>) -> Self {
        Self { table, calls: table.calls(), world, eligibility: Eligibility::default(), deployments: &[] }
    }
}

impl Pass<'_, '_> {
    fn group(&self, group: &Group) -> Part {
        let mut part = Part::default();
        let served = match self.incumbent(group, &mut part.unknowns) {
            Ok(served) => served,
            Err((why, name)) => {
                let (calls, tokens) = self.volume(&group.rows);
                part.unknowns.unpriced.entry((why, name)).or_default().add(calls, tokens);
                return part;
            }
        };
        let group = &self.priceable(group, &served, &mut part.unknowns);
        let routable = group.key.kind == Kind::Routable;
        let eligible = if routable {
            self.eligibility.of(self.world, served.model, &group.when())
        } else {
            Arc::default()
        };
        let of_tier = |tier: Option<Tier>| -> Vec<Candidate> {
            let keep = |eligible: &&Eligible| tier.is_none_or(|tier| eligible.tier == tier);
            eligible.iter().filter(keep).map(|eligible| eligible.candidate.clone()).collect()
        };
        let hosted = of_tier(Some(Tier::Hosted));
        let baseline = self.serve(group, &served, &[], &mut part.baseline);
        let routed = self.serve(group, &served, &of_tier(None), &mut part.routed);
        part.unknowns.note_sources(&eligible, &routed);
        self.serve(group, &served, &of_tier(Some(Tier::Closed)), &mut part.closed);
        self.serve(group, &served, &hosted, &mut part.hosted);
        self.compare_with_log(group, &served, &baseline, &mut part);
        if routable {
            let calls = self.alternatives(group, &baseline, &hosted);
            part.servable =
                self.deployments.iter().map(|with| self.servable(&served, with, &calls)).collect();
        }
        part
    }

    /// Where each priced call of a group goes.
    pub(super) fn rows(&self, group: &Group) -> Vec<(u32, Routed)> {
        let unknowns = &mut Unknowns::default();
        let Ok(served) = self.incumbent(group, unknowns) else { return Vec::new() };
        let group = self.priceable(group, &served, unknowns);
        let eligible = match group.key.kind {
            Kind::Routable => self.eligibility.of(self.world, served.model, &group.when()),
            _ => Arc::default(),
        };
        let candidates: Vec<Candidate> = eligible.iter().map(|eligible| eligible.candidate.clone()).collect();
        let of =
            |candidates: &[Candidate]| route::route(&self.calls, &group.rows, &served.candidate, candidates);
        let choices = group.rows.iter().zip(of(&[]).into_iter().zip(of(&candidates)));
        let routed = choices.map(|(&row, (baseline, choice))| {
            let cost = |choice: &Choice| self.cost(&served, choice, row as usize);
            (row, Routed { offer: OfferId(choice.offer), spent: cost(&baseline), cost: cost(&choice) })
        });
        routed.collect()
    }

    /// The calls of a group, and what others charge for them.
    fn alternatives(&self, group: &Group, baseline: &[Choice], hosted: &[Candidate]) -> Vec<Alternatives> {
        let calls = group.rows.iter().map(|&row| self.calls.buckets(row as usize)).zip(baseline);
        calls
            .map(|(call, choice)| Alternatives {
                incumbent: choice.cost,
                hosted: hosted.iter().filter_map(|candidate| candidate.cost(&call)).min(),
                call,
            })
            .collect()
    }

    /// Serves the calls of a group by the incumbent or a cheaper candidate: the one way to a cost.
    fn serve(
        &self,
        group: &Group,
        served: &Served,
        candidates: &[Candidate],
        outcome: &mut Outcome,
    ) -> Vec<Choice> {
        let choices = route::route(&self.calls, &group.rows, &served.candidate, candidates);
        let mut lines: BTreeMap<u16, Line> = BTreeMap::new();
        for (choice, &row) in choices.iter().zip(&group.rows) {
            let line = Line {
                calls: self.table.n_calls[row as usize].unsigned_abs(),
                tokens: self.calls.buckets(row as usize),
                cost: self.cost(served, choice, row as usize),
            };
            *lines.entry(choice.offer).or_default() += line;
        }
        for (offer, line) in lines {
            outcome.add(served.lane, OfferId(offer), line);
        }
        choices
    }

    /// The whole cost of a row: the engine's and what lies beside it.
    fn cost(&self, served: &Served, choice: &Choice, row: usize) -> Usd {
        let beside = served.beside(self.table.n_calls[row], self.table.web_searches[row]);
        Usd::from_pico(i128::from(choice.cost)) + beside
    }

    /// The calls of a group for all of whose tokens the offer has a price; the others are counted as unpriced.
    fn priceable(&self, group: &Group, served: &Served, unknowns: &mut Unknowns) -> Group {
        let known = |row: &u32| served.lookup.tariff.knows(&self.calls.buckets(*row as usize));
        let (rows, unknown): (Vec<u32>, Vec<u32>) = group.rows.iter().partition(|row| known(row));
        if !unknown.is_empty() {
            let name = self.world.book.label(OfferId(served.candidate.offer), self.world.models);
            let (calls, tokens) = self.volume(&unknown);
            unknowns.unpriced.entry((NoPrice::NoMeter, name)).or_default().add(calls, tokens);
        }
        Group { key: group.key, day: group.day, rows }
    }

    fn compare_with_log(&self, group: &Group, served: &Served, baseline: &[Choice], part: &mut Part) {
        for (choice, &row) in baseline.iter().zip(&group.rows) {
            let bare = self.calls.buckets(row as usize).without_cache();
            let bare = Choice { cost: served.candidate.tariff.cost(&bare), ..*choice };
            part.without_cache += self.cost(served, &bare, row as usize);
            if let Some(claimed) = self.table.cost_reported[row as usize] {
                part.claims.calls += self.table.n_calls[row as usize].unsigned_abs();
                part.claims.claimed += Usd::from_pico(i128::from(claimed));
                part.claims.recomputed += self.cost(served, choice, row as usize);
            }
        }
    }

    /// The calls of a group that a deployment could serve.
    fn servable(&self, served: &Served, with: &Comparable<'_>, calls: &[Alternatives]) -> Servable {
        let mut servable = Servable::default();
        if !self.world.good_enough(with.model, served.model) {
            return servable;
        }
        let ratio = if with.model == served.model { 1.0 } else { self.world.scenario.token_ratio };
        for call in calls {
            let own = call.call.scaled(ratio);
            if own.total() > with.deployment.context {
                continue;
            }
            servable.incumbent.add(own, call.incumbent);
            if let Some(cheapest) = call.hosted {
                servable.hosted.add(own, cheapest);
            }
        }
        servable
    }
}

/// A call and what others charge for it, in picodollars.
struct Alternatives {
    call: TokenBuckets,
    incumbent: i64,
    /// `None`: no hosted offer may serve it.
    hosted: Option<i64>,
}

impl Audit<'_> {
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

impl World<'_> {
    /// The threshold of a lane.
    pub fn threshold_of(&self, lane: Lane) -> Threshold {
        self.threshold(self.book.offer(lane.incumbent).model)
    }
}
