//! Readers on bytes that nobody meant to write: nothing panics, and every row is accounted for.

use proptest::prelude::*;
use switchpoint::inputs::logs::{Input, LoadOptions, load};

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
