//! The file of a baseline: JSON with a cell a line, so that a difference between two of them is readable. Money is decimal text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Baseline, GROUPS, Key, Made, Sums, Tally, UnpricedKey};
use crate::tables::Scope;
use crate::units::{Consumed, Day, Mode, TOKEN_METERS, Tier, Usd};

/// Version of the form; a change that older programs would misread counts it up.
const FORM: u32 = 1;

/// Why a file is no baseline.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{file}` is no baseline that can be used: {problem}")]
pub struct BaselineError {
    /// Name of the file.
    pub file: String,
    /// What is wrong.
    pub problem: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    switchpoint_baseline: u32,
    made: MadeOf,
    days: Option<[String; 2]>,
    month_days: Option<f64>,
    tallies: Vec<TallyOf>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MadeOf {
    version: String,
    as_of: String,
    prices_sha256: String,
    facts_sha256: String,
    scenario_sha256: String,
    log_blake3: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TallyOf {
    scope: String,
    cells: Vec<CellOf>,
    unpriced: Vec<UnpricedOf>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CellOf {
    workload: Option<String>,
    tier: String,
    model: String,
    seller: String,
    mode: String,
    region: Option<String>,
    prices_of: Option<String>,
    calls: u64,
    tokens: [i64; TOKEN_METERS],
    searches: i64,
    base_usd: [String; TOKEN_METERS],
    paid_usd: [String; TOKEN_METERS],
    requests_usd: String,
    searches_usd: String,
    groups: Vec<(u16, u64, String)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnpricedOf {
    workload: Option<String>,
    model: String,
    seller: String,
    calls: u64,
    tokens: i64,
}

/// Whether a text begins like a baseline.
pub fn is_baseline(text: &[u8]) -> bool {
    let start = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
    start.take(23).eq(b"{\"switchpoint_baseline\"".iter().copied())
}

/// The text of a baseline.
pub fn write(baseline: &Baseline) -> String {
    let made = &baseline.made;
    let head = File {
        switchpoint_baseline: FORM,
        made: MadeOf {
            version: made.version.clone(),
            as_of: made.as_of.clone(),
            prices_sha256: made.prices.clone(),
            facts_sha256: made.facts.clone(),
            scenario_sha256: made.scenario.clone(),
            log_blake3: made.log.clone(),
        },
        days: baseline.days.map(|(first, last)| [first.text(), last.text()]),
        month_days: baseline.month_days,
        tallies: Vec::new(),
    };
    let line = |value: serde_json::Result<String>| value.unwrap_or_default();
    let mut text = format!(
        "{{\"switchpoint_baseline\": {FORM},\n \"made\": {},\n",
        line(serde_json::to_string(&head.made))
    );
    let _ = write!(text, " \"days\": {},\n \"month_days\": ", line(serde_json::to_string(&head.days)));
    let _ = write!(text, "{},\n \"tallies\": [", line(serde_json::to_string(&head.month_days)));
    for (at, tally) in baseline.tallies.iter().enumerate() {
        let scope = line(serde_json::to_string(&tally.scope.text()));
        let cells: Vec<String> = tally
            .cells
            .iter()
            .map(|(key, sums)| line(serde_json::to_string(&CellOf::of(key, sums))))
            .collect();
        let unpriced: Vec<String> = tally
            .unpriced
            .iter()
            .map(|(key, counts)| line(serde_json::to_string(&UnpricedOf::of(key, *counts))))
            .collect();
        let comma = if at == 0 { "" } else { "," };
        let list = |lines: &[String]| {
            if lines.is_empty() { "[]".to_owned() } else { format!("[\n   {}]", lines.join(",\n   ")) }
        };
        let _ = write!(
            text,
            "{comma}\n  {{\"scope\": {scope},\n   \"cells\": {},\n   \"unpriced\": {}}}",
            list(&cells),
            list(&unpriced)
        );
    }
    text.push_str("]}\n");
    text
}

/// Reads a baseline, and checks that its parts belong together.
///
/// # Errors
/// Why it cannot be used.
pub fn read(name: &str, text: &str) -> Result<Baseline, BaselineError> {
    let wrong = |problem: String| BaselineError { file: name.to_owned(), problem };
    let file: File = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    if file.switchpoint_baseline != FORM {
        return Err(wrong(format!(
            "its form is {}, this version knows {FORM}; save it again with `switchpoint baseline save`",
            file.switchpoint_baseline
        )));
    }
    let tallies =
        file.tallies.into_iter().map(TallyOf::tally).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if tallies.first().is_none_or(|tally| tally.scope != Scope::All) {
        return Err(wrong("it has no sums of all calls".to_owned()));
    }
    let days = file.days.map(|[first, last]| Ok::<_, String>((day(&first)?, day(&last)?)));
    let made = Made {
        version: file.made.version,
        as_of: file.made.as_of,
        prices: file.made.prices_sha256,
        facts: file.made.facts_sha256,
        scenario: file.made.scenario_sha256,
        log: file.made.log_blake3,
    };
    if file.month_days.is_some_and(|days| days <= 0.0) {
        return Err(wrong("the days of its month are none".to_owned()));
    }
    Ok(Baseline { made, days: days.transpose().map_err(wrong)?, month_days: file.month_days, tallies })
}

impl CellOf {
    fn of(key: &Key, sums: &Sums) -> Self {
        let dollars = |pico: i128| Usd::from_pico(pico).to_string();
        let consumed = &sums.consumed;
        Self {
            workload: key.workload.clone(),
            tier: key.tier.word().to_owned(),
            model: key.model.clone(),
            seller: key.seller.clone(),
            mode: key.mode.word().to_owned(),
            region: key.region.clone(),
            prices_of: sums.oldest_source.map(Day::text),
            calls: consumed.calls,
            tokens: consumed.tokens,
            searches: consumed.searches,
            base_usd: consumed.base.map(dollars),
            paid_usd: consumed.paid.map(dollars),
            requests_usd: dollars(consumed.requests),
            searches_usd: dollars(consumed.searched),
            groups: sums
                .groups
                .iter()
                .map(|(group, (calls, cost))| (*group, *calls, cost.to_string()))
                .collect(),
        }
    }

    fn sums(self) -> Result<(Key, Sums), String> {
        let name = format!("the cell of `{}` at `{}`", self.model, self.seller);
        let consumed = Consumed {
            calls: self.calls,
            tokens: self.tokens,
            searches: self.searches,
            base: each(&self.base_usd)?,
            paid: each(&self.paid_usd)?,
            requests: pico(&self.requests_usd)?,
            searched: pico(&self.searches_usd)?,
        };
        let mut groups = BTreeMap::new();
        for (group, calls, cost) in self.groups {
            if usize::from(group) >= GROUPS
                || groups.insert(group, (calls, Usd::from_pico(pico(&cost)?))).is_some()
            {
                return Err(format!("{name} has a group {group} twice or beyond {GROUPS}"));
            }
        }
        let of_groups =
            groups.values().fold((0, Usd::ZERO), |sum, (calls, cost)| (sum.0 + calls, sum.1 + *cost));
        if of_groups != (consumed.calls, consumed.cost()) {
            return Err(format!("the groups of {name} do not add up to its calls and cost"));
        }
        let key = Key {
            workload: self.workload,
            tier: Tier::from_word(&self.tier).ok_or_else(|| format!("there is no tier `{}`", self.tier))?,
            model: self.model,
            seller: self.seller,
            mode: Mode::from_word(&self.mode).ok_or_else(|| format!("there is no mode `{}`", self.mode))?,
            region: self.region,
        };
        let oldest_source = self.prices_of.map(|text| day(&text)).transpose()?;
        Ok((key, Sums { consumed, groups, oldest_source }))
    }
}

impl UnpricedOf {
    fn of(key: &UnpricedKey, (calls, tokens): (u64, i64)) -> Self {
        let UnpricedKey { workload, model, seller } = key.clone();
        Self { workload, model, seller, calls, tokens }
    }
}

impl TallyOf {
    fn tally(self) -> Result<Tally, String> {
        let scope =
            Scope::from_text(&self.scope).ok_or_else(|| format!("there is no scope `{}`", self.scope))?;
        let mut tally = Tally { scope, ..Tally::default() };
        for cell in self.cells {
            let (key, sums) = cell.sums()?;
            if tally.cells.insert(key, sums).is_some() {
                return Err("a cell stands in it twice".to_owned());
            }
        }
        for of in self.unpriced {
            let key = UnpricedKey { workload: of.workload, model: of.model, seller: of.seller };
            tally.unpriced.insert(key, (of.calls, of.tokens));
        }
        Ok(tally)
    }
}

fn pico(text: &str) -> Result<i128, String> {
    Usd::parse(text).map(Usd::pico).map_err(|error| error.to_string())
}

fn each(texts: &[String; TOKEN_METERS]) -> Result<[i128; TOKEN_METERS], String> {
    let mut amounts = [0; TOKEN_METERS];
    for (amount, text) in amounts.iter_mut().zip(texts) {
        *amount = pico(text)?;
    }
    Ok(amounts)
}

fn day(text: &str) -> Result<Day, String> {
    text.parse().map(Day::of_date).map_err(|_| format!("`{text}` is no day"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Dimension;

    fn baseline() -> Baseline {
        let key = Key {
            workload: Some("support \"1\"".to_owned()),
            tier: Tier::Closed,
            model: "gpt-5".to_owned(),
            seller: "openai".to_owned(),
            mode: Mode::Standard,
            region: None,
        };
        let mut consumed = Consumed { calls: 3, tokens: [10, 0, 0, 0, 5, 0], ..Consumed::default() };
        consumed.base = [1_000, 0, 0, 0, 2_345_678_901_234, 0];
        consumed.paid = consumed.base;
        consumed.requests = 7;
        let groups =
            BTreeMap::from([(4, (1, Usd::from_pico(1_007))), (255, (2, Usd::from_pico(2_345_678_901_234)))]);
        let sums = Sums { consumed, groups, oldest_source: Some(Day(20_000)) };
        let unpriced = UnpricedKey { workload: None, model: "mystery".to_owned(), seller: String::new() };
        let tally = Tally {
            scope: Scope::All,
            cells: BTreeMap::from([(key, sums)]),
            unpriced: BTreeMap::from([(unpriced, (2, 9))]),
        };
        let of_team = Tally { scope: Scope::Of(Dimension::Team, "search".to_owned()), ..Tally::default() };
        Baseline {
            made: Made { version: "1".to_owned(), as_of: "2026-11-01".to_owned(), ..Made::default() },
            days: Some((Day(20_000), Day(20_029))),
            month_days: Some(30.5),
            tallies: vec![tally, of_team],
        }
    }

    #[test]
    fn a_baseline_is_read_as_it_was_written() {
        let text = write(&baseline());
        assert!(is_baseline(text.as_bytes()), "{text}");
        assert_eq!(read("b.json", &text), Ok(baseline()));
        assert_eq!(write(&read("b.json", &text).expect("valid")), text);
    }

    #[test]
    fn what_was_changed_by_hand_is_refused() {
        let text = write(&baseline());
        for (from, to, problem) in [
            ("\"calls\":3", "\"calls\":4", "do not add up"),
            ("[255,", "[256,", "beyond 256"),
            ("\"closed\"", "\"open\"", "no tier `open`"),
            ("\"scope\": \"all\"", "\"scope\": \"team:x\"", "no sums of all calls"),
            ("\"switchpoint_baseline\": 1", "\"switchpoint_baseline\": 2", "save it again"),
            ("\"region\"", "\"planet\"", "unknown field `planet`"),
            ("2.345678901234", "2.3x", "is not a decimal number"),
        ] {
            assert!(text.contains(from), "{from}");
            let found = read("b.json", &text.replacen(from, to, 1)).expect_err(problem).to_string();
            assert!(found.contains(problem) && found.contains("b.json"), "{found}");
        }
    }
}
