//! Project files, and what holds for every command.

use std::fs;
use std::path::Path;

use super::{Run, fixtures};

const LOG: &str = "call_id,ts_start,workload,seller,model_raw,in_uncached,out_total
a,2026-06-01T10:00:00Z,support,anthropic,claude-sonnet-4-20250514,20000,900
b,2026-06-12T10:00:00Z,\"a \"\"b\"\" \\ c\",anthropic,claude-sonnet-4-20250514,21000,900
";

fn project(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("calls.csv"), LOG).expect("written");
    fs::write(folder.path().join("switchpoint.toml"), text).expect("written");
    fs::create_dir_all(folder.path().join("deep/er")).expect("folders");
    folder
}

fn audit(folder: &Path, more: &[&str]) -> Run {
    Run::bare(&["audit", "--benchmark", "fixture-index"])
        .arg("--data")
        .arg(fixtures().join("data"))
        .args(more)
        .within(folder)
}

#[test]
fn a_project_file_above_says_what_is_read_and_assumed_and_flags_go_before_it() {
    let folder = project("[project]\nlogs = [\"calls.csv\"]\n\n[quality]\ntolerance = 7\n");
    let deep = folder.path().join("deep/er");
    let page = audit(&deep, &[]).json();
    assert_eq!(page["read"]["calls"], 2, "{page}");
    let tolerance = |page: &serde_json::Value| {
        let rows = page["assumptions"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["key"] == "quality.tolerance").expect("a row");
        (row["value"].as_str().expect("text").to_owned(), row["source"].as_str().expect("text").to_owned())
    };
    let (value, source) = tolerance(&page);
    assert_eq!(value, "7");
    assert!(source.ends_with("switchpoint.toml line 5"), "{source}");
    assert_eq!(tolerance(&audit(&deep, &["--tolerance", "3"]).json()).0, "3");
    // Without it the sample is read.
    assert_eq!(audit(&deep, &["--no-config"]).json()["read"]["calls"], 4950);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("switchpoint.toml");
    let named = audit(elsewhere.path(), &["--config", file.to_str().expect("UTF-8")]).json();
    assert_eq!(named["read"]["calls"], 2);
}

