//! Numbers as amounts of rows, and back. What a row holds was put there by the same program, so it fits again.

use crate::inputs::partials::{Amounts, Place, Rows};
use crate::simulation::hosting::against::Served;
use crate::simulation::unknown::Count;
use crate::units::{Day, TokenBuckets, Usd};

/// Calls.
pub(super) fn calls(calls: u64) -> Amounts {
    Amounts { calls: calls as i64, ..Amounts::default() }
}

/// Money.
pub(super) fn money(usd: Usd) -> Amounts {
    Amounts { amount: usd.pico(), ..Amounts::default() }
}

/// Calls and tokens.
pub(super) fn count(count: Count) -> Amounts {
    Amounts { calls: count.calls as i64, units: count.tokens.into(), ..Amounts::default() }
}

/// A number that is compared, not added.
pub(super) fn bound(value: i64) -> Amounts {
    Amounts { units: value.into(), ..Amounts::default() }
}

/// A day of a least or greatest value.
pub(super) fn day(rows: &Rows, sum: &str) -> Option<Day> {
    rows.extreme(sum).map(|day| Day(day as i32))
}

/// Calls and tokens of amounts.
pub(super) fn counted(amounts: &Amounts) -> Count {
    Count { calls: amounts.calls.unsigned_abs(), tokens: amounts.units as i64 }
}

/// Puts tokens there, a row a bucket.
pub(super) fn put_tokens(rows: &mut Rows, place: &Place, tokens: &TokenBuckets) {
    for (bin, bucket) in (0..).zip(tokens.each()) {
        let amounts = Amounts { units: bucket.into(), ..Amounts::default() };
        rows.add(Place { bin, ..place.clone() }, amounts);
    }
}

/// Adds the tokens of a row.
pub(super) fn add_tokens(tokens: &mut TokenBuckets, place: &Place, amounts: &Amounts) {
    let mut buckets = [0; 6];
    if let Some(bucket) = usize::try_from(place.bin).ok().and_then(|bin| buckets.get_mut(bin)) {
        *bucket = amounts.units as i64;
    }
    *tokens += TokenBuckets::of(buckets);
}

/// What a deployment could serve, in the sums `served`, `served_squares` and `served_tokens` of an alternative.
pub(super) fn put_served(rows: &mut Rows, item: i32, to: &str, served: &Served) {
    let place = |sum: &str| Place { item, to: Some(to.into()), ..Place::of(sum) };
    let whole = Amounts {
        calls: served.calls as i64,
        units: served.twice_context_reads,
        amount: served.alternative.pico(),
        beside: 0,
    };
    rows.add(place("served"), whole);
    let squares = Amounts { units: served.input_squared, beside: served.read_squared, ..Amounts::default() };
    rows.add(place("served_squares"), squares);
    put_tokens(rows, &place("served_tokens"), &served.tokens);
}

/// What a deployment could serve; the sums of `item` and `to`.
pub(super) fn served(rows: &Rows, item: i32, to: &str) -> Served {
    let own = |sum: &str| rows.of_item(sum, item).filter(|(place, _)| place.to.as_deref() == Some(to));
    let mut served = Served::default();
    for (_, amounts) in own("served") {
        served.calls += amounts.calls.unsigned_abs();
        served.twice_context_reads += amounts.units;
        served.alternative += Usd::from_pico(amounts.amount);
    }
    for (_, amounts) in own("served_squares") {
        served.input_squared += amounts.units;
        served.read_squared += amounts.beside;
    }
    for (place, amounts) in own("served_tokens") {
        add_tokens(&mut served.tokens, place, amounts);
    }
    served
}
