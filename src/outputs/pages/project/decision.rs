//! What moves, what a decision hangs on, and machines of one's own.

use super::{dollars, followed, share, words};
use crate::engine::projection::decide::Swing;
use crate::engine::projection::inputs::Input;
use crate::engine::projection::{Move, Plan, Wait};
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Section, Value};
use crate::outputs::wording::{Place, number, percent, usd, value};
use crate::simulation::World;
use crate::simulation::projection::project::Found;
use crate::simulation::projection::start::{Blocked, Named};

/// Rows that people are shown.
const SHOWN: usize = 20;

/// What moves, workload by workload.
pub(super) fn workloads(found: &Found, world: &World) -> Section {
    let mut order: Vec<usize> = (0..found.lanes.len()).collect();
    order.sort_by(|a, b| found.lanes[*b].lane.spent.total_cmp(&found.lanes[*a].lane.spent).then(a.cmp(b)));
    let rows = order.into_iter().map(|at| {
        let Named { workload, incumbent, calls, lane, why, .. } = &found.lanes[at];
        let (open, routed) = (&lane.moves[Move::Open as usize], &lane.moves[Move::Either as usize]);
        let may = if *why == Blocked::Movable { open.from_open / lane.spent } else { 0.0 };
        let joins = found.projection.lanes[at].moves[Move::Either as usize].joins;
        let own = Move::Either as usize;
        vec![
            workload.clone().map_or(Value::Nothing, Value::Text),
            Value::Text(world.models.get(*incumbent).id.clone()),
            Value::Count(calls.round() as u64),
            dollars(lane.spent),
            share(may),
            Value::Number((open.open + open.flat) / open.from_open.max(f64::MIN_POSITIVE)),
            Value::Text(when(*why, lane.wait)),
            Value::Number(1.0 - (routed.from() - routed.closed - routed.open - routed.flat) / lane.spent),
            Value::from(if joins { "yes" } else { "no" }),
            // Of what does not move, what it would have come to.
            dollars(if joins { found.result.lane_saving[at][own] } else { found.worth[at][own] }),
        ]
    });
    let heads = vec![
        Head::names("workload", "workload", 0),
        Head::names("incumbent", "served by", 2),
        Head::new("calls_month", "calls/month", 3),
        Head::new("spent_usd_month", "spent/month", 1),
        Head::new("movable", "open models may take", 1),
        Head::new("open_price", "at times the price", 2),
        Head::new("opens", "good enough", 2),
        Head::new("routed_price", "routed, times today", 1),
        Head::new("moves", "worth it", 0),
        Head::new("saving_usd", "routing saves", 0),
    ];
    let notes = vec![
        "routing saves: mean present value of moving to the cheapest offers that are good enough, open or closed, over the horizon, the work of moving (suppliers.switch_hours) and of picking models again (projection.repick_hours) paid; what would not earn it stays".to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: SHOWN });
    Section { key: "workloads", title: "What moves".to_owned(), body, notes }
}

fn when(why: Blocked, wait: Wait) -> String {
    let months = |months: f64| format!("{months:.0} months");
    match (why, wait) {
        (Blocked::Movable, _) | (_, Wait::Over) => "now".to_owned(),
        (Blocked::Never, _) => "never: a rule or a limit bars them".to_owned(),
        (Blocked::NotYet, Wait::Never) => "not within what records allow to say".to_owned(),
        (Blocked::NotYet, Wait::Lag { median, since, .. }) => {
            format!("expected {} after closed ones, {} of them past", months(median), months(since.max(0.0)))
        }
        (Blocked::NotYet, Wait::Trend { mean, error }) => {
            format!("in about {}, give or take {}", months(mean.max(0.0)), months(error))
        }
    }
}

/// What an input is, and how its values are told.
const fn named(input: Input) -> (&'static str, Told) {
    match input {
        Input::ClosedFall => ("closed prices of the same quality fall a year by", Told::Times),
        Input::OpenFall => ("prices of open models of the same quality fall a year by", Told::Times),
        Input::FrontierFall => ("the newest models' prices fall a year by", Told::Times),
        Input::Reprice => ("a model's price is changed a year", Told::Times),
        Input::Rent => ("rents after a year, over today's", Told::Times),
        Input::Lag => ("open models follow (standard deviations of the lag)", Told::Number),
        Input::Growth => ("volume grows a month by", Told::Share),
        Input::Elasticity => ("volume answers to the price with", Told::Number),
        Input::Adoption => ("half of what may move has moved after months", Told::Number),
        Input::Ceiling => ("of what may move, moves in the end", Told::Part),
        Input::Tokens => ("tokens that open models need, over today's", Told::Times),
        Input::Quality => ("open models fail (standard deviations)", Told::Number),
        Input::Staff => ("engineers for machines, over what is assumed", Told::Times),
        Input::Throughput => ("throughput of machines, over what is expected", Told::Times),
    }
}

/// How a value is told.
#[derive(Clone, Copy)]
enum Told {
    Times,
    Share,
    Part,
    Number,
}

fn told_value(told: Told, value: f64) -> Value {
    match told {
        Told::Share => Value::Change(value),
        Told::Part => share(value),
        Told::Times => Value::Text(format!("{}×", number(value))),
        Told::Number => Value::Number(value),
    }
}

