//! Where each call goes, as a table.

use serde_json::Value;

use super::Run;

#[test]
fn the_rows_add_up_to_the_audit() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("routes.jsonl");
    let page = Run::audit(&["table/calls.csv"]).json();
    let arguments = [
        "route",
        "table/calls.csv",
        "--data",
        "../data",
        "--benchmark",
        "fixture-index",
        "--out",
        out.to_str().expect("UTF-8"),
    ];
    assert_eq!(Run::bare(&arguments).run().code, 0);
    let rows = std::fs::read_to_string(&out).expect("a table");
    let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).expect("JSON")).collect();
    assert_eq!(rows.len() as u64, page["read"]["calls"].as_u64().expect("a count"));
    let dollars = |value: &Value| value.as_str().expect("dollars").parse::<f64>().expect("a number");
    let sum = |key: &str| rows.iter().filter_map(|row| row[key].as_i64()).sum::<i64>() as f64 / 1e12;
    assert!((sum("cost_pusd") - dollars(&page["spent"]["spent_usd"])).abs() < 1e-12);
    let tiers = page["tiers"].as_array().expect("rows").iter();
    let own = tiers.filter(|row| row["tier"] == "closed" || row["tier"] == "hosted");
    let routed: f64 = own.map(|row| dollars(&row["routed_usd"])).sum();
    assert!((sum("routed_cost_pusd") - routed).abs() < 1e-12);
    // A call without a price stays, and says nothing.
    let unpriced = rows.iter().find(|row| row["model_raw"] == "mystery-7b").expect("the call");
    assert!(unpriced.get("routed_model").is_none_or(Value::is_null));
}

#[test]
fn an_unknown_ending_is_refused_before_anything_is_read() {
    let ran = Run::bare(&["route", "nosuch.csv", "--out", "routes.txt"]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("neither .parquet nor .csv nor .jsonl"), "{}", ran.stderr);
}
