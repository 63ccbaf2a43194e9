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

/// A fixture with some bytes changed, some taken out and some put in.
fn damaged(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let change = (0..text.len(), any::<u8>(), 0..4_u8);
    proptest::collection::vec(change, 1..8).prop_map(move |changes| {
        let mut bytes = text.as_bytes().to_vec();
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
    fn bytes_of_no_format_are_accounted_for(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        reads("noise", bytes.clone());
        reads("noise.parquet", [b"PAR1", bytes.as_slice(), b"PAR1"].concat());
        reads("noise.gz", [&[0x1f, 0x8b][..], &bytes].concat());
        reads("noise.zst", [&[0x28, 0xb5, 0x2f, 0xfd][..], &bytes].concat());
    }
}
