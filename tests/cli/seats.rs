//! Which users should be on which plan.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::Run;

/// Dollars at list price that ten users use a month.
const USES: [u32; 10] = [3, 12, 25, 40, 80, 150, 220, 400, 900, 2_500];

/// A log in which each user uses so many dollars: a call of 200,000 output tokens of Sonnet costs three.
fn log(folder: &Path) -> String {
    let mut text = "call_id,ts_start,user,workload,seller,model_raw,in_uncached,out_total\n".to_owned();
    for (user, dollars) in USES.iter().enumerate() {
        for call in 0..10 {
            let tokens = dollars * 200_000 / 30;
            writeln!(
                text,
                "u{user}-{call},2026-06-{:02}T12:00:00Z,user-{user},triage,anthropic,claude-sonnet-4-20250514,0,{tokens}",
                call * 3 + 1
            )
            .expect("text");
        }
    }
    let path = folder.join("calls.csv");
    std::fs::write(&path, text).expect("written");
    path.display().to_string()
}

/// The log is a month, and calls stay where they are.
fn run(log: &str, more: &[&str]) -> Run {
    let month = (730.0_f64 / 24.0).to_string();
    let common =
        ["seats", log, "--data", "../data", "--benchmark", "fixture-index", "--days", month.as_str()];
    Run::bare(&[&common, more].concat())
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("{key} of {row}"))
}

#[test]
fn each_user_has_the_cheapest_plan() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = log(folder.path());
    let page = run(&log, &["--policy", "incumbent"]).json();
    // The worked example: 572 in the mix, 4,330 metered.
    let way = |id: &str| {
        let rows = page["portfolio"].as_array().expect("rows");
        number(rows.iter().find(|row| row["id"] == id).expect("a way"), "usd_month")
    };
    assert!((way("metered") - 4_330.0).abs() < 0.1 && (way("mixed") - 572.0).abs() < 0.1, "{page}");
    assert!((way("routed") - way("metered")).abs() < 1e-6);
    let users = page["users"].as_array().expect("rows");
    let best: Vec<&str> = users.iter().rev().map(|row| row["best_plan"].as_str().expect("a plan")).collect();
    assert_eq!(best, ["metered", "metered", "pro", "pro", "pro", "pro", "pro", "max5", "max5", "max20"]);
    assert!(
        (number(&page["exposure"], "exposure_usd_month") - (4_330.0 - 572.0 - 0.0)).abs() < 0.2,
        "{page}"
    );
    // A plan whose cap nobody knows is not compared.
    assert_eq!(page["not_compared"][0]["plan"], "team");
    // Of those on Max 20, 2,500 dollars at three tenths cost the seller more than 200.
    let max20 =
        page["plans"].as_array().expect("rows").iter().find(|row| row["plan"] == "max20").expect("it");
    assert_eq!(max20["losing"].as_u64(), Some(1));
    assert!((number(max20, "margin_usd") - (200.0 - 750.0)).abs() < 0.1, "{max20}");
}

#[test]
fn the_page_of_seats() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = run(&log(folder.path()), &[]).env("COLUMNS", "120").text();
    let shown: Vec<&str> = text.split("What is unknown").next().expect("a page").lines().collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn plans_of_ones_own_and_users_that_are_not_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, own) = (log(folder.path()), folder.path().join("own.toml"));
    std::fs::write(
        &own,
        "lab = \"anthropic\"\n[[plan]]\nid = \"all\"\nname = \"All\"\nusd_month = 1\ncap_usd_month = 1e6\ndate = 2026-06-01\nsource = \"contract\"\n",
    )
    .expect("written");
    let page = run(&log, &["--plans", own.to_str().expect("UTF-8"), "--as-user", "me"]).json();
    let users = page["users"].as_array().expect("rows");
    assert_eq!((users.len(), users[0]["best_plan"].as_str()), (1, Some("all")));
    let unnamed = folder.path().join("unnamed.csv");
    std::fs::write(&unnamed, "call_id,ts_start,seller,model_raw,in_uncached,out_total\na,2026-06-01T12:00:00Z,anthropic,claude-sonnet-4-20250514,10,10\n")
        .expect("written");
    let ran = run(unnamed.to_str().expect("UTF-8"), &[]).run();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("names no users"), "{}", ran.stderr);
}

#[test]
fn a_reading_of_a_limit_says_what_it_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = log(folder.path());
    let page = run(&log, &["--quota-used", "0.2"]).json();
    // 4,330 dollars of output at 15 a million, on a fifth of a week's limit.
    let pro = &page["quota"][0];
    let tokens = 4_330.0 / 15.0 * 1e6 / 0.2;
    assert!((number(pro, "tokens_week") / tokens - 1.0).abs() < 1e-4, "{pro}");
    assert!((number(pro, "cap_usd_month") / (4_330.0 / 0.2 * 52.0 / 12.0) - 1.0).abs() < 1e-4, "{pro}");
    assert!((number(pro, "usd_mtok") / (20.0 * 12.0 / 52.0 / tokens * 1e6) - 1.0).abs() < 1e-4, "{pro}");
    for wrong in ["0", "1.5", "-1"] {
        let ran = run(&log, &["--quota-used", wrong]).run();
        assert!(ran.code == 2 && ran.stderr.contains("--quota-used"), "{}", ran.stderr);
    }
}

#[test]
fn users_without_a_log_are_spread() {
    let page =
        Run::bare(&["seats", "--data", "../data", "--users", "10", "--mean", "200", "--p90", "400"]).json();
    let rows = page["plans"].as_array().expect("rows");
    let max5 = rows.iter().find(|row| row["plan"] == "max5").expect("it");
    assert!((number(max5, "mixed_usd") - 893.586_954_1).abs() < 1e-3, "{max5}");
    assert!((number(max5, "above") - 0.693_586_954_1).abs() < 1e-6);
    assert!((number(max5, "margin_usd") - 40.0).abs() < 1e-9);
    let ran = Run::bare(&["seats", "--users", "10", "--mean", "13", "--p90", "30"]).run();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no log-normal has a mean of 13"), "{}", ran.stderr);
}
