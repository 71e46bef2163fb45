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
        "{}: no mistakes found{warnings} ({} instances, {} services, {} standalone tasks, {})\n",
        arguments.file.display(),
        plan.instances.len(),
        plan.services.len(),
        plan.arrivals.len(),
        plan.horizon
    );
    complain(&input.notes_text());
    print(&text, exit)
}
