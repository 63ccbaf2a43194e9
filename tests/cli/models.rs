//! What names mean.

use super::Run;

#[test]
fn a_name_is_resolved_step_by_step() {
    let names =
        ["us.anthropic.claude-opus-4-8-20260501-v1:0", "Claude-Sonnet-4-20250514", "claude-sonnet-4-foo"];
    let arguments = [&["models", "resolve", "--data", "../data"][..], &names].concat();
    insta::assert_snapshot!(Run::bare(&arguments).text());
}

#[test]
fn an_unknown_name_is_null_for_machines() {
    let page = Run::bare(&["models", "resolve", "--data", "../data", "nobody-knows-it"]).json();
    assert!(page["models"][0]["model"].is_null());
}

#[test]
fn a_name_is_required() {
    assert_eq!(Run::bare(&["models", "resolve"]).run().code, 2);
    assert_eq!(Run::bare(&["models", "resolve", "x", "--format", "litellm"]).run().code, 2);
}
