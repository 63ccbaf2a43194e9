//! `completions` and `man`: what shells and readers of manuals need, from the definition of the arguments.

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use super::arguments::{Cli, CompletionsArguments, ManArguments};
use super::exit::Exit;
use super::terminal::Printed;
use crate::inputs::files::write_atomically;
use crate::outputs::formats::Format;
use crate::outputs::pages::report::manual;

/// Completions of a shell, instead of a page.
///
/// # Errors
/// None but those of memory.
pub fn completions(arguments: &CompletionsArguments) -> Result<Printed> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "switchpoint", &mut script);
    let after = String::from_utf8(script).context("the completions are no text")?;
    Ok(Printed { page: None, format: Format::Text, exit: Exit::Fine, after })
}

/// Pages for `man`, one a command.
///
/// # Errors
/// A folder that cannot be written to.
pub fn man(arguments: &ManArguments) -> Result<Printed> {
    let folder = &arguments.out;
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder `{}`", folder.display()))?;
    let mut command = Cli::command();
    command.build();
    let mut files = Vec::new();
    pages(&command, &mut |name, text| {
        let path = folder.join(format!("{name}.1"));
        write_atomically(&path, text).with_context(|| format!("writing `{}`", path.display()))?;
        files.push(path.display().to_string());
        Ok(())
    })?;
    Ok(Printed::fine(manual(&folder.display().to_string(), &files), Format::Text))
}

/// Gives the pages of a command and of those below it.
fn pages(command: &clap::Command, give: &mut impl FnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text).context("rendering a page")?;
    give(&name, &text)?;
    let below = command.get_subcommands().filter(|below| below.get_name() != "help");
    below.into_iter().try_for_each(|below| pages(below, give))
}
