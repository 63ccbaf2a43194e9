//! All paths: percentiles by month, and how often a plan does what it promises.

use rayon::prelude::*;

use super::draws::{Draws, WIDTH, Wide, seeded};
use super::fleet::{Luck, Market, Terms, present};
use super::inputs::Input;
use super::lanes::{Followed, OFFERED, follow};
use super::{MOVES, PLANS, Plan, Projection};

/// How many paths, and what is asked of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// Paths.
    pub paths: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Dollars a month that must not be exceeded; `None`: nothing was said.
    pub budget: Option<f64>,
}

/// The tenth, fiftieth and ninetieth percentile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Tenth.
    pub p10: f64,
    /// Fiftieth.
    pub p50: f64,
    /// Ninetieth.
    pub p90: f64,
}

impl Band {
    /// Of values in any order, which are put into another one.
    pub fn of(values: &mut [f64]) -> Self {
        Self { p10: selected(values, 0.1), p50: selected(values, 0.5), p90: selected(values, 0.9) }
    }
}

/// A percentile of values in any order, between two of them as [`quantile`] takes it of sorted ones.
///
/// [`quantile`]: crate::engine::resample::quantile
fn selected(values: &mut [f64], share: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let at = share * last as f64;
    let below = at.floor() as usize;
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().fold(f64::INFINITY, f64::min);
    if high.is_finite() { low + (high - low) * (at - below as f64) } else { low }
}

/// What a plan comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct OfPlan {
    /// The plan.
    pub plan: Plan,
    /// Dollars paid, by month.
    pub bills: Vec<Band>,
    /// Mean of them, by month.
    pub mean_bill: Vec<f64>,
    /// Mean of what the same volume costs, by month.
    pub mean_cost: Vec<f64>,
    /// Mean of what is no price in it, by month: failures, and the work of moving.
    pub mean_beside: Vec<f64>,
    /// Present value of what is saved against the baseline.
    pub saving: Band,
    /// Its mean.
    pub mean_saving: f64,
    /// Standard error of the mean.
    pub error: f64,
    /// Probability of saving anything.
    pub saves: f64,
    /// Probability of having earned back what it takes within the horizon.
    pub pays_back: f64,
    /// Months until then, of the paths on which it does; `None`: on none.
    pub payback: Option<Band>,
    /// Mean of what is lost against the plan that turns out best.
    pub regret: f64,
    /// Probability of exceeding the budget in some month, and by month; `None`: there is no budget.
    pub breaches: Option<(f64, Vec<f64>)>,
}

/// What a decision in a month is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waited {
    /// Months that are waited.
    pub months: usize,
    /// Mean present value over the plan without machines of one's own.
    pub value: f64,
    /// Share of paths on which the contract is signed.
    pub signs: f64,
}

/// What all paths come to.
#[derive(Debug, Clone)]
pub struct Projected {
    /// By plan.
    pub plans: Vec<OfPlan>,
    /// By lane and move, mean present value of what it saves.
    pub lane_saving: Vec<[f64; MOVES]>,
    /// What it is worth to decide later about a contract; empty: there is none to sign.
    pub waiting: Vec<Waited>,
}

/// Months after which a contract is weighed again.
const WAITS: [usize; 6] = [0, 3, 6, 12, 18, 24];
/// Months in which a rented fleet has to earn its setup.
const PATIENCE: f64 = 12.0;
/// Blocks of paths that one thread takes at once.
const TOGETHER: usize = 4;

/// What some paths leave.
struct Left {
    /// By plan, month and path.
    bills: Vec<Wide>,
    /// By plan and path: cost in present value, month of payback.
    costs: Vec<(f64, f64)>,
    followed: Sums,
}

/// What is summed over paths.
#[derive(Clone, Default)]
struct Sums {
    lane_saving: Vec<[f64; MOVES]>,
    /// By plan and month.
    cost: Vec<f64>,
    /// By plan without machines and month.
    beside: Vec<f64>,
    /// By wait: value and number that sign.
    waited: Vec<(f64, f64)>,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.lane_saving.resize(other.lane_saving.len(), [0.0; MOVES]);
        for (own, other) in self.lane_saving.iter_mut().flatten().zip(other.lane_saving.iter().flatten()) {
            *own += other;
        }
        add(&mut self.cost, &other.cost);
        add(&mut self.beside, &other.beside);
        self.waited.resize(other.waited.len().max(self.waited.len()), (0.0, 0.0));
        for (own, other) in self.waited.iter_mut().zip(&other.waited) {
            own.0 += other.0;
            own.1 += other.1;
        }
    }
}

fn add(own: &mut Vec<f64>, other: &[f64]) {
    own.resize(other.len().max(own.len()), 0.0);
    for (own, other) in own.iter_mut().zip(other) {
        *own += other;
    }
}

