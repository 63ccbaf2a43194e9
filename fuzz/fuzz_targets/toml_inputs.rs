//! Text as each of the files that users write in TOML: nothing panics, whatever is wrong is told.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use switchpoint::inputs::embedded::Facts;
use switchpoint::inputs::hardware::Hardware;
use switchpoint::inputs::logs::table::map::ColumnMap;
use switchpoint::inputs::models::Models;
use switchpoint::inputs::project::Project;
use switchpoint::inputs::scenario::{Scenario, Written};
use switchpoint::inputs::stationery::Stationery;
use switchpoint::inputs::{budget, plans};

static MODELS: LazyLock<Models> = LazyLock::new(|| Models::load(&Facts::embedded()).expect("models"));
static HARDWARE: LazyLock<Hardware> =
    LazyLock::new(|| Hardware::load(&Facts::embedded(), &MODELS).expect("hardware"));

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match choice % 7 {
        0 => {
            let written = Written { file: "fuzz.toml".to_owned(), text: text.to_owned() };
            if let Ok((registry, stated)) = written.read() {
                let _ = Scenario::resolve(&registry).expect("what was read is in range").with(stated);
            }
        }
        1 => {
            let parsed = budget::parse("fuzz.toml", text);
            assert!(parsed.problems.iter().all(|problem| problem.line != Some(0)));
        }
        2 => drop(ColumnMap::parse(text)),
        3 => drop(HARDWARE.clone().add(("fuzz.toml", text), &MODELS)),
        4 => drop(plans::load(&Facts::embedded(), Some(("fuzz.toml", text)))),
        choice => {
            let folder = tempfile::tempdir().expect("a folder");
            if choice == 5 {
                let file = folder.path().join("switchpoint.toml");
                std::fs::write(&file, text).expect("written");
                drop(Project::read(&file, None));
            } else {
                std::fs::write(folder.path().join("brand.toml"), text).expect("written");
                drop(Stationery::of_folder(folder.path()));
            }
        }
    }
});
