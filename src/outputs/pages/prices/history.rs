//! The page of `prices history`, and the same path as a table for a chart.

use std::collections::BTreeSet;

use csv::Writer;

use super::{day, hours, price_heads, price_values};
use crate::inputs::models::{ModelId, Models};
use crate::inputs::prices::sheet::price_text;
use crate::inputs::prices::{Held, OfferId, PriceBook, Window};
use crate::outputs::findings::day_text;
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::units::{Day, Meter, Mode, Prices, TokenRate};

/// What `prices history` traces.
pub struct Traced<'a> {
    /// The model.
    pub model: ModelId,
    /// Only this seller, by its id.
    pub seller: Option<&'a str>,
    /// The mode.
    pub mode: Mode,
    /// Model identity.
    pub models: &'a Models,
    /// Prices.
    pub book: &'a PriceBook,
}

/// One price and the days on which it held.
struct Stay<'b> {
    offer: OfferId,
    held: &'b Held,
    from: Option<Day>,
    until: Option<Day>,
    /// The blend before it, in picodollars per token.
    before: Option<i64>,
}

/// Three prompt tokens to one output token: the usual blend of price comparisons.
const BLEND: (i64, i64) = (3, 1);

fn blend(prices: &Prices) -> Option<i64> {
    let (input, output) = (prices.stated(Meter::Input)?, prices.stated(Meter::Output)?);
    Some((BLEND.0 * input + BLEND.1 * output) / (BLEND.0 + BLEND.1))
}

impl Stay<'_> {
    /// Change of the blend, as a part of the one before.
    fn change(&self) -> Option<f64> {
        let (before, now) = (self.before?, blend(&self.held.rate.prices)?);
        (before > 0).then(|| now as f64 / before as f64 - 1.0)
    }

    const fn event(&self) -> &'static str {
        if self.before.is_some() { "change" } else { "first" }
    }
}

/// The page.
pub fn history(traced: &Traced<'_>) -> Page {
    let stays = path(traced);
    let model = traced.models.get(traced.model);
    let changes = stays.iter().filter(|stay| stay.before.is_some()).count() as u64;
    let claim = match stays.len() {
        0 => format!("{} has no {} price on record", model.name, traced.mode.word()),
        _ => format!(
            "{}: {} of its {} prices on record",
            model.name,
            counted(changes, "change"),
            traced.mode.word()
        ),
    };
    let rows = stays.iter().map(|stay| row(traced, stay)).collect();
    let notes = vec![format!(
        "dollars per million tokens; blend: {} prompt tokens to {} output token; a path holds the rates that win on each day",
        BLEND.0, BLEND.1
    )];
    let body = Body::Grid(Grid { heads: heads(), rows, shown: usize::MAX });
    let section = Section { key: "history", title: "History".to_owned(), body, notes };
    Page { command: "prices history", claim, sections: vec![section] }
}

fn heads() -> Vec<Head> {
    let mut heads = vec![
        Head::names("seller", "seller", 0),
        Head::new("region", "region", 0),
        Head::new("from_input", "from input", 0),
        Head::names("hours", "hours", 0),
        Head::new("valid_from", "from", 0),
        Head::new("valid_until", "until", 1),
        Head::new("event", "event", 3),
    ];
    heads.extend(price_heads());
    heads.extend([
        Head::new("blend", "blend", 1),
        Head::new("change", "change", 0),
        Head::new("price_kind", "price", 4),
        Head::names("source", "source", 3),
    ]);
    heads
}

