//! Files that are no task definition of AWS, told by what they begin with: one finding instead of a hundred.

use crate::diag::{Code, Finding, SourceId, Span};
use crate::scenario::tree::{Kind, Node};

const HELP: &str = "name the JSON that `aws ecs register-task-definition` takes, or that \
                    `aws ecs describe-task-definition --task-definition NAME` prints";

/// A key that only files of another kind have, and what they are.
const SIGNS: [(&str, &str); 12] = [
    ("AWSTemplateFormatVersion", "a template of CloudFormation"),
    ("Resources", "a template of CloudFormation"),
    ("Properties", "a resource of CloudFormation"),
    ("resource", "a file of Terraform"),
    ("container_definitions", "a file of Terraform"),
    ("planned_values", "a plan of Terraform"),
    ("apiVersion", "a file of Kubernetes"),
    ("taskDefinitionArns", "a list of task definitions, as `list-task-definitions` prints it"),
    ("families", "a list of families, as `list-task-definition-families` prints it"),
    ("tasks", "the answer of `describe-tasks`"),
    ("taskArns", "a list of tasks, as `list-tasks` prints it"),
    ("clusters", "the answer of `describe-clusters`"),
];

/// Whether the root is of another kind of file.
pub(super) fn other_kind(root: &Node) -> Option<Finding> {
    let told = |at: Span, label: &str, message: String| {
        Finding::error(Code::NotATaskDefinition, message).at(at, label).help(HELP)
    };
    match &root.kind {
        Kind::List(items) => {
            let is_container = items.first().is_some_and(|item| item.get("name").is_some());
            let message = "this file is a list, and a task definition is a block".to_owned();
            let finding = told(root.head(), "a list begins here", message);
            Some(if is_container {
                finding.help("if these are its containers, write `{\"family\": \"web\", \"containerDefinitions\": [ … ]}` around")
            } else {
                finding
            })
        }
        Kind::Scalar { .. } => Some(told(root.span, "a single value", "this file is a single value".to_owned())),
        Kind::Map(_) if root.get("containerDefinitions").is_some() || root.get("taskDefinition").is_some() => None,
        Kind::Map(entries) => {
            let found = entries.iter().find_map(|entry| {
                let sign = SIGNS.iter().find(|(key, _)| *key == entry.key)?;
                Some((entry, sign.1))
            });
            if let Some((entry, what)) = found {
                let message = format!("this file is {what}, and a task definition belongs here");
                return Some(told(entry.key_span, "such files have this", message));
            }
            let lower = |key: &str| entries.iter().any(|entry| entry.key == key);
            (lower("version") && lower("services")).then(|| {
                let message = "this file is one of Compose, and a task definition belongs here".to_owned();
                told(root.head(), "such files have this", message)
            })
        }
    }
}

/// Whether a text is YAML instead of JSON.
pub(super) fn is_yaml(text: &str, id: SourceId) -> Option<Finding> {
    let start = text.len() - text.trim_start().len();
    let line = text[start..].lines().next().unwrap_or("");
    let begins =
        line.starts_with(|c: char| c.is_alphabetic() || c == '#') || line.starts_with("---") || line.starts_with("- ");
    let has_keys = text.lines().take(20).any(|line| {
        let line = line.trim_start();
        line.starts_with(|c: char| c.is_alphabetic()) && (line.contains(": ") || line.ends_with(':'))
    });
    (begins && has_keys).then(|| {
        Finding::error(Code::NotATaskDefinition, "this file is YAML, and `file` takes AWS's JSON")
            .at(Span::new(id, start, start + line.len()), "JSON begins with `{`")
            .help(
                "save it as JSON (`--output json`), or write it under `task_definitions:` in the scenario's own words",
            )
    })
}
