//! The page of `seats`: users, plans, and ways to pay for everybody.

use crate::engine::seats::{per_million, sellers_margin};
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::{Place, counted, percent, value};
use crate::simulation::World;
use crate::simulation::seats::{Found, Portfolio, Quota};
use crate::units::{Share, UsdEstimate};

const fn dollars(dollars: f64) -> Value {
    Value::Estimate(UsdEstimate(dollars))
}

fn usd(amount: f64) -> String {
    value(&dollars(amount), Place::Line)
}

/// Users that people are shown.
const SHOWN: usize = 25;

/// The page; `more` are findings, assumptions and provenance.
pub fn page(
    found: &Found,
    world: &World,
    machines: &Result<String, String>,
    quota: Option<&Quota>,
    more: Vec<Section>,
) -> Page {
    let mut sections =
        vec![portfolio(found, machines), plans(found), users(found, world), exposure(found, world)];
    sections.extend(quota.map(|quota| measured(found, quota)));
    sections.extend(unknown(found));
    sections.extend(more);
    Page { command: "seats", claim: claim(found), sections }
}

/// The cheapest way, with its name.
fn cheapest(portfolio: &Portfolio) -> (&'static str, f64) {
    let mut ways = vec![
        ("everything metered as logged", portfolio.metered),
        ("everything metered and routed", portfolio.routed),
        ("a seat for everybody", portfolio.seats),
        ("seats where they are cheaper, the rest metered as logged", portfolio.mixed),
        ("seats where they are cheaper, the rest routed", portfolio.mixed_routed),
    ];
    ways.extend(
        portfolio
            .joint
            .as_ref()
            .filter(|joint| joint.machines > 0)
            .map(|joint| ("seats, routed calls and machines of one's own", joint.total)),
    );
    ways.into_iter().fold(("", f64::INFINITY), |best, way| if way.1 < best.1 - 1e-9 { way } else { best })
}

fn claim(found: &Found) -> String {
    let (way, cost) = cheapest(&found.portfolio);
    let users =
        found.uses.iter().filter_map(|of| of.user.as_ref()).collect::<std::collections::BTreeSet<_>>();
    format!(
        "{} {} {} a month at list price; cheapest: {way}, {}",
        counted(users.len() as u64, "user"),
        if users.len() == 1 { "uses" } else { "use" },
        usd(found.portfolio.metered),
        usd(cost)
    )
}

