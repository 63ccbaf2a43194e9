//! How often the gate fails a build without a reason, and how often it sees a regression of 10 % at the number of calls that it advises:
//! `cargo bench --bench gate [-- WORLDS]` simulates whole comparisons and prints a table in Markdown.
//!
//! In every world both sides draw their calls anew. Three kinds of calls: single ones with skewed costs (a log-normal with a coefficient of
//! variation of 1.3), conversations of 1 to 20 calls whose costs go together, and the cases of a test suite that is run twice, each
//! with noise of its own. The number of calls is advised from one run of 2,000 calls, as a user would.

use std::io::{self, Write as _};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rand_distr::{Distribution as _, Normal, Uniform};
use rayon::prelude::*;

use switchpoint::engine::regression::{Asked, Group, Plan, Side, increase};
use switchpoint::inputs::baseline::GROUPS;
use switchpoint::inputs::scenario::{Registry, Scenario};

/// What a kind of calls is like: standard deviations of the logarithm between conversations or cases, and of calls within.
struct Kind {
    name: &'static str,
    between: f64,
    within: f64,
    most_calls: u32,
    /// Whether both sides have the same cases.
    paired: bool,
}

const KINDS: [Kind; 3] = [
    Kind { name: "single calls", between: 0.0, within: 1.0, most_calls: 1, paired: false },
    Kind { name: "conversations", between: 0.7, within: 0.8, most_calls: 20, paired: false },
    Kind { name: "a test suite, run twice", between: 1.0, within: 0.4, most_calls: 1, paired: true },
];
const PILOT: f64 = 2_000.0;
const REGRESSION: f64 = 0.1;

/// Groups of about so many calls a side, whose second side costs `grown` times as much.
fn groups(kind: &Kind, calls: f64, grown: f64, seed: u64) -> Vec<Group> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let standard = Normal::new(0.0, 1.0).expect("a distribution");
    let length = Uniform::new_inclusive(1, kind.most_calls).expect("a range");
    let place = Uniform::new(0, GROUPS).expect("a range");
    let mut groups = vec![Group::default(); GROUPS];
    let conversations = (calls / (f64::from(1 + kind.most_calls) / 2.0)).ceil() as usize;
    for _ in 0..conversations {
        let (mut level, mut at) = (standard.sample(&mut random), place.sample(&mut random));
        for after in [false, true] {
            if after && !kind.paired {
                (level, at) = (standard.sample(&mut random), place.sample(&mut random));
            }
            let side: &mut Side = if after { &mut groups[at].after } else { &mut groups[at].before };
            for _ in 0..length.sample(&mut random) {
                let noise = kind.between * level + kind.within * standard.sample(&mut random);
                side.calls += 1.0;
                side.dollars += noise.exp() * if after { grown } else { 1.0 };
            }
        }
    }
    groups
}

/// How often the lower end of the interval exceeds a limit.
fn denied(kind: &Kind, asked: &Asked, calls: f64, grown: f64, limit: f64, worlds: u64) -> f64 {
    let denied = (0..worlds).into_par_iter().filter(|world| {
        let groups = groups(kind, calls, grown, 1_000 + world);
        let interval = increase(&groups, asked).and_then(|found| found.interval);
        interval.is_some_and(|interval| interval.low > limit)
    });
    denied.count() as f64 / worlds as f64
}

fn main() -> io::Result<()> {
    // As the default scenario judges.
    let gate = Registry::default_scenario().ok().and_then(|default| Scenario::resolve(&default).ok());
    let gate = gate.ok_or_else(|| io::Error::other("the default scenario is broken"))?.gate;
    let asked = Asked { level: gate.level, draws: gate.draws, seed: gate.seed };
    let worlds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(4_000);
    let mut out = io::stdout().lock();
    writeln!(out, "{worlds} worlds each, interval of {} %", 100.0 * asked.level)?;
    writeln!(
        out,
        "| calls | limit | advised calls a side | false alarms, nothing changed | false alarms, exactly at the limit | regression of 10 % is denied |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |"
    )?;
    for kind in &KINDS {
        for limit in [0.0, 0.05] {
            let pilot = increase(&groups(kind, PILOT, 1.0, 7), &asked).map(|found| found.spread);
            let plan = Plan { limit, increase: REGRESSION, level: gate.level, power: gate.power };
            let Some(calls) = pilot.and_then(|spread| spread.calls(&plan)) else { continue };
            let of = |grown: f64| denied(kind, &asked, calls, grown, limit, worlds);
            writeln!(
                out,
                "| {} | {:.0} % | {calls:.0} | {:.2} % | {:.2} % | {:.1} % |",
                kind.name,
                100.0 * limit,
                100.0 * of(1.0),
                100.0 * of(1.0 + limit),
                100.0 * of(1.0 + REGRESSION),
            )?;
        }
    }
    Ok(())
}
