//! Who uses how much, and whether a seat, metered use or machines of one's own is cheapest for whom.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::{Column, DataFrame, DataType, NamedFrom as _, PolarsResult, Series};

use super::audit::Audit;
use super::hosting::ahead::Ahead;
use super::pass::Calls;
use super::world::World;
use crate::engine::seats::joint::{Joint, Unit, joint};
use crate::engine::seats::{Seat, WEEKS, best, exposure, sellers_margin, window};
use crate::inputs::plans::Plan;
use crate::tables::calls as c;

/// A log whose calls have their users for workloads; all are one user's where a name is given. `None`: it names no users.
///
/// # Errors
/// When the table cannot be looked at.
pub fn by_user(calls: &Calls, everyone: Option<&str>) -> PolarsResult<Option<Calls>> {
    let named = calls.has(c::USER.name)?;
    if !named && everyone.is_none() {
        return Ok(None);
    }
    let (before, everyone) = (calls.prepare.clone(), everyone.map(str::to_owned));
    let told = everyone.as_ref().map(|name| format!("all {name:?}"));
    let mut also = calls.also.clone();
    also.push(c::USER.name.to_owned());
    let prepare = move |mut batch: DataFrame| {
        if let Some(before) = &before {
            batch = before(batch)?;
        }
        let users = match &everyone {
            Some(name) => Series::new(c::WORKLOAD.name.into(), vec![name.as_str(); batch.height()]),
            None => batch
                .column(c::USER.name)?
                .cast(&DataType::String)?
                .as_materialized_series()
                .clone()
                .with_name(c::WORKLOAD.name.into()),
        };
        batch.with_column(Column::from(users))?;
        Ok(batch)
    };
    let name = format!("users {}", told.unwrap_or_else(|| "as logged".to_owned()));
    Ok(Some(calls.clone().changed(name, also, Arc::new(prepare))))
}

/// What a user uses of a lab's models in a month.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    /// The user; `None`: not in the log.
    pub user: Option<String>,
    /// The lab.
    pub lab: String,
    /// Calls.
    pub calls: f64,
    /// Dollars at list price, as logged.
    pub list: f64,
    /// Dollars if each call goes to its cheapest eligible offer.
    pub routed: f64,
    /// Of them, dollars of what machines of one's own could serve.
    pub servable: f64,
    /// Place of its best plan against metered use as logged; `None`: metered.
    pub best: Option<usize>,
    /// What it then costs.
    pub cost: f64,
}

/// Ways to pay for everybody, in dollars a month.
#[derive(Debug, Clone, PartialEq)]
pub struct Portfolio {
    /// Everything metered at list price, as logged.
    pub metered: f64,
    /// Everything metered and routed.
    pub routed: f64,
    /// Everybody on the seat that is best for them, if there is one that holds such models; the rest metered.
    pub seats: f64,
    /// Each on the cheaper of a seat and metered use as logged.
    pub mixed: f64,
    /// The same with metered use routed.
    pub mixed_routed: f64,
    /// Those, and machines of one's own; `None`: no deployment could serve anything.
    pub joint: Option<Joint>,
}

/// A plan with what it would hold.
#[derive(Debug, Clone, PartialEq)]
pub struct OfPlan {
    /// The plan.
    pub plan: Plan,
    /// Users on it in the mix.
    pub users: usize,
    /// What they pay.
    pub paid: f64,
    /// What they use, at list price.
    pub used: f64,
    /// What is left to its seller.
    pub margin: f64,
    /// Users who cost the seller more than they pay.
    pub losing: usize,
}

/// What a week's limit of a seat holds, of calls that used up a share of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    /// That share.
    pub share: f64,
    /// Tokens of a week.
    pub tokens: f64,
    /// Dollars at list price of a month.
    pub cap: f64,
}

/// What the calls of a log say of a limit of which they used up a share; `None`: that share is none.
pub fn quota(audit: &Audit, share: f64) -> Option<Quota> {
    let used = audit.baseline.total();
    let held = |used: f64| window(used, share).filter(|_| share <= 1.0);
    Some(Quota { share, tokens: held(used.tokens as f64)?, cap: held(used.cost.estimate().0)? * WEEKS })
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// By user and lab, the most used first.
    pub uses: Vec<Use>,
    /// Plans that can be compared, in the order of places.
    pub plans: Vec<OfPlan>,
    /// Plans of which nobody knows how much they hold.
    pub unknown: Vec<Plan>,
    /// Ways to pay for everybody.
    pub portfolio: Portfolio,
    /// What would have to be paid beyond, a month, if flat prices became metered.
    pub exposure: f64,
    /// That times the probability that it happens within a year, over a year.
    pub expected_exposure: f64,
}

