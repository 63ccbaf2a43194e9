//! The steps of the action, of the GitLab template and of the hooks, run as they are written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::{BUDGET, Project, SUITE, Suite, repository};

fn yaml(name: &str) -> Value {
    let text = std::fs::read_to_string(repository().join(name)).expect("a file");
    serde_saphyr::from_str(&text).expect("YAML")
}

/// A folder with programs that stand before all others: `switchpoint` on frozen facts, `gh` that writes down what it is asked.
fn programs(project: &Project, comments: &str) -> PathBuf {
    let folder = project.path("bin");
    std::fs::create_dir_all(&folder).expect("a folder");
    let data = super::super::fixtures().join("data");
    let program = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        let mut mode = std::fs::metadata(&path).expect("a file").permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o755);
        std::fs::set_permissions(&path, mode).expect("a mode");
    };
    program(
        "switchpoint",
        format!(
            "#!/bin/bash\ncommand=$1; shift\nexec '{}' \"$command\" --data '{}' --benchmark fixture-index \"$@\"\n",
            env!("CARGO_BIN_EXE_switchpoint"),
            data.display()
        ),
    );
    program(
        "gh",
        format!("#!/bin/bash\necho \"$@\" >> '{}'\nprintf '{comments}'\n", project.path("gh.txt").display()),
    );
    folder
}

fn bash(project: &Project, script: &str, environment: &BTreeMap<String, String>) -> Output {
    let path = format!("{}:{}", project.path("bin").display(), std::env::var("PATH").expect("a path"));
    Command::new("bash")
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
        .current_dir(project.path(""))
        .env("PATH", path)
        .env("SWITCHPOINT_CACHE", project.path("no-cache"))
        .envs(environment)
        .output()
        .expect("bash runs")
}

/// The steps of the action with its expressions filled in, until one fails; gives the exit code of the last, and the outputs.
fn action(project: &Project, inputs: &[(&str, &str)], number: &str) -> (i32, String) {
    let action = yaml("action.yml");
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for (name, input) in action["inputs"].as_object().expect("inputs") {
        let default = input["default"].as_str().unwrap_or_default();
        let given = inputs.iter().find(|(given, _)| given == name).map_or(default, |(_, value)| value);
        known.insert(format!("inputs.{name}"), given.to_owned());
    }
    let temp = project.path("temp");
    std::fs::create_dir_all(&temp).expect("a folder");
    let of = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    known.insert("runner.temp".to_owned(), of(&temp));
    known.insert("github.action_path".to_owned(), of(repository()));
    known.insert("inputs.token".to_owned(), "token".to_owned());
    known.insert("github.event.pull_request.number".to_owned(), number.to_owned());
    let output = project.path("output.txt");
    let mut told = String::new();
    for step in action["runs"]["steps"].as_array().expect("steps") {
        if step["id"] == "comment" && (known["inputs.comment"] != "true" || number.is_empty()) {
            continue;
        }
        let mut environment: BTreeMap<String, String> =
            ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH"]
                .iter()
                .zip([&output, &project.path("summary.md"), &project.path("path.txt")])
                .map(|(name, path)| ((*name).to_owned(), of(path)))
                .collect();
        environment.insert("GITHUB_REPOSITORY".to_owned(), "owner/project".to_owned());
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            let mut text = value.as_str().expect("text").to_owned();
            for (expression, value) in &known {
                text = text.replace(&format!("${{{{ {expression} }}}}"), value);
            }
            assert!(!text.contains("${{"), "{text}");
            environment.insert(name.clone(), text);
        }
        let ran = bash(project, step["run"].as_str().expect("a script"), &environment);
        told.push_str(&String::from_utf8_lossy(&ran.stdout));
        told.push_str(&String::from_utf8_lossy(&ran.stderr));
        for line in std::fs::read_to_string(&output).unwrap_or_default().lines() {
            if let Some((name, value)) = line.split_once('=') {
                known.insert(format!("steps.gate.outputs.{name}"), value.to_owned());
            }
        }
        let code = ran.status.code().expect("a code");
        if code != 0 {
            return (code, told);
        }
    }
    (0, told)
}

