//! Each workload's recommendation, weighed: how often it succeeds, up to which cost of a failure it pays, who supplies it, under which
//! conditions a move is sound, how many graded calls decide it, and the verdict.

mod cascades;
mod conditions;
mod convergence;
mod evals;
mod supply;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

pub use self::cascades::{CascadeOutcome, cascades};
pub use self::conditions::{Condition, Name as ConditionName, State, Verdict};
pub use self::convergence::{Convergence, Reach};
pub use self::evals::EvalPlan;
pub use self::supply::Supply;

use self::convergence::Records;
use super::audit::Audit;
use super::outcome::{Lane, Line, saving};
use super::success::{Asked, Success};
use super::world::World;
use crate::engine::evidence::tradeoff::{Tolerable, tolerable};
use crate::inputs::models::ModelId;
use crate::inputs::prices::{OfferId, When};
use crate::units::{MONTH_DAYS, TaskKind, Usd, UsdEstimate};

/// A workload that one offer served, and where it goes.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Workload and incumbent.
    pub lane: Lane,
    /// Name of the workload.
    pub workload: Option<String>,
    /// The offer that most calls go to; `None`: all stay.
    pub candidate: Option<OfferId>,
    /// As logged.
    pub baseline: Line,
    /// As routed.
    pub routed: Line,
    /// What is saved over the log.
    pub saved: Usd,
    /// What is saved if other models need fewer or more tokens, the smaller number first; in dollars over the log.
    pub saved_band: (UsdEstimate, UsdEstimate),
    /// Success as logged.
    pub incumbent: Option<Success>,
    /// Success of the models that the calls go to, by calls: mean and lower bound.
    pub success: Option<Rates>,
    /// Dollars of a failure, where anybody says.
    pub failure_cost: Option<f64>,
    /// At which costs of a failure the move pays, by means.
    pub tolerable: Option<Tolerable>,
    /// The same by the lower bound of success there.
    pub tolerable_low: Option<Tolerable>,
    /// How many graded calls decide it.
    pub evals: Option<EvalPlan>,
    /// Who supplies the candidate, or the incumbent where all stay.
    pub supply: Supply,
    /// When open models reach what the workload needs.
    pub convergence: Convergence,
    /// The five conditions.
    pub conditions: Vec<Condition>,
    /// What to do.
    pub verdict: Verdict,
}

/// Days of a year.
const DAYS_A_YEAR: f64 = 365.25;

/// Rates of success by calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Mean.
    pub mean: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// Every lane of an audit, the dearest first.
pub fn assess(audit: &Audit, world: &World) -> Vec<Assessment> {
    let mut lanes = audit.baseline.lanes();
    let spent = |lane: &Lane| audit.baseline.sum(|own, _| own == *lane).cost;
    lanes.sort_by_cached_key(|lane| (std::cmp::Reverse(spent(lane)), *lane));
    let shared = Shared::of(world);
    lanes.into_par_iter().map(|lane| of_lane(audit, world, &shared, lane)).collect()
}

/// What is the same for every lane.
struct Shared {
    /// Open models on sale, with their labs.
    open: Vec<(ModelId, String)>,
    /// Records of open and closed models, by kind of tasks.
    records: BTreeMap<TaskKind, Records>,
}

impl Shared {
    fn of(world: &World) -> Self {
        let base = |id: &ModelId| world.models.base(*id) == *id;
        let today = When::on(world.as_of);
        let open = world
            .models
            .iter()
            .filter(|(id, model)| model.open_weights && base(id) && world.hosts(*id, &today) > 0);
        let needs = world.scenario.needs.values().filter_map(|needs| needs.kind);
        let kinds: BTreeSet<TaskKind> = needs.chain([world.scenario.quality.kind]).collect();
        Self {
            open: open.map(|(id, model)| (id, model.lab.clone())).collect(),
            records: kinds.into_iter().map(|kind| (kind, Records::of(world, kind))).collect(),
        }
    }
}

/// A lane with everything that its parts ask for.
struct View<'a> {
    audit: &'a Audit,
    world: &'a World,
    shared: &'a Shared,
    lane: Lane,
    asked: Asked<'a>,
    /// Offers that its calls go to, with how many.
    goes_to: Vec<(OfferId, Line)>,
    baseline: Line,
    routed: Line,
}

