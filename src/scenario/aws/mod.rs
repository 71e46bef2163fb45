//! Task definitions in AWS's own JSON: read by a table of AWS's members, then put into the words of a scenario, with
//! the places of the JSON file. From there on they are checked like any other (PLT-110 to PLT-113).

mod beside;
mod foreign;
mod language;
mod members;
mod translate;
mod vain_language;

#[cfg(test)]
mod tests;

pub use beside::merge;
pub(super) use members::reference;

use super::json::read_json;
use super::tree::{Kind, Node};
use super::walk::check_json;
use crate::diag::{Code, Finding, Findings, SourceId, Sources, Span};
use members::Members;

/// Most bytes of a task definition, blanks not counted (ECS-818).
const MOST_BYTES: usize = 64 << 10;

/// A task definition that was read from AWS's JSON.
#[derive(Debug, Clone)]
pub struct AwsTaskDefinition {
    /// The same as a block under `task_definitions:` would be, with the places of the JSON file.
    pub tree: Node,
    /// Members that are accepted and not simulated yet, each once: `containerDefinitions.image`.
    pub not_simulated: Vec<String>,
    /// Members that are accepted and have no effect on anything that is looked at, each once.
    pub without_effect: Vec<String>,
    /// Members that Fargate does not take, with their places (ECS-115).
    pub not_on_fargate: Vec<(String, Span)>,
}

/// Reads a task definition from a JSON text that is among the sources. Without errors it is there.
pub fn aws_task_definition(sources: &Sources, id: SourceId, findings: &mut Findings) -> Option<AwsTaskDefinition> {
    let mut own = Findings::new();
    if let Some(finding) = foreign::is_yaml(sources.text(id), id) {
        findings.push(finding);
        return None;
    }
    let definition = read_json(sources, id, &mut own).and_then(|mut root| {
        leave_nulls_out(&mut root);
        examined(&root, &mut own)
    });
    let sound = !own.has_errors();
    findings.append(own);
    definition.filter(|_| sound)
}

/// Checks the tree of a file and translates it as far as it can be.
fn examined(root: &Node, findings: &mut Findings) -> Option<AwsTaskDefinition> {
    if let Some(finding) = foreign::other_kind(root).or_else(|| service_file(root)) {
        findings.push(finding);
        return None;
    }
    let answer = root.get("taskDefinition");
    check_json(if answer.is_some() { &language::ANSWER } else { &language::TASK_DEFINITION }, root, findings);
    let definition = answer.unwrap_or(root);
    let mut members = Members::default();
    members.collect(definition, findings);
    let bytes = compact_len(definition, &|key| !members::is_read_only(key));
    if bytes > MOST_BYTES {
        let message = format!("the task definition has {bytes} bytes without blanks, and AWS takes 65536 (ECS-818)");
        let finding = Finding::error(Code::TooLarge, message).at(definition.head(), "this task definition");
        findings.push(finding.help("shorten its texts: environment, commands and labels usually take most"));
    }
    if findings.has_errors() {
        return None; // what is translated must have the shape
    }
    let tree = translate::task_definition(definition, findings);
    let Members { not_simulated, without_effect, not_on_fargate } = members;
    Some(AwsTaskDefinition { tree, not_simulated, without_effect, not_on_fargate })
}

/// AWS takes a member that is `null` as one that is left out, and templates write them (ECS-102).
fn leave_nulls_out(node: &mut Node) {
    let is_null = |value: &Node| matches!(&value.kind, Kind::Scalar { text, plain: true } if text == "null");
    match &mut node.kind {
        Kind::Scalar { .. } => {}
        Kind::List(items) => items.iter_mut().for_each(leave_nulls_out),
        Kind::Map(entries) => {
            entries.retain(|entry| !is_null(&entry.value));
            for entry in entries {
                leave_nulls_out(&mut entry.value);
            }
        }
    }
}

/// Whether this is a service and no task definition (PLT-113).
fn service_file(root: &Node) -> Option<Finding> {
    let service = root.entry("serviceName").or_else(|| root.entry("services"));
    let entry = service.filter(|_| root.get("containerDefinitions").is_none())?;
    Some(
        Finding::error(Code::Refused, "this file describes a service, and a task definition belongs here (PLT-113)")
            .at(entry.key_span, "a service has this")
            .help("services stand under `services:` in the scenario; their JSON can't be read yet"),
    )
}

/// How many bytes the JSON of a value has without blanks; `counts` says which of the outermost members do.
fn compact_len(node: &Node, counts: &dyn Fn(&str) -> bool) -> usize {
    let len = |span: Span| span.end - span.start;
    match &node.kind {
        Kind::Scalar { .. } => len(node.span),
        Kind::List(items) => {
            2 + items.iter().map(|item| compact_len(item, &|_| true) + 1).sum::<usize>().saturating_sub(1)
        }
        Kind::Map(entries) => {
            let counted = entries.iter().filter(|entry| counts(&entry.key));
            let each = counted.map(|entry| len(entry.key_span) + 1 + compact_len(&entry.value, &|_| true) + 1);
            2 + each.sum::<usize>().saturating_sub(1)
        }
    }
}
