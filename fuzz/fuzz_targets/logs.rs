//! Bytes as a log of any format: nothing panics, and rows add up. The first byte says which format is asked for, if any.

#![no_main]

use libfuzzer_sys::fuzz_target;
use switchpoint::inputs::logs::{FORMATS, LoadOptions, discover, load};

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log");
    std::fs::write(&path, bytes).expect("written");
    let (inputs, problems) = discover(&[path.display().to_string()]).expect("a file");
    let format = usize::from(*choice) % (FORMATS.len() + 1);
    let options = LoadOptions { format: (format < FORMATS.len()).then_some(format), ..LoadOptions::default() };
    if let Ok(loaded) = load(&inputs, problems, &options, &()) {
        let report = loaded.report;
        let calls = loaded.calls.height() as u64;
        assert_eq!(report.rows(), calls + report.merged + report.no_call() + report.rejected());
    }
});
