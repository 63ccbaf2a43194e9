//! The page of `gate`: the verdict, the rules, the findings, and what changed against the baseline.

use super::audit::{Detail, assumptions};
use super::compare;
use crate::inputs::budget;
use crate::outputs::drivers;
use crate::outputs::findings::Level;
use crate::outputs::gate::{Outcome, Report, limit_words, measured_words};
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::simulation::World;
use crate::simulation::gate::{Check, State};
use crate::tables::Scope;

/// Version of the form of the page for machines, as `schemas/gate.schema.json` has it.
const FORM: u64 = 1;

/// The page, as much of it as a reader is to see; `provenance` ends it.
pub fn page(report: &Report<'_>, world: &World, detail: Detail, provenance: Section) -> Page {
    let mut sections = vec![verdict(report, detail), rules(report), findings(report)];
    if let Some(compared) = report.judged.compared.get(&Scope::All) {
        sections.extend([compare::totals(compared), drivers::section(compared)]);
        sections.extend(compare::per_call(compared, world));
    }
    sections.push(match detail {
        Detail::Short => assumptions::of_gate(world),
        Detail::Explained | Detail::Everything => assumptions::explained(world),
    });
    sections.push(provenance);
    Page { command: "gate", claim: report.claim(), sections }
}

fn verdict(report: &Report<'_>, detail: Detail) -> Section {
    let count = |level: Level| report.count(level) as u64;
    let exit: u64 = if report.outcome() == Outcome::Denied && !report.dry_run { 3 } else { 0 };
    let mut facts = vec![
        Fact {
            label: "verdict".to_owned(),
            items: vec![
                Item::new("outcome", Value::from(report.outcome().word()), ""),
                Item::new("exit_code", Value::Count(exit), "is the exit code"),
            ],
        },
        Fact {
            label: "findings".to_owned(),
            items: vec![
                Item::new("denied", Value::Count(count(Level::Deny)), "deny"),
                Item::new("warned", Value::Count(count(Level::Warn)), "warn"),
                Item::new("noted", Value::Count(count(Level::Note)), "to know"),
            ],
        },
        Fact {
            label: "judged by".to_owned(),
            items: [("budget", Some(report.budget)), ("baseline", report.baseline)]
                .into_iter()
                .filter_map(|(what, file)| Some(Item::new(what, Value::from(file?), format!("({what})"))))
                .collect(),
        },
    ];
    // For programs alone: people read no schema.
    if detail == Detail::Everything {
        let items = vec![Item::new("form", Value::Count(FORM), "")];
        facts.push(Fact { label: "form".to_owned(), items });
    }
    if report.dry_run {
        let items = vec![Item::new("dry_run", Value::from("yes"), "the build goes on whatever is found")];
        facts.push(Fact { label: "dry run".to_owned(), items });
    }
    let notes = report.allowed.iter().map(|(code, count)| {
        format!("allowed by the command line: `{code}` ({})", counted(*count as u64, "finding"))
    });
    Section { key: "verdict", title: "Verdict".to_owned(), body: Body::Facts(facts), notes: notes.collect() }
}

const fn word(state: State) -> &'static str {
    match state {
        State::Held => "holds",
        State::Doubtful => "in doubt",
        State::Unknown => "unknown",
        State::Exceeded => "exceeded",
    }
}

fn rules(report: &Report<'_>) -> Section {
    let rows = report.judged.verdicts.iter().flat_map(|verdict| {
        let rule = &verdict.rule;
        verdict.checks.iter().map(move |check| {
            vec![
                Value::from(word(check.state)),
                Value::from(word(verdict.state)),
                Value::Text(rule.name.clone()),
                Value::Text(rule.scope.text()),
                Value::from(check.limit.metric.key),
                Value::Text(measured_words(check)),
                Value::Text(limit_words(&check.limit)),
                number(check.value),
                number(check.interval.map(|(low, _)| low)),
                number(check.interval.map(|(_, high)| high)),
                Value::Number(check.limit.value),
                calls(check.decided_by, check),
                calls(check.advised, check),
                Value::from(level(rule)),
                text(&rule.owner),
                text(&rule.reason),
                Value::Count(rule.line as u64),
            ]
        })
    });
    let heads = vec![
        Head::names("state", "", 0),
        Head::hidden("rule_state"),
        Head::new("rule", "rule", 0),
        Head::names("scope", "calls", 3),
        Head::hidden("limit_key"),
        Head::new("measured", "is", 0),
        Head::names("allowed", "limit", 0),
        Head::hidden("value"),
        Head::hidden("low"),
        Head::hidden("high"),
        Head::hidden("limit"),
        Head::new("decided_by_calls", "calls that decide", 5),
        Head::new("advised_calls", "calls advised", 6),
        Head::names("level", "level", 2),
        Head::new("owner", "owner", 4),
        Head::hidden("reason"),
        Head::new("line", "line", 7),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    Section { key: "rules", title: "Rules".to_owned(), body: Body::Grid(grid), notes: Vec::new() }
}

fn number(number: Option<f64>) -> Value {
    number.map_or(Value::Unknown, Value::Number)
}

fn calls(calls: Option<f64>, check: &Check) -> Value {
    match calls {
        Some(calls) => Value::Count(calls as u64),
        None if check.limit.metric.needs_baseline() && check.value.is_none() => Value::Unknown,
        None => Value::Nothing,
    }
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Nothing } else { Value::from(text) }
}

