//! One call out of the many rows that repeat it.
//!
//! A session writes one row per content block, and resumed or copied sessions repeat rows across files, so the key is
//! global: the source's id within a format. Rows with the same id are one call when they agree on model and seller (and, in
//! tables, on the time: two exports may both count from one), and unless they name different requests on the main chain.
//! A row on a side chain replays a message under a new request, and a row without a request belongs to one that has it.
//!
//! The winner is a whole row, never a maximum per field: main chain before side chain, then more output, then more tokens.
//! Nothing depends on the order of the rows but the place of the winner.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::FORMATS;
use super::call::{Call, When};
use super::quality;
use super::rows::Rows;
use super::strings::Sym;

/// What a merge did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Rows that were merged into another.
    pub merged: u64,
    /// Calls that share their id with another call from which they differ.
    pub same_id: u64,
}

/// What rows of one call agree on, beside their id.
#[derive(PartialEq, Eq, Hash)]
struct Identity {
    format: u8,
    model: Option<Sym>,
    seller: Option<Sym>,
    when: Option<When>,
}

/// Merges duplicates: of the rows of a call one is left, at the place of the first. Rows without an id are kept as they are.
pub fn merge(rows: &mut Rows) -> Merged {
    let mut done = Merged::default();
    let mut gone = vec![false; rows.order.len()];
    for places in rows_of_an_id(rows) {
        let mut alike: HashMap<Identity, Vec<u32>, FixedState> = HashMap::default();
        for &at in &places {
            alike.entry(identity(rows, at)).or_default().push(at);
        }
        let mut calls_of_format = [0_u32; FORMATS.len()];
        // Rows that are no calls of each other do not meet, so the order of the table decides nothing.
        for (identity, places) in &alike {
            for call in calls_of(places, rows) {
                calls_of_format[usize::from(identity.format)] += 1;
                settle(&call, rows, &mut gone);
            }
        }
        done.same_id += calls_of_format.into_iter().filter(|calls| *calls > 1).map(u64::from).sum::<u64>();
    }
    let before = rows.order.len();
    let mut gone = gone.into_iter();
    rows.order.retain(|_| !gone.next().unwrap_or(false));
    done.merged = (before - rows.order.len()) as u64;
    done
}

/// The rows of each id that more than one row has, in any order of the ids. Nearly every id is of one row only, so nothing
/// is allocated for those.
fn rows_of_an_id(rows: &Rows) -> Vec<Vec<u32>> {
    let most = rows.iter().filter_map(|call| call.id).max().map_or(0, |id| id.index() + 1);
    let mut first_of = vec![u32::MAX; most];
    let mut many: HashMap<Sym, Vec<u32>, FixedState> = HashMap::default();
    for (at, call) in rows.iter().enumerate() {
        let Some(id) = call.id else { continue };
        let (at, first) = (at as u32, &mut first_of[id.index()]);
        if *first == u32::MAX {
            *first = at;
        } else {
            many.entry(id).or_insert_with(|| vec![*first]).push(at);
        }
    }
    many.into_values().collect()
}

fn at(rows: &Rows, at: u32) -> &Call {
    rows.call(rows.order[at as usize])
}

fn identity(rows: &Rows, place: u32) -> Identity {
    let (file, call) = (rows.file(rows.order[place as usize]), at(rows, place));
    Identity {
        format: file.format,
        model: call.model_raw,
        seller: call.seller,
        when: file.own_ids.then_some(call.when),
    }
}

/// Splits rows of one identity into calls: one for each request on the main chain, and every other row with the best of
/// them.
fn calls_of(places: &[u32], rows: &Rows) -> Vec<Vec<u32>> {
    let mut calls: Vec<(Sym, Vec<u32>)> = Vec::new();
    let mut known: HashMap<Sym, usize, FixedState> = HashMap::default();
    let mut others = Vec::new();
    for &place in places {
        let call = at(rows, place);
        match call.request_id.filter(|_| call.is_subagent != Some(true)) {
            None => others.push(place),
            Some(own) => {
                let index = *known.entry(own).or_insert(calls.len());
                if index == calls.len() {
                    calls.push((own, Vec::new()));
                }
                calls[index].1.push(place);
            }
        }
    }
    let best =
        (0..calls.len()).max_by_key(|call| calls[*call].1.iter().map(|place| rank(at(rows, *place))).max());
    match best {
        Some(best) => calls[best].1.extend(others),
        None => return vec![others],
    }
    calls.into_iter().map(|(_, call)| call).collect()
}

