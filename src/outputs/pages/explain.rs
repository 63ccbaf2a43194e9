//! The page of `explain`: one call, what it costs at every offer, and why each does or does not serve it.

use std::collections::BTreeMap;

use crate::inputs::prices::OfferId;
use crate::outputs::findings::day_text;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::pages::audit::Detail;
use crate::outputs::wording::{Place, value, why_unpriced};
use crate::simulation::World;
use crate::simulation::explain::{Bar, Elimination, Explanation, Judged};
use crate::units::Usd;

/// Offers that people are shown; machines get all.
const SHOWN: usize = 20;

/// The page.
pub fn page(id: &str, call: &Explanation, world: &World, detail: Detail) -> Page {
    Page { command: "explain", claim: claim(id, call, world), sections: sections(call, world, detail) }
}

fn claim(id: &str, call: &Explanation, world: &World) -> String {
    if let Some((why, name)) = &call.unpriced {
        let of = if name.is_empty() { String::new() } else { format!(" ({name})") };
        return format!("the call {id} has no price: {}{of}", why_unpriced(why));
    }
    let chosen = call.offers.iter().find(|judged| judged.eliminated.is_none());
    let incumbent = call.offers.iter().find(|judged| judged.is_incumbent);
    let at = |judged: &Judged| {
        let cost =
            judged.cost.map_or("an unknown amount".to_owned(), |cost| value(&Value::Usd(cost), Place::Line));
        format!("{cost} at {}", label(judged.offer, world))
    };
    match (incumbent, chosen) {
        (Some(own), Some(best)) if best.is_incumbent => {
            let with = if at_risk(call) { ", its failures weighed" } else { "" };
            format!("the call {id} cost {}; no offer that may serve it is cheaper{with}", at(own))
        }
        (Some(own), Some(best)) => format!("the call {id} cost {}; it would cost {}", at(own), at(best)),
        _ => format!("the call {id} was billed by nobody"),
    }
}

/// Whether somebody says what a failure costs.
fn at_risk(call: &Explanation) -> bool {
    call.offers.iter().any(|judged| judged.risk.is_some_and(|risk| risk != Usd::ZERO))
}

fn sections(call: &Explanation, world: &World, detail: Detail) -> Vec<Section> {
    let mut sections = vec![facts(call)];
    if !call.offers.is_empty() {
        sections.push(offers(call, world, detail));
        sections.push(reasons(call, world));
    }
    sections
}

