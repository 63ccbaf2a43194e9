//! Readers on bytes that nobody meant to write: nothing panics, and every row is accounted for.

use proptest::prelude::*;
use switchpoint::inputs::logs::{Input, LoadOptions, discover, load};

const SESSION: &str = include_str!("fixtures/logs/claude_code/project/session.jsonl");
const SPEND: &str = include_str!("fixtures/logs/litellm/spend_logs.json");
const TABLE: &str = include_str!("fixtures/logs/table/calls.csv");
const LINES: &str = include_str!("fixtures/logs/table/calls.jsonl");

/// Loads bytes under a name and checks that the rows add up.
fn reads(name: &str, bytes: Vec<u8>) {
    // An input in memory lives as long as the program; a test's does not matter.
    let input = Input::memory(name, Box::leak(bytes.into_boxed_slice()));
    if let Ok(loaded) = load(&[input], Vec::new(), &LoadOptions::default(), &()) {
        let report = loaded.report;
        let calls = loaded.calls.height() as u64;
        assert_eq!(report.rows(), calls + report.merged + report.no_call() + report.rejected());
    }
}

/// Every fixture of a format, by its name.
fn formats() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/logs/formats");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the fixtures")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(path).expect("a fixture"))
        })
        .collect();
    files.sort();
    assert!(files.len() >= 20);
    // A long run may be about one parser: PROPTEST_CASES=1000000 HOSTILE_ONLY=codex cargo test hostile::a_damaged_log
    let only = std::env::var("HOSTILE_ONLY").unwrap_or_default();
    files.retain(|(name, _)| name.starts_with(&only));
    assert!(!files.is_empty(), "no fixture begins with {only}");
    files
}

/// A fixture of any format, with numbers turned into something else, and its bytes damaged or not.
fn of_any_format() -> impl Strategy<Value = (String, Vec<u8>)> {
    let words = prop::sample::select(vec![
        "null",
        "\"12\"",
        "-1",
        "1e400",
        "9223372036854775807",
        "[[[[]]]]",
        "{}",
        "1.5",
        "\0",
        "\"\\u0000\"",
        "true",
    ]);
    prop::sample::select(formats()).prop_flat_map(move |(name, bytes)| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let numbers: Vec<_> = text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
        let swaps = proptest::collection::vec((prop::sample::select(numbers), words.clone()), 0..6);
        swaps.prop_flat_map(move |mut swaps| {
            let mut text = text.clone();
            swaps.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
            swaps.dedup_by_key(|(at, _)| *at);
            for (at, word) in swaps {
                let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
                text.replace_range(at..at + digits, word);
            }
            let name = name.clone();
            prop_oneof![Just(text.clone().into_bytes()), damaged(text.into_bytes())]
                .prop_map(move |bytes| (name.clone(), bytes))
        })
    })
}

/// Bytes with some changed, some taken out and some put in.
fn damaged(text: impl Into<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let text = text.into();
    let change = (0..text.len(), any::<u8>(), 0..4_u8);
    proptest::collection::vec(change, 1..8).prop_map(move |changes| {
        let mut bytes = text.clone();
        for (at, byte, kind) in changes {
            let at = at.min(bytes.len().saturating_sub(1));
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at + 1),
                _ => drop(bytes.remove(at)),
            }
            if bytes.is_empty() {
                bytes.push(byte);
            }
        }
        bytes
    })
}

#[test]
fn nesting_without_end_is_refused_and_not_followed() {
    let deep = "[".repeat(200_000);
    reads("deep.json", deep.clone().into_bytes());
    reads("deep.jsonl", format!("{{\"sessionId\":\"s\",\"message\":{{\"usage\":{deep}").into_bytes());
    let spans = format!("{{\"resourceSpans\":{deep}{}}}", "]".repeat(200_000));
    reads("spans.json", spans.into_bytes());
}

