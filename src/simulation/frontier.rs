//! The cost–quality frontier of a team's own calls: what they cost at the cheapest for each price of quality.
//!
//! At a price of λ dollars for a point of the benchmark, a call goes to the offer with the least cost plus λ times the points that its model
//! lacks to the best one. What it costs in all and how good the models are on average is a point of the lower convex hull, by
//! construction; the corners are found by asking for the slope between two known ones until nothing new comes up.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::PolarsResult;

use super::bridge::Setting;
use super::candidates::{Eligibility, Sought};
use super::incumbent::Served;
use super::outcome::{Line, Outcome};
use super::pass::{Calls, Plan};
use super::replay::Replay;
use super::ways::{AsLogged, Plans, Way};
use super::world::World;
use crate::engine::frontier::{Point, cost_at, lower_hull, slope};
use crate::engine::route::Candidate;
use crate::inputs::models::ModelId;
use crate::inputs::prices::OfferId;
use crate::units::{Tier, Usd};

/// Every call to the least sum of cost and priced lack of quality.
struct AtPrice {
    /// Every offer that the rules allow, whatever its quality.
    eligibility: Arc<Eligibility>,
    plans: Plans,
    /// Picodollars for a point of the benchmark.
    price: f64,
    /// Score of the best model.
    best: f64,
}

impl AtPrice {
    /// Picodollars that a call puts at risk with a model.
    fn risk(&self, model: ModelId) -> Option<i64> {
        let lack = self.eligibility.world().goodness(model).map(|goodness| self.best - goodness)?;
        Some((lack * self.price).round() as i64)
    }

    fn priced(&self, candidate: &Candidate, model: ModelId) -> Option<Candidate> {
        Some(Candidate { risk: self.risk(model)?, ..candidate.clone() })
    }
}

impl Way for AtPrice {
    fn plan(&self, setting: &Setting, served: &Served) -> Arc<Plan> {
        let world = self.eligibility.world();
        // Without a score of its own a call has no place on the frontier: it stays.
        let Some(incumbent) = self.priced(&served.candidate, served.model) else {
            return AsLogged.plan(setting, served);
        };
        let sought = Sought::of(world, setting, served.model).at_any_quality();
        self.plans.get(served, sought, || {
            let able = self.eligibility.list(sought);
            let priced = able.iter().filter_map(|able| {
                self.priced(&able.candidate, world.model_of(OfferId(able.candidate.offer)))
            });
            Plan::of(Some(incumbent), priced.collect())
        })
    }

    fn told(&self) -> String {
        format!("at a price of {:?} a point below {:?}", self.price, self.best)
    }
}

impl World {
    /// How good a model is: its score.
    fn goodness(&self, model: ModelId) -> Option<f64> {
        self.scores.of(model)
    }

    /// The model of an offer, of which a variant has the weights.
    fn model_of(&self, offer: OfferId) -> ModelId {
        self.models.base(self.book.offer(offer).model)
    }
}

/// A corner of the frontier.
#[derive(Debug, Clone, PartialEq)]
pub struct Corner {
    /// Mean score of the models that serve, by calls.
    pub quality: f64,
    /// What the calls cost.
    pub cost: Usd,
    /// Dollars a call for which a further point of the benchmark is had from here; `None`: the last corner.
    pub next_point: Option<f64>,
    /// Calls that closed and hosted offers serve.
    pub calls_by_tier: BTreeMap<Tier, u64>,
    /// The offer that serves most calls, and how many others there are.
    pub main: Option<(OfferId, usize)>,
}

/// The frontier.
#[derive(Debug, Clone, PartialEq)]
pub struct Frontier {
    /// From the cheapest to the best.
    pub corners: Vec<Corner>,
    /// As logged.
    pub incumbent: Corner,
    /// What the quality of the incumbents costs on the frontier, by a mixture of two corners; `None`: they are better than
    /// its best corner.
    pub same_quality: Option<f64>,
    /// Calls whose incumbents have a score: those that the frontier is about.
    pub calls: u64,
    /// Priced calls whose incumbents have none, and their cost.
    pub unscored: Line,
    /// The dearest point of the benchmark that was asked for, in dollars a call.
    pub dearest_point: f64,
}

/// The dearest point, in picodollars a call: fifty dollars. Beyond it the last corner changes only for calls that cost more.
const DEAREST: f64 = 50e12;
/// Rounds of asking: each may find a corner between any two that are known.
const ROUNDS: usize = 4;

