//! Which columns of a table a map takes, and what only the whole file can decide: whether its input counts contain the
//! cache.

use super::map::{ColumnMap, Converted, names_of};
use super::row::{Cell, RowView};
use super::targets::{self as t, TARGETS};
use crate::inputs::logs::call::{Call, Convention};
use crate::inputs::logs::sink::Sink;
use crate::inputs::logs::usage::check_total;

/// A call that waits for the convention of its file.
#[derive(Debug, Clone, Copy)]
struct Undecided {
    /// Index in the sink.
    at: usize,
    /// Logged sum of input and output.
    total: Option<i64>,
}

/// The columns that a map takes from a table.
pub struct Plan {
    /// For each target: the index of its column and its conversion.
    pub(super) columns: Vec<Option<(usize, Option<Converted>)>>,
    /// For each target: the column whose text follows its own.
    pub(super) suffixes: Vec<Option<usize>>,
    pub(super) map: ColumnMap,
    /// Calls whose uncached input still holds the undecided input count.
    undecided: Vec<Undecided>,
}

impl Plan {
    /// Finds the columns of `map` in `header`.
    ///
    /// # Errors
    /// The columns that the map names and the table does not have.
    pub fn new(map: ColumnMap, header: &[String]) -> Result<Self, String> {
        let mut columns = vec![None; TARGETS.len()];
        let mut suffixes = vec![None; TARGETS.len()];
        let mut missing = Vec::new();
        for (target, source) in &map.columns {
            let Some(index) = t::index_of(target) else { continue };
            let suffix = source.conversion().and_then(|conversion| conversion.suffix.as_ref());
            suffixes[index] = suffix.and_then(|name| header.iter().position(|column| column == name));
            let mut places = header.iter().enumerate().filter(|(_, column)| *column == source.column());
            match (places.next(), places.next()) {
                (Some(_), Some(_)) => {
                    return Err(format!("has two columns called `{}`", source.column()));
                }
                (Some((at, _)), None) => columns[index] = Some((at, source.conversion().cloned())),
                (None, _) if map.optional.contains(target) => {}
                (None, _) => missing.push(format!("`{}` (for {})", source.column(), TARGETS[index].about)),
            }
        }
        if missing.is_empty() {
            return Ok(Self { columns, suffixes, map, undecided: Vec::new() });
        }
        Err(format!("map `{}` needs {}; the columns are {}", map.name, missing.join(", "), names_of(header)))
    }

    /// Indexes of the columns that are read.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        let own = self.columns.iter().flatten().map(|(index, _)| *index);
        own.chain(self.suffixes.iter().flatten().copied())
    }

    /// Takes one row: `cell` gives the cell of a column.
    pub fn take<'a>(&mut self, line: u64, cell: impl Fn(usize) -> Cell<'a>, sink: &mut Sink) {
        let row = RowView::new(self, &cell);
        match row.call(line, sink) {
            Ok((call, waits)) => {
                let before = sink.calls.len();
                sink.call(call);
                if let Some(total) = waits.filter(|_| sink.calls.len() > before) {
                    self.undecided.push(Undecided { at: before, total });
                }
            }
            Err(reason) => sink.reject(line, reason),
        }
    }

    /// Takes back what the last row gave: it is rejected, and nothing can be read behind it.
    pub fn retract(&mut self, line: u64, reason: &str, sink: &mut Sink) {
        if sink.calls.last().is_some_and(|call| call.line == line) {
            sink.calls.pop();
            self.undecided.retain(|waiting| waiting.at < sink.calls.len());
        }
        sink.rejects.retain(|reject| reject.line != line);
        sink.stop(line, reason);
    }

    /// Decides what the `input` column of this file counts and settles the calls that depend on it.
    pub fn finish(&mut self, sink: &mut Sink) {
        let cached = |call: &Call| call.buckets().input() - call.in_uncached.unwrap_or(0);
        let decides = |waiting: &&Undecided| {
            let call = &sink.calls[waiting.at];
            call.in_uncached.is_some_and(|input| cached(call) > input)
        };
        let exclusive = self.undecided.iter().find(decides).map(|waiting| sink.calls[waiting.at].line);
        let inclusive = self.undecided.iter().any(|waiting| {
            let call = &sink.calls[waiting.at];
            let sum = call.in_uncached.zip(call.out_total).map(|(input, out)| input + out);
            cached(call) > 0 && waiting.total.is_some() && waiting.total == sum
        });
        let some_cached = self.undecided.iter().any(|waiting| cached(&sink.calls[waiting.at]) > 0);
        let convention = match (exclusive, inclusive) {
            (Some(line), _) => {
                sink.notes.push(format!(
                    "the input column does not contain cached tokens: line {line} has more of them than input"
                ));
                Convention::Exclusive
            }
            (None, true) => Convention::Inclusive,
            (None, false) => Convention::Inferred,
        };
        if convention == Convention::Inferred && some_cached {
            sink.notes.push(
                "nothing decides whether the input column contains cached tokens: taken to contain them \
                 (say so with `input_convention` in a map)"
                    .to_owned(),
            );
        }
        for waiting in &self.undecided {
            let call = &mut sink.calls[waiting.at];
            call.convention = convention;
            if convention != Convention::Exclusive {
                // No row contradicts it, so the difference is never negative.
                call.in_uncached = call.in_uncached.map(|input| input - cached(call));
            }
            if let Some(total) = waiting.total {
                check_total(call, total);
            }
        }
    }
}
