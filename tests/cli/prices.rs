//! What models cost.

use super::Run;

fn show(arguments: &[&str]) -> String {
    Run::bare(&[&["prices", "show", "--data", "../data"][..], arguments].concat()).text()
}

#[test]
fn the_rates_in_force_on_a_day() {
    insta::assert_snapshot!(show(&["claude-sonnet-4-20250514", "--as-of", "2026-06-15"]));
}

#[test]
fn every_rate_on_record() {
    insta::assert_snapshot!(show(&["claude-sonnet-4", "--as-of", "2026-06-15", "--history"]));
}

#[test]
fn a_model_at_several_hosts() {
    insta::assert_snapshot!(show(&["gpt-oss-120b", "--as-of", "2026-06-15", "--format", "csv"]));
}

#[test]
fn a_model_that_nobody_knows_is_wrong_usage() {
    let ran = Run::bare(&["prices", "show", "nobody-knows-it"]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("models resolve nobody-knows-it"), "{}", ran.stderr);
}

#[test]
fn every_offer_on_a_day() {
    let arguments = ["prices", "list", "--data", "../data", "--as-of", "2026-06-15"];
    insta::assert_snapshot!(Run::bare(&arguments).text());
}

#[test]
fn a_list_can_be_narrowed_to_a_seller_and_a_tier() {
    let list =
        |arguments: &[&str]| Run::bare(&[&["prices", "list", "--data", "../data"][..], arguments].concat());
    let hosted = list(&["--tier", "hosted", "--as-of", "2026-06-15"]).json();
    assert_eq!(hosted["offers"].as_array().map(Vec::len), Some(2));
    let seller = list(&["--seller", "Anthropic", "--as-of", "2026-06-15"]).json();
    assert_eq!(seller["offers"].as_array().map(Vec::len), Some(4));
    for wrong in [["--seller", "nobody"], ["--tier", "cheap"]] {
        assert_eq!(list(&wrong).run().code, 2);
    }
}