/// The frontier of a log; `None`: no call has an incumbent with a score.
///
/// # Errors
/// When the log cannot be read.
pub fn frontier(calls: &Calls, world: &World) -> PolarsResult<Option<Frontier>> {
    let goodness = world.book.offers().filter_map(|(offer, _)| world.goodness(world.model_of(offer)));
    let best = goodness.fold(f64::NEG_INFINITY, f64::max);
    let eligibility = Eligibility::of(world);
    let way = |price: f64| -> Box<dyn Way> {
        Box::new(AtPrice { eligibility: Arc::clone(&eligibility), plans: Plans::default(), price, best })
    };
    let first: Vec<Box<dyn Way>> = vec![Box::new(AsLogged), way(0.0), way(DEAREST)];
    let mut outcomes = Replay::new(&eligibility, first).run(calls)?.outcomes;
    let baseline = outcomes.remove(0);
    let unscored = baseline.sum(|lane, _| world.goodness(world.model_of(lane.incumbent)).is_none());
    let Some(incumbent) = measured(&baseline, world) else { return Ok(None) };
    let scored_calls: f64 = scored(&baseline, world).map(|(_, line)| line.calls as f64).sum();
    let mut known: Vec<(Point, Outcome)> = Vec::new();
    let mut asked: Vec<f64> = Vec::new();
    for round in 0..=ROUNDS {
        known.extend(outcomes.into_iter().filter_map(|outcome| Some((measured(&outcome, world)?, outcome))));
        keep_hull(&mut known);
        let slopes = known.windows(2).map(|pair| slope(&pair[0].0, &pair[1].0) / scored_calls);
        let new: Vec<f64> = slopes.map(|slope| slope * 1e12).filter(|price| !asked.contains(price)).collect();
        if new.is_empty() || round == ROUNDS {
            break;
        }
        outcomes =
            Replay::new(&eligibility, new.iter().map(|price| way(*price)).collect()).run(calls)?.outcomes;
        asked.extend(new);
    }
    let hull: Vec<Point> = known.iter().map(|(point, _)| *point).collect();
    let next = |at: usize| hull.get(at + 1).map(|next| slope(&hull[at], next) / scored_calls);
    Ok(Some(Frontier {
        corners: known
            .iter()
            .enumerate()
            .map(|(at, (_, outcome))| corner(outcome, next(at), world))
            .collect(),
        same_quality: cost_at(&hull, incumbent.quality),
        incumbent: corner(&baseline, None, world),
        calls: scored_calls as u64,
        unscored,
        dearest_point: DEAREST / 1e12,
    }))
}

fn keep_hull(known: &mut Vec<(Point, Outcome)>) {
    let points: Vec<Point> = known.iter().map(|(point, _)| *point).collect();
    let mut all: Vec<Option<(Point, Outcome)>> = std::mem::take(known).into_iter().map(Some).collect();
    known.extend(lower_hull(&points).into_iter().filter_map(|at| all[at].take()));
}

/// The lines that the frontier is about, with the goodness of the models that serve.
fn scored<'o>(outcome: &'o Outcome, world: &'o World) -> impl Iterator<Item = (f64, &'o Line)> {
    let of_scored = move |offer: OfferId| world.goodness(world.model_of(offer));
    outcome.lines().filter_map(move |(lane, offer, line)| {
        of_scored(lane.incumbent)?;
        Some((of_scored(offer)?, line))
    })
}

/// Mean quality and whole cost, in dollars; `None`: no call.
fn measured(outcome: &Outcome, world: &World) -> Option<Point> {
    let (mut calls, mut goodness, mut cost) = (0_u64, 0.0, Usd::ZERO);
    for (good, line) in scored(outcome, world) {
        calls += line.calls;
        goodness += good * line.calls as f64;
        cost += line.cost;
    }
    (calls > 0).then(|| Point { quality: goodness / calls as f64, cost: cost.estimate().0 })
}

fn corner(outcome: &Outcome, next_point: Option<f64>, world: &World) -> Corner {
    let (mut calls_by_tier, mut by_offer) = (BTreeMap::new(), BTreeMap::new());
    let mut cost = Usd::ZERO;
    for (lane, offer, line) in outcome.lines() {
        if world.goodness(world.model_of(lane.incumbent)).is_none() {
            continue;
        }
        *calls_by_tier.entry(world.book.offer(offer).tier).or_insert(0) += line.calls;
        *by_offer.entry(offer).or_insert(0) += line.calls;
        cost += line.cost;
    }
    let main = by_offer.iter().max_by_key(|(offer, calls)| (**calls, std::cmp::Reverse(**offer)));
    Corner {
        quality: measured(outcome, world).map_or(f64::NAN, |point| point.quality),
        cost,
        next_point,
        calls_by_tier,
        main: main.map(|(offer, _)| (*offer, by_offer.len() - 1)),
    }
}
