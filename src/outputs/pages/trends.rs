//! The page of `trends`: what the same capability has cost, how that was foretold, and how a log grows.

use crate::engine::projection::trend::Fall;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::{number, percent};
use crate::simulation::World;
use crate::simulation::projection::back::{Foretold, back_test};
use crate::simulation::projection::trends::{Level, PriceTrend, Side};
use crate::simulation::projection::volume::Told;
use crate::units::{Day, Share, UsdEstimate};

/// The page; `more` are findings, assumptions and provenance.
pub fn page(
    trends: &[PriceTrend; 3],
    (days, lag): (&Told, Option<(f64, usize)>),
    cutoff: Option<Day>,
    world: &World,
    more: Vec<Section>,
) -> Page {
    let mut sections = vec![falls(trends, lag, world)];
    sections.extend(trends.iter().map(|trend| levels(trend, world)));
    if let Some(cutoff) = cutoff {
        sections.extend(trends.iter().map(|trend| tested(trend, cutoff, world)));
    }
    sections.push(volume(days));
    sections.extend(more);
    Page { command: "trends", claim: claim(trends, world), sections }
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Closed => "closed models",
        Side::Open => "open models",
        Side::All => "the cheapest of both",
    }
}

const fn key(side: Side) -> &'static str {
    match side {
        Side::Closed => "closed_fall",
        Side::Open => "open_fall",
        Side::All => "cheapest_fall",
    }
}

fn times(fall: &Fall) -> String {
    let (dear, cheap) = fall.band_after(1.0, 12.0);
    format!("{}× ({}× to {}×)", number(fall.drift.exp()), number(1.0 / cheap), number(1.0 / dear))
}

fn claim(trends: &[PriceTrend; 3], world: &World) -> String {
    let told = |trend: &PriceTrend| match trend.fall(world.as_of) {
        Some(fall) => format!("{} at {}", times(&fall), side(trend.side)),
        None => format!("by nobody knows how much at {}", side(trend.side)),
    };
    format!("the same capability has become cheaper a year by {}, by {}", told(&trends[0]), told(&trends[1]))
}

fn falls(trends: &[PriceTrend; 3], lag: Option<(f64, usize)>, world: &World) -> Section {
    let fact = |trend: &PriceTrend| {
        let (value, words) = match trend.fall(world.as_of) {
            Some(fall) => (
                Value::Text(times(&fall)),
                format!(
                    "a year: mean of the logarithm, band of 80 % of single years; half of the years less than {}×; {} spans that overlap, {} capabilities",
                    number(fall.median),
                    fall.spans,
                    trend.levels.len()
                ),
            ),
            None => (Value::Unknown, "too few spans of a year".to_owned()),
        };
        Fact { label: side(trend.side).to_owned(), items: vec![Item::new(key(trend.side), value, words)] }
    };
    let mut facts: Vec<Fact> = trends.iter().map(fact).collect();
    let (value, words) = match lag {
        Some((months, count)) => (
            Value::Number(months),
            format!("months behind closed ones at equal capability, median of {count} open records"),
        ),
        None => (Value::Unknown, "how long after closed ones: too few records".to_owned()),
    };
    facts.push(Fact {
        label: "open models follow".to_owned(),
        items: vec![Item::new("lag_months", value, words)],
    });
    let notes = vec![
        "the cheapest offer on sale on the first of each month whose model reaches a capability (scale of quality.kind), at list price in standard mode, three prompt tokens to one output token".to_owned(),
        "capabilities are those of today's fit; a rate without a first day is taken to have held since its model was released: what is not on record makes falls look smaller".to_owned(),
    ];
    Section { key: "falls", title: "How fast prices fall".to_owned(), body: Body::Facts(facts), notes }
}

/// Heights of a line of a few characters.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Months of one character.
const STEP: usize = 3;

