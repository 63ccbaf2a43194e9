//! The one place where the table of calls becomes slices, and where it is decided what a null means: an unreported token
//! bucket holds no billable tokens, an unreported mode is standard, an unreported name stays unknown.

use std::collections::HashMap;

use polars::prelude::{Column, DataFrame, DataType, PolarsError, PolarsResult};

use crate::engine::route::Calls;
use crate::inputs::models::{is_global, mode_of_name, region_of_name};
use crate::tables::calls as c;
use crate::units::Mode;

/// A text column as codes into its distinct texts, in order of first use.
#[derive(Debug, Default)]
pub struct Names {
    /// Code of each row; `None`: not reported.
    pub codes: Vec<Option<u32>>,
    /// Text of each code.
    pub texts: Vec<String>,
}

impl Names {
    /// The text of a code.
    pub fn text(&self, code: Option<u32>) -> Option<&str> {
        code.map(|code| self.texts[code as usize].as_str())
    }
}

/// What may be done with a row beyond pricing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A call of text: it can be routed.
    Routable,
    /// An embedding, image, audio or other call: no text model replaces it.
    OtherOperation,
    /// A row that stands for many calls: it has no shape that an offer could fit.
    Bucket,
    /// A call that used a tool of its seller's: another seller may have none.
    ServerTool,
}

/// The calls as columns.
#[derive(Debug)]
pub struct CallTable {
    fresh: Vec<i64>,
    read: Vec<i64>,
    write_5m: Vec<i64>,
    write_1h: Vec<i64>,
    out: Vec<i64>,
    reasoning: Vec<i64>,
    /// Start in microseconds since 1970-01-01 UTC.
    pub start: Vec<Option<i64>>,
    /// Whether the start was moved to an anchor.
    pub anchored: bool,
    /// Workload.
    pub workload: Names,
    /// Model as logged.
    pub model: Names,
    /// Seller as logged.
    pub seller: Names,
    /// Pricing mode: as logged, else that of the model's name (`:batch`), else standard.
    pub mode: Vec<Mode>,
    operation: Names,
    /// Region: that of the model's name (`us.anthropic…`), else as logged.
    pub region: Names,
    /// Served by a gateway's cache: nothing was billed.
    pub free: Vec<bool>,
    /// Whether the row is a sum of calls.
    bucket: Vec<bool>,
    /// Calls that the row stands for.
    pub n_calls: Vec<i64>,
    /// Cost as logged, in picodollars.
    pub cost_reported: Vec<Option<i64>>,
    /// Billable web searches.
    pub web_searches: Vec<i64>,
}

impl CallTable {
    /// Reads the table of calls.
    ///
    /// # Errors
    /// When a column is missing or has another type.
    pub fn of(frame: &DataFrame) -> PolarsResult<Self> {
        c::CALLS.check(frame).map_err(|error| PolarsError::SchemaMismatch(error.to_string().into()))?;
        let zero_if_unreported = |column: &crate::tables::Column| -> PolarsResult<Vec<i64>> {
            Ok(integers(frame.column(column.name)?)?.into_iter().map(|n| n.unwrap_or(0)).collect())
        };
        let status = names(frame.column(c::STATUS.name)?)?;
        let mode = names(frame.column(c::MODE.name)?)?;
        let kinds = names(frame.column(c::TS_KIND.name)?)?;
        let model = names(frame.column(c::MODEL_RAW.name)?)?;
        let of_names: Vec<Option<Mode>> = model.texts.iter().map(|raw| mode_of_name(raw)).collect();
        let modes = mode.codes.iter().zip(&model.codes).map(|(logged, model)| {
            let named = || model.and_then(|code| of_names[code as usize]);
            mode.text(*logged).and_then(Mode::from_word).or_else(named).unwrap_or_default()
        });
        let modes = modes.collect();
        let granularity = names(frame.column(c::GRANULARITY.name)?)?;
        let region = regions(&model, names(frame.column(c::REGION.name)?)?);
        Ok(Self {
            fresh: zero_if_unreported(&c::IN_UNCACHED)?,
            read: zero_if_unreported(&c::IN_CACHE_READ)?,
            write_5m: zero_if_unreported(&c::IN_CACHE_WRITE_5M)?,
            write_1h: zero_if_unreported(&c::IN_CACHE_WRITE_1H)?,
            out: zero_if_unreported(&c::OUT_TOTAL)?,
            reasoning: zero_if_unreported(&c::OUT_REASONING)?,
            start: integers(&frame.column(c::TS_START.name)?.cast(&DataType::Int64)?)?,
            anchored: kinds.texts.iter().any(|kind| kind == "anchored"),
            workload: names(frame.column(c::WORKLOAD.name)?)?,
            model,
            seller: names(frame.column(c::SELLER.name)?)?,
            mode: modes,
            region,
            operation: names(frame.column(c::OPERATION.name)?)?,
            free: status.codes.iter().map(|code| status.text(*code) == Some("gateway_cache")).collect(),
            bucket: granularity.codes.iter().map(|code| granularity.text(*code) == Some("bucket")).collect(),
            n_calls: integers(frame.column(c::N_CALLS.name)?)?.into_iter().map(|n| n.unwrap_or(1)).collect(),
            cost_reported: integers(frame.column(c::COST_REPORTED.name)?)?,
            web_searches: zero_if_unreported(&c::TOOL_WEB_SEARCH)?,
        })
    }

    /// The token buckets, for the engine.
    pub fn calls(&self) -> Calls<'_> {
        Calls {
            fresh: &self.fresh,
            read: &self.read,
            write_5m: &self.write_5m,
            write_1h: &self.write_1h,
            out: &self.out,
            reasoning: &self.reasoning,
        }
    }

    /// What may be done with a row.
    pub fn kind(&self, row: usize) -> Kind {
        match self.operation.text(self.operation.codes[row]) {
            _ if self.bucket[row] => Kind::Bucket,
            None | Some("chat" | "completion") if self.web_searches[row] > 0 => Kind::ServerTool,
            None | Some("chat" | "completion") => Kind::Routable,
            Some(_) => Kind::OtherOperation,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.fresh.len()
    }
}

/// The region that a model's name selects, where it selects one, else the one that the log states.
fn regions(model: &Names, mut logged: Names) -> Names {
    let of_names: Vec<Option<u32>> = model
        .texts
        .iter()
        .map(|raw| {
            let region = if is_global(raw) { "global".to_owned() } else { region_of_name(raw)? };
            let code = logged.texts.iter().position(|text| *text == region).unwrap_or_else(|| {
                logged.texts.push(region);
                logged.texts.len() - 1
            });
            Some(code as u32)
        })
        .collect();
    for (code, model) in logged.codes.iter_mut().zip(&model.codes) {
        *code = model.and_then(|model| of_names[model as usize]).or(*code);
    }
    logged
}

fn integers(column: &Column) -> PolarsResult<Vec<Option<i64>>> {
    Ok(column.i64()?.iter().collect())
}

fn names(column: &Column) -> PolarsResult<Names> {
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut names = Names::default();
    let strings = column.str()?;
    for text in strings.iter() {
        let code = text.map(|text| {
            *known.entry(text).or_insert_with(|| {
                names.texts.push(text.to_owned());
                names.texts.len() as u32 - 1
            })
        });
        names.codes.push(code);
    }
    Ok(names)
}
