//! Findings as a comment on a change, and as the summary of a step: Markdown with a marker that keeps one comment up to date.

use std::fmt::Write as _;

use super::{Outcome, Report, words};
use crate::engine::drivers::Driver;
use crate::outputs::drivers;
use crate::outputs::formats::escaped_markdown;
use crate::outputs::page::{Body, Section};
use crate::outputs::wording::{clean, counted, sentence};
use crate::simulation::compare::{Compared, Part};
use crate::simulation::gate::{Check, State};
use crate::tables::Scope;
use crate::units::Usd;

/// Bytes of a comment; sites take 65,536 characters.
const MOST: usize = 60_000;

/// The comment; `provenance` ends it. Where nothing is to be said, it is one line.
pub fn print(report: &Report<'_>, provenance: &Section) -> String {
    let tag = if report.tag.is_empty() { String::new() } else { format!(":{}", report.tag) };
    // Two hyphens would end the marker.
    let mut text = format!("<!-- switchpoint:gate{} -->\n", tag.replace("--", "-"));
    let _ = writeln!(text, "**switchpoint gate {}**", shown(&report.claim()));
    if report.outcome() == Outcome::Passed {
        return text;
    }
    let mut left = 0;
    text.push('\n');
    // Another price sheet or other assumptions are said before any difference in dollars.
    for finding in report.findings.iter().filter(|finding| finding.code == "baseline-differs") {
        let _ = writeln!(text, "{}\n", shown(&finding.message));
    }
    for finding in report.told() {
        let line = format!("- **{}** `{}` {}\n", finding.level.word(), finding.code, shown(&finding.message));
        if text.len() + line.len() > MOST / 2 {
            left += 1;
        } else {
            text.push_str(&line);
        }
    }
    if left > 0 {
        let _ = writeln!(text, "- {} more", counted(left, "finding"));
    }
    rules(&mut text, report);
    if let Some(compared) = report.judged.compared.get(&Scope::All) {
        changed(&mut text, compared);
    }
    text.push_str("\n<details><summary>where this comes from</summary>\n\n");
    if let Body::Facts(facts) = &provenance.body {
        for fact in facts {
            let _ = writeln!(text, "- {}: {}", fact.label, shown(&sentence(fact)));
        }
    }
    text.push_str("\n</details>\n");
    text
}

fn rules(text: &mut String, report: &Report<'_>) {
    text.push_str("\n| | rule | is | limit | owner |\n| --- | --- | --- | --- | --- |\n");
    let mut left = 0;
    for verdict in &report.judged.verdicts {
        let state = match verdict.state {
            State::Held => "holds",
            State::Doubtful => "in doubt",
            State::Unknown => "unknown",
            State::Exceeded => "exceeded",
        };
        let each =
            |of: &dyn Fn(&Check) -> String| verdict.checks.iter().map(of).collect::<Vec<_>>().join("<br>");
        let line = format!(
            "| {state} | {} | {} | {} | {} |\n",
            shown(&verdict.rule.name),
            each(&|check| shown(&words::measured(check))),
            each(&|check| shown(&words::limit(&check.limit))),
            shown(&verdict.rule.owner)
        );
        if text.len() + line.len() > MOST - 8_000 {
            left += 1;
        } else {
            text.push_str(&line);
        }
    }
    if left > 0 {
        let _ = writeln!(text, "\n{} more", counted(left, "rule"));
    }
}

/// What changed against the baseline, driver by driver; those that did nothing are left out.
fn changed(text: &mut String, compared: &Compared) {
    let _ = write!(
        text,
        "\n<details><summary>against the baseline: {} in all, {}</summary>\n\n| driver | change | where |\n| --- | ---: | --- |\n",
        drivers::signed(compared.change()),
        compared.increase.map_or_else(
            || "nothing to say of a call".to_owned(),
            |increase| format!("{:+.1} % a call", 100.0 * increase.estimate())
        ),
    );
    for part in compared.parts.iter().filter(|part| part.usd != Usd::ZERO) {
        // A log has more calls than a test run: that is said last and not first.
        if part.driver != Driver::Volume {
            driver(text, part);
        }
    }
    compared
        .parts
        .iter()
        .filter(|part| part.driver == Driver::Volume && part.usd != Usd::ZERO)
        .for_each(|part| driver(text, part));
    text.push_str("\n</details>\n");
}

fn driver(text: &mut String, part: &Part) {
    let mut told = shown(&drivers::sentence(part));
    if told.len() > 400 {
        told = format!("{}…", told.chars().take(300).collect::<String>());
    }
    let _ = writeln!(text, "| {} | {} | {told} |", drivers::name(part.driver), drivers::signed(part.usd));
}

/// Text from data that neither becomes markup nor calls anybody.
fn shown(text: &str) -> String {
    let text = escaped_markdown(&clean(text));
    text.replace('#', "&#35;").replace('@', "&#64;").replace("://", ":&#47;/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_call_nobody_and_link_nowhere() {
        assert_eq!(shown("@team #7 https://x <b>"), "&#64;team &#35;7 https:&#47;/x \\<b>");
    }
}
