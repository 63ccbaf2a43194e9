//! A batch of the table of calls, sorted into classes whose tokens lie next to each other as numbers.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;

use polars::prelude::{
    ChunkAgg as _, ChunkedArray, DataFrame, DataType, Int64Chunked, PolarsNumericType, PolarsResult, TimeUnit,
};

use super::codes::{Codes, Local, Names, codes};
use super::part::{Part, Rare};
use super::{Calendar, Class, TEXTS, Traits};
use crate::engine::route::kernel::METERS;
use crate::tables::{Column as TableColumn, calls as c, calls::BUCKETS};
use crate::units::Day;

/// A batch, sorted by class. Its memory is used again by the next one.
#[derive(Default)]
pub struct Batch {
    classes: Vec<(Class, Range<usize>)>,
    tokens: [Option<Vec<f64>>; METERS],
    slots: Vec<i32>,
    order: Vec<u32>,
    ids: Vec<u32>,
    rare: Rare,
    /// First and last moment, in microseconds since 1970-01-01 UTC; `None`: no call has a date.
    pub span: Option<(i64, i64)>,
}

impl Batch {
    /// Takes a batch of the table.
    ///
    /// # Errors
    /// When a column has a type that is not its own.
    pub fn fill(&mut self, frame: &DataFrame, names: &Names, calendar: &Calendar) -> PolarsResult<()> {
        let height = frame.height();
        let mut keys: Vec<Codes> =
            TEXTS.iter().map(|column| codes(frame, column, names)).collect::<Result<_, _>>()?;
        let times = Times::of(frame, calendar)?;
        self.span = times.span;
        self.rare = Rare::of(frame)?;
        keys.extend([times.stretches(calendar), times.open, self.rare.traits(&times.undated, height)]);
        self.ids.clear();
        self.ids.resize(height, 0);
        let mut count = u32::from(height > 0);
        for codes in &keys {
            count = combine(&mut self.ids, count, codes);
        }
        let starts = self.sort(count);
        self.classes.clear();
        for (from, to) in starts.iter().zip(starts.iter().skip(1)).filter(|(from, to)| from < to) {
            let row = self.order[*from] as usize;
            let of = |key: usize| keys[key].of(row);
            let class = Class {
                texts: std::array::from_fn(of),
                stretch: of(TEXTS.len()),
                windows: of(TEXTS.len() + 1),
                traits: Traits(of(TEXTS.len() + 2)),
            };
            self.classes.push((class, *from..*to));
        }
        self.slots.clear();
        self.slots.extend(self.order.iter().map(|row| times.slots[*row as usize]));
        for (own, column) in self.tokens.iter_mut().zip(BUCKETS) {
            gather(frame, column, &self.order, own)?;
        }
        Ok(())
    }

    /// Puts the rows into the order of their classes; the answer is where each class begins, and the end.
    fn sort(&mut self, classes: u32) -> Vec<usize> {
        let mut starts = vec![0_usize; classes as usize + 1];
        for id in &self.ids {
            starts[*id as usize + 1] += 1;
        }
        for class in 0..classes as usize {
            starts[class + 1] += starts[class];
        }
        let mut next = starts.clone();
        self.order.resize(self.ids.len(), 0);
        for (row, id) in (0_u32..).zip(&self.ids) {
            let place = &mut next[*id as usize];
            self.order[*place] = row;
            *place += 1;
        }
        starts
    }

    /// The classes of the batch with their calls.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        self.classes.iter().map(|(class, rows)| Part {
            class: *class,
            slots: &self.slots[rows.clone()],
            rows: &self.order[rows.clone()],
            tokens: self.tokens.each_ref().map(|column| column.as_ref().map(|column| &column[rows.clone()])),
            rare: &self.rare,
        })
    }
}

/// Tells rows of one class apart by another column; the answer is how many classes there are then.
fn combine(ids: &mut [u32], classes: u32, codes: &Codes) -> u32 {
    let Codes::Many { places, codes } = codes else { return classes };
    let width = codes.len();
    if classes as usize * width > DENSE {
        return combine_sparse(ids, places);
    }
    let mut known: Vec<u32> = vec![u32::MAX; classes as usize * width];
    let mut count = 0;
    for (id, place) in ids.iter_mut().zip(places) {
        let both = &mut known[*id as usize * width + *place as usize];
        if *both == u32::MAX {
            *both = count;
            count += 1;
        }
        *id = *both;
    }
    count
}

/// Pairs of classes and codes up to which a table has a place for each.
const DENSE: usize = 1 << 22;

/// The same where most pairs do not occur: a log in which every call has names of its own.
fn combine_sparse(ids: &mut [u32], places: &[u32]) -> u32 {
    let mut known: HashMap<(u32, u32), u32, FixedState> = HashMap::default();
    for (id, place) in ids.iter_mut().zip(places) {
        let next = known.len() as u32;
        *id = *known.entry((*id, *place)).or_insert(next);
    }
    known.len() as u32
}

/// When the calls of a batch were made.
struct Times {
    slots: Vec<i32>,
    /// The windows of hours that were open.
    open: Codes,
    /// The rows without a date; empty where all have one.
    undated: Vec<bool>,
    span: Option<(i64, i64)>,
}

