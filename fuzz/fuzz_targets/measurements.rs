//! Text as measurements of a load generator: nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use switchpoint::inputs::hardware::measurements::{Beside, read};

fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bench.json");
    std::fs::write(&path, data).expect("written");
    drop(read(&path, &Beside { tokens: Some((512.0, 256.0)), at_once: Some(1.0), ..Beside::default() }));
});
