//! A log against its budget and its baseline: the story of a system that changes, the forms in which a build is told, the steps of the
//! action and of the template.

mod forms;
mod mistakes;
mod steps;
mod story;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rand_distr::{Distribution as _, LogNormal};
use serde_json::Value;

use super::{Ran, Run};

/// A run of a test suite: 120 cases, each called some times, half a workload each.
#[derive(Clone, Copy)]
pub(super) struct Suite {
    /// Seed of the noise of this run; the cases are the same in all runs.
    pub(super) seed: u64,
    pub(super) times: u32,
    pub(super) model: &'static str,
    /// Factor of all prompts.
    pub(super) grown: f64,
    /// Share of a prompt that is read from the cache.
    pub(super) cached: f64,
    /// Calls of a model that nobody knows, beside the others.
    pub(super) unknown: u32,
}

pub(super) const SUITE: Suite =
    Suite { seed: 1, times: 10, model: "claude-opus-4-8", grown: 1.0, cached: 0.0, unknown: 0 };

const CASES: u32 = 120;

impl Suite {
    fn text(self) -> String {
        let head = "call_id,ts_start,session_id,workload,team,user,tag,seller,model_raw,in_uncached,in_cache_read,out_total\n";
        let mut text = head.to_owned();
        let sizes = LogNormal::new(7.5, 0.8).expect("a distribution");
        let noise = LogNormal::new(0.0, 0.25).expect("a distribution");
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let mut row = |name: String, call: u32, case: u32, model: &str, random: &mut ChaCha8Rng| {
            let mut of_case = ChaCha8Rng::seed_from_u64(u64::from(case));
            let prompt = sizes.sample(&mut of_case) * self.grown;
            let answer = (0.1 * sizes.sample(&mut of_case) * noise.sample(random)).ceil();
            let (team, workload) =
                if case.is_multiple_of(2) { ("care", "support") } else { ("find", "search") };
            let day = 1 + call * 14 / (CASES * self.times);
            writeln!(
                text,
                "{name},2026-06-{day:02}T{:02}:00:00Z,case-{case},{workload},{team},user-{},nightly,anthropic,{model},{:.0},{:.0},{answer}",
                call % 24,
                case % 7,
                ((1.0 - self.cached) * prompt).ceil(),
                (self.cached * prompt).ceil(),
            )
            .expect("text");
        };
        for call in 0..CASES * self.times {
            row(format!("{}-{call}", self.seed), call, call % CASES, self.model, &mut random);
        }
        for call in 0..self.unknown {
            row(format!("{}-u{call}", self.seed), call, call, "acme-secret-1", &mut random);
        }
        text
    }
}

/// A folder with a baseline of the suite, a budget, and runs.
pub(super) struct Project {
    folder: tempfile::TempDir,
}

/// Rules of the story.
pub(super) const BUDGET: &str = "\
owner = \"platform team\"

[[rule]]
name = \"a call stays as dear as it is\"
max_increase_percent = 5
reason = \"margin of the product\"

[[rule]]
name = \"the bill\"
max_cost_per_month = 1000
level = \"warn\"
";

impl Project {
    pub(super) fn of(budget: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a folder") };
        project.write("budget.toml", budget);
        project.log("before.csv", SUITE);
        let saved =
            project.run(&["baseline", "save", "before.csv", "--out", "base.json", "--budget", "budget.toml"]);
        assert_eq!((saved.code, saved.stderr.as_str()), (0, ""));
        project
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    pub(super) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    pub(super) fn log(&self, name: &str, suite: Suite) {
        self.write(name, &suite.text());
    }

    pub(super) fn bare(&self, arguments: &[&str]) -> Run {
        let data = super::fixtures().join("data");
        Run::bare(arguments)
            .within(self.folder.path())
            .arg("--data")
            .arg(data)
            .arg("--benchmark")
            .arg("fixture-index")
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        self.bare(arguments).run()
    }

    /// The gate on a log, against the baseline.
    pub(super) fn gate(&self, log: &str, more: &[&str]) -> Ran {
        self.run(&[&["gate", log, "--baseline", "base.json"], more].concat())
    }

    /// The same as JSON.
    pub(super) fn judged(&self, log: &str, more: &[&str]) -> (i32, Value) {
        let ran = self.gate(log, &[more, &["--format", "json"]].concat());
        assert_eq!(ran.stderr, "", "{}", ran.stdout);
        (ran.code, serde_json::from_str(&ran.stdout).expect("JSON"))
    }
}

/// The findings of a level, as code and message.
pub(super) fn of_level<'v>(page: &'v Value, level: &str) -> Vec<(&'v str, &'v str)> {
    let findings = page["findings"].as_array().expect("findings");
    let text = |finding: &'v Value, key: &str| finding[key].as_str().expect("text");
    findings
        .iter()
        .filter(|finding| finding["level"] == level)
        .map(|finding| (text(finding, "code"), text(finding, "message")))
        .collect()
}

pub(super) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