#[test]
fn one_very_long_line_loses_no_row_beside_it() {
    let mut text = SESSION.to_owned();
    text.push_str("{\"type\":\"user\",\"sessionId\":\"s\",\"message\":{\"content\":\"");
    text.push_str(&"x".repeat(20 * 1024 * 1024));
    text.push_str("\"}}\n");
    text.push_str(SESSION);
    let calls = |bytes: Vec<u8>| {
        let input = Input::memory("session.jsonl", Box::leak(bytes.into_boxed_slice()));
        load(&[input], Vec::new(), &LoadOptions::default(), &()).expect("a log").calls.height()
    };
    assert_eq!(calls(text.into_bytes()), calls(SESSION.as_bytes().to_vec()));
}

#[test]
fn a_file_that_grows_while_it_is_read_gives_the_rows_that_were_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("session.jsonl");
    let row = |id: usize, padding: usize| {
        let text = "x".repeat(padding);
        format!(
            "{{\"sessionId\":\"s\",\"message\":{{\"id\":\"m{id}\",\"model\":\"claude-opus-5\",\"content\":\"{text}\",\"stop_reason\":\"end_turn\",\"usage\":{{\"input_tokens\":1,\"output_tokens\":9}}}}}}\n"
        )
    };
    // It stays small, or it becomes a large file after it was taken for a small one.
    for padding in [10, 2_000_000] {
        std::fs::write(&path, row(0, 10)).expect("written");
        let (inputs, problems) = discover(&[path.to_str().expect("UTF-8").to_owned()]).expect("a file");
        let more = [row(1, padding), row(2, 10), row(3, 10)].concat();
        let unfinished = &row(4, 10)[..40];
        std::fs::write(&path, [row(0, 10).as_str(), &more, unfinished].concat()).expect("written");
        let loaded = load(&inputs, problems, &LoadOptions::default(), &()).expect("a log");
        assert_eq!((loaded.calls.height(), loaded.report.rejected()), (4, 1), "{padding}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_looked_into_is_named_and_the_others_are_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let closed = folder.path().join("closed");
    std::fs::create_dir(&closed).expect("a folder");
    std::fs::write(folder.path().join("session.jsonl"), SESSION).expect("written");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).expect("set");
    if std::fs::read_dir(&closed).is_err() {
        // Not so for the superuser, who looks into everything.
        let (inputs, problems) = discover(&[folder.path().display().to_string()]).expect("a folder");
        assert_eq!(inputs.len(), 1);
        assert!(problems[0].contains("cannot be looked into"), "{problems:?}");
    }
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).expect("set");
}

#[cfg(unix)]
#[test]
fn links_that_go_round_are_named_and_each_file_is_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("deep")).expect("a folder");
    std::fs::write(path("deep/session.jsonl"), SESSION).expect("written");
    std::os::unix::fs::symlink(folder.path(), path("deep/round")).expect("a link");
    std::os::unix::fs::symlink(path("deep/session.jsonl"), path("again.jsonl")).expect("a link");
    std::os::unix::fs::symlink(path("nowhere"), path("broken.jsonl")).expect("a link");
    let (inputs, problems) = discover(&[folder.path().display().to_string()]).expect("a folder");
    assert_eq!(inputs.len(), 1);
    assert_eq!(problems.len(), 2, "{problems:?}");
}

proptest! {
    #[test]
    fn a_damaged_session_is_accounted_for(bytes in damaged(SESSION)) {
        reads("session.jsonl", bytes);
    }

    #[test]
    fn a_damaged_spend_log_is_accounted_for(bytes in damaged(SPEND)) {
        reads("spend.json", bytes);
    }

    #[test]
    fn a_damaged_table_is_accounted_for(bytes in damaged(TABLE)) {
        reads("calls.csv", bytes);
    }

    #[test]
    fn damaged_json_lines_are_accounted_for(bytes in damaged(LINES)) {
        reads("calls.jsonl", bytes);
    }

    #[test]
    fn a_damaged_log_of_any_format_is_accounted_for((name, bytes) in of_any_format()) {
        reads(&name, bytes);
    }

    #[test]
    fn bytes_of_no_format_are_accounted_for(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        reads("noise", bytes.clone());
        reads("noise.parquet", [b"PAR1", bytes.as_slice(), b"PAR1"].concat());
        reads("noise.gz", [&[0x1f, 0x8b][..], &bytes].concat());
        reads("noise.zst", [&[0x28, 0xb5, 0x2f, 0xfd][..], &bytes].concat());
    }
}
