//! A batch of the table of calls, sorted into classes whose tokens lie next to each other as numbers.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::FixedState;
use polars::prelude::{
    CatNative as _, Categorical8Type, Categorical16Type, Categorical32Type, ChunkedArray, Column, DataFrame,
    DataType, PolarsCategoricalType, PolarsNumericType, PolarsResult, TimeUnit,
};

use crate::engine::route::kernel::{Columns, METERS};
use crate::tables::{Column as TableColumn, calls as c};

/// What calls share that have the same plan. Texts are codes of [`Names`], 0 where the log has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Class {
    /// Those of [`TEXTS`].
    pub texts: [u32; TEXTS.len()],
    /// Stretch of days with the same rates.
    pub stretch: u32,
}

impl Class {
    /// Code of the workload.
    pub const fn workload(&self) -> u32 {
        self.texts[0]
    }
}

/// The columns of text that decide which offers may serve a call; a table may lack all but the workload.
pub static TEXTS: [&TableColumn; 8] = [
    &c::WORKLOAD,
    &c::MODEL_RAW,
    &c::SELLER,
    &c::MODE,
    &c::REGION,
    &c::OPERATION,
    &c::GRANULARITY,
    &c::STATUS,
];

/// The names of the columns that a pass reads, but for those that it ignores.
pub fn needed<'a>(ignored: &'a [&str]) -> impl Iterator<Item = &'static str> + use<'a> {
    let texts = TEXTS.iter().map(|column| column.name).filter(|name| !ignored.contains(name));
    texts.chain(TOKENS.iter().map(|column| column.name)).chain([c::TS_START.name])
}

/// The token buckets, in the order of the engine.
static TOKENS: [&TableColumn; METERS] = [
    &c::IN_UNCACHED,
    &c::IN_CACHE_READ,
    &c::IN_CACHE_WRITE_5M,
    &c::IN_CACHE_WRITE_1H,
    &c::OUT_TOTAL,
    &c::OUT_REASONING,
];

/// Texts of a log as codes from 1 on, the same in every batch.
#[derive(Debug, Clone, Default)]
pub struct Names(Arc<RwLock<Known>>);

#[derive(Debug, Default)]
struct Known {
    codes: HashMap<Arc<str>, u32, FixedState>,
    texts: Vec<Arc<str>>,
}

impl Names {
    /// The code of a text, new or known.
    pub fn code(&self, text: &str) -> u32 {
        if let Some(&code) = self.0.read().unwrap_or_else(PoisonError::into_inner).codes.get(text) {
            return code;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&code) = known.codes.get(text) {
            return code;
        }
        let text: Arc<str> = text.into();
        known.texts.push(Arc::clone(&text));
        let code = known.texts.len() as u32;
        known.codes.insert(text, code);
        code
    }

    /// The text of a code.
    pub fn text(&self, code: u32) -> Option<Arc<str>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.texts.get((code as usize).checked_sub(1)?).cloned()
    }
}

/// A batch, sorted by class. Its memory is used again by the next one.
#[derive(Default)]
pub struct Batch {
    classes: Vec<(Class, Range<usize>)>,
    tokens: [Option<Vec<f64>>; METERS],
    days: Vec<i32>,
    ids: Vec<u32>,
    order: Vec<u32>,
}

/// The calls of one class in a batch.
pub struct Part<'a> {
    /// What they share.
    pub class: Class,
    /// Days since 1970-01-01.
    pub days: &'a [i32],
    tokens: [Option<&'a [f64]>; METERS],
}

impl<'a> Part<'a> {
    /// The tokens, for the engine.
    pub fn columns(&self) -> Columns<'a> {
        Columns { tokens: self.tokens, len: self.days.len() }
    }
}

/// The codes of a column: one for all rows, or of each row a place in a short list of codes.
enum Codes {
    One(u32),
    Many { places: Vec<u32>, codes: Vec<u32> },
}

impl Codes {
    fn of(&self, row: usize) -> u32 {
        match self {
            Self::One(code) => *code,
            Self::Many { places, codes } => codes[places[row] as usize],
        }
    }
}

const MICROS_PER_DAY: i64 = 86_400_000_000;

