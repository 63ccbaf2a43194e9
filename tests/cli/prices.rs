//! What models cost.

use super::Run;
use crate::sync::server::{Server, send};

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

/// A run from a folder for what a test writes, on the frozen facts and logs.
fn in_folder(folder: &tempfile::TempDir, arguments: &[&str]) -> Run {
    let data = crate::cli::fixtures().join("data");
    let log = crate::cli::fixtures().join("logs/table/calls.csv");
    let real = |text: &&str| match *text {
        "../data" => data.to_str().expect("UTF-8").to_owned(),
        "calls.csv" => log.to_str().expect("UTF-8").to_owned(),
        other => other.to_owned(),
    };
    let arguments: Vec<String> = arguments.iter().map(real).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Run::bare(&arguments).within(folder.path())
}

/// The text of a run.
fn text_in(folder: &tempfile::TempDir, arguments: &[&str]) -> String {
    in_folder(folder, arguments).env("COLUMNS", "160").text()
}

const CONTRACT: &str = r#"[sheet]
name = "Contract 2026"
date = 2026-06-10

[[price]]
seller = "openai"
model = "gpt-4o"
input = "2"
output = "8"

[[discount]]
seller = "anthropic"
model = "claude-sonnet-*"
percent = "12.5"

[[commitment]]
seller = "anthropic"
per_month = "1000"
"#;

fn contract() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("contract.toml"), CONTRACT).expect("written");
    folder
}

#[test]
fn the_path_of_a_price_on_screen_and_as_a_table_for_a_chart() {
    let folder = tempfile::tempdir().expect("a folder");
    let history = ["prices", "history", "claude-sonnet-4", "--data", "../data", "--export", "path.csv"];
    let text = text_in(&folder, &history);
    let exported = std::fs::read_to_string(folder.path().join("path.csv")).expect("the export");
    insta::assert_snapshot!(format!("{text}--- path.csv\n{exported}"));
}

#[test]
fn a_contract_wins_over_the_sheets_and_show_says_so() {
    let folder = contract();
    let show = |model| {
        let arguments = [
            "prices",
            "show",
            model,
            "--data",
            "../data",
            "--as-of",
            "2026-06-15",
            "--prices",
            "contract.toml",
        ];
        text_in(&folder, &arguments)
    };
    insta::assert_snapshot!("own_price", show("gpt-4o"));
    insta::assert_snapshot!("discount", show("claude-sonnet-4"));
}

#[test]
fn a_contract_changes_what_an_audit_finds() {
    let folder = contract();
    let audit = |more: &[&str]| {
        let fixed =
            ["audit", "calls.csv", "--data", "../data", "--benchmark", "fixture-index", "--days", "30"];
        in_folder(&folder, &[&fixed[..], more].concat()).json()
    };
    let (list, own) = (audit(&[]), audit(&["--prices", "contract.toml"]));
    assert_eq!(list["commitments"].as_array().map(Vec::len), Some(0));
    let committed = &own["commitments"][0];
    assert_eq!(
        (committed["seller"].as_str(), committed["usd_month"].as_str()),
        (Some("anthropic"), Some("1000"))
    );
    // 1,000 dollars a month over 30 of 365/12 days, to the picodollar.
    assert_eq!(committed["owed_usd"].as_str(), Some("986.301369863013"));
    let usd = |value: &serde_json::Value| {
        switchpoint::units::Usd::parse(value.as_str().expect("dollars")).expect("an amount")
    };
    assert_eq!(usd(&committed["used_usd"]) + usd(&committed["unused_usd"]), usd(&committed["owed_usd"]));
    assert!(usd(&own["spent"]["spent_usd"]) < usd(&list["spent"]["spent_usd"]));
    let codes = super::codes(&own);
    assert!(codes.contains(&"commitment") && codes.contains(&"negotiated-price"), "{codes:?}");
}

#[test]
fn two_days_and_two_sheets_are_compared() {
    let folder = contract();
    let days = ["prices", "diff", "2025-06-15", "2026-06-15", "--data", "../data"];
    insta::assert_snapshot!("diff_of_days", text_in(&folder, &days));
    let sheets = [
        "prices",
        "diff",
        "shipped",
        "contract.toml",
        "--data",
        "../data",
        "--seller",
        "openai",
        "--as-of",
        "2026-06-15",
    ];
    insta::assert_snapshot!("diff_of_sheets", text_in(&folder, &sheets));
    let wrong = in_folder(&folder, &["prices", "diff", "yesterday", "shipped"]).run();
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert!(wrong.stderr.contains("is no day, no file"), "{}", wrong.stderr);
}

