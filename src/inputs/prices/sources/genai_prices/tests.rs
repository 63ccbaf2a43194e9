//! The rules of the sheet, on entries with its figures.

use super::*;
use crate::inputs::prices::window::Window;

fn sheet(models: &str) -> String {
    format!(r#"[{{"id": "openai", "api_pattern": "x", "models": [{models}]}}]"#)
}

fn read(text: &str) -> Found {
    GenaiPrices.read(text).expect("a sheet")
}

fn day(text: &str) -> Day {
    Day::of_date(text.parse().expect("a date"))
}

/// Input and output prices of the rates that hold on a day in a mode, by least total input.
fn on(found: &Found, mode: Mode, date: &str, window: Option<&Window>) -> Vec<(i64, i64, i64)> {
    let rates = found.offers[0]
        .rates
        .iter()
        .filter(|rate| rate.mode == mode && rate.holds_on(day(date)) && rate.window.as_ref() == window);
    let price = |rate: &Rate, meter| rate.prices.stated(meter).unwrap_or(-1);
    rates.map(|rate| (rate.tier.least, price(rate, Meter::Input), price(rate, Meter::Output))).collect()
}

const SOL: &str = r#"{"id": "gpt-5.6-sol", "match": {"or_": [{"equals": "gpt-5.6-sol", "_type": "ClauseEquals"}, {"equals": "gpt-5-6-sol", "_type": "ClauseEquals"}], "_type": "ClauseOr"},
 "context_window": 1050000,
 "prices": [
  {"prices": {"input_mtok": {"base": 5, "tiers": [{"start": 272000, "price": 10}]}, "cache_read_mtok": {"base": 0.5, "tiers": [{"start": 272000, "price": 1}]}, "output_mtok": {"base": 30, "tiers": [{"start": 272000, "price": 45}]}, "web_searches_kcount": 10}},
  {"constraint": {"start_date": "2026-08-21", "_type": "StartDateConstraint"}, "prices": {"input_mtok": {"base": 4, "tiers": [{"start": 272000, "price": 8}]}, "output_mtok": {"base": 20, "tiers": [{"start": 272000, "price": 30}]}}}],
 "price_variants": [
  {"when": {"service_tier": "default"}, "prices": {}},
  {"when": {"service_tier": "priority"}, "prices": {"input_mtok": 8, "output_mtok": 40}, "constraint": {"start_date": "2026-10-12"}},
  {"when": {"processing": "batch"}, "prices": {"input_mtok": {"base": 2, "tiers": [{"start": 272000, "price": 4}]}, "output_mtok": {"base": 10, "tiers": [{"start": 272000, "price": 15}]}}, "constraint": {"start_date": "2026-10-14"}}]}"#;

#[test]
fn the_last_price_whose_day_has_come_wins_and_a_tier_starts_above_its_threshold() {
    let found = read(&sheet(SOL));
    assert_eq!(
        on(&found, Mode::Standard, "2026-08-20", None),
        [(0, 5_000_000, 30_000_000), (272_001, 10_000_000, 45_000_000)]
    );
    assert_eq!(
        on(&found, Mode::Standard, "2026-08-21", None),
        [(0, 4_000_000, 20_000_000), (272_001, 8_000_000, 30_000_000)]
    );
    assert_eq!(found.offers[0].also, ["gpt-5-6-sol"]);
    assert_eq!(found.problems, []);
}

#[test]
fn thousands_and_millions_are_told_apart() {
    let found = read(&sheet(SOL));
    let first = &found.offers[0].rates[0].prices;
    assert_eq!(first.stated(Meter::WebSearch), Some(10_000_000_000));
    assert_eq!(first.stated(Meter::CacheRead), Some(500_000));
}

#[test]
fn a_mode_holds_from_the_day_it_was_verified_and_its_long_prompts_only_where_stated() {
    let found = read(&sheet(SOL));
    assert_eq!(on(&found, Mode::Batch, "2026-10-13", None), []);
    assert_eq!(
        on(&found, Mode::Batch, "2026-10-14", None),
        [(0, 2_000_000, 10_000_000), (272_001, 4_000_000, 15_000_000)]
    );
    assert_eq!(on(&found, Mode::Priority, "2026-10-12", None), [(0, 8_000_000, 40_000_000)]);
    assert_eq!(on(&found, Mode::Flex, "2026-10-14", None), []);
}

