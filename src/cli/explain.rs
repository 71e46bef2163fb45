//! `longshore explain`: what a finding or a rule means.

use super::args::Format;
use super::{Exit, complain, print};
use crate::diag::{Code, printable};
use crate::guide::{RuleEntry, explain as of_code, explain_json, list_codes, nearest_subject, rule};
use clap::Args;

/// Explain findings and rules by their codes.
///
/// Of a finding (LS0104): what it means, a scenario that has it, what longshore says of it, and the same mended. Of a
/// rule that messages cite (ECS-310): what it states, how it is known, where it is followed and tested.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  longshore explain LS0104
  longshore explain ls0104 ls0108 ECS-310
  longshore explain --list
  longshore explain LS0104 --format json

Exit codes: 0 explained, 2 there is no such code")]
pub(super) struct Explain {
    /// Codes of findings or rules, in any case
    #[arg(required_unless_present = "list", value_name = "CODE")]
    codes: Vec<String>,
    /// List all codes of findings with their titles
    #[arg(long, conflicts_with = "codes")]
    list: bool,
    /// What is printed on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What a code stands for.
enum Subject {
    Finding(Code),
    Rule(RuleEntry),
}

pub(super) fn explain(arguments: &Explain) -> Exit {
    if arguments.list {
        return print(&listed(arguments.format), Exit::Fine);
    }
    let mut subjects = Vec::new();
    for text in &arguments.codes {
        match (Code::find(text), rule(text)) {
            (Some(code), _) => subjects.push(Subject::Finding(code)),
            (None, Some(rule)) => subjects.push(Subject::Rule(rule)),
            (None, None) => {
                complain(&unknown(text));
                return Exit::WrongInput;
            }
        }
    }
    let text = match arguments.format {
        Format::Text => {
            let all = subjects.iter().map(|subject| match subject {
                Subject::Finding(code) => of_code(*code),
                Subject::Rule(rule) => rule.text(),
            });
            all.collect::<Vec<_>>().join("\n\n")
        }
        Format::Json => {
            let all = subjects.iter().map(|subject| match subject {
                Subject::Finding(code) => explain_json(*code),
                Subject::Rule(rule) => rule.json(),
            });
            pretty(&serde_json::Value::Array(all.collect()))
        }
    };
    print(&text, Exit::Fine)
}

fn listed(format: Format) -> String {
    match format {
        Format::Text => list_codes(),
        Format::Json => {
            let row = |code: &Code| serde_json::json!({"code": code.id(), "title": code.title()});
            pretty(&serde_json::Value::Array(Code::ALL.iter().map(row).collect()))
        }
    }
}

/// JSON as it is printed.
pub(super) fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).expect("text keys") + "\n"
}

fn unknown(text: &str) -> String {
    let help = match nearest_subject(text) {
        Some(near) => format!("did you mean `{near}`? "),
        None => String::new(),
    };
    format!(
        "error: there is no code or rule `{}`\n\nhelp: {help}`longshore explain --list` has all codes, docs/rules.md \
         the rules\n",
        printable(text)
    )
}
