//! The rules of the sheet, on entries with its figures.

use super::*;
use crate::inputs::prices::window::{Window, WindowKind};

fn read(text: &str) -> Found {
    LiteLlm.read(text).expect("a sheet")
}

fn rates(entry: &str) -> Vec<Rate> {
    let found = read(&format!("{{\"m\": {entry}}}"));
    assert_eq!(found.problems, []);
    found.offers.into_iter().next().expect("an offer").rates
}

/// (mode, region, least total, input, output) of each rate outside windows.
fn lines(rates: &[Rate]) -> Vec<(Mode, Option<&str>, i64, i64, i64)> {
    let price = |rate: &Rate, meter| rate.prices.stated(meter).unwrap_or(-1);
    let base = rates.iter().filter(|rate| rate.window.is_none());
    base.map(|rate| {
        let region = rate.region.as_deref();
        (rate.mode, region, rate.tier.least, price(rate, Meter::Input), price(rate, Meter::Output))
    })
    .collect()
}

#[test]
fn a_price_per_token_becomes_whole_picodollars_whatever_dust_it_carries() {
    let rates = rates(
        r#"{"litellm_provider": "x", "input_cost_per_token": 4e-06, "output_cost_per_token": 0.0000029999900000000002, "cache_read_input_token_cost": 0.0}"#,
    );
    assert_eq!(lines(&rates), [(Mode::Standard, None, 0, 4_000_000, 2_999_990)]);
    // An explicit zero is a price.
    assert_eq!(rates[0].prices.stated(Meter::CacheRead), Some(0));
}

#[test]
fn modes_and_tiers_are_suffixes_and_a_mode_without_a_tier_has_none() {
    let rates = rates(
        r#"{"litellm_provider": "openai", "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 2.5e-07,
        "input_cost_per_token_above_272k_tokens": 5e-06, "output_cost_per_token_above_272k_tokens": 2.25e-05,
        "input_cost_per_token_batches": 1.25e-06, "output_cost_per_token_batches": 7.5e-06, "cache_read_input_token_cost_batches": 1.3e-07,
        "input_cost_per_token_above_272k_tokens_batches": 2.5e-06, "output_cost_per_token_above_272k_tokens_batches": 1.125e-05,
        "input_cost_per_token_priority": 5e-06, "output_cost_per_token_priority": 3e-05, "input_cost_per_token_ultrafast": 9e-06}"#,
    );
    assert_eq!(
        lines(&rates),
        [
            (Mode::Standard, None, 0, 2_500_000, 15_000_000),
            (Mode::Standard, None, 272_001, 5_000_000, 22_500_000),
            (Mode::Batch, None, 0, 1_250_000, 7_500_000),
            (Mode::Batch, None, 272_001, 2_500_000, 11_250_000),
            (Mode::Priority, None, 0, 5_000_000, 30_000_000),
        ]
    );
    // 0.13 and not half of 0.25: no price is derived from another one.
    assert_eq!(rates[2].prices.stated(Meter::CacheRead), Some(130_000));
    // A tier prices the whole call: what it does not state holds on.
    assert_eq!(rates[1].prices.stated(Meter::CacheRead), Some(250_000));
    // A mode leaves what it does not name at the standard price.
    assert_eq!(rates[4].prices.stated(Meter::CacheRead), Some(250_000));
}

#[test]
fn a_mode_that_names_only_a_cache_price_is_none() {
    let rates = rates(r#"{"input_cost_per_token": 1e-06, "cache_read_input_token_cost_flex": 1e-07}"#);
    assert_eq!(lines(&rates), [(Mode::Standard, None, 0, 1_000_000, -1)]);
}

#[test]
fn how_long_a_cache_lives_is_no_context_tier() {
    let rates = rates(
        r#"{"input_cost_per_token": 1e-07, "cache_creation_input_token_cost": 1.25e-07, "cache_creation_input_token_cost_above_1hr": 2e-07,
        "cache_creation_input_token_cost_above_12hr": 3e-07, "input_cost_per_token_above_100k_tokens": 5e-07,
        "cache_creation_input_token_cost_above_1hr_above_100k_tokens": 1e-06}"#,
    );
    let prices = |index: usize| {
        [Meter::CacheWrite5m, Meter::CacheWrite1h, Meter::CacheWrite12h]
            .map(|meter| rates[index].prices.stated(meter))
    };
    assert_eq!(prices(0), [Some(125_000), Some(200_000), Some(300_000)]);
    assert_eq!(prices(1), [Some(125_000), Some(1_000_000), Some(300_000)]);
    assert_eq!(rates[1].tier, Threshold::above(100_000));
}

