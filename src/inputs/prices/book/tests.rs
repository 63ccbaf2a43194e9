//! The book on a small sheet of its own, and the shape of the shipped one.

use super::*;
use crate::units::{Mode, TokenBuckets};

const MODELS: &str = "[lab]\nid='acme'\nname='Acme'\ncountry='US'\n\
    [[model]]\nid='big'\nname='Big'\nfamily='f'\nopen_weights=false\nlicense='proprietary'\nlicense_class='closed'\nsource='s'\n\
    [[model]]\nid='free'\nname='Free'\nfamily='f'\nopen_weights=true\nlicense='MIT'\nlicense_class='osi'\nsource='s'\n";

const SHEET: &str = r#"
[seller]
id = "acme"
name = "Acme"
kind = "lab"
country = "US"
aliases = ["acme_ai"]
[[source]]
id = "s"
name = "S"
date = 2026-01-01
licence = "MIT"
[[offer]]
model = "big"
listed_as = "big-1"
[[offer.rate]]
from = 2025-01-01
until = 2026-01-01
input = "4"
output = "20"
source = "s"
[[offer.rate]]
from = 2026-01-01
input = "2"
output = "10"
source = "s"
[[offer.rate]]
from = 2026-01-01
above = 1000
input = "4"
output = "15"
source = "s"
[[offer.rate]]
from = 2026-01-01
mode = "batch"
input = "1"
output = "5"
source = "s"
[[offer.rate]]
from = 2026-06-01
hours_utc = ["01:00-04:00"]
input = "3"
output = "10"
source = "s"
"#;

fn book() -> (PriceBook, Models) {
    let models = Models::parse(&[("m.toml".to_owned(), MODELS)]).expect("models");
    let book = PriceBook::parse(&[("p.toml".to_owned(), SHEET)], &models).expect("a book");
    (book, models)
}

fn day(text: &str) -> Day {
    Day::of_date(text.parse().expect("a date"))
}

fn when(mode: Mode, on: &str, open: u32) -> When {
    When { mode, region: None, day: day(on), open }
}

fn input_rate(book: &PriceBook, mode: Mode, on: &str, open: u32, input: i64) -> Option<i64> {
    book.tariff(OfferId(0), &when(mode, on, open)).map(|found| found.tariff.rates(input).input)
}

#[test]
fn the_rate_in_force_on_the_day_holds() {
    let (book, _) = book();
    assert_eq!(input_rate(&book, Mode::Standard, "2024-12-31", 0, 1), None);
    assert_eq!(input_rate(&book, Mode::Standard, "2025-12-31", 0, 1), Some(4_000_000));
    assert_eq!(input_rate(&book, Mode::Standard, "2026-01-01", 0, 1), Some(2_000_000));
}

#[test]
fn the_tier_begins_above_its_threshold() {
    let (book, _) = book();
    assert_eq!(input_rate(&book, Mode::Standard, "2026-02-01", 0, 1_000), Some(2_000_000));
    assert_eq!(input_rate(&book, Mode::Standard, "2026-02-01", 0, 1_001), Some(4_000_000));
}

#[test]
fn a_mode_without_a_rate_or_a_tier_falls_back_to_standard_and_says_so() {
    let (book, _) = book();
    let batch = book.tariff(OfferId(0), &when(Mode::Batch, "2026-02-01", 0)).expect("a tariff");
    assert_eq!((batch.tariff.rates(1).input, batch.tariff.rates(1_001).input), (1_000_000, 4_000_000));
    assert_eq!(batch.fallbacks.standard_from, Some(1_001));
    let before = book.tariff(OfferId(0), &when(Mode::Batch, "2025-02-01", 0)).expect("a tariff");
    assert_eq!((before.tariff.rates(1).input, before.fallbacks.standard_from), (4_000_000, Some(0)));
    let standard = book.tariff(OfferId(0), &when(Mode::Standard, "2026-02-01", 0)).expect("a tariff");
    assert_eq!(standard.fallbacks.standard_from, None);
}

#[test]
fn a_rate_for_these_hours_wins_inside_them_only() {
    let (book, _) = book();
    let peak = book.open_windows(day("2026-06-02").start_micros() + 2 * 3_600_000_000);
    assert_eq!(input_rate(&book, Mode::Standard, "2026-06-02", peak, 1), Some(3_000_000));
    assert_eq!(input_rate(&book, Mode::Standard, "2026-06-02", 0, 1), Some(2_000_000));
    assert_eq!(input_rate(&book, Mode::Standard, "2026-05-02", peak, 1), Some(2_000_000));
}

#[test]
fn a_billed_call_outside_every_validity_takes_the_nearest_rate_and_says_so() {
    let (book, _) = book();
    let early = book.tariff_or_nearest(OfferId(0), &when(Mode::Standard, "2024-06-01", 0)).expect("a tariff");
    assert_eq!((early.tariff.rates(1).input, early.fallbacks.day), (4_000_000, true));
}

#[test]
fn every_day_outside_the_sheet_has_some_rate_and_a_gap_has_the_one_before_it() {
    let models = Models::parse(&[("m.toml".to_owned(), MODELS)]).expect("models");
    let sheet = SHEET.replacen("until = 2026-01-01\n", "until = 2025-06-01\n", 1).replacen(
        "from = 2025-01-01\n",
        "",
        1,
    );
    let book = PriceBook::parse(&[("p.toml".to_owned(), sheet)], &models).expect("a book");
    let rate = |on: &str| {
        let found = book.tariff_or_nearest(OfferId(0), &when(Mode::Standard, on, 0)).expect("a tariff");
        (found.tariff.rates(1).input, found.fallbacks.day)
    };
    assert_eq!(rate("2020-01-01"), (4_000_000, false));
    assert_eq!(rate("2025-06-02"), (4_000_000, true));
    assert_eq!(rate("2025-12-31"), (4_000_000, true));
    assert_eq!(rate("2026-01-01"), (2_000_000, false));
}

