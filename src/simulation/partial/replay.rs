//! The sums of a replay as rows: what each way costs, and what an audit tells beside it.

use polars::prelude::PolarsResult;

use super::names::{Catalogue, of_workload, unknown, workload};
use super::numbers::{bound, calls, count, counted, day, money, put_served, served};
use crate::inputs::partials::{Amounts, Place, Rows};
use crate::inputs::prices::{NoPrice, OfferId};
use crate::simulation::bridge::Names;
use crate::simulation::facts::Facts;
use crate::simulation::hosting::against::Servable;
use crate::simulation::outcome::Lane;
use crate::simulation::pass::{Cell, Ledger};
use crate::simulation::replay::Sums;
use crate::simulation::unknown::{Count, Unknowns};
use crate::simulation::world::World;
use crate::units::Usd;

/// The rows of sums.
pub(in crate::simulation) fn rows(sums: &Sums, world: &World, names: &Names) -> Rows {
    let (mut rows, catalogue) = (Rows::default(), Catalogue::of(world));
    for (item, ledger) in (0..).zip(&sums.ledgers) {
        for (lane, offer, at, cell) in ledger.cells() {
            let to = offer.and_then(|offer| catalogue.of_offer(OfferId(offer)));
            let amounts =
                Amounts { calls: cell.calls as i64, units: cell.tokens.into(), amount: cell.cost, beside: 0 };
            rows.add(Place { item, to, at, ..lane_of("cost", lane, &catalogue, names) }, amounts);
        }
    }
    put_facts(&mut rows, &sums.facts, &catalogue, names);
    rows
}

fn lane_of(sum: &str, lane: &Lane, catalogue: &Catalogue, names: &Names) -> Place {
    Place {
        name: of_workload(names, lane.workload),
        from: catalogue.of_offer(lane.incumbent),
        ..Place::of(sum)
    }
}

/// The sums of rows.
///
/// # Errors
/// When they name what nobody knows.
pub(in crate::simulation) fn of_rows(
    rows: &Rows,
    ways: usize,
    deployments: usize,
    world: &World,
    names: &Names,
) -> PolarsResult<Sums> {
    let catalogue = Catalogue::of(world);
    let mut ledgers: Vec<Ledger<Lane>> = Vec::new();
    ledgers.resize_with(ways, Ledger::default);
    let lane = |place: &Place| -> PolarsResult<Lane> {
        let incumbent = catalogue.offer(place.from.as_ref())?;
        Ok(Lane { workload: workload(names, place.name.as_ref()), incumbent })
    };
    for (place, amounts) in rows.of("cost") {
        let offer = place.to.as_ref().map(|to| catalogue.offer(Some(to))).transpose()?;
        let cell =
            Cell { calls: amounts.calls.unsigned_abs(), tokens: amounts.units as i64, cost: amounts.amount };
        if let Some(ledger) = usize::try_from(place.item).ok().and_then(|way| ledgers.get_mut(way)) {
            ledger.put(lane(place)?, offer.map(|offer| offer.0), place.at, cell);
        }
    }
    let mut facts = facts(rows, deployments)?;
    for (place, amounts) in rows.of("only_here") {
        *facts.only_here.entry(lane(place)?).or_default() += amounts.calls.unsigned_abs();
    }
    Ok(Sums { ledgers, facts })
}

/// Alternatives that deployments are compared with.
const INCUMBENT: &str = "incumbent";
const HOSTED: &str = "cheapest_host";

fn put_facts(rows: &mut Rows, facts: &Facts, catalogue: &Catalogue, names: &Names) {
    rows.add(Place::of("without_cache"), money(facts.without_cache));
    let claims = Amounts {
        calls: facts.claims.calls as i64,
        units: 0,
        amount: facts.claims.claimed.pico(),
        beside: facts.claims.recomputed.pico(),
    };
    rows.add(Place::of("claimed"), claims);
    for (item, servable) in (0..).zip(&facts.servable) {
        put_served(rows, item, INCUMBENT, &servable.incumbent);
        put_served(rows, item, HOSTED, &servable.hosted);
    }
    rows.add(Place::of("undated"), calls(facts.undated));
    if facts.anchored {
        rows.add(Place::of("greatest_anchored"), bound(1));
    }
    if let Some((first, last)) = facts.days {
        rows.add(Place::of("least_day"), bound(first.0.into()));
        rows.add(Place::of("greatest_day"), bound(last.0.into()));
    }
    for (lane, count) in &facts.only_here {
        rows.add(lane_of("only_here", lane, catalogue, names), calls(*count));
    }
    put_unknowns(rows, &facts.unknowns);
}

