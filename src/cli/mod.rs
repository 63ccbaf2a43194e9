//! Commands: typed by clap, resolved once into plain data, then run. The clock and the terminal are read here alone.

mod arguments;
mod audit;
mod baseline;
mod breakeven;
#[cfg(feature = "charts")]
mod chart;
mod exit;
mod export;
mod facts;
mod future;
mod gate;
mod grounds;
mod hardware;
mod init;
mod logs;
mod manners;
mod mistake;
mod models;
mod partial;
mod parts;
mod prepared;
mod prices;
mod progress;
mod quality;
mod replay;
mod report;
mod reproduce;
mod routing;
mod scenario;
mod scores;
mod seats;
mod shells;
mod synced;
mod terminal;

use std::io::Write as _;

use clap::Parser as _;

pub use self::exit::Exit;

use self::arguments::{Cli, Command};
use crate::inputs::files;
use crate::outputs::clean;
use crate::simulation::partial::Unanswered;

/// The exit code of a program that was interrupted: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;

/// Runs the program with the process's arguments and returns its exit code.
pub fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and version to standard output, mistakes to standard error; what was typed must not steer the terminal.
            if error.use_stderr() {
                told(&error.render().to_string());
                return Exit::Usage;
            }
            let _ = error.print();
            return Exit::Fine;
        }
    };
    // Whoever interrupts finds nothing half written; 130 is what shells tell of it.
    let _ = ctrlc::set_handler(|| {
        files::abandon();
        std::process::exit(INTERRUPTED);
    });
    let result = mistake::caught(|| {
        manners::decide(&cli.common, !matches!(cli.command, Command::Init(_)))?;
        run_command(&cli.command)
    });
    match result.and_then(|printed| terminal::print(&printed).map(|()| printed)) {
        Ok(printed) => {
            // An exit code that says that inputs cannot be used has words, however quiet it is to be.
            if let (Exit::Inputs, true, Some(page)) = (printed.exit, manners::manners().quiet, &printed.page)
            {
                told(&format!("error: {}", page.claim));
            }
            manners::said("done");
            printed.exit
        }
        Err(error) => {
            let exit = exit::of(&error);
            told(&format!("error: {}", in_words(&error)));
            exit
        }
    }
}

/// An error with what was being done when it came up.
fn in_words(error: &anyhow::Error) -> String {
    match error.chain().find_map(Unanswered::of) {
        // Whoever reads sums does not ask what was being done.
        Some(unanswered) => unanswered.to_string(),
        None if exit::is_of_a_damaged_table(error) => {
            format!(
                "{error:#}\n\nhint: a table of calls is damaged: make it anew, or name its calls in another form"
            )
        }
        None => format!("{error:#}"),
    }
}

/// Says on standard error what went wrong. File names are data too: they must not steer the terminal.
fn told(message: &str) {
    let lines: Vec<String> = message.lines().map(clean).collect();
    let _ = writeln!(std::io::stderr().lock(), "{}", lines.join("\n"));
}

fn run_command(command: &Command) -> anyhow::Result<terminal::Printed> {
    match command {
        Command::Assess(arguments) => quality::assess(arguments),
        Command::Audit(arguments) => audit::run(arguments),
        Command::Baseline(command) => baseline::run(command),
        Command::Breakeven(arguments) => breakeven::run(arguments),
        Command::Canary(arguments) => quality::canary(arguments),
        #[cfg(feature = "charts")]
        Command::Chart(arguments) => chart::run(arguments),
        Command::Completions(arguments) => shells::completions(arguments),
        Command::Compare(arguments) => baseline::compare(arguments),
        Command::CompareScenarios(arguments) => scenario::compare(arguments),
        Command::Deployments(command) => hardware::deployments(command),
        Command::Devices(arguments) => breakeven::devices(arguments),
        Command::Explain(arguments) => routing::explain(arguments),
        Command::Export(command) => export::run(command),
        Command::Forecast(arguments) => future::forecast(arguments),
        Command::Frontier(arguments) => routing::frontier(arguments),
        Command::Gate(arguments) => gate::run(arguments),
        Command::Init(arguments) => init::run(arguments),
        Command::Logs(command) => logs::run(command),
        Command::Machines(command) => hardware::machines(command),
        Command::Man(arguments) => shells::man(arguments),
        Command::Models(command) => models::run(command),
        Command::Partial(arguments) => partial::run(arguments),
        Command::Prices(command) => prices::run(command),
        Command::Project(arguments) => future::project(arguments),
        Command::Replay(arguments) => replay::run(arguments),
        Command::Report(arguments) => report::run(arguments),
        Command::Reproduce(arguments) => reproduce::run(arguments),
        Command::Route(arguments) => routing::route(arguments),
        Command::Scenario(command) => scenario::run(command),
        Command::Scores(command) => scores::run(command),
        Command::Seats(arguments) => seats::run(arguments),
        Command::Trends(arguments) => future::trends(arguments),
    }
}
