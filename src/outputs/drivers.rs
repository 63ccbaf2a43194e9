//! The drivers of a change of cost in words.

use super::page::{Body, Grid, Head, Section, Value};
use super::wording::{Place, counted, number, percent, value};
use crate::engine::drivers::Driver;
use crate::simulation::compare::{Compared, Part, Seen};
use crate::units::{Share, Usd};

/// Its name for people.
pub const fn name(driver: Driver) -> &'static str {
    match driver {
        Driver::Volume => "number of calls",
        Driver::Workloads => "mix of workloads",
        Driver::Tiers => "mix of tiers",
        Driver::Models => "mix of models",
        Driver::Sellers => "mix of sellers",
        Driver::Modes => "mix of modes and regions",
        Driver::Input => "input tokens per call",
        Driver::Cache => "cache hit rate",
        Driver::Output => "output tokens per call",
        Driver::Searches => "web searches per call",
        Driver::LongPrompts => "rates of long prompts",
        Driver::Prices => "prices",
    }
}

/// Its key in machine formats.
const fn key(driver: Driver) -> &'static str {
    match driver {
        Driver::Volume => "volume",
        Driver::Workloads => "workload_mix",
        Driver::Tiers => "tier_mix",
        Driver::Models => "model_mix",
        Driver::Sellers => "seller_mix",
        Driver::Modes => "mode_mix",
        Driver::Input => "input_tokens",
        Driver::Cache => "cache_hits",
        Driver::Output => "output_tokens",
        Driver::Searches => "web_searches",
        Driver::LongPrompts => "long_prompts",
        Driver::Prices => "prices",
    }
}

/// Exact money with its sign.
pub fn signed(usd: Usd) -> String {
    let text = value(&Value::Usd(usd), Place::Column);
    if usd > Usd::ZERO { format!("+{text}") } else { text }
}

/// What moved, in a sentence; empty where a driver did nothing.
pub fn sentence(part: &Part) -> String {
    part.seen.iter().map(|seen| told(part.driver, seen)).collect::<Vec<_>>().join("; ")
}

fn told(driver: Driver, seen: &Seen) -> String {
    let of_workload = || match &seen.workload {
        Some(workload) => format!("`{workload}`"),
        None => "calls without a workload".to_owned(),
    };
    let moved = |words: &dyn Fn(f64) -> String| {
        let before = seen.before.map_or_else(|| "none".to_owned(), words);
        let after = seen.after.map_or_else(|| "none".to_owned(), words);
        format!("{after}, before {before}")
    };
    let on = || format!("{} on {}", of_workload(), seen.name);
    match driver {
        Driver::Volume => moved(&|calls| counted(calls as u64, "call")),
        Driver::Workloads => format!("{}: {} of all calls", of_workload(), moved(&percent)),
        Driver::Tiers | Driver::Models | Driver::Sellers | Driver::Modes => {
            format!("{} of {}: {}", seen.name, of_workload(), moved(&percent))
        }
        Driver::Input | Driver::Output => format!("{}: {} tokens a call", on(), moved(&number)),
        Driver::Cache => format!("{}: {} of the input read from the cache", on(), moved(&percent)),
        Driver::Searches => format!("{}: {} a call", on(), moved(&number)),
        Driver::LongPrompts => format!("{}: {} over the base rates", on(), moved(&percent)),
        Driver::Prices => {
            let rate = |rate: f64| format!("${}", number(rate));
            format!("{}: {} per million of these tokens", on(), moved(&rate))
        }
    }
}

/// The drivers that explain most of why a call has become dearer or cheaper, in words; volume changes no call.
pub fn mostly(compared: &Compared) -> String {
    let mut parts: Vec<&Part> =
        compared.parts.iter().filter(|part| part.driver != Driver::Volume && part.usd != Usd::ZERO).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.usd.pico().unsigned_abs()));
    let gross: u128 = parts.iter().map(|part| part.usd.pico().unsigned_abs()).sum();
    // The second is told where it matters, too.
    let told = parts
        .iter()
        .enumerate()
        .take(2)
        .filter(|(at, part)| *at == 0 || part.usd.pico().unsigned_abs() * 5 > gross);
    let told: Vec<String> = told
        .map(|(_, part)| format!("{} {} ({})", name(part.driver), signed(part.usd), sentence(part)))
        .collect();
    told.join("; ")
}

/// Every driver with what it is worth, those that moved most first; people are not shown those that did nothing.
pub fn section(compared: &Compared) -> Section {
    let gross: u128 = compared.parts.iter().map(|part| part.usd.pico().unsigned_abs()).sum();
    let mut parts: Vec<&Part> = compared.parts.iter().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.usd.pico().unsigned_abs()));
    let rows = parts.iter().map(|part| {
        let share = Share::of(part.usd.pico().unsigned_abs() as f64, gross as f64);
        vec![
            Value::from(name(part.driver)),
            Value::from(key(part.driver)),
            Value::Usd(part.usd),
            if gross == 0 { Value::Nothing } else { Value::share(share) },
            Value::Text(sentence(part)),
        ]
    });
    let heads = vec![
        Head::names("driver", "driver", 0),
        Head::hidden("key"),
        Head::new("change_usd", "change", 0),
        Head::new("share", "of all movement", 2),
        Head::new("where", "where it is most at work", 1),
    ];
    let notes = vec![
        "each driver's worth is its mean over all orders in which the drivers could have moved (Shapley): the parts add up to the change \
         exactly. What is on one side only changes the mix alone"
            .to_owned(),
    ];
    let moved = parts.iter().filter(|part| part.usd != Usd::ZERO).count();
    let grid = Grid { heads, rows: rows.collect(), shown: moved.max(1) };
    let title = format!("What changed the cost ({} in all)", signed(compared.change()));
    Section { key: "drivers", title, body: Body::Grid(grid), notes }
}
