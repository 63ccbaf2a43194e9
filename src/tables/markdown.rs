//! The tables as a page of the documentation.

use std::fmt::Write as _;

use super::TABLES;

/// `docs/tables.md`, whole.
pub fn page() -> String {
    let mut page = String::from(
        "# Tables\n\nWritten from the column constants in `src/tables`; a test fails when this page is stale.\n",
    );
    for table in TABLES {
        let _ = write!(page, "\n## {}\n\nOne row is {}.\n\n", table.name, table.row);
        page.push_str("| column | type | unit | meaning |\n| --- | --- | --- | --- |\n");
        for column in table.columns {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} |",
                column.name, column.dtype, column.unit, column.about
            );
        }
    }
    page
}
