//! Rules about which offers may serve calls, and what they cost.

use serde_json::Value;

use super::Run;

fn routed(arguments: &[&str]) -> (f64, Value) {
    let page =
        Run::bare(&[&["audit", "--as-of", "2026-11-10", "--format", "json"], arguments].concat()).run();
    let page: Value = serde_json::from_str(&page.stdout).expect("JSON");
    let tiers = page["tiers"].as_array().expect("rows").iter();
    let own = tiers.filter(|row| row["tier"] == "closed" || row["tier"] == "hosted");
    (own.map(|row| dollars(&row["routed_usd"])).sum(), page["rules"].clone())
}

fn dollars(value: &Value) -> f64 {
    value.as_str().expect("dollars").parse().expect("a number")
}

#[test]
fn a_rule_never_saves_and_states_what_it_costs() {
    let (free, none) = routed(&[]);
    assert_eq!(none, Value::Array(Vec::new()));
    for rules in [
        &["--only-tier", "hosted"][..],
        &["--only-tier", "closed", "--deny", "openai"],
        &["--deny", "gpt-5-mini", "--deny", "azure"],
        &["--allow-seller", "aws-bedrock"],
    ] {
        let (bound, prices) = routed(rules);
        assert!(bound >= free - 1e-9, "{rules:?}: {bound} {free}");
        let prices = prices.as_array().expect("rows");
        assert!(!prices.is_empty());
        for price in prices {
            assert!((bound - dollars(&price["without_usd"]) - dollars(&price["costs_usd"])).abs() < 1e-9);
            assert!(dollars(&price["costs_usd"]) >= 0.0);
        }
        if let [only] = prices.as_slice() {
            assert!((dollars(&only["without_usd"]) - free).abs() < 1e-9, "{rules:?}");
        }
    }
}

#[test]
fn own_infrastructure_bars_every_seller() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("mine.toml");
    std::fs::write(&scenario, "[policy]\nresidency = \"own-infrastructure\"\n").expect("written");
    let page = Run::audit(&["table/calls.csv", "--scenario", scenario.to_str().expect("UTF-8")]).json();
    for row in page["workloads"].as_array().expect("rows") {
        assert_eq!(row["routed_usd"], row["spent_usd"]);
    }
    assert_eq!(page["rules"][0]["rule"], "policy.residency");
}

#[test]
fn each_rule_bars_what_it_says_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("mine.toml");
    // A rule, whether an offer at a tier, with a label, is beyond it, and one that is known to be.
    type Beyond = fn(tier: &str, label: &str) -> bool;
    let rules: [(&str, &str, Beyond); 5] = [
        ("policy.licences", "licences = \"closed\"", |tier, _| tier == "hosted"),
        ("policy.lab_countries", "lab_countries = \"us\"", |_, label| label.starts_with("deepseek")),
        ("policy.seller_countries", "seller_countries = \"DE\"", |_, label| label.ends_with("@ azure")),
        ("policy.min_sellers", "min_sellers = 500", |_, _| true),
        ("policy.tiers", "tiers = \"closed\"", |tier, _| tier == "hosted"),
    ];
    for (rule, text, beyond) in rules {
        std::fs::write(&scenario, format!("[policy]\n{text}\n")).expect("written");
        let scenario = scenario.to_str().expect("UTF-8");
        let arguments =
            ["explain", "c00002", "--as-of", "2026-11-10", "--scenario", scenario, "--format", "json"];
        let page: Value = serde_json::from_str(&Run::bare(&arguments).run().stdout).expect("JSON");
        let offers = page["offers"].as_array().expect("rows");
        let barred = format!("barred by {rule}");
        assert!(offers.iter().any(|row| row["verdict"] == *barred), "{rule}");
        let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
        // The one that serves the call in the log may keep it.
        let open = |row: &&Value| matches!(text(row, "verdict").as_str(), "dearer" | "serves it");
        for row in offers.iter().filter(open) {
            assert!(!beyond(&text(row, "tier"), &text(row, "offer")), "{rule}: {row}");
        }
    }
}

