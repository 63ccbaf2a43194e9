//! Savings on calls that they were not chosen on.

use serde_json::Value;

use super::Run;

fn audit(arguments: &[&str]) -> Value {
    Run::bare(&[&["audit", "--as-of", "2026-11-10"], arguments].concat()).json()
}

fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().expect("a number"),
        other => other.as_f64().unwrap_or_else(|| panic!("{other} is no number")),
    }
}

#[test]
fn both_sides_of_the_day_are_the_whole_log_and_the_picks_add_up() {
    let page = audit(&["--holdout", "2026-10-20"]);
    let held = &page["holdout"];
    let calls = number(&held["before_calls"]) + number(&held["calls"]);
    // The sample has calls without a date, which are on neither side.
    assert!(calls <= number(&page["spent"]["priced_calls"]));
    let saved = number(&held["saved_usd"]);
    let picks: f64 =
        page["picks"].as_array().expect("rows").iter().map(|row| number(&row["saved_usd"])).sum();
    assert!((saved - picks).abs() < 1e-9, "{saved} {picks}");
    let optimum = number(&held["optimum_saved_usd"]);
    assert!(number(&held["regret_usd"]) >= 0.0);
    assert!((optimum - saved - number(&held["regret_usd"])).abs() < 1e-9);
    let (low, high) = (number(&held["saved_low_usd"]), number(&held["saved_high_usd"]));
    assert!(low < saved && saved < high, "{low} {saved} {high}");
}

#[test]
fn the_same_seed_gives_the_same_interval_and_another_one_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("mine.toml");
    let of = |seed: u32| {
        std::fs::write(&scenario, format!("[holdout]\nseed = {seed}\ndraws = 500\n")).expect("written");
        let page = audit(&["--holdout", "2026-10-20", "--scenario", scenario.to_str().expect("UTF-8")]);
        number(&page["holdout"]["saved_low_usd"]).to_bits()
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

#[test]
fn a_few_days_have_no_interval_and_say_so() {
    let page = audit(&["--holdout", "2026-11-05"]);
    let held = &page["holdout"];
    assert!(number(&held["days"]) < 7.0);
    assert_eq!(held["saved_low_usd"], Value::Null);
}

#[test]
fn a_day_outside_the_log_is_refused() {
    for day in ["2020-01-01", "2030-01-01"] {
        let ran = Run::bare(&["audit", "--holdout", day]).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains("leaves no priced call on one side"), "{}", ran.stderr);
    }
}
