//! Savings that were not chosen by looking at them: each workload's one offer is picked on the calls before a day and paid for on
//! the calls from then on, against what was paid and against the cheapest offer of each call.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{BooleanChunked, DataFrame, DataType, PolarsResult};

use super::bridge::{Setting, Slot};
use super::candidates::Eligibility;
use super::incumbent::Served;
use super::outcome::{Lane, Line, Outcome, saving};
use super::pass::{Calls, Plan};
use super::replay::Replay;
use super::ways::{AsLogged, Fixed, Routed, ServedLane, Way};
use super::world::World;
use crate::engine::resample::{Interval, bootstrap};
use crate::inputs::prices::OfferId;
use crate::tables::calls as c;
use crate::units::{Day, Usd};

/// The offer that a lane was sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// Name of the workload.
    pub workload: Option<String>,
    /// The offer that served it.
    pub incumbent: OfferId,
    /// The offer that would have cost least before the day, the incumbent among them.
    pub offer: OfferId,
    /// What its calls from the day on cost as logged.
    pub spent: Usd,
    /// What they cost at the pick.
    pub picked: Usd,
}

/// What the picks give on calls that they were not made on.
#[derive(Debug, Clone, PartialEq)]
pub struct Holdout {
    /// The first day of the calls that are held out.
    pub from: Day,
    /// Calls before it: what they cost as logged, and at the picks.
    pub before: (Line, Line),
    /// Calls from it on: what they cost as logged.
    pub baseline: Line,
    /// At the picks.
    pub picked: Line,
    /// At the cheapest eligible offer of each call.
    pub optimum: Line,
    /// Days with calls from it on.
    pub days: usize,
    /// Interval of the saving in dollars over as many days; `None`: too few days.
    pub saved: Option<Interval>,
    /// Interval of the saving as a share of what was paid.
    pub share: Option<Interval>,
    /// The picks, by lane.
    pub picks: Vec<Pick>,
}

impl Holdout {
    /// What the picks save.
    pub fn saving(&self) -> Usd {
        saving(&self.baseline, &self.picked)
    }

    /// What the picks cost more than the cheapest eligible offer of each call.
    pub fn regret(&self) -> Usd {
        saving(&self.picked, &self.optimum)
    }
}

/// Looks at the plans of a way and remembers which offers they hold.
struct Watched {
    way: Routed,
    offers: Arc<Mutex<HashMap<ServedLane, HashSet<OfferId>>>>,
}

impl Way for Watched {
    fn plan(&self, setting: &Setting, served: &Served) -> Arc<Plan> {
        let plan = self.way.plan(setting, served);
        let mut offers = self.offers.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = (setting.name.as_deref().map(str::to_owned), served.offer);
        let known = offers.entry(lane).or_default();
        known.extend(plan.candidates.iter().map(|candidate| OfferId(candidate.offer)));
        plan
    }

    fn told(&self) -> String {
        format!("{}, watched", self.way.told())
    }
}

/// Sums of a lane, and what a way costs there.
fn by_lane(outcome: &Outcome, names: &[String]) -> HashMap<ServedLane, Line> {
    let mut lines: HashMap<ServedLane, Line> = HashMap::new();
    for (lane, _, line) in outcome.lines() {
        *lines.entry(named(lane, names)).or_default() += *line;
    }
    lines
}

/// What a way costs in a lane together with what its calls put at risk, where anybody says what a failure costs.
fn weighed(outcome: &Outcome, names: &[String], world: &World) -> HashMap<ServedLane, i128> {
    let model = |offer: OfferId| world.models.base(world.book.offer(offer).model);
    let mut sums: HashMap<ServedLane, i128> = HashMap::new();
    for (lane, offer, line) in outcome.lines() {
        let name = named(lane, names);
        let risk = world.risk_of(name.0.as_deref(), model(offer), model(lane.incumbent)).unwrap_or(0);
        *sums.entry(name).or_default() += line.cost.pico() + i128::from(risk) * i128::from(line.calls);
    }
    sums
}

