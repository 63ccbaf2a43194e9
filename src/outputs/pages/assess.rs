//! The page of `assess`, and its short form on the page of an audit.

use crate::engine::evidence::tradeoff::Tolerable;
use crate::inputs::models::LicenseClass;
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::wording::{Place, counted, number, percent, value};
use crate::simulation::World;
use crate::simulation::assess::{Assessment, CascadeOutcome, ConditionName, Rates, State, Verdict};
use crate::simulation::success::{Basis, Success};
use crate::units::{Share, UsdEstimate};

/// Rows that people are shown.
const SHOWN: usize = 12;

/// The page: every workload with all that speaks for and against moving it.
pub fn page(assessed: &[Assessment], cascades: &[CascadeOutcome], world: &World, more: Vec<Section>) -> Page {
    let count =
        |wanted: fn(&Verdict) -> bool| assessed.iter().filter(|of| wanted(&of.verdict)).count() as u64;
    let claim = format!(
        "{} as served: {} to substitute now, {} to pilot, {} to wait with, {} to keep",
        counted(assessed.len() as u64, "workload"),
        count(|v| *v == Verdict::SubstituteNow),
        count(|v| *v == Verdict::Pilot),
        count(|v| matches!(v, Verdict::WaitUntil(_))),
        count(|v| *v == Verdict::Keep),
    );
    let mut sections = vec![
        verdicts(assessed, world),
        short(assessed, world),
        conditions(assessed, world),
        evals(assessed, world),
        suppliers(assessed, world),
    ];
    if !cascades.is_empty() {
        sections.push(cascade_section(assessed, cascades, world));
    }
    sections.extend(more);
    Page { command: "assess", claim, sections }
}

fn names(of: &Assessment, world: &World) -> Vec<Value> {
    vec![
        of.workload.clone().map_or(Value::Unknown, Value::Text),
        Value::Text(world.label(of.lane.incumbent)),
        of.candidate.map_or(Value::from("stays"), |offer| Value::Text(world.label(offer))),
    ]
}

fn name_heads() -> Vec<Head> {
    vec![
        Head::names("workload", "workload", 0),
        Head::names("incumbent", "served by", 0),
        Head::names("offer", "could run at", 0),
    ]
}

fn rows(assessed: &[Assessment], world: &World, of: impl Fn(&Assessment) -> Vec<Value>) -> Vec<Vec<Value>> {
    let row = |one: &Assessment| names(one, world).into_iter().chain(of(one)).collect();
    assessed.iter().map(row).collect()
}

fn section(
    key: &'static str,
    title: &str,
    more: Vec<Head>,
    rows: Vec<Vec<Value>>,
    notes: Vec<String>,
) -> Section {
    let mut notes = notes;
    if rows.len() > SHOWN {
        notes.push(format!("{} more in --format json", counted((rows.len() - SHOWN) as u64, "row")));
    }
    let heads = name_heads().into_iter().chain(more).collect();
    Section { key, title: title.to_owned(), body: Body::Grid(Grid { heads, rows, shown: SHOWN }), notes }
}

/// A verdict in words.
pub fn verdict_words(verdict: Verdict) -> String {
    match verdict {
        Verdict::SubstituteNow => "substitute now".to_owned(),
        Verdict::Pilot => "pilot".to_owned(),
        Verdict::WaitUntil(day) => format!("wait until {}", day.text()),
        Verdict::Keep => "keep".to_owned(),
    }
}

fn verdicts(assessed: &[Assessment], world: &World) -> Section {
    let rows = rows(assessed, world, |of| {
        let met = of.conditions.iter().filter(|condition| condition.state == State::Met).count();
        vec![
            Value::Usd(of.baseline.cost),
            Value::Usd(of.saved),
            Value::Text(format!("{met} of {}", of.conditions.len())),
            Value::Text(verdict_words(of.verdict)),
        ]
    });
    let more = vec![
        Head::new("spent_usd", "spent", 1),
        Head::new("saved_usd", "saves", 0),
        Head::new("met", "conditions met", 1),
        Head::new("verdict", "verdict", 0),
    ];
    let notes = vec![
        "substitute now: reliable by your own graded calls or the same weights, and cheap enough; pilot: benchmarks alone say so, or not surely enough; wait: open models are expected to reach it within the horizon"
            .to_owned(),
    ];
    section("verdicts", "Verdicts", more, rows, notes)
}