/// What decides between rows of one call: main chain, then output, then tokens.
pub fn rank(call: &Call) -> (bool, i64, i64) {
    (call.is_subagent != Some(true), call.out_total.unwrap_or(-1), call.tokens())
}

/// Puts the winner of a call at the place of its first row and empties the other places.
fn settle(call: &[u32], rows: &mut Rows, gone: &mut [bool]) {
    let Some(&first) = call.iter().min() else { return };
    let mut winner = first;
    for &place in call {
        let (own, best) = (rank(at(rows, place)), rank(at(rows, winner)));
        if own > best || (own == best && place < winner) {
            winner = place;
        }
        gone[place as usize] = place != first;
    }
    let winner = rows.order[winner as usize];
    rows.order[first as usize] = winner;
    if call.len() > 1 {
        rows.call_mut(winner).quality |= quality::DUP_MERGED;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::logs::rows::FileCalls;
    use crate::inputs::logs::strings::Strings;

    fn row(id: Sym, request: Option<Sym>, side: bool, out: i64) -> Call {
        Call {
            id: Some(id),
            request_id: request,
            is_subagent: Some(side),
            out_total: Some(out),
            ..Call::at(1)
        }
    }

    fn merged(calls: &[Call]) -> (Rows, Merged) {
        // Each in a file of its own: where a row lies makes no difference.
        let file = |call: &Call| FileCalls { calls: vec![call.clone()], ..FileCalls::default() };
        let mut rows = Rows::of(calls.iter().map(file).collect());
        let done = merge(&mut rows);
        (rows, done)
    }

    fn outputs(calls: &[Call]) -> Vec<Option<i64>> {
        merged(calls).0.iter().map(|call| call.out_total).collect()
    }

    #[test]
    fn the_row_with_the_most_output_wins_whole() {
        let mut strings = Strings::default();
        let id = strings.intern("m");
        let (rows, done) =
            merged(&[row(id, None, false, 3), row(id, None, false, 9), row(id, None, false, 5)]);
        let call = rows.iter().next().expect("a call");
        assert_eq!((rows.order.len(), done.merged, call.out_total), (1, 2, Some(9)));
        assert_ne!(call.quality & quality::DUP_MERGED, 0);
    }

    #[test]
    fn a_main_chain_row_beats_a_longer_side_chain_row() {
        let mut strings = Strings::default();
        let (id, first, second) = (strings.intern("m"), strings.intern("r1"), strings.intern("r2"));
        assert_eq!(outputs(&[row(id, Some(first), true, 50), row(id, Some(second), false, 9)]), [Some(9)]);
    }

    #[test]
    fn different_requests_on_the_main_chain_stay_two_calls() {
        let mut strings = Strings::default();
        let (id, first, second) = (strings.intern("m"), strings.intern("r1"), strings.intern("r2"));
        let (rows, done) = merged(&[row(id, Some(first), false, 5), row(id, Some(second), false, 5)]);
        assert_eq!((rows.order.len(), done), (2, Merged { merged: 0, same_id: 2 }));
    }

    #[test]
    fn the_order_of_rows_does_not_change_what_is_counted() {
        let mut strings = Strings::default();
        let (id, first, second) = (strings.intern("m"), strings.intern("r1"), strings.intern("r2"));
        let mut rows = vec![
            row(id, None, false, 9),
            row(id, Some(first), false, 2),
            row(id, Some(second), false, 4),
            row(id, Some(second), true, 7),
        ];
        let sum = |rows: &[Call]| outputs(rows).into_iter().flatten().sum::<i64>();
        let expected = sum(&rows);
        for _ in 0..rows.len() {
            rows.rotate_left(1);
            assert_eq!(sum(&rows), expected);
            rows.reverse();
            assert_eq!(sum(&rows), expected);
        }
    }

    #[test]
    fn rows_of_another_model_are_another_call_whatever_their_id() {
        let mut strings = Strings::default();
        let (id, one, other) = (strings.intern("1"), strings.intern("gpt-4o"), strings.intern("claude"));
        let of = |model| {
            let mut row = row(id, None, false, 5);
            row.model_raw = Some(model);
            row
        };
        let (rows, done) = merged(&[of(one), of(other), of(one)]);
        assert_eq!((rows.order.len(), done), (2, Merged { merged: 1, same_id: 2 }));
    }
}
