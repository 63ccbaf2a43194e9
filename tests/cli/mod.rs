//! Whole runs of the program on frozen facts, never on the shipped prices.

/// Every way in which an input can be bad.
mod bad_input;
/// Whether, where and how serving models oneself pays.
mod breakeven;
/// One call, offer by offer.
mod explain;
/// What calls cost, in the form of other tools.
mod export;
/// The cost–quality frontier.
mod frontier;
/// What calls will cost.
mod future;
/// A log against a budget and a baseline.
mod gate;
/// Numbers that were worked out by hand.
mod golden;
/// What goes wrong outside of the program.
mod hardening;
/// What models run on, and what that costs.
mod hardware;
/// Savings on calls that they were not chosen on.
mod holdout;
/// What can be read, and what becomes of it.
mod logs;
/// What names mean.
mod models;
/// The page in every form and at several widths.
mod pages;
/// Logs in parts.
mod partial;
/// Rules about which offers may serve calls.
mod policy;
/// What models cost.
mod prices;
/// Project files, and what holds for every command.
mod project;
/// When a cheaper model is good enough.
mod quality;
/// Graded outcomes of several models, routed.
mod replay;
/// Published break-evens, computed again.
mod reproduce;
/// Where each call goes, as a table.
mod route;
/// The same input, however it is packed, split or threaded.
mod same_result;
/// What models scored, and what follows from that.
mod scores;
/// Which users should be on which plan.
mod seats;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Where fixtures lie.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// A run of the program.
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
}

/// What a run gave.
pub struct Ran {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// `switchpoint audit` on frozen facts, from the folder of fixture logs.
    pub fn audit(arguments: &[&str]) -> Self {
        let mut run = Self::bare(&["audit", "--data", "../data", "--benchmark", "fixture-index"]);
        run.command.args(arguments);
        run
    }

    /// `switchpoint` with nothing added.
    pub fn bare(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchpoint"));
        command
            .current_dir(fixtures().join("logs"))
            .args(arguments)
            .env_remove("NO_COLOR")
            .env("SWITCHPOINT_CACHE", fixtures().join("no-cache"))
            .env("COLUMNS", "100");
        Self { command, stdin: Vec::new() }
    }

    /// Bytes for standard input.
    pub fn stdin(mut self, bytes: &[u8]) -> Self {
        self.stdin = bytes.to_owned();
        self
    }

    /// From another folder.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// One more argument.
    pub fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// More arguments.
    pub fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// An environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it.
    pub fn run(mut self) -> Ran {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the program starts");
        // A program that needs no input may end before it is written.
        let _ = child.stdin.take().expect("piped").write_all(&self.stdin);
        let output = child.wait_with_output().expect("the program ends");
        Ran {
            code: output.status.code().expect("no signal"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Runs it for JSON and expects success.
    pub fn json(mut self) -> Value {
        self.command.args(["--format", "json"]);
        let ran = self.run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        serde_json::from_str(&ran.stdout).expect("JSON")
    }

    /// Runs it and gives exit code, standard output and standard error as one text, without what changes from day to
    /// day or with the facts of a release.
    pub fn text(self) -> String {
        let ran = self.run();
        let today = chrono::Utc::now().date_naive().to_string();
        let text = format!("exit: {}\n--- stdout\n{}--- stderr\n{}", ran.code, ran.stdout, ran.stderr);
        text.replace(&today, "[today]").replace(env!("CARGO_PKG_VERSION"), "[version]")
    }
}

/// The codes of the findings of a page.
pub fn codes(page: &Value) -> Vec<&str> {
    page["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|f| f["code"].as_str().expect("a code"))
        .collect()
}
