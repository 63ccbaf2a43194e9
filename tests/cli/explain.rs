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

#[test]
fn what_the_sheet_has_no_price_for_is_not_taken_to_cost_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let sheet = folder.path().join("contract.toml");
    // Calls have output, and this contract says nothing of it.
    let text = "[sheet]\nname = 'Contract'\ndate = 2026-05-01\n\
         [[price]]\nseller = 'anthropic'\nmodel = 'claude-sonnet-4'\ninput = '2'\nfrom = 2026-05-01\n";
    std::fs::write(&sheet, text).expect("written");
    let sheet = sheet.to_str().expect("UTF-8");
    let page = explain(&["a1", "table/calls.csv", "--prices", sheet]).json();
    let claim = page["claim"].as_str().expect("words");
    assert!(claim.contains("has no price: the sheet has no price for some of the tokens"), "{claim}");
    assert_eq!(page.get("offers"), None);
}

#[test]
fn what_a_call_used_beside_its_tokens_is_part_of_its_cost() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("calls.csv");
    let table = "call_id,ts_start,seller,model_raw,operation,in_uncached,out_total,tool_web_search\n\
         s1,2026-06-01T08:00:00Z,anthropic,claude-sonnet-4-20250514,chat,1000,200,3\n";
    std::fs::write(&log, table).expect("written");
    let log = log.to_str().expect("UTF-8");
    let audited = Run::bare(&["audit", "--as-of", "2026-11-10", log]).json();
    let call = Run::bare(&["explain", "s1", "--as-of", "2026-11-10", log]).json();
    let stays = &call["offers"][0];
    assert_eq!(stays["verdict"], "stays here");
    assert_eq!(stays["cost_usd"], audited["spent"]["spent_usd"]);
    // Three searches at a cent each.
    assert!(dollars(&stays["cost_usd"]) > 0.03);
}

#[test]
fn of_calls_that_share_an_id_one_is_named_by_where_it_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("calls.csv");
    let table = "call_id,ts_start,seller,model_raw,in_uncached,out_total\n\
         s1,2026-06-01T08:00:00Z,anthropic,claude-sonnet-4-20250514,1000,200\n\
         s1,2026-06-02T08:00:00Z,anthropic,claude-sonnet-4-20250514,3000,200\n";
    std::fs::write(&log, table).expect("written");
    let log = log.to_str().expect("UTF-8");
    let ran = explain(&["s1", log]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("2 calls have the id `s1`"), "{}", ran.stderr);
    let page = explain(&[&format!("{log}:3"), log]).json();
    assert_eq!(page["call"]["in_uncached"], 3_000);
}
