//! Money that is owed to sellers whether it is used or not: what a commitment leaves of a saving.

use std::collections::BTreeMap;

use super::outcome::{Line, Outcome};
use super::span::{Month, Span};
use super::world::World;
use crate::inputs::prices::layers::Commitment;
use crate::units::{Day, HOURS_PER_MONTH, Usd};

/// What is owed to a seller over the time that the log covers, beside what its calls cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The seller, by its id.
    pub seller: String,
    /// Dollars a month, all commitments together.
    pub per_month: Usd,
    /// What is owed over the log; `None`: it is not known how long that is.
    pub owed: Option<Usd>,
    /// What its calls cost as logged.
    pub baseline: Usd,
    /// What the calls cost that it keeps or gains when every call is routed.
    pub routed: Usd,
}

impl Committed {
    /// What is owed and not used up by calls of that cost.
    fn unused(&self, used: Usd) -> Usd {
        self.owed.map_or(Usd::ZERO, |owed| if owed > used { owed - used } else { Usd::ZERO })
    }

    /// What is paid for nothing as logged.
    pub fn unused_as_logged(&self) -> Usd {
        self.unused(self.baseline)
    }

    /// What is paid for nothing when every call is routed.
    pub fn unused_when_routed(&self) -> Usd {
        self.unused(self.routed)
    }
}

/// The commitments of the user's contracts, by seller.
pub fn of(
    world: &World,
    span: Option<&Span>,
    month: &Month,
    baseline: &Outcome,
    routed: &Outcome,
) -> Vec<Committed> {
    let mut sellers: BTreeMap<&str, Vec<&Commitment>> = BTreeMap::new();
    for commitment in &world.book.terms().commitments {
        sellers.entry(&commitment.seller).or_default().push(commitment);
    }
    let spent = |outcome: &Outcome, seller: &str| {
        outcome.sum(|_, offer| world.book.seller_of(offer).id == seller).cost
    };
    sellers
        .into_iter()
        .map(|(seller, commitments)| Committed {
            seller: seller.to_owned(),
            per_month: commitments.iter().map(|commitment| commitment.per_month).sum(),
            owed: commitments.iter().map(|commitment| owed(commitment, span, month)).sum(),
            baseline: spent(baseline, seller),
            routed: spent(routed, seller),
        })
        .collect()
}

/// What is owed over the log: the months of the log on which the commitment holds times what it is a month, rounded to
/// the picodollar.
fn owed(commitment: &Commitment, span: Option<&Span>, month: &Month) -> Option<Usd> {
    let Month::Known { days, .. } = month else { return None };
    let share = span.map_or(1.0, |span| {
        let (first, after) = (Day::of_micros(span.first).0, Day::of_micros(span.last).0 + 1);
        let from = commitment.from.map_or(first, |from| from.0.max(first));
        let until = commitment.until.map_or(after, |until| until.0.min(after));
        f64::from((until - from).max(0)) / f64::from(after - first)
    });
    let hours = (days * share * 24.0).round() as i128;
    Some(Usd::from_pico(commitment.per_month.pico() * hours / HOURS_PER_MONTH.0 as i128))
}

/// What a policy costs after commitments: the line and what is paid for nothing beside it.
pub fn with_unused(line: Line, unused: impl Iterator<Item = Usd>) -> Line {
    Line { cost: line.cost + unused.sum(), ..line }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commitment(from: Option<i32>, until: Option<i32>) -> Commitment {
        Commitment {
            seller: "acme".to_owned(),
            per_month: Usd::parse("730").expect("an amount"),
            from: from.map(Day),
            until: until.map(Day),
            stated_in: "contract.toml".to_owned(),
        }
    }

    #[test]
    fn what_is_owed_is_the_share_of_the_months_on_which_it_holds() {
        // Ten days from day 100 on; 730 dollars a month are one dollar an hour.
        let span = Span { first: Day(100).start_micros(), last: Day(109).start_micros(), days: 10.0 };
        let month = Month::Known { days: 10.0, factor: 3.0 };
        let owed = |from, until| owed(&commitment(from, until), Some(&span), &month);
        assert_eq!(owed(None, None), Usd::parse("240").ok());
        assert_eq!(owed(Some(105), None), Usd::parse("120").ok());
        assert_eq!(owed(Some(105), Some(106)), Usd::parse("24").ok());
        assert_eq!(owed(Some(200), None), Some(Usd::ZERO));
        let unknown = Month::Unknown { because: String::new() };
        assert_eq!(super::owed(&commitment(None, None), Some(&span), &unknown), None);
    }

    #[test]
    fn only_what_is_not_used_is_paid_beside_the_calls() {
        let usd = |text| Usd::parse(text).expect("an amount");
        let committed = Committed {
            seller: "acme".to_owned(),
            per_month: usd("100"),
            owed: Some(usd("50")),
            baseline: usd("60"),
            routed: usd("10"),
        };
        assert_eq!(committed.unused_as_logged(), Usd::ZERO);
        assert_eq!(committed.unused_when_routed(), usd("40"));
        let unknown = Committed { owed: None, ..committed };
        assert_eq!(unknown.unused_when_routed(), Usd::ZERO);
    }
}
