//! What models scored, and what follows from that.

use std::path::PathBuf;

use super::{Run, fixtures};

fn scores(arguments: &[&str]) -> Run {
    Run::bare(&[&["scores"], arguments, &["--data", "../data"]].concat())
}

/// A folder with a file of that name and text.
fn folder_with(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("written");
    (folder, file)
}

#[test]
fn benchmarks_are_listed() {
    insta::assert_snapshot!(scores(&["list"]).text());
}

#[test]
fn a_model_is_shown_with_its_scores() {
    insta::assert_snapshot!(scores(&["show", "gpt-4o", "openai/gpt-oss-20b"]).text());
}

#[test]
fn capabilities_are_fitted() {
    insta::assert_snapshot!(scores(&["fit"]).text());
    let coding = scores(&["fit", "--kind", "coding"]).json();
    assert_eq!(coding["benchmarks"].as_array().map(Vec::len), Some(1));
    assert_eq!(coding["capabilities"][0]["model"], "claude-opus-4-8");
    let twice: Vec<String> = (0..2).map(|_| scores(&["fit", "--format", "json"]).run().stdout).collect();
    assert_eq!(twice[0], twice[1]);
}

#[test]
fn tables_of_other_projects_become_one() {
    let (folder, file) = folder_with(
        "polyglot_leaderboard.yml",
        "- model: gpt-4o-2024-08-06\n  test_cases: 225\n  pass_rate_1: 4.9\n  pass_rate_2: 23.1\n  commit_hash: 415e898\n  date: 2024-12-30\n  total_cost: 7.0\n",
    );
    let out = folder.path().join("scores.csv");
    let (from, to) = (file.to_str().expect("UTF-8"), out.to_str().expect("UTF-8"));
    let page = scores(&["import", from, "--out", to]).json();
    assert_eq!(page["import"]["scores"], 1);
    let written = std::fs::read_to_string(&out).expect("a table");
    assert_eq!(
        written.lines().nth(1),
        Some(
            "aider-polyglot,,,gpt-4o,gpt-4o-2024-08-06,,aider,0.231,share solved,225,7.0,,,2024-12-30,,general,Aider-AI/aider leaderboards,Apache-2.0"
        )
    );
    // What was written is read again, and counts beside the shipped scores.
    let known = scores(&["show", "gpt-4o", "--scores", to]).json();
    let benchmarks: Vec<_> =
        known["scores"].as_array().expect("rows").iter().map(|row| row["benchmark"].clone()).collect();
    assert!(benchmarks.iter().any(|id| id == "aider-polyglot"), "{benchmarks:?}");
}

#[test]
fn what_is_wrong_with_a_table_is_said_and_the_rest_kept() {
    let (_folder, file) = folder_with(
        "own.csv",
        "benchmark,model,score,unit\nfixture-tasks,gpt-4o,0.2,fraction\nfixture-tasks,gpt-4o,0.4,fraction\nfixture-tasks,nosuch,0.5,fraction\nfixture-tasks,gpt-4o,1.7,fraction\nfixture-tasks,gpt-4o,x,\n",
    );
    let ran = scores(&["check", "--scores", file.to_str().expect("UTF-8"), "--format", "json"]).run();
    assert_eq!(ran.code, 4);
    let page: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let lines: Vec<_> =
        page["problems"].as_array().expect("rows").iter().map(|row| row["line"].clone()).collect();
    // The value that is no share is found once the row is understood, so after the ones that are not.
    assert_eq!(lines, [6, 5]);
    assert_eq!(page["contradictions"][0]["model"], "gpt-4o");
    assert!(page["unknown"].to_string().contains("nosuch"));
    assert_eq!(scores(&["check"]).run().code, 0);
}

#[test]
fn what_cannot_be_used_is_refused() {
    for (arguments, code, word) in [
        (&["fit", "--kind", "poetry"][..], 2, "kinds are coding"),
        (&["show", "nosuch"], 2, "means no known model"),
        (&["import", "table/calls.csv", "--out", "/nonexistent/x.csv"], 4, "looks like no table of scores"),
        (&["import", "table/calls.csv", "--source", "nosuch", "--out", "x.csv"], 2, "sources are aider"),
        (&["list", "--scores", "nosuch.csv"], 2, "cannot be read"),
    ] {
        let ran = scores(arguments).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{arguments:?} {}", ran.stderr);
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
    assert!(!fixtures().join("logs/x.csv").exists());
}
