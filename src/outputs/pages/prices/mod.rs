//! Pages about prices: what is sold, what a model costs at whom, how that changed, and what is wrong with a sheet.

mod diff;
mod history;
mod list;
mod sheets;
mod show;

pub use self::diff::{PriceKey, Side, diff};
pub use self::history::{Traced, history, history_table};
pub use self::list::{Listed, list};
pub use self::sheets::{Checked, Download, DownloadedSheet, check, import, layers_section, sync};
pub use self::show::{Shown, show};

use crate::inputs::prices::layers::Discount;
use crate::inputs::prices::sheet::price_text;
use crate::inputs::prices::{OfferId, PriceBook, Window};
use crate::outputs::findings::day_text;
use crate::outputs::page::{Head, Value};
use crate::units::{Day, Meter, Prices, TokenRate};

/// Meters with a column of their own; the others share one.
const COLUMNS: [Meter; 5] =
    [Meter::Input, Meter::CacheRead, Meter::CacheWrite5m, Meter::CacheWrite1h, Meter::Output];

/// The heads of the columns of prices.
fn price_heads() -> Vec<Head> {
    vec![
        Head::new("input", "input", 0),
        Head::new("cache_read", "cache read", 0),
        Head::new("cache_write_5m", "written 5 min", 1),
        Head::new("cache_write_1h", "written 1 h", 1),
        Head::new("output", "output", 0),
        Head::names("other", "other meters", 2),
    ]
}

/// The stated prices, in the order of [`price_heads`].
fn price_values(prices: &Prices) -> Vec<Value> {
    let mut values: Vec<Value> = COLUMNS.iter().map(|meter| rate(prices.stated(*meter))).collect();
    let others = prices.iter().filter(|(meter, _)| !COLUMNS.contains(meter));
    let others: Vec<String> = others
        .map(|(meter, price)| match meter.unit() {
            "1M tokens" => format!("{} {}", meter.word(), price_text(meter, price)),
            unit => format!("{} {} per {unit}", meter.word(), price_text(meter, price)),
        })
        .collect();
    values.push(if others.is_empty() { Value::Nothing } else { Value::Text(others.join("; ")) });
    values
}

fn rate(pico: Option<i64>) -> Value {
    pico.map_or(Value::Nothing, |pico| Value::Rate(TokenRate::from_pico(pico)))
}

fn day(day: Option<Day>) -> Value {
    day.map_or(Value::Nothing, |day| Value::Text(day_text(day)))
}

fn hours(window: Option<&Window>) -> Value {
    window.map_or(Value::Nothing, |window| Value::Text(window.label()))
}

/// The discounts on an offer on a day.
fn discounts<'b>(book: &'b PriceBook, offer: OfferId, model: &str, day: Day) -> Vec<&'b Discount> {
    let seller = &book.seller_of(offer).id;
    book.terms().discounts.iter().filter(|discount| discount.is_for(seller, model, day)).collect()
}
