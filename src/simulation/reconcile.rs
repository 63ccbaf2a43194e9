//! What calls cost recomputed, beside what their seller billed or the log claims, by day and model.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, PolarsResult};

use super::bridge::{Part, Setting, each_class};
use super::incumbent::Served;
use super::world::World;
use crate::inputs::logs::report::Billed;
use crate::inputs::prices::{OfferId, When};
use crate::units::{Day, Mode, Tariff, TokenBuckets, Usd};

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Day in UTC; `None`: the log has no date.
    pub day: Option<Day>,
    /// Model at its seller; the name in the log where there is no price.
    pub model: String,
}

/// Sums of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Calls with a price.
    pub calls: u64,
    /// Calls without a price: they are in no recomputed sum.
    pub unpriced: u64,
    /// Tokens of all of them.
    pub tokens: i64,
    /// Their cost at the prices in force.
    pub recomputed: Usd,
    /// Calls whose cost is stated.
    pub stated_calls: u64,
    /// What the log states of them.
    pub stated: Usd,
    /// What the calls whose cost is stated cost recomputed.
    pub comparable: Usd,
    /// The same if every prompt token cost the full rate.
    pub without_cache: Usd,
    /// The same without context tiers.
    pub without_tiers: Usd,
    /// The same at standard rates, whatever the mode.
    pub at_standard: Usd,
    /// The same with cache writes charged as input as well.
    pub writes_twice: Usd,
    /// What reports of the seller say was billed.
    pub billed: Option<Usd>,
}

impl Line {
    /// What is compared with: the bill, else the log's own cost.
    pub fn reference(&self) -> Option<(Usd, Usd)> {
        match self.billed {
            Some(billed) => Some((billed, self.recomputed)),
            None => (self.stated_calls > 0).then_some((self.stated, self.comparable)),
        }
    }

    /// Whether there is something to compare the reference with.
    pub const fn is_comparable(&self) -> bool {
        self.calls > 0
    }

    /// What would explain the gap: the one assumption under which recomputed and stated cost are within half a per cent.
    pub fn explanation(&self) -> Option<&'static str> {
        let (stated, recomputed) = self.reference()?;
        if !self.is_comparable() {
            return Some(if self.unpriced > 0 {
                "these calls have no price"
            } else {
                "no call of it is in the log"
            });
        }
        let near = |cost: Usd| {
            let (a, b) = (stated.estimate().0, cost.estimate().0);
            (a - b).abs() <= NEAR * a.abs().max(b.abs())
        };
        if near(recomputed) {
            return Some("agrees");
        }
        let bent = [
            (self.without_cache, "as if there were no cache"),
            (self.writes_twice, "as if cache writes were charged twice, as input too"),
            (self.at_standard, "as if every call were at the standard rate"),
            (self.without_tiers, "as if there were no context tiers"),
        ];
        let found = bent.into_iter().find(|(cost, _)| *cost != recomputed && near(*cost));
        found.map(|(_, words)| words).or_else(|| {
            (self.unpriced > 0 && stated > recomputed).then_some("calls without a price are not in the sum")
        })
    }
}

/// Costs closer than this are taken to agree: reports round.
const NEAR: f64 = 0.005;

/// The lines of a log and of the bills beside it.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn reconcile(frame: &DataFrame, bills: &[Billed], world: &World) -> PolarsResult<BTreeMap<Key, Line>> {
    let mut lines: BTreeMap<Key, Line> = BTreeMap::new();
    each_class(frame, world, |setting, part| {
        if !setting.free {
            add_class(&mut lines, world, setting, part);
        }
    })?;
    for bill in bills {
        let name = bill.item.clone().unwrap_or_else(|| "–".to_owned());
        let model = billed_model(&name, bill.seller.as_deref(), world).unwrap_or(name);
        let line = lines.entry(Key { day: bill.from.map(Day::of_micros), model }).or_default();
        *line.billed.get_or_insert(Usd::ZERO) += bill.usd;
    }
    Ok(lines)
}

