//! The page of an audit: what was read, what was spent, where it could run, what that saves and under which quality
//! condition, where self-hosting breaks even, what is unknown, and where it all comes from.

pub mod assumptions;
mod commitments;
mod holdout;
mod routes;
mod rules;
mod self_hosting;
mod unknown;

use crate::inputs::logs::report::LoadReport;
use crate::inputs::scenario::Course;
use crate::outputs::Provenance;
use crate::outputs::findings::{Finding, day_text};
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::pages::assess;
use crate::outputs::wording::{Place, counted, percent, value};
use crate::simulation::assess::Assessment;
use crate::simulation::audit::Audit;
use crate::simulation::holdout::Holdout;
use crate::simulation::outcome::saving;
use crate::simulation::{Month, World};
use crate::units::{Day, Share, Usd};

/// How much a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What fits a screen.
    Short,
    /// Each assumption with unit, meaning and source.
    Explained,
    /// Everything, for machines.
    Everything,
}

/// Everything that the page shows.
pub struct Contents<'a> {
    /// The result.
    pub audit: &'a Audit,
    /// What was read.
    pub report: &'a LoadReport,
    /// Facts and assumptions.
    pub world: &'a World,
    /// Each workload, weighed.
    pub assessed: &'a [Assessment],
    /// What to know about it.
    pub findings: &'a [Finding],
    /// Where it comes from.
    pub provenance: &'a Provenance,
    /// Whether the log is the sample.
    pub sample: bool,
    /// Savings on calls that they were not chosen on, where they were asked for.
    pub holdout: Option<&'a Holdout>,
    /// File that the sums were written to, and its rows.
    pub sums: Option<(String, u64)>,
    /// How much is shown.
    pub detail: Detail,
}

/// The page.
pub fn page(contents: &Contents<'_>) -> Page {
    let mut sections = vec![
        read(contents),
        spent(contents),
        commitments::section(contents.audit),
        routes::workloads(contents),
        assess::short(contents.assessed, contents.world),
        routes::tiers(contents),
        rules::section(contents),
    ];
    if let Some(held) = contents.holdout {
        sections.extend([holdout::section(held, contents.world), holdout::picks(held, contents.world)]);
    }
    sections.extend([
        self_hosting::section(contents),
        findings(contents.findings),
        unknown::unpriced(contents),
        unknown::files(contents),
    ]);
    // People are not shown that there is nothing to see, nor what the reconciliation already says.
    let machine = contents.detail == Detail::Everything;
    sections.retain(|section| {
        machine
            || !matches!(section.key, "unpriced" | "files" | "commitments" | "rules" | "quality")
            || section.has_rows()
    });
    sections.retain(|section| machine || section.key != "files" || contents.report.files.len() > 1);
    sections.push(match contents.detail {
        Detail::Short => {
            assumptions::in_short(contents.world, &[assumptions::OF_ASSESS, assumptions::OF_PROJECTION])
        }
        Detail::Explained | Detail::Everything => assumptions::explained(contents.world),
    });
    sections.extend(contents.sums.as_ref().map(|(out, rows)| sums(out, *rows)));
    sections.push(contents.provenance.section());
    Page { command: "audit", claim: claim(contents), sections }
}

