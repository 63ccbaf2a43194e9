//! Layers over layers.

use super::*;
use crate::inputs::prices::sources::plain::Plain;
use crate::inputs::prices::{OfferId, PriceKind, When};
use crate::units::{Meter, Mode};

fn layer(name: &str, text: &str) -> LayerInput {
    LayerInput {
        kind: LayerKind::User,
        name: name.to_owned(),
        source: &Plain,
        text: text.to_owned(),
        day: None,
        sha256: "00".to_owned(),
    }
}

fn assembled(layers: Vec<LayerInput>) -> (PriceBook, Models, Vec<LayerReport>) {
    let facts = Facts::of_folder(std::path::Path::new("tests/fixtures/data"));
    let mut models = Models::load(&facts).expect("models");
    let (book, reports) = assemble(&facts, &mut models, layers).expect("a book");
    (book, models, reports)
}

fn offer(book: &PriceBook, models: &Models, model: &str, seller: &str) -> OfferId {
    let model = models.resolve(model).expect("a model");
    let of = |id: &&OfferId| book.seller_of(**id).id == seller;
    *book.offers_of(model).iter().find(of).expect("an offer")
}

const DAY: Day = Day(20_600);

fn input(book: &PriceBook, offer: OfferId, mode: Mode, day: Day) -> (Option<i64>, PriceKind, String) {
    let found = book.tariff(offer, &When { mode, ..When::on(day) }).expect("a price");
    (found.prices(0).stated(Meter::Input), found.kind, book.layers()[found.layer].name.clone())
}

#[test]
fn the_last_layer_wins_for_what_it_states_and_leaves_the_rest_to_those_below() {
    let one = "seller,model,input,output\nanthropic,claude-sonnet-4,2,9\nanthropic,claude-opus-4-8,4,20\n";
    let two = "seller,model,input,output,until\nanthropic,claude-sonnet-4,1.5,8,2026-01-01\n";
    let (book, models, reports) = assembled(vec![layer("one.csv", one), layer("two.csv", two)]);
    let sonnet = offer(&book, &models, "claude-sonnet-4", "anthropic");
    let own = |name: &str| name.to_owned();
    assert_eq!(
        input(&book, sonnet, Mode::Standard, DAY),
        (Some(2_000_000), PriceKind::Custom, own("one.csv"))
    );
    let early = Day(20_400);
    assert_eq!(
        input(&book, sonnet, Mode::Standard, early),
        (Some(1_500_000), PriceKind::Custom, own("two.csv"))
    );
    assert_eq!(
        reports.iter().map(|report| (report.offers, report.rates)).collect::<Vec<_>>(),
        [(2, 2), (1, 1)]
    );
}

#[test]
fn a_mode_that_only_a_lower_layer_knows_is_not_replaced_by_the_standard_price_of_a_higher_one() {
    let (plain, plain_models, _) = assembled(Vec::new());
    let at = |book: &PriceBook, models: &Models| {
        input(book, offer(book, models, "claude-sonnet-4", "anthropic"), Mode::Batch, DAY).0
    };
    let text = "seller,model,input,output\nanthropic,claude-sonnet-4,2,9\n";
    let (book, models, _) = assembled(vec![layer("one.csv", text)]);
    assert_eq!(at(&book, &models), at(&plain, &plain_models));
}

#[test]
fn a_discount_is_taken_off_list_prices_and_not_off_negotiated_ones() {
    let text = "[[discount]]\nseller='anthropic'\npercent='10'\n\
                [[price]]\nseller='anthropic'\nmodel='claude-opus-4-8'\ninput='4'\noutput='20'\n";
    let (book, models, reports) = assembled(vec![layer("contract.toml", text)]);
    let (plain, plain_models, _) = assembled(Vec::new());
    let list =
        input(&plain, offer(&plain, &plain_models, "claude-sonnet-4", "anthropic"), Mode::Standard, DAY);
    let sonnet = offer(&book, &models, "claude-sonnet-4", "anthropic");
    let found = book.tariff(sonnet, &When::on(DAY)).expect("a price");
    assert!(found.discounted);
    assert_eq!(found.prices(0).stated(Meter::Input), list.0.map(|price| price * 9 / 10));
    let opus = offer(&book, &models, "claude-opus-4-8", "anthropic");
    let found = book.tariff(opus, &When::on(DAY)).expect("a price");
    assert_eq!((found.discounted, found.prices(0).stated(Meter::Input)), (false, Some(4_000_000)));
    assert_eq!(reports[0].terms, 1);
}

#[test]
fn a_model_that_only_a_layer_knows_can_be_priced() {
    let text = "seller,model,input,output\nour-gateway,our-model,1,2\n";
    let (book, models, reports) = assembled(vec![layer("own.csv", text)]);
    assert_eq!(reports[0].unlisted, ["our-model @ our-gateway"]);
    let model = book.resolve("our-model", Some("our-gateway"), &models).expect("a model");
    let incumbent = book.incumbent(model, Some("our-gateway"), &models).expect("an offer");
    assert_eq!(input(&book, incumbent.offer, Mode::Standard, DAY).0, Some(1_000_000));
    assert_eq!(book.incumbent(model, None, &models).map(|found| found.seller_fallback), Ok(true));
}

#[test]
fn a_text_that_is_no_sheet_names_the_file() {
    let facts = Facts::of_folder(std::path::Path::new("tests/fixtures/data"));
    let mut models = Models::load(&facts).expect("models");
    let error = assemble(&facts, &mut models, vec![layer("x.toml", "y = 1")]).expect_err("no sheet");
    assert!(error.to_string().starts_with("`x.toml`: is no plain sheet: has neither"), "{error}");
}
