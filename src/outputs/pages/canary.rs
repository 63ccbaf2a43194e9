//! The page of `canary`.

use crate::engine::evidence::sequential::Verdict;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::{counted, number, percent};
use crate::simulation::canary::{Against, Canary, Pairing, Side};
use crate::units::Share;

/// The page of a candidate against its incumbent or a rate; `rejects` are rows that could not be used, by line with the reason.
pub fn page(canary: &Canary, candidate: &str, against: Against<'_>, rejects: &[(u64, String)]) -> Page {
    let against = match against {
        Against::Model(model) => model.to_owned(),
        Against::Rate(rate) => format!("a rate of {rate}"),
    };
    let pairing = match canary.pairing {
        Pairing::ByItem => "of the same item",
        Pairing::ByOrder => "in the order of the calls",
        Pairing::AgainstRate => "each call against the rate",
    };
    let standing = canary.standing;
    let what = match standing.verdict {
        Verdict::Continue => "continue",
        Verdict::Promote => "promote",
        Verdict::Stop => "stop",
    };
    let when = standing.at.map_or_else(
        || format!("not decided after {}", counted(standing.calls, "pair")),
        |at| format!("decided after {}", counted(at, "pair")),
    );
    let claim = format!("{what}: {candidate} against {against}, {when}");
    let line = |label: &str, items: Vec<Item>| Fact { label: label.to_owned(), items };
    let share = |rate: f64| Value::share(Share::new(rate));
    let mut facts = vec![
        line("verdict", vec![Item::new("verdict", Value::from(what), "")]),
        line(
            "candidate",
            vec![
                Item::new("candidate_success", share(canary.candidate.success), "of"),
                Item::counted("candidate_calls", canary.candidate.calls, "graded call", "graded calls"),
                Item::new("candidate_low", share(canary.interval.0), "to"),
                Item::new(
                    "candidate_high",
                    share(canary.interval.1),
                    "in nine of ten (Wilson, at this moment alone)",
                ),
            ],
        ),
    ];
    if let Some(Side { calls, success }) = canary.incumbent {
        facts.push(line(
            "incumbent",
            vec![
                Item::new("incumbent_success", share(success), "of"),
                Item::counted("incumbent_calls", calls, "graded call", "graded calls"),
            ],
        ));
    }
    facts.extend([
        line(
            "difference",
            vec![
                Item::new(
                    "difference",
                    if standing.calls > 0 { Value::Change(standing.difference) } else { Value::Unknown },
                    "over",
                ),
                Item::counted("pairs", standing.calls, "pair", "pairs"),
                Item::new("pairing", Value::from(pairing), ""),
            ],
        ),
        line(
            "evidence",
            vec![
                Item::new(
                    "for_promoting",
                    Value::Number(standing.for_promoting),
                    format!("for promoting, of {} needed;", number(1.0 / canary.rule.false_promote)),
                ),
                Item::new(
                    "for_stopping",
                    Value::Number(standing.for_stopping),
                    format!("for stopping, of {}", number(1.0 / canary.rule.false_stop)),
                ),
            ],
        ),
        line(
            "expected",
            vec![Item::new(
                "expected_pairs",
                Value::Number(canary.expected),
                "pairs until a candidate that is as good is promoted",
            )],
        ),
    ]);
    let notes = vec![format!(
        "a candidate that is worse by {} or more is promoted in at most {} of canaries, one that is not is stopped in at most {}, however often one looks",
        percent(canary.rule.margin),
        percent(canary.rule.false_promote),
        percent(canary.rule.false_stop)
    )];
    let mut sections =
        vec![Section { key: "canary", title: "Canary".to_owned(), body: Body::Facts(facts), notes }];
    if !rejects.is_empty() {
        let rows = rejects.iter().map(|(line, why)| vec![Value::Count(*line), Value::Text(why.clone())]);
        let heads = vec![Head::new("line", "line", 0), Head::new("reason", "reason", 0)];
        let grid = Grid { heads, rows: rows.collect(), shown: 12 };
        sections.push(Section {
            key: "rejects",
            title: "Rejected rows".to_owned(),
            body: Body::Grid(grid),
            notes: Vec::new(),
        });
    }
    Page { command: "canary", claim, sections }
}
