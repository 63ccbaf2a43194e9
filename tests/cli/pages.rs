//! The page as people and programs see it.

use super::Run;

#[test]
fn the_page_in_a_pipe() {
    insta::assert_snapshot!(Run::audit(&["table/calls.csv"]).text());
}

#[test]
fn the_page_with_every_assumption_explained() {
    insta::assert_snapshot!(Run::audit(&["table/calls.csv", "--explain"]).text());
}

#[test]
fn the_page_at_eighty_columns() {
    insta::assert_snapshot!(Run::audit(&["claude_code"]).env("COLUMNS", "80").text());
}

#[test]
fn the_page_at_two_hundred_columns() {
    insta::assert_snapshot!(Run::audit(&["table/calls.csv", "--days", "30"]).env("COLUMNS", "200").text());
}

#[test]
fn the_page_as_records_on_a_narrow_screen() {
    insta::assert_snapshot!(Run::audit(&["table/calls.csv"]).env("COLUMNS", "50").text());
}

#[test]
fn the_page_as_markdown() {
    insta::assert_snapshot!(Run::audit(&["litellm/spend_logs.json", "--format", "markdown"]).text());
}

#[test]
fn the_page_as_csv() {
    insta::assert_snapshot!(Run::audit(&["table/azure.csv", "--format", "csv"]).text());
}

#[test]
fn the_page_as_json() {
    insta::assert_snapshot!(Run::audit(&["table/calls.csv", "--format", "json"]).text());
}

#[test]
fn the_help_of_audit() {
    insta::assert_snapshot!(Run::bare(&["audit", "--help"]).text());
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for width in ["60", "80", "100", "120", "200"] {
        for log in ["table/calls.csv", "claude_code", "litellm/spend_logs.json"] {
            let ran = Run::audit(&[log]).env("COLUMNS", width).run();
            let limit: usize = width.parse().expect("a number");
            let widest = ran.stdout.lines().map(|line| line.chars().count()).max().unwrap_or(0);
            assert!(widest <= limit, "{log} at {width}: {widest}");
        }
    }
}

#[test]
fn the_sample_is_audited_with_the_shipped_facts() {
    // Shape only: a vendor's new price must not turn a test red.
    let page = Run::bare(&["audit"]).json();
    assert!(page["read"]["calls"].as_u64().is_some_and(|calls| calls > 4_000));
    for key in
        ["read", "spent", "workloads", "tiers", "self_hosting", "findings", "assumptions", "provenance"]
    {
        assert!(!page[key].is_null(), "{key}");
    }
    let workloads = page["workloads"].as_array().expect("rows");
    assert!(workloads.iter().any(|row| row["saved_usd"] != "0"));
}
