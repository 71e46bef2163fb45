//! `longshore check`: all mistakes of a scenario, without running it.

use super::args::{Check, Format};
use super::{Exit, complain, input, print};

pub(super) fn check(arguments: &Check) -> Exit {
    let input = match input::read(&arguments.file, &input::overrides(&arguments.overrides), None) {
        Ok(input) => input,
        Err(message) => {
            complain(&message);
            return Exit::WrongInput;
        }
    };
    let exit = if input.plan.is_some() { Exit::Fine } else { Exit::WrongInput };
    if arguments.format == Format::Json {
        return print(&input.findings_json(), exit);
    }
    complain(&input.findings_text());
    let Some(plan) = input.plan.as_ref().filter(|_| !arguments.quiet) else { return exit };
    let warnings = match input.findings.len() {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        count => format!(", {count} warnings"),
    };
    let text = format!(
        "{}: no mistakes found{warnings} ({}, {}, {}, {})\n",
        crate::diag::printable(&arguments.file.display().to_string()),
        counted(plan.instances.len(), "instance"),
        counted(plan.services.len(), "service"),
        counted(plan.arrivals.len(), "standalone task"),
        plan.horizon
    );
    complain(&input.notes_text());
    print(&text, exit)
}

/// `1 service`, `2 services`.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