fn named(lane: Lane, names: &[String]) -> ServedLane {
    (lane.workload.map(|code| names[code as usize].clone()), lane.incumbent)
}

/// Holds out the calls from a day on; `None`: there are no priced calls on one side of it.
///
/// # Errors
/// When the log cannot be read.
pub fn holdout(calls: &Calls, world: &World, from: Day) -> PolarsResult<Option<Holdout>> {
    let start = from.start_micros();
    // Plans are looked at on the way, which sums do not tell.
    calls.must_be_here()?;
    let before = within(calls, format!("before {start}"), move |at| at < start);
    let after = within(calls, format!("from {start} on"), move |at| at >= start);
    let eligibility = Eligibility::of(world);
    let Some((picks, fitted)) = picked(&before, &eligibility)? else { return Ok(None) };

    let fixed = Fixed { way: Routed::of(&eligibility), offers: picks.clone() };
    let ways: Vec<Box<dyn Way>> =
        vec![Box::new(AsLogged), Box::new(fixed), Box::new(Routed::of(&eligibility))];
    let replayed = Replay::new(&eligibility, ways).by(Slot::Day, 2).run(&after)?;
    let [baseline, picked, optimum] = replayed.outcomes.as_slice() else { return Ok(None) };
    if baseline.total().calls == 0 {
        return Ok(None);
    }
    let days = by_day(baseline, picked);
    let (spent, saved): (Vec<f64>, Vec<f64>) = days.into_values().unzip();
    let sum = |values: &[f64], times: &[u32]| -> f64 {
        values.iter().zip(times).map(|(value, times)| value * f64::from(*times)).sum()
    };
    let assumed = world.scenario.holdout;
    let interval = |statistic: &dyn Fn(&[u32]) -> f64| {
        bootstrap(spent.len(), assumed.draws, assumed.level, assumed.seed, statistic)
    };
    let (was, is) = (by_lane(baseline, &replayed.workloads), by_lane(picked, &replayed.workloads));
    let mut lanes: Vec<(&ServedLane, &Line)> = was.iter().collect();
    lanes.sort_by(|a, b| b.1.cost.cmp(&a.1.cost).then_with(|| a.0.cmp(b.0)));
    let pick = |(lane, line): (&ServedLane, &Line)| Pick {
        workload: lane.0.clone(),
        incumbent: lane.1,
        offer: picks.get(lane).copied().unwrap_or(lane.1),
        spent: line.cost,
        picked: is.get(lane).map_or(Usd::ZERO, |line| line.cost),
    };
    Ok(Some(Holdout {
        from,
        before: fitted,
        baseline: baseline.total(),
        picked: picked.total(),
        optimum: optimum.total(),
        days: spent.len(),
        saved: interval(&|times| sum(&saved, times)),
        share: interval(&|times| {
            let spent = sum(&spent, times);
            if spent > 0.0 { sum(&saved, times) / spent } else { 0.0 }
        }),
        picks: lanes.into_iter().map(pick).collect(),
    }))
}

/// The dated calls of which something is so. Batches are filtered and not the table: pieces of a filtered table are found by reading
/// all before them.
fn within(calls: &Calls, what: String, is: impl Fn(i64) -> bool + Send + Sync + 'static) -> Calls {
    let before = calls.prepare.clone();
    let prepare = move |batch: DataFrame| {
        let batch = before.as_ref().map_or(Ok(batch.clone()), |prepare| prepare(batch))?;
        let starts = batch.column(c::TS_START.name)?.cast(&DataType::Int64)?;
        let keep: BooleanChunked = starts.i64()?.iter().map(|at| at.is_some_and(&is)).collect();
        batch.filter(&keep)
    };
    calls.clone().changed(what, calls.also.clone(), Arc::new(prepare))
}

