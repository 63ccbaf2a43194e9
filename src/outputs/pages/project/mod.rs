//! The page of `project`: plans side by side, the months, what moves, what the decision hangs on.

mod decision;
mod grounds;

pub use self::decision::{input_value, input_words};

use crate::engine::projection::Plan;
use crate::engine::projection::run::{Band, OfPlan};
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::pages::audit::Detail;
use crate::outputs::wording::{percent, usd};
use crate::simulation::World;
use crate::simulation::projection::project::Found;
use crate::units::{Share, UsdEstimate};

const fn dollars(dollars: f64) -> Value {
    Value::Estimate(UsdEstimate(dollars))
}

fn share(part: f64) -> Value {
    Value::share(Share::new(part))
}

/// A plan in words.
pub const fn words(plan: Plan) -> &'static str {
    match plan {
        Plan::Stay => "staying on today's models",
        Plan::Repick => "picking closed models again",
        Plan::Frontier => "always taking the newest",
        Plan::Hosted => "moving to open models at hosts",
        Plan::Routed => "routing to the cheapest of both",
        Plan::Rented => "routing, and renting machines",
        Plan::Committed => "routing, and machines by contract",
    }
}

/// The page; `more` are findings, assumptions and provenance.
pub fn page(found: &Found, world: &World, detail: Detail, more: Vec<Section>) -> Page {
    let mut sections =
        vec![plans(found), months(found, detail), bill(found), decision::workloads(found, world)];
    sections.push(decision::tornado(found));
    sections.extend(decision::machines(found));
    sections.push(grounds::section(found));
    sections.extend(more);
    Page { command: "project", claim: claim(found), sections }
}

/// A plan that was followed.
pub fn followed(found: &Found, plan: Plan) -> &OfPlan {
    // The baseline is always among the plans.
    found.result.plans.iter().find(|of| of.plan == plan).unwrap_or(&found.result.plans[0])
}

/// What was found, in one sentence.
pub fn claim(found: &Found) -> String {
    let months = found.projection.horizon;
    let baseline = words(found.projection.baseline);
    let best = followed(found, found.best);
    if found.best == found.projection.baseline {
        let lanes = &found.projection.lanes;
        let moving = lanes.iter().flat_map(|lane| lane.moves).filter(|moved| moved.joins).count();
        let work = if moving == 0 && lanes.iter().any(|lane| lane.switching > 0.0) {
            "; no workload earns the work of moving it"
        } else {
            ""
        };
        return format!("over {months} months no plan is expected to cost less than {baseline}{work}");
    }
    format!(
        "over {months} months, {} saves {} in present value against {baseline} (80 % band {} to {}); it saves anything with a probability of {}",
        words(found.best),
        usd(best.saving.p50),
        usd(best.saving.p10),
        usd(best.saving.p90),
        percent(best.saves),
    )
}

/// Fewer dollars are rounding.
const NOTHING: f64 = 1e-6;

fn plans(found: &Found) -> Section {
    let last = found.projection.horizon - 1;
    let year = last.min(11);
    let rows = found.result.plans.iter().map(|of| {
        // Nothing differs on any path: there is nothing to save, and nothing to earn back.
        let idle = of.saving.p10.abs().max(of.saving.p90.abs()).max(of.mean_saving.abs()) < NOTHING;
        let unless = |value: Value| if idle { Value::Nothing } else { value };
        vec![
            Value::from(words(of.plan)),
            Value::from(of.plan.word()),
            dollars(of.bills[0].p50),
            dollars(of.bills[year].p50),
            dollars(of.bills[last].p50),
            unless(dollars(of.saving.p10)),
            unless(dollars(of.saving.p50)),
            unless(dollars(of.saving.p90)),
            unless(dollars(of.mean_saving)),
            unless(dollars(of.error)),
            unless(share(of.saves)),
            unless(share(of.pays_back)),
            unless(of.payback.map_or(Value::from("never"), |band| Value::Number(band.p50))),
            dollars(of.regret),
            of.breaches.as_ref().map_or(Value::Nothing, |(any, _)| share(*any)),
        ]
    });
    let heads = vec![
        Head::new("plan", "plan", 0),
        Head::hidden("id"),
        Head::new("bill_first_usd", "bill in month 1", 2),
        Head::new("bill_year_usd", format!("in month {}", year + 1), 2),
        Head::new("bill_last_usd", format!("in month {}", last + 1), 1),
        Head::new("saving_p10_usd", "saves P10", 1),
        Head::new("saving_p50_usd", "P50", 0),
        Head::new("saving_p90_usd", "P90", 1),
        Head::hidden("saving_mean_usd"),
        Head::hidden("saving_error_usd"),
        Head::new("saves", "saves with", 0),
        Head::new("pays_back", "pays back with", 3),
        Head::new("payback_months", "after months", 3),
        Head::new("regret_usd", "regret", 2),
        Head::new("over_budget", "over budget with", 1),
    ];
    let notes = vec![
        format!(
            "present values over {} months at the same volume, against {}; bills are medians at the volume that answers to prices",
            found.projection.horizon,
            words(found.projection.baseline)
        ),
        "regret: what a plan costs more than the one that turns out best, on average over the same futures; pays back: what moving and setting up cost is earned and not lost again".to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "plans", title: "Plans".to_owned(), body, notes }
}

