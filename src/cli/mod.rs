//! The command line: arguments, files, progress, exit codes. The only part that touches the outside world.

mod args;
mod catalog;
mod check;
mod compare;
mod explain;
mod init;
mod input;
mod interrupt;
mod out_dir;
mod progress;
mod run;
mod schema;
mod screen;
mod shell;
mod why;

use std::io::Write;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Fine,
    /// An expectation failed.
    ExpectationFailed,
    /// Wrong input or usage.
    WrongInput,
    /// The run could not be finished or written.
    NotFinished,
    /// Ctrl-C.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::ExpectationFailed => 1,
            Exit::WrongInput => 2,
            Exit::NotFinished => 3,
            Exit::Interrupted => 130,
        })
    }
}

/// Does what the arguments of this process ask for.
pub fn main() -> ExitCode {
    match args::Arguments::read() {
        Ok(arguments) => match arguments.command {
            args::Command::Run(run) => run::run(&run).into(),
            args::Command::Compare(compare) => compare::compare(&compare).into(),
            args::Command::Why(why) => why::why(&why).into(),
            args::Command::Check(check) => check::check(&check).into(),
            args::Command::Init(init) => init::init(&init).into(),
            args::Command::Explain(explain) => explain::explain(&explain).into(),
            args::Command::Catalog(catalog) => catalog::catalog(&catalog).into(),
            args::Command::Schema(schema) => schema::schema(&schema).into(),
            args::Command::Completions(completions) => shell::completions(&completions).into(),
            args::Command::Man(man) => shell::man(&man).into(),
        },
        Err(code) => code,
    }
}

/// The commands and their arguments as data: for completions, the manual, and tests of the examples in `--help`.
pub fn command() -> clap::Command {
    <args::Arguments as clap::CommandFactory>::command()
}

/// Writes results to stdout; a reader that has left (`| head`) is no mistake, a full disk is one.
fn print(text: &str, otherwise: Exit) -> Exit {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&format!("error: the results can't be printed: {}\n", input::reason(&error)));
            Exit::NotFinished
        }
        _ => otherwise,
    }
}

/// Writes messages to stderr.
fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