#[test]
fn the_action_passes_fails_and_keeps_one_comment() {
    let project = Project::of(BUDGET);
    programs(&project, "");
    let inputs = [("logs", "now.csv"), ("baseline", "base.json"), ("comment", "true")];
    project.log("now.csv", Suite { seed: 2, ..SUITE });
    let (code, told) = action(&project, &inputs, "12");
    assert_eq!(code, 0, "{told}");
    assert!(project.read("output.txt").contains("outcome=passed"));
    assert!(
        project.read("gh.txt").contains("--method POST repos/owner/project/issues/12/comments"),
        "{}",
        project.read("gh.txt")
    );
    // There is a comment already, and the build is denied.
    programs(&project, "77\\n");
    project.log("now.csv", Suite { seed: 2, grown: 1.3, ..SUITE });
    let (code, told) = action(&project, &inputs, "12");
    assert_eq!(code, 3, "{told}");
    assert!(told.contains("::error file=budget.toml,line=3,title=switchpoint%3A cost-increase::"), "{told}");
    assert!(project.read("output.txt").ends_with("temp/switchpoint-report\n"));
    assert!(project.read("output.txt").contains("exit_code=3\noutcome=denied"));
    assert!(
        project.read("gh.txt").contains("--method PATCH repos/owner/project/issues/comments/77"),
        "{}",
        project.read("gh.txt")
    );
    assert!(project.read("summary.md").contains("**switchpoint gate denied"));
    for file in ["gate.json", "gate.sarif", "gate.xml", "comment.md"] {
        assert!(!project.read(&format!("temp/switchpoint-report/{file}")).is_empty(), "{file}");
    }
}

#[test]
fn the_action_tells_a_broken_budget_from_a_denied_build() {
    let project = Project::of(BUDGET);
    programs(&project, "");
    project.write("bad budget.toml", "[[rule]]\nmax = 1\n");
    let inputs = [("logs", "before.csv"), ("budget", "bad budget.toml"), ("arguments", "-W no-baseline")];
    let (code, told) = action(&project, &inputs, "");
    assert_eq!(code, 2, "{told}");
    assert!(project.read("output.txt").contains("outcome=\n"));
}

#[test]
fn inputs_of_the_action_are_no_code() {
    // Expressions stand in the environment of a step, never in its script.
    for step in yaml("action.yml")["runs"]["steps"].as_array().expect("steps") {
        assert!(!step["run"].as_str().expect("a script").contains("${{"), "{step}");
    }
    let project = Project::of(BUDGET);
    programs(&project, "");
    let (_, told) = action(&project, &[("logs", "before.csv; touch owned.txt $(touch owned.txt)")], "");
    assert!(!project.path("owned.txt").exists(), "{told}");
}

#[test]
fn the_gitlab_template_writes_its_reports() {
    let project = Project::of(BUDGET);
    programs(&project, "");
    project.log("now.csv", Suite { seed: 2, grown: 1.3, ..SUITE });
    let job = &yaml("ci/gitlab.yml")[".switchpoint-gate"];
    let lines: Vec<&str> =
        job["script"].as_array().expect("a script").iter().map(|line| line.as_str().expect("text")).collect();
    let mut environment: BTreeMap<String, String> = job["variables"]
        .as_object()
        .expect("variables")
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()))
        .collect();
    environment.insert("SWITCHPOINT_LOGS".to_owned(), "now.csv".to_owned());
    environment.insert("SWITCHPOINT_BASELINE".to_owned(), "base.json".to_owned());
    let ran = bash(&project, &lines.join("\n"), &environment);
    assert_eq!(ran.status.code(), Some(3), "{}", String::from_utf8_lossy(&ran.stderr));
    for report in ["codequality", "junit"] {
        let file = job["artifacts"]["reports"][report].as_str().expect("a file");
        assert!(project.path(file).exists(), "{file}");
    }
    assert!(project.read("gate.md").starts_with("<!-- switchpoint:gate -->"));
}

#[test]
fn the_hooks_check_budgets_and_gate_runs() {
    let project = Project::of(BUDGET);
    programs(&project, "");
    project.write("other.toml", "[[rule]]\nmax_cost_per_cal = 1\n");
    let hooks = yaml(".pre-commit-hooks.yaml");
    let entry = |at: usize| hooks[at]["entry"].as_str().expect("an entry").to_owned();
    let none = BTreeMap::new();
    let fine = bash(&project, &format!("{} budget.toml", entry(0)), &none);
    assert_eq!(fine.status.code(), Some(0), "{}", String::from_utf8_lossy(&fine.stderr));
    let wrong = bash(&project, &format!("{} budget.toml other.toml", entry(0)), &none);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("did you mean `max_cost_per_call`"));
    let gated = bash(&project, &format!("{} before.csv --baseline base.json", entry(1)), &none);
    assert_eq!(gated.status.code(), Some(0), "{}", String::from_utf8_lossy(&gated.stderr));
}
