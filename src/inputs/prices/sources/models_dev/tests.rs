//! The rules of the sheet, on entries with its figures.

use super::*;

fn read(models: &str) -> Found {
    read_at("acme", models)
}

fn read_at(seller: &str, models: &str) -> Found {
    ModelsDev
        .read(&format!("{{\"{seller}\": {{\"npm\": \"x\", \"models\": {{{models}}}}}}}"))
        .expect("a sheet")
}

#[test]
fn tiers_are_read_by_their_size_and_the_misnamed_copy_of_the_last_one_is_not() {
    let found = read(
        r#""m": {"open_weights": false, "limit": {"context": 400000, "output": 0}, "cost": {"input": 2.5, "output": 15, "cache_read": 0.25,
        "tiers": [{"input": 5, "output": 22.5, "tier": {"type": "context", "size": 272000}}], "context_over_200k": {"input": 5, "output": 22.5}}}"#,
    );
    let offer = &found.offers[0];
    assert_eq!((offer.context, offer.max_output, offer.open_weights), (Some(400_000), None, Some(false)));
    let rates: Vec<_> = offer
        .rates
        .iter()
        .map(|rate| (rate.tier.least, rate.prices.stated(Meter::Input), rate.prices.stated(Meter::CacheRead)))
        .collect();
    assert_eq!(rates, [(0, Some(2_500_000), Some(250_000)), (272_001, Some(5_000_000), Some(250_000))]);
    assert_eq!(found.problems, []);
}

#[test]
fn long_prompts_without_a_threshold_are_told_and_left_out() {
    let found = read(r#""m": {"cost": {"input": 1, "output": 2, "context_over_200k": {"input": 2}}}"#);
    assert_eq!((found.offers[0].rates.len(), found.problems.len()), (1, 1));
}

#[test]
fn a_cache_for_nothing_is_unknown_where_input_costs_something() {
    let found = read(r#""gpt-3.5-turbo": {"cost": {"input": 0.5, "output": 1.5, "cache_read": 0}}"#);
    assert_eq!(found.offers[0].rates[0].prices.stated(Meter::CacheRead), None);
}

#[test]
fn nothing_is_a_plan_at_sellers_of_plans_and_a_free_tier_elsewhere() {
    let model = r#""m": {"cost": {"input": 0, "output": 0}}"#;
    let kind = |seller: &str| read_at(seller, model).offers[0].rates[0].kind;
    assert_eq!(
        [kind("zai-coding-plan"), kind("github-copilot"), kind("alibaba-token-plan-cn"), kind("nvidia")],
        [PriceKind::Plan, PriceKind::Plan, PriceKind::Plan, PriceKind::Free]
    );
}

#[test]
fn the_fast_mode_has_its_own_prices_and_keeps_the_others() {
    let found = read(
        r#""m": {"cost": {"input": 4, "output": 20, "reasoning": 18, "input_audio": 7},
        "experimental": {"modes": {"fast": {"cost": {"input": 8, "output": 40}}}}}"#,
    );
    let fast = &found.offers[0].rates[1];
    assert_eq!((fast.mode, fast.prices.stated(Meter::Input)), (Mode::Fast, Some(8_000_000)));
    assert_eq!(fast.prices.stated(Meter::OutputReasoning), Some(18_000_000));
}

#[test]
fn thirds_round_at_the_picodollar_and_negative_prices_are_lost() {
    let found = read(
        "\"a\": {\"cost\": {\"input\": 0.08333333333333333, \"output\": 1}},\n\"b\": {\"cost\": {\"input\": -1}}",
    );
    assert_eq!(found.offers[0].rates[0].prices.stated(Meter::Input), Some(83_333));
    assert_eq!(found.problems, [Problem::lost(2, "acme/b", "`input`: `-1` is negative")]);
}
