//! Writes the sample log, `data/sample/calls.csv`, from fixed seeds: the same bytes on every run and platform.

use std::fs;
use std::io;
use std::path::Path;

mod generate;

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    fs::create_dir_all(&folder)?;
    let partial = folder.join("calls.csv.partial");
    fs::write(&partial, generate::sample())?;
    fs::rename(&partial, folder.join("calls.csv"))
}
