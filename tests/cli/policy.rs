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
fn each_rule_bars_what_it_says_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("mine.toml");
    // A rule, whether an offer at a tier, with a label, is beyond it, and one that is known to be.
    type Beyond = fn(tier: &str, label: &str) -> bool;
    let rules: [(&str, &str, Beyond); 5] = [
        ("policy.licences", "licences = \"closed\"", |tier, _| tier == "hosted"),
        ("policy.lab_countries", "lab_countries = \"us\"", |_, label| label.starts_with("deepseek")),
        ("policy.seller_countries", "seller_countries = \"DE\"", |_, label| label.ends_with("@ azure")),
        ("policy.min_sellers", "min_sellers = 500", |_, _| true),
        ("policy.tiers", "tiers = \"closed\"", |tier, _| tier == "hosted"),
    ];
    for (rule, text, beyond) in rules {
        std::fs::write(&scenario, format!("[policy]\n{text}\n")).expect("written");
        let scenario = scenario.to_str().expect("UTF-8");
        let arguments =
            ["explain", "c00002", "--as-of", "2026-11-10", "--scenario", scenario, "--format", "json"];
        let page: Value = serde_json::from_str(&Run::bare(&arguments).run().stdout).expect("JSON");
        let offers = page["offers"].as_array().expect("rows");
        let barred = format!("barred by {rule}");
        assert!(offers.iter().any(|row| row["verdict"] == *barred), "{rule}");
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        // The one that serves the call in the log may keep it.
        let open = |row: &&Value| matches!(text(row, "verdict").as_str(), "dearer" | "serves it");
        for row in offers.iter().filter(open) {
            assert!(!beyond(&text(row, "tier"), &text(row, "offer")), "{rule}: {row}");
        }
    }
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
