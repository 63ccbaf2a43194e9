//! Where each workload ran, where it could run, and what that saves.

use super::Contents;
use crate::inputs::prices::OfferId;
use crate::outputs::page::{Body, Grid, Head, Section, Value};
use crate::outputs::wording::{counted, points};
use crate::simulation::outcome::{Lane, Line, Outcome, saving};
use crate::units::{Share, Tier};

/// Rows that people are shown.
const SHOWN: usize = 12;

/// The section of workloads, the dearest first.
pub fn workloads(contents: &Contents<'_>) -> Section {
    let audit = contents.audit;
    let mut lanes = audit.baseline.lanes();
    let spent = |lane: &Lane| audit.baseline.sum(|own, _| own == *lane).cost;
    lanes.sort_by_cached_key(|lane| (std::cmp::Reverse(spent(lane)), *lane));
    let grid = Grid {
        heads: heads(audit.month.factor().is_some()),
        rows: lanes.iter().map(|lane| row(contents, *lane)).collect(),
        shown: SHOWN,
    };
    let scores = &contents.world.scores;
    let mut notes = vec![format!(
        "good enough: the same weights, or a score on the {} of at least the incumbent's minus {} (scores: {}, {}); \
         costs are list prices of the day of each call, tokens as logged or as measured of another model",
        scores.benchmark.name,
        contents.world.tolerance(),
        scores.source,
        scores.licence
    )];
    if lanes.len() > SHOWN {
        notes.push(format!("{} more in --format json", counted((lanes.len() - SHOWN) as u64, "row")));
    }
    Section { key: "workloads", title: "Where it could run".to_owned(), body: Body::Grid(grid), notes }
}

/// The heads; of the saving over the log and the saving a month, the one that says more stays longest.
fn heads(month_known: bool) -> Vec<Head> {
    let (log_rank, month_rank) = if month_known { (2, 0) } else { (0, 2) };
    vec![
        Head::names("workload", "workload", 0),
        Head::names("incumbent", "served by", 0),
        Head::new("calls", "calls", 4),
        Head::new("spent_usd", "spent", 0),
        Head::new("closed_usd", "closed", 6),
        Head::new("hosted_usd", "hosted", 5),
        Head::names("offer", "could run at", 0),
        Head::new("routed_usd", "costs", 3),
        Head::new("saved_usd", "saves", log_rank),
        Head::new("saved_month_usd", if month_known { "saves/month" } else { "a month" }, month_rank),
        Head::new("quality", "quality condition", 1),
        Head::hidden("incumbent_score"),
        Head::hidden("least_score"),
        Head::hidden("offer_score"),
    ]
}

fn row(contents: &Contents<'_>, lane: Lane) -> Vec<Value> {
    let (audit, world) = (contents.audit, contents.world);
    let of = |outcome: &Outcome| outcome.sum_of_lane(lane);
    let (baseline, routed) = (of(&audit.baseline), of(&audit.routed));
    let saved = saving(&baseline, &routed);
    let chosen = main_offer(&audit.routed, lane);
    let threshold = world.threshold_of(lane);
    let score = chosen.and_then(|(offer, _)| world.scores.of(world.book.offer(offer).model));
    let number = |n: Option<f64>| n.map_or(Value::Unknown, Value::Number);
    vec![
        workload(contents, lane.workload),
        Value::Text(world.label(lane.incumbent)),
        Value::Count(baseline.calls),
        Value::Usd(baseline.cost),
        tier_cost(contents, &audit.closed, lane, Tier::Closed),
        tier_cost(contents, &audit.hosted, lane, Tier::Hosted),
        Value::Text(offer_text(contents, lane, chosen)),
        Value::Usd(routed.cost),
        Value::Usd(saved),
        Value::estimate(audit.month.factor().map(|factor| saved.estimate() * factor)),
        Value::Text(condition(contents, lane, chosen)),
        number(threshold.incumbent),
        number(threshold.least),
        number(score),
    ]
}

fn workload(contents: &Contents<'_>, code: Option<u32>) -> Value {
    code.map_or(Value::Unknown, |code| Value::Text(contents.audit.workloads[code as usize].clone()))
}

