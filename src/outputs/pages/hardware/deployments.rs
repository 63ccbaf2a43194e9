//! The pages of `deployments`: what is measured, what follows from it, and the price sheet.

use super::machines::maybe;
use crate::engine::capacity::Work;
use crate::engine::hosting::roofline::{Shape, Unfit};
use crate::inputs::hardware::{Deployment, Measured};
use crate::inputs::scenario::SelfHosting;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::simulation::hosting::replica::{Missing, On};
use crate::simulation::hosting::sheet::{OwnSheet, bound};
use crate::simulation::hosting::throughput::Throughput;
use crate::units::UsdEstimate;

/// Calls whose tokens are priced on the page: input, of which cached, and output.
const SHAPES: [Shape; 3] = [
    Shape { input: 1_000.0, cached: 0.0, output: 1_000.0 },
    Shape { input: 8_000.0, cached: 0.0, output: 1_000.0 },
    Shape { input: 8_000.0, cached: 7_000.0, output: 1_000.0 },
];

/// A deployment as the pages need it.
pub struct Known<'a> {
    /// Its id.
    pub id: &'a str,
    /// Id of its model.
    pub model: &'a str,
    /// Where it runs.
    pub on: On<'a>,
    /// Precision in words.
    pub precision: &'a str,
    /// What was measured.
    pub measured: &'a [Measured],
    /// What it delivers.
    pub throughput: Result<Throughput, Missing>,
    /// What an hour costs.
    pub hour: Option<Priced>,
}

/// What an hour of a deployment costs, and how it is paid for.
pub struct Priced {
    /// Dollars.
    pub hour: UsdEstimate,
    /// How it is paid for.
    pub how: String,
}

impl Known<'_> {
    fn name(&self) -> String {
        format!("{}× {}", self.on.count, self.on.machine.id)
    }

    fn sheet(&self, shape: &Shape, assumed: &SelfHosting, promised: bool) -> Option<Result<OwnSheet, Unfit>> {
        let throughput = self.throughput.as_ref().ok()?;
        let hour = self.hour.as_ref()?.hour;
        Some(OwnSheet::of(throughput, &self.on, shape, hour, assumed, promised))
    }
}

