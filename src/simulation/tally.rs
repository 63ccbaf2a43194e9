//! The sums of a log that another log is compared with: what calls consumed and cost by workload, offer and mode, and by groups of
//! calls that belong together.

use polars::prelude::{DataFrame, DataType, PolarsResult, StringChunked};

use super::bridge::{Part, Setting, each_class};
use super::incumbent::{Served, volume};
use super::pass::Calls;
use super::world::World;
use crate::inputs::baseline::{Key, Sums, Tally, UnpricedKey, group_of};
use crate::tables::{Column, Scope, calls as c};
use crate::units::{Consumed, MeterRates};

/// What tells which calls belong together, the first that a call has: its session, its trace, itself.
static TOGETHER: [&Column; 3] = [&c::SESSION_ID, &c::TRACE_ID, &c::CALL_ID];

/// The sums of all calls; `scope` says which calls they are.
///
/// # Errors
/// When the log cannot be read.
pub fn tally(calls: &Calls, world: &World, scope: Scope) -> PolarsResult<Tally> {
    let mut tally = Tally { scope, ..Tally::default() };
    let mut before = 0;
    calls.pieces(TOGETHER.iter().map(|column| column.name), |frame| {
        let groups = groups(&frame, before)?;
        before += frame.height();
        each_class(&frame, world, |setting, part| {
            // What a gateway's cache served was no call to a model.
            if !setting.free {
                add(&mut tally, world, setting, part, &groups);
            }
        })
    })?;
    Ok(tally)
}

/// The group of each row; `before` rows came before them.
fn groups(frame: &DataFrame, before: usize) -> PolarsResult<Vec<u16>> {
    let mut columns: Vec<StringChunked> = Vec::new();
    for column in TOGETHER.iter().filter_map(|column| frame.column(column.name).ok()) {
        columns.push(column.cast(&DataType::String)?.str()?.clone());
    }
    let of = |row: usize| {
        let name = columns.iter().find_map(|column| column.get(row).filter(|name| !name.is_empty()));
        name.map_or_else(|| group_of(&format!("row {}", before + row)), group_of)
    };
    Ok((0..frame.height()).map(of).collect())
}

fn add(tally: &mut Tally, world: &World, setting: &Setting, part: &Part<'_>, groups: &[u16]) {
    let workload = setting.name.as_deref().map(str::to_owned);
    let Ok(served) = world.served(setting) else {
        let (calls, tokens) = volume(part);
        note_unpriced(tally, world, setting, calls, tokens);
        return;
    };
    let terms = world.book.offer(served.offer);
    let key = Key {
        workload,
        tier: terms.tier,
        model: world.models.get(terms.model).id.clone(),
        seller: world.book.seller_of(served.offer).id.clone(),
        mode: setting.when.mode,
        region: setting.region.as_deref().map(str::to_owned),
    };
    let mut sums = Sums { oldest_source: served.lookup.source_day, ..Sums::default() };
    for call in 0..part.len() {
        let calls = part.n_calls(call).unsigned_abs();
        let Some(consumed) = consumed(&served, part, call) else {
            note_unpriced(tally, world, setting, calls, part.buckets(call).total());
            continue;
        };
        let group = sums.groups.entry(groups[part.rows[call] as usize]).or_default();
        group.0 += calls;
        group.1 += consumed.cost();
        sums.consumed += consumed;
    }
    if sums.consumed.calls > 0 {
        tally.cells.entry(key).or_default().merge(&sums);
    }
}

fn note_unpriced(tally: &mut Tally, world: &World, setting: &Setting, calls: u64, tokens: i64) {
    let raw = setting.model.as_deref().unwrap_or_default();
    let seller = setting.seller.as_deref();
    let known = world.book.resolve(raw, seller, &world.models);
    let key = UnpricedKey {
        workload: setting.name.as_deref().map(str::to_owned),
        model: known.map_or_else(|| raw.to_owned(), |model| world.models.get(model).id.clone()),
        seller: seller.map_or_else(String::new, |raw| {
            world.book.seller_named(raw).map_or(raw, |seller| seller.id.as_str()).to_owned()
        }),
    };
    let count = tally.unpriced.entry(key).or_default();
    count.0 += calls;
    count.1 += tokens;
}

/// What a row consumed and cost; `None`: some of its tokens have no price.
fn consumed(served: &Served, part: &Part<'_>, call: usize) -> Option<Consumed> {
    let tokens = part.buckets(call);
    if !served.lookup.tariff.knows(&tokens) {
        return None;
    }
    let (calls, searches) = (part.n_calls(call), part.searches(call));
    let tariff = &served.candidate.tariff;
    let (rates, base) = (tariff.rates(tokens.input()), tariff.rates(0));
    let counts = tokens.each();
    let at = |rates: &MeterRates| {
        let rates = rates.each();
        std::array::from_fn(|meter| i128::from(counts[meter]) * i128::from(rates[meter]))
    };
    // The fee of the first request is in the tariff, the others and the searches are beside it.
    let beside = |requests: i64, searches: i64| served.beside(requests, searches).pico();
    Some(Consumed {
        calls: calls.unsigned_abs(),
        tokens: counts,
        searches,
        base: at(base),
        paid: at(rates),
        requests: i128::from(rates.request) + beside(calls, 0),
        searched: beside(1, searches),
    })
}