fn sums(out: &str, rows: u64) -> Section {
    let items = vec![
        Item::new("out", Value::Text(out.to_owned()), ""),
        Item::counted(
            "rows",
            rows,
            "row by workload, incumbent, offer and time",
            "rows by workload, incumbent, offer and time",
        ),
    ];
    let facts = vec![Fact { label: "written".to_owned(), items }];
    Section { key: "sums", title: "Sums".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}

/// The result in one sentence, computed from the data.
fn claim(contents: &Contents<'_>) -> String {
    let audit = contents.audit;
    let (baseline, routed) = (audit.baseline.total(), audit.routed.total());
    let saved = saving(&baseline, &routed);
    let money = |usd| value(&Value::Usd(usd), Place::Line);
    let log = if contents.sample { "the sample log: " } else { "" };
    if baseline.calls == 0 {
        return format!("{log}no call has a price: see what is unknown");
    }
    let share = Share::of(saved.estimate().0, baseline.cost.estimate().0);
    let after = audit.after_commitments().map(|(logged, routed)| saving(&logged, &routed));
    let after = match after {
        Some(after) if after != saved => format!("; {} after what is committed", money(after)),
        _ => String::new(),
    };
    let others = match contents.world.scenario.course {
        Course::Cheapest => " and the others to the cheapest offer that is good enough",
        Course::Pinned | Course::Incumbent => "",
    };
    match share {
        Some(share) if share.value() > 0.0 && !contents.world.scenario.pins.is_empty() => format!(
            "{log}{} spent; {} of it ({}) is saved where workloads go as they are pinned{others}{after}",
            money(baseline.cost),
            money(saved),
            percent(share.value()),
        ),
        Some(share) if share.value() > 0.0 && contents.world.scenario.quality.failure_cost.is_some() => {
            format!(
                "{log}{} spent; {} of it ({}) is saved where calls go to the least sum of cost and expected failures{after}",
                money(baseline.cost),
                money(saved),
                percent(share.value()),
            )
        }
        Some(share) if share.value() > 0.0 => format!(
            "{log}{} spent; {} of it ({}) is saved where offers within {} points on the {} serve the calls{after}",
            money(baseline.cost),
            money(saved),
            percent(share.value()),
            contents.world.tolerance(),
            contents.world.scores.benchmark.name
        ),
        _ if saved < Usd::ZERO => format!(
            "{log}{} spent; {} it would be {} more",
            money(baseline.cost),
            if contents.world.scenario.pins.is_empty() {
                "where failures are weighed, too,"
            } else {
                "where workloads are pinned"
            },
            money(routed.cost - baseline.cost)
        ),
        _ if contents.world.scenario.course == Course::Incumbent => {
            format!("{log}{} spent; the policy leaves every call where it was served", money(baseline.cost))
        }
        _ => format!("{log}{} spent; no offer that is good enough is cheaper", money(baseline.cost)),
    }
}

fn read(contents: &Contents<'_>) -> Section {
    let (report, audit) = (contents.report, contents.audit);
    let files = report.files.len() as u64;
    let mut facts = vec![
        Fact {
            label: "files".to_owned(),
            items: vec![
                Item::counted("files", files, "file", "files"),
                Item::new("formats", Value::Text(report.formats().join(", ")), ""),
                Item::counted("rows", report.rows(), "row", "rows"),
            ],
        },
        Fact {
            label: "rows are".to_owned(),
            items: vec![
                Item::counted("calls", report.usage_rows() - report.merged, "call", "calls"),
                Item::counted("merged_duplicates", report.merged, "merged duplicate", "merged duplicates"),
                Item::new("no_call", Value::Count(report.no_call()), "no call"),
                Item::new("rejected", Value::Count(report.rejected()), "rejected"),
            ],
        },
    ];
    if let Some(span) = &audit.span {
        let day = |micros| Value::Text(day_text(Day::of_micros(micros)));
        facts.push(Fact {
            label: "time".to_owned(),
            items: vec![
                Item::new("first_day", day(span.first), "to"),
                Item::new("last_day", day(span.last), "(UTC)"),
            ],
        });
    }
    let tokens = &report.tokens;
    facts.push(Fact {
        label: "input tokens".to_owned(),
        items: vec![
            Item::new("in_total", Value::Tokens(tokens.input()), "in all:"),
            Item::new("in_uncached", Value::Tokens(tokens.fresh), "fresh"),
            Item::new("in_cache_write_5m", Value::Tokens(tokens.write_5m), "written to cache (5 min)"),
            Item::new("in_cache_write_1h", Value::Tokens(tokens.write_1h), "(1 h)"),
            Item::new("in_cache_read", Value::Tokens(tokens.read), "read from cache"),
        ],
    });
    facts.push(Fact {
        label: "output tokens".to_owned(),
        items: vec![Item::new("out_total", Value::Tokens(tokens.out), "")],
    });
    if report.merged > 0 {
        let naive = &report.naive;
        facts.push(Fact {
            label: "not deduplicated".to_owned(),
            items: vec![
                Item::new("naive_rows", Value::Count(report.usage_rows()), "rows with usage would count"),
                Item::new("naive_in_total", Value::Tokens(naive.input()), "input and"),
                Item::new("naive_out_total", Value::Tokens(naive.out), "output tokens"),
            ],
        });
    }
    Section { key: "read", title: "Read".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}

fn spent(contents: &Contents<'_>) -> Section {
    let audit = contents.audit;
    let baseline = audit.baseline.total();
    let unpriced = audit.facts.unknowns.unpriced_total();
    let known = |value: Value| if baseline.calls == 0 { Value::Unknown } else { value };
    let own = audit.facts.unknowns.negotiated.calls > 0;
    let mut facts = vec![Fact {
        label: if own { "at your prices" } else { "at list price" }.to_owned(),
        items: vec![
            Item::new("spent_usd", known(Value::Usd(baseline.cost)), "for"),
            Item::new("priced_calls", Value::Count(baseline.calls), "of the calls;"),
            Item::new("unpriced_calls", Value::Count(unpriced.calls), "without a price"),
        ],
    }];
    if let Month::Known { days, factor } = audit.month {
        facts.push(Fact {
            label: "a month".to_owned(),
            items: vec![
                Item::new("month_usd", known(Value::Estimate(baseline.cost.estimate() * factor)), "from"),
                Item::new("month_days", Value::Number(days), "days of log"),
            ],
        });
    }
    facts.push(Fact {
        label: "without the cache".to_owned(),
        items: vec![Item::new(
            "without_cache_usd",
            known(Value::Usd(audit.facts.without_cache)),
            "if every prompt token cost the full input rate",
        )],
    });
    if audit.facts.claims.calls > 0 {
        facts.push(Fact {
            label: "the log claims".to_owned(),
            items: vec![
                Item::new("claimed_usd", Value::Usd(audit.facts.claims.claimed), "for"),
                Item::new(
                    "claimed_calls",
                    Value::Count(audit.facts.claims.calls),
                    "of the calls, which cost",
                ),
                Item::new(
                    "claimed_recomputed_usd",
                    Value::Usd(audit.facts.claims.recomputed),
                    "at list price",
                ),
            ],
        });
    }
    Section { key: "spent", title: "Spent".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}

/// What is unknown or assumed.
pub fn findings(findings: &[Finding]) -> Section {
    let rows = findings.iter().map(|finding| {
        vec![
            Value::from(finding.level.word()),
            Value::from(finding.code),
            Value::Text(finding.message.clone()),
        ]
    });
    let heads =
        vec![Head::new("level", "", 0), Head::new("code", "finding", 1), Head::new("message", "what", 0)];
    let grid = Grid { heads, rows: rows.collect(), shown: usize::MAX };
    let title = format!("What is unknown or assumed ({})", counted(findings.len() as u64, "finding"));
    Section { key: "findings", title, body: Body::Grid(grid), notes: Vec::new() }
}
