//! Arguments of `init`, `completions` and `man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint init                        what coding agents of this machine have logged
  switchpoint init spend/*.jsonl          a project for these logs

Writes switchpoint.toml with the logs that were found, their workloads, and every key that a project may have, as comments.
Exit codes: 0 fine, 1 the tool failed, 2 wrong usage, 4 nothing was found.")]
pub struct InitArguments {
    /// Logs; none looks where coding agents keep theirs
    #[arg(value_name = "LOG")]
    pub logs: Vec<String>,

    /// File to write
    #[arg(long, short, value_name = "FILE", default_value = crate::inputs::project::NAME)]
    pub out: PathBuf,

    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint completions bash > ~/.local/share/bash-completion/completions/switchpoint
  switchpoint completions zsh > ~/.zfunc/_switchpoint
  switchpoint completions fish > ~/.config/fish/completions/switchpoint.fish
  switchpoint completions powershell >> $PROFILE")]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  switchpoint man --out ~/.local/share/man/man1     then: man switchpoint-audit")]
pub struct ManArguments {
    /// Folder for the pages, one a command
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
}
