//! Text as a table of scores of each source: nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use switchpoint::inputs::benchmarks::sources::{SCORE_SOURCES, ScoreFile};

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let file = ScoreFile { name: "table_2026_06_25.csv".to_owned(), text: text.to_owned() };
    let source = SCORE_SOURCES[usize::from(*choice) % SCORE_SOURCES.len()];
    let _ = source.is_it(&file);
    drop(source.read(&file));
});
