//! `longshore check`: all mistakes of a scenario, without running it.

use super::args::{Check, Format};
use super::{Exit, complain, input, print};

pub(super) fn check(arguments: &Check) -> Exit {
    let input = match input::read(&arguments.file, None) {
        Ok(input) => input,
        Err(message) => {
            complain(&message);
            return Exit::WrongInput;
        }
    };
    match arguments.format {
        Format::Json => print(&input.findings_json()),
        Format::Text => complain(&input.findings_text()),
    }
    let Some(plan) = &input.plan else { return Exit::WrongInput };
    if arguments.format == Format::Text && !arguments.quiet {
        let warnings = match input.findings.len() {
            0 => String::new(),
            1 => ", 1 warning".to_owned(),
            count => format!(", {count} warnings"),
        };
        print(&format!(
            "{}: no mistakes found{warnings} ({} instances, {} services, {} standalone tasks, {})\n",
            arguments.file.display(),
            plan.instances.len(),
            plan.services.len(),
            plan.arrivals.len(),
            plan.horizon
        ));
    }
    Exit::Fine
}