/// An audit of the fixture table at frozen prices and under a scenario.
fn under(scenario: &str, arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, scenario).expect("written");
    let scenario = ["table/calls.csv", "--scenario", file.to_str().expect("UTF-8")];
    Run::audit(&[&scenario, arguments].concat()).json()
}

/// Where a workload's calls of a model go, and at what cost.
fn lane(page: &Value, workload: &str, incumbent: &str) -> (String, String) {
    let rows = page["workloads"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["workload"] == workload && row["incumbent"] == incumbent);
    let text =
        |key: &str| row.map_or_else(String::new, |row| row[key].as_str().unwrap_or_default().to_owned());
    (text("offer"), text("routed_usd"))
}

#[test]
fn an_assigned_workload_goes_where_it_is_assigned_and_no_other_does() {
    let free = under("", &[]);
    assert_eq!(lane(&free, "chat", "claude-sonnet-4").0, "gpt-oss-120b @ host-alpha");
    let page = under("", &["--assign", "chat=gpt-4o@openai"]);
    assert_eq!(lane(&page, "chat", "claude-sonnet-4").0, "gpt-4o");
    // 1,000 in and 200 out; 4,500 in, of which 4,000 from a cache, and 300 out: gpt-4o at $2.50, $1.25 and $10.
    let by_hand = (1_500.0 * 2.5 + 4_000.0 * 1.25 + 500.0 * 10.0) / 1e6;
    assert!(
        (lane(&page, "chat", "claude-sonnet-4").1.parse::<f64>().expect("dollars") - by_hand).abs() < 1e-12
    );
    assert_eq!(lane(&page, "documents", "claude-opus-4-8"), lane(&free, "documents", "claude-opus-4-8"));
    // A dearer offer is taken all the same, and the page says what it costs.
    let dearer = under("[[workload]]\nname='chat'\noffer='claude-opus-4-8'\n", &["--policy", "pinned"]);
    assert_eq!(lane(&dearer, "chat", "claude-sonnet-4").0, "claude-opus-4-8");
    assert!(dearer["claim"].as_str().is_some_and(|claim| claim.contains("more")), "{}", dearer["claim"]);
    assert!(dearer["assumptions"].to_string().contains("chat.offer"));
}

#[test]
fn a_policy_that_moves_nothing_saves_exactly_nothing() {
    let page = under("", &["--policy", "incumbent"]);
    for row in page["workloads"].as_array().expect("rows") {
        assert_eq!((&row["routed_usd"], row["saved_usd"].as_str()), (&row["spent_usd"], Some("0")));
    }
    let pinned = under("", &["--policy", "pinned", "--assign", "chat=gpt-oss-120b"]);
    assert_eq!(lane(&pinned, "chat", "claude-sonnet-4").0, "gpt-oss-120b @ host-alpha");
    assert_eq!(lane(&pinned, "documents", "claude-opus-4-8").0, "stays");
}

#[test]
fn a_latency_bound_bars_slow_offers_and_those_whose_speed_nobody_states() {
    let speed = |offer: &str, rate: f64| {
        format!(
            "[[speed]]\noffer='{offer}'\ntokens_per_second={rate}\nfirst_token_seconds=1\nsource='a test'\n"
        )
    };
    // 200 and 300 tokens of output: at 100 tokens a second 3 and 4 seconds.
    let of = |bound: &str, speeds: &[String]| {
        let page = under(&format!("{bound}\n{}", speeds.concat()), &[]);
        let costs = page["rules"].as_array().expect("rows").first().map(|row| row["costs_usd"].to_string());
        (lane(&page, "chat", "claude-sonnet-4").0, costs)
    };
    let policy = |seconds: f64| format!("[policy]\nmax_seconds = {seconds}");
    let both = [speed("gpt-oss-120b@host-alpha", 50.0), speed("gpt-oss-120b@host-beta", 100.0)];
    assert_eq!(of(&policy(10.0), &both).0, "gpt-oss-120b @ host-alpha");
    assert_eq!(of(&policy(4.0), &both).0, "gpt-oss-120b @ host-beta");
    assert_eq!(of(&policy(3.5), &both).0, "gpt-oss-120b @ host-beta (+1)");
    assert_eq!(of(&policy(4.0), &[]).0, "stays");
    // A bound of one workload alone, and what it costs.
    let own = of("[[workload]]\nname = 'chat'\nmax_seconds = 4", &both);
    assert_eq!(own.0, "gpt-oss-120b @ host-beta");
    let costs: f64 = own.1.expect("a price").trim_matches('"').parse().expect("dollars");
    // 10,500 tokens in and 1,000 out, at beta instead of alpha; one of these calls was beta's before.
    assert!((costs - (10_500.0 * 0.05 + 1_000.0 * 0.10) / 1e6).abs() < 1e-12, "{costs}");
}

