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