#[test]
fn a_region_has_its_own_rate_then_that_of_regions_and_says_when_it_has_neither() {
    let models = Models::parse(&[("m.toml".to_owned(), MODELS)]).expect("models");
    let regions = "[[offer]]
model = \"big\"
listed_as = \"big\"
rates = [
  { input = \"10\", output = \"10\" },
  { region = \"regional\", input = \"11\", output = \"11\" },
  { region = \"us-gov\", input = \"12\", output = \"12\" },
]

[[offer]]
model = \"free\"
listed_as = \"free\"
rates = [
  { input = \"10\", output = \"10\" },
  { region = \"us\", input = \"13\", output = \"13\" },
]
";
    let head = &SHEET[..SHEET.find("[[offer]]").expect("a head")];
    let book =
        PriceBook::parse(&[("p.toml".to_owned(), format!("{head}{regions}"))], &models).expect("a book");
    let of = |offer: u16, name: &str| {
        let when = When { region: book.region(name), ..When::on(day("2026-01-01")) };
        let found = book.tariff(OfferId(offer), &when).expect("a tariff");
        (found.tariff.rates(1).input / 1_000_000, found.fallbacks.region)
    };
    assert_eq!(
        ["global", "eu", "us", "us-central1"].map(|name| of(0, name)),
        [(10, false), (11, false), (11, false), (11, false)]
    );
    // A government's region costs more than others: no rate stands in for it unseen.
    assert_eq!(
        [of(0, "us-gov-west-1"), of(1, "us-gov"), of(1, "us")],
        [(12, false), (10, true), (13, false)]
    );
}

#[test]
fn two_rates_for_the_same_day_are_refused() {
    let models = Models::parse(&[("m.toml".to_owned(), MODELS)]).expect("models");
    let sheet = SHEET.replacen("until = 2026-01-01", "until = 2026-01-02", 1);
    let error = PriceBook::parse(&[("p.toml".to_owned(), sheet)], &models).expect_err("an overlap");
    assert!(error.to_string().contains("two rates of `big` (standard) hold on the same day"), "{error}");
}

#[test]
fn the_incumbent_is_the_named_seller_or_for_a_closed_model_its_lab() {
    let (book, models) = book();
    let (big, free) = (models.id("big").expect("big"), models.id("free").expect("free"));
    let of = |seller| book.incumbent(big, seller, &models).map(|i| i.seller_fallback);
    assert_eq!(of(Some("acme")), Ok(false));
    assert_eq!(of(Some("ACME_AI")), Ok(false));
    assert_eq!(of(None), Ok(true));
    assert_eq!(of(Some("somebody")), Ok(true));
    assert_eq!(book.incumbent(free, Some("vllm"), &models), Err(NoPrice::NotOnSheet));
}

#[test]
fn the_shipped_book_covers_what_it_promises() {
    let models = Models::load(&Facts::embedded()).expect("models");
    let book = PriceBook::load(&Facts::embedded(), &models).expect("a book");
    let kinds = |kind| book.sellers.iter().filter(|seller| seller.kind == kind).count();
    assert!(kinds(SellerKind::Lab) >= 12 && kinds(SellerKind::Host) >= 8 && book.sellers.len() >= 25);
    assert!(book.sellers.iter().all(|seller| seller.country.len() == 2));
    assert!(book.sources.iter().all(|source| source.day.is_some() && !source.licence.is_empty()));
    let pairs = |tier| book.offers().filter(|(_, offer)| offer.tier == tier).count();
    assert!(pairs(Tier::Closed) >= 200 && pairs(Tier::Hosted) >= 500);
    let first = book.offers().flat_map(|(id, _)| book.rates(id)).filter_map(|held| held.rate.from).min();
    assert!(first.is_some_and(|first| first <= day("2023-11-30")), "{first:?}");
    for (id, offer) in book.offers() {
        let own =
            book.offers_of(offer.model).iter().filter(|o| book.offer(**o).seller == offer.seller).count();
        assert_eq!(own, 1, "{} is offered twice", book.label(id, &models));
    }
}

#[test]
fn no_price_of_the_shipped_book_is_nothing_and_what_is_nothing_is_no_price() {
    let models = Models::load(&Facts::embedded()).expect("models");
    let book = PriceBook::load(&Facts::embedded(), &models).expect("a book");
    let call = TokenBuckets { fresh: 1_000, out: 1_000, ..TokenBuckets::default() };
    for (id, _) in book.offers() {
        for mode in Mode::ALL {
            // What is sold as batch or in one region only has no other price.
            let Some(found) = book.tariff_or_nearest(id, &when(mode, "2026-11-21", 0)) else { continue };
            let label = book.label(id, &models);
            assert_eq!(found.tariff.cost(&call) > 0, found.kind.is_price(), "{label}");
        }
    }
}

#[test]
fn what_a_seller_lists_is_the_model_it_sells_and_the_rules_mostly_agree() {
    let models = Models::load(&Facts::embedded()).expect("models");
    let book = PriceBook::load(&Facts::embedded(), &models).expect("a book");
    let (mut agreed, mut all) = (0, 0);
    for (_, offer) in book.offers() {
        let seller = &book.sellers[offer.seller].id;
        assert_eq!(
            book.resolve(&offer.listed_as, Some(seller), &models),
            Some(offer.model),
            "{}",
            offer.listed_as
        );
        all += 1;
        agreed += usize::from(models.resolve(&offer.listed_as) == Some(offer.model));
    }
    assert!(agreed * 100 >= all * 95, "{agreed} of {all}");
}
