//! When open models reach what a workload needs: from the records of open and closed models on the workload's scale.

use super::View;
use crate::engine::evidence::convergence::{Record, Trend, first_reaching, lags, records};
use crate::engine::evidence::{logit, normal_quantile};
use crate::engine::projection::Wait;
use crate::inputs::models::ModelId;
use crate::simulation::success::Success;
use crate::simulation::world::World;
use crate::units::{Day, MONTH_DAYS, TaskKind};

/// When, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reach {
    /// An open model has reached it.
    Reached(Day),
    /// A closed one has, and open ones follow after a while.
    ByLag(Day),
    /// The trend of open records does.
    ByTrend(Day),
    /// Further ahead than the records span.
    Beyond,
    /// Too little is known.
    Unknown,
}

/// When open models reach what a workload needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Convergence {
    /// Capability that it needs; `None`: not known.
    pub needed: Option<f64>,
    /// When.
    pub reach: Reach,
    /// How long it may take from today on.
    pub wait: Wait,
    /// Probability of having reached it at the end of the horizon.
    pub probability: Option<f64>,
    /// Median lag of open records behind closed ones, in months, and how many records say so.
    pub lag: Option<(f64, usize)>,
}

/// Fewer lags say nothing about the next one.
const LEAST_LAGS: usize = 4;

pub(super) fn of(view: &View<'_>, incumbent: Option<Success>) -> Convergence {
    let unknown =
        Convergence { needed: None, reach: Reach::Unknown, wait: Wait::Never, probability: None, lag: None };
    let (Some(needed), Some(incumbent)) = (super::conditions::needed(view), incumbent) else {
        return unknown;
    };
    let kind = view.asked.kind();
    let quality = &view.world.quality;
    let own = quality.capabilities.of(view.asked.incumbent, kind);
    let Some(own) = own.or_else(|| quality.frontier.get(&kind).map(|(_, of)| *of)) else { return unknown };
    // The capability that succeeds as often as is needed, on the difficulty at which the incumbent does as it does.
    let needed = own.value - logit(incumbent.mean) + logit(needed);
    let Some(Records { open, closed, lags: seen }) = view.shared.records.get(&kind) else { return unknown };
    let measured = (seen.len() >= LEAST_LAGS).then(|| median(seen));
    let assumed = view.asked.assumed.conditions;
    let median_lag = measured.map_or(assumed.lag, |lag| lag.max(0.5));
    // Log-normal, its tenth from above as far above its median as is assumed.
    let spread = (assumed.lag_p90 / assumed.lag).ln() / normal_quantile(0.9);
    let today = f64::from(view.world.as_of.0);
    let end = today + assumed.horizon * MONTH_DAYS;
    let lag = measured.map(|lag| (lag, seen.len()));
    let (reach, wait, probability) = if let Some(day) = first_reaching(open, needed) {
        (Reach::Reached(Day(day as i32)), Wait::Over, Some(1.0))
    } else if let Some(day) = first_reaching(closed, needed) {
        // It has not come until today, so it comes later than that.
        let z = |at: f64| (((at - day) / MONTH_DAYS).max(1e-9) / median_lag).ln() / spread;
        let (now, then) = (below(z(today)), below(z(end)));
        let expected = (day + median_lag * MONTH_DAYS).max(today + MONTH_DAYS);
        let probability = if now < 1.0 { (then - now) / (1.0 - now) } else { 1.0 };
        let wait = Wait::Lag { since: (today - day) / MONTH_DAYS, median: median_lag, spread };
        (Reach::ByLag(Day(expected.round() as i32)), wait, Some(probability))
    } else {
        by_trend(open, needed, (today, end))
    };
    Convergence { needed: Some(needed), reach, wait, probability, lag }
}

fn by_trend(open: &[Record], needed: f64, (today, end): (f64, f64)) -> (Reach, Wait, Option<f64>) {
    let Some(trend) = Trend::of(open) else { return (Reach::Unknown, Wait::Never, None) };
    let (value, error) = trend.at(end);
    let probability = if error > 0.0 { below((value - needed) / error) } else { 0.0 };
    match trend.reaches(needed) {
        Some(day) if !trend.is_beyond(day) => {
            let months = |days: f64| days / MONTH_DAYS;
            let wait =
                Wait::Trend { mean: months(day - today), error: months(trend.at(day).1 / trend.slope) };
            (Reach::ByTrend(Day(day.ceil() as i32)), wait, Some(probability))
        }
        _ => (Reach::Beyond, Wait::Never, None),
    }
}

/// Records of open and of closed models of a kind of tasks: days of release and capabilities.
pub(super) struct Records {
    open: Vec<Record>,
    closed: Vec<Record>,
    /// Months that open records came after closed ones.
    lags: Vec<f64>,
}

impl Records {
    pub(super) fn of(world: &World, kind: TaskKind) -> Self {
        let (open, closed) = points(world, kind);
        let (open, closed) = (records(&open), records(&closed));
        let lags = lags(&closed, &open).iter().map(|(_, lag)| lag / MONTH_DAYS).collect();
        Self { open, closed, lags }
    }
}

fn points(world: &World, kind: TaskKind) -> (Vec<Record>, Vec<Record>) {
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    let base = |id: &ModelId| world.models.base(*id) == *id;
    for (id, model) in world.models.iter().filter(|(id, _)| base(id)) {
        let of = world.quality.capabilities.of(id, kind).filter(|of| of.scores > 0);
        let Some((of, day)) = of.zip(model.released_day()).filter(|(_, day)| *day <= world.as_of) else {
            continue;
        };
        let side = if model.open_weights { &mut open } else { &mut closed };
        side.push((f64::from(day.0), of.value));
    }
    (open, closed)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { 0.5 * (sorted[middle - 1] + sorted[middle]) }
}

/// Probability below a value of the standard normal distribution.
fn below(z: f64) -> f64 {
    crate::engine::evidence::normal_below(z)
}
