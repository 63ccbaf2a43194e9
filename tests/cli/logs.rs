//! What can be read, and what becomes of it.

use std::fs;

use serde_json::Value;

use super::{Run, fixtures};

/// The samples of every format, by name.
fn samples() -> Vec<String> {
    let folder = fixtures().join("logs/formats");
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

#[test]
fn the_formats_and_maps() {
    insta::assert_snapshot!(Run::bare(&["logs", "formats"]).text());
}

#[test]
fn every_sample_is_told_from_its_content_and_counted_right() {
    let mut lines = String::new();
    for name in samples() {
        let page = Run::bare(&["logs", "inspect", &format!("formats/{name}"), "--format", "json"]).run();
        let page: Value = serde_json::from_str(&page.stdout).expect("JSON");
        let file = &page["files"][0];
        let text = |key: &str| match &file[key] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let calls = Run::audit(&[&format!("formats/{name}"), "--format", "json"]).run();
        let read = match serde_json::from_str::<Value>(&calls.stdout) {
            Ok(page) => {
                let count = |key: &str| page["read"][key].to_string();
                format!(
                    "{} fresh, {} read, {} + {} written, {} out",
                    count("in_uncached"),
                    count("in_cache_read"),
                    count("in_cache_write_5m"),
                    count("in_cache_write_1h"),
                    count("out_total")
                )
            }
            Err(_) => format!("exit {}", calls.code),
        };
        lines.push_str(&format!(
            "{name}: {} ({}), {} rows, {} no call, {} rejected, input {}, {} sums: {read}\n",
            text("format"),
            text("sure"),
            text("rows"),
            text("no_call"),
            text("rejected"),
            text("convention"),
            text("buckets"),
        ));
        assert!(file["sure"] == "certain" || file["sure"] == "likely", "{name}");
        assert_eq!(file["rejected"], 0, "{name}");
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn a_look_at_some_logs() {
    let arguments = ["logs", "inspect", "formats/codex.rollout.jsonl", "formats/codex.fork.jsonl", "bad"];
    insta::assert_snapshot!(Run::bare(&arguments).text());
}

#[test]
fn a_fork_replays_its_parent_and_is_counted_once_whichever_file_comes_first() {
    let calls = |files: [&str; 2]| {
        let page = Run::bare(&["logs", "inspect", files[0], files[1]]).json();
        let calls: u64 =
            page["files"].as_array().expect("files").iter().filter_map(|f| f["calls"].as_u64()).sum();
        calls
    };
    let files = ["formats/codex.rollout.jsonl", "formats/codex.fork.jsonl"];
    assert_eq!(calls(files), 3);
    assert_eq!(calls([files[1], files[0]]), 3);
}

#[test]
fn a_converted_log_is_the_same_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let out =
        |ending: &str| folder.path().join(format!("calls.{ending}")).to_str().expect("UTF-8").to_owned();
    let log = ["table/calls.csv", "claude_code", "formats/otel.spans.jsonl", "formats/bedrock.jsonl"];
    let convert = |from: &[&str], to: &str| {
        let ran = Run::bare(&[&["logs", "convert"][..], from, &["--out", to]].concat()).run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    };
    let read = |log: &[&str]| {
        let mut page = Run::audit(&[log, &["--as-of", "2026-06-15"]].concat()).json();
        let read = page["read"].take();
        let tokens: Vec<Value> =
            ["in_uncached", "in_cache_read", "in_cache_write_5m", "in_cache_write_1h", "out_total"]
                .iter()
                .map(|key| read[key].clone())
                .collect();
        (page["spent"]["spent_usd"].take(), page["workloads"].take(), read["calls"].clone(), tokens)
    };
    let direct = read(&log);
    for ending in ["parquet", "csv", "jsonl"] {
        let file = out(ending);
        convert(&log, &file);
        assert_eq!(read(&[&file]), direct, "{ending}");
        // And of the table the same table.
        let again = out(&format!("again.{ending}"));
        convert(&[&file], &again);
        assert_eq!(read(&[&again]), direct, "{ending}");
    }
    let wrong = Run::bare(&["logs", "convert", "table/calls.csv", "--out", "calls.xlsx"]).run();
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
}

#[test]
fn names_become_pseudonyms_under_a_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    fs::write(path("key"), "correct horse battery staple").expect("written");
    fs::write(path("short"), "short").expect("written");
    let (key, out) = (path("key"), path("calls.jsonl"));
    let convert = |key: &str| {
        Run::bare(&[
            "logs",
            "convert",
            "formats/codex.rollout.jsonl",
            "formats/bedrock.jsonl",
            "--out",
            &out,
            "--pseudonymise",
            key,
        ])
        .run()
    };
    assert_eq!(convert(&key).code, 0);
    let first = fs::read_to_string(&out).expect("written");
    assert!(first.contains("\"p-") && !first.contains("shop") && !first.contains("\"ci\""), "{first}");
    assert_eq!(convert(&key).code, 0);
    assert_eq!(fs::read_to_string(&out).expect("written"), first);
    let refused = convert(&path("short"));
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("at least 16"), "{}", refused.stderr);
}

#[test]
fn recomputed_costs_stand_beside_bills_and_claims() {
    let arguments = [
        "logs",
        "reconcile",
        "formats/report.openai-usage.json",
        "formats/report.openai-costs.json",
        "formats/langfuse.trace.json",
        "formats/langfuse.export.csv",
        "litellm",
        "--data",
        "../data",
    ];
    insta::assert_snapshot!(Run::bare(&arguments).env("COLUMNS", "160").text());
}

#[test]
fn rules_of_a_scenario_name_workloads_and_idle_ones_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.toml");
    let rules = "[[workload]]\nname = \"many tokens\"\nmatch = { in_total = { min = 900 } }\n\
                 [[workload]]\nname = \"the rest\"\nmatch = { model_raw = \"*\" }\n\
                 [[workload]]\nname = \"nobody\"\nmatch = { app = \"nothing\" }\n";
    fs::write(&file, rules).expect("written");
    let file = file.to_str().expect("UTF-8");
    let page =
        Run::audit(&["formats/codex.rollout.jsonl", "formats/bedrock.jsonl", "--scenario", file]).json();
    let names: Vec<&str> = page["workloads"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["workload"].as_str())
        .collect();
    assert!(names.iter().all(|name| ["many tokens", "the rest"].contains(name)), "{names:?}");
    assert!(super::codes(&page).contains(&"idle-rule"));
    fs::write(file, "[[workload]]\nname = \"x\"\nmatch = { modle_raw = \"*\" }\n").expect("written");
    let wrong = Run::audit(&["formats/bedrock.jsonl", "--scenario", file]).run();
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert!(wrong.stderr.contains("did you mean `model_raw`"), "{}", wrong.stderr);
}
