//! Sizes, ways to pay, costs, and load.

use super::dollars;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Section, Value};
use crate::outputs::wording::{compact, counted, percent, usd};
use crate::simulation::World;
use crate::simulation::hosting::breakeven::Found;
use crate::simulation::hosting::gathered::Versus;
use crate::simulation::hosting::sheet::bound;
use crate::units::HOURS_PER_MONTH;

/// Fleet sizes beside each other.
pub(super) fn sizes(found: &Found, world: &World, spread: Option<f64>) -> Section {
    let month = HOURS_PER_MONTH.0 / found.hours;
    let rows = found.rows.iter().map(|row| {
        let fleet = &row.fleet;
        let overflow = (1.0 - row.own_share).max(0.0);
        vec![
            Value::Count(u64::from(fleet.replicas)),
            dollars(fleet.gain),
            dollars(fleet.cost.total()),
            dollars(fleet.saving()),
            dollars(row.next),
            Value::Text(percent(row.own_share)),
            Value::Text(percent(overflow)),
            dollars(fleet.filled.cold * month),
            Value::Text(percent(row.throughput)),
            Value::Text(percent(row.busy)),
            Value::Number(fleet.filled.seconds * month / 3_600.0),
        ]
    });
    let heads = vec![
        Head::new("replicas", "replicas", 0),
        Head::new("gain_usd_month", "gain/month", 0),
        Head::new("cost_usd_month", "cost/month", 1),
        Head::new("saving_usd_month", "saves", 0),
        Head::new("next_usd_month", "next one gains", 1),
        Head::new("own_share", "of the work", 2),
        Head::new("overflow_share", "overflow", 3),
        Head::new("cold_usd_month", "cold caches", 4),
        Head::new("throughput_utilisation", "used", 2),
        Head::new("busy_utilisation", "busy", 3),
        Head::new("replica_hours_worked", "hours worked", 5),
    ];
    let assumed = &world.scenario.self_hosting;
    let mut notes = vec![
        "gain: what calls would cost at their best other offers, less what calls that overflow there pay more for cold caches".to_owned(),
        format!(
            "a slot of {} minutes is filled with the calls worth most a second, up to {} of its seconds: {}, calls of a minute scatter {} times as \
             much as at random, and a replica works {} of the time",
            found.slot_minutes,
            percent(found.usable),
            if assumed.overflow {
                "calls that find no slot free go elsewhere (Erlang B)".to_owned()
            } else {
                format!(
                    "{} of the calls may wait longer than {} s (Erlang C)",
                    percent(assumed.service.late_share),
                    assumed.service.first_token
                )
            },
            compact(found.dispersion),
            percent(assumed.owned.availability),
        ),
        "used: of all seconds, those at work at the promised speed, which is what pays; busy: any call runs; what the driver calls utilisation says \
         nothing about either"
            .to_owned(),
    ];
    if let Some(days) = spread {
        notes.push(format!(
            "the log has no dates: its sessions are placed at random over {days} days, the same way every time; real days have peaks, which make \
             a fleet dearer"
        ));
    }
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "fleet", title: "Fleet".to_owned(), body, notes }
}

