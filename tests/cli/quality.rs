//! When a cheaper model is good enough: failures that cost something, graded calls, cascades, canaries.

use std::fmt::Write as _;

use serde_json::Value;

use super::Run;

/// A page about the fixture table under a scenario, with graded calls where there are some.
fn page(command: &str, scenario: &str, graded: Option<&str>) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, table) = (folder.path().join("mine.toml"), folder.path().join("graded.csv"));
    std::fs::write(&file, scenario).expect("written");
    let mut run = vec![command, "table/calls.csv", "--data", "../data", "--benchmark", "fixture-index"];
    run.extend(["--scenario", file.to_str().expect("UTF-8")]);
    if let Some(graded) = graded {
        std::fs::write(&table, graded).expect("written");
        run.extend(["--graded", table.to_str().expect("UTF-8")]);
    }
    Run::bare(&run).json()
}

fn row<'v>(page: &'v Value, section: &str, workload: &str, incumbent: &str) -> &'v Value {
    let rows = page[section].as_array().unwrap_or_else(|| panic!("{section}"));
    rows.iter()
        .find(|row| row["workload"] == workload && row["incumbent"] == incumbent)
        .unwrap_or_else(|| panic!("{section} {workload} {incumbent}"))
}

fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().expect("a number"),
        other => other.as_f64().unwrap_or_else(|| panic!("{other} is no number")),
    }
}

const NIGHTLY: (&str, &str) = ("nightly", "claude-sonnet-4");

