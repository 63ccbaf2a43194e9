//! Columns of text as codes of one table of names.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::FixedState;
use polars::prelude::{
    CatNative as _, Categorical8Type, Categorical16Type, Categorical32Type, Column, DataFrame, DataType,
    PolarsCategoricalType, PolarsResult,
};

use crate::tables::Column as TableColumn;

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

/// The codes of a column: one for all rows, or of each row a place in a short list of codes.
pub(super) enum Codes {
    One(u32),
    Many { places: Vec<u32>, codes: Vec<u32> },
}

impl Codes {
    pub(super) fn of(&self, row: usize) -> u32 {
        match self {
            Self::One(code) => *code,
            Self::Many { places, codes } => codes[places[row] as usize],
        }
    }
}

/// The codes of a column of text; a column that is not there has no text.
pub(super) fn codes(frame: &DataFrame, column: &TableColumn, names: &Names) -> PolarsResult<Codes> {
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
    let mut places: Vec<u32> = Vec::with_capacity(values.len());
    let valid: Option<Vec<bool>> = (values.null_count() > 0)
        .then(|| values.is_not_null().iter().map(|valid| valid == Some(true)).collect());
    for chunk in values.str()?.downcast_iter() {
        let first = places.len();
        // Within a chunk, equal views are equal texts; unequal ones may be, and get the same code by their text.
        let mut known: HashMap<u128, u32, FixedState> = HashMap::default();
        let mut last = None;
        let views = chunk.views().iter().enumerate().map(|(row, view)| {
            if valid.as_ref().is_some_and(|valid| !valid[first + row]) {
                return local.place(0);
            }
            let view = view.as_u128();
            // Logs repeat themselves.
            match last {
                Some((before, place)) if view == before => place,
                _ => {
                    let place =
                        *known.entry(view).or_insert_with(|| local.place(names.code(chunk.value(row))));
                    last = Some((view, place));
                    place
                }
            }
        });
        places.extend(views);
    }
    Ok(local.codes(places))
}

/// A list of codes, short in nearly every batch.
#[derive(Default)]
pub(super) struct Local {
    codes: Vec<u32>,
    /// Places by code, once looking through the list takes longer.
    places: HashMap<u32, u32, FixedState>,
}

/// Codes that are looked through one by one.
const FEW: usize = 32;

impl Local {
    /// The place of a code in the list.
    pub(super) fn place(&mut self, code: u32) -> u32 {
        if self.codes.len() <= FEW
            && let Some(place) = self.codes.iter().position(|known| *known == code)
        {
            return place as u32;
        }
        if self.codes.len() > FEW {
            if self.places.is_empty() {
                self.places = self.codes.iter().copied().zip(0..).collect();
            }
            if let Some(place) = self.places.get(&code) {
                return *place;
            }
        }
        let next = self.codes.len() as u32;
        self.codes.push(code);
        if !self.places.is_empty() {
            self.places.insert(code, next);
        }
        next
    }

    /// The list with the place of each row in it.
    pub(super) fn codes(self, places: Vec<u32>) -> Codes {
        match self.codes.as_slice() {
            [one] => Codes::One(*one),
            _ => Codes::Many { places, codes: self.codes },
        }
    }
}