#[test]
fn features_regions_and_hosts_are_asked_of_the_offer_on_the_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let sheet = folder.path().join("own.toml");
    let offer = |seller: &str, more: &str| {
        format!(
            "[[price]]\nseller='{seller}'\nmodel='gpt-oss-120b'\nkind='list'\ninput='0.2'\noutput='1'\n{more}\n"
        )
    };
    let rows = [
        offer("host-gamma", "features='tools'\ncontext=131072"),
        offer("host-delta", "region='eu'\ncontext=131072\nuntil=2026-01-01"),
        offer("host-delta", "region='eu'\ncontext=131072\nfrom=2026-01-01"),
    ];
    std::fs::write(&sheet, rows.concat()).expect("written");
    let sheet = ["--prices", sheet.to_str().expect("UTF-8")];
    let of = |policy: &str| {
        let page = under(&format!("[policy]\n{policy}\n"), &sheet);
        lane(&page, "chat", "claude-sonnet-4").0
    };
    assert_eq!(of("deny = 'none'"), "gpt-oss-120b @ host-alpha");
    assert_eq!(of("features = 'tools'"), "gpt-oss-120b @ host-gamma");
    assert_eq!(of("features = 'tools vision'"), "stays");
    assert_eq!(of("regions = 'eu'"), "gpt-oss-120b @ host-delta");
    // Alpha, beta and gamma sell it everywhere; delta in a region alone.
    assert_eq!(of("min_sellers = 3"), "gpt-oss-120b @ host-alpha");
    assert_eq!(of("min_sellers = 4"), "stays");
}

#[test]
fn a_name_that_nobody_has_is_refused() {
    for (arguments, word) in [
        (&["--assign", "chat"][..], "needs WORKLOAD=OFFER"),
        (&["--assign", "chat=nosuch"], "no model"),
        (&["--assign", "chat=gpt-5@nosuch"], "no seller"),
        (&["--assign", "chat=gpt-5", "--deny", "gpt-5"], "which policy.deny bars"),
        (&["--scenario", "bad/mars.toml"], "hint: regions are"),
        (&["--policy", "pinned"], "needs a workload"),
        (&["--policy", "incumbent", "--assign", "chat=gpt-5"], "nothing can be pinned"),
        (&["--policy", "dearest"], "must be cheapest, pinned or incumbent"),
        (&["--deny", "nosuch"], "no seller or model"),
        (&["--allow-seller", "gpt-5"], "no seller"),
        (&["--only-tier", "local"], "must be any, closed or hosted"),
    ] {
        let ran = Run::bare(&[&["audit"], arguments].concat()).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
}

#[test]
fn a_model_that_a_rule_bars_is_not_served_on_machines_of_ones_own_either() {
    let servable = |arguments: &[&str]| -> u64 {
        let page = Run::audit(&[&["table/calls.csv", "--tolerance", "100"], arguments].concat()).json();
        let rows = page["self_hosting"].as_array().expect("rows").clone();
        let own = rows
            .iter()
            .filter(|row| row["deployment"].as_str().is_some_and(|name| name.contains("gpt-oss-120b")));
        own.map(|row| row["servable_calls"].as_u64().expect("a count")).sum()
    };
    assert!(servable(&[]) > 0);
    assert_eq!(servable(&["--deny", "gpt-oss-120b"]), 0);
}
