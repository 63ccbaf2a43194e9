//! The story of a system that is watched by a gate.

use serde_json::Value;

use super::{BUDGET, Project, SUITE, Suite, of_level};
use crate::cli::Run;

fn driver<'v>(page: &'v Value, key: &str) -> &'v Value {
    page["drivers"].as_array().expect("drivers").iter().find(|row| row["key"] == key).expect("a driver")
}

#[test]
fn an_unchanged_run_passes() {
    let project = Project::of(BUDGET);
    let (code, page) = project.judged("before.csv", &[]);
    assert_eq!((code, page["verdict"]["outcome"].as_str()), (0, Some("passed")));
    assert_eq!((of_level(&page, "deny"), of_level(&page, "warn")), (vec![], vec![]));
    for row in page["drivers"].as_array().expect("drivers") {
        assert_eq!(row["change_usd"], "0", "{row}");
    }
    // The same calls again leave nothing to doubt.
    assert_eq!(page["rules"][0]["low"], page["rules"][0]["high"]);
}

#[test]
fn prompts_that_grow_by_a_third_are_denied_and_named() {
    let project = Project::of(BUDGET);
    project.log("now.csv", Suite { seed: 2, grown: 1.3, ..SUITE });
    let (code, page) = project.judged("now.csv", &[]);
    assert_eq!(code, 3);
    let denied = of_level(&page, "deny");
    let [(found, message)] = denied[..] else { panic!("{denied:?}") };
    assert_eq!(found, "cost-increase");
    for words in [
        "mostly input tokens per call +$",
        "a call stays as dear as it is",
        "margin of the product",
        "Owner: platform team",
    ] {
        assert!(message.contains(words), "{message}");
    }
    assert_eq!(page["rules"][0]["state"], "exceeded");
    assert_eq!(page["drivers"][0]["key"], "input_tokens");
    assert!(page["rules"][0]["low"].as_f64().expect("a number") > 5.0);
}

#[test]
fn a_model_that_is_switched_is_denied_and_the_mix_named() {
    let project = Project::of(BUDGET);
    let cheap = Suite { model: "claude-sonnet-4-20250514", ..SUITE };
    project.log("cheap.csv", cheap);
    let saved = project.run(&["baseline", "save", "cheap.csv", "--out", "base.json"]);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    project.log("now.csv", Suite { seed: 3, ..SUITE });
    let (code, page) = project.judged("now.csv", &[]);
    assert_eq!(code, 3);
    let denied = of_level(&page, "deny");
    assert!(denied[0].1.contains("mostly mix of models +$"), "{denied:?}");
    assert!(denied[0].1.contains("claude-opus-4-8 of `support`: 100%, before 0%"), "{denied:?}");
    // What is on one side only changes the mix alone.
    assert_eq!(driver(&page, "input_tokens")["change_usd"], "0");
    assert_eq!(driver(&page, "prices")["change_usd"], "0");
}

#[test]
fn a_price_that_is_cut_passes_and_is_told() {
    let project = Project::of(BUDGET);
    project
        .write("own.csv", "seller,model,input,output,cache_read\nanthropic,claude-opus-4-8,2.5,12.5,0.25\n");
    project.log("now.csv", Suite { seed: 4, ..SUITE });
    let (code, page) = project.judged("now.csv", &["--prices", "own.csv"]);
    assert_eq!((code, page["verdict"]["outcome"].as_str()), (0, Some("passed")));
    let prices = driver(&page, "prices");
    assert!(prices["change_usd"].as_str().expect("text").starts_with('-'), "{prices}");
    assert_eq!(page["drivers"][0]["key"], "prices");
    // Other price sheets are said before anything else.
    let noted = of_level(&page, "note");
    assert_eq!(noted[0].0, "baseline-differs", "{noted:?}");
    assert!(noted[0].1.contains("another price sheets"), "{noted:?}");
}

#[test]
fn ten_noisy_runs_of_an_unchanged_system_fail_no_build() {
    // The tightest rule there is: no increase at all.
    let project = Project::of("[[rule]]\nmax_increase_percent = 0\n");
    for seed in 10..20 {
        project.log("now.csv", Suite { seed, ..SUITE });
        let (code, page) = project.judged("now.csv", &[]);
        assert_eq!(code, 0, "{page}");
        // Where it looks dearer, the reader is told that noise could explain it, and how many calls would decide.
        let rule = &page["rules"][0];
        let increase = rule["value"].as_f64().expect("a number");
        assert_eq!(rule["state"], if increase > 0.0 { "in doubt" } else { "holds" });
        assert_eq!(rule["decided_by_calls"].is_u64(), increase > 0.0, "{rule}");
        assert!(rule["advised_calls"].is_u64());
    }
}