/// An input in words that its value completes.
pub const fn input_words(input: Input) -> &'static str {
    named(input).0
}

/// A value of an input in words.
pub fn input_value(input: Input, of: f64) -> String {
    value(&told_value(named(input).1, of), Place::Column)
}

/// What the decision hangs on.
pub(super) fn tornado(found: &Found) -> Section {
    let plan = if found.best == found.projection.baseline { Plan::Routed } else { found.best };
    let note = format!(
        "each input alone at its tenth and ninetieth percentile, all others at their median and prices without jumps; what {} saves in present value against {}. Turns at: the value at which it saves nothing, within four standard deviations",
        words(plan),
        words(found.projection.baseline)
    );
    let mut section = swings("tornado", "What it hangs on", &found.tornado, note);
    if found.tornado.is_empty() {
        section.notes.push("no line: without luck it saves nothing at either end of any input; what it saves comes from futures in which several go its way".to_owned());
    }
    section
}

fn swings(key: &'static str, title: &str, swings: &[Swing], note: String) -> Section {
    let rows = swings.iter().map(|swing| {
        let (what, told) = named(swing.input);
        let value = |value: f64| told_value(told, value);
        vec![
            Value::from(what),
            Value::from(swing.input.word()),
            value(swing.values[0]),
            dollars(swing.savings[0]),
            value(swing.values[2]),
            dollars(swing.savings[2]),
            dollars(swing.width()),
            swing.flips.map_or(Value::from("never"), value),
            Value::Number(swing.values[1]),
            dollars(swing.savings[1]),
        ]
    });
    let heads = vec![
        Head::new("what", "what", 0),
        Head::hidden("input"),
        Head::new("p10", "P10", 1),
        Head::new("saving_p10_usd", "saves there", 0),
        Head::new("p90", "P90", 1),
        Head::new("saving_p90_usd", "saves there", 0),
        Head::new("swing_usd", "swing", 2),
        Head::new("flips_at", "turns at", 0),
        Head::hidden("median"),
        Head::hidden("saving_median_usd"),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key, title: title.to_owned(), body, notes: vec![note] }
}

/// Machines of one's own: what they hang on, and whether to wait.
pub(super) fn machines(found: &Found) -> Vec<Section> {
    let mut sections = Vec::new();
    match (&found.machines, &found.own) {
        (Err(because), _) => {
            let item = Item::new("because", Value::Text(because.clone()), "");
            let fact = Fact { label: "not projected".to_owned(), items: vec![item] };
            sections.push(Section {
                key: "machines",
                title: "Machines of one's own".to_owned(),
                body: Body::Facts(vec![fact]),
                notes: Vec::new(),
            });
        }
        (Ok(ahead), own) => {
            if let Some((plan, hangs)) = own {
                let note = format!(
                    "{}; what {} saves in present value against routing alone",
                    ahead.deployment,
                    if *plan == Plan::Committed {
                        "a contract"
                    } else {
                        "renting by the hour, month by month,"
                    }
                );
                if hangs.is_empty() {
                    sections.push(no_machines(ahead.deployment.clone(), followed(found, *plan).saves));
                } else {
                    sections.push(swings("machines", "What machines of one's own hang on", hangs, note));
                }
            }
            sections.extend(waiting(found));
        }
    }
    sections
}

/// Where no end of any input makes machines pay; `saves` is the probability that they save anything, when several go their way.
fn no_machines(deployment: String, saves: f64) -> Section {
    let words = "pays in no month without luck, with any one input at its tenth or ninetieth percentile";
    let item = Item::new("deployment", Value::Text(deployment), words);
    let mut items = vec![item];
    if saves > 0.0 {
        items.push(Item::new(
            "saves",
            share(saves),
            "of futures have months in which it does, as several inputs go its way",
        ));
    }
    let label = if saves > 0.0 { "rarely" } else { "never" };
    let fact = Fact { label: label.to_owned(), items };
    Section {
        key: "machines",
        title: "Machines of one's own".to_owned(),
        body: Body::Facts(vec![fact]),
        notes: vec!["`switchpoint breakeven` says what would have to be true".to_owned()],
    }
}

fn waiting(found: &Found) -> Option<Section> {
    let best = found.result.waiting.iter().max_by(|a, b| a.value.total_cmp(&b.value))?;
    if best.value <= 0.0 {
        return None;
    }
    let now = found.result.waiting[0].value;
    let rows = found.result.waiting.iter().map(|waited| {
        vec![
            Value::Count(waited.months as u64),
            dollars(waited.value),
            dollars(waited.value - now),
            share(waited.signs),
        ]
    });
    let heads = vec![
        Head::new("months", "wait months", 0),
        Head::new("value_usd", "worth", 0),
        Head::new("against_now_usd", "against now", 0),
        Head::new("signs", "signed on", 0),
    ];
    let advice = if best.months == 0 {
        "to sign now is worth the most".to_owned()
    } else {
        format!("to wait {} months is worth {} more than to decide now", best.months, usd(best.value - now))
    };
    let notes = vec![format!(
        "{advice}. Mean present value over routing alone on the same futures; after the wait a contract is signed only where prices, rent and volume of that month make it worth anything ({} of futures for the best)",
        percent(best.signs)
    )];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Some(Section { key: "waiting", title: "Wait or commit".to_owned(), body, notes })
}
