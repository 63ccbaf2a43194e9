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

/// Two workloads on one model; one of them with a name that is markup in every format.
const HOSTILE: &str = "support: \"x\" # {y} [z]\t|";

fn routes(command: &str, more: &[&str]) -> (super::Ran, String, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = csv::Writer::from_writer(Vec::new());
    log.write_record(["call_id", "ts_start", "workload", "seller", "model_raw", "in_uncached", "out_total"])
        .expect("heads");
    for n in 0..40 {
        let workload = if n % 4 == 0 { "+search" } else { HOSTILE };
        let (id, day) = (format!("c{n}"), format!("2026-06-{:02}T10:00:00Z", n % 28 + 1));
        log.write_record([&id, &day, workload, "anthropic", "claude-sonnet-4-20250514", "20000", "900"])
            .expect("a row");
    }
    std::fs::write(folder.path().join("calls.csv"), log.into_inner().expect("bytes")).expect("written");
    let ran = Run::bare(&["export", command, "calls.csv", "--out", "out", "--benchmark", "fixture-index"])
        .arg("--data")
        .arg(super::fixtures().join("data"))
        .args(&["--days", "30"])
        .args(more)
        .within(folder.path())
        .run();
    let text = std::fs::read_to_string(folder.path().join("out")).unwrap_or_default();
    (ran, text, folder)
}

#[test]
fn a_proxy_is_told_names_weights_and_fallbacks_and_no_secret() {
    let search = ["--assign", "+search=gpt-4o@openai", "--policy", "pinned", "--full"];
    let (ran, text, _folder) = routes("litellm", &search);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let config: serde_json::Value = serde_saphyr::from_str(&text).expect("YAML");
    let groups: Vec<(&str, &str)> = config["model_list"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|of| {
            assert!(of["litellm_params"]["api_key"].as_str().expect("a key").starts_with("os.environ/"));
            let name = of["model_name"].as_str().expect("a name");
            (name, of["litellm_params"]["model"].as_str().expect("a model"))
        })
        .collect();
    // Control characters are marked, everything else is in the name as it is.
    let hostile = HOSTILE.replace('\t', "\u{fffd}");
    assert!(groups.contains(&("+search", "openai/gpt-4o")), "{groups:?}");
    assert!(groups.contains(&(hostile.as_str(), "anthropic/claude-sonnet-4-20250514")), "{groups:?}");
    let fallbacks = config["router_settings"]["fallbacks"].as_array().expect("a list");
    assert_eq!(fallbacks.len(), 1);
    let to = fallbacks[0]["+search"][0].as_str().expect("a name");
    assert!(groups.contains(&(to, "anthropic/claude-sonnet-4-20250514")), "{groups:?}");
}

#[test]
fn a_pilot_sends_a_canary_and_offers_that_the_proxy_does_not_know_are_told() {
    let (ran, text, _folder) = routes("csv", &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let mut shares = std::collections::BTreeMap::new();
    for row in rows.records() {
        let row = row.expect("a row");
        *shares.entry(row[0].to_owned()).or_insert(0.0) += row[6].parse::<f64>().expect("a share");
        // What a spreadsheet would run has an apostrophe before it.
        assert!(!row[0].starts_with('+'));
        let share: f64 = row[6].parse().expect("a share");
        match (&row[7], row[1] == row[3]) {
            ("pilot", true) => assert!((share - 0.9).abs() < 1e-12),
            ("pilot", false) => assert!((share - 0.1).abs() < 1e-12),
            _ => assert!((share - 1.0).abs() < 1e-12, "{row:?}"),
        }
    }
    assert!(text.contains("pilot"), "{text}");
    for (workload, sum) in shares {
        assert!((sum - 1.0_f64).abs() < 1e-9, "{workload}: {sum}");
    }
    let (ran, text, _folder) = routes("litellm", &["--full"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("LiteLLM has no name for the seller host-"), "{}", ran.stdout);
    // What stays for that is not said to move.
    assert!(ran.stdout.contains("0 of 2 workloads as served move"), "{}", ran.stdout);
    // Names that clients ask for are served all the same.
    assert!(text.contains("anthropic/claude-sonnet-4-20250514"), "{text}");
}

#[test]
fn requests_to_a_marketplace_are_json_and_what_it_does_not_list_is_told() {
    let (ran, _, folder) = routes("openrouter", &[]);
    assert_eq!(ran.code, 4, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("OpenRouter lists no such model"), "{}", ran.stdout);
    assert!(!folder.path().join("out").exists());
    let sample = Run::bare(&["export", "openrouter", "--no-synced", "--out", "routes.json"])
        .within(folder.path())
        .run();
    assert_eq!((sample.code, sample.stderr.as_str()), (0, ""));
    let file = std::fs::read_to_string(folder.path().join("routes.json")).expect("written");
    let routes: serde_json::Value = serde_json::from_str(&file).expect("JSON");
    for (name, of) in routes["routes"].as_object().expect("an object") {
        let sum: f64 = of
            .as_array()
            .expect("a list")
            .iter()
            .map(|route| route["share"].as_f64().expect("a share"))
            .sum();
        assert!(sum < 1.0 + 1e-9, "{name}: {sum}");
        assert!(of[0]["request"]["model"].as_str().expect("a model").contains('/'));
    }
}

/// The documents of a file of manifests.
fn manifests(text: &str) -> Vec<serde_json::Value> {
    text.split("\n---\n").skip(1).map(|part| serde_saphyr::from_str(part).expect("YAML")).collect()
}

fn of_kind<'d>(documents: &'d [serde_json::Value], kind: &str) -> Vec<&'d serde_json::Value> {
    documents.iter().filter(|of| of["kind"] == kind).collect()
}

