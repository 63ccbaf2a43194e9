//! One call, offer by offer.

use serde_json::Value;

use super::Run;

fn explain(arguments: &[&str]) -> Run {
    let own = [&["explain"], arguments, &["--data", "../data", "--benchmark", "fixture-index"]].concat();
    Run::bare(&own)
}

fn dollars(value: &Value) -> f64 {
    value.as_str().map_or(0.0, |usd| usd.parse().expect("a number"))
}

#[test]
fn what_is_explained_call_by_call_adds_up_to_the_audit() {
    let page = Run::audit(&["table/calls.csv"]).json();
    let tiers = page["tiers"].as_array().expect("rows").iter();
    let own = tiers.filter(|row| row["tier"] == "closed" || row["tier"] == "hosted");
    let routed: f64 = own.map(|row| dollars(&row["routed_usd"])).sum();
    let converted = tempfile::tempdir().expect("a folder");
    let table = converted.path().join("calls.csv");
    let table = table.to_str().expect("UTF-8");
    assert_eq!(Run::bare(&["logs", "convert", "table/calls.csv", "--out", table]).run().code, 0);
    let mut rows = csv::Reader::from_path(table).expect("a table");
    let ids: Vec<String> = rows.records().map(|row| row.expect("a row")[0].to_owned()).collect();
    assert!(ids.len() >= 5);
    let mut sum = 0.0;
    for id in &ids {
        let page = explain(&[id, "table/calls.csv"]).json();
        let Some(offers) = page["offers"].as_array() else { continue };
        let chosen = |row: &&Value| row["verdict"] == "serves it" || row["verdict"] == "stays here";
        sum += offers.iter().filter(chosen).map(|row| dollars(&row["cost_usd"])).sum::<f64>();
    }
    assert!((sum - routed).abs() < 1e-12, "{sum} {routed}");
}

#[test]
fn a_call_explained() {
    insta::assert_snapshot!(explain(&["a1", "table/calls.csv"]).text());
}

#[test]
fn a_rule_is_named_as_the_reason() {
    let page = explain(&["a1", "table/calls.csv", "--only-tier", "hosted"]).json();
    let reasons = page["eliminated"].as_array().expect("rows");
    assert!(reasons.iter().any(|row| row["reason"] == "barred by policy.tiers"), "{reasons:?}");
}

#[test]
fn an_id_that_no_call_has_is_wrong_usage() {
    let ran = explain(&["nosuch", "table/calls.csv"]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("no call has the id `nosuch`"), "{}", ran.stderr);
}