/// The month of no payback.
const NO_PAYBACK: f64 = f64::INFINITY;

/// The market of machines along one of the paths.
pub(super) fn markets(followed: &Followed, draws: &Draws, at: usize) -> Vec<Market> {
    let months = followed.months.iter().zip(&draws.rent);
    months
        .map(|(month, rent)| Market { price: month.price[at], volume: month.moved[at], rent: rent[at] })
        .collect()
}

/// What differs between paths, along one of them.
pub(super) fn luck(draws: &Draws, at: usize) -> Luck {
    let of = |input: Input| draws.inputs[input as usize][at];
    Luck { staff: of(Input::Staff), throughput: of(Input::Throughput) }
}

/// How paths are counted.
pub(super) const fn terms(projection: &Projection) -> Terms {
    Terms { interest: projection.interest, patience: PATIENCE }
}

/// The market of machines as it is expected to be: every input at its median.
pub(super) fn expected(projection: &Projection) -> Vec<Market> {
    let draws = Draws::still(projection, &[[0.0; Input::COUNT]]);
    markets(&follow(projection, &draws), &draws, 0)
}

/// Puts machines of one's own into the costs of the plans that have them.
pub(super) fn with_machines(
    projection: &Projection,
    draws: &Draws,
    followed: &mut Followed,
    expected: &[Market],
) {
    let Some(fleet) = &projection.fleet else { return };
    let (routed, terms) = (Plan::Routed as usize, terms(projection));
    for at in 0..WIDTH {
        let (path, luck) = (markets(followed, draws, at), luck(draws, at));
        let rented = fleet.renting(&path, &luck, &terms);
        let committed = fleet.committing(0, &path, &luck, expected, &terms);
        for (plan, saved) in [(Plan::Rented, Some(rented)), (Plan::Committed, committed)] {
            let plan = plan as usize;
            for (month, of) in followed.months.iter_mut().enumerate() {
                let saved = saved.as_ref().map_or(0.0, |saved| saved[month]);
                of.cost[plan][at] = of.cost[routed][at] - saved;
                of.bill[plan][at] = of.bill[routed][at] - saved;
            }
        }
    }
}

fn block(
    projection: &Projection,
    base: &rand_chacha::ChaCha8Rng,
    first: usize,
    wanted: usize,
    expected: &[Market],
) -> Left {
    let draws = Draws::random(projection, base, first);
    let mut followed = follow(projection, &draws);
    with_machines(projection, &draws, &mut followed, expected);
    let months = projection.horizon;
    let mut bills = Vec::with_capacity(PLANS * months);
    let mut costs = vec![(0.0, 0.0); PLANS * WIDTH];
    let mut sums = Sums { cost: vec![0.0; PLANS * months], ..Sums::default() };
    let baseline = projection.baseline as usize;
    let discounts: Vec<f64> =
        (1..=months).map(|month| (1.0 + projection.interest).powi(-(month as i32))).collect();
    for plan in 0..PLANS {
        bills.extend(followed.months.iter().map(|month| month.bill[plan]));
        for at in 0..wanted {
            let (mut value, mut gained, mut last_below) = (0.0, 0.0, None);
            for (number, month) in followed.months.iter().enumerate() {
                let cost = month.cost[plan][at];
                value += cost * discounts[number];
                gained += month.cost[baseline][at] - cost;
                if gained < 0.0 {
                    last_below = Some(number);
                }
                sums.cost[plan * months + number] += cost;
            }
            let payback = match last_below {
                None => 0.0,
                Some(last) if last + 1 == months => NO_PAYBACK,
                Some(last) => (last + 2) as f64,
            };
            costs[plan * WIDTH + at] = (value, payback);
        }
    }
    sums.beside = (0..OFFERED)
        .flat_map(|plan| followed.months.iter().map(move |month| month.beside[plan][..wanted].iter().sum()))
        .collect();
    sums.waited = waited(projection, &draws, &followed, expected, wanted);
    sums.lane_saving = followed.lane_saving;
    Left { bills, costs, followed: sums }
}

fn waited(
    projection: &Projection,
    draws: &Draws,
    followed: &Followed,
    expected: &[Market],
    wanted: usize,
) -> Vec<(f64, f64)> {
    let Some(fleet) = projection.fleet.as_ref().filter(|fleet| fleet.committed.is_some()) else {
        return Vec::new();
    };
    let mut sums = vec![(0.0, 0.0); WAITS.len()];
    for at in 0..wanted {
        let (path, luck) = (markets(followed, draws, at), luck(draws, at));
        for (sum, from) in sums.iter_mut().zip(WAITS) {
            if let Some(saved) = fleet.committing(from, &path, &luck, expected, &terms(projection)) {
                sum.0 += present(&saved, projection.interest);
                sum.1 += 1.0;
            }
        }
    }
    sums
}