impl View<'_> {
    fn model(&self, offer: OfferId) -> ModelId {
        self.world.models.base(self.world.book.offer(offer).model)
    }

    fn success(&self, model: ModelId) -> Option<Success> {
        self.world.quality.success(model, &self.asked)
    }

    /// What is something over the log, in a year at its pace; `None`: the log is too short to tell.
    fn a_year(&self, of_log: f64) -> Option<f64> {
        self.audit.month.factor().map(|factor| of_log * factor * DAYS_A_YEAR / MONTH_DAYS)
    }

    /// What a call costs as logged and as routed.
    fn costs(&self) -> (f64, f64) {
        let calls = (self.baseline.calls as f64).max(1.0);
        (self.baseline.cost.estimate().0 / calls, self.routed.cost.estimate().0 / calls)
    }

    /// Success of the models that the calls go to, by calls; `None`: of one of them nothing is known.
    fn rates(&self) -> Option<Rates> {
        let mut sum = Rates { mean: 0.0, low: 0.0, high: 0.0 };
        for (offer, line) in &self.goes_to {
            let model = self.model(*offer);
            let success = self.success(model)?;
            let part = line.calls as f64 / self.routed.calls as f64;
            // The same weights elsewhere do as the incumbent does, whatever that is.
            let same = model == self.asked.incumbent;
            sum.mean += part * success.mean;
            sum.low += part * if same { success.mean } else { success.low };
            sum.high += part * if same { success.mean } else { success.high };
        }
        Some(sum)
    }
}

fn of_lane(audit: &Audit, world: &World, shared: &Shared, lane: Lane) -> Assessment {
    let workload = lane.workload.map(|code| audit.workloads[code as usize].clone());
    let incumbent_model = world.models.base(world.book.offer(lane.incumbent).model);
    let view = View {
        audit,
        world,
        shared,
        lane,
        asked: world.asked(workload.as_deref(), incumbent_model),
        goes_to: audit.routed.of_lane(lane).map(|(offer, line)| (offer, *line)).collect(),
        baseline: audit.baseline.sum_of_lane(lane),
        routed: audit.routed.sum_of_lane(lane),
    };
    let moved = view.goes_to.iter().filter(|(offer, _)| *offer != lane.incumbent);
    let candidate =
        moved.max_by_key(|(offer, line)| (line.calls, std::cmp::Reverse(*offer))).map(|(offer, _)| *offer);
    let incumbent = view.success(incumbent_model);
    let rates = view.rates();
    let (before, after) = view.costs();
    let tolerable_at = |rate: fn(&Rates) -> f64| {
        let (incumbent, rates) = (incumbent?, rates?);
        candidate.map(|_| tolerable((before, incumbent.mean), (after, rate(&rates))))
    };
    let supply = supply::of(&view, candidate.unwrap_or(lane.incumbent));
    let convergence = convergence::of(&view, incumbent);
    let conditions = conditions::of(&view, candidate, incumbent, rates, &supply, &convergence);
    let verdict = conditions::verdict(&view, candidate, rates, &conditions, &convergence);
    let (tolerable, tolerable_low) = (tolerable_at(|rates| rates.mean), tolerable_at(|rates| rates.low));
    Assessment {
        lane,
        candidate,
        baseline: view.baseline,
        routed: view.routed,
        saved: saving(&view.baseline, &view.routed),
        saved_band: band(&view),
        incumbent,
        success: rates,
        failure_cost: view.asked.failure_cost(),
        tolerable,
        tolerable_low,
        evals: candidate.and_then(|candidate| evals::of(&view, candidate, incumbent?)),
        supply,
        convergence,
        conditions,
        verdict,
        workload,
    }
}

/// What is saved at both ends of the band of tokens that other models need.
fn band(view: &View<'_>) -> (UsdEstimate, UsdEstimate) {
    let cost = |end: fn((f64, f64)) -> f64| -> f64 {
        let of = |(offer, line): &(OfferId, Line)| {
            line.cost.estimate().0 * end(view.world.token_band(view.asked.incumbent, view.model(*offer)))
        };
        view.goes_to.iter().map(of).sum()
    };
    let spent = view.baseline.cost.estimate().0;
    (UsdEstimate(spent - cost(|band| band.1)), UsdEstimate(spent - cost(|band| band.0)))
}
