//! Break-evens against each alternative.

use crate::engine::evidence::tradeoff::Tolerable;
use crate::outputs::page::{Body, Grid, Head, Section, Value};
use crate::outputs::wording::{compact, percent, usd};
use crate::simulation::World;
use crate::simulation::hosting::answers::{Answer, BreakEvens, Never, Quality};
use crate::simulation::hosting::breakeven::Found;
use crate::simulation::hosting::gathered::Versus;

/// A question and how each alternative answers it.
type Question = (&'static str, &'static str, fn(&BreakEvens) -> (String, Option<f64>));

const QUESTIONS: [Question; 8] = [
    ("saving_usd_month", "it saves a month", |of| (usd(of.saving), Some(of.saving))),
    ("volume_calls_month", "calls a month", |of| {
        let fleet = if of.volume_replicas > 1 {
            format!(" on {} replicas", of.volume_replicas)
        } else {
            String::new()
        };
        (format!("{}{fleet}", answer(of.volume, &|calls| compact(calls))), figure(of.volume))
    }),
    ("utilisation", "utilisation", |of| (answer(of.utilisation, &percent), figure(of.utilisation))),
    ("payback_months", "payback", |of| {
        (answer(of.payback, &|months| format!("{months:.1} months")), figure(of.payback))
    }),
    ("net_present_usd", "present value", |of| (usd(of.net_present), Some(of.net_present))),
    ("now_usd_mtok", "1M tokens there", |of| (usd(of.per_million), Some(of.per_million))),
    ("price_usd_mtok", "even at", |of| (answer(of.price, &usd), figure(of.price))),
    ("failure_usd", "failure may cost", |of| quality(of.quality)),
];

/// The section: a row a question, a column an alternative.
pub(super) fn section(found: &Found, world: &World) -> Section {
    // Without a host of one's own there is no such column for people.
    let own = world.scenario.self_hosting.own_host.is_some();
    let told = |versus: Versus| found.against.iter().find(|of| of.versus == versus);
    let rows = QUESTIONS.iter().map(|(key, what, ask)| {
        let mut row = vec![Value::from(*what), Value::from(*key)];
        for (versus, ..) in COLUMNS {
            let answered = told(versus).filter(|of| of.calls > 0.0).map(ask);
            let (text, figure) = answered.unwrap_or_else(|| ("no such offer".to_owned(), None));
            row.extend([Value::Text(text), figure.map_or(Value::Nothing, Value::Number)]);
        }
        row
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let mut heads = vec![Head::new("question", "break-even", 0), Head::hidden("key")];
    for (versus, key, figure, title) in COLUMNS {
        let seen = versus != Versus::OwnHost || own;
        heads.push(if seen { Head::new(key, title, 0) } else { Head::hidden(key) });
        heads.push(Head::hidden(figure));
    }
    let outlook = &world.scenario.self_hosting.outlook;
    let mut notes = vec![
        "of the fleet above, against one alternative for all calls that have it: as logged; the cheapest hosted offer that is good enough, call by call; \
         the median host of the same weights; your own host (--host). Calls a month: as these, at the same times, as many times more"
            .to_owned(),
        format!(
            "payback and present value: prices of the alternative fall {} times a year and the volume grows {} a month; {} months at {} a year",
            outlook.price_fall_year,
            percent(outlook.growth_month),
            outlook.horizon_months,
            percent(world.scenario.self_hosting.owned.cost_of_capital),
        ),
    ];
    if let Some((own, other)) = found.success {
        notes.push(format!(
            "the own model succeeds on {} of these calls at the lower bound, what serves them now on {}",
            percent(own),
            percent(other)
        ));
    }
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    Section { key: "break_evens", title: "Break-evens".to_owned(), body, notes }
}

/// The alternatives, with the keys of their answers and figures and their titles.
const COLUMNS: [(Versus, &str, &str, &str); 4] = [
    (Versus::Incumbent, "incumbent", "incumbent_figure", "what you pay"),
    (Versus::CheapestHost, "cheapest_host", "cheapest_host_figure", "the cheapest host"),
    (Versus::MedianHost, "median_host", "median_host_figure", "the median host"),
    (Versus::OwnHost, "own_host", "own_host_figure", "your own host"),
];

fn figure(answer: Answer) -> Option<f64> {
    match answer {
        Answer::At(value) | Answer::Already(value) => Some(value),
        Answer::Never(_) => None,
    }
}

fn answer(answer: Answer, text: &dyn Fn(f64) -> String) -> String {
    match answer {
        Answer::At(value) => format!("at {}", text(value)),
        Answer::Already(value) => format!("already, at {}", text(value)),
        Answer::Never(why) => format!("never: {}", never(why)),
    }
}

fn never(why: Never) -> String {
    match why {
        Never::NoAlternative => "no such offer".to_owned(),
        Never::DearerWhenFull(own, there) => {
            format!("{} a call if full whenever calls come, {} there", usd(own), usd(there))
        }
        Never::TooFull(share, most) => {
            format!("it would have to be {} full, {} may be used", percent(share), percent(most))
        }
        Never::LosesEachMonth(running, avoided) => {
            format!("{} a month to run, {} avoided", usd(running), usd(avoided))
        }
        Never::PriceFalls => "prices there fall before it is earned".to_owned(),
        Never::NoCheaper => "nothing is gained at any price".to_owned(),
    }
}

fn quality(quality: Quality) -> (String, Option<f64>) {
    match quality {
        Quality::SameWeights => ("the same weights".to_owned(), None),
        Quality::Unknown => ("not known".to_owned(), None),
        Quality::Differs { tolerable, .. } => match tolerable {
            Tolerable::Any => ("anything".to_owned(), None),
            Tolerable::None => ("never: dearer and no better".to_owned(), None),
            Tolerable::Below(most) => (format!("at most {}", usd(most)), Some(most)),
            Tolerable::Above(least) => (format!("at least {}", usd(least)), Some(least)),
        },
    }
}