/// What a cost of failures may be, in words.
fn tolerable_words(tolerable: Option<Tolerable>) -> String {
    let usd = |amount: f64| value(&Value::Estimate(UsdEstimate(amount)), Place::Column);
    match tolerable {
        None => "unknown".to_owned(),
        Some(Tolerable::Any) => "any cost".to_owned(),
        Some(Tolerable::None) => "never pays".to_owned(),
        Some(Tolerable::Below(most)) => usd(most),
        Some(Tolerable::Above(least)) => format!("only above {}", usd(least)),
    }
}

/// The dollars of a flip, for machines.
fn tolerable_usd(tolerable: Option<Tolerable>) -> Value {
    match tolerable {
        Some(Tolerable::Below(usd) | Tolerable::Above(usd)) => Value::Estimate(UsdEstimate(usd)),
        _ => Value::Nothing,
    }
}

fn rate(rate: Option<f64>) -> Value {
    rate.map_or(Value::Unknown, |rate| Value::share(Share::new(rate)))
}

fn basis(success: Option<Success>) -> Value {
    let Some(success) = success else { return Value::from("nothing is known") };
    let words = match success.basis {
        Basis::Graded(calls) => counted(calls as u64, "graded call"),
        Basis::Calibrated => "graded calls of others".to_owned(),
        Basis::Stated => "your rate, benchmarks".to_owned(),
        Basis::Assumed => "assumed rate, benchmarks".to_owned(),
    };
    Value::Text(if success.inferred { format!("{words}, guessed model") } else { words })
}

/// Tokens that the candidate needs for those of the incumbent.
fn tokens(of: &Assessment, world: &World) -> Value {
    let Some(offer) = of.candidate else { return Value::Nothing };
    let model = |offer| world.book.offer(offer).model;
    let ratio = world.token_ratio(model(of.lane.incumbent), model(offer));
    Value::Text(format!("×{} ×{}", number(ratio.input), number(ratio.output)))
}

/// Success and tolerable cost of a failure, of the workloads that move.
pub fn short(assessed: &[Assessment], world: &World) -> Section {
    let moved: Vec<Assessment> = assessed.iter().filter(|of| of.candidate.is_some()).cloned().collect();
    let rows = rows(&moved, world, |of| {
        let success = |get: fn(&Rates) -> f64| rate(of.success.as_ref().map(get));
        let candidate = of.candidate.and_then(|offer| {
            let model = world.models.base(world.book.offer(offer).model);
            world.success(of.workload.as_deref(), model, world.book.offer(of.lane.incumbent).model)
        });
        vec![
            rate(of.incumbent.map(|success| success.mean)),
            success(|rates| rates.mean),
            success(|rates| rates.low),
            Value::Text(tolerable_words(of.tolerable_low)),
            of.failure_cost.map_or(Value::Nothing, |usd| Value::Estimate(UsdEstimate(usd))),
            Value::Estimate(of.saved_band.0),
            Value::Estimate(of.saved_band.1),
            Value::Count(of.supply.hosts as u64),
            tokens(of, world),
            basis(candidate.or(of.incumbent)),
            tolerable_usd(of.tolerable_low),
            tolerable_usd(of.tolerable),
            Value::Text(tolerable_words(of.tolerable)),
            Value::Text(verdict_words(of.verdict)),
        ]
    });
    let more = vec![
        Head::new("success", "succeeds now", 2),
        Head::new("offer_success", "there", 3),
        Head::new("offer_success_low", "there ≥", 1),
        Head::new("pays_up_to", "failure cost up to", 0),
        Head::new("failure_cost_usd", "a failure costs", 0),
        Head::new("saved_low_usd", "saves from", 1),
        Head::new("saved_high_usd", "to", 1),
        Head::new("hosts", "hosts", 2),
        Head::new("tokens", "tokens, in and out", 3),
        Head::new("basis", "known from", 4),
        Head::hidden("tolerable_low_usd"),
        Head::hidden("tolerable_usd"),
        Head::hidden("pays_up_to_by_mean"),
        Head::hidden("verdict"),
    ];
    let quality = &world.scenario.quality;
    let bound = percent(1.0 - quality.bound);
    let mut notes = vec![format!(
        "failure cost up to: the move pays unless a failed call costs more than this, by the lower bound of success there ({bound}); success: capability against the difficulty of the workload"
    )];
    if !moved.is_empty() && moved.iter().all(|of| of.failure_cost.is_none()) {
        notes.push("say what a failure costs (failure_cost_usd of a workload, or quality.failure_cost_usd), and it is weighed call by call; grade calls (--graded), and success is yours".to_owned());
    }
    section("quality", "What failures may cost", more, rows, notes)
}

