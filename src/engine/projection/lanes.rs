//! The loop over months and lanes: what each plan pays on some paths at once.
//!
//! Everything that only changes with a path or a month is made before the inner loop; in it are products, one division, one exponential and
//! one logarithm a lane and path, without a branch.

use pulp::{Arch, NullaryFnOnce};

use super::draws::{Draws, WIDTH, Wide};
use super::inputs::Input;
use super::power::{exp, ln};
use super::{PLANS, Plan, Projection};

/// Plans without machines of one's own: the first ones of [`Plan::ALL`].
const OFFERED: usize = 4;

/// What plans pay in a month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Month {
    /// By plan, dollars at the volume that does not answer to prices, with failures and what moving costs.
    pub(super) cost: [Wide; PLANS],
    /// By plan, dollars paid at the volume that does.
    pub(super) bill: [Wide; PLANS],
    /// Volume of what has moved, over that of all that may ever move today.
    pub(super) moved: Wide,
    /// Price of what has moved over that of today.
    pub(super) price: Wide,
}

/// What some paths come to.
#[derive(Debug, Clone)]
pub(super) struct Followed {
    /// By month.
    pub(super) months: Vec<Month>,
    /// By lane, present value of what moving it to open models saves, summed over the paths.
    pub(super) lane_saving: Vec<f64>,
    /// By lane and paths, share of it that has moved in the last month, summed over the paths.
    pub(super) lane_moved: Vec<f64>,
}

/// Follows paths through all months.
pub(super) fn follow(projection: &Projection, draws: &Draws) -> Followed {
    Arch::new().dispatch(Work { projection, draws })
}

struct Work<'a> {
    projection: &'a Projection,
    draws: &'a Draws,
}

impl NullaryFnOnce for Work<'_> {
    type Output = Followed;

    #[inline(always)]
    fn call(self) -> Followed {
        through_months(self.projection, self.draws)
    }
}

/// What a path has of its own for the whole time.
struct Paths {
    growth: Wide,
    elasticity: Wide,
    ceiling: Wide,
    tokens: Wide,
    quality: Wide,
    /// Logarithms of yearly falls: closed, frontier, open.
    falls: [Wide; 3],
    /// By what the part that has not moved shrinks a month.
    slower: f64,
    response_bill: Wide,
}

/// A lane on the paths.
struct State {
    arrives: Wide,
    /// `e^{−r(t − t50)}`.
    adopting: Wide,
    /// What the price of open models had fallen by when they became good enough.
    late: Wide,
    /// How volume answers to the first choice of a closed model.
    picked_bill: Wide,
    share: Wide,
}

/// What a month has of its own.
struct Now {
    at: f64,
    discount: f64,
    volume: Wide,
    closed_cut: f64,
    open_cut: f64,
    online: f64,
    picked: Wide,
    newest: Wide,
    open: Wide,
    closed_cut_bill: Wide,
    picked_bill: Wide,
    newest_bill: Wide,
}

#[inline(always)]
fn wide(of: impl Fn(usize) -> f64) -> Wide {
    std::array::from_fn(of)
}

#[inline(always)]
fn through_months(projection: &Projection, draws: &Draws) -> Followed {
    let of = |input: Input| draws.inputs[input as usize];
    let events = &projection.events;
    let (elasticity, half) = (of(Input::Elasticity), of(Input::Adoption));
    let paths = Paths {
        growth: wide(|at| of(Input::Growth)[at].ln_1p()),
        elasticity,
        ceiling: of(Input::Ceiling),
        tokens: of(Input::Tokens),
        quality: of(Input::Quality),
        falls: [Input::ClosedFall, Input::FrontierFall, Input::OpenFall]
            .map(|input| wide(|at| of(input)[at].ln())),
        slower: (-projection.adoption_rate).exp(),
        response_bill: wide(|at| exp(elasticity[at] * ln(1.0 - events.response_cut))),
    };
    let mut states: Vec<State> = projection
        .lanes
        .iter()
        .zip(&draws.arrives)
        .map(|(lane, arrives)| State {
            arrives: *arrives,
            // Half a month before the first middle of a month.
            adopting: wide(|at| exp(projection.adoption_rate * (arrives[at] + half[at] + 0.5))),
            late: wide(|at| exp(paths.falls[2][at] * (arrives[at] / 12.0).min(100.0))),
            picked_bill: wide(|at| exp(elasticity[at] * ln((lane.picked / lane.spent).max(1e-12)))),
            share: [0.0; WIDTH],
        })
        .collect();
    let series = projection.series;
    let mut prices = vec![[1.0; WIDTH]; series];
    let mut prices_bill = vec![[1.0; WIDTH]; series];
    let all: f64 = projection.lanes.iter().map(|lane| lane.moved).sum();
    let mut followed = Followed {
        months: Vec::with_capacity(projection.horizon),
        lane_saving: vec![0.0; projection.lanes.len()],
        lane_moved: vec![0.0; projection.lanes.len()],
    };
    for month in 0..projection.horizon {
        let changes = &draws.changes[month * series..(month + 1) * series];
        for (change, (price, bill)) in changes.iter().zip(prices.iter_mut().zip(&mut prices_bill)) {
            for at in 0..WIDTH {
                price[at] *= change[at];
                bill[at] = exp(elasticity[at] * ln(price[at].max(1e-12)));
            }
        }
        let now = now(projection, &paths, month);
        let mut sums = Sums::default();
        for (at, (lane, state)) in projection.lanes.iter().zip(&mut states).enumerate() {
            let price = (&prices[lane.series], &prices_bill[lane.series]);
            let saved = in_month(projection, &paths, &now, (lane, state), price, &mut sums);
            followed.lane_saving[at] += saved;
        }
        followed.months.push(sums.month(&now, all));
    }
    for (moved, state) in followed.lane_moved.iter_mut().zip(&states) {
        *moved = state.share.iter().sum();
    }
    followed
}