impl Times {
    fn of(frame: &DataFrame, calendar: &Calendar) -> PolarsResult<Self> {
        let column = frame.column(c::TS_START.name)?;
        let micros = match column.dtype() {
            DataType::Datetime(TimeUnit::Microseconds, _) => column.clone(),
            _ => column.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?,
        };
        let micros = micros.datetime()?.physical().rechunk();
        let mut slot_of = slots(calendar);
        let (slots, undated) = match micros.cont_slice() {
            Ok(micros) => (micros.iter().copied().map(slot_of).collect(), Vec::new()),
            Err(_) => {
                let undated = calendar.undated_slot();
                let slots = micros.iter().map(|micros| micros.map_or(undated, &mut slot_of));
                (slots.collect(), micros.iter().map(|micros| micros.is_none()).collect())
            }
        };
        let open = if calendar.has_hours() { hours(&micros, calendar) } else { Codes::One(0) };
        Ok(Self { slots, open, undated, span: micros.min().zip(micros.max()) })
    }

    /// The stretches of the slots, as if they were codes of texts. Most batches lie within one.
    fn stretches(&self, calendar: &Calendar) -> Codes {
        let of = |micros: i64| calendar.stretch(Day::of_micros(micros));
        if let Some((first, last)) = self.span.filter(|_| self.undated.is_empty())
            && of(first) == of(last)
        {
            return Codes::One(of(first));
        }
        let (mut local, mut known) = (Local::default(), None);
        let places = self.slots.iter().map(|slot| match known {
            Some((before, place)) if before == *slot => place,
            _ => {
                let place = local.place(calendar.stretch(calendar.slot.day(*slot)));
                known = Some((*slot, place));
                place
            }
        });
        let places = places.collect();
        local.codes(places)
    }
}

/// The windows of hours that were open, as if they were codes of texts.
fn hours(micros: &Int64Chunked, calendar: &Calendar) -> Codes {
    let mut local = Local::default();
    let (mut minute, mut last) = (0..0, 0);
    let mut open = |at: i64| {
        if !minute.contains(&at) {
            let start = at.div_euclid(Calendar::MINUTE) * Calendar::MINUTE;
            minute = start..start + Calendar::MINUTE;
            last = local.place(calendar.open(at));
        }
        last
    };
    let places = match micros.cont_slice() {
        Ok(micros) => micros.iter().copied().map(open).collect(),
        Err(_) => {
            // A call without a date was made in no window.
            let closed = micros.iter().map(|at| at.map(&mut open)).collect::<Vec<_>>();
            closed.into_iter().map(|place| place.unwrap_or_else(|| local.place(0))).collect()
        }
    };
    local.codes(places)
}

/// The slot of a moment. Logs are nearly in order: most calls are of the slot of the one before.
fn slots(calendar: &Calendar) -> impl FnMut(i64) -> i32 {
    let length = calendar.slot.micros();
    let (mut start, mut slot) = (0, 0);
    move |micros| {
        if !(0..length).contains(&(micros - start)) {
            slot = micros.div_euclid(length);
            start = slot * length;
        }
        slot as i32
    }
}

/// The tokens of a column in the order of the classes; `None` where no call has any.
fn gather(
    frame: &DataFrame,
    column: &TableColumn,
    order: &[u32],
    own: &mut Option<Vec<f64>>,
) -> PolarsResult<()> {
    let mut sorted = own.take().unwrap_or_default();
    sorted.clear();
    let Ok(values) = frame.column(column.name) else { return Ok(()) };
    if values.null_count() == values.len() {
        return Ok(());
    }
    match values.dtype() {
        DataType::UInt32 => in_order(values.u32()?, f64::from, order, &mut sorted),
        DataType::Int64 => in_order(values.i64()?, |tokens| tokens as f64, order, &mut sorted),
        _ => in_order(values.cast(&DataType::Float64)?.f64()?, |tokens| tokens, order, &mut sorted),
    }
    if sorted.iter().any(|tokens| *tokens > 0.0) {
        *own = Some(sorted);
    }
    Ok(())
}

/// Tokens that are not reported are none.
fn in_order<T: PolarsNumericType>(
    values: &ChunkedArray<T>,
    number: impl Fn(T::Native) -> f64,
    order: &[u32],
    sorted: &mut Vec<f64>,
) {
    let values = values.rechunk();
    match values.cont_slice() {
        Ok(values) => sorted.extend(order.iter().map(|row| number(values[*row as usize]))),
        Err(_) => sorted.extend(order.iter().map(|row| values.get(*row as usize).map_or(0.0, &number))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::Column;

    #[test]
    fn a_batch_in_which_every_call_has_names_of_its_own_has_as_many_classes_as_calls() {
        const ROWS: usize = 20_000;
        let names = |prefix: &str| -> Vec<String> { (0..ROWS).map(|row| format!("{prefix}{row}")).collect() };
        let columns = vec![
            Column::new(c::WORKLOAD.name.into(), names("w")),
            Column::new(c::MODEL_RAW.name.into(), names("m")),
            Column::new(c::TS_START.name.into(), vec![Some(0_i64); ROWS]),
            Column::new(c::OUT_TOTAL.name.into(), (0..ROWS as i64).collect::<Vec<_>>()),
        ];
        let frame = DataFrame::new(ROWS, columns).expect("columns of one length");
        let mut batch = Batch::default();
        batch.fill(&frame, &Names::default(), &Calendar::constant(Day(0))).expect("a table");
        assert_eq!(batch.parts().count(), ROWS);
        // Each class has the tokens of its own row.
        assert!(batch.parts().all(|part| part.buckets(0).out == i64::from(part.rows[0])));
    }
}
