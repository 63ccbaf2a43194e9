//! Standard output: its width, its style, and the page on it.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::Context as _;

use crate::outputs::formats::{self, Format, Screen};
use crate::outputs::page::Page;

use super::exit::Exit;
use super::manners::{Colour, manners};

/// Columns where standard output is no terminal.
const PIPE_WIDTH: u16 = 120;

/// A page and the form it is asked for in.
pub struct Printed {
    /// The page; none where something else is asked for.
    pub page: Option<Page>,
    /// Its form.
    pub format: Format,
    /// What the program then ends with.
    pub exit: Exit,
    /// What else goes to standard output, behind the page.
    pub after: String,
}

impl Printed {
    /// A page after which all is well.
    pub fn fine(page: Page, format: Format) -> Self {
        Self { page: Some(page), format, exit: Exit::Fine, after: String::new() }
    }
}

/// Prints a page to standard output. A reader that stopped reading is no failure.
pub fn print(printed: &Printed) -> anyhow::Result<()> {
    // What was asked to go to standard output goes there, however quiet it is to be.
    let page = printed.page.as_ref().filter(|_| !manners().quiet);
    let text = page.map_or_else(String::new, |page| formats::print(page, printed.format, screen()));
    let text = text + &printed.after;
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("writing to standard output"),
    }
}

/// The screen of a file.
pub const fn piped() -> Screen {
    Screen { width: PIPE_WIDTH, styled: false }
}

fn screen() -> Screen {
    let is_terminal = io::stdout().is_terminal();
    let says = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let styled = match manners().colour {
        Colour::Always => true,
        Colour::Never => false,
        // https://no-color.org: any value but the empty one; https://bixense.com/clicolors: any but 0.
        Colour::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        Colour::Auto => is_terminal || says("CLICOLOR_FORCE"),
    };
    // COLUMNS is what a shell or a test states; the terminal itself comes first.
    let stated = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let asked = if is_terminal { terminal_size::terminal_size().map(|(width, _)| width.0) } else { None };
    Screen { width: asked.or_else(stated).unwrap_or(PIPE_WIDTH), styled }
}
