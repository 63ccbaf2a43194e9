//! Names of foreign sheets become offers of known models at known sellers.

use super::*;
use crate::units::{Meter, Prices};

struct Sellers(Vec<Seller>);

impl KnownSellers for Sellers {
    fn seller_named(&self, name: &str) -> Option<&Seller> {
        let is = |seller: &&Seller| seller.id == name || seller.aliases.iter().any(|alias| alias == name);
        self.0.iter().find(is)
    }
}

fn sellers() -> Sellers {
    let seller = |id: &str, kind, alias: &str| Seller {
        kind,
        aliases: vec![alias.to_owned()],
        ..Seller::unlisted(id)
    };
    Sellers(vec![
        seller("aws-bedrock", SellerKind::Cloud, "bedrock_converse"),
        seller("openrouter", SellerKind::Reseller, "or"),
        seller("openai", SellerKind::Lab, "openai"),
    ])
}

const MODELS: &str = "[lab]\nid='anthropic'\nname='A'\ncountry='US'\n\
    [[model]]\nid='claude-opus-5'\nname='O'\nfamily='f'\nopen_weights=false\nlicense='p'\nlicense_class='closed'\nsource='s'\n\
    [[model]]\nid='gpt-5-4'\nname='G'\nfamily='f'\nopen_weights=false\nlicense='p'\nlicense_class='closed'\nsource='s'\n";

fn models() -> Models {
    Models::parse(&[("m.toml".to_owned(), MODELS)]).expect("models")
}

fn rate(input: i64) -> Rate {
    Rate {
        prices: [(Meter::Input, input), (Meter::Output, input)].into_iter().collect::<Prices>(),
        ..Rate::default()
    }
}

fn offer(seller: &str, model: &str, input: i64) -> FoundOffer {
    FoundOffer {
        seller: seller.to_owned(),
        model: model.to_owned(),
        rates: vec![rate(input)],
        ..FoundOffer::default()
    }
}

fn source() -> Source {
    Source {
        id: "s".to_owned(),
        name: "S".to_owned(),
        day: None,
        licence: String::new(),
        url: None,
        sha256: None,
    }
}

fn adopted(offers: Vec<FoundOffer>, admit: bool, models: &mut Models) -> Adopted {
    let found = Found { offers, ..Found::default() };
    adopt(found, &sellers(), models, &source(), Manner { admit, variants: admit, undated_from: None })
}

#[test]
fn names_of_one_model_for_other_regions_and_modes_are_one_offer() {
    let offers = vec![
        offer("bedrock_converse", "us-gov.anthropic.claude-opus-5", 6),
        offer("bedrock_converse", "anthropic.claude-opus-5", 5),
        offer("bedrock_converse", "us.anthropic.claude-opus-5", 7),
        offer("bedrock_converse", "global.anthropic.claude-opus-5", 5),
        offer("openai", "gpt-5.4", 2),
        offer("openai", "gpt-5.4:batch", 1),
    ];
    let found = adopted(offers, false, &mut models());
    assert_eq!(found.problems, []);
    let bedrock = &found.sheets[0].offers[0];
    assert_eq!(bedrock.listed_as, "global.anthropic.claude-opus-5");
    let regions: Vec<_> = bedrock.rates.iter().map(|rate| rate.region.as_deref()).collect();
    assert_eq!(regions, [None, Some("us"), Some("us-gov")]);
    let modes: Vec<_> = found.sheets[1].offers[0].rates.iter().map(|rate| rate.mode).collect();
    assert_eq!(modes, [Mode::Standard, Mode::Batch]);
}

#[test]
fn regional_names_are_a_region_only_beside_a_global_one() {
    let regions = |names: &[(&str, i64)]| {
        let offers = names.iter().map(|(name, price)| offer("bedrock_converse", name, *price)).collect();
        let found = adopted(offers, false, &mut models());
        assert_eq!(found.problems, []);
        found.sheets[0].offers[0].rates.iter().map(|rate| rate.region.clone()).collect::<Vec<_>>()
    };
    let both = [("global.anthropic.claude-opus-5", 5), ("regional.anthropic.claude-opus-5", 6)];
    assert_eq!(regions(&both), [None, Some("regional".to_owned())]);
    assert_eq!(regions(&both[1..]), [None]);
}

#[test]
fn a_name_with_another_price_is_another_model_or_left_out_and_told() {
    let offers = || vec![offer("openai", "gpt-5.4-2026-03-05", 3), offer("openai", "gpt-5.4", 2)];
    let mut all = models();
    let admitted = adopted(offers(), true, &mut all);
    let ids: Vec<_> = admitted.sheets[0].offers.iter().map(|offer| offer.model.as_str()).collect();
    assert_eq!(ids, ["gpt-5.4-2026-03-05", "gpt-5-4"]);
    let dated = all.resolve("gpt-5.4-2026-03-05").expect("a model");
    assert_eq!(all.get(dated).lab, "anthropic");
    let left_out = adopted(offers(), false, &mut models());
    assert_eq!(left_out.sheets[0].offers.len(), 1);
    assert_eq!(left_out.problems[0].what, "has another price than `gpt-5.4`, which names the same model");
}

#[test]
fn free_variants_zero_prices_and_resellers_are_told_apart_from_list_prices() {
    let offers = vec![
        offer("openrouter", "openai/gpt-5.4", 2),
        offer("openrouter", "anthropic/claude-opus-5:free", 0),
        offer("my-coding-plan", "gpt-5.4", 0),
        offer("somewhere", "gpt-5.4", 0),
    ];
    let found = adopted(offers, false, &mut models());
    let kinds: Vec<_> = found
        .sheets
        .iter()
        .flat_map(|sheet| &sheet.offers)
        .map(|offer| (offer.model.as_str(), offer.rates[0].kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("gpt-5-4", PriceKind::Plan),
            ("claude-opus-5", PriceKind::Free),
            ("gpt-5-4", PriceKind::Reseller),
            ("gpt-5-4", PriceKind::Free),
        ]
    );
}

#[test]
fn unknown_models_are_named_and_admitted_only_where_that_is_wanted() {
    let offers = || vec![offer("openai", "our-finetune:batch", 2)];
    let mut all = models();
    let kept = adopted(offers(), true, &mut all);
    assert_eq!(kept.unlisted, ["our-finetune:batch @ openai"]);
    assert_eq!(kept.sheets[0].offers[0].model, "our-finetune");
    assert!(all.resolve("our-finetune").is_some());
    assert_eq!(adopted(offers(), false, &mut models()).sheets, []);
}

#[test]
fn a_sheet_without_dates_holds_from_its_day_on() {
    let found = Found { offers: vec![offer("openai", "gpt-5.4", 2)], ..Found::default() };
    let manner = Manner { admit: false, variants: false, undated_from: Some(Day(9)) };
    let adopted = adopt(found, &sellers(), &mut models(), &source(), manner);
    assert_eq!(adopted.sheets[0].offers[0].rates[0].from, Some(Day(9)));
}