fn portfolio(found: &Found, machines: &Result<String, String>) -> Section {
    let of = &found.portfolio;
    let row = |key: &str, way: &str, cost: Option<f64>| {
        vec![
            Value::from(way),
            Value::from(key),
            cost.map_or(Value::Unknown, dollars),
            cost.map_or(Value::Unknown, |cost| dollars(of.metered - cost)),
        ]
    };
    let mut rows = vec![
        row("metered", "everything metered as logged", Some(of.metered)),
        row("routed", "everything metered, each call at its cheapest eligible offer", Some(of.routed)),
        row("seats", "everybody on the seat that is best for them", Some(of.seats)),
        row("mixed", "seats where they are cheaper, the rest metered as logged", Some(of.mixed)),
        row("mixed_routed", "seats where they are cheaper, the rest routed", Some(of.mixed_routed)),
    ];
    let mut notes = vec![
        "seats hold models of their own lab only; plans' terms may forbid routing a product through seats"
            .to_owned(),
    ];
    match (&of.joint, machines) {
        (Some(joint), Ok(deployment)) => {
            let way = if joint.machines == 0 {
                "the same with machines of one's own: none pays".to_owned()
            } else {
                let metered = joint.metered.iter().filter(|metered| **metered).count() as u64;
                format!(
                    "{} of {deployment}, {} metered, the rest on seats",
                    counted(joint.machines.into(), "replica"),
                    counted(metered, "user")
                )
            };
            rows.push(row("joint", &way, Some(joint.total)));
            notes.push("machines: what they gain is shared out by what they could serve of each user's metered calls; which users are metered and how many machines there are is chosen together".to_owned());
        }
        (_, Err(because)) => notes.push(format!("machines of one's own are not in it: {because}")),
        (None, Ok(_)) => {}
    }
    let heads = vec![
        Head::new("way", "way to pay", 0),
        Head::hidden("id"),
        Head::new("usd_month", "a month", 0),
        Head::new("saved_usd_month", "saves", 0),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    Section { key: "portfolio", title: "Ways to pay for everybody".to_owned(), body, notes }
}

fn plans(found: &Found) -> Section {
    let rows = found.plans.iter().map(|of| {
        vec![
            Value::Text(of.plan.id.clone()),
            dollars(of.plan.price),
            of.plan.cap.map_or(Value::Unknown, dollars),
            Value::Count(of.users as u64),
            dollars(of.paid),
            dollars(of.used),
            dollars(of.margin),
            Value::Count(of.losing as u64),
            dollars(of.plan.price / MONTH_WORKDAYS),
            Value::Text(of.plan.note.clone()),
            Value::Text(format!("{}, {}", of.plan.source, of.plan.date)),
        ]
    });
    let heads = vec![
        Head::names("plan", "plan", 0),
        Head::new("usd_month", "a month", 0),
        Head::new("cap_usd_month", "holds, list price", 0),
        Head::new("users", "best for", 0),
        Head::new("paid_usd", "they pay", 1),
        Head::new("used_usd", "they use", 1),
        Head::new("margin_usd", "left to the seller", 2),
        Head::new("losing", "of them cost it money", 2),
        Head::new("breakeven_usd_day", "pays from a workday of", 3),
        Head::new("note", "note", 4),
        Head::new("source", "source", 5),
    ];
    let notes = vec![
        "best for: users for whom it beats metered use as logged and every other plan; left to the seller: what they pay less what serving them costs (seats.cost_ratio)".to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "plans", title: "Plans".to_owned(), body, notes }
}

/// Workdays of a month.
const MONTH_WORKDAYS: f64 = 21.0;

fn users(found: &Found, world: &World) -> Section {
    let assumed = &world.scenario.projection.seats;
    let rows = found.uses.iter().enumerate().map(|(at, of)| {
        let plan = of.best.map(|place| found.plans[place].plan.id.clone());
        let together = found.portfolio.joint.as_ref().map(|joint| joint.metered[at]);
        vec![
            of.user.clone().map_or(Value::Unknown, Value::Text),
            Value::Text(of.lab.clone()),
            Value::Count(of.calls.round() as u64),
            dollars(of.list),
            dollars(of.routed),
            Value::Text(plan.unwrap_or_else(|| "metered".to_owned())),
            dollars(of.cost),
            dollars(of.list - of.cost),
            of.best.map_or(Value::Nothing, |_| dollars(sellers_margin(of.cost, of.list, assumed.cost_ratio))),
            together.map_or(Value::Nothing, |metered| Value::from(if metered { "metered" } else { "seat" })),
        ]
    });
    let heads = vec![
        Head::names("user", "user", 0),
        Head::new("lab", "models of", 1),
        Head::new("calls_month", "calls/month", 3),
        Head::new("list_usd_month", "list price", 0),
        Head::new("routed_usd_month", "routed", 1),
        Head::names("best_plan", "best", 0),
        Head::new("cost_usd_month", "costs", 0),
        Head::new("saved_usd_month", "saves", 2),
        Head::new("margin_usd", "left to its seller", 2),
        Head::new("together", "with routing and machines", 3),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: SHOWN });
    let notes = vec![
        "left to its seller: the flat price less what serving costs; below nothing, a user costs the seller money".to_owned(),
    ];
    Section { key: "users", title: "Users".to_owned(), body, notes }
}