impl Batch {
    /// Takes a batch of the table. Calls without a date are of the day `undated`.
    ///
    /// # Errors
    /// When a column has a type that is not its own.
    pub fn fill(
        &mut self,
        frame: &DataFrame,
        names: &Names,
        undated: i32,
        stretch: impl Fn(i32) -> u32,
    ) -> PolarsResult<()> {
        let height = frame.height();
        let texts: Vec<Codes> =
            TEXTS.iter().map(|column| codes(frame, column, names)).collect::<Result<_, _>>()?;
        let days = days(frame, undated)?;
        let stretches = stretches(&days, stretch);
        self.ids.clear();
        self.ids.resize(height, 0);
        let mut count = u32::from(height > 0);
        for codes in texts.iter().chain([&stretches]) {
            count = combine(&mut self.ids, count, codes);
        }
        let starts = self.sort(count);
        self.classes.clear();
        for (from, to) in starts.iter().zip(starts.iter().skip(1)).filter(|(from, to)| from < to) {
            let row = self.order[*from] as usize;
            let class =
                Class { texts: std::array::from_fn(|text| texts[text].of(row)), stretch: stretches.of(row) };
            self.classes.push((class, *from..*to));
        }
        self.days.clear();
        self.days.extend(self.order.iter().map(|row| days[*row as usize]));
        for (own, column) in self.tokens.iter_mut().zip(TOKENS) {
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
        self.classes.iter().map(|(class, rows)| {
            let days = &self.days[rows.clone()];
            let tokens =
                self.tokens.each_ref().map(|column| column.as_ref().map(|column| &column[rows.clone()]));
            Part { class: *class, days, tokens }
        })
    }
}

/// Tells rows of one class apart by another column; the answer is how many classes there are then.
fn combine(ids: &mut [u32], classes: u32, codes: &Codes) -> u32 {
    let Codes::Many { places, codes } = codes else { return classes };
    let width = codes.len();
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

fn codes(frame: &DataFrame, column: &TableColumn, names: &Names) -> PolarsResult<Codes> {
    let Ok(values) = frame.column(column.name) else { return Ok(Codes::One(0)) };
    if values.null_count() == values.len() {
        return Ok(Codes::One(0));
    }
    match values.dtype() {
        DataType::Categorical(..) | DataType::Enum(..) => {
            if let Ok(codes) = of_categories::<Categorical8Type>(values, names) {
                return Ok(codes);
            }
            of_categories::<Categorical16Type>(values, names)
                .or_else(|_| of_categories::<Categorical32Type>(values, names))
        }
        _ => of_texts(values, names),
    }
}

fn of_categories<T: PolarsCategoricalType>(values: &Column, names: &Names) -> PolarsResult<Codes> {
    let values = values.cat::<T>()?;
    let mapping = values.get_mapping();
    let mut local = Local::default();
    let mut place_of: Vec<u32> = Vec::new();
    let places = values.physical().iter().map(|category| {
        let Some(category) = category.map(|category| category.as_cat()) else { return local.place(0) };
        let at = category as usize;
        if at >= place_of.len() {
            place_of.resize(at + 1, u32::MAX);
        }
        if place_of[at] == u32::MAX {
            place_of[at] = local.place(mapping.cat_to_str(category).map_or(0, |text| names.code(text)));
        }
        place_of[at]
    });
    let places = places.collect();
    Ok(local.codes(places))
}

fn of_texts(values: &Column, names: &Names) -> PolarsResult<Codes> {
    let mut local = Local::default();
    let mut known: HashMap<&str, u32, FixedState> = HashMap::default();
    let mut last = ("", None);
    let places = values
        .str()?
        .iter()
        .map(|text| match (text, last) {
            (None, _) => local.place(0),
            // Logs repeat themselves.
            (Some(text), (before, Some(place))) if text == before => place,
            (Some(text), _) => {
                let place = *known.entry(text).or_insert_with(|| local.place(names.code(text)));
                last = (text, Some(place));
                place
            }
        })
        .collect();
    Ok(local.codes(places))
}

/// A short list of codes.
#[derive(Default)]
struct Local(Vec<u32>);

impl Local {
    fn place(&mut self, code: u32) -> u32 {
        let known = self.0.iter().position(|known| *known == code);
        known.unwrap_or_else(|| {
            self.0.push(code);
            self.0.len() - 1
        }) as u32
    }

    fn codes(self, places: Vec<u32>) -> Codes {
        match self.0.as_slice() {
            [one] => Codes::One(*one),
            _ => Codes::Many { places, codes: self.0 },
        }
    }
}

fn days(frame: &DataFrame, undated: i32) -> PolarsResult<Vec<i32>> {
    let column = frame.column(c::TS_START.name)?;
    let micros = match column.dtype() {
        DataType::Datetime(TimeUnit::Microseconds, _) => column.clone(),
        _ => column.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?,
    };
    // Logs are nearly in order: most calls are of the day of the one before.
    let (mut start, mut day) = (0, 0);
    let day_of = |micros: i64| {
        if !(0..MICROS_PER_DAY).contains(&(micros - start)) {
            day = micros.div_euclid(MICROS_PER_DAY);
            start = day * MICROS_PER_DAY;
        }
        day as i32
    };
    let micros = micros.datetime()?.physical().rechunk();
    Ok(match micros.cont_slice() {
        Ok(micros) => micros.iter().copied().map(day_of).collect(),
        Err(_) => {
            let mut day_of = day_of;
            micros.iter().map(|micros| micros.map_or(undated, &mut day_of)).collect()
        }
    })
}

/// The stretches of days, as if they were codes of texts.
fn stretches(days: &[i32], stretch: impl Fn(i32) -> u32) -> Codes {
    let mut local = Local::default();
    let mut last = None;
    let places = days
        .iter()
        .map(|day| match last {
            Some((known, place)) if known == *day => place,
            _ => {
                let place = local.place(stretch(*day));
                last = Some((*day, place));
                place
            }
        })
        .collect();
    local.codes(places)
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
