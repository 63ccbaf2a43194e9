//! Every form in which a build is told, against its schema or its published rules.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::{BUDGET, Project, SUITE, Suite, repository};

/// Names that try to be more than names.
const HOSTILE: &str = "\
[[rule]]
name = \"%0A::error::x | <b>@team</b> --> ]]> \\u001b[31m #7\"
max_increase_percent = 1
[[rule]]
name = \"unknown\"
workload = \"nobody's | `work` \\\"load\\\"\"
max_cost_per_call = 1
level = \"warn\"
";

/// A project whose build is denied, warned and passed by rules, with every form written.
fn written(budget: &str, suite: Suite) -> Project {
    let project = Project::of(budget);
    project.log("now.csv", suite);
    let forms =
        ["json", "comment", "summary", "github", "gitlab", "junit", "sarif", "text", "csv", "markdown"];
    let writes: Vec<String> =
        forms.iter().flat_map(|form| ["--write".to_owned(), format!("{form}=out.{form}")]).collect();
    let writes: Vec<&str> = writes.iter().map(String::as_str).collect();
    let ran = project.gate("now.csv", &writes);
    assert!([0, 3].contains(&ran.code), "{}", ran.stderr);
    project
}

fn all() -> [Project; 3] {
    [
        written(BUDGET, Suite { seed: 2, ..SUITE }),
        written(BUDGET, Suite { seed: 2, grown: 1.4, ..SUITE }),
        written(HOSTILE, Suite { seed: 2, grown: 1.4, unknown: 2, ..SUITE }),
    ]
}

fn valid(schema: &Value, instance: &Value, what: &str) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let wrong: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{what}: {wrong:?}");
}

fn schema(name: &str) -> Value {
    let path = repository().join("schemas").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON")
}

fn parsed(project: &Project, name: &str) -> Value {
    serde_json::from_str(&project.read(name)).expect("JSON")
}

#[test]
fn json_is_as_its_published_schema_says() {
    let (gate, baseline) = (schema("gate.schema.json"), schema("baseline.schema.json"));
    for project in all() {
        // What is written has every detail, whatever is printed.
        let page = parsed(&project, "out.json");
        valid(&gate, &page, "gate, written beside a text");
        let (_, printed) = project.judged("now.csv", &[]);
        valid(&gate, &printed, "gate, printed");
        valid(&baseline, &parsed(&project, "base.json"), "baseline");
        let mut wrong = page;
        wrong["verdict"]["outcome"] = Value::from("maybe");
        let validator = jsonschema::validator_for(&gate).expect("a schema");
        assert!(!validator.is_valid(&wrong));
    }
}

/// The schema of SARIF 2.1.0 that comes with a crate of the tests.
fn sarif_schema() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    // Crates of other platforms need not have been downloaded.
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let rustc = String::from_utf8(rustc.stdout).expect("UTF-8");
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host])
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("the crate");
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("a path"));
    let text =
        std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).expect("the schema");
    // One pattern in it has a bracket too many, and so is no pattern.
    let broken = r"^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";
    assert!(text.contains(broken));
    serde_json::from_str(&text.replace(broken, r"^[a-zA-Z]{2}(-[a-zA-Z]{2})?$")).expect("JSON")
}

#[test]
fn sarif_is_valid_and_points_at_the_rules() {
    let schema = sarif_schema();
    for project in all() {
        let log = parsed(&project, "out.sarif");
        valid(&schema, &log, "SARIF");
        let typed: serde_sarif::sarif::Sarif = serde_json::from_value(log).expect("SARIF");
        for result in typed.runs[0].results.iter().flatten() {
            let rules = typed.runs[0].tool.driver.rules.as_ref().expect("rules");
            let index = usize::try_from(result.rule_index.expect("an index")).expect("an index");
            assert_eq!(Some(&rules[index].id), result.rule_id.as_ref());
        }
    }
    let [_, denied, _] = all();
    let log = parsed(&denied, "out.sarif");
    let result = &log["runs"][0]["results"][0];
    assert_eq!((result["ruleId"].as_str(), result["level"].as_str()), (Some("cost-increase"), Some("error")));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "budget.toml");
    assert_eq!(place["region"]["startLine"], 3);
}

/// The fields that GitLab reads of a Code Quality report.
fn code_quality_schema() -> Value {
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": { "type": "string", "minLength": 1 },
                "check_name": { "type": "string", "minLength": 1 },
                "fingerprint": { "type": "string", "minLength": 1 },
                "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": { "type": "string", "pattern": "^[^/]" },
                        "lines": { "type": "object", "required": ["begin"], "properties": { "begin": { "type": "integer", "minimum": 1 } } }
                    }
                }
            }
        }
    })
}

#[test]
fn code_quality_has_what_gitlab_reads_and_fingerprints_that_stay() {
    for project in all() {
        let report = parsed(&project, "out.gitlab");
        valid(&code_quality_schema(), &report, "code quality");
        let issues = report.as_array().expect("issues");
        let mut prints: Vec<&str> =
            issues.iter().map(|issue| issue["fingerprint"].as_str().expect("text")).collect();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), issues.len());
    }
    let of = |grown: f64| parsed(&written(BUDGET, Suite { seed: 3, grown, ..SUITE }), "out.gitlab");
    let (one, other) = (of(1.3), of(1.5));
    assert_eq!(one[0]["fingerprint"], other[0]["fingerprint"]);
    assert_ne!(one[0]["description"], other[0]["description"]);
}