fn facts(call: &Explanation) -> Section {
    let [workload, model, seller] = &call.names;
    let text = |name: &Option<String>| name.clone().map_or(Value::Unknown, Value::Text);
    let tokens = &call.tokens;
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let facts = vec![
        line("workload", vec![Item::new("workload", text(workload), "")]),
        line(
            "served by",
            vec![
                Item::new("model", text(model), "(model)"),
                Item::new("seller", text(seller), "(seller as logged)"),
            ],
        ),
        line("rates of", vec![Item::new("day", Value::Text(day_text(call.day)), "")]),
        line(
            "tokens",
            vec![
                Item::new("in_uncached", Value::Tokens(tokens.fresh), "fresh"),
                Item::new("in_cache_read", Value::Tokens(tokens.read), "read from cache"),
                Item::new("in_cache_write_5m", Value::Tokens(tokens.write_5m), "written to cache (5 min)"),
                Item::new("in_cache_write_1h", Value::Tokens(tokens.write_1h), "(1 h)"),
                Item::new("out_total", Value::Tokens(tokens.out), "output"),
            ],
        ),
    ];
    Section { key: "call", title: "Call".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}

fn offers(call: &Explanation, world: &World, detail: Detail) -> Section {
    let at_risk = at_risk(call);
    let rows = call.offers.iter().map(|judged| {
        vec![
            Value::Text(label(judged.offer, world)),
            Value::Text(world.book.offer(judged.offer).tier.word().to_owned()),
            judged.cost.map_or(Value::Unknown, Value::Usd),
            judged.risk.filter(|_| at_risk).map_or(Value::Nothing, Value::Usd),
            Value::Text(verdict(judged)),
            judged.layer.map_or(Value::Nothing, |layer| Value::Text(world.book.layers()[layer].name.clone())),
            judged.source.clone().map_or(Value::Nothing, Value::Text),
            judged.source_day.map_or(Value::Unknown, |day| Value::Text(day_text(day))),
        ]
    });
    let heads = vec![
        Head::names("offer", "offer", 0),
        Head::new("tier", "tier", 2),
        Head::new("cost_usd", "costs", 0),
        Head::new("risk_usd", "puts at risk", 0),
        Head::new("verdict", "verdict", 0),
        Head::new("layer", "sheet", 2),
        Head::new("source", "source", 3),
        Head::new("source_date", "rates as of", 1),
    ];
    let able =
        call.offers.iter().filter(|judged| matches!(judged.eliminated, None | Some(Elimination::Dearer)));
    let shown = if detail == Detail::Everything { usize::MAX } else { able.count().clamp(1, SHOWN) };
    let grid = Grid { heads, rows: rows.collect(), shown };
    let mut notes = vec![
        "costs: the tokens as logged or as measured of another model, at list price; also where an offer may not serve the call"
            .to_owned(),
    ];
    if at_risk {
        notes.push("puts at risk: how often it fails, at the bound, times what a failure costs; weighed with the cost, not paid".to_owned());
    }
    Section { key: "offers", title: "What it costs elsewhere".to_owned(), body: Body::Grid(grid), notes }
}

fn reasons(call: &Explanation, world: &World) -> Section {
    let mut by_reason: BTreeMap<Elimination, Vec<&Judged>> = BTreeMap::new();
    for judged in &call.offers {
        if let Some(elimination) = judged.eliminated {
            by_reason.entry(elimination).or_default().push(judged);
        }
    }
    let rows = by_reason.into_values().map(|offers| {
        let cheapest = offers.iter().filter(|judged| judged.cost.is_some()).min_by_key(|judged| judged.cost);
        vec![
            Value::Text(offers.first().map_or_else(String::new, |judged| verdict(judged))),
            Value::Count(offers.len() as u64),
            cheapest.map_or(Value::Nothing, |judged| Value::Text(label(judged.offer, world))),
            cheapest.and_then(|judged| judged.cost).map_or(Value::Nothing, Value::Usd),
        ]
    });
    let heads = vec![
        Head::names("reason", "why not", 0),
        Head::new("offers", "offers", 0),
        Head::new("cheapest", "cheapest of them", 1),
        Head::new("cost_usd", "costs", 1),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    Section { key: "eliminated", title: "Eliminated".to_owned(), body: Body::Grid(grid), notes: Vec::new() }
}

fn label(offer: OfferId, world: &World) -> String {
    world.label(offer)
}

fn verdict(judged: &Judged) -> String {
    match judged.eliminated {
        None if judged.is_incumbent => "stays here".to_owned(),
        None => "serves it".to_owned(),
        Some(Elimination::Dearer) if judged.is_incumbent => "served it".to_owned(),
        Some(Elimination::Dearer) if judged.risk.is_some_and(|risk| risk != Usd::ZERO) => {
            "dearer with its failures".to_owned()
        }
        Some(Elimination::Dearer) => "dearer".to_owned(),
        Some(Elimination::DoesNotFit) => "does not fit its limits".to_owned(),
        Some(Elimination::NotPinned) => "the workload is pinned elsewhere".to_owned(),
        Some(Elimination::NotMoved) => "the policy leaves the call where it is".to_owned(),
        Some(Elimination::NotRoutable) => "such calls stay where they are".to_owned(),
        Some(Elimination::Bar(Bar::Rule(rule))) => format!("barred by {}", rule.key()),
        Some(Elimination::Bar(Bar::Quality)) => "not known to be good enough".to_owned(),
        Some(Elimination::Bar(Bar::ContextUnknown)) => "context limit unknown".to_owned(),
        Some(Elimination::Bar(Bar::NotForSale)) => "no rates on that day".to_owned(),
        Some(Elimination::Bar(Bar::NotOnOffer)) => "no list price for such calls".to_owned(),
    }
}