/// Follows all paths. The same seed gives the same numbers, on any number of threads.
pub fn run(projection: &Projection, asked: &Asked) -> Projected {
    let base = seeded(asked.seed);
    let expected = expected(projection);
    let blocks = asked.paths.div_ceil(WIDTH);
    let left: Vec<Left> = (0..blocks)
        .into_par_iter()
        .with_min_len(TOGETHER)
        .map(|number| {
            let first = number * WIDTH;
            block(projection, &base, first, WIDTH.min(asked.paths - first), &expected)
        })
        .collect();
    let mut sums = Sums::default();
    left.iter().for_each(|left| sums.add(&left.followed));
    let paths = asked.paths as f64;
    // Lanes are summed over whole blocks; the last one may have more paths than are asked for.
    let followed = (blocks * WIDTH) as f64;
    let all = Plans { projection, asked, left: &left, sums: &sums };
    let existing = projection.plans();
    let best: Vec<f64> = (0..asked.paths)
        .map(|path| existing.iter().map(|plan| all.cost(*plan, path).0).fold(f64::INFINITY, f64::min))
        .collect();
    let plans = existing.par_iter().map(|plan| all.of(*plan, &best)).collect();
    Projected {
        plans,
        lane_saving: sums.lane_saving.iter().map(|sums| sums.map(|sum| sum / followed)).collect(),
        waiting: WAITS
            .into_iter()
            .zip(&sums.waited)
            .filter(|(months, _)| *months < projection.horizon)
            .map(|(months, (value, signs))| Waited { months, value: value / paths, signs: signs / paths })
            .collect(),
    }
}

struct Plans<'a> {
    projection: &'a Projection,
    asked: &'a Asked,
    left: &'a [Left],
    sums: &'a Sums,
}

impl Plans<'_> {
    fn cost(&self, plan: Plan, path: usize) -> (f64, f64) {
        self.left[path / WIDTH].costs[plan as usize * WIDTH + path % WIDTH]
    }

    fn bills(&self, plan: Plan, month: usize) -> impl Iterator<Item = f64> {
        let at = plan as usize * self.projection.horizon + month;
        self.left.iter().flat_map(move |left| left.bills[at]).take(self.asked.paths)
    }

    fn of(&self, plan: Plan, best: &[f64]) -> OfPlan {
        let paths = self.asked.paths as f64;
        let months = self.projection.horizon;
        let (mut bills, mut mean_bill, mut exceeded) = (Vec::new(), Vec::new(), Vec::new());
        let mut ever = vec![false; self.asked.paths];
        for month in 0..months {
            let mut values: Vec<f64> = self.bills(plan, month).collect();
            if let Some(budget) = self.asked.budget {
                let mut above = 0.0;
                for (bill, ever) in values.iter().zip(&mut ever) {
                    if *bill > budget {
                        *ever = true;
                        above += 1.0;
                    }
                }
                exceeded.push(above / paths);
            }
            mean_bill.push(values.iter().sum::<f64>() / paths);
            bills.push(Band::of(&mut values));
        }
        let baseline = self.projection.baseline;
        let mut savings: Vec<f64> =
            (0..self.asked.paths).map(|path| self.cost(baseline, path).0 - self.cost(plan, path).0).collect();
        let mean_saving = savings.iter().sum::<f64>() / paths;
        let squares: f64 = savings.iter().map(|saving| (saving - mean_saving).powi(2)).sum();
        let share = |count: usize| count as f64 / paths;
        let saves = share(savings.iter().filter(|saving| **saving > 0.0).count());
        let mut paybacks: Vec<f64> = (0..self.asked.paths)
            .map(|path| self.cost(plan, path).1)
            .filter(|months| *months < NO_PAYBACK)
            .collect();
        let regret = (0..self.asked.paths).map(|path| self.cost(plan, path).0 - best[path]).sum::<f64>();
        let at = plan as usize * months;
        // Who has machines of their own routes the rest.
        let beside = (plan as usize).min(Plan::Routed as usize) * months;
        OfPlan {
            plan,
            bills,
            mean_bill,
            mean_cost: self.sums.cost[at..at + months].iter().map(|sum| sum / paths).collect(),
            mean_beside: self.sums.beside[beside..beside + months].iter().map(|sum| sum / paths).collect(),
            saving: Band::of(&mut savings),
            mean_saving,
            error: (squares / (paths - 1.0).max(1.0) / paths).sqrt(),
            saves,
            pays_back: share(paybacks.len()),
            payback: (!paybacks.is_empty()).then(|| Band::of(&mut paybacks)),
            regret: regret / paths,
            breaches: self.asked.budget.map(|_| (share(ever.iter().filter(|ever| **ever).count()), exceeded)),
        }
    }
}

#[cfg(test)]
mod tests;
