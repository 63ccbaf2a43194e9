//! The page of `prices show`.

use super::{day, discounts, hours, price_heads, price_values};
use crate::inputs::models::{ModelId, Models};
use crate::inputs::prices::layers::LayerKind;
use crate::inputs::prices::{Held, OfferId, PriceBook};
use crate::outputs::findings::day_text;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::units::Day;

/// What `prices show` shows.
pub struct Shown<'a> {
    /// The model.
    pub model: ModelId,
    /// The day whose rates are shown.
    pub as_of: Day,
    /// Whether rates of other days, and rates that another layer overrides, are shown too.
    pub history: bool,
    /// Model identity.
    pub models: &'a Models,
    /// Prices.
    pub book: &'a PriceBook,
}

/// The page.
pub fn show(shown: &Shown<'_>) -> Page {
    let model = shown.models.get(shown.model);
    let mut rows: Vec<(OfferId, &Held)> = Vec::new();
    let mut overridden = 0;
    for &offer in shown.book.offers_of(shown.model) {
        for held in shown.book.rates(offer) {
            let current = held.rate.holds_on(shown.as_of);
            let loses = current && shown.book.overridden_by(offer, held, shown.as_of).is_some();
            overridden += u64::from(loses);
            if shown.history || (current && !loses) {
                rows.push((offer, held));
            }
        }
    }
    let sellers = {
        let mut offers: Vec<OfferId> = rows.iter().map(|(offer, _)| *offer).collect();
        offers.dedup();
        offers.len() as u64
    };
    let on = day_text(shown.as_of);
    let claim = match (sellers, shown.history) {
        (0, _) => format!("nobody sells {} on {on}", model.name),
        (_, true) => format!("{} at {}, every rate on record", model.name, counted(sellers, "seller")),
        (_, false) => format!("{} at {} on {on}", model.name, counted(sellers, "seller")),
    };
    let mut notes = vec![
        "dollars per million tokens; a context tier prices every token of a call that reaches it; where no cache rate is \
         stated, cached tokens cost the input rate"
            .to_owned(),
    ];
    if overridden > 0 && !shown.history {
        let text = counted(overridden, "rate");
        notes.push(format!("not in force, because a later layer has its own: {text} (shown with --history)"));
    }
    let rows = rows.iter().map(|(offer, held)| row(shown, *offer, held)).collect();
    let grid = Grid { heads: heads(shown), rows, shown: usize::MAX };
    let rates = Section { key: "rates", title: "Rates".to_owned(), body: Body::Grid(grid), notes };
    Page { command: "prices show", claim, sections: vec![facts(shown), rates] }
}

fn facts(shown: &Shown<'_>) -> Section {
    let model = shown.models.get(shown.model);
    let text = |text: &str| Value::Text(text.to_owned());
    let context = model.context.map_or(Value::Unknown, Value::Tokens);
    let facts = vec![
        Fact {
            label: "model".to_owned(),
            items: vec![
                Item::new("model", text(&model.id), ""),
                Item::new("lab", text(&model.lab), ""),
                Item::new("country", text(&model.country), ""),
            ],
        },
        Fact {
            label: "licence".to_owned(),
            items: vec![
                Item::new("license", text(&model.license), ""),
                Item::new(
                    "open_weights",
                    text(if model.open_weights { "open weights" } else { "closed" }),
                    "",
                ),
            ],
        },
        Fact { label: "context".to_owned(), items: vec![Item::new("context", context, "tokens")] },
    ];
    Section { key: "model", title: "Model".to_owned(), body: Body::Facts(facts), notes: Vec::new() }
}

fn heads(shown: &Shown<'_>) -> Vec<Head> {
    let layered = shown.book.layers().len() > 1;
    let layer = |key, title| if layered { Head::names(key, title, 0) } else { Head::hidden(key) };
    let mut heads = vec![
        Head::names("seller", "seller", 0),
        Head::new("kind", "kind", 4),
        Head::new("mode", "mode", 0),
        Head::new("region", "region", 0),
        Head::new("from_input", "from input", 0),
    ];
    heads.extend(price_heads());
    heads.extend([
        Head::new("discount", "discount", 0),
        Head::new("valid_from", "from", 1),
        Head::new("valid_until", "until", 1),
        Head::names("hours", "hours", 1),
        Head::new("price_kind", "price", 3),
        Head::names("listed_as", "listed as", 5),
        layer("layer", "layer"),
        if shown.history { layer("overridden_by", "overridden by") } else { Head::hidden("overridden_by") },
        Head::names("source_id", "source", 1),
        Head::hidden("source"),
        Head::hidden("source_day"),
        Head::hidden("source_sha256"),
    ]);
    heads
}

fn row(shown: &Shown<'_>, offer: OfferId, held: &Held) -> Vec<Value> {
    let (book, rate) = (shown.book, &held.rate);
    let (seller, source) = (book.seller_of(offer), book.source(rate));
    let taken_off = match rate.kind {
        crate::inputs::prices::PriceKind::Custom => Vec::new(),
        _ => discounts(book, offer, &shown.models.get(shown.model).id, shown.as_of),
    };
    let prices = taken_off.iter().fold(rate.prices.clone(), |prices, discount| discount.of(&prices));
    let percents: Vec<String> = taken_off.iter().map(|discount| format!("{}%", discount.percent())).collect();
    let overridden = book.overridden_by(offer, held, shown.as_of);
    let text = |text: Option<&String>| text.map_or(Value::Nothing, |text| Value::Text(text.clone()));
    let mut row = vec![
        Value::Text(seller.id.clone()),
        Value::from(seller.kind.word()),
        Value::from(rate.mode.word()),
        text(rate.region.as_ref()),
        match rate.tier.least {
            0 => Value::Nothing,
            least => Value::Count(least.unsigned_abs()),
        },
    ];
    row.extend(price_values(&prices));
    row.extend([
        if percents.is_empty() { Value::Nothing } else { Value::Text(percents.join(", ")) },
        day(rate.from),
        day(rate.until),
        hours(rate.window.as_ref()),
        Value::from(rate.kind.word()),
        Value::Text(book.offer(offer).listed_as.clone()),
        Value::Text(book.layers()[held.layer].name.clone()),
        text(overridden.map(|layer| &layer.name)),
        Value::Text(match book.layers()[held.layer].kind {
            LayerKind::User => source.name.clone(),
            _ => source.id.clone(),
        }),
        Value::Text(source.name.clone()),
        day(source.day),
        text(source.sha256.as_ref()),
    ]);
    row
}
