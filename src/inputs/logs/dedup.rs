//! One call out of the many rows that repeat it.
//!
//! A session writes one row per content block, and resumed or copied sessions repeat rows across files, so the key is
//! global. Rows of one source with the same id are one call, unless both name a request, the requests differ, and
//! neither row belongs to a side chain (side chains replay a message under a new request id). The winner is a whole
//! row, never a maximum per field: main chain before side chain, then more output, then more tokens, then the earlier.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::FixedState;

use super::call::Call;
use super::quality;
use super::strings::Sym;

/// A call with the file it was read from.
#[derive(Debug, Clone)]
pub struct Located {
    /// Index of the file in the load.
    pub file: u32,
    /// Index of the format in the list of formats.
    pub format: u8,
    /// The call.
    pub call: Call,
}

/// Merges duplicates in order of arrival. Returns the calls, in the order of their first row, and the number of rows
/// that were merged away. Rows without an id are kept as they are.
pub fn merge(rows: Vec<Located>) -> (Vec<Located>, u64) {
    let mut kept: Vec<Located> = Vec::with_capacity(rows.len());
    let mut known: HashMap<(u8, Sym), Vec<u32>, FixedState> = HashMap::default();
    let mut merged = 0;
    for row in rows {
        let Some(id) = row.call.id else {
            kept.push(row);
            continue;
        };
        let next = kept.len() as u32;
        match known.entry((row.format, id)) {
            Entry::Vacant(slot) => {
                slot.insert(vec![next]);
                kept.push(row);
            }
            Entry::Occupied(mut slot) => {
                let same =
                    slot.get().iter().find(|&&at| same_call(&kept[at as usize].call, &row.call)).copied();
                if let Some(at) = same {
                    merged += 1;
                    settle(&mut kept[at as usize], row);
                } else {
                    slot.get_mut().push(next);
                    kept.push(row);
                }
            }
        }
    }
    (kept, merged)
}

fn same_call(a: &Call, b: &Call) -> bool {
    let on_side_chain = a.is_subagent == Some(true) || b.is_subagent == Some(true);
    match (a.request_id, b.request_id) {
        (Some(first), Some(second)) => first == second || on_side_chain,
        _ => true,
    }
}

fn settle(winner: &mut Located, other: Located) {
    let rank = |call: &Call| (call.is_subagent != Some(true), call.out_total.unwrap_or(-1), call.tokens());
    if rank(&other.call) > rank(&winner.call) {
        *winner = other;
    }
    winner.call.quality |= quality::DUP_MERGED;
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
        Located { file: 0, format: 0, call }
    }

    #[test]
    fn the_row_with_the_most_output_wins_whole() {
        let mut strings = Strings::default();
        let id = strings.intern("m");
        let (kept, merged) =
            merge(vec![row(id, None, false, 3), row(id, None, false, 9), row(id, None, false, 5)]);
        assert_eq!((kept.len(), merged, kept[0].call.out_total), (1, 2, Some(9)));
        assert_ne!(kept[0].call.quality & quality::DUP_MERGED, 0);
    }

    #[test]
    fn a_main_chain_row_beats_a_longer_side_chain_row() {
        let mut strings = Strings::default();
        let (id, first, second) = (strings.intern("m"), strings.intern("r1"), strings.intern("r2"));
        let (kept, _) = merge(vec![row(id, Some(first), true, 50), row(id, Some(second), false, 9)]);
        assert_eq!((kept.len(), kept[0].call.out_total), (1, Some(9)));
    }

    #[test]
    fn different_requests_on_the_main_chain_stay_two_calls() {
        let mut strings = Strings::default();
        let (id, first, second) = (strings.intern("m"), strings.intern("r1"), strings.intern("r2"));
        let (kept, merged) = merge(vec![row(id, Some(first), false, 5), row(id, Some(second), false, 5)]);
        assert_eq!((kept.len(), merged), (2, 0));
    }
}