/// What the schema that Jenkins publishes allows: element, its attributes (the required ones marked), its children.
const JUNIT: [(&str, &[&str], &[&str]); 9] = [
    ("testsuites", &["name", "time", "tests", "failures", "disabled", "errors", "skipped"], &["testsuite"]),
    (
        "testsuite",
        &[
            "name!",
            "tests!",
            "failures",
            "errors",
            "time",
            "disabled",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
        ],
        &["properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], &["property"]),
    ("property", &["name!", "value!"], &[]),
    (
        "testcase",
        &["name!", "assertions", "time", "classname", "status"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("failure", &["type", "message"], &[]),
    ("error", &["type", "message"], &[]),
    ("skipped", &["type", "message"], &[]),
    ("system-out", &[], &[]),
];

#[test]
fn junit_has_the_elements_and_attributes_that_readers_know() {
    for project in all() {
        let text = project.read("out.junit");
        let document = roxmltree::Document::parse(&text).expect("XML");
        assert_eq!(document.root_element().tag_name().name(), "testsuites");
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            let name = node.tag_name().name();
            let (_, attributes, children) =
                JUNIT.iter().find(|(known, ..)| *known == name).unwrap_or_else(|| panic!("<{name}>"));
            for attribute in node.attributes() {
                let known = |of: &&str| of.trim_end_matches('!') == attribute.name();
                assert!(attributes.iter().any(known), "{name} {}", attribute.name());
            }
            for needed in attributes.iter().filter_map(|of| of.strip_suffix('!')) {
                assert!(node.has_attribute(needed), "<{name}> without {needed}");
            }
            for child in node.children().filter(roxmltree::Node::is_element) {
                assert!(children.contains(&child.tag_name().name()), "<{name}> has {:?}", child.tag_name());
            }
        }
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase")).count();
        let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
        assert_eq!(suite.attribute("tests"), Some(cases.to_string().as_str()));
    }
    let [passed, denied, hostile] = all();
    let count = |project: &Project, tag: &str| project.read("out.junit").matches(&format!("<{tag} ")).count();
    assert_eq!((count(&passed, "failure"), count(&passed, "error"), count(&passed, "skipped")), (0, 0, 0));
    assert_eq!(count(&denied, "failure"), 1);
    assert_eq!((count(&hostile, "error"), count(&hostile, "skipped")), (1, 1));
}

#[test]
fn annotations_are_a_line_each_and_nothing_breaks_out() {
    for project in all() {
        for line in project.read("out.github").lines() {
            let kinds = ["::error file=budget.toml,line=", "::warning file=budget.toml,line="];
            assert!(kinds.iter().any(|kind| line.starts_with(kind)), "{line}");
        }
    }
    let [passed, denied, hostile] = all();
    assert_eq!(passed.read("out.github"), "");
    assert!(
        denied
            .read("out.github")
            .starts_with("::error file=budget.toml,line=3,title=switchpoint%3A cost-increase::")
    );
    assert!(hostile.read("out.github").contains("%250A::error::x"), "{}", hostile.read("out.github"));
    // Eleven of a kind are nine and a line for the rest.
    let rules: String = (0..12)
        .map(|n| format!("[[rule]]\nname = \"r{n}\"\nworkload = \"none{n}\"\nmax_cost_per_call = 1\n"))
        .collect();
    let many = written(&rules, Suite { seed: 2, ..SUITE });
    let lines = many.read("out.github");
    assert_eq!(lines.lines().count(), 10);
    assert!(
        lines.ends_with("title=switchpoint%3A more::3 findings more; the page of the gate has all\n"),
        "{lines}"
    );
}

#[test]
fn a_comment_is_sticky_short_and_harmless() {
    let [passed, denied, hostile] = all();
    assert_eq!(
        passed.read("out.comment"),
        "<!-- switchpoint:gate -->\n**switchpoint gate passed: 2 rules hold**\n"
    );
    let text = denied.read("out.comment");
    assert!(text.starts_with(
        "<!-- switchpoint:gate -->\n**switchpoint gate denied: 1 of 2 rules hold (cost-increase)**\n"
    ));
    for words in ["| driver | change | where |", "input tokens per call", "| exceeded |", "platform team"] {
        assert!(text.contains(words), "{text}");
    }
    let text = hostile.read("out.comment");
    for harm in ["@team", "<b>", "\u{1b}", "#7"] {
        assert!(!text.contains(&harm.replace("<b>", " <b>")), "{harm}: {text}");
    }
    // 300 workloads with long names still fit.
    let rules: String = (0..300)
        .map(|n| {
            format!(
                "[[rule]]\nname = \"r{n} {}\"\nworkload = \"none{n}\"\nmax_cost_per_call = 1\n",
                "x".repeat(400)
            )
        })
        .collect();
    let many = written(&rules, Suite { seed: 2, ..SUITE }).read("out.comment");
    assert!(
        many.len() < 65_536 && many.contains("findings more") && many.contains("rules more"),
        "{}",
        many.len()
    );
}

#[test]
fn a_summary_is_appended_and_a_tag_tells_gates_apart() {
    let project = Project::of(BUDGET);
    project.write("summary.md", "# other step\n");
    let ran = project
        .gate("before.csv", &["--write", "summary=summary.md", "--tag", "nightly", "--write", "comment=-"]);
    assert_eq!(ran.code, 0);
    let marker = "<!-- switchpoint:gate:nightly -->\n**switchpoint gate passed";
    assert!(project.read("summary.md").starts_with(&format!("# other step\n{marker}")));
    assert!(ran.stdout.contains(marker));
    // Quiet leaves out the page, not what was asked to stand on standard output.
    let ran = project.gate("before.csv", &["--tag", "nightly", "--write", "comment=-", "--quiet"]);
    assert!(ran.stdout.starts_with(marker), "{}", ran.stdout);
    // A full one is left alone.
    project.write("summary.md", &"x".repeat(1 << 20));
    let ran = project.gate("before.csv", &["--write", "summary=summary.md"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (0, "note: the summary `summary.md` is full; nothing was added to it\n")
    );
}