const NAMES: [(ConditionName, &str); 5] = [
    (ConditionName::Reliability, "reliable"),
    (ConditionName::Commodity, "commodity"),
    (ConditionName::CostGap, "cost gap"),
    (ConditionName::Convergence, "convergence"),
    (ConditionName::Differentiation, "nothing only here"),
];

fn state_words(state: State) -> &'static str {
    match state {
        State::Met => "yes",
        State::Partly => "partly",
        State::Unmet => "no",
        State::Unknown => "unknown",
    }
}

fn conditions(assessed: &[Assessment], world: &World) -> Section {
    let mut rows = Vec::new();
    for of in assessed {
        for condition in &of.conditions {
            let name = NAMES.iter().find(|(name, _)| *name == condition.name).map_or("", |(_, words)| words);
            let mut row = names(of, world);
            row.extend([
                Value::from(name),
                Value::from(state_words(condition.state)),
                Value::Text(condition.evidence.clone()),
            ]);
            rows.push(row);
        }
    }
    let mut heads = name_heads();
    heads[2].rank = 1;
    heads.extend([
        Head::new("condition", "condition", 0),
        Head::new("state", "holds", 0),
        Head::new("evidence", "evidence", 0),
    ]);
    let shown = SHOWN * NAMES.len();
    let mut notes = Vec::new();
    if rows.len() > shown {
        notes.push(format!("{} more in --format json", counted((rows.len() - shown) as u64, "row")));
    }
    let body = Body::Grid(Grid { heads, rows, shown });
    Section { key: "conditions", title: "Conditions".to_owned(), body, notes }
}

fn evals(assessed: &[Assessment], world: &World) -> Section {
    let planned: Vec<Assessment> = assessed.iter().filter(|of| of.evals.is_some()).cloned().collect();
    let rows = rows(&planned, world, |of| {
        let Some(plan) = of.evals else { return Vec::new() };
        let usd = |usd: Option<f64>| Value::estimate_or_nothing(usd.map(UsdEstimate));
        vec![
            Value::Number(plan.unpaired),
            Value::Number(plan.paired),
            Value::share(Share::new(plan.canary_share)),
            Value::Number(plan.canary_pairs),
            plan.canary_days.map_or(Value::Unknown, Value::Number),
            usd(plan.perfect_information),
            plan.best_sample.map_or(Value::Nothing, |(calls, _)| Value::Count(calls)),
            usd(plan.best_sample.map(|(_, worth)| worth)),
        ]
    });
    let more = vec![
        Head::new("unpaired", "calls each, apart", 1),
        Head::new("paired", "calls, both answer", 0),
        Head::new("canary_share", "canary gets", 3),
        Head::new("canary_pairs", "its pairs", 0),
        Head::new("canary_days", "its days", 1),
        Head::new("perfect_information_usd", "certainty is worth", 2),
        Head::new("best_sample", "best to grade", 1),
        Head::new("best_sample_usd", "worth", 2),
    ];
    let evals = world.scenario.quality.evals;
    let notes = vec![format!(
        "to see that a candidate is less than {} worse, with {} error and {} power; canary: switchpoint canary says after any call whether to go on, promote (wrong in at most {}) or stop; calls of the two models are paired in the order in which they come",
        percent(evals.gap),
        percent(evals.alpha),
        percent(evals.power),
        percent(evals.false_promote)
    )];
    section("evals", "Before you trust it", more, rows, notes)
}

