//! The pages of `machines`.

use crate::inputs::hardware::{Commitment, Hardware, Machine};
use crate::inputs::models::{Model, Models};
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::units::UsdEstimate;

/// GB for a billion parameters, by what a parameter is stored in; a tenth for what else a machine holds.
const STORED: [(&str, f64); 3] = [("16 bits", 2.2), ("8 bits", 1.1), ("4 bits", 0.67)];
/// Machines that work together.
const TOGETHER: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

fn rent(machine: &Machine, commitment: Commitment) -> Option<UsdEstimate> {
    machine.rent(commitment)?.hourly()
}

pub(super) fn maybe(number: Option<f64>) -> Value {
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
            Value::estimate_or_nothing(hardware.bought(machine).map(|bought| bought.price)),
            Value::from(if machine.device { "device" } else { "accelerator" }),
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
        Head::new("price_usd", "to buy", 1),
        Head::hidden("kind"),
        Head::hidden("source"),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let notes =
        vec!["of one GPU; operations are dense; prices with their share of a server; machines show ID has ranges and sources".to_owned()];
    let section = Section { key: "machines", title: "Machines".to_owned(), body, notes };
    Page { command: "machines list", claim, sections: vec![section] }
}

/// The page of `machines show`.
pub fn machine(machine: &Machine, hardware: &Hardware, models: &Models) -> Page {
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
        line(
            "link",
            vec![
                Item::new("link_gbs", maybe(machine.link_gbs), "GB/s to another one"),
                Item::new(
                    "linked",
                    Value::from(if machine.linked { "directly" } else { "over the bus of the host" }),
                    "",
                ),
            ],
        ),
        line("source", vec![Item::new("source", Value::Text(machine.source.clone()), "")]),
    ];
    let about =
        Section { key: "machine", title: "Machine".to_owned(), body: Body::Facts(facts), notes: Vec::new() };
    let claim = format!("{}: {} GB at {} GB/s", machine.name, machine.memory_gb, machine.bandwidth_gbs);
    Page {
        command: "machines show",
        claim,
        sections: vec![about, rents(machine, hardware), fits(machine, models)],
    }
}

fn rents(machine: &Machine, hardware: &Hardware) -> Section {
    let rows = machine.rent.iter().map(|rent| {
        vec![
            Value::from(rent.commitment.word()),
            Value::estimate(rent.hourly()),
            Value::Nothing,
            Value::Text(rent.date.to_string()),
            Value::Text(rent.source.clone()),
        ]
    });
    let bought = hardware.bought(machine).map(|bought| {
        vec![
            Value::from(Commitment::Owned.word()),
            Value::Nothing,
            Value::Estimate(bought.price),
            Value::Text(format!("{}× together", bought.together)),
            Value::Text(bought.source),
        ]
    });
    let heads = vec![
        Head::new("commitment", "rented", 0),
        Head::new("usd_hour", "an hour", 0),
        Head::new("price_usd", "to buy", 0),
        Head::new("date", "date", 1),
        Head::new("source", "source", 0),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.chain(bought).collect(), shown: usize::MAX });
    Section { key: "rents", title: "What one costs".to_owned(), body, notes: Vec::new() }
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
