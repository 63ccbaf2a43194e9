//! What is sold, and what a model costs at whom, in which mode and since when.

use crate::inputs::models::{ModelId, Models};
use crate::inputs::prices::{OfferId, PriceBook, Rate, Window};
use crate::outputs::findings::day_text;
use crate::outputs::page::{Body, Fact, Grid, Head, Item, Page, Section, Value};
use crate::outputs::wording::counted;
use crate::units::{Day, Mode, Tier, TokenRate};

/// What `prices show` shows.
pub struct Shown<'a> {
    /// The model.
    pub model: ModelId,
    /// The day whose rates are shown.
    pub as_of: Day,
    /// Whether rates of other days are shown too.
    pub history: bool,
    /// Model identity.
    pub models: &'a Models,
    /// Prices.
    pub book: &'a PriceBook,
}

/// The page of `prices show`.
pub fn show(shown: &Shown<'_>) -> Page {
    let model = shown.models.get(shown.model);
    let mut rows: Vec<(OfferId, &Rate)> = Vec::new();
    for &offer in shown.book.offers_of(shown.model) {
        let wanted = |rate: &&Rate| shown.history || holds(rate, shown.as_of);
        rows.extend(shown.book.rates(offer).iter().filter(wanted).map(|rate| (offer, rate)));
    }
    let sellers = {
        let mut offers: Vec<OfferId> = rows.iter().map(|(offer, _)| *offer).collect();
        offers.dedup();
        offers.len() as u64
    };
    let day = day_text(shown.as_of);
    let claim = match (sellers, shown.history) {
        (0, _) => format!("nobody sells {} on {day}", model.name),
        (_, true) => format!("{} at {}, every rate on record", model.name, counted(sellers, "seller")),
        (_, false) => format!("{} at {} on {day}", model.name, counted(sellers, "seller")),
    };
    let grid = Grid {
        heads: heads(),
        rows: rows.iter().map(|(o, rate)| row(shown, *o, rate)).collect(),
        shown: usize::MAX,
    };
    let notes = vec![
        "dollars per million tokens; a context tier prices every token of a call that reaches it; where no cache rate is \
         stated, cached tokens cost the input rate"
            .to_owned(),
    ];
    let rates = Section { key: "rates", title: "Rates".to_owned(), body: Body::Grid(grid), notes };
    Page { command: "prices show", claim, sections: vec![facts(shown), rates] }
}

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

/// The page of `prices list`: every offer on a day at its standard rates, by seller and model.
pub fn list(listed: &Listed<'_>) -> Page {
    let rows: Vec<Vec<Value>> = listed
        .book
        .offers()
        .filter(|(id, offer)| {
            listed.seller.is_none_or(|seller| listed.book.seller(*id).id == seller)
                && listed.tier.is_none_or(|tier| offer.tier == tier)
        })
        .filter_map(|(id, offer)| {
            let base = listed.book.rates(id).iter().find(|rate| {
                rate.mode == Mode::Standard
                    && rate.from_total == 0
                    && rate.window.is_none()
                    && holds(rate, listed.as_of)
            })?;
            let price = |pico: i64| Value::Rate(TokenRate::from_pico(pico));
            Some(vec![
                Value::Text(listed.book.seller(id).id.clone()),
                Value::Text(listed.models.get(offer.model).id.clone()),
                Value::from(offer.tier.word()),
                price(base.meters.input),
                if base.states_cache[0] { price(base.meters.cache_read) } else { Value::Nothing },
                price(base.meters.output),
                offer.context.map_or(Value::Unknown, Value::Tokens),
                Value::Text(offer.listed_as.clone()),
            ])
        })
        .collect();
    let claim = format!("{} on {}", counted(rows.len() as u64, "offer"), day_text(listed.as_of));
    let heads = vec![
        Head::names("seller", "seller", 0),
        Head::names("model", "model", 0),
        Head::new("tier", "tier", 0),
        Head::new("input", "input", 0),
        Head::new("cache_read", "cache read", 0),
        Head::new("output", "output", 0),
        Head::new("context", "context", 1),
        Head::names("listed_as", "listed as", 2),
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

fn holds(rate: &Rate, day: Day) -> bool {
    rate.from.is_none_or(|from| from <= day) && rate.until.is_none_or(|until| day < until)
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

fn heads() -> Vec<Head> {
    vec![
        Head::names("seller", "seller", 0),
        Head::new("kind", "kind", 4),
        Head::new("mode", "mode", 0),
        Head::new("from_input", "from input", 0),
        Head::new("input", "input", 0),
        Head::new("cache_read", "cache read", 0),
        Head::new("cache_write_5m", "written 5 min", 1),
        Head::new("cache_write_1h", "written 1 h", 1),
        Head::new("output", "output", 0),
        Head::new("valid_from", "from", 1),
        Head::new("valid_until", "until", 1),
        Head::names("hours", "hours", 1),
        Head::names("listed_as", "listed as", 5),
        Head::names("source", "source", 3),
        Head::hidden("source_day"),
    ]
}

fn row(shown: &Shown<'_>, offer: OfferId, rate: &Rate) -> Vec<Value> {
    let seller = shown.book.seller(offer);
    let price = |pico: i64| Value::Rate(TokenRate::from_pico(pico));
    let cache = |index: usize, pico: i64| if rate.states_cache[index] { price(pico) } else { Value::Nothing };
    let day = |day: Option<Day>| day.map_or(Value::Nothing, |day| Value::Text(day_text(day)));
    let (source, source_day) = shown.book.source(offer, rate);
    vec![
        Value::Text(seller.id.clone()),
        Value::from(seller.kind.word()),
        Value::from(rate.mode.word()),
        if rate.from_total > 0 { Value::Count(rate.from_total.unsigned_abs()) } else { Value::Nothing },
        price(rate.meters.input),
        cache(0, rate.meters.cache_read),
        cache(1, rate.meters.cache_write_5m),
        cache(2, rate.meters.cache_write_1h),
        price(rate.meters.output),
        day(rate.from),
        day(rate.until),
        rate.window.as_ref().map_or(Value::Nothing, |window: &Window| Value::Text(window.label())),
        Value::Text(shown.book.offer(offer).listed_as.clone()),
        Value::Text(source.to_owned()),
        day(source_day),
    ]
}