/// A line of prices on a logarithmic scale that all lines share, a character a quarter; what could not be had is a blank.
fn line(prices: &[Option<f64>], (low, high): (f64, f64)) -> String {
    let span = (high / low).ln().max(1e-9);
    prices
        .iter()
        .step_by(STEP)
        .map(|price| {
            price.map_or(' ', |price| {
                let height = (price / low).ln() / span * BARS.len() as f64;
                BARS[(height.max(0.0) as usize).min(BARS.len() - 1)]
            })
        })
        .collect()
}

fn levels(trend: &PriceTrend, world: &World) -> Section {
    let all = trend.levels.iter().flat_map(|level| level.prices.iter().flatten());
    let bounds = all.fold((f64::INFINITY, 0.0_f64), |(low, high), price| (low.min(*price), high.max(*price)));
    let rows = trend.levels.iter().filter_map(|level| row(trend, level, world, bounds));
    let heads = vec![
        Head::names("like", "as able as", 0),
        Head::hidden("capability"),
        Head::new("first_month", "from", 1),
        Head::new("first_usd_mtok", "cost then", 0),
        Head::new("now_usd_mtok", "costs now", 0),
        Head::names("now_offer", "at", 3),
        Head::new("fall_year", "fell a year by", 0),
        Head::new("line", "since 2023", 2),
    ];
    let notes = vec![
        "dollars a million tokens; since 2023: a character a quarter, the same logarithmic scale in all lines".to_owned(),
    ];
    let (key, title) = match trend.side {
        Side::Closed => ("closed", "Closed models: what a capability has cost"),
        Side::Open => ("open", "Open models at hosts: what a capability has cost"),
        Side::All => ("all", "The cheapest of both: what a capability has cost"),
    };
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key, title: title.to_owned(), body, notes }
}

fn row(trend: &PriceTrend, level: &Level, world: &World, bounds: (f64, f64)) -> Option<Vec<Value>> {
    let first = level.prices.iter().position(Option::is_some)?;
    let last = level.prices.len() - 1;
    let (then, now) = (level.prices[first]?, level.prices[last]);
    let years = (last - first) as f64 / 12.0;
    let fall = now.filter(|_| years > 0.0).map(|now| (then / now).powf(1.0 / years));
    Some(vec![
        Value::Text(world.models.get(level.like).id.clone()),
        Value::Number(level.capability),
        Value::Text(trend.months[first].text()),
        Value::Estimate(UsdEstimate(then)),
        now.map_or(Value::Unknown, |now| Value::Estimate(UsdEstimate(now))),
        level.offers[last].map_or(Value::Unknown, |offer| Value::Text(world.label(offer))),
        fall.map_or(Value::Nothing, |fall| Value::Text(format!("{}×", number(fall)))),
        Value::Text(line(&level.prices, bounds)),
    ])
}

/// Characters of a picture of a band.
const WIDTH: usize = 41;
/// By how much a price may have changed at both ends of it.
const WIDEST: f64 = 30.0;

/// What was foretold and what came, as a picture: the band between brackets, what came as `o`, today's price in the middle as `|`.
fn picture(foretold: &Foretold) -> String {
    let mut line = vec![' '; WIDTH];
    let place = |price: f64| {
        let middle = (WIDTH - 1) as f64 / 2.0;
        let at = middle + (price / foretold.from).ln() / WIDEST.ln() * middle;
        at.round().clamp(0.0, (WIDTH - 1) as f64) as usize
    };
    let (low, high) = (place(foretold.band.0), place(foretold.band.1));
    line[low..=high].fill('-');
    line[place(foretold.from)] = '|';
    line[low] = '[';
    line[high] = ']';
    line[place(foretold.came)] = 'o';
    line.into_iter().collect()
}

