//! Routes a table of calls once and prints seconds, calls and dollars as JSON: `cargo bench --bench route -- CALLS.parquet OFFERS.json`.
//! `benches/route.py` makes both files and runs other engines on them.

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Instant;

use polars::prelude::{LazyFrame, PlRefPath, ScanArgsParquet};
use serde_json::Value;
use switchpoint::engine::route::Candidate;
use switchpoint::simulation::pass::{self, Plan, Planner, Router};
use switchpoint::simulation::{Calendar, Class, Names};
use switchpoint::units::{Day, MeterRates, Tariff, TokenRatio};

/// The offers of the file, and the least quality of each workload.
struct Offers {
    offers: Vec<(f64, Candidate)>,
    floors: Vec<(String, f64)>,
    calendar: Calendar,
}

impl Offers {
    fn read(path: &str) -> io::Result<Self> {
        let file: Value = serde_json::from_reader(File::open(path)?)?;
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        // Dollars per million tokens are millions of picodollars per token.
        let rate = |offer: &Value, key: &str| (number(&offer[key]) * 1e6).round() as i64;
        let offers = file["offers"].as_array().map_or(&[][..], Vec::as_slice);
        let candidate = |(index, offer): (u16, &Value)| {
            let rates = MeterRates {
                input: rate(offer, "input_usd_per_mtok"),
                cache_read: rate(offer, "cache_read_usd_per_mtok"),
                output: rate(offer, "output_usd_per_mtok"),
                ..MeterRates::default()
            };
            let max_total = offer["context_tokens"].as_i64().unwrap_or(0);
            let tariff = Tariff::flat(rates);
            let candidate = Candidate {
                offer: index,
                tariff,
                max_total,
                max_output: i64::MAX,
                token_ratio: TokenRatio::ONE,
                risk: 0,
            };
            (number(&offer["quality"]), candidate)
        };
        let floors = file["floors"].as_object().into_iter().flatten();
        Ok(Self {
            offers: (0..).zip(offers).map(candidate).collect(),
            floors: floors.map(|(name, floor)| (name.clone(), number(floor))).collect(),
            calendar: Calendar::constant(Day(0)),
        })
    }
}

impl Planner for Offers {
    fn plan(&self, class: &Class, names: &Names) -> Plan {
        let name = names.text(class.workload());
        let floor = self.floors.iter().find(|(known, _)| name.as_deref() == Some(known)).map_or(2.0, |f| f.1);
        let good = self.offers.iter().filter(|(quality, _)| *quality >= floor);
        Plan::of(None, good.map(|(_, candidate)| candidate.clone()).collect())
    }

    fn ignores(&self) -> &[&str] {
        // Who served a call makes no difference to where it goes: the other engines do not look at it, either.
        &[
            "model_raw",
            "seller",
            "mode",
            "region",
            "operation",
            "granularity",
            "status",
            "ts_kind",
            "n_calls",
            "tool_web_search",
            "cost_reported",
        ]
    }

    fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let (Some(calls), Some(offers)) = (arguments.next(), arguments.next()) else {
        // `cargo test --benches` and `cargo bench` alone have nothing to route.
        return writeln!(io::stderr(), "arguments: CALLS.parquet OFFERS.json");
    };
    let router = Arc::new(Router::new(Offers::read(&offers)?));
    let frame = LazyFrame::scan_parquet(PlRefPath::new(&calls), ScanArgsParquet::default())
        .map_err(io::Error::other)?;
    let start = Instant::now();
    let ledger = pass::over(&frame.into(), router).map_err(io::Error::other)?.sum;
    let seconds = start.elapsed().as_secs_f64();
    let total = ledger.total();
    // The whole calls are counted, and dollars are rounded to a double once.
    let everyone: u64 = ledger.cells().map(|(.., cell)| cell.calls).sum();
    writeln!(io::stdout(), "{}", serde_json::json!([seconds, everyone, total.cost as f64 / 1e12]))
}