#[test]
fn a_sheet_of_another_project_is_written_in_our_format_and_can_be_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let sheet = r#"{"acme/big": {"litellm_provider": "acme", "mode": "chat", "max_input_tokens": 1000,
        "input_cost_per_token": 2e-06, "output_cost_per_token": 8e-06, "input_cost_per_token_batches": 1e-06,
        "output_cost_per_token_batches": 4e-06},
        "acme/odd": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": -1, "output_cost_per_token": 1e-06}}"#;
    std::fs::write(folder.path().join("litellm.json"), sheet).expect("written");
    let import =
        ["prices", "import", "litellm.json", "--data", "../data", "--out", "out", "--date", "2026-06-10"];
    let text = text_in(&folder, &import);
    let written = std::fs::read_to_string(folder.path().join("out/acme.toml")).expect("a sheet");
    let written: Vec<&str> = written.lines().filter(|line| !line.starts_with("sha256")).collect();
    insta::assert_snapshot!(format!("{text}--- acme.toml\n{}", written.join("\n")));
    let show = ["prices", "show", "big", "--data", "../data", "--prices", "out/acme.toml", "--format", "csv"];
    let shown = in_folder(&folder, &show).run();
    assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
    assert!(shown.stdout.contains("acme"), "{}", shown.stdout);
}

#[test]
fn every_problem_of_a_sheet_is_told_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = "seller,model,input,output,from\nopenai,gpt-4o,2,10,2026-06-01\nopenai,gpt-4o-mini,abc,1,\nacme,,1,2,\n\
                acme,big,-3,2,\nopenai,gpt-4o,2,10,2026-02-30\nopenai,claude-opus-4-6,500000,1,\n";
    std::fs::write(folder.path().join("rates.csv"), rows).expect("written");
    let check = ["prices", "check", "rates.csv", "--data", "../data"];
    insta::assert_snapshot!(text_in(&folder, &check));
    let missing = in_folder(&folder, &["prices", "check", "none.toml"]).run();
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    assert!(missing.stderr.contains("none.toml"), "{}", missing.stderr);
    let shipped = Run::bare(&["prices", "check"]).run();
    assert_eq!(shipped.code, 0, "{}", shipped.stdout);
}

const SYNCED: &str = r#"{"anthropic/claude-opus-9": {"litellm_provider": "anthropic", "mode": "chat",
    "input_cost_per_token": 2e-06, "output_cost_per_token": 8e-06}}"#;

#[test]
fn a_synced_sheet_is_used_until_it_is_told_not_to_and_survives_a_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    let run = |arguments: &[&str]| {
        in_folder(&folder, arguments)
            .env("SWITCHPOINT_CACHE", cache.to_str().expect("UTF-8"))
            .env("COLUMNS", "200")
            .run()
    };
    let server = Server::new(|count, _, stream| match count {
        0 => send(stream, "200 OK", &["ETag: \"one\"", "Content-Type: application/json"], SYNCED.as_bytes()),
        1 => send(stream, "304 Not Modified", &[], b""),
        _ => send(stream, "500 Internal Server Error", &[], b""),
    });
    let url = server.url("/prices.json");
    let sync = |attempts| {
        run(&["prices", "sync", "litellm", "--url", &url, "--attempts", attempts, "--data", "../data"])
    };
    let first = sync("1");
    assert_eq!(
        (first.code, first.stdout.contains("downloaded")),
        (0, true),
        "{}{}",
        first.stdout,
        first.stderr
    );
    let second = sync("1");
    assert_eq!((second.code, second.stdout.contains("current")), (0, true), "{}", second.stdout);
    let third = sync("1");
    assert_eq!(third.code, 1, "{}", third.stdout);
    assert!(third.stdout.contains("500") && third.stdout.contains("stays in use"), "{}", third.stdout);

    let show =
        |more: &[&str]| run(&[&["prices", "show", "claude-opus-9", "--data", "../data"][..], more].concat());
    assert_eq!(show(&[]).code, 0);
    assert_eq!(show(&["--no-synced"]).code, 2);
    let known = run(&["prices", "sync", "--data", "../data"]);
    assert_eq!((known.code, known.stdout.contains("litellm")), (0, true), "{}", known.stdout);
}

#[test]
fn without_a_network_sync_says_so_and_what_is_used_instead() {
    let folder = tempfile::tempdir().expect("a folder");
    // A port that was free a moment ago: nobody answers there.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
    let url = format!("http://127.0.0.1:{port}/prices.json");
    let ran = in_folder(&folder, &["prices", "sync", "litellm", "--url", &url, "--attempts", "1"])
        .env("SWITCHPOINT_CACHE", folder.path().join("cache").to_str().expect("UTF-8"))
        .env("COLUMNS", "200")
        .run();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("the shipped sheets stay in use"), "{}", ran.stdout);
}