/// Looks at the users of an audit whose workloads are users; `month` multiplies sums over the log to a month.
pub fn seats(audit: &Audit, world: &World, month: f64, plans: Vec<Plan>, machines: Option<&Ahead>) -> Found {
    let assumed = &world.scenario.projection.seats;
    let (known, unknown): (Vec<Plan>, Vec<Plan>) = plans.into_iter().partition(|plan| plan.cap.is_some());
    let seat = |plan: &Plan| Seat { price: plan.price, cap: plan.cap.unwrap_or(0.0) };
    let mut uses = uses(audit, world, month, machines);
    let of_lab = |lab: &str| -> Vec<(usize, Seat)> {
        known
            .iter()
            .enumerate()
            .filter(|(_, plan)| plan.lab == lab)
            .map(|(at, plan)| (at, seat(plan)))
            .collect()
    };
    let mut units = Vec::with_capacity(uses.len());
    let mut seats_only = 0.0;
    for of in &mut uses {
        // Who is not named cannot have a seat.
        let offered = if of.user.is_some() { of_lab(&of.lab) } else { Vec::new() };
        let seats: Vec<Seat> = offered.iter().map(|(_, seat)| *seat).collect();
        let (place, cost) = best(of.list, of.list, &seats, assumed.overflow);
        (of.best, of.cost) = (place.map(|at| offered[at].0), cost);
        let on_seat =
            seats.iter().map(|seat| seat.cost(of.list, assumed.overflow)).fold(f64::INFINITY, f64::min);
        seats_only += if on_seat.is_finite() { on_seat } else { of.list };
        units.push(Unit { seat: on_seat, metered: of.routed, servable: of.servable });
    }
    let sum = |of: fn(&Use) -> f64| uses.iter().map(of).sum::<f64>();
    let portfolio = Portfolio {
        metered: sum(|of| of.list),
        routed: sum(|of| of.routed),
        seats: seats_only,
        mixed: sum(|of| of.cost),
        mixed_routed: units.iter().map(|unit| unit.seat.min(unit.metered)).sum(),
        joint: machines.map(|ahead| {
            let fleet = &ahead.fleet;
            joint(
                &units,
                fleet.largest(),
                |machines| fleet.gains_today(machines),
                |machines| fleet.month(machines),
            )
        }),
    };
    let on = |at: usize| uses.iter().filter(move |of| of.best == Some(at));
    let plans: Vec<OfPlan> = known
        .iter()
        .enumerate()
        .map(|(at, plan)| {
            let (paid, used): (f64, f64) =
                on(at).fold((0.0, 0.0), |sum, of| (sum.0 + of.cost, sum.1 + of.list));
            let margin = |of: &Use| sellers_margin(of.cost, of.list, assumed.cost_ratio);
            OfPlan {
                users: on(at).count(),
                paid,
                used,
                margin: on(at).map(margin).sum(),
                losing: on(at).filter(|of| margin(of) < 0.0).count(),
                plan: plan.clone(),
            }
        })
        .collect();
    let exposed = plans.iter().map(|plan| exposure(plan.used, plan.paid)).sum::<f64>();
    // A constant hazard over a year.
    let within_a_year = -(-assumed.reprice_a_year).exp_m1();
    Found {
        uses,
        plans,
        unknown,
        portfolio,
        exposure: exposed,
        expected_exposure: exposed * 12.0 * within_a_year,
    }
}

/// What each user uses of each lab's models.
fn uses(audit: &Audit, world: &World, month: f64, machines: Option<&Ahead>) -> Vec<Use> {
    let mut all: BTreeMap<(Option<String>, String), Use> = BTreeMap::new();
    let lab = |model| world.models.get(world.models.base(model)).lab.clone();
    for lane in audit.baseline.lanes() {
        let user = lane.workload.map(|code| audit.workloads[code as usize].clone());
        let key = (user, lab(world.book.offer(lane.incumbent).model));
        let (before, after) = (audit.baseline.sum_of_lane(lane), audit.routed.sum_of_lane(lane));
        let of = all.entry(key.clone()).or_insert_with(|| Use {
            user: key.0,
            lab: key.1,
            calls: 0.0,
            list: 0.0,
            routed: 0.0,
            servable: 0.0,
            best: None,
            cost: 0.0,
        });
        of.calls += before.calls as f64 * month;
        of.list += before.cost.estimate().0 * month;
        of.routed += after.cost.estimate().0 * month;
    }
    for ((user, model), dollars) in machines.into_iter().flat_map(|ahead| &ahead.servable) {
        if let Some(of) = all.get_mut(&(user.clone(), lab(*model))) {
            of.servable += dollars;
        }
    }
    let mut uses: Vec<Use> = all.into_values().collect();
    uses.sort_by(|a, b| b.list.total_cmp(&a.list));
    uses
}
