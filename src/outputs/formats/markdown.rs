//! Markdown with aligned tables.

use std::fmt::Write as _;

use crate::outputs::page::{Body, Fact, Grid, Page, Section};
use crate::outputs::wording::{Place, sentence, value};

/// The page as Markdown.
pub fn print(page: &Page) -> String {
    let mut text = format!("# switchpoint {}\n\n**{}**\n", page.command, escaped(&page.claim));
    for section in &page.sections {
        let _ = write!(text, "\n## {}\n\n", section.title);
        self::section(&mut text, section);
    }
    text
}

/// A section without its title.
pub fn section(text: &mut String, section: &Section) {
    match &section.body {
        Body::Facts(facts) => facts.iter().for_each(|fact| line(text, fact)),
        Body::Grid(grid) => table(text, grid),
    }
    for note in &section.notes {
        let _ = write!(text, "\n_{}_\n", escaped(note));
    }
}

fn line(text: &mut String, fact: &Fact) {
    let _ = writeln!(text, "- {}: {}", fact.label, escaped(&sentence(fact)));
}

fn table(text: &mut String, grid: &Grid) {
    let columns = grid.visible();
    let numeric = |column: usize| grid.is_numeric(column);
    let titles: Vec<&str> = columns.iter().map(|column| grid.heads[*column].title.as_str()).collect();
    let rules: Vec<&str> =
        columns.iter().map(|column| if numeric(*column) { "---:" } else { "---" }).collect();
    let _ = writeln!(text, "| {} |\n| {} |", titles.join(" | "), rules.join(" | "));
    for row in grid.rows.iter().take(grid.shown) {
        let cells: Vec<String> =
            columns.iter().map(|column| escaped(&value(&row[*column], Place::Column))).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
}

/// Text that neither ends a cell nor starts markup.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '*' | '_' | '`' | '[' | ']' | '<' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_cell_or_become_a_link() {
        assert_eq!(escaped("a|b [x](y) <b>"), "a\\|b \\[x\\](y) \\<b>");
    }
}
