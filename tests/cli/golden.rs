//! Numbers that were worked out by hand from the fixtures and the frozen rates.

use serde_json::{Value, json};

use super::{Run, codes};

#[test]
fn a_folder_of_sessions_counts_each_call_once() {
    // Four calls (m1 to m4) in eight usage rows; m3 is replayed on a side chain. Opus: 1,039 fresh × 5 + 11,000 read ×
    // 0.50 + 5,800 written × 6.25 + 200 written for an hour × 10 + 740 out × 25; Sonnet: 700 × 3 + 60 × 15.
    let page = Run::audit(&["claude_code"]).json();
    let read = &page["read"];
    let rows = ["rows", "calls", "merged_duplicates", "no_call", "rejected"].map(|key| read[key].clone());
    assert_eq!(rows, [11, 4, 4, 3, 0].map(|n| json!(n)));
    let tokens = ["in_uncached", "in_cache_read", "in_cache_write_5m", "in_cache_write_1h", "out_total"];
    assert_eq!(tokens.map(|key| read[key].clone()), [1_739, 11_000, 5_800, 200, 800].map(|n| json!(n)));
    assert_eq!(page["spent"]["spent_usd"], "0.070445");
    let naive = ["naive_rows", "naive_in_total", "naive_out_total"].map(|key| read[key].clone());
    assert_eq!(naive, [8, 42_778, 1_543].map(|n| json!(n)));
}

#[test]
fn the_workload_of_a_session_is_its_project_and_its_sub_agents_are_apart() {
    let page = Run::audit(&["claude_code"]).json();
    let names: Vec<_> =
        page["workloads"].as_array().expect("rows").iter().map(|row| row["workload"].clone()).collect();
    assert_eq!(names, ["shop", "shop (sub-agent)"]);
}

#[test]
fn a_gateway_that_charges_cache_writes_twice_is_found_out() {
    // BerriAI/litellm issue 9812: 3 × 3 + 12,304 × 3.75 + 550 × 15; issue 11789: 4 × 0.80 + 2,455 × 0.08 + 23 × 4.
    let page = Run::audit(&["litellm/usage_objects.jsonl", "--as-of", "2026-06-15"]).json();
    assert_eq!(page["spent"]["spent_usd"], "0.0546906");
    assert_eq!(page["spent"]["claimed_usd"], "0.0933702");
    assert!(codes(&page).contains(&"claimed-cost-differs"));
}

