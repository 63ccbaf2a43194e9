//! The price book beside another program: the same random calls through `genai-prices` and through the shipped sheets.
//!
//! Wherever both know the model at the seller, the costs are equal to a billionth, except where `disagreements.toml` says
//! otherwise and why. A disagreement that is listed and does not show any more is a failure, too.

mod draws;
mod known;

use std::collections::{BTreeMap, BTreeSet};

use genai_prices::{Calculator, PriceRequest};
use switchpoint::inputs::embedded::Facts;
use switchpoint::inputs::models::{Models, is_free_variant, mode_of_name};
use switchpoint::inputs::prices::{OfferId, PriceBook, PriceKind, When};
use switchpoint::units::{Day, Meter, Mode};

use self::draws::{Call, Draws};
use self::known::Disagreements;

/// Draws per offer and mode.
const EACH: usize = 12;
/// Greatest relative difference.
const EQUAL: f64 = 1e-9;

/// A model at a seller that both know.
struct Pair {
    seller: String,
    model: String,
    offer: OfferId,
}

/// Every model of the other program at a seller of ours that sells the model of that name.
fn pairs(book: &PriceBook, models: &Models) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for provider in Calculator::bundled().providers() {
        let Some(seller) = book.seller_named(provider.id()).map(|seller| seller.id.clone()) else { continue };
        for model in provider.models().filter(|model| !is_free_variant(model.id())) {
            let offer = book.resolve(model.id(), Some(provider.id()), models).and_then(|known| {
                book.offers_of(known).iter().copied().find(|offer| book.seller_of(*offer).id == seller)
            });
            if let Some(offer) = offer {
                let (seller, model) = (seller.clone(), model.id().to_owned());
                pairs.push(Pair { seller, model, offer });
            }
        }
    }
    pairs
}

/// What the other program makes of a call; `None`: it has no price.
fn theirs(pair: &Pair, provider: &str, call: &Call) -> Option<f64> {
    let usage = call.usage();
    // It lists regional endpoints under a name that nobody calls.
    let called = pair.model.replacen("regional.", "us.", 1);
    let mut request =
        PriceRequest::new(&called, &usage).with_provider_id(provider).with_timestamp(call.time());
    for (key, value) in call.context() {
        request = request.with_price_context(key, value);
    }
    // A model without any price costs nothing there.
    let price = Calculator::bundled().calculate(&request).ok().map(|price| price.total_price);
    price.filter(|price| *price > 0.0)
}

/// What the book makes of a call; `None`: it was not for sale, or has no price for it.
fn ours(book: &PriceBook, pair: &Pair, call: &Call) -> Option<f64> {
    let region = switchpoint::inputs::models::region_of_name(&pair.model);
    let when = When {
        mode: mode_of_name(&pair.model).unwrap_or(call.mode),
        region: region.and_then(|name| book.region(&name)),
        day: Day::of_micros(call.micros),
        open: book.open_windows(call.micros),
    };
    let found = book.tariff(pair.offer, &when)?;
    let priced = found.kind.is_price() || found.kind == PriceKind::Free;
    let fee = found.prices(call.input()).stated(Meter::Request).is_some();
    let quote = found.quote(&call.meters()[..if fee { 6 } else { 5 }]);
    (priced && quote.unpriced.is_empty()).then(|| quote.cost.estimate().0)
}

#[test]
fn the_same_calls_cost_the_same_in_another_program() {
    let models = Models::load(&Facts::embedded()).expect("models");
    let book = PriceBook::load(&Facts::embedded(), &models).expect("a book");
    let listed = Disagreements::read();
    let mut draws = Draws::new();
    let (mut compared, mut agreed) = (0, 0);
    let (mut names, mut wrong) = (BTreeSet::new(), BTreeMap::<String, Vec<String>>::new());
    let mut shown = BTreeSet::new();
    for pair in pairs(&book, &models) {
        let provider = Calculator::bundled()
            .providers()
            .find(|provider| book.seller_named(provider.id()).is_some_and(|seller| seller.id == pair.seller))
            .expect("the provider of the pair");
        let ordinary = mode_of_name(&pair.model).is_some();
        for call in draws.calls(EACH, &book, pair.offer) {
            if ordinary && call.mode != Mode::Standard {
                continue;
            }
            let (Some(theirs), Some(ours)) = (theirs(&pair, provider.id(), &call), ours(&book, &pair, &call))
            else {
                continue;
            };
            compared += 1;
            let same = (theirs - ours).abs() <= EQUAL * theirs.abs().max(ours.abs());
            match listed.of(&pair.seller, &pair.model, &call) {
                None if same => {
                    agreed += 1;
                    names.insert((pair.seller.clone(), pair.model.clone()));
                }
                None => wrong
                    .entry(format!("{} {}", pair.seller, pair.model))
                    .or_default()
                    .push(format!("{call:?}: there {theirs}, here {ours}")),
                Some(index) if !same => {
                    shown.insert((index, pair.model.clone()));
                }
                Some(_) => {}
            }
        }
    }
    let told: Vec<String> =
        wrong.iter().map(|(pair, calls)| format!("{pair}: {} calls, as {}", calls.len(), calls[0])).collect();
    assert!(told.is_empty(), "of {compared} calls these differ:\n{}", told.join("\n"));
    let unseen = listed.unseen(&shown);
    assert!(unseen.is_empty(), "listed, and do not differ: {unseen:?}");
    assert!(agreed >= 10_000 && names.len() >= 200, "{agreed} calls of {} offers agree", names.len());
}
