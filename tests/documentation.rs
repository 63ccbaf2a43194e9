//! `UPDATE_DOCS=1 cargo test documentation` writes the pages anew.

use std::fs;
use std::path::Path;

#[test]
fn the_page_of_tables_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tables.md");
    let page = switchpoint::tables::markdown::page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, &page).expect("written");
    }
    let committed = fs::read_to_string(&path).expect("docs/tables.md");
    assert_eq!(committed, page, "run `UPDATE_DOCS=1 cargo test documentation`");
}

#[test]
fn the_page_of_the_price_sheets_counts_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/prices");
    let (mut sellers, mut offers, mut rates) = (0, 0, 0);
    for entry in fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let sheet: toml::Table = fs::read_to_string(path).expect("a sheet").parse().expect("TOML");
            let list = sheet["offer"].as_array().expect("offers");
            sellers += 1;
            offers += list.len();
            rates += list.iter().map(|offer| offer["rates"].as_array().map_or(0, Vec::len)).sum::<usize>();
        }
    }
    let thousands = |count: usize| format!("{},{:03}", count / 1_000, count % 1_000);
    let stated = format!(
        "{sellers} sellers, {} pairs of model and seller, {} rates",
        thousands(offers),
        thousands(rates)
    );
    let page = fs::read_to_string(folder.join("README.md")).expect("the page");
    assert!(page.contains(&stated), "the sheets have {stated}");
}