fn goes_to(page: &Value) -> String {
    row(page, "workloads", NIGHTLY.0, NIGHTLY.1)["offer"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_call_moves_up_to_the_tolerable_cost_of_a_failure_and_not_beyond() {
    let free = page("audit", "", None);
    let flip = number(&row(&free, "quality", NIGHTLY.0, NIGHTLY.1)["tolerable_low_usd"]);
    assert!(flip > 0.0);
    let at = |cost: f64| {
        let stated = format!("[[workload]]\nname='nightly'\nfailure_cost_usd={cost}\n");
        goes_to(&page("audit", &stated, None))
    };
    // The workload is one call, so the flip of its mean is the flip of the call.
    assert_eq!(at(flip * 0.999), "gpt-oss-120b @ host-alpha");
    assert_eq!(at(flip * 1.001), "stays");
    // Stated for all workloads it says the same.
    let all = format!("[quality]\nfailure_cost_usd={}\n", flip * 1.001);
    assert_eq!(goes_to(&page("audit", &all, None)), "stays");
}

#[test]
fn what_a_failure_costs_is_weighed_and_not_paid() {
    let free = page("audit", "", None);
    let cheap = page("audit", "[quality]\nfailure_cost_usd=0.0001\n", None);
    let routed = |page: &Value| number(&row(page, "workloads", NIGHTLY.0, NIGHTLY.1)["routed_usd"]);
    assert!((routed(&free) - routed(&cheap)).abs() < 1e-12);
}

#[test]
fn a_call_is_explained_with_what_it_puts_at_risk() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("mine.toml");
    std::fs::write(&scenario, "[[workload]]\nname='nightly'\nfailure_cost_usd=2.0\n").expect("written");
    let scenario = scenario.to_str().expect("UTF-8");
    let arguments = ["explain", "a4", "table/calls.csv", "--data", "../data", "--benchmark", "fixture-index"];
    let page = Run::bare(&[&arguments[..], &["--scenario", scenario]].concat()).json();
    let offers = page["offers"].as_array().expect("rows");
    let of = |name: &str| offers.iter().find(|row| row["offer"] == name).unwrap_or_else(|| panic!("{name}"));
    // A failure in ten at the incumbent, by the default of workloads of no kind: 0.1 · 2 dollars.
    assert!((number(&of("claude-sonnet-4")["risk_usd"]) - 0.2).abs() < 1e-12);
    assert_eq!(of("claude-sonnet-4")["verdict"], "stays here");
    assert_eq!(of("gpt-oss-120b @ host-alpha")["verdict"], "dearer with its failures");
    assert!(page["claim"].as_str().is_some_and(|claim| claim.ends_with("its failures weighed")));
}

#[test]
fn a_replacement_must_succeed_as_often_as_is_asked() {
    let with = |least: f64| {
        let stated = format!("[[workload]]\nname='nightly'\nmin_success={least}\n");
        goes_to(&page("audit", &stated, None))
    };
    assert_eq!(with(0.5), "gpt-oss-120b @ host-alpha");
    assert_eq!(with(0.99), "stays");
}

#[test]
fn graded_calls_decide_whether_to_substitute_now() {
    let verdict = |page: &Value| row(page, "verdicts", NIGHTLY.0, NIGHTLY.1)["verdict"].clone();
    let by_benchmarks = page("assess", "", None);
    assert_eq!(verdict(&by_benchmarks), "pilot");
    let graded = |right: usize| {
        let mut table = String::from("workload,model,item,outcome,input_tokens,output_tokens\n");
        for item in 0..400 {
            let outcome = u8::from(item < right);
            let _ = writeln!(table, "nightly,gpt-oss-120b,{item},{outcome},1100,220");
            let _ = writeln!(table, "nightly,claude-sonnet-4,{item},{},1000,200", u8::from(item % 10 != 0));
        }
        table
    };
    let good = page("assess", "", Some(&graded(380)));
    assert_eq!(verdict(&good), "substitute now");
    let success = row(&good, "quality", NIGHTLY.0, NIGHTLY.1);
    assert_eq!(success["basis"], "400 graded calls");
    // 380 of 400 beside a prior that is worth five calls.
    assert!((number(&success["offer_success"]) - 0.95).abs() < 0.005, "{success}");
    assert!((number(&success["success"]) - 0.9).abs() < 0.005, "{success}");
    // The same items took a tenth more tokens: so do the routed calls, to the token.
    let routed = |page: &Value| number(&row(page, "verdicts", NIGHTLY.0, NIGHTLY.1)["saved_usd"]);
    assert!(routed(&good) < routed(&by_benchmarks));
    let bad = page("assess", "", Some(&graded(240)));
    assert_eq!(verdict(&bad), "keep");
}

#[test]
fn what_cannot_be_used_of_what_is_brought_is_said() {
    let graded = "workload,model,item,outcome\nnightly,gpt-oss-120b,1,1\nnightly,nosuch,1,1\nelsewhere,gpt-oss-120b,1,1\nnightly,gpt-oss-120b,2,7\n";
    for command in ["audit", "assess"] {
        let page = page(command, "[[workload]]\nname='nihgtly'\nfailure_cost_usd=1.0\n", Some(graded));
        let findings = page["findings"].as_array().expect("rows");
        let message = |code: &str| {
            let finding = findings.iter().find(|finding| finding["code"] == code);
            finding.unwrap_or_else(|| panic!("{code}"))["message"].as_str().expect("text").to_owned()
        };
        assert!(message("rejected-graded").contains("line 5: an outcome of 7 does not lie between 0 and 1"));
        assert!(message("unknown-graded").contains("nosuch"));
        assert!(message("unused-graded").contains("`elsewhere`"));
        assert!(message("idle-workload").contains("`nihgtly`"));
    }
}

#[test]
fn a_cascade_by_hand() {
    let scenario = "[[workload]]\nname='nightly'\nsuccess=0.92\nfailure_cost_usd=0.5\n\
                    [[cascade]]\nfirst='gpt-oss-120b@host-alpha'\nverifier_usd=0.001\naccepts_right=0.95\naccepts_wrong=0.3\nescalated_success=0.8\n";
    let page = page("assess", scenario, None);
    let cascade = row(&page, "cascades", NIGHTLY.0, NIGHTLY.1);
    let incumbent = number(&row(&page, "verdicts", NIGHTLY.0, NIGHTLY.1)["spent_usd"]);
    let first = {
        let delivered = number(&cascade["first_usd"]);
        // delivered = c + (1 − q)·0.5, and the escalated share gives q: e = 1 − 0.95·q − 0.3·(1 − q).
        let q = (0.7 - number(&cascade["escalated"])) / 0.65;
        (delivered - (1.0 - q) * 0.5, q)
    };
    let (cheap, q) = first;
    let escalated = number(&cascade["escalated"]);
    let by_hand = cheap + 0.001 + escalated * incumbent + (1.0 - q) * 0.3 * 0.5 + escalated * 0.2 * 0.5;
    assert!((number(&cascade["cascade_usd"]) - by_hand).abs() < 1e-9, "{cascade}");
    assert!((number(&cascade["incumbent_usd"]) - (incumbent + 0.08 * 0.5)).abs() < 1e-9);
}

#[test]
fn every_workload_has_five_conditions_and_a_verdict() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("mine.toml");
    std::fs::write(
        &scenario,
        "[[workload]]\nname='chat'\nkind='coding'\nsuccess=0.93\nfailure_cost_usd=0.02\n",
    )
    .expect("written");
    let scenario = scenario.to_str().expect("UTF-8");
    let run = [
        "assess",
        "table/calls.csv",
        "--data",
        "../data",
        "--benchmark",
        "fixture-index",
        "--as-of",
        "2026-06-10",
    ];
    insta::assert_snapshot!(Run::bare(&[&run[..], &["--scenario", scenario]].concat()).text());
}