fn exposure(found: &Found, world: &World) -> Section {
    let assumed = &world.scenario.projection.seats;
    let items = vec![
        Item::new(
            "exposure_usd_month",
            dollars(found.exposure),
            "a month more if flat prices became metered",
        ),
        Item::new(
            "expected_usd_year",
            dollars(found.expected_exposure),
            "a year, times the probability that they do",
        ),
        Item::new(
            "within_a_year",
            Value::share(Share::new(-(-assumed.reprice_a_year).exp_m1())),
            "probability within a year (seats.reprice_a_year)",
        ),
    ];
    let fact = Fact { label: "exposure".to_owned(), items };
    Section {
        key: "exposure",
        title: "If the flat price goes".to_owned(),
        body: Body::Facts(vec![fact]),
        notes: Vec::new(),
    }
}

/// What a seat holds by the user's own reading of its limit.
fn measured(found: &Found, quota: &Quota) -> Section {
    let rows = found.plans.iter().filter(|of| of.plan.price > 0.0).map(|of| {
        vec![
            Value::Text(of.plan.id.clone()),
            dollars(of.plan.price),
            Value::Tokens(quota.tokens.round() as i64),
            dollars(quota.cap),
            dollars(per_million(of.plan.price, quota.tokens)),
        ]
    });
    let heads = vec![
        Head::names("plan", "if it is that of", 0),
        Head::new("usd_month", "a month", 0),
        Head::new("tokens_week", "tokens a week", 0),
        Head::new("cap_usd_month", "a month at list price", 0),
        Head::new("usd_mtok", "used up, a million tokens", 0),
    ];
    let notes = vec![format!(
        "these calls used {} of a week's limit (--quota-used); put what the seat holds into a file of plans (--plans) as cap_usd_month",
        percent(quota.share)
    )];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "quota", title: "What the limit holds".to_owned(), body, notes }
}

fn unknown(found: &Found) -> Option<Section> {
    let rows: Vec<Vec<Value>> = found
        .unknown
        .iter()
        .map(|plan| vec![Value::Text(plan.id.clone()), dollars(plan.price), Value::Text(plan.note.clone())])
        .collect();
    let heads = vec![
        Head::names("plan", "plan", 0),
        Head::new("usd_month", "a month", 0),
        Head::new("note", "note", 0),
    ];
    (!rows.is_empty()).then(|| Section {
        key: "not_compared",
        title: "Not compared: nobody knows how much they hold".to_owned(),
        body: Body::Grid(Grid { heads, rows, shown: usize::MAX }),
        notes: Vec::new(),
    })
}

/// A plan for users of whom only the mean and the ninetieth percentile are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// Id of the plan.
    pub plan: String,
    /// Its price.
    pub price: f64,
    /// Share of users who use more than it costs.
    pub above: f64,
    /// What a user costs on average who has whichever is cheaper.
    pub mixed: f64,
    /// What is left to the seller of the mean user.
    pub margin: f64,
}

/// The page of `seats` without a log: users of whom a mean and a ninetieth percentile are known.
pub fn planned(users: f64, mean: f64, p90: f64, plans: &[Planned]) -> Page {
    let rows = plans.iter().map(|of| {
        vec![
            Value::Text(of.plan.clone()),
            dollars(of.price),
            Value::share(Share::new(of.above)),
            dollars(users * mean),
            dollars(users * of.price),
            dollars(users * of.mixed),
            dollars(of.margin),
        ]
    });
    let heads = vec![
        Head::names("plan", "plan", 0),
        Head::new("usd_month", "a month", 0),
        Head::new("above", "users above it", 0),
        Head::new("metered_usd", "all metered", 0),
        Head::new("seats_usd", "all on it", 0),
        Head::new("mixed_usd", "whichever is cheaper", 0),
        Head::new("margin_usd", "left to the seller of the mean user", 1),
    ];
    let least = plans.iter().map(|of| users * of.mixed).fold(users * mean, f64::min);
    let notes = vec![format!(
        "use at list price a user and month, log-normal with a mean of {} and a ninetieth percentile of {}; caps are not in it",
        usd(mean),
        usd(p90)
    )];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    let section = Section { key: "plans", title: "Plans".to_owned(), body, notes };
    Page {
        command: "seats",
        claim: format!(
            "{users} users cost {} a month metered, and no less than {} with seats for some",
            usd(users * mean),
            usd(least)
        ),
        sections: vec![section],
    }
}