#[test]
fn a_gateway_is_told_routes_sellers_and_the_names_of_secrets() {
    let search =
        ["--assign", "+search=gpt-4o@openai", "--policy", "pinned", "--full", "--gateway", "llm.gateway"];
    let (ran, text, _folder) = routes("envoy", &search);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let documents = manifests(&text);
    let [route] = of_kind(&documents, "AIGatewayRoute")[..] else { panic!("{text}") };
    assert_eq!(route["spec"]["parentRefs"][0]["name"], "llm.gateway");
    let rules: Vec<(String, Vec<String>)> = route["spec"]["rules"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|rule| {
            let name = rule["matches"][0]["headers"][0]["value"].as_str().expect("a name").to_owned();
            let backends = rule["backendRefs"].as_array().expect("a list").iter().map(|of| {
                format!("{} {} {} {}", of["name"], of["modelNameOverride"], of["weight"], of["priority"])
            });
            (name, backends.collect())
        })
        .collect();
    let served = r#""switchpoint-anthropic" "claude-sonnet-4-20250514""#;
    let moved = vec![r#""switchpoint-openai" "gpt-4o" 1000 null"#.to_owned(), format!("{served} null 1")];
    let hostile = HOSTILE.replace('\t', "\u{fffd}");
    assert!(rules.contains(&("+search".to_owned(), moved)), "{rules:?}");
    assert!(rules.contains(&(hostile, vec![format!("{served} 1000 null")])), "{rules:?}");
    // What fails over is tried once more, and each seller has an address, a certificate and a secret of which only the name is told.
    assert_eq!(of_kind(&documents, "BackendTrafficPolicy").len(), 1);
    for (kind, path) in [
        ("AIServiceBackend", "/spec/schema/name"),
        ("Backend", "/spec/endpoints/0/fqdn/hostname"),
        ("BackendTLSPolicy", "/spec/validation/hostname"),
        ("BackendSecurityPolicy", "/spec/type"),
    ] {
        let found: Vec<_> = of_kind(&documents, kind).into_iter().map(|of| of.pointer(path)).collect();
        assert!(found.len() == 2 && found.iter().all(Option::is_some), "{kind}: {found:?}");
    }
    let security = of_kind(&documents, "BackendSecurityPolicy");
    assert_eq!(security[0]["spec"]["anthropicAPIKey"]["secretRef"]["name"], "switchpoint-anthropic");
    assert_eq!(security[1]["spec"]["apiKey"]["secretRef"]["name"], "switchpoint-openai");
    assert!(of_kind(&documents, "Secret").is_empty());

    let wrong = Run::bare(&["export", "envoy", "--out", "out", "--gateway", "Not a name"]).run();
    assert!(wrong.code == 2 && wrong.stderr.contains("no name of a resource"), "{}", wrong.stderr);
}

#[test]
fn a_gateway_has_no_more_names_in_a_route_than_it_can_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = String::from("ts_start,workload,seller,model_raw,in_uncached,out_total\n");
    for n in 0..32 {
        log += &format!("2026-06-01T10:00:00Z,workload-{n},anthropic,claude-sonnet-4-20250514,20000,900\n");
    }
    std::fs::write(folder.path().join("calls.csv"), log).expect("written");
    let ran = Run::bare(&["export", "envoy", "calls.csv", "--no-synced", "--out", "routes.yaml"]);
    let ran = ran.within(folder.path()).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let text = std::fs::read_to_string(folder.path().join("routes.yaml")).expect("written");
    let documents = manifests(&text);
    let counts: Vec<usize> = of_kind(&documents, "AIGatewayRoute")
        .iter()
        .map(|route| route["spec"]["rules"].as_array().expect("a list").len())
        .collect();
    assert_eq!(counts, [15, 15, 2]);
}