#[test]
fn a_spend_log_keeps_its_own_cache_hits_and_unknown_models_apart() {
    // gpt-4o: 10 × 2.5 + 20 × 10 = 225 millionths; the same request from the gateway's cache costs nothing; a prompt
    // that contains its 12,304 cache writes costs 0.054399; `our-own-model` has no price.
    let page = Run::audit(&["litellm/spend_logs.json"]).json();
    assert_eq!(page["spent"]["spent_usd"], "0.054624");
    assert_eq!(page["spent"]["claimed_usd"], "0.091536");
    assert_eq!(
        (page["spent"]["priced_calls"].clone(), page["spent"]["unpriced_calls"].clone()),
        (json!(2), json!(1))
    );
    let codes = codes(&page);
    for code in ["unpriced-calls", "gateway-cache", "claimed-cost-differs"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
}

#[test]
fn a_table_is_priced_by_call_mode_and_cache_lifetime() {
    // a1 3,000 + 3,000; a2 1,500 + 1,200 + 4,500; a3 100,000 + 62,500 + 50,000 + 25,000; a4 batch 45,000 + 7,500;
    // a5 5,000 + 1,000; a7 at host-beta 750 + 300; all in millionths of a dollar.
    let page = Run::audit(&["table/calls.csv"]).json();
    assert_eq!(page["spent"]["spent_usd"], "0.31025");
    assert_eq!(page["read"]["merged_duplicates"], 1);
    assert_eq!(page["spent"]["unpriced_calls"], 1);
}

#[test]
fn calls_go_to_the_cheapest_offer_that_is_good_enough() {
    // gpt-oss-120b (141.0) replaces claude-sonnet-4 (143.0 − 2) but not claude-opus-4-8 (160). At host-alpha: a1 100 +
    // 100, a2 450 + 150, a4 3,000 + 500, a5 200 + 50, a7 500 + 250; a3 stays at 237,500.
    let page = Run::audit(&["table/calls.csv"]).json();
    let tiers = page["tiers"].as_array().expect("tiers");
    assert_eq!(tiers[2]["routed_usd"], "0.2428");
    assert_eq!(tiers[1]["routed_usd"], "0.0053");
    let stays = page["workloads"].as_array().expect("rows").iter().find(|row| row["workload"] == "documents");
    assert_eq!(
        stays.map(|row| (row["offer"].clone(), row["saved_usd"].clone())),
        Some((json!("stays"), json!("0")))
    );
}

#[test]
fn a_stricter_tolerance_keeps_more_calls_where_they_are() {
    let page = Run::audit(&["table/calls.csv", "--tolerance", "1"]).json();
    let row =
        page["workloads"].as_array().expect("rows").iter().find(|row| row["workload"] == "nightly").cloned();
    assert_eq!(row.map(|row| row["saved_usd"].clone()), Some(json!("0")));
}

#[test]
fn a_map_reads_columns_of_ones_own() {
    // 600 × 2.5 + 400 × 1.25 + 100 × 10 and 2,000 × 2.5 + 100 × 10 millionths; 0.3 and 0.6 cents in the log.
    let page = Run::audit(&["table/own_columns.csv", "--map", "table/own_columns.map.toml"]).json();
    assert_eq!(
        (page["spent"]["spent_usd"].clone(), page["spent"]["claimed_usd"].clone()),
        (json!("0.009"), json!("0.009"))
    );
}

#[test]
fn a_capture_of_sessions_is_recognised_and_its_fresh_tokens_are_cache_writes() {
    // As of 2026-06-15 Sonnet 4 has no long-context tier: (1,000 + 1,000 + 500) × 3.75 + 249,000 × 0.30 + 310 × 15; as of
    // 2026-04-01 the second call pays 1,000 × 7.5 + 249,000 × 0.60 + 200 × 22.5, the others 1,500 × 3.75 + 110 × 15.
    let page = Run::audit(&["table/sessions.csv", "--as-of", "2026-06-15"]).json();
    assert_eq!(page["spent"]["spent_usd"], "0.088725");
    // Every prompt token at the full rate: 251,500 × 3 + 310 × 15.
    assert_eq!(page["spent"]["without_cache_usd"], "0.75915");
    let earlier = Run::audit(&["table/sessions.csv", "--as-of", "2026-04-01"]).json();
    assert_eq!(earlier["spent"]["spent_usd"], "0.168675");
    let flat = Run::audit(&["table/sessions.csv", "--as-of", "2026-04-01", "--no-context-tiers"]).json();
    assert_eq!(flat["spent"]["spent_usd"], "0.088725");
}

#[test]
fn relative_times_have_a_date_only_with_an_anchor() {
    let without = Run::audit(&["table/sessions.csv", "--as-of", "2026-06-15"]).json();
    assert!(without["read"]["first_day"].is_null());
    let with = Run::audit(&["table/sessions.csv", "--anchor", "2026-04-01"]).json();
    assert_eq!(with["read"]["first_day"], "2026-04-01");
    // The tier of that day holds, without --as-of.
    assert_eq!(with["spent"]["spent_usd"], "0.168675");
    assert!(codes(&with).contains(&"no-month"));
}

#[test]
fn a_trace_without_models_is_counted_and_not_priced_until_one_is_named() {
    let unnamed = Run::audit(&["table/azure.csv"]).json();
    assert_eq!(
        (unnamed["read"]["in_total"].clone(), unnamed["spent"]["unpriced_calls"].clone()),
        (json!(7_988), json!(2))
    );
    assert!(unnamed["spent"]["spent_usd"].is_null());
    // 7,988 × 2.5 + 18 × 10.
    let named = Run::audit(&["table/azure.csv", "--model", "gpt-4o"]).json();
    assert_eq!(named["spent"]["spent_usd"], "0.02015");
}

#[test]
fn a_machine_of_ones_own_breaks_even_where_the_arithmetic_says() {
    let page = Run::audit(&["table/calls.csv"]).json();
    let row = &page["self_hosting"].as_array().expect("rows")[0];
    assert_eq!(row["deployment"], "gpt-oss-120b, 1× h200");
    // Calls that gpt-oss-120b may serve: a1, a2, a4, a5, a7; they cost 72,750 millionths, so 0.01455 each. Staff
    // 250,000/24 and rent 3.50 × 730 a month over that is the volume, which one replica can serve.
    assert_eq!(row["servable_calls"], 5);
    let volume = row["incumbent_break_even_calls_month"].as_f64().expect("a volume");
    let by_hand = (250_000.0 / 24.0 + 3.50 * 730.0) / 0.01455;
    assert!((volume / by_hand - 1.0).abs() < 1e-9, "{volume} against {by_hand}");
    // A model without a score may serve nothing.
    let never = &page["self_hosting"].as_array().expect("rows")[1];
    assert_eq!(
        (never["servable_calls"].clone(), never["incumbent_break_even_calls_month"].clone()),
        (json!(0), json!(null))
    );
}

#[test]
fn a_call_that_paid_for_speed_is_not_offered_less_of_it() {
    // claude-opus-4-8 has no fast rate here, so its fast call has the standard one; nobody else has a fast rate.
    let log = "model_raw,seller,mode,in_uncached,out_total\nclaude-sonnet-4,anthropic,fast,1000,100\n";
    let page = Run::audit(&["-", "--as-of", "2026-06-15"]).stdin(log.as_bytes()).json();
    assert_eq!(
        (page["workloads"][0]["offer"].clone(), page["workloads"][0]["saved_usd"].clone()),
        (json!("stays"), json!("0"))
    );
    assert!(codes(&page).contains(&"standard-rate-assumed"));
}

#[test]
fn the_name_of_a_model_selects_its_mode_where_the_log_does_not() {
    let log = "model_raw,in_uncached,out_total\nanthropic/claude-sonnet-4:batch,1000,0\nopenai/gpt-4o:free,1000,0\n";
    let page = Run::audit(&["-", "--as-of", "2026-06-15"]).stdin(log.as_bytes()).json();
    assert_eq!(page["spent"]["spent_usd"], "0.0015");
    assert_eq!(page["unpriced"][0]["reason"], "a free tier: the list price is not what it cost");
}

#[test]
fn embeddings_are_priced_and_not_routed() {
    let log = "model_raw,operation,in_uncached,out_total\nclaude-sonnet-4,embedding,1000,0\n";
    let page = Run::audit(&["-", "--as-of", "2026-06-15"]).stdin(log.as_bytes()).json();
    assert_eq!(
        (page["spent"]["spent_usd"].clone(), page["workloads"][0]["saved_usd"].clone()),
        (json!("0.003"), json!("0"))
    );
    assert!(codes(&page).contains(&"not-routed"));
}

#[test]
fn every_billed_call_is_in_one_line_of_every_outcome() {
    let page = Run::audit(&["table/calls.csv", "claude_code", "litellm/spend_logs.json"]).json();
    let lanes: u64 =
        page["workloads"].as_array().expect("rows").iter().filter_map(|row| row["calls"].as_u64()).sum();
    let unpriced: u64 =
        page["unpriced"].as_array().expect("rows").iter().filter_map(|row| row["calls"].as_u64()).sum();
    let from_gateway_cache = 1;
    assert_eq!(Some(lanes + unpriced + from_gateway_cache), page["read"]["calls"].as_u64());
    assert_eq!(page["spent"]["priced_calls"].as_u64(), Some(lanes));
}

#[test]
fn hours_of_the_week_and_a_change_of_price_hold_to_the_minute() {
    let folder = tempfile::tempdir().expect("a folder");
    let (sheet, log) = (folder.path().join("own.toml"), folder.path().join("calls.csv"));
    let price = |more: &str, input: &str| {
        format!("[[price]]\nseller='host-alpha'\nmodel='gpt-oss-120b'\ninput='{input}'\noutput='0'\n{more}\n")
    };
    let rows = [
        price("until=2026-06-03", "1"),
        price("until=2026-06-03\nhours='22:00-02:00'\nweekdays='mon tue'", "10"),
        price("from=2026-06-03", "100"),
    ];
    std::fs::write(&sheet, rows.concat()).expect("written");
    // 2026-06-01 is a Monday. A million tokens each, so that a rate is a dollar amount.
    let calls = [
        ("2026-06-01T21:59:59Z", 1.0),
        ("2026-06-01T22:00:00Z", 10.0),
        ("2026-06-02T01:59:59Z", 10.0),
        ("2026-06-02T02:00:00Z", 1.0),
        ("2026-06-02T23:59:59Z", 10.0),
        // From here on the price has no hours.
        ("2026-06-03T00:00:00Z", 100.0),
        ("2026-06-03T23:00:00Z", 100.0),
    ];
    let line = |(at, (start, _)): (usize, &(&str, f64))| {
        format!("c{at},{start},chat,host-alpha,gpt-oss-120b,1000000,0\n")
    };
    let head = "call_id,ts_start,workload,seller,model_raw,in_uncached,out_total\n".to_owned();
    let text = head + &calls.iter().enumerate().map(line).collect::<String>();
    std::fs::write(&log, text).expect("written");
    let (sheet, log) = (sheet.to_str().expect("UTF-8"), log.to_str().expect("UTF-8"));
    let sums = folder.path().join("sums.jsonl");
    let page =
        Run::audit(&[log, "--prices", sheet, "--sums", sums.to_str().expect("UTF-8"), "--sums-by", "hour"])
            .json();
    let dollars = |value: &Value| value.as_str().and_then(|text| text.parse::<f64>().ok()).expect("dollars");
    let by_hand: f64 = calls.iter().map(|(_, dollars)| dollars).sum();
    assert!((dollars(&page["spent"]["spent_usd"]) - by_hand).abs() < 1e-12, "{}", page["spent"]);
    // Hour by hour, too.
    for row in std::fs::read_to_string(&sums).expect("a table").lines() {
        let row: Value = serde_json::from_str(row).expect("JSON");
        let hour = row["start"].as_str().expect("a time").get(..13).expect("an hour").to_owned();
        let wanted: f64 =
            calls.iter().filter(|(start, _)| start.starts_with(&hour)).map(|(_, usd)| usd).sum();
        if row["way"] == "logged" {
            assert!((row["cost_pusd"].as_f64().expect("a number") / 1e12 - wanted).abs() < 1e-12, "{row}");
        }
    }
}
