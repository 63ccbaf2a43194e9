//! The pages of `machines` and `deployments`.

use crate::engine::capacity::{ServiceTime, Shape, Work};
use crate::inputs::hardware::{Commitment, Deployment, Hardware, Machine};
use crate::inputs::models::{Model, Models};
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::units::{SECONDS_PER_HOUR, UsdEstimate};

/// Calls whose tokens are priced on the page: input and output.
const SHAPES: [(f64, f64); 2] = [(1_000.0, 1_000.0), (8_000.0, 1_000.0)];
/// GB for a billion parameters, by what a parameter is stored in; a tenth for what else a machine holds.
const STORED: [(&str, f64); 3] = [("16 bits", 2.2), ("8 bits", 1.1), ("4 bits", 0.67)];
/// Machines that work together.
const TOGETHER: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

fn rent(machine: &Machine, commitment: Commitment) -> Option<UsdEstimate> {
    machine.rent.iter().find(|rent| rent.commitment == commitment)?.hourly()
}

fn maybe(number: Option<f64>) -> Value {
    number.map_or(Value::Unknown, Value::Number)
}

/// The page of `machines list`.
pub fn machines(hardware: &Hardware) -> Page {
    let rows = hardware.machines().map(|machine| {
        let rented = |commitment| Value::estimate_or_nothing(rent(machine, commitment));
        vec![
            Value::Text(machine.id.clone()),
            Value::Text(machine.name.clone()),
            Value::Number(machine.memory_gb),
            Value::Number(machine.bandwidth_gbs),
            maybe(machine.bf16_tflops),
            maybe(machine.fp8_tflops),
            maybe(machine.tdp_w),
            rented(Commitment::OnDemand),
            rented(Commitment::Spot),
            Value::Text(machine.source.clone()),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let claim = counted(rows.len() as u64, "machine");
    let heads = vec![
        Head::names("machine", "machine", 0),
        Head::new("name", "name", 1),
        Head::new("memory_gb", "memory, GB", 0),
        Head::new("bandwidth_gbs", "bandwidth, GB/s", 0),
        Head::new("bf16_tflops", "BF16, TFLOPS", 2),
        Head::new("fp8_tflops", "FP8, TFLOPS", 2),
        Head::new("tdp_w", "power, W", 3),
        Head::new("on_demand_usd_hour", "an hour", 0),
        Head::new("spot_usd_hour", "spot", 2),
        Head::hidden("source"),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let notes =
        vec!["of one GPU; operations are dense; rents: machines show ID has ranges and sources".to_owned()];
    let section = Section { key: "machines", title: "Machines".to_owned(), body, notes };
    Page { command: "machines list", claim, sections: vec![section] }
}

/// The page of `machines show`.
pub fn machine(machine: &Machine, models: &Models) -> Page {
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let facts = vec![
        line("name", vec![Item::new("name", Value::Text(machine.name.clone()), "")]),
        line(
            "memory",
            vec![
                Item::new("memory_gb", Value::Number(machine.memory_gb), "GB"),
                Item::new("bandwidth_gbs", Value::Number(machine.bandwidth_gbs), "GB/s"),
            ],
        ),
        line(
            "operations",
            vec![
                Item::new("bf16_tflops", maybe(machine.bf16_tflops), "TFLOPS in BF16"),
                Item::new("fp8_tflops", maybe(machine.fp8_tflops), "in FP8"),
                Item::new("fp4_tflops", maybe(machine.fp4_tflops), "in FP4"),
            ],
        ),
        line("power", vec![Item::new("tdp_w", maybe(machine.tdp_w), "watts")]),
        line("source", vec![Item::new("source", Value::Text(machine.source.clone()), "")]),
    ];
    let about =
        Section { key: "machine", title: "Machine".to_owned(), body: Body::Facts(facts), notes: Vec::new() };
    let claim = format!("{}: {} GB at {} GB/s", machine.name, machine.memory_gb, machine.bandwidth_gbs);
    Page { command: "machines show", claim, sections: vec![about, rents(machine), fits(machine, models)] }
}

fn rents(machine: &Machine) -> Section {
    let rows = machine.rent.iter().map(|rent| {
        vec![
            Value::from(rent.commitment.word()),
            Value::estimate(rent.hourly()),
            Value::Text(rent.date.to_string()),
            Value::Text(rent.source.clone()),
        ]
    });
    let heads = vec![
        Head::new("commitment", "rented", 0),
        Head::new("usd_hour", "an hour", 0),
        Head::new("date", "date", 1),
        Head::new("source", "source", 0),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    Section { key: "rents", title: "Rents of one GPU".to_owned(), body, notes: Vec::new() }
}

/// The largest open model that fits on so many, by what a parameter is stored in.
fn fits(machine: &Machine, models: &Models) -> Section {
    let mut open: Vec<(&Model, f64)> = models
        .iter()
        .filter(|(id, model)| model.open_weights && models.base(*id) == *id)
        .filter_map(|(_, model)| Some((model, model.params_total_b?)))
        .collect();
    open.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.id.cmp(&b.0.id)));
    let rows = TOGETHER.iter().flat_map(|count| {
        let open = &open;
        STORED.iter().map(move |(stored, gb)| {
            let memory = machine.memory_gb * count;
            let fitting = |(_, billions): &&(&Model, f64)| billions * gb <= memory;
            let largest = open.iter().find(fitting);
            vec![
                Value::Number(*count),
                Value::from(*stored),
                Value::Number(memory),
                Value::Count(open.iter().filter(fitting).count() as u64),
                largest.map_or(Value::Nothing, |(model, _)| Value::Text(model.id.clone())),
                largest.map_or(Value::Nothing, |(_, billions)| Value::Number(*billions)),
            ]
        })
    });
    let heads = vec![
        Head::new("gpus", "GPUs", 0),
        Head::new("stored", "a parameter in", 0),
        Head::new("memory_gb", "memory, GB", 1),
        Head::new("models", "open models that fit", 0),
        Head::names("largest", "the largest", 0),
        Head::new("largest_b", "billion parameters", 1),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    let notes = vec![
        "all parameters have to fit, also those of experts that a token does not use; a tenth is left for the rest, keys and values of calls come on top"
            .to_owned(),
    ];
    Section { key: "fits", title: "What fits".to_owned(), body, notes }
}

fn shapes(deployment: &Deployment) -> Vec<Shape> {
    let shape = |m: &crate::inputs::hardware::Measured| Shape {
        input: m.input,
        output: m.output,
        output_tok_s: m.output_tok_s,
    };
    deployment.measured.iter().map(shape).collect()
}

fn hour(deployment: &Deployment, hardware: &Hardware) -> Option<UsdEstimate> {
    let machine = hardware.machine(&deployment.machine)?;
    Some(rent(machine, Commitment::OnDemand)? * f64::from(deployment.count))
}

/// Dollars a million input and output tokens at full load, for calls of a shape: each token by what it holds the replica for.
fn own_prices(service: &ServiceTime, hour: UsdEstimate, (input, output): (f64, f64)) -> (f64, f64) {
    let second = hour.0 / SECONDS_PER_HOUR;
    let whole = service.seconds(&Work::of_call(input, input, output));
    let of_input = service.per_prefilled * input;
    (second * of_input / input * 1e6, second * (whole - of_input) / output * 1e6)
}

/// The page of `deployments list`.
pub fn deployments(hardware: &Hardware) -> Page {
    let rows = hardware.deployments().map(|(_, deployment)| {
        let service = ServiceTime::fit(&shapes(deployment));
        let hour = hour(deployment, hardware);
        let prices = service.zip(hour).map(|(service, hour)| own_prices(&service, hour, SHAPES[0]));
        let dollars = |usd: Option<f64>| Value::estimate(usd.map(UsdEstimate));
        vec![
            Value::Text(deployment.id.clone()),
            Value::Text(deployment.model.clone()),
            Value::Text(format!("{}× {}", deployment.count, deployment.machine)),
            Value::Text(deployment.precision.clone()),
            Value::Text(deployment.engine.clone()),
            Value::Count(deployment.measured.len() as u64),
            service.map_or(Value::from("too few measurements"), |service| Value::Change(service.worst_error)),
            Value::estimate(hour),
            dollars(prices.map(|prices| prices.0)),
            dollars(prices.map(|prices| prices.1)),
        ]
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let claim = counted(rows.len() as u64, "measured deployment");
    let heads = vec![
        Head::names("deployment", "deployment", 0),
        Head::names("model", "model", 3),
        Head::names("on", "on", 2),
        Head::new("precision", "precision", 3),
        Head::new("engine", "engine", 4),
        Head::new("measured", "measured", 2),
        Head::new("fit_error", "largest error of the fit", 1),
        Head::new("usd_hour", "an hour", 1),
        Head::new("input_usd_mtok", "1M input", 0),
        Head::new("output_usd_mtok", "1M output", 0),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let notes = vec![
        "dollars a million tokens at full load, rented on demand, for calls of 1,000 tokens in and 1,000 out: divide by the share of the time that you fill it"
            .to_owned(),
    ];
    let section = Section { key: "deployments", title: "Deployments".to_owned(), body, notes };
    Page { command: "deployments list", claim, sections: vec![section] }
}

/// The page of `deployments validate`.
pub fn validate(hardware: &Hardware) -> Page {
    let mut rows = Vec::new();
    let mut all: Vec<f64> = Vec::new();
    for (_, deployment) in hardware.deployments() {
        let mut errors: Vec<f64> =
            ServiceTime::left_out(&shapes(deployment)).into_iter().flatten().map(f64::abs).collect();
        errors.sort_by(f64::total_cmp);
        all.extend(&errors);
        rows.push(vec![
            Value::Text(deployment.id.clone()),
            Value::Text(deployment.machine.clone()),
            Value::Count(deployment.measured.len() as u64),
            Value::Count(errors.len() as u64),
            errors.get(errors.len() / 2).map_or(Value::Unknown, |error| Value::Change(*error)),
            errors.last().map_or(Value::Unknown, |error| Value::Change(*error)),
        ]);
    }
    all.sort_by(f64::total_cmp);
    let heads = vec![
        Head::names("deployment", "deployment", 0),
        Head::names("machine", "machine", 1),
        Head::new("measured", "measured", 1),
        Head::new("predicted", "predicted", 0),
        Head::new("median_error", "median error", 0),
        Head::new("worst_error", "worst", 0),
    ];
    let percent =
        |at: Option<&f64>| at.map_or("unknown".to_owned(), |error| format!("{:.0} %", error * 100.0));
    let claim = format!(
        "{} left out in turn: median error {}, worst {}",
        counted(all.len() as u64, "measurement"),
        percent(all.get(all.len() / 2)),
        percent(all.last())
    );
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let notes = vec![
        "output tokens a second of a measurement, by the fit to the deployment's other ones; where these are too few or too much alike it is not predicted"
            .to_owned(),
    ];
    let section = Section { key: "validation", title: "Left out in turn".to_owned(), body, notes };
    Page { command: "deployments validate", claim, sections: vec![section] }
}

/// The page of `deployments show`.
pub fn deployment(deployment: &Deployment, hardware: &Hardware) -> Page {
    let shapes = shapes(deployment);
    let service = ServiceTime::fit(&shapes);
    let rows = shapes.iter().map(|shape| {
        let fitted = service.map(|service| {
            shape.output / service.seconds(&Work::of_call(shape.input, shape.input, shape.output))
        });
        vec![
            Value::Number(shape.input),
            Value::Number(shape.output),
            Value::Number(shape.output_tok_s),
            maybe(fitted),
            fitted.map_or(Value::Unknown, |fitted| Value::Change(fitted / shape.output_tok_s - 1.0)),
        ]
    });
    let heads = vec![
        Head::new("input", "input", 0),
        Head::new("output", "output", 0),
        Head::new("measured_tok_s", "measured, output tokens/s", 0),
        Head::new("fitted_tok_s", "fitted", 0),
        Head::new("error", "error", 0),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    let measured = Section {
        key: "measured",
        title: "Measured".to_owned(),
        body: Body::Grid(grid),
        notes: vec![format!("{}; {}", deployment.conditions, deployment.source)],
    };
    let mut sections = vec![measured];
    if let Some((service, hour)) = service.zip(hour(deployment, hardware)) {
        sections.push(sheet(&service, hour));
    }
    let claim = format!(
        "{} on {}× {}, {}, by {}",
        deployment.model, deployment.count, deployment.machine, deployment.precision, deployment.engine
    );
    Page { command: "deployments show", claim, sections }
}

fn sheet(service: &ServiceTime, hour: UsdEstimate) -> Section {
    let rows = SHAPES.iter().flat_map(|shape| {
        [1.0, 0.5, 0.1].map(|used| {
            let (input, output) = own_prices(service, hour, *shape);
            let usd = |usd: f64| Value::Estimate(UsdEstimate(usd / used));
            vec![
                Value::Number(shape.0),
                Value::Number(shape.1),
                Value::Text(format!("{:.0}%", used * 100.0)),
                usd(input),
                usd(output),
                usd((input * shape.0 + output * shape.1) / 1e6),
            ]
        })
    });
    let heads = vec![
        Head::new("input", "input", 0),
        Head::new("output", "output", 0),
        Head::new("used", "used", 0),
        Head::new("input_usd_mtok", "1M input", 0),
        Head::new("output_usd_mtok", "1M output", 0),
        Head::new("call_usd", "a call", 0),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    let notes = vec![
        "rented on demand, staff left out; cached input costs next to nothing: its keys and values are there"
            .to_owned(),
    ];
    Section { key: "prices", title: "Its own price sheet".to_owned(), body, notes }
}