#[test]
fn an_incumbent_without_a_score_sets_the_bar_at_the_best() {
    let log = "call_id,workload,seller,model_raw,in_uncached,out_total\n1,w,openai,gpt-oss-20b,1000,100\n2,w,host-alpha,gpt-oss-20b,1000,100\n";
    let ran = Run::audit(&["-", "--as-of", "2026-06-10"]).stdin(log.as_bytes()).json();
    for row in ran["workloads"].as_array().expect("rows") {
        // The best fixture model has 160 points, less a tolerance of 2.
        assert!((number(&row["least_score"]) - 158.0).abs() < 1e-9, "{row}");
    }
}

fn canary(table: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("graded.csv");
    std::fs::write(&file, table).expect("written");
    // The folder must outlive the run.
    let path = folder.keep().join("graded.csv");
    Run::bare(&[&["canary", path.to_str().expect("UTF-8")], arguments].concat())
}

/// Calls of two models, the candidate right in all but every `fails`th.
fn calls(pairs: usize, fails: usize) -> String {
    (0..pairs).fold(String::from("model,item,outcome\n"), |mut table, item| {
        let _ = writeln!(table, "gpt-oss-120b,{item},{}", u8::from(item % fails != fails - 1));
        let _ = writeln!(table, "claude-sonnet-4-20250514,{item},{}", u8::from(item % 10 != 9));
        table
    })
}

const SIDES: [&str; 4] = ["--candidate", "gpt-oss-120b", "--incumbent", "claude-sonnet-4"];

#[test]
fn a_canary_goes_on_promotes_or_stops() {
    let verdict = |pairs, fails| canary(&calls(pairs, fails), &SIDES).json()["canary"].clone();
    assert_eq!(verdict(20, 10)["verdict"], "continue");
    // As good as the incumbent, on the same items: no pair differs.
    let good = verdict(2_000, 10);
    assert_eq!(
        (good["verdict"].as_str(), good["pairing"].as_str()),
        (Some("promote"), Some("of the same item"))
    );
    assert_eq!(verdict(2_000, 3)["verdict"], "stop");
}

#[test]
fn the_page_of_a_canary() {
    insta::assert_snapshot!(canary(&calls(400, 9), &SIDES).text());
}

#[test]
fn a_canary_that_cannot_be_judged_is_refused() {
    for (arguments, code, word) in [
        (&["--candidate", "gpt-oss-120b"][..], 2, "--incumbent MODEL or --rate SHARE"),
        (
            &["--candidate", "nosuch", "--rate", "0.9"],
            2,
            "its models are claude-sonnet-4-20250514, gpt-oss-120b",
        ),
        (&["--candidate", "gpt-oss-120b", "--rate", "1.5"], 2, "--rate needs a share"),
        (&["--candidate", "gpt-oss-120b", "--rate", "0.9", "--margin", "0.7"], 2, "--margin needs a share"),
    ] {
        let ran = canary(&calls(10, 9), arguments).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
    let ran = canary("a,b\n1,2\n", &["--candidate", "a", "--rate", "0.9"]).run();
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("has no graded calls"), "{}", ran.stderr);
}
