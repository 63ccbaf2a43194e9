//! Text for a terminal or a pipe: columns that do not fit are left out, and where not even the needed ones fit a table
//! becomes records.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};

use crate::outputs::page::{Body, Fact, Grid, Page};
use crate::outputs::wording::{Place, sentence, value};

/// Where text is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Columns.
    pub width: u16,
    /// Whether titles are bold.
    pub styled: bool,
}

/// Columns between two columns of a table.
const GAP: usize = 2;
/// The least that a column of words is squeezed to.
const LEAST_WORDS: usize = 26;

/// Room for a table, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// All of it.
    pub width: u16,
    /// The least that a column of words is squeezed to.
    pub words: usize,
}
/// How long a name may be and still stay on one line, the longest first.
const NAME_LIMITS: [usize; 5] = [32, 28, 24, 20, 17];

/// The page as text.
pub fn print(page: &Page, screen: Screen) -> String {
    let mut lines = Vec::new();
    wrap(&format!("switchpoint {}: {}", page.command, page.claim), "", "  ", screen, &mut lines);
    if screen.styled {
        lines.iter_mut().for_each(|line| *line = bold(line));
    }
    for section in &page.sections {
        lines.push(String::new());
        lines.push(if screen.styled { bold(&section.title) } else { section.title.clone() });
        match &section.body {
            Body::Facts(facts) => facts.iter().for_each(|fact| fact_lines(fact, screen, &mut lines)),
            Body::Grid(grid) if grid.rows.is_empty() => lines.push("  none".to_owned()),
            Body::Grid(grid) => match chosen(grid, &cells(grid), room(screen)) {
                Some((columns, limit)) => table(grid, &columns, limit, screen, &mut lines),
                None => records(grid, screen, &mut lines),
            },
        }
        for note in &section.notes {
            wrap(note, "  ", "  ", screen, &mut lines);
        }
    }
    let mut text = lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

fn bold(text: &str) -> String {
    format!("\u{1b}[1m{text}\u{1b}[0m")
}

/// Width of the labels of facts.
const LABEL: usize = 19;

fn fact_lines(fact: &Fact, screen: Screen, lines: &mut Vec<String>) {
    let joined = sentence(fact);
    // A label from data may be longer than its column.
    let gap = if display_width(&fact.label) < LABEL { "" } else { "  " };
    let label = format!("  {:<LABEL$}{gap}", fact.label);
    wrap(&joined, &label, &" ".repeat(LABEL + 2), screen, lines);
}

/// Breaks `text` at spaces so that each line fits; `first` begins the first line and `next` the others.
fn wrap(text: &str, first: &str, next: &str, screen: Screen, lines: &mut Vec<String>) {
    let width = usize::from(screen.width.max(20));
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split(' ') {
        if !empty && display_width(&line) + 1 + display_width(word) > width {
            lines.push(std::mem::replace(&mut line, next.to_owned()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
}

/// Columns that a text takes. Names from data may be wide; comfy-table measures them the same way in its cells.
fn display_width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// The columns of a table that fit a width in characters; `None` when not even those fit that must be there.
pub fn fitting(grid: &Grid, room: Room) -> Option<Vec<usize>> {
    chosen(grid, &cells(grid), room).map(|(columns, _)| columns)
}

const fn room(screen: Screen) -> Room {
    Room { width: screen.width, words: LEAST_WORDS }
}

/// The columns that fit, and how long a name in them may be. The columns that matter (rank 0 and 1) come with names as
/// whole as there is room; then others are added by rank while they fit. `None` when not even rank 0 fits.
fn chosen(grid: &Grid, cells: &[Vec<String>], room: Room) -> Option<(Vec<usize>, usize)> {
    let visible = grid.visible();
    let rank = |column: &usize| grid.heads[*column].rank;
    let fits = |columns: &[usize], limit: usize| {
        let width: usize = columns.iter().map(|column| least(grid, cells, *column, limit, room) + GAP).sum();
        width <= usize::from(room.width)
    };
    for most in [1, 0] {
        let mut columns: Vec<usize> = visible.iter().copied().filter(|column| rank(column) <= most).collect();
        let Some(limit) = NAME_LIMITS.into_iter().find(|limit| fits(&columns, *limit)) else { continue };
        let mut others: Vec<usize> = visible.iter().copied().filter(|column| rank(column) > most).collect();
        others.sort_by_key(rank);
        for column in others {
            columns.push(column);
            if !fits(&columns, limit) {
                columns.pop();
                break;
            }
        }
        columns.sort_unstable();
        return Some((columns, limit));
    }
    None
}

/// The least width of a column: numbers whole, names up to a limit, words squeezed.
fn least(grid: &Grid, cells: &[Vec<String>], column: usize, limit: usize, room: Room) -> usize {
    let head = grid.heads[column].title.split(' ').map(display_width).max().unwrap_or(0);
    let content = cells.iter().map(|row| display_width(&row[column])).max().unwrap_or(0);
    let content = match (grid.is_numeric(column), grid.heads[column].solid) {
        (true, _) => content,
        (false, true) => content.min(limit),
        (false, false) => content.min(room.words),
    };
    content.max(head)
}

fn table(grid: &Grid, columns: &[usize], limit: usize, screen: Screen, lines: &mut Vec<String>) {
    let cells = cells(grid);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.force_no_tty();
    table.set_width(screen.width);
    table.set_header(columns.iter().map(|column| grid.heads[*column].title.as_str()));
    for row in &cells {
        table.add_row(columns.iter().map(|column| row[*column].as_str()));
    }
    for (at, column) in columns.iter().enumerate() {
        let Some(own) = table.column_mut(at) else { continue };
        own.set_padding((GAP as u16, 0));
        let width =
            comfy_table::Width::Fixed((least(grid, &cells, *column, limit, room(screen)) + GAP) as u16);
        if grid.is_numeric(*column) {
            own.set_cell_alignment(CellAlignment::Right);
            own.set_constraint(ColumnConstraint::Absolute(width));
        } else if grid.heads[*column].solid {
            own.set_constraint(ColumnConstraint::LowerBoundary(width));
        }
    }
    lines.extend(table.lines());
}

fn records(grid: &Grid, screen: Screen, lines: &mut Vec<String>) {
    for row in cells(grid) {
        for (index, (head, cell)) in grid.heads.iter().zip(&row).enumerate() {
            if head.is_hidden() || head.rank > 2 {
                continue;
            }
            let first = if index == 0 { "- " } else { "  " };
            let label = if head.title.is_empty() { String::new() } else { format!("{}: ", head.title) };
            wrap(&format!("{label}{cell}"), first, "    ", screen, lines);
        }
    }
}

fn cells(grid: &Grid) -> Vec<Vec<String>> {
    let shown = grid.rows.iter().take(grid.shown);
    shown.map(|row| row.iter().map(|cell| value(cell, Place::Column)).collect()).collect()
}
