//! Text as files of graded outcomes and of baselines: nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use switchpoint::inputs::{baseline, graded};

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    if choice % 3 == 0 {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("graded.csv");
        std::fs::write(&path, bytes).expect("written");
        drop(graded::calls::read(&path));
        return;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if choice % 3 == 1 {
        drop(graded::parse("graded.csv", text));
    } else {
        drop(baseline::read("baseline.json", text));
    }
});