fn add_class(lines: &mut BTreeMap<Key, Line>, world: &World, setting: &Setting, part: &Part<'_>) {
    let day = |call: usize| setting.dated.then(|| Day(part.slots[call]));
    match world.served(setting) {
        Err((_, name)) => {
            let name = if name.is_empty() { "–".to_owned() } else { name };
            for call in 0..part.len() {
                let line = lines.entry(Key { day: day(call), model: name.clone() }).or_default();
                line.unpriced += part.n_calls(call).unsigned_abs();
                line.tokens += part.buckets(call).total();
                if let Some(stated) = part.claimed(call) {
                    line.stated_calls += part.n_calls(call).unsigned_abs();
                    line.stated += Usd::from_pico(stated.into());
                }
            }
        }
        Ok(served) => {
            let model = world.label(served.offer);
            let standard = standard_tariff(world, served.offer, &setting.when);
            for call in 0..part.len() {
                let line = lines.entry(Key { day: day(call), model: model.clone() }).or_default();
                add(line, part, call, &served, standard.as_ref());
            }
        }
    }
}

fn standard_tariff(world: &World, offer: OfferId, when: &When) -> Option<Tariff> {
    world.book.tariff_or_nearest(offer, &When { mode: Mode::Standard, ..*when }).map(|found| found.tariff)
}

fn add(line: &mut Line, part: &Part<'_>, call: usize, served: &Served, standard: Option<&Tariff>) {
    let (calls, tokens) = (part.n_calls(call), part.buckets(call));
    let tariff = &served.candidate.tariff;
    line.tokens += tokens.total();
    if !served.lookup.tariff.knows(&tokens) {
        line.unpriced += calls.unsigned_abs();
        return;
    }
    let beside = served.beside(calls, part.searches(call));
    let cost = |tariff: &Tariff, tokens: &TokenBuckets| Usd::from_pico(tariff.cost(tokens).into()) + beside;
    let own = cost(tariff, &tokens);
    line.calls += calls.unsigned_abs();
    line.recomputed += own;
    let Some(stated) = part.claimed(call) else { return };
    line.stated_calls += calls.unsigned_abs();
    line.stated += Usd::from_pico(stated.into());
    line.comparable += own;
    line.without_cache += cost(tariff, &tokens.without_cache());
    line.without_tiers += cost(&tariff.without_tiers(), &tokens);
    line.at_standard += standard.map_or(own, |standard| cost(standard, &tokens));
    // Gateways that add the cache writes to the input and charge both.
    let written = i128::from(tokens.write_5m + tokens.write_1h);
    line.writes_twice += own + Usd::from_pico(written * i128::from(tariff.rates(tokens.input()).input));
}

/// The model that a line of a bill is about: `gpt-5.4, input` and `claude-opus-5` name one.
fn billed_model(item: &str, seller: Option<&str>, world: &World) -> Option<String> {
    let name = item.split([',', '|']).next().unwrap_or(item).trim();
    let model = world.book.resolve(name, seller, &world.models)?;
    let incumbent = world.book.incumbent(model, seller, &world.models).ok()?;
    Some(world.label(incumbent.offer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        Usd::parse(text).expect("an amount")
    }

    #[test]
    fn a_gap_is_explained_by_the_assumption_that_closes_it() {
        let line = Line {
            calls: 1,
            stated_calls: 1,
            stated: usd("0.07"),
            comparable: usd("0.054399"),
            recomputed: usd("0.054399"),
            without_cache: usd("0.045171"),
            without_tiers: usd("0.054399"),
            at_standard: usd("0.054399"),
            writes_twice: usd("0.091311"),
            ..Line::default()
        };
        assert_eq!(line.explanation(), None);
        let twice = Line { stated: usd("0.091311"), ..line.clone() };
        assert_eq!(twice.explanation(), Some("as if cache writes were charged twice, as input too"));
        let fresh = Line { stated: usd("0.0452"), ..line.clone() };
        assert_eq!(fresh.explanation(), Some("as if there were no cache"));
        let same = Line { stated: usd("0.0544"), ..line };
        assert_eq!(same.explanation(), Some("agrees"));
        let unknown = Line { unpriced: 1, stated_calls: 1, ..Line::default() };
        assert_eq!(unknown.explanation(), Some("these calls have no price"));
    }

    #[test]
    fn a_bill_counts_before_the_logs_own_cost() {
        let line = Line {
            recomputed: usd("2"),
            stated_calls: 1,
            stated: usd("1"),
            billed: Some(usd("3")),
            ..Line::default()
        };
        assert_eq!(line.reference(), Some((usd("3"), usd("2"))));
        assert_eq!(Line::default().reference(), None);
    }
}
