//! The loop over months and lanes: what each plan pays on some paths at once.
//!
//! Everything that only changes with a path or a month is made before the inner loop; in it are products, divisions, and an
//! exponential and a logarithm a move, without a branch.

use pulp::{Arch, NullaryFnOnce};

use super::adoption::Curve;
use super::draws::{Draws, WIDTH, Wide};
use super::inputs::Input;
use super::power::{exp, ln};
use super::{Lane, MOVES, Move, Moved, PLANS, Plan, Projection};

/// Plans without machines of one's own: the first ones of [`Plan::ALL`].
pub(super) const OFFERED: usize = 5;
/// The first of them that moves calls; the moves follow in their order.
const FIRST_MOVE: usize = Plan::Repick as usize;

/// What plans pay in a month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Month {
    /// By plan, dollars at the volume that does not answer to prices, with failures and what moving costs.
    pub(super) cost: [Wide; PLANS],
    /// By plan, dollars paid at the volume that does.
    pub(super) bill: [Wide; PLANS],
    /// By plan without machines, what of its cost is no price of tokens: failures, and the work of moving and of picking models again.
    pub(super) beside: [Wide; OFFERED],
    /// Volume of what machines of one's own may serve by then, over that of all that they could today.
    pub(super) moved: Wide,
    /// Price of it at the best offers over that of today.
    pub(super) price: Wide,
}

/// What some paths come to.
#[derive(Debug, Clone)]
pub(super) struct Followed {
    /// By month.
    pub(super) months: Vec<Month>,
    /// By lane and move, present value of what it saves, summed over the paths.
    pub(super) lane_saving: Vec<[f64; MOVES]>,
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
    curve: Curve,
    response_bill: Wide,
}

/// Where a lane is on the paths; what moves to closed models is a lane for which nothing is waited.
#[derive(Clone, Copy)]
struct State {
    arrives: Wide,
    /// `x` of the curve of adoption.
    adopting: Wide,
    /// What the price of open models had fallen by when they became good enough.
    late: Wide,
    share: Wide,
    before: Wide,
}

/// What a month has of its own.
struct Now {
    at: f64,
    discount: f64,
    /// 1 in months in which models are picked again, otherwise 0.
    picks_again: f64,
    volume: Wide,
    closed_cut: f64,
    open_cut: f64,
    online: f64,
    picked: Wide,
    newest: Wide,
    open: Wide,
    closed_cut_bill: Wide,
    newest_bill: Wide,
}

/// A number for each path. (A loop of our own: one of the standard library is not compiled for the wider registers.)
#[inline(always)]
fn wide(of: impl Fn(usize) -> f64) -> Wide {
    let mut wide = [0.0; WIDTH];
    for (at, value) in wide.iter_mut().enumerate() {
        *value = of(at);
    }
    wide
}

impl Paths {
    #[inline(always)]
    fn of(projection: &Projection, draws: &Draws) -> Self {
        let of = |input: Input| draws.inputs[input as usize];
        let elasticity = of(Input::Elasticity);
        let response = 1.0 - projection.events.response_cut;
        Self {
            growth: wide(|at| of(Input::Growth)[at].ln_1p()),
            elasticity,
            ceiling: of(Input::Ceiling),
            tokens: of(Input::Tokens),
            quality: of(Input::Quality),
            falls: [Input::ClosedFall, Input::FrontierFall, Input::OpenFall]
                .map(|input| wide(|at| of(input)[at].ln())),
            curve: Curve::of(projection.adoption),
            response_bill: wide(|at| exp(elasticity[at] * ln(response))),
        }
    }
}

impl State {
    #[inline(always)]
    fn of(draws: &Draws, paths: &Paths, arrives: Wide) -> Self {
        let half = draws.inputs[Input::Adoption as usize];
        let (rate, counts) = (paths.curve.rate, if paths.curve.has_half { 1.0 } else { 0.0 });
        Self {
            arrives,
            // Half a month before the first middle of a month.
            adopting: wide(|at| exp(rate * (arrives[at] + counts * half[at] + 0.5))),
            late: wide(|at| exp(paths.falls[2][at] * (arrives[at] / 12.0).min(100.0))),
            share: [0.0; WIDTH],
            before: [0.0; WIDTH],
        }
    }

    /// Goes on by a month.
    #[inline(always)]
    fn step(&mut self, now: &Now, paths: &Paths, online: f64) {
        self.before = self.share;
        let curve = &paths.curve;
        for at in 0..WIDTH {
            self.adopting[at] *= curve.shrinks;
            let x = self.adopting[at];
            let there = if now.at >= self.arrives[at] { online } else { 0.0 };
            self.share[at] = there * paths.ceiling[at] * (1.0 - curve.a * x) / (1.0 + curve.b * x);
        }
    }
}