/// Months that people are shown.
const SHOWN: [usize; 10] = [1, 2, 3, 6, 9, 12, 18, 24, 30, 36];

fn months(found: &Found, detail: Detail) -> Section {
    let everything = detail == Detail::Everything;
    let last = found.projection.horizon;
    let shown = |of: &&OfPlan| everything || of.plan == found.projection.baseline || of.plan == found.best;
    let band = |band: &Band| [dollars(band.p10), dollars(band.p50), dollars(band.p90)];
    let mut rows = Vec::new();
    for of in found.result.plans.iter().filter(shown) {
        for month in 1..=last {
            if !everything && month != last && !SHOWN.contains(&month) {
                continue;
            }
            let at = month - 1;
            let mut row = vec![Value::from(of.plan.word()), Value::Count(month as u64)];
            row.extend(band(&of.bills[at]));
            row.extend([
                dollars(of.mean_bill[at]),
                dollars(of.mean_cost[at]),
                of.breaches.as_ref().map_or(Value::Nothing, |(_, months)| share(months[at])),
            ]);
            rows.push(row);
        }
    }
    let heads = vec![
        Head::new("plan", "plan", 0),
        Head::new("month", "month", 0),
        Head::new("bill_p10_usd", "bill P10", 0),
        Head::new("bill_p50_usd", "P50", 0),
        Head::new("bill_p90_usd", "P90", 0),
        Head::new("bill_mean_usd", "bill, mean", 1),
        Head::new("cost_mean_usd", "cost, mean", 1),
        Head::new("over_budget", "over budget with", 0),
    ];
    let mut notes = vec![
        "bill: what is paid at the volume that answers to prices; cost: what the same volume costs, failures and the work of moving with it".to_owned(),
    ];
    if !everything {
        notes.push("every month and plan is in --format json and csv".to_owned());
    }
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    Section { key: "months", title: "Month by month".to_owned(), body, notes }
}

/// What is displaced, and what is new.
fn bill(found: &Found) -> Section {
    let (own, best) = (followed(found, found.projection.baseline), followed(found, found.best));
    let rows = (0..found.projection.horizon.div_ceil(12)).map(|year| {
        let months = year * 12..((year + 1) * 12).min(found.projection.horizon);
        let sum = |of: &[f64]| of[months.clone()].iter().sum::<f64>();
        let (before, after) = (sum(&own.mean_cost), sum(&best.mean_cost));
        let paid = after - sum(&best.mean_beside);
        vec![
            Value::Count(year as u64 + 1),
            dollars(before),
            dollars(before - after),
            dollars(paid),
            dollars(sum(&best.mean_beside)),
            dollars(sum(&best.mean_bill) - paid),
            dollars(sum(&best.mean_bill)),
        ]
    });
    let heads = vec![
        Head::new("year", "year", 0),
        Head::new("baseline_usd", "baseline", 0),
        Head::new("saving_usd", "saved, same volume", 0),
        Head::new("paid_usd", "still paid", 1),
        Head::new("beside_usd", "moving, failures", 2),
        Head::new("new_usd", "new volume", 0),
        Head::new("bill_usd", "expected bill", 0),
    ];
    let notes = vec![format!(
        "of {}; means. A saving is what the same calls no longer cost; volume that only comes because calls are cheaper is no saving and is in the bill",
        words(found.best)
    )];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "bill", title: "Saved and spent".to_owned(), body, notes }
}