fn tested(trend: &PriceTrend, cutoff: Day, world: &World) -> Section {
    let (key, title) = match trend.side {
        Side::Closed => ("closed_tested", "Closed models: foretold and come"),
        Side::Open => ("open_tested", "Open models: foretold and come"),
        Side::All => ("all_tested", "The cheapest of both: foretold and come"),
    };
    let Some((fall, foretold)) = back_test(trend, cutoff).filter(|(_, foretold)| !foretold.is_empty()) else {
        let words = format!("too few spans of a year before {}, or no price after it", cutoff.text());
        let item = Item::new("because", Value::Text(words), "");
        let body = Body::Facts(vec![Fact { label: "not tested".to_owned(), items: vec![item] }]);
        return Section { key, title: title.to_owned(), body, notes: Vec::new() };
    };
    let covered = foretold.iter().filter(|of| of.covered()).count();
    let below = foretold.iter().filter(|of| of.came < of.band.0 * (1.0 - 1e-9)).count();
    let share = covered as f64 / foretold.len() as f64;
    let rows = foretold.iter().map(|of| {
        vec![
            Value::Text(world.models.get(trend.levels[of.level].like).id.clone()),
            Value::Text(of.month.text()),
            Value::Estimate(UsdEstimate(of.from)),
            Value::Estimate(UsdEstimate(of.band.0)),
            Value::Estimate(UsdEstimate(of.band.1)),
            Value::Estimate(UsdEstimate(of.came)),
            Value::from(if of.covered() { "yes" } else { "no" }),
            Value::Text(picture(of)),
        ]
    });
    let heads = vec![
        Head::names("like", "as able as", 0),
        Head::new("month", "month", 0),
        Head::new("from_usd_mtok", "cost", 3),
        Head::new("low_usd_mtok", "foretold P10", 1),
        Head::new("high_usd_mtok", "P90", 1),
        Head::new("came_usd_mtok", "came", 1),
        Head::new("covered", "in the band", 0),
        Head::new("picture", "cheaper ← today → dearer", 2),
    ];
    let verdict = if (0.7..=0.9).contains(&share) {
        "about what it promises"
    } else if share > 0.9 {
        "wider than it needed to be"
    } else {
        "narrower than it should be"
    };
    let notes = vec![
        format!(
            "fitted to {}: {} a year, {} spans. The band of 80 % covers {} of {} months and capabilities ({}): {verdict}; {} came cheaper than the band, {} dearer",
            cutoff.text(),
            times(&fall),
            fall.spans,
            covered,
            foretold.len(),
            percent(share),
            below,
            foretold.len() - covered - below,
        ),
        "picture: [ and ] the band, o what came, | the price of the last month before; a step is a factor, the ends are thirty times".to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key, title: title.to_owned(), body, notes }
}

/// How the log grows.
fn volume(days: &Told) -> Section {
    const DAYS: [&str; 7] = [
        "monday_share",
        "tuesday_share",
        "wednesday_share",
        "thursday_share",
        "friday_share",
        "saturday_share",
        "sunday_share",
    ];
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let (facts, notes) = match days {
        Told::Refused { because } => {
            let item = Item::new("because", Value::Text(because.clone()), "");
            (vec![Fact { label: "not fitted".to_owned(), items: vec![item] }], Vec::new())
        }
        Told::Known(days) => {
            let (growth, error) = days.growth();
            let words =
                format!("a month, ± {} (one standard error), from {} days", percent(error), days.days);
            let week = days.week();
            let items = week
                .into_iter()
                .enumerate()
                .map(|(day, share)| Item::new(DAYS[day], Value::share(Share::new(share)), NAMES[day]));
            (
                vec![
                    Fact { label: "grows by".to_owned(), items: vec![Item::new("growth", Value::Change(growth), words)] },
                    Fact { label: "week".to_owned(), items: items.collect() },
                ],
                vec!["calls by day: a trend and weekdays together (quasi-Poisson), the trend drawn towards none as far as the log is short (volume.growth_prior)".to_owned()],
            )
        }
    };
    Section { key: "volume", title: "The log".to_owned(), body: Body::Facts(facts), notes }
}