#[test]
fn what_is_wrong_with_a_project_file_is_told_with_its_line() {
    for (text, told) in [
        ("[project]\nlog = []\n", "switchpoint.toml` line 2: unknown field `log`"),
        (
            "[project]\nlogs = [\"calls.csv\"]\n[quality]\ntoleranc = 1\n",
            "line 4: there is no key `quality.toleranc`; did you mean `quality.tolerance`?",
        ),
        ("[project\n", "line 1"),
    ] {
        let folder = project(text);
        let ran = audit(folder.path(), &[]).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    let missing = Run::bare(&["audit", "--config", "nowhere.toml"]).run();
    assert_eq!(
        (missing.code, missing.stderr.as_str()),
        (2, "error: --config: there is no file `nowhere.toml`\n")
    );
}

#[test]
fn init_writes_a_file_that_is_valid_and_says_the_next_command() {
    let folder = project("");
    fs::remove_file(folder.path().join("switchpoint.toml")).expect("removed");
    let ran = Run::bare(&["init", "calls.csv"]).within(folder.path()).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("switchpoint audit"), "{}", ran.stdout);
    let text = fs::read_to_string(folder.path().join("switchpoint.toml")).expect("written");
    assert!(text.contains("\"calls.csv\", # table, 2 calls"), "{text}");
    assert!(text.contains(r#"# name = "a \"b\" \\ c""#), "{text}");
    let of_shipped = Run::bare(&["audit", "--no-synced"]).within(folder.path()).json();
    assert_eq!(of_shipped["read"]["calls"], 2);
    // Every key that it offers is one, with the value that is shipped.
    let offered: String = text
        .lines()
        .skip_while(|line| !line.starts_with("# Every assumption"))
        .skip(1)
        .map(|line| line.trim_start_matches("# ").to_owned() + "\n")
        .collect();
    fs::write(
        folder.path().join("switchpoint.toml"),
        format!("[project]\nlogs = [\"calls.csv\"]\n{offered}"),
    )
    .expect("written");
    let all = Run::bare(&["audit", "--no-synced"]).within(folder.path()).json();
    assert_eq!(all["spent"], of_shipped["spent"]);
    assert_eq!(
        all["assumptions"].as_array().map(Vec::len),
        of_shipped["assumptions"].as_array().map(Vec::len)
    );
    let again = Run::bare(&["init", "calls.csv"]).within(folder.path()).run();
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    let forced = Run::bare(&["init", "calls.csv", "--force"]).within(folder.path()).run();
    assert_eq!(forced.code, 0, "{}", forced.stderr);
}

#[test]
fn init_looks_where_agents_keep_their_logs_and_says_where_it_looked() {
    let home = tempfile::tempdir().expect("a folder");
    let nothing =
        Run::bare(&["init"]).env("HOME", home.path().to_str().expect("UTF-8")).within(home.path()).run();
    assert_eq!(nothing.code, 4);
    assert!(nothing.stdout.contains("~/.claude/projects"), "{}", nothing.stdout);
    assert!(!home.path().join("switchpoint.toml").exists());
    let quiet = Run::bare(&["init", "--quiet"]).env("HOME", home.path().to_str().expect("UTF-8"));
    let quiet = quiet.within(home.path()).run();
    let told = "error: no log was found, nothing was written\n";
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (4, "", told));
    let place = home.path().join(".claude/projects/p");
    fs::create_dir_all(&place).expect("folders");
    let log = fixtures().join("logs/claude_code/project/session.jsonl");
    fs::copy(log, place.join("session.jsonl")).expect("copied");
    let found =
        Run::bare(&["init"]).env("HOME", home.path().to_str().expect("UTF-8")).within(home.path()).run();
    assert_eq!((found.code, found.stderr.as_str()), (0, ""));
    let text = fs::read_to_string(home.path().join("switchpoint.toml")).expect("written");
    assert!(text.contains("\"~/.claude/projects\", # Claude Code"), "{text}");
}

#[test]
fn quiet_says_nothing_verbose_says_what_is_done_and_colours_are_as_asked() {
    let folder = project("[project]\nlogs = [\"calls.csv\"]\n");
    let quiet = audit(folder.path(), &["--quiet"]).run();
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (0, "", ""));
    let wrong = audit(folder.path(), &["--quiet", "nowhere.csv"]).run();
    assert_eq!(wrong.code, 4);
    assert!(wrong.stderr.contains("nowhere.csv"));
    let verbose = audit(folder.path(), &["-v"]).run();
    for said in ["project file", "read 2 calls of 1 files", "done"] {
        assert!(verbose.stderr.contains(said), "{}", verbose.stderr);
    }
    let bold = |run: Run| run.run().stdout.contains('\u{1b}');
    assert!(!bold(audit(folder.path(), &[])));
    assert!(bold(audit(folder.path(), &["--color", "always"])));
    assert!(bold(audit(folder.path(), &[]).env("CLICOLOR_FORCE", "1")));
    assert!(!bold(audit(folder.path(), &[]).env("CLICOLOR_FORCE", "0")));
    assert!(!bold(audit(folder.path(), &[]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")));
}

#[test]
fn shells_and_manuals_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = Run::bare(&["completions", shell]).run();
        assert_eq!((script.code, script.stderr.as_str()), (0, ""));
        for word in ["audit", "report", "litellm", "--tolerance"] {
            let word = if shell == "fish" { word.trim_start_matches('-') } else { word };
            assert!(script.stdout.contains(word), "{shell}: {word}");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let ran = Run::bare(&["man", "--out", "man1"]).within(folder.path()).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    for page in
        ["switchpoint", "switchpoint-audit", "switchpoint-export-litellm", "switchpoint-baseline-save"]
    {
        let text = fs::read_to_string(folder.path().join(format!("man1/{page}.1"))).expect("a page");
        assert!(text.contains(".SH NAME") && text.contains(".SH SYNOPSIS"), "{page}");
    }
}

#[test]
fn a_command_that_there_is_not_is_told_the_nearest() {
    let ran = Run::bare(&["adit"]).run();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("'audit'"), "{}", ran.stderr);
}
