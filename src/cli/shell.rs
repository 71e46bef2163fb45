//! `longshore completions` and `longshore man`: what a shell and a manual need, made from the arguments themselves.

use super::{Exit, command, complain, print};
use crate::diag::{nearest, printable};
use clap::Args;
use clap_complete::Shell;

/// Print completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longshore completions bash > longshore.bash
  longshore completions zsh > _longshore

Where shells look for them:
  bash        ~/.local/share/bash-completion/completions/longshore
  zsh         a folder of $fpath, as _longshore
  fish        ~/.config/fish/completions/longshore.fish
  elvish      eval (longshore completions elvish | slurp)
  powershell  longshore completions powershell | Out-String | Invoke-Expression

Exit code: 0")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Print a page of the manual.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longshore man > longshore.1
  longshore man run > longshore-run.1
  longshore man | man -l -

Exit codes: 0 printed, 2 there is no such command")]
pub(super) struct Man {
    /// The command; without, longshore itself
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,
}

pub(super) fn completions(arguments: &Completions) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "longshore", &mut text);
    print(&String::from_utf8_lossy(&text), Exit::Fine)
}

pub(super) fn man(arguments: &Man) -> Exit {
    let mut found = command();
    found.build();
    for word in &arguments.words {
        let Some(inner) = found.find_subcommand(word) else {
            let names: Vec<&str> = found.get_subcommands().map(clap::Command::get_name).collect();
            let help = match nearest(word, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("commands are: {}", names.join(", ")),
            };
            complain(&format!("error: there is no command `{}`\n\nhelp: {help}\n", printable(word)));
            return Exit::WrongInput;
        };
        found = inner.clone();
    }
    let mut text = Vec::new();
    let rendered = clap_mangen::Man::new(found).render(&mut text);
    debug_assert!(rendered.is_ok(), "memory takes everything");
    print(&String::from_utf8_lossy(&text), Exit::Fine)
}