fn row(traced: &Traced<'_>, stay: &Stay<'_>) -> Vec<Value> {
    let rate = &stay.held.rate;
    let mut row = vec![
        Value::Text(traced.book.seller_of(stay.offer).id.clone()),
        rate.region.as_ref().map_or(Value::Nothing, |region| Value::Text(region.clone())),
        match rate.tier.least {
            0 => Value::Nothing,
            least => Value::Count(least.unsigned_abs()),
        },
        hours(rate.window.as_ref()),
        day(stay.from),
        day(stay.until),
        Value::from(stay.event()),
    ];
    row.extend(price_values(&rate.prices));
    row.extend([
        blend(&rate.prices).map_or(Value::Nothing, |blend| Value::Rate(TokenRate::from_pico(blend))),
        stay.change().map_or(Value::Nothing, Value::Change),
        Value::from(rate.kind.word()),
        Value::Text(traced.book.source(rate).name.clone()),
    ]);
    row
}

/// The path as CSV: one line a price.
pub fn history_table(traced: &Traced<'_>) -> String {
    let mut writer = Writer::from_writer(Vec::new());
    let fixed =
        ["model", "seller", "mode", "region", "from_input", "hours", "from", "until", "price_kind", "source"];
    let meters = || Meter::ALL.into_iter().map(Meter::word);
    // Writing to memory cannot fail.
    let _ = writer.write_record(fixed.into_iter().chain(["blend"]).chain(meters()));
    for stay in path(traced) {
        let rate = &stay.held.rate;
        let date = |day: Option<Day>| day.map(day_text).unwrap_or_default();
        let mut record = vec![
            traced.models.get(traced.model).id.clone(),
            traced.book.seller_of(stay.offer).id.clone(),
            rate.mode.word().to_owned(),
            rate.region.clone().unwrap_or_default(),
            rate.tier.least.to_string(),
            rate.window.as_ref().map(Window::label).unwrap_or_default(),
            date(stay.from),
            date(stay.until),
            rate.kind.word().to_owned(),
            traced.book.source(rate).name.clone(),
            blend(&rate.prices).map(|blend| price_text(Meter::Input, blend)).unwrap_or_default(),
        ];
        let price =
            |meter| rate.prices.stated(meter).map(|price| price_text(meter, price)).unwrap_or_default();
        record.extend(Meter::ALL.map(price));
        let _ = writer.write_record(&record);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Every stay of the prices of a model, by seller, region, tier, hours and day.
fn path<'b>(traced: &Traced<'b>) -> Vec<Stay<'b>> {
    let book = traced.book;
    let mut stays = Vec::new();
    for &offer in book.offers_of(traced.model) {
        if traced.seller.is_some_and(|seller| book.seller_of(offer).id != seller) {
            continue;
        }
        let rates: Vec<&Held> =
            book.rates(offer).iter().filter(|held| held.rate.mode == traced.mode).collect();
        for (index, first) in rates.iter().enumerate() {
            // One series for each kind of call; the first rate of it starts it.
            if !rates[..index].iter().any(|held| held.rate.same_calls(&first.rate)) {
                let series: Vec<&Held> =
                    rates.iter().copied().filter(|held| held.rate.same_calls(&first.rate)).collect();
                stays.extend(series_path(offer, &series));
            }
        }
    }
    stays
}

fn series_path<'b>(offer: OfferId, series: &[&'b Held]) -> Vec<Stay<'b>> {
    let ends = series.iter().flat_map(|held| [held.rate.from, held.rate.until.or(Some(Day(i32::MAX)))]);
    let ends: Vec<Option<Day>> = ends.chain([None]).collect::<BTreeSet<_>>().into_iter().collect();
    let mut stays: Vec<Stay<'b>> = Vec::new();
    for pair in ends.windows(2) {
        let (from, until) = (pair[0], pair[1].filter(|day| day.0 < i32::MAX));
        let holds = |held: &&&Held| held.rate.holds_on(from.unwrap_or(Day(i32::MIN)));
        let Some(held) = series.iter().filter(holds).max_by_key(|held| held.layer) else { continue };
        match stays.last_mut().filter(|last| last.until == from && last.held.rate.prices == held.rate.prices)
        {
            Some(last) => last.until = until,
            None => {
                let before = stays.last().and_then(|last| blend(&last.held.rate.prices));
                stays.push(Stay { offer, held, from, until, before });
            }
        }
    }
    stays
}