#[test]
fn a_model_without_a_price_has_a_code_of_its_own() {
    let project = Project::of(BUDGET);
    project.log("now.csv", Suite { seed: 5, unknown: 3, ..SUITE });
    let (code, page) = project.judged("now.csv", &[]);
    assert_eq!(code, 3);
    let denied = of_level(&page, "deny");
    assert_eq!(denied[0].0, "unpriced-calls");
    assert!(denied[0].1.contains("3 calls (0.2%) without a price (`acme-secret-1`)"), "{denied:?}");
    // A rule that warns still warns, and nothing holds that could not be told.
    assert_eq!(of_level(&page, "warn")[0].0, "unpriced-calls");
    for rule in page["rules"].as_array().expect("rules") {
        assert_eq!(rule["state"], "unknown", "{rule}");
    }
    // It can be told apart, and let pass.
    let (code, page) = project.judged("now.csv", &["-W", "unpriced-calls"]);
    assert_eq!((code, page["verdict"]["outcome"].as_str()), (0, Some("warned")));
    let (code, _) = project.judged("now.csv", &["-A", "unpriced-calls"]);
    assert_eq!(code, 0);
    // Whoever is named in the log as the lab names itself is the seller of a rule, too.
    project.write("seller.toml", "[[rule]]\nseller = \"anthropic\"\nmax_cost_per_call = 100\n");
    project.write("named.csv", &project.read("now.csv").replace(",anthropic,", ",Anthropic,"));
    let (code, page) = project.judged("named.csv", &["--budget", "seller.toml"]);
    assert_eq!((code, of_level(&page, "deny")[0].0), (3, "unpriced-calls"));
    // Where the baseline has calls without a price, nothing is known of an increase either.
    let saved = project.run(&["baseline", "save", "now.csv", "--out", "base.json"]);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    let (code, page) = project.judged("before.csv", &[]);
    assert_eq!(code, 3);
    assert!(of_level(&page, "deny")[0].1.contains("3 calls of the baseline have no price"), "{page}");
    let saved = project.run(&["baseline", "save", "before.csv", "--out", "base.json"]);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    // A share of them may be allowed.
    project.write("lenient.toml", "[gate]\nunpriced_share = 0.01\n");
    let (code, page) = project.judged("now.csv", &["--scenario", "lenient.toml"]);
    assert_eq!(code, 0, "{page}");
    assert_eq!(page["rules"][0]["state"], "holds");
}

