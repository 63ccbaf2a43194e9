//! The page of `compare`: two logs side by side, and what the difference comes from.

use crate::engine::regression::Plan;
use crate::inputs::baseline::Made;
use crate::outputs::drivers;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::{Place, counted, percent, value};
use crate::simulation::World;
use crate::simulation::compare::{Compared, Total};
use crate::units::{Share, Usd, UsdEstimate};

/// One side, as the page names it.
pub struct Named<'a> {
    /// Its file or files.
    pub name: &'a str,
    /// Where its sums come from.
    pub made: &'a Made,
}

/// The page; `more` ends it.
pub fn page(sides: &[Named<'_>; 2], compared: &Compared, world: &World, more: Vec<Section>) -> Page {
    let mut sections = vec![totals(compared), drivers::section(compared)];
    sections.extend(per_call(compared, world));
    sections.push(both(sides));
    sections.extend(more);
    Page { command: "compare", claim: claim(compared), sections }
}

fn claim(compared: &Compared) -> String {
    let change = compared.change();
    let money = |usd: Usd| value(&Value::Usd(usd), Place::Line);
    let [before, after] = compared.sides.map(|side| side.consumed.cost());
    let unpriced = if compared.sides.iter().any(|side| side.unpriced > 0) {
        "; calls without a price are in neither sum"
    } else {
        ""
    };
    if change == Usd::ZERO {
        return format!("both cost {}{unpriced}", money(before));
    }
    let most = compared.parts.iter().max_by_key(|part| part.usd.pico().unsigned_abs());
    let most = most.map_or_else(String::new, |part| {
        format!(", most of it by {} ({})", drivers::name(part.driver), drivers::signed(part.usd))
    });
    let dollars = before.estimate().0;
    let share = if dollars > 0.0 {
        format!(" ({})", percent(change.estimate().0.abs() / dollars))
    } else {
        String::new()
    };
    let more = if change > Usd::ZERO { "more" } else { "less" };
    let magnitude = Usd::from_pico(change.pico().abs());
    format!(
        "{} instead of {}: {}{share} {more}{most}{unpriced}",
        money(after),
        money(before),
        money(magnitude)
    )
}

/// Both sides and their difference.
pub fn totals(compared: &Compared) -> Section {
    let [before, after] = compared.sides;
    let per = |part: i64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    let change = |before: Option<f64>, after: Option<f64>| match (before, after) {
        (Some(before), Some(after)) if before > 0.0 => Value::Change(after / before - 1.0),
        _ => Value::Nothing,
    };
    let number = |number: Option<f64>| number.map_or(Value::Unknown, Value::Number);
    let counts = |what: &str, key: &str, of: &dyn Fn(&Total) -> u64| {
        vec![
            Value::from(what),
            Value::from(key),
            Value::Count(of(&before)),
            Value::Count(of(&after)),
            change(Some(of(&before) as f64), Some(of(&after) as f64)),
        ]
    };
    let means = |what: &str, key: &str, of: &dyn Fn(&Total) -> Option<f64>| {
        let (one, other) = (of(&before), of(&after));
        vec![Value::from(what), Value::from(key), number(one), number(other), change(one, other)]
    };
    let dollars = |side: &Total| side.consumed.cost().estimate().0;
    let per_call =
        |side: &Total| (side.consumed.calls > 0).then(|| dollars(side) / side.consumed.calls as f64);
    let estimate = |dollars: Option<f64>| Value::estimate(dollars.map(UsdEstimate));
    let hits = |side: &Total| {
        per(side.consumed.tokens[1], u64::try_from(side.consumed.buckets().input()).unwrap_or(0))
    };
    let share = |share: Option<f64>| Value::share(share.and_then(|share| Share::of(share, 1.0)));
    let rows = vec![
        vec![
            Value::from("cost"),
            Value::from("cost_usd"),
            Value::Usd(before.consumed.cost()),
            Value::Usd(after.consumed.cost()),
            change(Some(dollars(&before)), Some(dollars(&after))),
        ],
        counts("priced calls", "calls", &|side| side.consumed.calls),
        counts("calls without a price", "unpriced_calls", &|side| side.unpriced),
        vec![
            Value::from("cost a call"),
            Value::from("cost_per_call_usd"),
            estimate(per_call(&before)),
            estimate(per_call(&after)),
            change(per_call(&before), per_call(&after)),
        ],
        means("input tokens a call", "input_per_call", &|side| {
            per(side.consumed.buckets().input(), side.consumed.calls)
        }),
        means("output tokens a call", "output_per_call", &|side| {
            per(side.consumed.tokens[4], side.consumed.calls)
        }),
        vec![
            Value::from("input read from the cache"),
            Value::from("cache_hits"),
            share(hits(&before)),
            share(hits(&after)),
            Value::Nothing,
        ],
    ];
    let heads = vec![
        Head::new("what", "", 0),
        Head::hidden("key"),
        Head::new("before", "before", 0),
        Head::new("after", "after", 0),
        Head::new("change", "change", 0),
    ];
    let grid = Grid { heads, rows, shown: usize::MAX };
    Section { key: "totals", title: "Both sides".to_owned(), body: Body::Grid(grid), notes: Vec::new() }
}

/// Whether a call has become dearer beyond noise, and how many calls would tell.
pub fn per_call(compared: &Compared, world: &World) -> Option<Section> {
    let found = compared.increase.as_ref()?;
    let gate = &world.scenario.gate;
    let mut items = vec![Item::new("change", Value::Change(found.estimate()), "of the cost of a call")];
    let mut notes = Vec::new();
    match found.interval {
        Some(interval) => items.extend([
            Item::new("low", Value::Change(interval.low), "at least"),
            Item::new("high", Value::Change(interval.high), format!("at most, with {}", percent(gate.level))),
        ]),
        None => notes.push("too few conversations to say how sure that is".to_owned()),
    }
    let plan = Plan { limit: 0.0, increase: gate.detect, level: gate.level, power: gate.power };
    if let Some(calls) = found.spread.calls(&plan) {
        notes.push(format!(
            "an increase of {} is seen with {} from about {} on each side",
            percent(gate.detect),
            percent(gate.power),
            counted(calls as u64, "call"),
        ));
        items.push(Item::new("advised_calls", Value::Count(calls as u64), "calls a side are advised"));
    }
    let facts = vec![Fact { label: "a call".to_owned(), items }];
    Some(Section {
        key: "per_call",
        title: "Is it more than noise?".to_owned(),
        body: Body::Facts(facts),
        notes,
    })
}

/// What differs between how two sums were made, but for the log.
pub fn differences(before: &Made, after: &Made) -> Vec<&'static str> {
    let pairs = [
        ("version of the program", &before.version, &after.version),
        ("day of the audit", &before.as_of, &after.as_of),
        ("price sheets", &before.prices, &after.prices),
        ("models, scores and hardware", &before.facts, &after.facts),
        ("assumptions", &before.scenario, &after.scenario),
    ];
    pairs.into_iter().filter(|(_, one, other)| one != other).map(|(what, ..)| what).collect()
}

