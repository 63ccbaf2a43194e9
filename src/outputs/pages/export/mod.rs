//! The pages of `export`: what was written, and what was left out.

use crate::inputs::prices::OfferId;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::pages::assess::verdict_words;
use crate::outputs::routers::Exported;
use crate::outputs::wording::counted;
use crate::simulation::World;
use crate::simulation::charges::Charges;
use crate::simulation::handover::Handover;
use crate::units::Share;

/// What was written and what was left out.
pub fn focus(charges: &Charges, out: &str) -> Page {
    let rows = charges.lines.len() as u64;
    let facts = vec![
        Fact {
            label: "written".to_owned(),
            items: vec![
                Item::counted("rows", rows, "row of FOCUS 1.2", "rows of FOCUS 1.2"),
                Item::new("cost", Value::Usd(charges.total()), "at list price"),
                Item::new("out", Value::Text(out.to_owned()), ""),
            ],
        },
        Fact {
            label: "left out".to_owned(),
            items: vec![
                Item::counted("unpriced", charges.unpriced, "call without a price", "calls without a price"),
                Item::counted("undated", charges.undated, "call without a date", "calls without a date"),
            ],
        },
    ];
    let claim = if rows == 0 {
        "nothing written: no call has a price and a date".to_owned()
    } else {
        format!("{rows} rows written to {out}")
    };
    let section =
        Section { key: "focus", title: "Exported".to_owned(), body: Body::Facts(facts), notes: Vec::new() };
    Page { command: "export focus", claim, sections: vec![section] }
}

/// Rows that people are shown.
const SHOWN: usize = 30;

/// Where calls are to go, what was written of it, and what the router does not know.
pub fn router(
    command: &'static str,
    handovers: &[Handover],
    exported: &Exported,
    out: &str,
    world: &World,
    more: Vec<Section>,
) -> Page {
    let rows: Vec<Vec<Value>> = handovers
        .iter()
        .flat_map(|of| {
            of.targets.iter().map(move |(offer, share)| {
                vec![
                    of.workload.clone().map_or(Value::Unknown, Value::Text),
                    Value::Text(world.label(of.incumbent)),
                    Value::Text(world.label(*offer)),
                    Value::share(Share::new(*share)),
                    Value::Text(verdict_words(of.verdict)),
                ]
            })
        })
        .collect();
    let heads = vec![
        Head::names("workload", "workload", 0),
        Head::names("incumbent", "served by", 1),
        Head::names("offer", "goes to", 0),
        Head::new("share", "share", 0),
        Head::new("verdict", "verdict", 1),
    ];
    let mut notes = Vec::new();
    if rows.len() > SHOWN {
        notes.push(format!("{} more in --format json", counted((rows.len() - SHOWN) as u64, "row")));
    }
    let routes = Section {
        key: "routes",
        title: "Where calls are to go".to_owned(),
        body: Body::Grid(Grid { heads, rows, shown: SHOWN }),
        notes,
    };
    let left_out = exported
        .left_out
        .iter()
        .map(|(offer, because)| vec![Value::Text(offer.clone()), Value::Text(because.clone())]);
    let left_out = Section {
        key: "left_out",
        title: "Left out".to_owned(),
        body: Body::Grid(Grid {
            heads: vec![Head::names("offer", "offer", 0), Head::new("because", "because", 0)],
            rows: left_out.collect(),
            shown: usize::MAX,
        }),
        notes: Vec::new(),
    };
    // What the router does not know does not move.
    let known = |offer: OfferId| {
        let label = world.label(offer);
        exported.left_out.iter().all(|(other, _)| *other != label)
    };
    let moving = handovers.iter().filter(|of| of.moves(known)).count() as u64;
    let claim = match exported.names {
        0 => "nothing written: the router knows none of the offers".to_owned(),
        _ => format!(
            "{out} written; {} of {} as served move",
            moving,
            counted(handovers.len() as u64, "workload")
        ),
    };
    let mut sections = vec![routes];
    sections.extend(Some(left_out).filter(Section::has_rows));
    sections.extend(more);
    Page { command, claim, sections }
}