/// How replicas can be paid for.
pub(super) fn ways(found: &Found) -> Section {
    let first = &found.looked[0];
    let rows = first.ways.iter().map(|(way, fleet)| {
        vec![
            Value::from(way.commitment.word()),
            dollars(way.hour),
            Value::Count(u64::from(fleet.replicas)),
            dollars(fleet.cost.total()),
            dollars(fleet.saving()),
            Value::Number(f64::from(way.paid(fleet.replicas)) * HOURS_PER_MONTH.0),
            Value::Text(way.source.clone()),
        ]
    });
    let mut rows: Vec<Vec<Value>> = rows.collect();
    if let Some((base, mixed)) = &found.mixed {
        rows.push(vec![
            Value::Text(format!("{} and peaks on_demand", base.commitment.word())),
            dollars(base.hour),
            Value::Count(u64::from(mixed.base.replicas)),
            Value::Nothing,
            dollars(mixed.saving),
            Value::Number(f64::from(base.paid(mixed.base.replicas)) * HOURS_PER_MONTH.0 + mixed.peak_hours),
            Value::Text(format!("{:.0} replica-hours a month rented by the hour", mixed.peak_hours)),
        ]);
    }
    if let Some((hours, saving)) = found.spot {
        rows.push(vec![
            Value::from("spot, for work that waits"),
            Value::Nothing,
            Value::Nothing,
            Value::Nothing,
            dollars(saving),
            Value::Number(hours),
            Value::from("by the hour of work, what is taken away done again; people not counted"),
        ]);
    }
    let heads = vec![
        Head::new("commitment", "paid", 0),
        Head::new("usd_hour", "a replica-hour", 0),
        Head::new("replicas", "best size", 0),
        Head::new("cost_usd_month", "cost/month", 1),
        Head::new("saving_usd_month", "saves/month", 0),
        Head::new("replica_hours", "replica-hours/month", 2),
        Head::hidden("source"),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let notes = vec!["a best size of 0: none pays when paid so".to_owned()];
    Section { key: "ways", title: "Ways to pay".to_owned(), body, notes }
}

/// What the fleet costs.
pub(super) fn costs(found: &Found) -> Section {
    let total = found.fleet.cost.total();
    let part = |(what, cost): (&'static str, f64)| {
        vec![
            Value::from(what),
            dollars(cost),
            Value::Text(percent(if total > 0.0 { cost / total } else { 0.0 })),
        ]
    };
    let mut rows: Vec<Vec<Value>> = found.fleet.cost.parts().into_iter().map(part).collect();
    let idle = found.fleet.cost.capacity * (1.0 - used(found));
    rows.push(vec![Value::from("all"), dollars(total), Value::from("100%")]);
    let heads = vec![
        Head::new("what", "what", 0),
        Head::new("usd_month", "a month", 0),
        Head::new("share", "of all", 0),
    ];
    let notes = vec![
        format!(
            "{} of the capacity is paid for seconds in which nothing runs at capacity; calls that fail and run again are in the work, machines that fail in \
             what a replica may take",
            usd(idle)
        ),
        match found.with_spares {
            Some(all) if all > found.fleet.replicas => format!(
                "calls overflow to the other offers; without them {} more would have to stand ready",
                counted(u64::from(all - found.fleet.replicas), "replica")
            ),
            _ => "calls overflow to the other offers".to_owned(),
        },
    ];
    let (way, _) = found.looked[0].best();
    let together = if way.together > 1 {
        format!(", paid for {} because they come together", way.paid(found.fleet.replicas))
    } else {
        String::new()
    };
    let title = format!("A month of {}{together}", counted(u64::from(found.fleet.replicas), "replica"));
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    Section { key: "costs", title, body, notes }
}

fn used(found: &Found) -> f64 {
    let seconds = f64::from(found.fleet.replicas) * found.hours * 3_600.0;
    if seconds > 0.0 { found.fleet.filled.seconds / seconds } else { 0.0 }
}

/// How the work is spread over time.
pub(super) fn load(found: &Found) -> Section {
    let first = &found.looked[0];
    let slot = f64::from(found.slot_minutes) * 60.0;
    let mut loads: Vec<f64> =
        first.found.now[Versus::Best as usize].seconds().map(|(_, seconds)| seconds / slot).collect();
    let all = (found.hours * 60.0 / f64::from(found.slot_minutes)).round() as usize;
    loads.resize(all.max(loads.len()), 0.0);
    loads.sort_by(|a, b| b.total_cmp(a));
    let at = |share: f64| {
        loads.get(((loads.len() as f64 * share) as usize).min(loads.len().saturating_sub(1))).copied()
    };
    let item = |key: &'static str, share: f64, words: &'static str| {
        Item::new(key, at(share).map_or(Value::Unknown, Value::Number), words)
    };
    let mean = loads.iter().sum::<f64>() / loads.len().max(1) as f64;
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let waiting = first.found.waiting[Versus::Best as usize].total();
    let mean_call = &first.ready.mean;
    let cached = match first.ready.simulated {
        Some(_) => "of them in a cache of one's own (simulated on the blocks of the prompts)",
        None => "of them in a cache of one's own (a share of the logged cache reads)",
    };
    let mut facts = vec![
        line(
            "a mean call",
            vec![
                Item::new("input", Value::Number(mean_call.input), "tokens in"),
                Item::new("cached", Value::Number(mean_call.cached), cached),
                Item::new("output", Value::Number(mean_call.output), "out"),
            ],
        ),
        line(
            "replicas at work",
            vec![
                Item::new("mean_load", Value::Number(mean), "on average;"),
                item("load_p50", 0.5, "in the median slot"),
                item("load_p95", 0.05, "in the busiest twentieth"),
                item("load_peak", 0.0, "in the busiest slot"),
            ],
        ),
        line(
            "to serve all",
            vec![Item::new(
                "peak_replicas",
                found.peak_replicas.map_or(Value::Unknown, |replicas| Value::Count(u64::from(replicas))),
                "or more replicas: then calls rarely wait in the busiest slot if none goes elsewhere (Erlang C)",
            )],
        ),
        line(
            "can wait",
            vec![Item::new(
                "waiting_calls",
                Value::Count(waiting.calls),
                "calls until the end of their day (batch, or can_wait)",
            )],
        ),
    ];
    if let Some(operating) = first.operating {
        facts.push(line(
            "a replica",
            vec![
                Item::new("at_once", Value::Number(operating.at_once), "calls at once, bounded by"),
                Item::new("bound", Value::from(bound(operating.bound)), ""),
                Item::new("tpot_ms", Value::Number(operating.per_token * 1e3), "ms a token"),
                Item::new("prefill_ms", Value::Number(operating.prefill * 1e3), "ms of prefill"),
            ],
        ));
    }
    Section { key: "load", title: "Load".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}
