//! What models run on, and what that delivers and costs.

use serde_json::Value;

use super::Run;

fn run(arguments: &[&str]) -> Run {
    Run::bare(&[arguments, &["--data", "../data"]].concat())
}

#[test]
fn machines_and_deployments_are_listed() {
    insta::assert_snapshot!("machines", run(&["machines", "list"]).text());
    insta::assert_snapshot!("deployments", run(&["deployments", "list"]).text());
}

#[test]
fn a_deployment_has_a_price_sheet_that_adds_up() {
    let list = run(&["deployments", "list"]).json();
    let deployments = list["deployments"].as_array().expect("rows");
    let fitted = deployments.iter().find(|row| row["input_usd_mtok"].is_number()).expect("a fit");
    let id = fitted["deployment"].as_str().expect("an id");
    let page = run(&["deployments", "show", id]).json();
    let number = |row: &Value, key: &str| row[key].as_f64().unwrap_or_else(|| panic!("{key} of {row}"));
    for row in page["prices"].as_array().expect("rows") {
        let fresh = number(row, "input") - number(row, "cached");
        let call = (fresh * number(row, "fresh_usd_mtok")
            + number(row, "cached") * number(row, "cached_usd_mtok")
            + number(row, "output") * number(row, "output_usd_mtok"))
            / 1e6;
        assert!((call / number(row, "call_usd") - 1.0).abs() < 1e-9, "{row}");
    }
    // What a full replica earns in an hour is what the hour costs: a call takes output / (output tokens a second).
    for row in page["prices"].as_array().expect("rows") {
        let calls_an_hour = 3_600.0 * number(row, "output_tok_s") / number(row, "output");
        let earned = calls_an_hour * number(row, "call_usd");
        assert!((earned / number(fitted, "usd_hour") - 1.0).abs() < 1e-9, "{earned}");
    }
}

#[test]
fn measurements_that_were_left_out_are_predicted() {
    insta::assert_snapshot!(run(&["deployments", "validate"]).text());
}

#[test]
fn a_machine_is_shown_with_its_rents_and_what_fits() {
    let list = run(&["machines", "list"]).json();
    let id = list["machines"][0]["machine"].as_str().expect("an id").to_owned();
    let page = run(&["machines", "show", &id]).json();
    let fits = page["fits"].as_array().expect("rows");
    assert_eq!(fits.len(), 12);
    // More memory never fits fewer models.
    let models = |at: usize| fits[at]["models"].as_u64().expect("a count");
    assert!((3..12).all(|at| models(at) >= models(at - 3)));
}

#[test]
fn what_there_is_not_is_refused() {
    for (arguments, word) in [
        (&["machines", "show", "nosuch"][..], "there is no machine `nosuch`"),
        (&["deployments", "show", "nosuch"], "there is no deployment `nosuch`"),
    ] {
        let ran = run(arguments).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
}
