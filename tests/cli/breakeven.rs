//! Whether, where and how serving models oneself pays.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use super::Run;

/// Days of the log.
const DAYS: u32 = 14;
/// Hours of each day in which calls come, and calls of such an hour.
const OPEN: std::ops::Range<u32> = 8..20;
const AN_HOUR: u32 = 6;

/// A log of calls of one shape from Sonnet: office hours of two weeks, six calls an hour, one in ten minutes.
fn log(folder: &tempfile::TempDir, batch: bool) -> PathBuf {
    let mode = if batch { "batch" } else { "standard" };
    let mut text =
        "call_id,ts_start,workload,seller,model_raw,mode,in_uncached,in_cache_read,out_total\n".to_owned();
    for day in 1..=DAYS {
        for hour in OPEN {
            for call in 0..AN_HOUR {
                let minute = call * 10;
                writeln!(
                    text,
                    "c{day}-{hour}-{call},2026-06-{day:02}T{hour:02}:{minute:02}:00Z,triage,anthropic,claude-sonnet-4-20250514,{mode},40000,20000,4000"
                )
                .expect("text");
            }
        }
    }
    let path = folder.path().join("calls.csv");
    std::fs::write(&path, text).expect("written");
    path
}

/// Nobody is paid, and only what served the calls may serve them.
const UNSTAFFED: &str = "[self_hosting]\nstaff_fte = 0.0\nsetup_weeks = 0.0\nmodel_changes_year = 0.0\n[policy]\nsellers = \"anthropic\"\n[quality]\ntolerance = 100\n";

/// What becomes of a run on such a log under a scenario; the files are gone after it.
fn with<T>(scenario: &str, batch: bool, more: &[&str], then: impl FnOnce(Run) -> T) -> T {
    let folder = tempfile::tempdir().expect("a folder");
    let (calls, file) = (log(&folder, batch), folder.path().join("mine.toml"));
    std::fs::write(&file, scenario).expect("written");
    let (calls, file) = (calls.to_str().expect("UTF-8"), file.to_str().expect("UTF-8"));
    let common =
        ["breakeven", calls, "--data", "../data", "--benchmark", "fixture-index", "--scenario", file];
    then(Run::bare(&[&common, more].concat()))
}

fn page(scenario: &str, batch: bool, more: &[&str]) -> Value {
    with(scenario, batch, more, Run::json)
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().or_else(|| row[key].as_str()?.parse().ok()).unwrap_or_else(|| panic!("{key} of {row}"))
}

fn find<'v>(page: &'v Value, section: &str, key: &str, value: &str) -> &'v Value {
    let rows = page[section].as_array().unwrap_or_else(|| panic!("{section}"));
    rows.iter().find(|row| row[key] == value).unwrap_or_else(|| panic!("{section} {value}"))
}

#[test]
fn a_fleet_that_takes_every_call_gains_what_they_cost() {
    let page = page(UNSTAFFED, false, &[]);
    // 1,008 calls in 14 days: 0.12 of fresh input, 0.006 of cached, 0.06 of output each.
    let calls = f64::from(DAYS * 12 * AN_HOUR);
    let month = 730.0 / 24.0 / f64::from(DAYS);
    let spent = calls * (0.12 + 0.006 + 0.06) * month;
    let rows = page["fleet"].as_array().expect("sizes");
    assert!(number(&rows[0], "gain_usd_month").abs() < 1e-12);
    let one = &rows[1];
    assert!((number(one, "gain_usd_month") / spent - 1.0).abs() < 1e-9, "{one} {spent}");
    // Rent by the hour, or price with interest: the cheaper one is taken.
    let demand = find(&page, "ways", "commitment", "on_demand");
    assert!((number(demand, "usd_hour") - 3.5).abs() < 1e-12);
    let owned = find(&page, "ways", "commitment", "owned");
    let recovery = 0.1 / (1.0 - 1.1_f64.powi(-4));
    let price = 280_000.0 / 8.0;
    let hour = price * (1.1 * recovery - 0.15 * (recovery - 0.1) + 1.1 * 0.05) / 8_760.0
        + 1.2 * 1.54 * 0.12
        + 1.2 * 150.0 * 12.0 / 8_760.0;
    assert!((number(owned, "usd_hour") / hour - 1.0).abs() < 1e-9, "{owned} {hour}");
    // Break-even against what is paid, in calls: rent over dollars a call, as every call fits.
    let volume = find(&page, "break_evens", "key", "volume_calls_month");
    assert!(volume["incumbent"].as_str().expect("text").starts_with("at "), "{volume}");
    let rent = 3.5 * 730.0;
    assert!(number(volume, "incumbent_figure") <= rent / 0.186 * 1.001);
    assert_eq!(volume["median_host"], "no such offer");
}

