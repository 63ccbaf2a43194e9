//! What a projection rests on.

use crate::engine::projection::inputs::{Input, Uncertain, p90};
use crate::outputs::page::{Body, Fact, Item, Section, Value};
use crate::outputs::wording::{number, percent};
use crate::simulation::projection::project::{Basis, Found};
use crate::simulation::projection::volume::Told;
use crate::units::Share;

/// Where its inputs are from.
pub(super) fn section(found: &Found) -> Section {
    let fall = |label: &str, [key, from_key]: [&'static str; 2], input: Input, basis: &Basis| {
        let of = found.projection.input(input);
        let from = match basis {
            Basis::Stated => "as the scenario states".to_owned(),
            Basis::Fitted(fall) => {
                format!(
                    "a year, on average over the horizon: fitted to {} spans of the price history",
                    fall.spans
                )
            }
            Basis::Published => "published estimates: the price history shows too little".to_owned(),
        };
        fact(label, vec![Item::new(key, times(of), ""), Item::new(from_key, Value::Text(from), "")])
    };
    let [closed, open] = &found.grounds.falls;
    let mut facts = vec![
        fall("closed prices", ["closed_fall", "closed_fall_from"], Input::ClosedFall, closed),
        fall("open prices", ["open_fall", "open_fall_from"], Input::OpenFall, open),
        reprice(found),
        growth(found),
    ];
    if let Some((lag, count)) = found.lag {
        let words = format!("months behind closed records, median of {count} open ones");
        let items = vec![Item::new("lag_months", Value::Number(lag), words)];
        facts.push(Fact { label: "open models".to_owned(), items });
    }
    if let Some(share) = found.on_device {
        let words = "of the dollars as logged are calls that the device is good and fast enough for (projection.device)";
        let items = vec![Item::new("on_device", Value::share(Share::new(share)), words)];
        facts.push(Fact { label: "device".to_owned(), items });
    }
    let notes = vec![
        "falls: at the same quality, median with the band of 80 %; how they are fitted: switchpoint trends"
            .to_owned(),
    ];
    Section { key: "grounds", title: "What it rests on".to_owned(), body: Body::Facts(facts), notes }
}

fn fact(label: &str, items: Vec<Item>) -> Fact {
    Fact { label: label.to_owned(), items }
}

fn reprice(found: &Found) -> Fact {
    let of = found.projection.input(Input::Reprice);
    let text = format!("{} ({} to {})", number(of.at(0.0)), number(of.at(-p90())), number(of.at(p90())));
    let words = match &found.grounds.repricing {
        Some(seen) => format!(
            "falls a year of one and the same closed model: {} in {} years of models at their labs ({} rises), by {} to {}",
            seen.falls,
            number(seen.years),
            seen.rises,
            percent(seen.cut.0),
            percent(seen.cut.1)
        ),
        None => "falls a year of one and the same model, as the scenario states".to_owned(),
    };
    fact(
        "price changes",
        vec![Item::new("reprice", Value::Text(text), ""), Item::new("reprice_from", Value::Text(words), "")],
    )
}

fn times(of: &Uncertain) -> Value {
    let at = |z: f64| number(of.at(z));
    Value::Text(format!("{}× ({}× to {}×)", at(0.0), at(-p90()), at(p90())))
}

fn growth(found: &Found) -> Fact {
    let of = found.projection.input(Input::Growth);
    let text =
        format!("{} a month ({} to {})", percent(of.at(0.0)), percent(of.at(-p90())), percent(of.at(p90())));
    let words = match &found.grounds.days {
        Told::Known(days) => {
            let (growth, error) = days.growth();
            format!("the log's {} days: {} ± {}", days.days, percent(growth), percent(error))
        }
        Told::Refused { because } => format!("not fitted: {because}"),
    };
    fact(
        "volume",
        vec![Item::new("growth", Value::Text(text), ""), Item::new("growth_from", Value::Text(words), "")],
    )
}