fn facts(rows: &Rows, deployments: usize) -> PolarsResult<Facts> {
    let claims = rows.one("claimed");
    let mut facts = Facts {
        without_cache: Usd::from_pico(rows.one("without_cache").amount),
        unknowns: unknowns(rows)?,
        servable: Vec::new(),
        undated: rows.one("undated").calls.unsigned_abs(),
        anchored: rows.extreme("greatest_anchored").is_some(),
        days: day(rows, "least_day").zip(day(rows, "greatest_day")),
        ..Facts::default()
    };
    facts.claims.calls = claims.calls.unsigned_abs();
    facts.claims.claimed = Usd::from_pico(claims.amount);
    facts.claims.recomputed = Usd::from_pico(claims.beside);
    if rows.of("served").next().is_some() {
        facts.servable = (0..deployments as i32)
            .map(|item| Servable {
                incumbent: served(rows, item, INCUMBENT),
                hosted: served(rows, item, HOSTED),
            })
            .collect();
    }
    Ok(facts)
}

/// Counts of which each is a sum of its own.
fn counts(unknowns: &mut Unknowns) -> [(&'static str, &mut Count); 12] {
    [
        ("mode_fallback", &mut unknowns.mode_fallback),
        ("seller_fallback", &mut unknowns.seller_fallback),
        ("day_fallback", &mut unknowns.day_fallback),
        ("region_fallback", &mut unknowns.region_fallback),
        ("cache_fallback", &mut unknowns.cache_fallback),
        ("reseller", &mut unknowns.reseller),
        ("negotiated", &mut unknowns.negotiated),
        ("zero_price", &mut unknowns.zero_price),
        ("server_tool", &mut unknowns.server_tool),
        ("bucketed", &mut unknowns.bucketed),
        ("other_operation", &mut unknowns.other_operation),
        ("gateway_cache", &mut unknowns.gateway_cache),
    ]
}

fn put_unknowns(rows: &mut Rows, unknowns: &Unknowns) {
    for ((why, name), unpriced) in &unknowns.unpriced {
        let place =
            Place { name: Some(name.as_str().into()), to: Some(why.word().into()), ..Place::of("unpriced") };
        rows.add(place, count(*unpriced));
    }
    for (model, unscored) in &unknowns.unscored {
        rows.add(Place { name: Some(model.as_str().into()), ..Place::of("unscored") }, count(*unscored));
    }
    for (sum, own) in counts(&mut unknowns.clone()) {
        rows.add(Place::of(sum), count(*own));
    }
    if let Some(oldest) = unknowns.oldest_source {
        rows.add(Place::of("least_source_day"), bound(oldest.0.into()));
    }
    rows.add(
        Place::of("web_searches"),
        Amounts { units: unknowns.web_searches.into(), ..Amounts::default() },
    );
}

fn unknowns(rows: &Rows) -> PolarsResult<Unknowns> {
    let mut unknowns = Unknowns::default();
    let name = |place: &Place| place.name.as_deref().unwrap_or_default().to_owned();
    for (place, amounts) in rows.of("unpriced") {
        let why = place.to.as_deref().and_then(NoPrice::of_word);
        let why = why.ok_or_else(|| unknown("reason", place.to.as_ref()))?;
        unknowns.unpriced.entry((why, name(place))).or_default().merge(counted(amounts));
    }
    for (place, amounts) in rows.of("unscored") {
        unknowns.unscored.entry(name(place)).or_default().merge(counted(amounts));
    }
    for (sum, own) in counts(&mut unknowns) {
        *own = counted(&rows.one(sum));
    }
    unknowns.oldest_source = day(rows, "least_source_day");
    unknowns.web_searches = rows.one("web_searches").units as i64;
    Ok(unknowns)
}