#[test]
fn work_that_can_wait_needs_no_more_capacity_than_its_day_has() {
    // Within the promise of latency or without it: what waits is filled into the whole day.
    let page = page(UNSTAFFED, true, &[]);
    let load = &page["load"];
    assert_eq!(load["waiting_calls"].as_u64(), Some(u64::from(DAYS * 12 * AN_HOUR)));
    let spot = find(&page, "ways", "commitment", "spot, for work that waits");
    // Hours of work on spot machines, a tenth of it done again, gain what the calls cost at half price less the rent.
    assert!(number(spot, "replica_hours") > 0.0 && number(spot, "saving_usd_month") > 0.0);
}

#[test]
fn the_page_of_a_fleet() {
    let text = with(UNSTAFFED, false, &[], |run| run.env("COLUMNS", "120").text());
    let shown: Vec<&str> = text.split("What is unknown").next().expect("a page").lines().collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn every_answer_is_a_number_or_has_a_reason() {
    for scenario in [UNSTAFFED, "", "[self_hosting]\nstaff_fte = 50.0\n", "[fleet]\noverflow = false\n"] {
        for more in [&[][..], &["--five-minutes"], &["--host", "host-alpha"]] {
            let page = page(scenario, false, more);
            for row in page["break_evens"].as_array().expect("rows") {
                for side in ["incumbent", "cheapest_host", "median_host", "own_host"] {
                    let text = row[side].as_str().expect("text");
                    assert!(!text.contains("NaN") && !text.contains("inf"), "{row}");
                    let never = text.starts_with("never")
                        || text == "no such offer"
                        || text.contains("the same weights");
                    let none = row[&format!("{side}_figure")].is_null();
                    assert!(none == (never || text == "not known" || text == "anything"), "{side} {row}");
                }
            }
            // What a step multiplies leads from the headline to the user's number.
            let steps = page["waterfall"].as_array().expect("rows");
            let product: f64 = steps.iter().skip(1).map(|step| number(step, "factor")).product();
            let (first, last) = (number(&steps[0], "multiple"), number(&steps[steps.len() - 1], "multiple"));
            assert!((first * product / last - 1.0).abs() < 1e-9);
        }
    }
}

#[test]
fn an_own_deployment_is_made_of_measurements_and_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let (report, out) = (folder.path().join("bench.json"), folder.path().join("mine.toml"));
    let text = r#"{"backend":"vllm","model_id":"openai/gpt-oss-120b","completed":100,"total_input_tokens":100000,
        "total_output_tokens":100000,"output_throughput":9000.0,"max_concurrency":128,"median_tpot_ms":12.0}"#;
    std::fs::write(&report, text).expect("written");
    let (report, out) = (report.to_str().expect("UTF-8"), out.to_str().expect("UTF-8"));
    let fit = [
        "deployments",
        "fit",
        report,
        "--machine",
        "h200",
        "--precision",
        "fp8",
        "--out",
        out,
        "--data",
        "../data",
    ];
    let made = Run::bare(&fit).json();
    assert!(number(&made["measured"][0], "error").abs() < 0.05, "{made}");
    let page = page(UNSTAFFED, false, &["--deployments", out]);
    let ids: Vec<&str> = page["deployments"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["deployment"].as_str())
        .collect();
    assert!(ids.contains(&"gpt-oss-120b-1x-h200-fp8"), "{ids:?}");
}

