//! The page of `logs reconcile`.

use std::collections::BTreeMap;

use super::grid;
use crate::outputs::findings::day_text;
use crate::outputs::page::{Head, Page, Value};
use crate::outputs::wording::{Place, counted, percent, value};
use crate::simulation::reconcile::{Key, Line};
use crate::units::Usd;

/// Lines that people are shown.
const SHOWN: usize = 40;

/// The page: the greatest gaps first.
pub fn reconcile(lines: &BTreeMap<Key, Line>) -> Page {
    let gap = |line: &Line| {
        line.reference().filter(|_| line.is_comparable()).map(|(stated, recomputed)| stated - recomputed)
    };
    let mut sorted: Vec<(&Key, &Line)> = lines.iter().collect();
    let size = |line: &Line| gap(line).map_or(-1, |gap| gap.pico().abs());
    sorted.sort_by_key(|(_, line)| std::cmp::Reverse(size(line)));
    let rows = sorted.iter().map(|(key, line)| row(key, line)).collect();
    let heads = vec![
        Head::new("day", "day", 0),
        Head::names("model", "model", 0),
        Head::new("calls", "calls", 1),
        Head::new("unpriced", "without a price", 3),
        Head::new("tokens", "tokens", 2),
        Head::new("recomputed_usd", "recomputed", 0),
        Head::new("stated_usd", "stated", 0),
        Head::new("stated_by", "by", 2),
        Head::new("gap_usd", "gap", 0),
        Head::new("gap_share", "gap in %", 1),
        Head::new("explanation", "explained", 0),
    ];
    let mut section = grid("lines", "By day and model", heads, rows, SHOWN);
    section.notes.push(
        "stated: what a cost report of the seller says was billed, else what the log claims; recomputed: at the prices in \
         force, of the same calls; explained: the one mistake that closes the gap to half a per cent"
            .to_owned(),
    );
    let comparable = || lines.values().filter(|line| line.is_comparable());
    let compared: Vec<(Usd, Usd)> = comparable().filter_map(Line::reference).collect();
    let (stated, recomputed): (Usd, Usd) =
        (compared.iter().map(|pair| pair.0).sum(), compared.iter().map(|pair| pair.1).sum());
    let money = |usd| value(&Value::Usd(usd), Place::Line);
    let claim = if compared.is_empty() {
        "nothing to compare with: neither the log nor a report states a cost".to_owned()
    } else {
        let open =
            comparable().filter(|line| line.reference().is_some() && line.explanation().is_none()).count();
        let ratio = (recomputed != Usd::ZERO)
            .then(|| (stated - recomputed).estimate().0 / recomputed.estimate().0)
            .map_or_else(String::new, |ratio| {
                format!(" ({}{})", if ratio > 0.0 { "+" } else { "" }, percent(ratio))
            });
        format!(
            "{} stated, {} recomputed{ratio}; {} without an explanation",
            money(stated),
            money(recomputed),
            counted(open as u64, "line")
        )
    };
    Page { command: "logs reconcile", claim, sections: vec![section] }
}

fn row(key: &Key, line: &Line) -> Vec<Value> {
    let reference = line.reference();
    let gap = reference.map(|(stated, recomputed)| stated - recomputed);
    let share = reference.filter(|(_, recomputed)| *recomputed != Usd::ZERO).map(|(stated, recomputed)| {
        Value::Change((stated - recomputed).estimate().0 / recomputed.estimate().0)
    });
    let priced = line.calls > 0;
    vec![
        key.day.map_or(Value::Nothing, |day| Value::Text(day_text(day))),
        Value::Text(key.model.clone()),
        Value::Count(line.calls + line.unpriced),
        Value::Count(line.unpriced),
        Value::Tokens(line.tokens),
        if priced { Value::Usd(line.recomputed) } else { Value::Unknown },
        reference.map_or(Value::Nothing, |(stated, _)| Value::Usd(stated)),
        match (line.billed, line.stated_calls) {
            (Some(_), _) => Value::from("bill"),
            (None, 0) => Value::Nothing,
            (None, _) => Value::from("log"),
        },
        if priced { gap.map_or(Value::Nothing, Value::Usd) } else { Value::Unknown },
        share.unwrap_or(Value::Nothing),
        line.explanation().map_or(Value::Nothing, Value::from),
    ]
}
