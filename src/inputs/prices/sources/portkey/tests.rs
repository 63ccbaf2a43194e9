//! The rules of the files, on entries with their figures.

use super::*;

fn read(text: &str) -> Found {
    Portkey.read_named("pricing/openai.json", text).expect("a sheet")
}

#[test]
fn cents_per_token_become_picodollars_and_the_template_is_no_model() {
    let found = read(
        r#"{"default": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0}}, "currency": "USD"}},
        "gpt-5.1": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.000125}, "response_token": {"price": 0.001},
          "cache_write_input_token": {"price": 0}, "cache_read_input_token": {"price": 0.0000125}, "additional_units": {"web_search": {"price": 1}, "routing_units": {"price": 0.000014}}},
          "batch_config": {"request_token": {"price": 0.0000625}, "response_token": {"price": 0.0005}}}}}"#,
    );
    assert_eq!((found.offers.len(), found.offers[0].seller.as_str(), found.problems.len()), (1, "openai", 0));
    let rates = &found.offers[0].rates;
    let stated = [Meter::Input, Meter::Output, Meter::CacheRead, Meter::CacheWrite5m, Meter::WebSearch]
        .map(|meter| rates[0].prices.stated(meter));
    assert_eq!(stated, [Some(1_250_000), Some(10_000_000), Some(125_000), None, Some(10_000_000_000)]);
    assert_eq!((rates[1].mode, rates[1].prices.stated(Meter::Input)), (Mode::Batch, Some(625_000)));
}

#[test]
fn a_cache_read_for_nothing_is_unknown() {
    let found = read(
        r#"{"gpt-3.5-turbo": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.00005}, "response_token": {"price": 0.00015}, "cache_read_input_token": {"price": 0}}}}}"#,
    );
    assert_eq!(found.offers[0].rates[0].prices.stated(Meter::CacheRead), None);
}

#[test]
fn regions_modes_and_tiers_are_taken_apart() {
    let tier = |price: &str| {
        format!(
            r#"{{"pricing_config": {{"pay_as_you_go": {{"request_token": {{"price": {price}}}, "response_token": {{"price": 0.005}}}}}}}}"#
        )
    };
    let text = format!(
        r#"{{"gpt-6-astra": {{"pricing_config": {{"pay_as_you_go": {{"request_token": {{"price": 0.001}}, "response_token": {{"price": 0.005}}}}}},
        "custom_pricing": {{"context_tier_map": {{"0": "lte-272k", "272000": "gt-272k"}}, "regions": {{
          "default": {{"execution_modes": {{"standard": {{"context_tiers": {{"lte-272k": {a}, "gt-272k": {b}}}}}, "flex": {{"context_tiers": {{"lte-272k": {c}}}}}}}}},
          "us,eu": {{"execution_modes": {{"standard": {{"context_tiers": {{"lte-272k": {d}, "odd": {a}}}}}, "warp": {{}}}}}}}}}}}}}}"#,
        a = tier("0.001"),
        b = tier("0.002"),
        c = tier("0.0005"),
        d = tier("0.0011")
    );
    let found = read(&text);
    let lines: Vec<_> = found.offers[0]
        .rates
        .iter()
        .map(|rate| (rate.mode, rate.region.as_deref(), rate.tier.least, rate.prices.stated(Meter::Input)))
        .collect();
    assert_eq!(
        lines,
        [
            (Mode::Standard, None, 0, Some(10_000_000)),
            (Mode::Standard, None, 272_001, Some(20_000_000)),
            (Mode::Flex, None, 0, Some(5_000_000)),
            (Mode::Standard, Some("us"), 0, Some(11_000_000)),
            (Mode::Standard, Some("eu"), 0, Some(11_000_000)),
        ]
    );
    assert_eq!(found.problems.len(), 2);
}

#[test]
fn another_currency_and_a_negative_price_are_lost() {
    let found = read(
        "{\"a\": {\"pricing_config\": {\"currency\": \"CNY\", \"pay_as_you_go\": {\"request_token\": {\"price\": 1}}}},\n\
         \"b\": {\"pricing_config\": {\"pay_as_you_go\": {\"request_token\": {\"price\": -1}}}},\n\
         \"c\": {\"pricing_config\": {\"pay_as_you_go\": {\"request_token\": {\"price\": 0.001}, \"soul_token\": {\"price\": 1}}}}}",
    );
    assert_eq!(
        found.problems,
        [
            Problem::lost(1, "openai/a", "has prices in CNY"),
            Problem::lost(2, "openai/b", "`request_token`: `-1` is negative"),
            Problem::doubt(3, "openai/c", "`soul_token` is no known price"),
        ]
    );
}