#[inline(always)]
fn through_months(projection: &Projection, draws: &Draws) -> Followed {
    let paths = Paths::of(projection, draws);
    let mut states: Vec<State> = Vec::with_capacity(draws.arrives.len());
    for arrives in &draws.arrives {
        states.push(State::of(draws, &paths, *arrives));
    }
    let mut closed = State::of(draws, &paths, [0.0; WIDTH]);
    let series = projection.series;
    let mut prices = vec![[1.0; WIDTH]; series];
    let mut prices_bill = vec![[1.0; WIDTH]; series];
    let servable: f64 = projection.lanes.iter().map(|lane| lane.servable).sum();
    let mut saved = vec![[0.0; WIDTH]; projection.lanes.len() * MOVES];
    let mut months = Vec::with_capacity(projection.horizon);
    for month in 0..projection.horizon {
        let changes = &draws.changes[month * series..(month + 1) * series];
        for (change, (price, bill)) in changes.iter().zip(prices.iter_mut().zip(&mut prices_bill)) {
            for at in 0..WIDTH {
                price[at] *= change[at];
                bill[at] = exp(paths.elasticity[at] * ln(price[at].max(LEAST)));
            }
        }
        let now = now(projection, &paths, month);
        closed.step(&now, &paths, 1.0);
        let mut sums = Sums::default();
        for (number, (lane, state)) in projection.lanes.iter().zip(&mut states).enumerate() {
            state.step(&now, &paths, now.online);
            let at = At { projection, paths: &paths, now: &now, lane, closed: &closed, open: state };
            let price = (&prices[lane.series], &prices_bill[lane.series]);
            let (unit, stay) = at.stays(price, &mut sums);
            if lane.servable > 0.0 {
                at.elsewhere(&unit, &stay, &mut sums);
            }
            for (place, moved) in lane.moves.iter().enumerate().filter(|(_, moved)| moved.joins) {
                at.moves(place, moved, &unit, &stay, &mut sums, &mut saved[number * MOVES + place]);
            }
        }
        months.push(sums.month(&now, &closed, servable));
    }
    let summed = |wide: &Wide| wide.iter().sum::<f64>();
    Followed {
        months,
        lane_saving: saved
            .chunks_exact(MOVES)
            .map(|of| std::array::from_fn(|place| summed(&of[place])))
            .collect(),
    }
}

/// Below this a price is as good as nothing, and a logarithm still a number.
const LEAST: f64 = 1e-12;

#[inline(always)]
fn now(projection: &Projection, paths: &Paths, month: usize) -> Now {
    let events = &projection.events;
    let at = month as f64 + 0.5;
    let number = month as u32 + 1;
    let since_pick = f64::from(month as u32 / projection.repick_months * projection.repick_months);
    let picks = month > 0 && (month as u32).is_multiple_of(projection.repick_months);
    let cut = |share: f64, from: u32| if number >= from { 1.0 - share } else { 1.0 };
    let closed_cut = cut(events.closed_cut, events.closed_cut_month);
    let offline = events.offline_month..events.offline_month.saturating_add(events.offline_months);
    let newest = wide(|path| closed_cut * exp(-paths.falls[1][path] * at / 12.0));
    let answer = |price: Wide| wide(|path| exp(paths.elasticity[path] * ln(price[path].max(LEAST))));
    Now {
        at,
        discount: (1.0 + projection.interest).powi(-(number as i32)),
        picks_again: if picks { 1.0 } else { 0.0 },
        volume: wide(|path| exp(paths.growth[path] * at)),
        closed_cut,
        open_cut: cut(events.open_cut, events.open_cut_month),
        online: if offline.contains(&number) { 1.0 - events.offline_share } else { 1.0 },
        picked: wide(|path| closed_cut * exp(-paths.falls[0][path] * since_pick / 12.0)),
        newest,
        open: wide(|path| exp(-paths.falls[2][path] * since_pick / 12.0)),
        closed_cut_bill: answer([closed_cut; WIDTH]),
        newest_bill: answer(newest),
    }
}

/// Sums over lanes in a month.
#[derive(Default)]
struct Sums {
    cost: [Wide; OFFERED],
    bill: [Wide; OFFERED],
    failures: [Wide; OFFERED],
    /// Work: of moving, and of picking models again.
    work: [Wide; OFFERED],
    /// Dollars of what machines could serve, at the best offers of the month.
    servable: Wide,
}

/// A lane in a month.
struct At<'a> {
    projection: &'a Projection,
    paths: &'a Paths,
    now: &'a Now,
    lane: &'a Lane,
    closed: &'a State,
    open: &'a State,
}

