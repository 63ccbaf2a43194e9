//! The page of `prices list`.

use super::rate;
use crate::inputs::models::Models;
use crate::inputs::prices::{PriceBook, When};
use crate::outputs::findings::day_text;
use crate::outputs::page::{Body, Grid, Head, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::units::{Day, Meter, Tier};

/// What `prices list` lists.
pub struct Listed<'a> {
    /// The day whose rates are listed.
    pub as_of: Day,
    /// Only this seller, by its id.
    pub seller: Option<&'a str>,
    /// Only this tier.
    pub tier: Option<Tier>,
    /// Model identity.
    pub models: &'a Models,
    /// Prices.
    pub book: &'a PriceBook,
}

/// The page: every offer on a day at its standard rates, by seller and model.
pub fn list(listed: &Listed<'_>) -> Page {
    let book = listed.book;
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let wanted = book.offers().filter(|(id, offer)| {
        listed.seller.is_none_or(|seller| book.seller_of(*id).id == seller)
            && listed.tier.is_none_or(|tier| offer.tier == tier)
    });
    for (id, offer) in wanted {
        let Some(found) = book.tariff(id, &When::on(listed.as_of)) else { continue };
        let prices = found.prices(0);
        rows.push(vec![
            Value::Text(book.seller_of(id).id.clone()),
            Value::Text(listed.models.get(offer.model).id.clone()),
            Value::from(offer.tier.word()),
            rate(prices.stated(Meter::Input)),
            rate(prices.stated(Meter::CacheRead)),
            rate(prices.stated(Meter::Output)),
            Value::from(found.kind.word()),
            offer.context.map_or(Value::Unknown, Value::Tokens),
            Value::Text(offer.listed_as.clone()),
            Value::Text(book.layers()[found.layer].name.clone()),
        ]);
    }
    // Offers that only a later layer has stand at the end of the book; the page goes by seller all the same.
    let text = |row: &[Value], at: usize| match &row[at] {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    rows.sort_by_cached_key(|row| (text(row, 0), text(row, 1)));
    let claim = format!("{} on {}", counted(rows.len() as u64, "offer"), day_text(listed.as_of));
    let heads = vec![
        Head::names("seller", "seller", 0),
        Head::names("model", "model", 0),
        Head::new("tier", "tier", 0),
        Head::new("input", "input", 0),
        Head::new("cache_read", "cache read", 0),
        Head::new("output", "output", 0),
        Head::new("price_kind", "price", 2),
        Head::new("context", "context", 1),
        Head::names("listed_as", "listed as", 2),
        if book.layers().len() > 1 { Head::names("layer", "layer", 1) } else { Head::hidden("layer") },
    ];
    let notes = vec![
        "dollars per million tokens, standard mode, outside special hours and below context tiers; \
         `switchpoint prices show MODEL` has the rest"
            .to_owned(),
    ];
    let body = Body::Grid(Grid { heads, rows, shown: usize::MAX });
    let offers = Section { key: "offers", title: "Offers".to_owned(), body, notes };
    Page { command: "prices list", claim, sections: vec![offers] }
}
