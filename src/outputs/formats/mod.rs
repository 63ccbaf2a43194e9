//! A page as text, JSON, CSV or Markdown.

mod csv;
mod json;
mod markdown;
mod text;

use super::page::Page;

pub use self::csv::spreadsheet_safe;
pub use self::markdown::{escaped as escaped_markdown, section as markdown_section};
pub use self::text::{Room, Screen, fitting};

/// A form of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a terminal or a pipe.
    Text,
    /// For programs: values, not text; unknown is null.
    Json,
    /// For spreadsheets: one row a value; unknown is empty.
    Csv,
    /// For pull requests and wikis.
    Markdown,
}

/// Every form with its name.
pub const FORMATS: &[(&str, Format)] =
    &[("text", Format::Text), ("json", Format::Json), ("csv", Format::Csv), ("markdown", Format::Markdown)];

/// A page in a form, ending in a newline.
pub fn print(page: &Page, format: Format, screen: Screen) -> String {
    match format {
        Format::Text => text::print(page, screen),
        Format::Json => json::print(page),
        Format::Csv => csv::print(page),
        Format::Markdown => markdown::print(page),
    }
}
