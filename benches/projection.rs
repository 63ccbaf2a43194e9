//! Follows 10,000 paths of 36 months for 50 workloads and prints seconds and means as JSON: `cargo bench --bench projection [-- PATHS]`.
//! `benches/projection.py` does the same with NumPy and compares.

use std::io::{self, Write as _};
use std::time::Instant;

use switchpoint::engine::projection::correlation::{cholesky, matrix};
use switchpoint::engine::projection::fleet::{Contract, Fleet, People};
use switchpoint::engine::projection::inputs::{Input, Uncertain};
use switchpoint::engine::projection::run::{Asked, Projected, run};
use switchpoint::engine::projection::{Adoption, Events, Lane, Moved, Plan, Projection, Wait};

const WORKLOADS: usize = 50;
const MONTHS: usize = 36;

/// A workload by its number; `benches/projection.py` has the same formulas.
fn lane(number: usize) -> Lane {
    let spent = 500.0 + 37.0 * ((number * 7_919) % 101) as f64;
    let open_share = 0.2 + 0.015 * ((number * 31) % 50) as f64;
    let closed = Moved { from_closed: spent, closed: 0.4 * spent, joins: true, ..Moved::NOTHING };
    let open = Moved {
        from_open: open_share * spent,
        open: 0.1 * open_share * spent,
        failures: (0.01 * spent, 0.005 * spent),
        joins: true,
        ..Moved::NOTHING
    };
    let rest = (1.0 - open_share) * spent;
    let either = Moved { from_closed: rest, closed: 0.4 * rest, ..open };
    Lane {
        spent,
        series: number % 10,
        wait: if number.is_multiple_of(5) { Wait::Trend { mean: 8.0, error: 3.0 } } else { Wait::Over },
        moves: [closed, open, either],
        switching: 1_000.0,
        requalifying: 200.0,
        servable: either.closed + either.open,
    }
}

fn projection() -> Projection {
    let inputs = Input::ALL.map(|input| match input {
        Input::ClosedFall => Uncertain::log_normal(4.0, (1.5, 10.0)),
        Input::OpenFall => Uncertain::log_normal(2.0, (1.2, 4.0)),
        Input::FrontierFall => Uncertain::log_normal(1.15, (1.0, 1.3)),
        Input::Reprice => Uncertain::log_normal(0.3, (0.1, 0.9)),
        Input::Rent => Uncertain::LogNormal { median: 1.0, spread: 0.35 },
        Input::Lag | Input::Quality => Uncertain::STANDARD,
        Input::Growth => Uncertain::normal(0.01, (-0.01, 0.03), (-0.5, 1.0)),
        Input::Elasticity => Uncertain::normal(-0.5, (-0.9, -0.1), (-5.0, 0.0)),
        Input::Adoption => Uncertain::log_normal(9.0, (4.0, 18.0)),
        Input::Ceiling => Uncertain::normal(0.8, (0.5, 1.0), (0.01, 1.0)),
        Input::Tokens => Uncertain::log_normal(1.0, (0.8, 1.4)),
        Input::Staff => Uncertain::log_normal(1.0, (0.5, 2.0)),
        Input::Throughput => Uncertain::LogNormal { median: 1.0, spread: 0.2 },
    });
    let pairs = [(Input::ClosedFall, Input::OpenFall, 0.6), (Input::OpenFall, Input::Rent, -0.5)];
    Projection {
        lanes: (0..WORKLOADS).map(lane).collect(),
        series: 10,
        inputs,
        factor: cholesky(&matrix(&pairs)).unwrap_or_else(|_| unreachable!("these correlations are possible")),
        events: Events {
            closed_cut: 0.0,
            closed_cut_month: u32::MAX,
            open_cut: 0.0,
            open_cut_month: u32::MAX,
            response_cut: 0.2,
            response_months: 6.0,
            offline_share: 0.0,
            offline_month: u32::MAX,
            offline_months: 0,
        },
        horizon: MONTHS,
        repick_months: 6,
        reprice_cut: (0.2, 0.8),
        adoption: Adoption::Logistic { rate: 0.35 },
        rent_fall: 1.0,
        lag_shared: 0.5,
        interest: 0.008,
        baseline: Plan::Stay,
        fleet: None,
    }
}

/// Machines that are worth renting in some months.
fn fleet() -> Fleet {
    let gain: Vec<(f64, f64)> = (1..=40).map(|k| (f64::from(k), 2_000.0 * f64::from(k).sqrt())).collect();
    let people = People { first: 2_000.0, further: 500.0, gpus: 1.0, licences: 0.0, setup: 5_000.0 };
    Fleet::of(&gain, 600.0, people, Some(Contract { month: 350.0, term: 12, together: 1 }))
}

fn means(found: &Projected) -> String {
    let plans = found.plans.iter().map(|of| {
        let last = of.bills[MONTHS - 1].p50;
        format!(
            "\"{}\": {{\"saving\": {}, \"error\": {}, \"bill\": {last}}}",
            of.plan.word(),
            of.mean_saving,
            of.error
        )
    });
    plans.collect::<Vec<_>>().join(", ")
}

fn main() -> io::Result<()> {
    // `cargo bench` passes flags of its own.
    let paths = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let asked = Asked { paths, seed: 1, budget: None };
    let plain = projection();
    let start = Instant::now();
    let found = run(&plain, &asked);
    let seconds = start.elapsed().as_secs_f64();
    let with = Projection { fleet: Some(fleet()), ..plain };
    let start = Instant::now();
    let _ = run(&with, &asked);
    let with_machines = start.elapsed().as_secs_f64();
    writeln!(
        io::stdout(),
        "{{\"paths\": {paths}, \"seconds\": {seconds}, \"seconds_with_machines\": {with_machines}, \"plans\": {{{}}}}}",
        means(&found)
    )
}