fn findings(report: &Report<'_>) -> Section {
    let rows = report.findings.iter().map(|finding| {
        let rule = finding.rule.map(|at| report.judged.verdicts[at].rule.name.clone());
        vec![
            Value::from(finding.level.word()),
            Value::from(finding.code),
            Value::Text(finding.message.clone()),
            rule.map_or(Value::Nothing, Value::Text),
            Value::Count(finding.line as u64),
        ]
    });
    let heads = vec![
        Head::new("level", "", 0),
        Head::new("code", "finding", 1),
        Head::new("message", "what", 0),
        Head::hidden("rule"),
        Head::hidden("line"),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    let title = format!("Findings ({})", report.findings.len());
    Section { key: "findings", title, body: Body::Grid(grid), notes: Vec::new() }
}

/// Budgets in which nothing is wrong: the page of `gate --check`.
pub fn checked(budgets: &[budget::Budget]) -> Page {
    let rules = || budgets.iter().flat_map(|budget| budget.rules.iter().map(move |rule| (budget, rule)));
    let rows = rules().flat_map(|(budget, rule)| {
        rule.limits.iter().map(move |limit| {
            vec![
                Value::Text(rule.name.clone()),
                Value::Text(rule.scope.text()),
                Value::from(limit.metric.key),
                Value::Text(limit_words(limit)),
                Value::from(level(rule)),
                text(&rule.owner),
                Value::Text(budget.file.clone()),
                Value::Count(rule.line as u64),
            ]
        })
    });
    let heads = vec![
        Head::new("rule", "rule", 0),
        Head::names("scope", "calls", 1),
        Head::names("limit_key", "key", 2),
        Head::names("allowed", "limit", 0),
        Head::names("level", "level", 0),
        Head::new("owner", "owner", 3),
        Head::names("file", "file", 4),
        Head::new("line", "line", 4),
    ];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    let section =
        Section { key: "rules", title: "Rules".to_owned(), body: Body::Grid(grid), notes: Vec::new() };
    let names: Vec<&str> = budgets.iter().map(|budget| budget.file.as_str()).collect();
    let claim =
        format!("{}: {}, nothing is wrong", names.join(", "), counted(rules().count() as u64, "rule"));
    Page { command: "gate", claim, sections: vec![section] }
}

const fn level(rule: &budget::Rule) -> &'static str {
    match rule.level {
        budget::Level::Warn => "warn",
        budget::Level::Deny => "deny",
    }
}

/// What a rule may limit, and what findings mean: the page of `gate --rules`.
pub fn rules_page() -> Page {
    let limits = budget::METRICS.iter().map(|metric| {
        let unit = match metric.unit {
            budget::Unit::Usd => "US dollars",
            budget::Unit::Percent => "per cent",
            budget::Unit::Tokens => "tokens",
            budget::Unit::Days => "days",
        };
        vec![Value::from(metric.key), Value::from(unit), Value::from(metric.about), Value::from(metric.code)]
    });
    let heads = vec![
        Head::names("key", "key", 0),
        Head::names("unit", "unit", 1),
        Head::new("about", "what it limits", 0),
        Head::names("code", "finding", 1),
    ];
    let limits = Grid { heads, rows: limits.collect(), shown: usize::MAX };
    let codes = crate::outputs::findings::codes::CODES;
    let rows = codes.iter().map(|(code, about)| vec![Value::from(*code), Value::from(*about)]).collect();
    let heads = vec![Head::names("code", "finding", 0), Head::new("about", "what it means", 0)];
    let findings = Grid { heads, rows, shown: usize::MAX };
    let notes = vec![
        "one of workload, model, seller, team, user and tag says which calls a rule is about; none of them: all".to_owned(),
        "level = \"deny\" or \"warn\"; when = \"any\" or \"all\" of its limits; name, reason, owner; month_budget for max_breach_percent"
            .to_owned(),
    ];
    let section = |key, title: &str, grid, notes| Section {
        key,
        title: title.to_owned(),
        body: Body::Grid(grid),
        notes,
    };
    Page {
        command: "gate",
        claim: "what a rule may limit, and what findings mean".to_owned(),
        sections: vec![
            section("limits", "Limits of a rule", limits, notes),
            section("codes", "Findings", findings, Vec::new()),
        ],
    }
}
