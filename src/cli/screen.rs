//! What stdout and stderr can show: their width, colours, and characters beyond ASCII.

use crate::report::{Screen, WIDTHS};
use clap::{Args, ValueEnum};
use std::io::IsTerminal;

/// Width of what goes to a pipe or a file.
const WIDTH_OF_A_PIPE: usize = 80;

/// How results for people look.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Looks")]
pub(super) struct Looks {
    /// Colour words: `auto` does on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub(super) color: When,
    /// Keep to ASCII: no curves of blocks, no signs
    #[arg(long)]
    pub(super) ascii: bool,
    /// Columns of a line, 40 to 100 [default: those of the terminal, 80 for a pipe]
    #[arg(long, value_name = "COLUMNS")]
    pub(super) width: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless the environment says no
    Auto,
    /// In any case
    Always,
    /// In no case
    Never,
}

impl Looks {
    /// What is printed on stdout.
    pub(super) fn stdout(self) -> Screen {
        let stdout = std::io::stdout();
        Screen::new(self.columns(&stdout), self.is_colored(&stdout), self.ascii)
    }

    /// Whether a stream is coloured.
    pub(super) fn is_colored(self, stream: &impl IsTerminal) -> bool {
        match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => is_colored(stream),
        }
    }

    /// What was asked for, else what the stream shows.
    fn columns(self, stream: &impl IsTerminal) -> usize {
        self.width.map_or_else(|| columns(stream), usize::from)
    }
}

/// How wide a stream is: on a terminal what `COLUMNS` says or it says itself. A pipe always has 80 columns, so that a
/// script sees the same wherever it runs.
pub(super) fn columns(stream: &impl IsTerminal) -> usize {
    if !stream.is_terminal() {
        return WIDTH_OF_A_PIPE;
    }
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse::<u16>().ok());
    let said = said.filter(|columns| *columns > 0);
    let measured = || terminal_size::terminal_size().map(|(width, _)| width.0);
    said.or_else(measured).map_or(WIDTH_OF_A_PIPE, |columns| usize::from(columns).min(*WIDTHS.end()))
}

/// Whether a stream takes colours when nobody says: a terminal does, unless `NO_COLOR` is set or it is a dumb one; others
/// do with `CLICOLOR_FORCE`.
pub(super) fn is_colored(stream: &impl IsTerminal) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let dumb = set("TERM").is_some_and(|term| term == "dumb");
    forced || stream.is_terminal() && !dumb
}
