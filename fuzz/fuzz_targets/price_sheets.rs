//! Text as a price sheet of each source: nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use switchpoint::inputs::prices::sources::SOURCES;

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    drop(SOURCES[usize::from(*choice) % SOURCES.len()].read_named("openai.json", text));
});
