//! The page of `devices`.

use crate::inputs::hardware::Price;
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::wording::{counted, percent};
use crate::simulation::World;
use crate::simulation::hosting::devices::{Device, Found, Run};
use crate::units::{Share, UsdEstimate};

fn usd(dollars: f64) -> Value {
    Value::Estimate(UsdEstimate(dollars))
}

/// The page; `month` multiplies the log to a month, `more` are findings, assumptions and provenance.
pub fn page(found: &Found, world: &World, month: Option<f64>, more: Vec<Section>) -> Page {
    let fastest = found.devices.iter().max_by_key(|device| device.calls().1);
    let claim = match fastest.filter(|device| device.calls().1 > 0) {
        Some(device) => format!(
            "{} of {} would run fast enough on this: {}",
            percent(device.calls().1 as f64 / found.calls.max(1) as f64),
            counted(found.calls, "call"),
            device.machine.name
        ),
        None => format!("none of {} would run fast enough on any device", counted(found.calls, "call")),
    };
    let mut sections = vec![devices(found, month), workloads(found, world)];
    sections.extend(more);
    Page { command: "devices", claim, sections }
}

fn devices(found: &Found, month: Option<f64>) -> Section {
    let row = |device: &Device| {
        let (could, fast) = device.calls();
        let quick: Vec<&Run> = device.runs.iter().filter(|run| run.fast_enough()).collect();
        let sum = |of: &dyn Fn(&Run) -> f64| quick.iter().map(|run| of(run)).sum::<f64>();
        let spent = sum(&|run| run.spent);
        let own = sum(&|run| run.calls as f64 * (run.energy_call + run.waiting_call));
        let hours = sum(&|run| run.calls as f64 * run.seconds) / 3_600.0;
        let saved = month.map(|month| (spent - own) * month);
        let price = device.machine.price.as_ref().and_then(Price::dollars);
        let payback = saved.zip(price).map(|(saved, price)| price.0 / saved).filter(|months| *months > 0.0);
        let share = |calls: u64| Value::share(Share::of(calls as f64, found.calls as f64));
        vec![
            Value::Text(device.machine.id.clone()),
            Value::Text(device.machine.name.clone()),
            Value::estimate_or_nothing(price),
            share(could),
            share(fast),
            month.map_or(Value::Unknown, |month| Value::Number(hours * month)),
            saved.map_or(Value::Unknown, usd),
            match payback {
                Some(months) if fast > 0 => Value::Number(months),
                _ => Value::from("never"),
            },
        ]
    };
    let rows: Vec<Vec<Value>> = found.devices.iter().map(row).collect();
    let heads = vec![
        Head::names("device", "device", 0),
        Head::hidden("name"),
        Head::new("price_usd", "price", 1),
        Head::new("could_share", "calls that fit", 0),
        Head::new("fast_share", "fast enough", 0),
        Head::new("hours_month", "hours/month", 1),
        Head::new("saved_usd_month", "saves/month", 0),
        Head::new("payback_months", "months to pay", 0),
    ];
    let notes = vec![
        "calls of workloads for which a model that is good enough fits into the memory; fast enough: 60 output tokens a second for agents, 30 for \
         coding, 10 for reading; saved: what they cost now less energy and waiting, on one device, of which one call at a time is taken"
            .to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    Section { key: "devices", title: "Devices".to_owned(), body, notes }
}

fn workloads(found: &Found, world: &World) -> Section {
    let name = |model| world.models.get(model).id.clone();
    let rows = found.devices.iter().flat_map(|device| {
        device.runs.iter().map(|run| {
            let workload = run.workload.and_then(|code| found.names.text(code));
            vec![
                Value::Text(device.machine.id.clone()),
                workload.map_or(Value::Unknown, |name| Value::Text(name.to_string())),
                Value::Text(name(run.incumbent)),
                Value::Text(name(run.model)),
                Value::Count(run.calls),
                Value::Number(run.tok_s),
                Value::Number(run.needs),
                Value::Number(run.first_token),
                usd(run.energy_million),
                usd(run.waiting_call),
                Value::from(if run.fast_enough() { "yes" } else { "no" }),
            ]
        })
    });
    let mut rows: Vec<Vec<Value>> = rows.collect();
    let hidden = rows.len().saturating_sub(SHOWN);
    rows.sort_by_key(|row| row[10] != Value::from("yes"));
    let heads = vec![
        Head::names("device", "device", 0),
        Head::names("workload", "workload", 0),
        Head::names("incumbent", "served by", 2),
        Head::names("model", "on it", 0),
        Head::new("calls", "calls", 2),
        Head::new("tok_s", "tokens/s", 0),
        Head::new("needed_tok_s", "needs", 1),
        Head::new("first_token_s", "s to first", 0),
        Head::new("energy_usd_mtok", "energy, 1M", 1),
        Head::new("waiting_usd_call", "waiting, a call", 3),
        Head::new("fast_enough", "fast enough", 1),
    ];
    let device = &world.scenario.self_hosting.device;
    let (dense, mixed) = world.scenario.self_hosting.roofline.device_bandwidth_used;
    let mut notes = vec![format!(
        "one stream of four-bit weights: {} of the bandwidth over the bytes that a token reads, {} for mixtures of experts; waiting: beyond {} tokens a \
         second elsewhere, at ${} an hour, for {} of the calls",
        percent(dense),
        percent(mixed),
        device.cloud_tok_s,
        device.waiting_hour,
        percent(device.attended)
    )];
    if hidden > 0 {
        notes.push(format!("{} more in --format json", counted(hidden as u64, "row")));
    }
    let shown = SHOWN.min(rows.len());
    let body = Body::Grid(Grid { heads, rows, shown });
    Section { key: "workloads", title: "What they would run".to_owned(), body, notes }
}

/// Rows that people are shown.
const SHOWN: usize = 16;