/// The page of `deployments list`.
pub fn deployments(all: &[Known<'_>], assumed: &SelfHosting) -> Page {
    let rows = all.iter().map(|known| {
        let sheet = known.sheet(&SHAPES[0], assumed, false).and_then(Result::ok);
        let dollars = |of: &dyn Fn(&OwnSheet) -> UsdEstimate| Value::estimate(sheet.as_ref().map(of));
        vec![
            Value::Text(known.id.to_owned()),
            Value::Text(known.model.to_owned()),
            Value::Text(known.name()),
            Value::Text(known.precision.to_owned()),
            Value::Text(known.on.engine.to_owned()),
            Value::Count(known.measured.len() as u64),
            match &known.throughput {
                Ok(throughput) => Value::Change(throughput.worst_error),
                Err(missing) => Value::Text(missing.to_string()),
            },
            Value::estimate(known.hour.as_ref().map(|priced| priced.hour)),
            dollars(&|sheet| sheet.per_million.0),
            dollars(&|sheet| sheet.per_million.2),
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
        "dollars a million tokens at full load, rented on demand, for calls of 1,000 tokens in and 1,000 out that nobody waits for: divide by \
         the share of the time that you fill it"
            .to_owned(),
    ];
    let section = Section { key: "deployments", title: "Deployments".to_owned(), body, notes };
    Page { command: "deployments list", claim, sections: vec![section] }
}

/// The page of `deployments show`.
pub fn deployment(known: &Known<'_>, from: &Deployment, assumed: &SelfHosting) -> Page {
    let notes = vec![format!("{}; {}", from.conditions, from.source)];
    let claim = format!("{} on {}, {}, by {}", known.model, known.name(), known.precision, known.on.engine);
    let sections = vec![measured(known, assumed, notes), memory(known, assumed), sheets(known, assumed)];
    Page { command: "deployments show", claim, sections }
}

/// The page of `deployments fit`: deployments as measurements made them, or one from first principles.
pub fn fitted(all: &[Known<'_>], problems: &[(String, u64, String)], assumed: &SelfHosting) -> Page {
    let mut sections = Vec::new();
    for known in all {
        let mut own =
            vec![measured(known, assumed, Vec::new()), memory(known, assumed), sheets(known, assumed)];
        own.retain(|section| {
            section.key != "measured" || matches!(&section.body, Body::Grid(grid) if !grid.rows.is_empty())
        });
        for section in &mut own {
            section.title = format!("{}: {}", known.id, section.title.to_lowercase());
        }
        sections.extend(own);
    }
    if !problems.is_empty() {
        sections.push(super::validation::lost(problems));
    }
    let measurements: usize = all.iter().map(|known| known.measured.len()).sum();
    let claim = format!(
        "{} from {}",
        counted(all.len() as u64, "deployment"),
        if measurements > 0 {
            counted(measurements as u64, "measurement")
        } else {
            "first principles".to_owned()
        }
    );
    Page { command: "deployments fit", claim, sections }
}

/// Each measurement beside what is said of it.
fn measured(known: &Known<'_>, assumed: &SelfHosting, notes: Vec<String>) -> Section {
    let limits = known.on.limits(&assumed.roofline, None);
    let rows = known.measured.iter().map(|row| {
        let shape = Shape { input: row.input, cached: 0.0, output: row.output };
        let fitted = known.throughput.as_ref().ok().and_then(|throughput| {
            let at_once = throughput.at_once(&shape, row.at_once, &limits)?;
            let service = throughput.service(&shape, at_once);
            Some((at_once, row.output / service.seconds(&Work::of_call(row.input, row.input, row.output))))
        });
        vec![
            Value::Number(row.input),
            Value::Number(row.output),
            maybe(fitted.map(|(at_once, _)| at_once)),
            Value::Number(row.output_tok_s),
            maybe(fitted.map(|(_, speed)| speed)),
            fitted.map_or(Value::Unknown, |(_, speed)| Value::Change(speed / row.output_tok_s - 1.0)),
        ]
    });
    let heads = vec![
        Head::new("input", "input", 0),
        Head::new("output", "output", 0),
        Head::new("at_once", "at once", 0),
        Head::new("measured_tok_s", "measured, output tokens/s", 0),
        Head::new("fitted_tok_s", "fitted", 0),
        Head::new("error", "error", 0),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    Section { key: "measured", title: "Measured".to_owned(), body: Body::Grid(grid), notes }
}

/// What of the memory is whose.
fn memory(known: &Known<'_>, assumed: &SelfHosting) -> Section {
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let mut facts = Vec::new();
    if let Some(replica) = known.throughput.as_ref().ok().and_then(Throughput::replica) {
        let roofline = &assumed.roofline;
        let limits = known.on.limits(roofline, None);
        let gb = |bytes: f64| Value::Number(bytes / 1e9);
        let free = replica.free(limits.memory, limits.used, limits.reserve);
        facts.push(line(
            "weights",
            vec![
                Item::new(
                    "weights_gb",
                    gb(replica.weights.total * replica.weights.bytes),
                    "GB for all parameters;",
                ),
                Item::new("memory_gb", gb(limits.memory * replica.on.count), "GB of memory there"),
            ],
        ));
        facts.push(line(
            "keys and values",
            vec![
                Item::new("kv_bytes_token", Value::Number(replica.attention.kv_bytes), "bytes a token"),
                Item::new(
                    "kv_window_bytes_token",
                    Value::Number(replica.attention.windowed_kv_bytes),
                    "more within a window;",
                ),
                Item::new("kv_gb", gb(free.max(0.0)), "GB are left for them"),
            ],
        ));
        facts.push(line(
            "speed",
            vec![Item::new(
                "active_b",
                Value::Number(replica.weights.active / 1e9),
                "billion parameters are used by a token and decide it",
            )],
        ));
    }
    let body = Body::Facts(facts);
    let basis = match &known.throughput {
        Ok(throughput) => format!(
            "throughput rests on {}; one standard deviation is {:.0} %",
            throughput.basis.words(),
            throughput.sigma * 100.0
        ),
        Err(missing) => format!("nothing is said of its throughput: {missing}"),
    };
    Section { key: "memory", title: "Memory".to_owned(), body, notes: vec![basis] }
}

fn sheets(known: &Known<'_>, assumed: &SelfHosting) -> Section {
    let rows = SHAPES.iter().flat_map(|shape| [false, true].map(|promised| (shape, promised)));
    let rows = rows.filter_map(|(shape, promised)| {
        let mut row = vec![
            Value::Number(shape.input),
            Value::Number(shape.cached),
            Value::Number(shape.output),
            Value::from(if promised { "within the promise" } else { "the most" }),
        ];
        match known.sheet(shape, assumed, promised)? {
            Ok(sheet) => {
                let operating = sheet.operating;
                row.extend([
                    maybe(operating.map(|found| found.at_once)),
                    operating.map_or(Value::Unknown, |found| Value::from(bound(found.bound))),
                    maybe(operating.map(|found| found.per_token * 1e3)),
                    Value::Number(sheet.output_tok_s),
                    Value::Estimate(sheet.per_million.0),
                    Value::Estimate(sheet.per_million.1),
                    Value::Estimate(sheet.per_million.2),
                    Value::Estimate(sheet.call),
                ]);
            }
            Err(unfit) => {
                row.extend([Value::Number(0.0), Value::Text(why(unfit))]);
                row.extend(std::iter::repeat_n(Value::Nothing, 6));
            }
        }
        Some(row)
    });
    let heads = vec![
        Head::new("input", "input", 0),
        Head::new("cached", "cached", 0),
        Head::new("output", "output", 0),
        Head::new("run", "run for", 0),
        Head::new("at_once", "at once", 2),
        Head::new("bound", "bounded by", 4),
        Head::new("tpot_ms", "ms a token", 2),
        Head::new("output_tok_s", "output tokens/s", 3),
        Head::new("fresh_usd_mtok", "1M fresh", 1),
        Head::new("cached_usd_mtok", "1M cached", 1),
        Head::new("output_usd_mtok", "1M output", 1),
        Head::new("call_usd", "a call", 0),
    ];
    let body = Body::Grid(Grid { heads, rows: rows.collect(), shown: usize::MAX });
    let how = known.hour.as_ref().map_or("no rent is known: no price".to_owned(), |priced| {
        format!(
            "{}, staff left out, at full load: divide by the share of the time that you fill it",
            priced.how
        )
    });
    let promise = format!(
        "the promise is {} ms for an output token; cached input is read while decoding and not prefilled",
        assumed.service.per_token * 1e3
    );
    Section { key: "prices", title: "Its own price sheet".to_owned(), body, notes: vec![how, promise] }
}

/// Why not even one call can be served.
pub fn why(unfit: Unfit) -> String {
    match unfit {
        Unfit::Memory(bytes) => format!("{:.1} GB of memory are missing", bytes / 1e9),
        Unfit::Latency(seconds) => format!("one call alone takes {:.0} ms a token", seconds * 1e3),
    }
}
