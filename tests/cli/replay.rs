//! Graded outcomes of several models, routed.

use serde_json::Value;

use super::{Run, fixtures};

fn replay(arguments: &[&str]) -> Run {
    Run::bare(&[&["replay"], arguments].concat()).within(&fixtures().join("graded"))
}

#[test]
fn two_models_without_costs() {
    insta::assert_snapshot!(replay(&["two.csv", "--router", "urgency"]).text());
}

#[test]
fn three_models_with_costs_worked_out_by_hand() {
    let page = replay(&["costs.csv", "--reference", "middle"]).json();
    let near = |value: &Value, wanted: f64| {
        let value = match value {
            Value::String(text) => text.parse().expect("a number"),
            other => other.as_f64().unwrap_or_else(|| panic!("{other} is no number")),
        };
        assert!((value - wanted).abs() < 1e-12, "{value} {wanted}");
    };
    // Mean scores 2/4, 2.5/4 and 3/4 at 0.001, 0.004 and 0.02: all on the envelope.
    for (at, score) in [0.5, 0.625, 0.75].into_iter().enumerate() {
        near(&page["models"][at]["score"], score);
        assert_eq!(page["models"][at]["envelope"], "on it");
    }
    // The best of each item, of equals the cheapest: middle, tiny, great, tiny.
    near(&page["oracle"][0]["oracle_score"], 1.0);
    near(&page["oracle"][0]["oracle_cost_usd"], (0.004 + 0.001 + 0.02 + 0.001) / 4.0);
    // 0.003 · 0.5625 + 0.016 · 0.6875 over 0.019, and over 0.02.
    let area = 0.003 * 0.5625 + 0.016 * 0.6875;
    near(&page["oracle"][0]["aiq_paper"], area / 0.019);
    near(&page["oracle"][0]["aiq_code"], area / 0.02);
    assert_eq!(page["cheapest"][0]["model"], "middle");
    assert!(page.get("routers").is_none_or(|routers| routers.as_array().is_some_and(Vec::is_empty)));
}

#[test]
fn what_cannot_be_used_is_said() {
    for (arguments, code, word) in [
        (&["two.csv", "--reference", "nosuch"][..], 2, "its models are small, large"),
        (&["two.csv", "--router", "nosuch"], 2, "such columns are urgency"),
        (&["nosuch.csv"], 4, "cannot be read"),
        (&["../logs/table/calls.csv"], 4, "has no scores of two models"),
    ] {
        let ran = replay(arguments).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
}
