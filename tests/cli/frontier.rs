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
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("mine.toml");
    std::fs::write(&scenario, "[policy]\nresidency = \"own-infrastructure\"\n").expect("written");
    let scenario = scenario.to_str().expect("UTF-8");
    // Where no seller may have a call, the incumbents are the whole frontier.
    let page = Run::bare(&["frontier", "--as-of", "2026-11-10", "--scenario", scenario]).json();
    let corners = page["frontier"].as_array().expect("corners");
    assert_eq!(corners.len(), 1, "{corners:?}");
    assert_eq!(corners[0]["cost_usd"], page["calls"]["spent_usd"]);
    assert_eq!(corners[0]["score"], page["calls"]["incumbent_score"]);
}