#[test]
fn a_threshold_of_xai_is_inside_its_tier() {
    let rates = rates(
        r#"{"litellm_provider": "xai", "input_cost_per_token": 2e-06, "input_cost_per_token_above_200k_tokens": 4e-06}"#,
    );
    assert_eq!(rates[1].tier, Threshold::at_least(200_000));
}

#[test]
fn a_list_of_ranges_is_a_list_of_tiers() {
    let rates = rates(
        r#"{"litellm_provider": "dashscope", "tiered_pricing": [
        {"input_cost_per_token": 4e-07, "output_cost_per_reasoning_token": 4e-06, "output_cost_per_token": 1.2e-06, "range": [0, 256000.0]},
        {"input_cost_per_token": 1.2e-06, "output_cost_per_token": 3.6e-06, "range": [256000.0, 1000000.0]}]}"#,
    );
    assert_eq!(
        lines(&rates),
        [
            (Mode::Standard, None, 0, 400_000, 1_200_000),
            (Mode::Standard, None, 256_001, 1_200_000, 3_600_000)
        ]
    );
    assert_eq!(rates[0].prices.stated(Meter::OutputReasoning), Some(4_000_000));
}

#[test]
fn the_peak_headline_becomes_hours_and_the_rest_of_the_week_the_base() {
    let rates = rates(
        r#"{"litellm_provider": "deepseek", "input_cost_per_token": 1.32e-06, "output_cost_per_token": 3.96e-06,
        "cache_read_input_token_cost": 4.4e-08, "input_cost_per_token_cache_hit": 4.5e-08,
        "off_peak_pricing": {"cache_read_input_token_cost": 2.2e-08, "input_cost_per_token": 6.6e-07, "output_cost_per_token": 1.98e-06,
        "windows": [{"hours_utc": ["00:00-01:00", "04:00-06:00", "10:00-00:00"], "weekdays": [1, 2, 3, 4, 5]}, {"hours_utc": "00:00-00:00", "weekdays": [6, 7]}]}}"#,
    );
    assert_eq!(lines(&rates), [(Mode::Standard, None, 0, 660_000, 1_980_000)]);
    let peak = Window::parse("01:00-04:00 06:00-10:00", "mon tue wed thu fri", "").expect("a window");
    assert_eq!(rates[1].window, Some(peak.of_kind(WindowKind::Peak)));
    assert_eq!(rates[1].prices.stated(Meter::Input), Some(1_320_000));
    // The new name of a price wins over the old one.
    assert_eq!(rates[1].prices.stated(Meter::CacheRead), Some(44_000));
}

#[test]
fn regions_and_the_fast_mode_cost_exact_multiples() {
    let rates = rates(
        r#"{"litellm_provider": "anthropic", "input_cost_per_token": 5e-06, "output_cost_per_token": 2.5e-05,
        "search_context_cost_per_query": {"search_context_size_low": 0.01, "search_context_size_medium": 0.01},
        "provider_specific_entry": {"us": 1.1, "fast": 2.0}}"#,
    );
    assert_eq!(
        lines(&rates),
        [
            (Mode::Standard, None, 0, 5_000_000, 25_000_000),
            (Mode::Fast, None, 0, 10_000_000, 50_000_000),
            (Mode::Standard, Some("us"), 0, 5_500_000, 27_500_000),
            (Mode::Fast, Some("us"), 0, 11_000_000, 55_000_000),
        ]
    );
    // A search costs the same everywhere.
    assert!(rates.iter().all(|rate| rate.prices.stated(Meter::WebSearch) == Some(10_000_000_000)));
}