#[inline(always)]
fn now(projection: &Projection, paths: &Paths, month: usize) -> Now {
    let events = &projection.events;
    let at = month as f64 + 0.5;
    let number = month as u32 + 1;
    let since_pick = f64::from(month as u32 / projection.repick_months * projection.repick_months);
    let cut = |share: f64, from: u32| if number >= from { 1.0 - share } else { 1.0 };
    let closed_cut = cut(events.closed_cut, events.closed_cut_month);
    let offline = events.offline_month..events.offline_month.saturating_add(events.offline_months);
    let picked = wide(|path| closed_cut * exp(-paths.falls[0][path] * since_pick / 12.0));
    let newest = wide(|path| closed_cut * exp(-paths.falls[1][path] * at / 12.0));
    let answer = |price: Wide| wide(|path| exp(paths.elasticity[path] * ln(price[path].max(1e-12))));
    Now {
        at,
        discount: (1.0 + projection.interest).powi(-(number as i32)),
        volume: wide(|path| exp(paths.growth[path] * at)),
        closed_cut,
        open_cut: cut(events.open_cut, events.open_cut_month),
        online: if offline.contains(&number) { 1.0 - events.offline_share } else { 1.0 },
        picked,
        newest,
        open: wide(|path| exp(-paths.falls[2][path] * since_pick / 12.0)),
        closed_cut_bill: answer([closed_cut; WIDTH]),
        picked_bill: answer(picked),
        newest_bill: answer(newest),
    }
}

/// Sums over lanes in a month.
#[derive(Default)]
struct Sums {
    cost: [Wide; OFFERED],
    bill: [Wide; OFFERED],
    failures: Wide,
    switching: Wide,
    /// Dollars of what has moved, at today's prices and at those of the month.
    moved: Wide,
    moved_now: Wide,
}

/// Adds a lane; answers what moving it saved, discounted and summed over the paths.
#[inline(always)]
fn in_month(
    projection: &Projection,
    paths: &Paths,
    now: &Now,
    (lane, state): (&super::Lane, &mut State),
    (price, price_bill): (&Wide, &Wide),
    sums: &mut Sums,
) -> f64 {
    let events = &projection.events;
    let mut saved = [0.0; WIDTH];
    for at in 0..WIDTH {
        state.adopting[at] *= paths.slower;
        let there = if now.at >= state.arrives[at] { now.online } else { 0.0 };
        let share = there * paths.ceiling[at] / (1.0 + state.adopting[at]);
        let answered = now.at >= state.arrives[at] + events.response_months;
        let response = if answered { 1.0 - events.response_cut } else { 1.0 };
        let response_bill = if answered { paths.response_bill[at] } else { 1.0 };

        let unit = price[at] * now.closed_cut * response;
        let stay = lane.spent * unit;
        let picked = lane.picked * now.picked[at] * response;
        let newest = lane.spent * now.newest[at] * response;
        let open = (now.open[at] * state.late[at]).min(1.0) * now.open_cut * paths.tokens[at];
        let moved = share * lane.moved;
        let hosted = stay - share * lane.movable * unit + moved * open + share * lane.flat;

        sums.cost[0][at] += stay;
        sums.cost[1][at] += picked;
        sums.cost[2][at] += newest;
        sums.cost[3][at] += hosted;
        sums.bill[0][at] += stay * price_bill[at] * now.closed_cut_bill[at] * response_bill;
        sums.bill[1][at] += picked * state.picked_bill[at] * now.picked_bill[at] * response_bill;
        sums.bill[2][at] += newest * now.newest_bill[at] * response_bill;
        let ratio = (hosted / lane.spent).max(1e-12);
        sums.bill[3][at] += hosted * exp(paths.elasticity[at] * ln(ratio));

        let failures = share * (lane.failures.0 + lane.failures.1 * paths.quality[at]);
        let switching = (share - state.share[at]).max(0.0) / paths.ceiling[at] * lane.switching;
        state.share[at] = share;
        sums.failures[at] += failures;
        sums.switching[at] += switching;
        sums.moved[at] += moved;
        sums.moved_now[at] += moved * open;
        saved[at] = now.volume[at] * (stay - hosted - failures) - switching;
    }
    saved.iter().sum::<f64>() * now.discount
}

impl Sums {
    #[inline(always)]
    fn month(&self, now: &Now, all: f64) -> Month {
        let mut month = Month {
            cost: [[0.0; WIDTH]; PLANS],
            bill: [[0.0; WIDTH]; PLANS],
            moved: [0.0; WIDTH],
            price: [1.0; WIDTH],
        };
        for plan in 0..OFFERED {
            for at in 0..WIDTH {
                month.cost[plan][at] = self.cost[plan][at] * now.volume[at];
                month.bill[plan][at] = self.bill[plan][at] * now.volume[at];
            }
        }
        let hosted = Plan::Hosted as usize;
        for at in 0..WIDTH {
            month.cost[hosted][at] += self.failures[at] * now.volume[at] + self.switching[at];
            if self.moved[at] > 0.0 {
                month.price[at] = self.moved_now[at] / self.moved[at];
                month.moved[at] = now.volume[at] * self.moved[at] / all;
            }
        }
        month
    }
}
