//! One call: where it was served, and why every other offer would or would not have served it.

use polars::prelude::{DataFrame, PolarsResult};

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
    /// The day whose prices it has.
    pub day: Day,
    /// Its tokens.
    pub tokens: TokenBuckets,
    /// Why it has no price where it was served, and the name to report.
    pub unpriced: Option<(NoPrice, String)>,
    /// Every offer: first the one that serves the call, then those that might by cost, then the others by cost.
    pub offers: Vec<Judged>,
}

/// The rows of the calls that a name means, each with the place where it stands: a call has its id, which it may share with
/// others, and `FILE:LINE`, which it does not.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn named(frame: &DataFrame, name: &str) -> PolarsResult<Vec<(usize, String)>> {
    let (ids, files) = (frame.column(c::CALL_ID.name)?.str()?, frame.column(c::SRC_FILE.name)?.str()?);
    let lines = frame.column(c::SRC_LINE.name)?.u64()?;
    let mut found = Vec::new();
    for row in 0..frame.height() {
        let place = || format!("{}:{}", files.get(row).unwrap_or(""), lines.get(row).unwrap_or(0));
        let is_place = || files.get(row).is_some_and(|file| name.starts_with(file)) && place() == name;
        if ids.get(row) == Some(name) || is_place() {
            found.push((row, place()));
        }
    }
    Ok(found)
}

/// Explains the call of a row.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn explain(frame: &DataFrame, row: usize, world: &World<'_>) -> PolarsResult<Explanation> {
    one(&frame.slice(row as i64, 1), world)
}

fn one(row: &DataFrame, world: &World<'_>) -> PolarsResult<Explanation> {
    let table = CallTable::of(row)?;
    let pass = Pass::without_candidates(&table, world);
    let tokens = table.calls().buckets(0);
    let name = |names: &super::bridge::Names| names.text(names.codes[0]).map(str::to_owned);
    let mut explanation = Explanation {
        names: [name(&table.workload), name(&table.model), name(&table.seller)],
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
    if !served.lookup.tariff.knows(&tokens) {
        let name = world.book.label(OfferId(served.candidate.offer), world.models);
        explanation.unpriced = Some((NoPrice::NoMeter, name));
        return Ok(explanation);
    }
    let when = group.when();
    let routable = table.kind(0) == Kind::Routable;
    let incumbent = OfferId(served.candidate.offer);
    let beside = served.beside(table.n_calls[0], table.web_searches[0]);
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
        let cost = fits.or_else(of_lookup).map(|pico| Usd::from_pico(i128::from(pico)));
        explanation.offers.push(Judged {
            offer,
            // Tools and further requests are paid where they were used; such calls stay there.
            cost: if offer == incumbent { cost.map(|cost| cost + beside) } else { cost },
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