impl At<'_> {
    /// What the lane costs where nothing moves: the price of its models over today's, and dollars with those that answer to it.
    #[inline(always)]
    fn stays(&self, (price, price_bill): (&Wide, &Wide), sums: &mut Sums) -> (Wide, [Wide; 3]) {
        let (now, lane, events) = (self.now, self.lane, &self.projection.events);
        let (mut unit, mut stay, mut bill, mut responded) =
            ([0.0; WIDTH], [0.0; WIDTH], [0.0; WIDTH], [1.0; WIDTH]);
        for at in 0..WIDTH {
            let answered = now.at >= self.open.arrives[at] + events.response_months;
            let response = if answered { 1.0 - events.response_cut } else { 1.0 };
            let response_bill = if answered { self.paths.response_bill[at] } else { 1.0 };
            responded[at] = response;
            unit[at] = price[at] * now.closed_cut * response;
            stay[at] = lane.spent * unit[at];
            bill[at] = stay[at] * price_bill[at] * now.closed_cut_bill[at] * response_bill;
            let newest = lane.spent * now.newest[at] * response;
            let (stays, frontier) = (Plan::Stay as usize, Plan::Frontier as usize);
            sums.cost[stays][at] += stay[at];
            sums.bill[stays][at] += bill[at];
            sums.cost[frontier][at] += newest;
            sums.bill[frontier][at] += newest * now.newest_bill[at] * response_bill;
            sums.work[frontier][at] += now.picks_again * lane.requalifying;
        }
        // Whoever does not join a move stays.
        for (place, _) in lane.moves.iter().enumerate().filter(|(_, moved)| !moved.joins) {
            for at in 0..WIDTH {
                sums.cost[FIRST_MOVE + place][at] += stay[at];
                sums.bill[FIRST_MOVE + place][at] += bill[at];
            }
        }
        (unit, [stay, bill, responded])
    }

    /// Adds what machines could serve of the lane, at the best offers of the month: routed as a whole, or where it is if it is not routed.
    #[inline(always)]
    fn elsewhere(&self, unit: &Wide, [_, _, responded]: &[Wide; 3], sums: &mut Sums) {
        let routed = &self.lane.moves[Move::Either as usize];
        let routed = if routed.joins { *routed } else { Moved::NOTHING };
        let stays = self.lane.spent - routed.from();
        let today = stays + routed.closed + routed.open;
        for (at, unit) in unit.iter().enumerate() {
            let (closed, open) = self.prices(at, responded);
            let then = stays * unit + routed.closed * closed + routed.open * open;
            sums.servable[at] += self.lane.servable * then / today.max(LEAST);
        }
    }

    /// Prices of closed and of open models that were picked, over those of today.
    #[inline(always)]
    fn prices(&self, at: usize, responded: &Wide) -> (f64, f64) {
        let open =
            (self.now.open[at] * self.open.late[at]).min(1.0) * self.now.open_cut * self.paths.tokens[at];
        (self.now.picked[at] * responded[at], open)
    }

    /// Adds a move, and to `saved` what it saves, discounted.
    #[inline(always)]
    fn moves(
        &self,
        place: usize,
        moved: &Moved,
        unit: &Wide,
        [stay, _, responded]: &[Wide; 3],
        sums: &mut Sums,
        saved: &mut Wide,
    ) {
        let (now, lane, paths) = (self.now, self.lane, self.paths);
        let plan = FIRST_MOVE + place;
        // How far the lane has moved as a whole.
        let from = moved.from().max(LEAST);
        let (by_closed, by_open) = (moved.from_closed / from, moved.from_open / from);
        for at in 0..WIDTH {
            let (closed, open) = (self.closed.share[at], self.open.share[at]);
            let (closed_price, open_price) = self.prices(at, responded);
            let cost = stay[at]
                - closed * (moved.from_closed * unit[at] - moved.closed * closed_price)
                - open * (moved.from_open * unit[at] - moved.open * open_price - moved.flat);
            let ratio = (cost / lane.spent).max(LEAST);
            let share = by_closed * closed + by_open * open;
            let before = by_closed * self.closed.before[at] + by_open * self.open.before[at];
            let failures = share * (moved.failures.0 + moved.failures.1 * paths.quality[at]);
            let work = ((share - before).max(0.0) * lane.switching
                + now.picks_again * lane.requalifying * before)
                / paths.ceiling[at];
            sums.cost[plan][at] += cost;
            sums.bill[plan][at] += cost * exp(paths.elasticity[at] * ln(ratio));
            sums.failures[plan][at] += failures;
            sums.work[plan][at] += work;
            saved[at] += now.discount * (now.volume[at] * (stay[at] - cost - failures) - work);
        }
    }
}

impl Sums {
    #[inline(always)]
    fn month(&self, now: &Now, closed: &State, servable: f64) -> Month {
        let mut month = Month {
            cost: [[0.0; WIDTH]; PLANS],
            bill: [[0.0; WIDTH]; PLANS],
            beside: [[0.0; WIDTH]; OFFERED],
            moved: [0.0; WIDTH],
            price: [1.0; WIDTH],
        };
        for plan in 0..OFFERED {
            for at in 0..WIDTH {
                let beside = self.failures[plan][at] * now.volume[at] + self.work[plan][at];
                month.beside[plan][at] = beside;
                month.cost[plan][at] = self.cost[plan][at] * now.volume[at] + beside;
                month.bill[plan][at] = self.bill[plan][at] * now.volume[at];
            }
        }
        for at in 0..WIDTH {
            if servable > 0.0 {
                month.price[at] = self.servable[at] / servable;
                month.moved[at] = now.volume[at] * closed.share[at];
            }
        }
        month
    }
}

#[cfg(test)]
mod tests;
