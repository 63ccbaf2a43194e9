//! `init`: looks at what is there, and writes a project file for it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::arguments::{CallArguments, InitArguments, LayerArguments};
use super::exit::{Exit, UsageError};
use super::prepared::Prepared;
use super::terminal::Printed;
use crate::inputs::embedded::DEFAULT_SCENARIO;
use crate::inputs::files::write_atomically;
use crate::inputs::logs::{self, FORMATS, LoadOptions};
use crate::outputs::formats::Format;
use crate::outputs::pages::init as page;
use crate::outputs::pages::init::Seen;
use crate::simulation::Slot;
use crate::simulation::audit::audit;
use crate::units::Usd;

/// Where coding agents keep their logs, below the home folder, and what they are.
const PLACES: &[(&str, &str)] = &[
    (".claude/projects", "Claude Code"),
    (".codex/sessions", "Codex"),
    (".gemini/tmp", "Gemini CLI"),
    (".local/share/opencode", "opencode"),
    (".qwen/tmp", "Qwen Code"),
];

/// Looks, and writes.
///
/// # Errors
/// A file that is there already, or cannot be written; logs that are named and cannot be read.
pub fn run(arguments: &InitArguments) -> Result<Printed> {
    let out = &arguments.out;
    if out.exists() && !arguments.force {
        let problem = format!("`{}` is there already", out.display());
        return Err(UsageError(format!("{problem}\n\nhint: --force replaces it, --out names another")).into());
    }
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from);
    let found = if arguments.logs.is_empty() { of_agents(home.as_deref()) } else { named(&arguments.logs)? };
    if found.is_empty() {
        let page = page::nothing(PLACES);
        return Ok(Printed { exit: Exit::Inputs, ..Printed::fine(page, Format::Text) });
    }
    let workloads = workloads(&found)?;
    let text = file(&found, &workloads);
    write_atomically(out, text.as_bytes()).with_context(|| format!("writing `{}`", out.display()))?;
    Ok(Printed::fine(page::written(&out.display().to_string(), &found, workloads.len()), Format::Text))
}

/// Logs of coding agents that are there and hold calls.
fn of_agents(home: Option<&Path>) -> Vec<Seen> {
    let Some(home) = home else { return Vec::new() };
    let there = PLACES.iter().filter(|(place, _)| home.join(place).is_dir());
    there
        .filter_map(|(place, what)| {
            let seen = seen(&home.join(place).display().to_string()).ok()?;
            Some(Seen { name: format!("~/{place}"), what: (*what).to_owned(), ..seen })
        })
        .filter(|seen| seen.calls > 0)
        .collect()
}

fn named(logs: &[String]) -> Result<Vec<Seen>> {
    logs.iter().map(|log| seen(log).with_context(|| format!("looking at `{log}`"))).collect()
}

/// What a log is.
fn seen(log: &str) -> Result<Seen> {
    let (inputs, problems) = logs::discover(&[log.to_owned()])?;
    let options = LoadOptions { format: None, map: None, anchor: None, model: None, pseudonyms: None };
    let opened = logs::open(&inputs, problems, &options, &super::progress::Bar::new())?;
    let formats = opened.report.formats();
    let known = |id: &str| FORMATS.iter().any(|format| format.id() == id);
    let what = formats.iter().filter(|id| known(id)).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Ok(Seen { name: log.to_owned(), path: log.to_owned(), what, calls: opened.report.calls })
}

/// Workloads with what they cost, the dearest first.
fn workloads(found: &[Seen]) -> Result<Vec<(String, Usd)>> {
    let arguments = CallArguments {
        logs: found.iter().map(|seen| seen.path.clone()).collect(),
        layers: LayerArguments { no_synced: true, ..LayerArguments::default() },
        ..CallArguments::default()
    };
    let prepared = Prepared::of_completed(&arguments)?;
    let result = audit(&prepared.calls, &prepared.world, Slot::Day).context("auditing the calls")?;
    let mut sums = std::collections::BTreeMap::new();
    for lane in result.baseline.lanes() {
        let Some(name) = lane.workload.and_then(|code| result.workloads.get(code as usize)) else { continue };
        *sums.entry(name.clone()).or_insert(Usd::ZERO) += result.baseline.sum_of_lane(lane).cost;
    }
    let mut sums: Vec<(String, Usd)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
    Ok(sums)
}

/// Workloads that the file names.
const NAMED: usize = 12;

/// The file: what was found, and every other key as a comment.
fn file(found: &[Seen], workloads: &[(String, Usd)]) -> String {
    let mut text = String::from(
        "# What switchpoint reads where no log is named, and what it assumes. It is looked for in the working folder and those above.\n\
         # Flags go before this file, and `--scenario` before its assumptions; `--no-config` leaves it out.\n\n\
         [project]\n# Files, folders and patterns, from the folder of this file; `~/` is the home folder.\nlogs = [\n",
    );
    for seen in found {
        let _ = writeln!(text, "  {}, # {}, {} calls", toml_string(&seen.name), seen.what, seen.calls);
    }
    text.push_str(
        "]\n# Price sheets of your own over the shipped ones: prices, discounts, commitments.\n# prices = [\"contract.toml\"]\n\
         # Scores of your own beside the shipped ones.\n# scores = [\"scores.csv\"]\n\
         # Graded calls, a row a call; with them verdicts can say more than `pilot`.\n# graded = \"graded.csv\"\n\n",
    );
    text.push_str(
        "# Workloads that were found, the dearest first. Say what is known of them, and it decides.\n",
    );
    for (name, cost) in workloads.iter().take(NAMED) {
        let _ = write!(
            text,
            "\n# [[workload]]                # {} spent\n# name = {}\n# kind = \"coding\"             # the scale on which models are compared\n\
             # success = 0.95              # how often its calls succeed as they are served\n\
             # failure_cost_usd = 0.10     # what a failed call costs\n",
            crate::outputs::clean(&cost.to_string()),
            toml_string(name)
        );
    }
    text.push_str("\n# Every assumption, as it is shipped (unit, meaning and source: `switchpoint scenario show default`).\n");
    text.push_str(&assumptions());
    text
}

/// Text as TOML takes it: the escapes of JSON are among those of TOML.
fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", letter as u32);
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// The keys of the default scenario with their values, as comments.
fn assumptions() -> String {
    // Keys of one section stand in several places of the shipped file; TOML wants them in one.
    let mut sections: Vec<(&str, String)> = Vec::new();
    let mut place = ("", "");
    for line in DEFAULT_SCENARIO.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            place = name.split_once('.').unwrap_or(("", name));
        } else if let Some(value) = line.strip_prefix("value = ") {
            let (section, key) = place;
            let at = sections.iter().position(|(known, _)| *known == section).unwrap_or_else(|| {
                sections.push((section, String::new()));
                sections.len() - 1
            });
            let _ = writeln!(sections[at].1, "# {key} = {value}");
        }
    }
    sections.iter().map(|(section, keys)| format!("\n# [{section}]\n{keys}")).collect()
}