#[test]
fn levels_and_dry_runs() {
    let project = Project::of(BUDGET);
    project.log("now.csv", Suite { seed: 2, grown: 1.3, ..SUITE });
    let (code, page) = project.judged("now.csv", &["--dry-run"]);
    assert_eq!((code, page["verdict"]["exit_code"].as_u64()), (0, Some(0)));
    assert!(page["claim"].as_str().expect("text").ends_with("; a dry run, so the build goes on"));
    let (code, page) = project.judged("now.csv", &["-W", "cost-increase"]);
    assert_eq!((code, of_level(&page, "warn").len()), (0, 1));
    assert_eq!(project.gate("before.csv", &["-D", "unscored-candidates"]).code, 3);
    let ran = project.gate("now.csv", &["-A", "cost-increase"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.stdout.contains("allowed by the command line: `cost-increase` (1 finding)"),
        "{}",
        ran.stdout
    );
}

#[test]
fn every_limit_is_measured_as_by_hand() {
    // Ten calls on one day, of 100,000 fresh, 100,000 cached and 1,000 output tokens of Opus: 0.5 + 0.05 + 0.025 dollars each.
    let rows: String = (0..10)
        .map(|call| {
            let team = if call < 4 { "care" } else { "find" };
            let model = if call < 9 { "claude-opus-4-8,anthropic" } else { "gpt-oss-120b,host-alpha" };
            format!("c{call},2026-06-{:02}T10:00:00Z,{team},{model},100000,100000,1000\n", 1 + call / 2)
        })
        .collect();
    let text = format!("call_id,ts_start,team,model_raw,seller,in_uncached,in_cache_read,out_total\n{rows}");
    let rule = |limit: &str| format!("[[rule]]\n{limit}\n");
    let limits = [
        "max_cost_per_month = 1000000",
        "max_cost_per_day = 1.14",
        "max_cost_per_call = 1",
        "max_cost_per_1000_calls = 1000",
        "max_tokens_per_call = 200999",
        "max_closed_percent = 89",
        "min_hosted_percent = 10",
        "max_local_percent = 0",
        "max_missed_saving_percent = 100",
        "max_unpriced_percent = 0",
        "max_price_age_days = 10",
        "min_cache_hit_percent = 50.1",
        "model = \"claude-opus-4-8\"\nmax_cost_per_call = 0.575",
        "seller = \"host-alpha\"\nmax_tokens_per_call = 201000",
        "team = \"care\"\nmax_cost_per_call = 0.57",
        "team = \"nobody\"\nmax_cost_per_call = 1",
        "max_breach_percent = 50\nmonth_budget = 10",
    ];
    let project = Project::of(&limits.map(rule).concat());
    project.write("now.csv", &text);
    let ran = project.run(&["gate", "now.csv", "--days", "5", "--format", "json"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let page: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let rows = page["rules"].as_array().expect("rules");
    let of = |key: &str| rows.iter().find(|row| row["limit_key"] == key).expect("a rule");
    let value = |key: &str| of(key)["value"].as_f64().expect("a number");
    let near = |value: f64, wanted: f64| {
        assert!((value - wanted).abs() < 1e-9 * wanted.abs().max(1.0), "{value} {wanted}");
    };
    let cheap = value("max_cost_per_call") * 10.0 - 9.0 * 0.575;
    // The host has no price for cached tokens: 200,000 at 0.1 dollars a million, 1,000 at 0.5.
    near(cheap, 0.0205);
    near(value("max_cost_per_month"), (9.0 * 0.575 + cheap) * 730.0 / 24.0 / 5.0);
    near(value("max_cost_per_day"), 1.15);
    assert_eq!(of("max_cost_per_day")["state"], "exceeded");
    assert!(of("max_cost_per_day")["measured"].as_str().expect("text").ends_with("on 2026-06-01"));
    near(value("max_cost_per_1000_calls"), 100.0 * (9.0 * 0.575 + cheap));
    near(value("max_tokens_per_call"), 201_000.0);
    near(value("max_closed_percent"), 90.0);
    near(value("min_hosted_percent"), 10.0);
    near(value("max_local_percent"), 0.0);
    near(value("max_unpriced_percent"), 0.0);
    // The sheet is of the first of June, the last call of the fifth.
    near(value("max_price_age_days"), 4.0);
    near(value("min_cache_hit_percent"), 50.0);
    let states: Vec<&str> = rows.iter().map(|row| row["state"].as_str().expect("a state")).collect();
    assert_eq!(
        states,
        [
            "holds", "exceeded", "holds", "holds", "exceeded", "exceeded", "holds", "holds", "holds",
            "holds", "holds", "exceeded", "holds", "holds", "exceeded", "unknown", "unknown",
        ]
    );
    let messages = of_level(&page, "deny");
    assert!(
        messages.iter().any(|(code, message)| *code == "empty-scope" && message.contains("team `nobody`"))
    );
    assert!(
        messages
            .iter()
            .any(|(code, message)| *code == "not-evaluated" && message.contains("at least 14 days")),
        "{messages:?}"
    );
}

#[test]
fn rules_of_teams_need_a_baseline_that_knows_them() {
    let budget = "[[rule]]\nteam = \"care\"\nmax_increase_percent = 5\n[[rule]]\nuser = \"user-3\"\nmax_increase_per_1000_calls = 1\n\
                  [[rule]]\ntag = \"nightly\"\nmax_increase_per_month = 5\nmax_increase_percent = 1\nwhen = \"all\"\n";
    let project = Project::of(budget);
    project.log("now.csv", Suite { seed: 6, grown: 1.3, ..SUITE });
    let (code, page) = project.judged("now.csv", &[]);
    assert_eq!(code, 3);
    let states: Vec<&str> = page["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .map(|row| row["state"].as_str().expect("text"))
        .collect();
    assert_eq!(states[0], "exceeded");
    assert_eq!((states[2], states[3]), ("exceeded", "exceeded"));
    // A baseline without these sums says so and is no pass.
    assert_eq!(project.run(&["baseline", "save", "before.csv", "--out", "base.json"]).code, 0);
    let (code, page) = project.judged("now.csv", &[]);
    assert_eq!(code, 3);
    let denied = of_level(&page, "deny");
    assert!(denied.iter().all(|(code, _)| *code == "no-baseline"), "{denied:?}");
    assert!(denied[0].1.contains("save it again with `switchpoint baseline save --budget`"), "{denied:?}");
    // And no baseline at all can be let pass on the first run.
    let first = project.run(&["gate", "now.csv", "-W", "no-baseline"]);
    assert_eq!(first.code, 0, "{}", first.stdout);
}

#[test]
fn the_same_inputs_are_the_same_bytes_and_nobody_asks_the_clock() {
    let project = Project::of(BUDGET);
    project.log("now.csv", Suite { seed: 7, ..SUITE });
    let run = |threads: &str| {
        project.gate("now.csv", &["--format", "json", "--write", "comment=-", "--threads", threads])
    };
    let (one, other) = (run("1"), run("3"));
    assert_eq!(one.stdout, other.stdout);
    assert!(!one.stdout.contains(&chrono::Utc::now().date_naive().to_string()));
    let saved = project.read("base.json");
    let again =
        project.run(&["baseline", "save", "before.csv", "--out", "again.json", "--budget", "budget.toml"]);
    assert_eq!(again.code, 0);
    assert_eq!(saved, project.read("again.json"));
}

#[test]
fn two_logs_are_compared_to_the_picodollar() {
    let project = Project::of(BUDGET);
    project.log("now.csv", Suite { seed: 8, times: 12, cached: 0.5, ..SUITE });
    let page = project.bare(&["compare", "before.csv", "now.csv"]).json();
    let usd =
        |text: &Value| switchpoint::units::Usd::parse(text.as_str().expect("text")).expect("dollars").pico();
    let total = |key: &str, side: &str| {
        let rows = page["totals"].as_array().expect("totals");
        rows.iter().find(|row| row["key"] == key).expect("a total")[side].clone()
    };
    let parts: i128 =
        page["drivers"].as_array().expect("drivers").iter().map(|row| usd(&row["change_usd"])).sum();
    assert_eq!(parts, usd(&total("cost_usd", "after")) - usd(&total("cost_usd", "before")));
    for (key, sign) in [("volume", 1), ("cache_hits", -1)] {
        assert_eq!(usd(&driver(&page, key)["change_usd"]).signum(), sign, "{key}");
    }
    // A baseline stands for its log; back is there the other way round.
    let same = project.bare(&["compare", "base.json", "now.csv"]).json();
    assert_eq!(page["drivers"], same["drivers"]);
    let back = project.bare(&["compare", "now.csv", "base.json"]).json();
    assert_eq!(
        usd(&driver(&back, "cache_hits")["change_usd"]),
        -usd(&driver(&page, "cache_hits")["change_usd"])
    );
    let kept = project.bare(&["compare", "base.json", "base.json"]).json();
    assert_eq!(
        kept["claim"],
        Value::from(format!("both cost ${:.2}", usd(&total("cost_usd", "before")) as f64 / 1e12))
    );
}

#[test]
fn sums_of_a_baseline_are_those_of_an_audit() {
    let project = Project::of(BUDGET);
    let audit = project.bare(&["audit", "before.csv"]).json();
    let shown = Run::bare(&["baseline", "show"]).within(&project.path("")).arg("base.json").json();
    let usd =
        |text: &Value| switchpoint::units::Usd::parse(text.as_str().expect("text")).expect("dollars").pico();
    let cells = shown["cells"].as_array().expect("cells");
    let sum: i128 =
        cells.iter().filter(|cell| cell["scope"] == "all").map(|cell| usd(&cell["cost_usd"])).sum();
    assert_eq!(sum, usd(&audit["spent"]["spent_usd"]));
}

#[test]
fn the_page_of_a_gate() {
    let project = Project::of(BUDGET);
    project.log("now.csv", Suite { seed: 2, grown: 1.3, ..SUITE });
    insta::assert_snapshot!(project.bare(&["gate", "now.csv", "--baseline", "base.json"]).text());
    insta::assert_snapshot!(project.bare(&["compare", "before.csv", "now.csv"]).text());
    insta::assert_snapshot!(Run::bare(&["gate", "--rules"]).text());
}