fn both(sides: &[Named<'_>; 2]) -> Section {
    let row = |which: &str, side: &Named<'_>| {
        let digest = |digest: &str| {
            if digest.is_empty() { Value::Unknown } else { Value::Digest(digest.to_owned()) }
        };
        vec![
            Value::from(which),
            Value::from(side.name),
            Value::from(side.made.as_of.as_str()),
            digest(&side.made.log),
            digest(&side.made.prices),
            digest(&side.made.facts),
            digest(&side.made.scenario),
            Value::from(side.made.version.as_str()),
        ]
    };
    let heads = vec![
        Head::new("side", "", 0),
        Head::names("name", "log or baseline", 0),
        Head::new("as_of", "as of", 1),
        Head::new("log_blake3", "log", 2),
        Head::new("prices_sha256", "prices", 2),
        Head::new("facts_sha256", "facts", 4),
        Head::new("scenario_sha256", "scenario", 3),
        Head::new("version", "version", 5),
    ];
    let differ = differences(sides[0].made, sides[1].made);
    let notes =
        if differ.is_empty() { Vec::new() } else { vec![format!("they differ in: {}", differ.join(", "))] };
    let rows = vec![row("before", &sides[0]), row("after", &sides[1])];
    let grid = Grid { heads, rows, shown: usize::MAX };
    Section { key: "sides", title: "What is compared".to_owned(), body: Body::Grid(grid), notes }
}
