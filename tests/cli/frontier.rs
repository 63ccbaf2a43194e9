//! The cost–quality frontier of a log.

use serde_json::Value;

use super::Run;

fn run(arguments: &[&str]) -> Run {
    Run::bare(&[&["frontier", "--data", "../data", "--benchmark", "fixture-index"], arguments].concat())
}

#[test]
fn the_frontier_of_the_fixture() {
    insta::assert_snapshot!(run(&["table/calls.csv", "--as-of", "2026-06-10"]).text());
}

#[test]
fn each_further_point_of_quality_costs_more_than_the_one_before() {
    let page = Run::bare(&["frontier", "--as-of", "2026-11-10"]).json();
    let number = |value: &Value| match value {
        Value::String(text) => text.parse::<f64>().expect("a number"),
        other => other.as_f64().expect("a number"),
    };
    let corners: Vec<(f64, f64)> = page["frontier"]
        .as_array()
        .expect("corners")
        .iter()
        .map(|row| (number(&row["score"]), number(&row["cost_usd"])))
        .collect();
    assert!(corners.len() > 3, "{corners:?}");
    let slopes: Vec<f64> =
        corners.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0)).collect();
    assert!(slopes.iter().all(|slope| *slope > 0.0), "{slopes:?}");
    assert!(slopes.windows(2).all(|pair| pair[0] < pair[1]), "{slopes:?}");
    // What the next point costs a call is the slope over the calls.
    let calls = number(&page["calls"]["calls"]);
    for (row, slope) in page["frontier"].as_array().expect("corners").iter().zip(&slopes) {
        let stated = number(&row["next_point_usd"]);
        assert!((stated * calls / slope - 1.0).abs() < 1e-9, "{stated} {slope}");
    }
    // The incumbents are no cheaper than the frontier at their quality.
    let (paid, as_good) = (number(&page["calls"]["spent_usd"]), number(&page["calls"]["same_quality_usd"]));
    assert!(as_good <= paid, "{as_good} {paid}");
}

#[test]
fn rules_hold_on_the_frontier_too() {
    let page = Run::bare(&["frontier", "--as-of", "2026-11-10", "--only-tier", "hosted"]).json();
    let first = &page["frontier"][0];
    assert!(first["main_offer"].as_str().is_some_and(|offer| offer.contains(" @ ")), "{first}");
    let free = Run::bare(&["frontier", "--as-of", "2026-11-10"]).json();
    let cost = |page: &Value| {
        page["frontier"][0]["cost_usd"].as_str().map(|text| text.parse::<f64>().unwrap_or(f64::NAN))
    };
    assert!(cost(&page) >= cost(&free));
}