#[test]
fn uplifts_of_regional_endpoints_and_processing_are_regions() {
    let rates = rates(
        r#"{"input_cost_per_token": 2.5e-06, "regional_processing_uplift_multiplier_us": 1.1, "regional_processing_uplift_multiplier_eu": 1.1, "regional_endpoint_uplift_multiplier": 1.1}"#,
    );
    let regions: Vec<_> =
        rates.iter().map(|rate| (rate.region.as_deref(), rate.prices.stated(Meter::Input))).collect();
    assert_eq!(
        regions,
        [
            (None, Some(2_500_000)),
            (Some("us"), Some(2_750_000)),
            (Some("eu"), Some(2_750_000)),
            (Some("regional"), Some(2_750_000)),
        ]
    );
}

#[test]
fn pieces_have_meters_of_their_own() {
    let cases = [
        (r#"{"mode": "ocr", "ocr_cost_per_page": 0.003}"#, Meter::Page, 3_000_000_000),
        (r#"{"mode": "rerank", "input_cost_per_query": 0.001}"#, Meter::Request, 1_000_000_000),
        (r#"{"mode": "chat", "input_cost_per_request": 0.005}"#, Meter::Request, 5_000_000_000),
        (r#"{"mode": "image_generation", "output_cost_per_image": 0.06}"#, Meter::Image, 60_000_000_000),
        (
            r#"{"mode": "audio_transcription", "input_cost_per_second": 0.0001}"#,
            Meter::AudioSecond,
            100_000_000,
        ),
        (r#"{"mode": "chat", "input_cost_per_audio_token": 1e-05}"#, Meter::InputAudio, 10_000_000),
        (
            r#"{"mode": "audio_speech", "input_cost_per_character": 1.5e-05}"#,
            Meter::InputCharacter,
            15_000_000,
        ),
    ];
    for (entry, meter, pico) in cases {
        assert_eq!(rates(entry)[0].prices.stated(meter), Some(pico), "{entry}");
    }
}

#[test]
fn negative_prices_are_lost_and_unknown_ones_told_with_their_line() {
    let found = read(
        "{\"sample_spec\": {\"input_cost_per_token\": \"text\"},\n\"a\": {\"input_cost_per_token\": -1},\n\
         \"b\": {\"input_cost_per_token\": 1e-6,\n\"soul_cost_per_token\": 1, \"input_dbu_cost_per_token\": 7, \"output_cost_per_second\": 2}}",
    );
    assert_eq!(found.offers.len(), 1);
    assert_eq!(
        found.problems,
        [
            Problem::lost(2, "a", "`input_cost_per_token`: `-1` is negative"),
            Problem::doubt(4, "b", "`soul_cost_per_token` is no known price"),
        ]
    );
}

#[test]
fn an_entry_without_a_provider_belongs_to_the_first_part_of_its_name() {
    let found = read(r#"{"acme/one": {"input_cost_per_token": 1e-06}}"#);
    assert_eq!(found.offers[0].seller, "acme");
    assert!(LiteLlm.read("{}").is_err());
    assert!(LiteLlm.read("[]").is_err());
}

#[test]
fn reasoning_at_the_price_of_output_follows_output_into_modes_and_tiers() {
    let sheet = r#"{"m": {"litellm_provider": "p", "mode": "chat",
        "input_cost_per_token": 1e-06, "output_cost_per_token": 4e-06, "output_cost_per_reasoning_token": 4e-06,
        "input_cost_per_token_flex": 5e-07, "output_cost_per_token_flex": 2e-06,
        "input_cost_per_token_above_200k_tokens": 2e-06, "output_cost_per_token_above_200k_tokens": 8e-06},
        "n": {"litellm_provider": "p", "mode": "chat",
        "input_cost_per_token": 1e-06, "output_cost_per_token": 4e-06, "output_cost_per_reasoning_token": 9e-06}}"#;
    let found = LiteLlm.read(sheet).expect("a sheet");
    let reasoning = |offer: usize| {
        let rates = found.offers[offer].rates.iter();
        rates
            .map(|rate| rate.prices.effective(Meter::OutputReasoning).map(|(price, _)| price))
            .collect::<Vec<_>>()
    };
    assert_eq!(reasoning(0), [Some(4_000_000), Some(8_000_000), Some(2_000_000)]);
    assert_eq!(reasoning(1), [Some(9_000_000)]);
}
