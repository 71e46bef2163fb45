//! The command line of longshore: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    longshore::cli::main()
}
