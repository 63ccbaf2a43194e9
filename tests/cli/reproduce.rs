//! Published break-evens, computed again.

use super::Run;

#[test]
fn a_published_table_is_computed_again() {
    insta::assert_snapshot!(Run::bare(&["reproduce", "lenovo2026"]).text());
    let pan = Run::bare(&["reproduce", "pan2025"]).json();
    let figures = pan["figures"].as_array().expect("rows");
    assert_eq!(figures.iter().filter(|figure| figure["follows"] == "yes").count(), 36);
    assert!(
        pan["hidden"].to_string().contains("400 watts in the table of machines, 300 in that of electricity")
    );
    assert_eq!(pan["changed"][3]["never"], 42);
}

#[test]
fn a_table_that_nobody_published_is_refused_with_those_that_there_are() {
    let ran = Run::bare(&["reproduce", "nosuch"]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("lenovo2025, lenovo2026, pan2025, vllm-cost-meter"), "{}", ran.stderr);
}