#[test]
fn the_published_shape_of_clauses_is_read_as_well() {
    let text = sheet(
        r#"{"id": "a", "match": {"or": [{"equals": "b"}, {"starts_with": "c"}]}, "prices": {"input_mtok": 1}}"#,
    );
    assert_eq!(read(&text).offers[0].also, ["b"]);
}

const PRO: &str = r#"[{"id": "deepseek", "api_pattern": "x", "models": [{"id": "deepseek-v4-pro", "prices": [
  {"prices": {"input_mtok": 0.435, "cache_read_mtok": 0.003625, "output_mtok": 0.87}},
  {"constraint": {"start_date": "2026-08-17"}, "prices": {"input_mtok": 0.66, "cache_read_mtok": 0.022, "output_mtok": 1.98}},
  {"constraint": {"start_time": "01:00:00+00:00", "end_time": "04:00:00+00:00"}, "prices": {"input_mtok": 1.32, "cache_read_mtok": 0.044, "output_mtok": 3.96}},
  {"constraint": {"start_time": "06:00:00Z", "end_time": "10:00:00Z"}, "prices": {"input_mtok": 1.32, "cache_read_mtok": 0.044, "output_mtok": 3.96}}]}]}]"#;

#[test]
fn hours_begin_with_the_price_change_before_them_and_spare_weekends_where_the_seller_does() {
    let found = read(PRO);
    let every_day = Window::parse("01:00-04:00 06:00-10:00", "", "").expect("a window");
    let working = Window::parse("01:00-04:00 06:00-10:00", "mon tue wed thu fri", "").expect("a window");
    assert_eq!(on(&found, Mode::Standard, "2026-08-16", None), [(0, 435_000, 870_000)]);
    assert_eq!(on(&found, Mode::Standard, "2026-08-16", Some(&every_day)), []);
    assert_eq!(on(&found, Mode::Standard, "2026-08-22", Some(&every_day)), [(0, 1_320_000, 3_960_000)]);
    assert_eq!(on(&found, Mode::Standard, "2026-08-23", Some(&every_day)), []);
    assert_eq!(on(&found, Mode::Standard, "2026-10-02", Some(&working)), [(0, 1_320_000, 3_960_000)]);
    assert_eq!(on(&found, Mode::Standard, "2026-10-02", None), [(0, 660_000, 1_980_000)]);
}

#[test]
fn hours_before_a_price_change_end_with_it() {
    let text = r#"[{"id": "deepseek", "api_pattern": "x", "models": [{"id": "deepseek-chat", "prices": [
      {"prices": {"input_mtok": 0.135}},
      {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}, "prices": {"input_mtok": 0.27}},
      {"constraint": {"start_date": "2025-09-05"}, "prices": {"input_mtok": 0.56}}]}]}]"#;
    let found = read(text);
    let windowed: Vec<_> = found.offers[0].rates.iter().filter(|rate| rate.window.is_some()).collect();
    assert_eq!(windowed.len(), 1);
    assert_eq!((windowed[0].from, windowed[0].until), (None, Some(day("2025-09-05"))));
}

#[test]
fn what_cannot_be_read_is_lost_with_its_line_and_the_rest_is_kept() {
    let text = "[{\"id\": \"x\", \"api_pattern\": \"x\", \"models\": [\n{\"id\": \"a\", \"prices\": {\"input_mtok\": -1}},\n{\"id\": \"b\", \"prices\": {\"input_mtok\": 1, \"smells_kcount\": 2}}]}]";
    let found = read(text);
    assert_eq!(found.offers.len(), 1);
    assert_eq!(
        found.problems,
        [
            Problem::lost(2, "x/a", "`input_mtok`: `-1` is negative"),
            Problem::doubt(3, "x/b", "`smells_kcount` is no known price"),
        ]
    );
}

#[test]
fn text_that_is_no_sheet_is_refused_with_its_line() {
    assert_eq!(GenaiPrices.read("[\n{,}]").expect_err("no sheet").line, 2);
}