/// The offer that most calls of a lane go to, the incumbent only if all of them stay; and how many others there are.
fn main_offer(outcome: &Outcome, lane: Lane) -> Option<(OfferId, usize)> {
    let lines: Vec<(OfferId, &Line)> = outcome.of_lane(lane).collect();
    let main = lines
        .iter()
        .max_by_key(|(offer, line)| (*offer != lane.incumbent, line.calls, std::cmp::Reverse(*offer)))?;
    Some((main.0, lines.len()))
}

fn offer_text(contents: &Contents<'_>, lane: Lane, chosen: Option<(OfferId, usize)>) -> String {
    let world = contents.world;
    match chosen {
        None => "nowhere".to_owned(),
        Some((offer, 1)) if offer == lane.incumbent => "stays".to_owned(),
        Some((offer, 1)) => world.label(offer),
        Some((offer, offers)) => format!("{} (+{})", world.label(offer), offers - 1),
    }
}

/// Cost of a lane with offers of one tier only; nothing when no such offer serves a call at less than it costs now.
fn tier_cost(contents: &Contents<'_>, outcome: &Outcome, lane: Lane, tier: Tier) -> Value {
    let of_tier = |offer: OfferId| contents.world.book.offer(offer).tier == tier;
    let inside = outcome.of_lane(lane).any(|(offer, line)| of_tier(offer) && line.calls > 0);
    if !inside { Value::Nothing } else { Value::Usd(outcome.sum_of_lane(lane).cost) }
}

fn condition(contents: &Contents<'_>, lane: Lane, chosen: Option<(OfferId, usize)>) -> String {
    let world = contents.world;
    let threshold = world.threshold_of(lane);
    let Some((offer, _)) = chosen else { return "–".to_owned() };
    let model = world.book.offer(offer).model;
    if model == world.book.offer(lane.incumbent).model {
        return match threshold.incumbent {
            Some(_) => "same weights".to_owned(),
            None => "not scored".to_owned(),
        };
    }
    match (world.scores.of(model), threshold.least) {
        (Some(score), Some(least)) => format!("{} ≥ {}", points(score), points(least)),
        _ => "–".to_owned(),
    }
}

/// Shares of tokens and of dollars by tier, as logged and as routed, side by side.
pub fn tiers(contents: &Contents<'_>) -> Section {
    let (audit, world) = (contents.audit, contents.world);
    let of = |outcome: &Outcome, tier: Tier| outcome.sum(|_, offer| world.book.offer(offer).tier == tier);
    let (all_before, all_after) = (audit.baseline.total(), audit.routed.total());
    let tokens = |line: &Line, all: &Line| Value::share(Share::of(line.tokens as f64, all.tokens as f64));
    let dollars =
        |line: &Line, all: &Line| Value::share(Share::of(line.cost.estimate().0, all.cost.estimate().0));
    let rows = [Tier::Closed, Tier::Hosted].into_iter().map(|tier| {
        let (before, after) = (of(&audit.baseline, tier), of(&audit.routed, tier));
        vec![
            Value::from(tier.word()),
            tokens(&before, &all_before),
            dollars(&before, &all_before),
            Value::Usd(before.cost),
            tokens(&after, &all_after),
            dollars(&after, &all_after),
            Value::Usd(after.cost),
        ]
    });
    let mut rows: Vec<Vec<Value>> = rows.collect();
    rows.push(vec![
        Value::from("all"),
        Value::Nothing,
        Value::Nothing,
        Value::Usd(all_before.cost),
        Value::Nothing,
        Value::Nothing,
        Value::Usd(all_after.cost),
    ]);
    let heads = vec![
        Head::names("tier", "tier", 0),
        Head::new("tokens_now", "tokens now", 0),
        Head::new("dollars_now", "dollars now", 0),
        Head::new("spent_usd", "spent", 1),
        Head::new("tokens_routed", "tokens routed", 0),
        Head::new("dollars_routed", "dollars routed", 0),
        Head::new("routed_usd", "costs", 1),
    ];
    let grid = Grid { heads, rows, shown: usize::MAX };
    Section { key: "tiers", title: "By tier".to_owned(), body: Body::Grid(grid), notes: Vec::new() }
}
