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

use super::call::{Call, When};
use super::quality;
use super::strings::Sym;

/// A call with the file it was read from.
#[derive(Debug, Clone)]
pub struct Located {
    /// Index of the file in the load.
    pub file: u32,
    /// Index of the format in the list of formats.
    pub format: u8,
    /// Whether the format's ids are only as good as whoever made the table.
    pub own_ids: bool,
    /// The call.
    pub call: Call,
}

/// What a merge gave.
#[derive(Debug)]
pub struct Merged {
    /// The calls, each at the place of its first row.
    pub calls: Vec<Located>,
    /// Rows that were merged into another.
    pub merged: u64,
    /// Calls that share their id with another call from which they differ.
    pub same_id: u64,
}

/// What rows of one call agree on.
#[derive(PartialEq, Eq, Hash)]
struct Identity {
    format: u8,
    id: Sym,
    model: Option<Sym>,
    seller: Option<Sym>,
    when: Option<When>,
}

/// Merges duplicates. Rows without an id are kept as they are.
pub fn merge(mut rows: Vec<Located>) -> Merged {
    let mut alike: HashMap<Identity, Vec<usize>, FixedState> = HashMap::default();
    let mut ids: HashMap<(u8, Sym), u64, FixedState> = HashMap::default();
    for (at, row) in rows.iter().enumerate() {
        if let Some(identity) = identity(row) {
            alike.entry(identity).or_default().push(at);
        }
    }
    // For each row: the row that represents its call, and whether others were merged into that one.
    let mut winner_at: Vec<Option<usize>> = (0..rows.len()).map(Some).collect();
    let mut repeated = vec![false; rows.len()];
    for (identity, places) in &alike {
        for call in calls_of(places, &rows) {
            *ids.entry((identity.format, identity.id)).or_default() += 1;
            settle(&call, &rows, &mut winner_at, &mut repeated);
        }
    }
    let same_id = ids.values().filter(|calls| **calls > 1).sum();
    let all = rows.len();
    // The rows of a call are its own, so a winner takes the place of its first row without disturbing others.
    for (place, winner) in winner_at.iter().enumerate() {
        let Some(winner) = *winner else { continue };
        rows.swap(place, winner);
        if repeated[winner] {
            rows[place].call.quality |= quality::DUP_MERGED;
        }
    }
    let mut kept = winner_at.iter().map(Option::is_some);
    rows.retain(|_| kept.next().unwrap_or(true));
    Merged { merged: (all - rows.len()) as u64, calls: rows, same_id }
}

fn identity(row: &Located) -> Option<Identity> {
    let call = &row.call;
    Some(Identity {
        format: row.format,
        id: call.id?,
        model: call.model_raw,
        seller: call.seller,
        when: row.own_ids.then_some(call.when),
    })
}

/// Splits rows of one identity into calls: one for each request on the main chain, and every other row with the best of
/// them.
fn calls_of(places: &[usize], rows: &[Located]) -> Vec<Vec<usize>> {
    let request = |at: usize| rows[at].call.request_id.filter(|_| rows[at].call.is_subagent != Some(true));
    let mut calls: Vec<(Sym, Vec<usize>)> = Vec::new();
    let mut others = Vec::new();
    for &at in places {
        match request(at) {
            None => others.push(at),
            Some(own) => match calls.iter_mut().find(|(known, _)| *known == own) {
                Some((_, call)) => call.push(at),
                None => calls.push((own, vec![at])),
            },
        }
    }
    let best =
        (0..calls.len()).max_by_key(|call| calls[*call].1.iter().map(|at| rank(&rows[*at].call)).max());
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
fn settle(call: &[usize], rows: &[Located], winner_at: &mut [Option<usize>], repeated: &mut [bool]) {
    let Some(&first) = call.iter().min() else { return };
    let mut winner = first;
    for &at in call {
        let (own, best) = (rank(&rows[at].call), rank(&rows[winner].call));
        if own > best || (own == best && at < winner) {
            winner = at;
        }
        winner_at[at] = None;
    }
    winner_at[first] = Some(winner);
    repeated[winner] = call.len() > 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::logs::strings::Strings;

    fn row(id: Sym, request: Option<Sym>, side: bool, out: i64) -> Located {
        let call = Call {
            id: Some(id),
            request_id: request,
            is_subagent: Some(side),
            out_total: Some(out),
            ..Call::at(1)
        };
        Located { file: 0, format: 0, own_ids: false, call }
    }

    fn outputs(rows: &[Located]) -> Vec<Option<i64>> {
        merge(rows.to_vec()).calls.iter().map(|row| row.call.out_total).collect()
    }

    #[test]
    fn the_row_with_the_most_output_wins_whole() {
        let mut strings = Strings::default();
        let id = strings.intern("m");
        let merged = merge(vec![row(id, None, false, 3), row(id, None, false, 9), row(id, None, false, 5)]);
        assert_eq!((merged.calls.len(), merged.merged, merged.calls[0].call.out_total), (1, 2, Some(9)));
        assert_ne!(merged.calls[0].call.quality & quality::DUP_MERGED, 0);
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
        let merged = merge(vec![row(id, Some(first), false, 5), row(id, Some(second), false, 5)]);
        assert_eq!((merged.calls.len(), merged.merged, merged.same_id), (2, 0, 2));
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
        let sum = |rows: &[Located]| outputs(rows).into_iter().flatten().sum::<i64>();
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
            row.call.model_raw = Some(model);
            row
        };
        let merged = merge(vec![of(one), of(other), of(one)]);
        assert_eq!((merged.calls.len(), merged.merged, merged.same_id), (2, 1, 2));
    }
}
