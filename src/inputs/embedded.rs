//! The data files and scenarios inside the binary, and the folder that replaces them.

use include_dir::{Dir, include_dir};

static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data");

/// The default scenario: every assumption with value, unit, meaning and source.
pub const DEFAULT_SCENARIO: &str = include_str!("../../scenarios/default.toml");

/// The sample log, as CSV.
pub fn sample_log() -> &'static [u8] {
    DATA.get_file("sample/calls.csv").map_or(&[], include_dir::File::contents)
}

/// Names (from `data/`) and texts of the TOML files of a folder of `data/`, by name.
pub fn files(folder: &str) -> Vec<(String, &'static str)> {
    let mut files: Vec<(String, &'static str)> = DATA
        .get_dir(folder)
        .into_iter()
        .flat_map(Dir::files)
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|file| Some((format!("data/{}", file.path().display()), file.contents_utf8()?)))
        .collect();
    files.sort();
    files
}
