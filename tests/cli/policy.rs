//! Rules about which offers may serve calls, and what they cost.

use serde_json::Value;

use super::Run;

fn routed(arguments: &[&str]) -> (f64, Value) {
    let page =
        Run::bare(&[&["audit", "--as-of", "2026-11-10", "--format", "json"], arguments].concat()).run();
    let page: Value = serde_json::from_str(&page.stdout).expect("JSON");
    let tiers = page["tiers"].as_array().expect("rows").iter();
    let own = tiers.filter(|row| row["tier"] == "closed" || row["tier"] == "hosted");
    (own.map(|row| dollars(&row["routed_usd"])).sum(), page["rules"].clone())
}

fn dollars(value: &Value) -> f64 {
    value.as_str().expect("dollars").parse().expect("a number")
}

#[test]
fn a_rule_never_saves_and_states_what_it_costs() {
    let (free, none) = routed(&[]);
    assert_eq!(none, Value::Array(Vec::new()));
    for rules in [
        &["--only-tier", "hosted"][..],
        &["--only-tier", "closed", "--deny", "openai"],
        &["--deny", "gpt-5-mini", "--deny", "azure"],
        &["--allow-seller", "aws-bedrock"],
    ] {
        let (bound, prices) = routed(rules);
        assert!(bound >= free - 1e-9, "{rules:?}: {bound} {free}");
        let prices = prices.as_array().expect("rows");
        assert!(!prices.is_empty());
        for price in prices {
            assert!((bound - dollars(&price["without_usd"]) - dollars(&price["costs_usd"])).abs() < 1e-9);
            assert!(dollars(&price["costs_usd"]) >= 0.0);
        }
        if let [only] = prices.as_slice() {
            assert!((dollars(&only["without_usd"]) - free).abs() < 1e-9, "{rules:?}");
        }
    }
}

#[test]
fn own_infrastructure_bars_every_seller() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("mine.toml");
    std::fs::write(&scenario, "[policy]\nresidency = \"own-infrastructure\"\n").expect("written");
    let page = Run::audit(&["table/calls.csv", "--scenario", scenario.to_str().expect("UTF-8")]).json();
    for row in page["workloads"].as_array().expect("rows") {
        assert_eq!(row["routed_usd"], row["spent_usd"]);
    }
    assert_eq!(page["rules"][0]["rule"], "policy.residency");
}

#[test]
fn a_name_that_nobody_has_is_refused() {
    for (arguments, word) in [
        (&["--deny", "nosuch"][..], "no seller or model"),
        (&["--allow-seller", "gpt-5"], "no seller"),
        (&["--only-tier", "local"], "must be any, closed or hosted"),
    ] {
        let ran = Run::bare(&[&["audit"], arguments].concat()).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
}