#[test]
fn a_deployment_of_which_nothing_is_measured_is_told_from_first_principles() {
    let fit = |more: &[&str]| {
        let common = ["deployments", "fit", "--model", "gpt-oss-120b", "--data", "../data"];
        Run::bare(&[&common, more].concat())
    };
    let page = fit(&["--machine", "h200", "--precision", "fp8"]).json();
    // 116.8 billion parameters at 4.25 bits, as they were released; 18 of 36 layers hold all of the context.
    assert!((number(&page["memory"], "weights_gb") - 116.8 * 4.25 / 8.0).abs() < 1e-9, "{page}");
    assert_eq!(number(&page["memory"], "kv_bytes_token") as u64, 18 * 2 * 8 * 64 * 2);
    for row in page["prices"].as_array().expect("rows") {
        assert!(number(row, "tpot_ms") <= 50.0 || row["run"] == "the most", "{row}");
    }
    let text = fit(&["--machine", "desk", "--precision", "fp16", "--count", "1"]).run().stdout;
    assert!(text.contains("no rent is known"), "{text}");
    let ran = fit(&["--machine", "nosuch"]).run();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("there is no machine `nosuch`"), "{}", ran.stderr);
}

#[test]
fn devices_take_what_fits_and_is_fast_enough() {
    let folder = tempfile::tempdir().expect("a folder");
    let (calls, file) = (log(&folder, false), folder.path().join("mine.toml"));
    std::fs::write(&file, UNSTAFFED).expect("written");
    let (calls, file) = (calls.to_str().expect("UTF-8"), file.to_str().expect("UTF-8"));
    let page = Run::bare(&[
        "devices",
        calls,
        "--data",
        "../data",
        "--benchmark",
        "fixture-index",
        "--scenario",
        file,
    ])
    .json();
    let desk = find(&page, "devices", "device", "desk");
    assert!(
        (number(desk, "could_share") - 1.0).abs() < 1e-12 && (number(desk, "fast_share") - 1.0).abs() < 1e-12
    );
    let run = find(&page, "workloads", "model", "gpt-oss-120b");
    // Half of 800 GB/s over the active weights at 4.25 bits, and keys and values of 62,000 tokens in 18 layers beside.
    let weights = 5.1e9 * 4.25 / 8.0;
    let kv = 18.0 * 2.0 * 8.0 * 64.0 * 2.0 * (62_000.0 + 128.0);
    assert!((number(run, "tok_s") / (400e9 / (weights + kv)) - 1.0).abs() < 1e-9, "{run}");
}

#[test]
fn owned_machines_are_compared_in_the_audit_too() {
    let owned = "[self_hosting]\ncommitment = \"owned\"\n[quality]\ntolerance = 100\n";
    let folder = tempfile::tempdir().expect("a folder");
    let (calls, file) = (log(&folder, false), folder.path().join("mine.toml"));
    std::fs::write(&file, owned).expect("written");
    let (calls, file) = (calls.to_str().expect("UTF-8"), file.to_str().expect("UTF-8"));
    let page = Run::audit(&[calls, "--scenario", file]).json();
    let rows = page["self_hosting"].as_array().expect("rows");
    assert!(rows.iter().any(|row| number(row, "replica_month_usd") > 0.0), "{rows:?}");
}

#[test]
fn another_question_has_another_provenance() {
    let digest = |more: &[&str]| page(UNSTAFFED, false, more)["provenance"].to_string();
    let plain = digest(&[]);
    assert_eq!(plain, digest(&[]));
    assert_ne!(plain, digest(&["--five-minutes"]));
    assert_ne!(plain, digest(&["--deployment", "gpt-oss-120b-1x-h200"]));
}

#[test]
fn what_cannot_be_looked_at_is_refused() {
    for (more, word) in [
        (&["--deployment", "nosuch"][..], "there is no deployment `nosuch`"),
        (&["--host", "nosuch"], "`nosuch` is no seller"),
        (&["--deployments", "nosuch.toml"], "cannot be read"),
    ] {
        let ran = with(UNSTAFFED, false, more, Run::run);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
    // When machines are busy decides, and sessions that all begin at once say nothing about that.
    let sessions = ["breakeven", "table/calls.csv", "--data", "../data", "--benchmark", "fixture-index"];
    let folder = tempfile::tempdir().expect("a folder");
    let undated = folder.path().join("undated.csv");
    std::fs::write(&undated, "workload,model_raw,in_uncached,out_total\nx,claude-sonnet-4,100,10\n")
        .expect("written");
    let undated = undated.to_str().expect("UTF-8");
    let ran = Run::bare(&[&[sessions[0], undated], &sessions[2..], &["--days", "30"]].concat()).run();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("the calls have no times"), "{}", ran.stderr);
    // Nobody is good enough: there is nothing to compare.
    let ran = with("[quality]\ntolerance = 0\n", false, &[], Run::run);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no deployment may serve a call"), "{}", ran.stderr);
}
