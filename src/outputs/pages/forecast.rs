//! The page of `forecast`: what the month comes to, and when a budget is exceeded.

use crate::outputs::page::{Body, Fact, Item, Page, Section, Value};
use crate::outputs::wording::{Place, counted, percent, value};
use crate::simulation::forecast::{Breach, Forecast};
use crate::units::{Day, Share, UsdEstimate};

const fn dollars(dollars: f64) -> Value {
    Value::Estimate(UsdEstimate(dollars))
}

fn usd(amount: f64) -> String {
    value(&dollars(amount), Place::Line)
}

/// The page; `more` are findings, assumptions and provenance.
pub fn page(found: &Forecast, more: Vec<Section>) -> Page {
    let mut sections = vec![month(found)];
    sections.extend(found.breach.as_ref().map(breach));
    sections.push(grounds(found));
    sections.extend(more);
    Page { command: "forecast", claim: claim(found), sections }
}

/// The month as people write it: 2026-11.
fn name(day: Day) -> String {
    day.text().chars().take(7).collect()
}

fn claim(found: &Forecast) -> String {
    let whole = format!(
        "{} comes to {} (80 % band {} to {})",
        name(found.first),
        usd(found.total(0.5)),
        usd(found.total(0.1)),
        usd(found.total(0.9))
    );
    match &found.breach {
        None => whole,
        Some(Breach { budget, already: Some(day), .. }) => {
            format!("{whole}; the budget of {} was exceeded on {}", usd(*budget), day.text())
        }
        Some(Breach { budget, probability, days: [_, Some(day), _], .. }) => format!(
            "{whole}; the budget of {} is expected to be exceeded on {}, with a probability of {} this month",
            usd(*budget),
            day.text(),
            percent(*probability)
        ),
        Some(Breach { budget, probability, .. }) => {
            format!(
                "{whole}; the budget of {} holds with a probability of {}",
                usd(*budget),
                percent(1.0 - probability)
            )
        }
    }
}

fn fact(label: &str, items: Vec<Item>) -> Fact {
    Fact { label: label.to_owned(), items }
}

fn month(found: &Forecast) -> Section {
    let (day, part) = found.until;
    let mut facts = vec![
        fact(
            "so far",
            vec![Item::new(
                "spent_usd",
                dollars(found.spent),
                format!("until {}, {} of it", day.text(), percent(part)),
            )],
        ),
        fact(
            "still to come",
            vec![
                Item::new("rest_mean_usd", dollars(found.rest.mean), "on average"),
                Item::new("rest_error_usd", dollars(found.rest.error), "standard deviation"),
            ],
        ),
        fact(
            "whole month",
            vec![
                Item::new("total_p10_usd", dollars(found.total(0.1)), "P10"),
                Item::new("total_p50_usd", dollars(found.total(0.5)), "P50"),
                Item::new("total_p90_usd", dollars(found.total(0.9)), "P90"),
            ],
        ),
    ];
    if found.missing > 0 {
        let words = format!(
            "before the log begins: estimated, {}",
            if found.missing == 1 { "too" } else { "all of them" }
        );
        facts.push(fact(
            "not in the log",
            vec![Item::new(
                "missing_days",
                Value::Text(counted(found.missing.unsigned_abs().into(), "day")),
                words,
            )],
        ));
    }
    Section { key: "month", title: name(found.first), body: Body::Facts(facts), notes: Vec::new() }
}

fn breach(found: &Breach) -> Section {
    let day = |day: Option<Day>| day.map_or(Value::from("not this month"), |day| Value::Text(day.text()));
    let facts = vec![
        fact(
            "budget",
            vec![
                Item::new("budget_usd", dollars(found.budget), "a month"),
                Item::new(
                    "probability",
                    Value::share(Share::new(found.probability)),
                    "probability of exceeding it",
                ),
            ],
        ),
        fact(
            "exceeded by",
            vec![
                Item::new("day_p10", day(found.days[0]), "with a probability of 10%"),
                Item::new("day_p50", day(found.days[1]), "50%"),
                Item::new("day_p90", day(found.days[2]), "90%"),
            ],
        ),
    ];
    Section { key: "budget", title: "Budget".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}

fn grounds(found: &Forecast) -> Section {
    let (growth, error) = found.days.growth();
    let facts = vec![
        fact("days", vec![Item::new("days", Value::Count(found.days.days as u64), "of the log")]),
        fact(
            "growth",
            vec![Item::new("growth", Value::Change(growth), format!("a month, ± {}", percent(error)))],
        ),
        fact(
            "scatter",
            vec![Item::new(
                "dispersion_usd",
                dollars(found.days.dispersion),
                "variance of a day over its mean",
            )],
        ),
    ];
    let notes = vec![
        "dollars a day: a trend and weekdays together (quasi-Poisson), the trend drawn towards none as far as the log is short (volume.growth_prior). Days are taken to scatter independently: a change of what is done, or of prices, is not foreseen".to_owned(),
    ];
    Section { key: "grounds", title: "What it rests on".to_owned(), body: Body::Facts(facts), notes }
}