const fn licence_words(class: LicenseClass) -> &'static str {
    match class {
        LicenseClass::Closed => "closed",
        LicenseClass::Osi => "open (OSI)",
        LicenseClass::Custom => "custom",
        LicenseClass::NonCommercial => "non-commercial",
        LicenseClass::Unknown => "unknown",
    }
}

fn suppliers(assessed: &[Assessment], world: &World) -> Section {
    let rows = rows(assessed, world, |of| {
        let supply = &of.supply;
        vec![
            Value::from(licence_words(supply.licence)),
            Value::Text(supply.country.clone()),
            Value::Count(supply.hosts as u64),
            supply.herfindahl.map_or(Value::Unknown, Value::Score),
            Value::share(Share::new(supply.availability)),
            Value::Count(supply.open_labs as u64),
            Value::estimate(supply.single_vendor),
            Value::Estimate(supply.disruption),
            Value::Estimate(supply.takedown),
            Value::Text(supply.licence_name.clone()),
        ]
    });
    let more = vec![
        Head::new("licence_class", "licence", 0),
        Head::new("country", "lab in", 1),
        Head::new("hosts", "hosts", 0),
        Head::new("herfindahl", "HHI", 1),
        Head::new("availability", "served", 3),
        Head::new("open_labs", "open labs as good", 1),
        Head::new("single_vendor_usd_year", "with one vendor a year", 0),
        Head::new("disruption_usd_year", "disruption a year", 1),
        Head::new("takedown_usd_year", "of it by takedown", 3),
        Head::hidden("licence"),
    ];
    let notes = vec![
        "of the offer it could run at, else of the one that serves it; HHI: hosts count as equally large, as their shares are not public; filters: policy.min_sellers, policy.licences, policy.lab_countries, policy.seller_countries"
            .to_owned(),
    ];
    section("suppliers", "Suppliers", more, rows, notes)
}

fn cascade_section(assessed: &[Assessment], cascades: &[CascadeOutcome], world: &World) -> Section {
    let rows = cascades.iter().map(|of| {
        let workload = assessed.iter().find(|one| one.lane == of.lane).and_then(|one| one.workload.clone());
        let usd = |usd: f64| Value::Estimate(UsdEstimate(usd));
        let [incumbent, first, cascade] = of.delivered;
        let best = if cascade < incumbent.min(first) {
            "the cascade"
        } else if first < incumbent {
            "the first alone"
        } else {
            "as it is"
        };
        vec![
            workload.map_or(Value::Unknown, Value::Text),
            Value::Text(world.label(of.lane.incumbent)),
            Value::Text(world.label(of.first)),
            Value::Count(of.calls),
            rate(Some(of.cascade.escalated())),
            rate(Some(of.cascade.success())),
            usd(of.cascade.cost()),
            usd(incumbent),
            usd(first),
            usd(cascade),
            Value::from(if of.failure_cost.is_some() { best } else { "say what a failure costs" }),
            rate(Some(of.cascade.dear_success)),
        ]
    });
    let heads = vec![
        Head::names("workload", "workload", 0),
        Head::names("incumbent", "served by", 0),
        Head::names("first", "tried first", 0),
        Head::new("calls", "calls", 3),
        Head::new("escalated", "escalated", 1),
        Head::new("success", "succeed", 1),
        Head::new("cost_usd", "a call", 2),
        Head::new("incumbent_usd", "delivered as it is", 1),
        Head::new("first_usd", "by the first alone", 2),
        Head::new("cascade_usd", "by the cascade", 0),
        Head::new("best", "best", 0),
        Head::hidden("escalated_success"),
    ];
    let notes = vec![
        "delivered: dollars of a call with what its failures cost; escalated calls are hard ones, on which the incumbent succeeds less often (verifier.hard_logits, or your graded calls)"
            .to_owned(),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: SHOWN };
    Section { key: "cascades", title: "Cheap first".to_owned(), body: Body::Grid(grid), notes }
}