/// Dollars spent and saved by day.
fn by_day(baseline: &Outcome, picked: &Outcome) -> BTreeMap<i32, (f64, f64)> {
    let mut days: BTreeMap<i32, (Line, Line)> = BTreeMap::new();
    for (_, _, day, line) in baseline.slots() {
        days.entry(day).or_default().0 += *line;
    }
    for (_, _, day, line) in picked.slots() {
        days.entry(day).or_default().1 += *line;
    }
    let dollars = |usd: Usd| usd.estimate().0;
    days.into_iter().map(|(day, (was, is))| (day, (dollars(was.cost), dollars(saving(&was, &is))))).collect()
}

/// The offer of each lane that costs least over all its calls, and the cost as logged and at the picks; `None`: no call has
/// a price.
type Picked = Option<(HashMap<ServedLane, OfferId>, (Line, Line))>;

fn picked(before: &Calls, eligibility: &Arc<Eligibility>) -> PolarsResult<Picked> {
    let offers: Arc<Mutex<HashMap<ServedLane, HashSet<OfferId>>>> = Arc::default();
    let watched = Watched { way: Routed::of(eligibility), offers: Arc::clone(&offers) };
    let ways: Vec<Box<dyn Way>> = vec![Box::new(AsLogged), Box::new(watched)];
    let replayed = Replay::new(eligibility, ways).run(before)?;
    let Some(baseline) = replayed.outcomes.first().filter(|outcome| outcome.total().calls > 0) else {
        return Ok(None);
    };
    let logged = by_lane(baseline, &replayed.workloads);
    // A workload that is pinned goes where it is pinned, even if it is dearer there.
    let free = |lane: &&ServedLane| eligibility.world().rules.pinned(lane.0.as_deref()).is_none();
    let mut best: HashMap<ServedLane, (Line, OfferId)> =
        logged.keys().filter(free).map(|lane| (lane.clone(), (logged[lane], lane.1))).collect();
    let mut least = weighed(baseline, &replayed.workloads, eligibility.world());
    least.retain(|lane, _| best.contains_key(lane));
    // An offer that pruning drops costs no less than another one for any call that it takes: the survivors are tried, the
    // first of every lane together, then the second.
    let lists: HashMap<ServedLane, Vec<OfferId>> = offers
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .drain()
        .map(|(lane, offers)| {
            let mut offers: Vec<OfferId> = offers.into_iter().filter(|offer| *offer != lane.1).collect();
            offers.sort_unstable();
            (lane, offers)
        })
        .collect();
    let rounds = lists.values().map(Vec::len).max().unwrap_or(0);
    let nth = |at: usize| -> HashMap<ServedLane, OfferId> {
        lists.iter().filter_map(|(lane, offers)| Some((lane.clone(), *offers.get(at)?))).collect()
    };
    let ways = (0..rounds)
        .map(|at| Box::new(Fixed { way: Routed::of(eligibility), offers: nth(at) }) as Box<dyn Way>);
    let tried = Replay::new(eligibility, ways.collect()).run(before)?;
    for (at, outcome) in tried.outcomes.iter().enumerate() {
        let weighed = weighed(outcome, &tried.workloads, eligibility.world());
        for (lane, line) in by_lane(outcome, &tried.workloads) {
            let Some(offer) = lists.get(&lane).and_then(|offers| offers.get(at)) else { continue };
            if least.get(&lane).is_none_or(|known| weighed[&lane] < *known) {
                least.insert(lane.clone(), weighed[&lane]);
                best.insert(lane, (line, *offer));
            }
        }
    }
    // What cannot go where it is pinned stays.
    for (lane, line) in logged {
        best.entry(lane.clone()).or_insert((line, lane.1));
    }
    let mut at_picks = Line::default();
    best.values().for_each(|(line, _)| at_picks += *line);
    let picks = best.into_iter().map(|(lane, (_, offer))| (lane, offer)).collect();
    Ok(Some((picks, (baseline.total(), at_picks))))
}
