//! One call: where it was served, and why every other offer would or would not have served it.

use polars::prelude::{BooleanChunked, DataFrame, NewChunkedArray as _, PolarsResult};

use super::audit::Pass;
use super::bridge::{CallTable, Kind};
pub use super::candidates::Bar;
use super::groups;
use super::unknown::Unknowns;
use super::world::World;
use crate::engine::route::Candidate;
use crate::inputs::prices::{NoPrice, OfferId};
use crate::tables::calls as c;
use crate::units::{Day, TokenBuckets, Usd};

/// Why an offer does not serve a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Elimination {
    /// It may not serve such calls at all.
    Bar(Bar),
    /// The call has more tokens than it takes, or more output.
    DoesNotFit,
    /// It may, and another one is cheaper, or as cheap and earlier.
    Dearer,
    /// Only offers of text models replace calls of text.
    NotRoutable,
}

/// An offer and what the call would have cost there.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The offer.
    pub offer: OfferId,
    /// The cost, also where the offer is eliminated; `None`: it has no price for the call.
    pub cost: Option<Usd>,
    /// `None`: it serves the call.
    pub eliminated: Option<Elimination>,
    /// Day of the source of its rates.
    pub source_day: Option<Day>,
    /// Index of the layer of sheets that its rates are from.
    pub layer: Option<usize>,
    /// Whether it served the call in the log.
    pub is_incumbent: bool,
}

/// A call explained.
#[derive(Debug)]
pub struct Explanation {
    /// Workload, model and seller as logged.
    pub names: [Option<String>; 3],
    /// Start in microseconds since 1970-01-01 UTC.
    pub start: Option<i64>,
    /// The day whose prices it has.
    pub day: Day,
    /// Its tokens.
    pub tokens: TokenBuckets,
    /// Why it has no price where it was served, and the name to report.
    pub unpriced: Option<(NoPrice, String)>,
    /// Every offer: first the one that serves the call, then those that might by cost, then the others by cost.
    pub offers: Vec<Judged>,
}

/// Explains the calls of an id; a table may have several.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn explain(frame: &DataFrame, id: &str, world: &World<'_>) -> PolarsResult<Vec<Explanation>> {
    let ids = frame.column(c::CALL_ID.name)?.str()?.clone();
    let mask = BooleanChunked::from_iter_values("".into(), ids.iter().map(|own| own == Some(id)));
    let rows = frame.filter(&mask)?;
    (0..rows.height()).map(|row| one(&rows.slice(row as i64, 1), world)).collect()
}

fn one(row: &DataFrame, world: &World<'_>) -> PolarsResult<Explanation> {
    let table = CallTable::of(row)?;
    let pass = Pass::without_candidates(&table, world);
    let tokens = table.calls().buckets(0);
    let name = |names: &super::bridge::Names| names.text(names.codes[0]).map(str::to_owned);
    let mut explanation = Explanation {
        names: [name(&table.workload), name(&table.model), name(&table.seller)],
        start: table.start[0],
        day: world.pricing_day(table.start[0]),
        tokens,
        unpriced: None,
        offers: Vec::new(),
    };
    // A call that a gateway's cache served is in no group: nobody was paid.
    let Some(group) = groups::of(&table, world).into_iter().next() else { return Ok(explanation) };
    let served = match pass.incumbent(&group, &mut Unknowns::default()) {
        Ok(served) => served,
        Err(unpriced) => {
            explanation.unpriced = Some(unpriced);
            return Ok(explanation);
        }
    };
    let when = group.when();
    let routable = table.kind(0) == Kind::Routable;
    let incumbent = OfferId(served.candidate.offer);
    for (offer, _) in world.book.offers() {
        let lookup = world.book.tariff(offer, &when);
        let judged = world.judge(offer, served.model, &when);
        let candidate: Option<&Candidate> = match &judged {
            _ if offer == incumbent => Some(&served.candidate),
            Ok(eligible) => Some(&eligible.candidate),
            Err(_) => None,
        };
        let fits = candidate.and_then(|candidate| candidate.cost(&tokens));
        let of_lookup = || {
            let tariff = world.tariff(lookup.as_ref()?);
            tariff.knows(&tokens).then(|| tariff.cost(&tokens))
        };
        let eliminated = match judged {
            _ if offer == incumbent => Some(Elimination::Dearer),
            _ if !routable => Some(Elimination::NotRoutable),
            Err(bar) => Some(Elimination::Bar(bar)),
            Ok(_) if fits.is_none() => Some(Elimination::DoesNotFit),
            Ok(_) => Some(Elimination::Dearer),
        };
        explanation.offers.push(Judged {
            offer,
            cost: fits.or_else(of_lookup).map(|pico| Usd::from_pico(i128::from(pico))),
            eliminated,
            source_day: lookup.as_ref().and_then(|lookup| lookup.source_day),
            layer: lookup.as_ref().map(|lookup| lookup.layer),
            is_incumbent: offer == incumbent,
        });
    }
    settle(&mut explanation.offers);
    Ok(explanation)
}

/// Finds the one that serves the call, by the order in which the router settles ties, and sorts.
fn settle(offers: &mut [Judged]) {
    let able = |judged: &Judged| judged.eliminated == Some(Elimination::Dearer) && judged.cost.is_some();
    let best = (0..offers.len())
        .filter(|at| able(&offers[*at]))
        .min_by_key(|at| (offers[*at].cost, !offers[*at].is_incumbent, offers[*at].offer));
    if let Some(best) = best {
        offers[best].eliminated = None;
    }
    offers.sort_by_key(|judged| {
        let group = match judged.eliminated {
            None => 0,
            Some(Elimination::Dearer) => 1,
            Some(_) => 2,
        };
        (group, judged.cost.is_none(), judged.cost, judged.offer)
    });
}
