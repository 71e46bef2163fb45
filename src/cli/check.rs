//! `longshore check`: all mistakes of scenarios, without running them.

use super::args::Format;
use super::explain::pretty;
use super::input::{self, Input, is_stdin};
use super::{Exit, complain, print};
use crate::diag::printable;
use clap::Args;
use std::path::{Path, PathBuf};

/// Find all mistakes of scenarios without running them.
///
/// All findings are shown together, each with its place and a remedy. As JSON they are a list for editors, with the
/// places of all labels; docs/editors.md has its fields.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longshore check my-cluster.yaml
  longshore check scenarios/web-nasa-fixed.yaml scenarios/azure-random.yaml
  longshore check my-cluster.yaml --format json
  longshore check - --stdin-name my-cluster.yaml --format json < my-cluster.yaml

Exit codes: 0 nothing is wrong (warnings are shown), 2 there are errors, or a
            file can't be read")]
pub(super) struct Check {
    /// The scenario files; `-` reads stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What `-` is called: files that it names are looked for beside this one [default: <stdin>, in this folder]
    #[arg(long, value_name = "FILE")]
    stdin_name: Option<PathBuf>,
    /// Set a value of the scenario before it is checked: `services.web.desired_count=4`; may be given again
    #[arg(long = "set", value_name = "PATH=VALUE")]
    overrides: Vec<String>,
    /// How findings are printed: as text on stderr, or as JSON on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print nothing when there is nothing wrong
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn check(arguments: &Check) -> Exit {
    if arguments.files.iter().filter(|file| is_stdin(file)).count() > 1 {
        complain("error: stdin can be read once, and `-` stands there twice\n");
        return Exit::WrongInput;
    }
    let (mut exit, mut rows, mut text) = (Exit::Fine, Vec::new(), String::new());
    for file in &arguments.files {
        let input = match read(arguments, file) {
            Ok(input) => input,
            Err(message) => {
                complain(&message);
                exit = Exit::WrongInput;
                continue;
            }
        };
        if input.plan.is_none() {
            exit = Exit::WrongInput;
        }
        if arguments.format == Format::Json {
            rows.extend(input.findings_json());
            continue;
        }
        complain(&input.findings_text());
        if !arguments.quiet {
            complain(&input.notes_text());
            text += &fine(&input, &name(arguments, file));
        }
    }
    match arguments.format {
        Format::Json => print(&pretty(&serde_json::Value::Array(rows)), exit),
        Format::Text => print(&text, exit),
    }
}

/// What the file is called in messages.
fn name(arguments: &Check, file: &Path) -> PathBuf {
    match &arguments.stdin_name {
        Some(name) if is_stdin(file) => name.clone(),
        None if is_stdin(file) => PathBuf::from("<stdin>"),
        _ => file.to_owned(),
    }
}

fn read(arguments: &Check, file: &Path) -> Result<Input, String> {
    let overrides = input::overrides(&arguments.overrides);
    let name = name(arguments, file);
    if is_stdin(file) { input::read_stdin(&name, &overrides, None) } else { input::read(&name, &overrides, None) }
}

/// That there is nothing wrong, and what there is. Nothing where there are errors.
fn fine(input: &Input, name: &Path) -> String {
    let Some(plan) = &input.plan else { return String::new() };
    let warnings = match input.findings.len() {
        0 => String::new(),
        1 => ", 1 warning".to_owned(),
        count => format!(", {count} warnings"),
    };
    format!(
        "{}: no mistakes found{warnings} ({}, {}, {}, {})\n",
        printable(&name.display().to_string()),
        counted(plan.instances.len(), "instance"),
        counted(plan.services.len(), "service"),
        counted(plan.arrivals.len(), "standalone task"),
        plan.horizon
    )
}

/// `1 service`, `2 services`.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
