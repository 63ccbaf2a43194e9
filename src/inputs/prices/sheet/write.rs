//! Writes a sheet: the same facts are the same bytes, one rate a line.

use std::fmt::Write as _;

use super::{Seller, Sheet, SheetOffer, Source, price_text};
use crate::inputs::prices::rate::{PriceKind, Rate};
use crate::units::{Day, Mode};

/// The text of a sheet, offers sorted by model, rates by mode, region, tier, hours and day.
pub fn write(sheet: &Sheet, comment: &str) -> String {
    let mut text = String::new();
    for line in comment.lines() {
        let _ = writeln!(text, "# {line}");
    }
    seller(&mut text, &sheet.seller);
    for known in &sheet.sources {
        source(&mut text, known);
    }
    let mut offers: Vec<&SheetOffer> = sheet.offers.iter().collect();
    offers.sort_by(|a, b| a.model.cmp(&b.model));
    for known in offers {
        offer(&mut text, known, &sheet.sources);
    }
    text
}

/// Text in quotes, as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

fn seller(text: &mut String, seller: &Seller) {
    let _ = writeln!(text, "\n[seller]\nid = {}\nname = {}", quoted(&seller.id), quoted(&seller.name));
    let _ = writeln!(text, "kind = {}", quoted(seller.kind.word()));
    if !seller.country.is_empty() {
        let _ = writeln!(text, "country = {}", quoted(&seller.country));
    }
    if !seller.aliases.is_empty() {
        let _ = writeln!(text, "aliases = {}", list(&seller.aliases));
    }
}

fn source(text: &mut String, source: &Source) {
    let _ = writeln!(text, "\n[[source]]\nid = {}\nname = {}", quoted(&source.id), quoted(&source.name));
    if let Some(day) = source.day {
        let _ = writeln!(text, "date = {}", day_text(day));
    }
    if !source.licence.is_empty() {
        let _ = writeln!(text, "licence = {}", quoted(&source.licence));
    }
    for (key, value) in [("url", &source.url), ("sha256", &source.sha256)] {
        if let Some(value) = value {
            let _ = writeln!(text, "{key} = {}", quoted(value));
        }
    }
}

fn offer(text: &mut String, offer: &SheetOffer, sources: &[Source]) {
    let _ = writeln!(
        text,
        "\n[[offer]]\nmodel = {}\nlisted_as = {}",
        quoted(&offer.model),
        quoted(&offer.listed_as)
    );
    if !offer.also.is_empty() {
        let _ = writeln!(text, "also_listed_as = {}", list(&offer.also));
    }
    for (key, tokens) in [("context", offer.context), ("max_output", offer.max_output)] {
        if let Some(tokens) = tokens {
            let _ = writeln!(text, "{key} = {tokens}");
        }
    }
    if let Some(features) = offer.features {
        let words: Vec<String> = features.iter().map(|feature| feature.word().to_owned()).collect();
        let _ = writeln!(text, "features = {}", list(&words));
    }
    let mut rates: Vec<&Rate> = offer.rates.iter().collect();
    rates.sort_by(|a, b| order(a).cmp(&order(b)));
    text.push_str("rates = [\n");
    for rate in rates {
        let named = sources.get(rate.source).filter(|_| rate.source > 0);
        let _ = writeln!(text, "  {},", rate_line(rate, named.map(|source| source.id.as_str())));
    }
    text.push_str("]\n");
}

fn order(rate: &Rate) -> (Mode, Option<&str>, Option<String>, i64, i32) {
    let hours = rate.window.as_ref().map(super::super::window::Window::label);
    (rate.mode, rate.region.as_deref(), hours, rate.tier.least, rate.from.map_or(i32::MIN, |from| from.0))
}

fn day_text(day: Day) -> String {
    day.date().map_or_else(String::new, |date| date.to_string())
}

/// One rate as an inline table.
pub fn rate_line(rate: &Rate, source: Option<&str>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (key, day) in [("from", rate.from), ("until", rate.until)] {
        parts.extend(day.map(|day| format!("{key} = {}", day_text(day))));
    }
    if rate.mode != Mode::Standard {
        parts.push(format!("mode = {}", quoted(rate.mode.word())));
    }
    if rate.kind != PriceKind::List {
        parts.push(format!("kind = {}", quoted(rate.kind.word())));
    }
    parts.extend(rate.region.as_ref().map(|region| format!("region = {}", quoted(region))));
    match rate.tier.least {
        0 => {}
        least if rate.tier.inclusive => parts.push(format!("at_least = {least}")),
        least => parts.push(format!("above = {}", least - 1)),
    }
    if let Some(window) = &rate.window {
        parts.push(format!("hours = {}", quoted(&window.hours_text())));
        parts.extend(window.weekdays_text().map(|days| format!("weekdays = {}", quoted(&days))));
        parts.extend(window.offset_text().map(|offset| format!("utc_offset = {}", quoted(&offset))));
        parts.extend(window.kind.map(|kind| format!("window = {}", quoted(kind.word()))));
    }
    for (meter, price) in rate.prices.iter() {
        parts.push(format!("{} = {}", meter.word(), quoted(&price_text(meter, price))));
    }
    parts.extend(source.map(|id| format!("source = {}", quoted(id))));
    format!("{{ {} }}", parts.join(", "))
}
