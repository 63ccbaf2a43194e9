//! One call: where it was served, and why every other offer would or would not have served it.

use polars::prelude::{DataFrame, Engine, PolarsError, PolarsResult, col, lit};

use super::bridge::{Kind, Part, Setting, each_class};
pub use super::candidates::{Bar, Elimination};
use super::candidates::{Eligibility, Sought};
use super::incumbent::Served;
use super::pass::Calls;
use super::ways::{AsLogged, Routed, Way as _};
use super::world::World;
use crate::engine::route::kernel::Choices;
use crate::inputs::prices::{NoPrice, OfferId};
use crate::tables::calls as c;
use crate::units::{Day, TokenBuckets, Usd};

/// An offer and what the call would have cost there.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The offer.
    pub offer: OfferId,
    /// The cost, also where the offer is eliminated; `None`: it has no price for the call.
    pub cost: Option<Usd>,
    /// What a failure there is expected to cost, where anybody says what one costs: weighed, not paid.
    pub risk: Option<Usd>,
    /// `None`: it serves the call.
    pub eliminated: Option<Elimination>,
    /// Name of the source of its rates.
    pub source: Option<String>,
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

/// The calls that a name means.
#[derive(Debug, Clone)]
pub struct Named {
    /// Their rows.
    pub rows: DataFrame,
    /// The place where each stands.
    pub places: Vec<String>,
}

/// The calls that a name means: a call has its id, which it may share with others, and `FILE:LINE`, which it does not.
///
/// # Errors
/// When the log cannot be read.
pub fn named(calls: &Calls, name: &str) -> PolarsResult<Named> {
    let mut is = col(c::CALL_ID.name).eq(lit(name));
    if let Some((file, line)) =
        name.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse::<u64>().ok()?)))
    {
        is = is.or(col(c::SRC_FILE.name).eq(lit(file)).and(col(c::SRC_LINE.name).eq(lit(line))));
    }
    let rows = calls.table()?.filter(is).collect_with_engine(Engine::Streaming)?.unwrap_single();
    let rows = calls.prepare.as_ref().map_or(Ok(rows.clone()), |prepare| prepare(rows))?;
    let (files, lines) = (rows.column(c::SRC_FILE.name)?.str()?, rows.column(c::SRC_LINE.name)?.u64()?);
    let place = |row| format!("{}:{}", files.get(row).unwrap_or(""), lines.get(row).unwrap_or(0));
    let mut places: Vec<String> = (0..rows.height()).map(place).collect();
    places.sort();
    Ok(Named { places, rows })
}

/// Explains the call of a table of one row.
///
/// # Errors
/// When the frame is not the table of calls, or empty.
pub fn explain(row: &DataFrame, world: &World) -> PolarsResult<Explanation> {
    let mut explanation = None;
    each_class(row, world, |setting, part| explanation = Some(of_call(setting, part, world)))?;
    explanation.ok_or_else(|| PolarsError::NoData("there is no call".into()))
}

fn of_call(setting: &Setting, part: &Part<'_>, world: &World) -> Explanation {
    let text = |name: &Option<std::sync::Arc<str>>| name.as_deref().map(str::to_owned);
    let mut explanation = Explanation {
        names: [text(&setting.name), text(&setting.model), text(&setting.seller)],
        day: if world.reprice { world.as_of } else { Day(part.slots[0]) },
        tokens: part.buckets(0),
        unpriced: None,
        offers: Vec::new(),
    };
    // Nobody was paid for a call that a gateway's cache served.
    if setting.free {
        return explanation;
    }
    match world.served(setting) {
        Err(unpriced) => explanation.unpriced = Some(unpriced),
        Ok(served) => match served.cost(part, 0) {
            None => explanation.unpriced = Some((NoPrice::NoMeter, world.label(served.offer))),
            Some(cost) => explanation.offers = judged(setting, &served, cost, part, world),
        },
    }
    explanation
}

/// Every offer: first the one that serves the call, then those that might by cost, then the others by cost.
fn judged(setting: &Setting, served: &Served, cost: Usd, part: &Part<'_>, world: &World) -> Vec<Judged> {
    let way = Routed::of(&Eligibility::of(world));
    let routable = setting.kind == Kind::Routable;
    let plan = if routable { way.plan(setting, served) } else { AsLogged.plan(setting, served) };
    let mut choices = Choices::default();
    plan.route(part, &mut choices);
    let chosen = choices.place.first().and_then(|place| plan.offer(*place as usize)).map(OfferId);
    let (sought, tokens) = (Sought::of(world, setting, served.model), part.buckets(0));
    let judge = |offer: OfferId| {
        let lookup = world.book.tariff(offer, &setting.when);
        let judged = way.judge(offer, setting, &sought);
        let fits = judged.as_ref().ok().and_then(|eligible| eligible.candidate.cost(&tokens));
        let of_lookup = || {
            let tariff = world.tariff(lookup.as_ref()?);
            tariff.knows(&tokens).then(|| tariff.cost(&tokens))
        };
        let is_incumbent = offer == served.offer;
        let pico = |pico: i64| Usd::from_pico(i128::from(pico));
        Judged {
            offer,
            // Tools and further requests are paid where they were used; such calls stay there.
            cost: if is_incumbent { Some(cost) } else { fits.or_else(of_lookup).map(pico) },
            risk: match &judged {
                _ if is_incumbent => Some(world.weighed(&served.candidate, &sought).risk),
                Ok(eligible) => Some(eligible.candidate.risk),
                Err(_) => None,
            }
            .map(pico),
            eliminated: match judged {
                _ if Some(offer) == chosen => None,
                _ if is_incumbent => Some(Elimination::Dearer),
                _ if !routable => Some(Elimination::NotRoutable),
                Err(elimination) => Some(elimination),
                Ok(_) if fits.is_none() => Some(Elimination::DoesNotFit),
                Ok(_) => Some(Elimination::Dearer),
            },
            source: lookup.as_ref().map(|lookup| lookup.source.clone()),
            source_day: lookup.as_ref().and_then(|lookup| lookup.source_day),
            layer: lookup.as_ref().map(|lookup| lookup.layer),
            is_incumbent,
        }
    };
    let mut offers: Vec<Judged> = world.book.offers().map(|(offer, _)| judge(offer)).collect();
    offers.sort_by_key(|judged| {
        let group = match judged.eliminated {
            None => 0,
            Some(Elimination::Dearer) => 1,
            Some(_) => 2,
        };
        let weighed = judged.cost.map(|cost| cost + judged.risk.unwrap_or(Usd::ZERO));
        (group, judged.cost.is_none(), weighed, judged.offer)
    });
    offers
}
