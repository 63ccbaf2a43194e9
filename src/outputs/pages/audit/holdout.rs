//! Savings on calls that they were not chosen on.

use crate::outputs::findings::day_text;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Section, Value};
use crate::outputs::wording::percent;
use crate::simulation::World;
use crate::simulation::holdout::Holdout;
use crate::simulation::outcome::{Line, saving};
use crate::units::{Share, Usd, UsdEstimate};

/// Rows that people are shown.
const SHOWN: usize = 12;

/// What the picks save, and how sure that is.
pub fn section(held: &Holdout, world: &World) -> Section {
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let assumed = world.scenario.holdout;
    let (logged, fitted) = &held.before;
    let mut facts = vec![
        line(
            "chosen on",
            vec![
                Item::counted("before_calls", logged.calls, "call to", "calls to"),
                Item::new("from", Value::Text(day_text(held.from)), "excluded:"),
                Item::new("before_saved_usd", Value::Usd(saving(logged, fitted)), "saved"),
                Item::new("before_saved_share", share(saving(logged, fitted), logged), "of what was paid"),
            ],
        ),
        line(
            "tried on",
            vec![
                Item::counted("calls", held.baseline.calls, "call from", "calls from"),
                Item::counted("days", held.days as u64, "day since:", "days since:"),
                Item::new("saved_usd", Value::Usd(held.saving()), "saved"),
                Item::new("saved_share", share(held.saving(), &held.baseline), "of what was paid"),
            ],
        ),
    ];
    let level = percent(assumed.level);
    let mut interval = vec![
        Item::new("saved_low_usd", Value::estimate(held.saved.map(|i| UsdEstimate(i.low))), "to"),
        Item::new(
            "saved_high_usd",
            Value::estimate(held.saved.map(|i| UsdEstimate(i.high))),
            format!("in {level} of draws"),
        ),
    ];
    // What is saved may be less than nothing.
    let bound = |bound: Option<f64>| {
        bound.map_or(Value::Unknown, |part| Share::new(part).map_or(Value::Change(part), Value::Share))
    };
    interval.push(Item::new("share_low", bound(held.share.map(|i| i.low)), "to"));
    interval.push(Item::new("share_high", bound(held.share.map(|i| i.high)), "of what was paid"));
    facts.push(line("interval", interval));
    facts.push(line(
        "regret",
        vec![
            Item::new(
                "regret_usd",
                Value::Usd(held.regret()),
                "more than the cheapest eligible offer of each call",
            ),
            Item::new(
                "optimum_saved_usd",
                Value::Usd(saving(&held.baseline, &held.optimum)),
                "which would have saved",
            ),
        ],
    ));
    let mut notes = vec![format!(
        "one offer for each workload and incumbent, the cheapest in all before the day; interval: bootstrap over days, {} draws, seed {}",
        assumed.draws, assumed.seed
    )];
    if held.saved.is_none() {
        notes.push(format!("no interval: fewer than {} days are held out", crate::engine::resample::LEAST));
    }
    Section { key: "holdout", title: "Held out".to_owned(), body: Body::Facts(facts), notes }
}

fn share(part: Usd, whole: &Line) -> Value {
    Value::share(Share::of(part.estimate().0, whole.cost.estimate().0))
}

/// The offers that were picked.
pub fn picks(held: &Holdout, world: &World) -> Section {
    let rows = held.picks.iter().map(|pick| {
        let stays = pick.offer == pick.incumbent;
        vec![
            pick.workload.clone().map_or(Value::Unknown, Value::Text),
            Value::Text(world.label(pick.incumbent)),
            Value::Text(if stays { "stays".to_owned() } else { world.label(pick.offer) }),
            Value::Usd(pick.spent),
            Value::Usd(pick.picked),
            Value::Usd(pick.spent - pick.picked),
        ]
    });
    let heads = vec![
        Head::names("workload", "workload", 0),
        Head::names("incumbent", "served by", 0),
        Head::names("offer", "picked", 0),
        Head::new("spent_usd", "spent", 1),
        Head::new("picked_usd", "costs", 1),
        Head::new("saved_usd", "saves", 0),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: SHOWN };
    Section {
        key: "picks",
        title: "Picked before, paid after".to_owned(),
        body: Body::Grid(grid),
        notes: Vec::new(),
    }
}
