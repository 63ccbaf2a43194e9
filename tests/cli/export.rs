//! What calls cost, in the form of other tools.

use super::Run;
use switchpoint::units::Usd;

fn focus(log: &str, out: &str) -> Run {
    Run::bare(&["export", "focus", log, "--out", out, "--account", "4711", "--data", "../data"])
}

#[test]
fn the_rows_of_a_bill_add_up_to_what_the_audit_says_was_spent() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("focus.csv");
    let out = out.to_str().expect("UTF-8");
    for log in ["table/calls.csv", "claude_code", "litellm/spend_logs.json", "formats/bedrock.jsonl"] {
        let page = focus(log, out).json();
        let audit = Run::audit(&[log]).json();
        let mut sum = Usd::ZERO;
        let mut rows = csv::Reader::from_path(out).expect("a file");
        let heads = rows.headers().expect("heads").clone();
        for row in rows.records() {
            let row = row.expect("a row");
            let of = |name: &str| &row[heads.iter().position(|head| head == name).expect(name)];
            let (units, price) = (of("PricingQuantity").parse::<i128>(), Usd::parse(of("ListUnitPrice")));
            let cost = Usd::parse(of("ListCost")).expect("a cost");
            assert_eq!(cost.pico(), units.expect("a count") * price.expect("a price").pico());
            for same in ["BilledCost", "ContractedCost", "EffectiveCost"] {
                assert_eq!(of(same), of("ListCost"));
            }
            sum += cost;
        }
        assert_eq!(page["focus"]["undated"], 0, "{page}");
        assert_eq!(audit["spent"]["spent_usd"], sum.to_string(), "{log}");
    }
}

#[test]
fn the_page_and_the_file_of_an_export() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = super::fixtures().join("logs/formats/bedrock.jsonl");
    let data = super::fixtures().join("data");
    let (log, data) = (log.to_str().expect("UTF-8"), data.to_str().expect("UTF-8"));
    let arguments = ["export", "focus", log, "--out", "focus.csv", "--account", "4711", "--data", data];
    insta::assert_snapshot!("export_page", Run::bare(&arguments).within(folder.path()).text());
    let file = std::fs::read_to_string(folder.path().join("focus.csv")).expect("written");
    insta::assert_snapshot!("export_file", file);
}

#[test]
fn an_export_without_a_row_writes_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("focus.csv");
    let ran = focus("formats/mooncake.jsonl", out.to_str().expect("UTF-8")).run();
    assert_eq!((ran.code, out.exists()), (4, false), "{}{}", ran.stdout, ran.stderr);
    let wrong = focus("table/calls.csv", "focus.xlsx").run();
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
}
