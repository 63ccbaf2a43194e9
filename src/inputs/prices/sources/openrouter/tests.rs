//! The rules of the lists, on entries with their figures.

use super::*;

fn read(models: &str) -> Found {
    OpenRouter.read(&format!("{{\"data\": [{models}]}}")).expect("a list")
}

#[test]
fn text_in_dollars_per_token_is_exact_and_of_a_reseller() {
    let found = read(
        r#"{"id": "openai/gpt-5.6-sol", "context_length": 1050000, "top_provider": {"max_completion_tokens": 128000}, "hugging_face_id": null,
        "pricing": {"prompt": "0.000002", "completion": "0.00001", "input_cache_read": "0.0000002", "input_cache_write": "0.0000000208333333333333", "web_search": "0.0025", "request": "0"}}"#,
    );
    let offer = &found.offers[0];
    let rate = &offer.rates[0];
    assert_eq!(rate.kind, PriceKind::Reseller);
    let stated = [
        Meter::Input,
        Meter::Output,
        Meter::CacheRead,
        Meter::CacheWrite5m,
        Meter::WebSearch,
        Meter::Request,
    ]
    .map(|meter| rate.prices.stated(meter));
    assert_eq!(
        stated,
        [Some(2_000_000), Some(10_000_000), Some(200_000), Some(20_833), Some(2_500_000_000), None]
    );
    assert_eq!(
        (offer.seller.as_str(), offer.max_output, offer.open_weights),
        ("openrouter", Some(128_000), None)
    );
}

#[test]
fn routers_at_minus_one_are_lost_and_nothing_is_free() {
    let found = read(
        "{\"id\": \"openrouter/auto\", \"pricing\": {\"prompt\": \"-1\", \"completion\": \"-1\"}},\n\
         {\"id\": \"x/y:free\", \"pricing\": {\"prompt\": \"0\", \"completion\": \"0\"}}",
    );
    assert_eq!(
        found.problems,
        [Problem::lost(1, "openrouter/openrouter/auto", "`prompt`: `-1` is negative")]
    );
    assert_eq!(found.offers[0].rates[0].kind, PriceKind::Free);
}

#[test]
fn overrides_are_tiers_from_a_threshold_or_hours_that_may_wrap_midnight() {
    let found = read(
        r#"{"id": "a/b", "pricing": {"prompt": "0.000001", "completion": "0.000002", "input_cache_read": "0.0000001",
        "overrides": [{"min_prompt_tokens": 200000, "prompt": "0.000002"}]}},
        {"id": "deepseek/deepseek-v4-flash-vision-exp", "pricing": {"prompt": "0.00000022", "completion": "0.00000066",
        "overrides": [{"utc_start": 1000, "utc_end": 100, "prompt": "0.00000022"}, {"utc_start": 100, "utc_end": 400, "prompt": "0.00000044"}, {"utc_start": 2330, "utc_end": 30, "prompt": "0.00000055"}, {"utc_start": 2500, "utc_end": 1, "prompt": "1"}]}}"#,
    );
    let tier = &found.offers[0].rates[1];
    assert_eq!(
        (tier.tier, tier.prices.stated(Meter::Input)),
        (Threshold::at_least(200_000), Some(2_000_000))
    );
    assert_eq!(tier.prices.stated(Meter::CacheRead), Some(100_000));
    // The last row has a price that no token costs, so the whole offer is lost rather than guessed.
    assert_eq!(found.offers.len(), 1);
    assert_eq!(hours(2330, 30).map(|window| window.label()).as_deref(), Some("23:30-00:30 UTC"));
    assert_eq!(hours(2500, 1), None);
}

#[test]
fn hours_at_the_base_price_are_not_told_apart() {
    let found = read(
        r#"{"id": "a/b", "pricing": {"prompt": "0.00000022", "completion": "0.00000066",
        "overrides": [{"utc_start": 1000, "utc_end": 100, "prompt": "0.00000022"}, {"utc_start": 100, "utc_end": 400, "prompt": "0.00000044"}]}}"#,
    );
    assert_eq!(found.offers[0].rates.len(), 2);
    assert_eq!(
        found.offers[0].rates[1].window.as_ref().map(Window::label).as_deref(),
        Some("01:00-04:00 UTC")
    );
}

#[test]
fn a_moving_alias_names_what_it_points_to() {
    let found = read(
        r#"{"id": "~openai/gpt-latest", "alias_target": {"slug": "openai/gpt-5.6-sol"}, "pricing": {"prompt": "0.000002", "completion": "0.00001"}}"#,
    );
    assert_eq!(found.offers[0].also, ["openai/gpt-5.6-sol"]);
}

#[test]
fn endpoints_are_offers_of_their_hosts_and_a_second_one_keeps_its_tag() {
    let text = r#"{"data": {"id": "deepseek/deepseek-v3.2", "endpoints": [
        {"provider_name": "DeepInfra", "tag": "deepinfra/fp4", "quantization": "fp4", "context_length": 163840, "max_completion_tokens": 8192, "pricing": {"prompt": "0.00000026", "completion": "0.00000039", "discount": 0}},
        {"provider_name": "DeepInfra", "tag": "deepinfra/fp8", "pricing": {"prompt": "0.0000003", "completion": "0.0000005"}},
        {"provider_name": "Novita", "tag": "novita", "pricing": {"prompt": "0.00000027", "completion": "0.0000004"}}]}}"#;
    let found = OpenRouter.read(text).expect("a list");
    let names: Vec<_> =
        found.offers.iter().map(|offer| (offer.seller.as_str(), offer.model.as_str())).collect();
    assert_eq!(
        names,
        [
            ("DeepInfra", "deepseek/deepseek-v3.2"),
            ("DeepInfra", "deepseek/deepseek-v3.2#deepinfra/fp8"),
            ("Novita", "deepseek/deepseek-v3.2"),
        ]
    );
    assert_eq!((found.offers[0].context, found.problems.len()), (Some(163_840), 0));
    assert!(OpenRouter.is_it("x.json", text));
}
