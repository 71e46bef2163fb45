//! What becomes of each member of AWS's JSON: used, accepted without effect, not simulated yet, or refused.

use super::language::{
    CONTAINER_MAP, NOT_ON_FARGATE, NOT_YET, READ_ONLY, REFUSED, TASK_DEFINITION_MAP, WITHOUT_EFFECT,
};
use crate::diag::{Code, Finding, Findings, Span};
use crate::scenario::shape::{MapShape, Shape};
use crate::scenario::tree::{Entry, Kind, Node};
use std::fmt::Write;

/// Whether a member of a task definition stands in answers only.
pub(super) fn is_read_only(name: &str) -> bool {
    TASK_DEFINITION_MAP.key(name).is_some_and(|key| key.doc == READ_ONLY)
}

/// The members of a file that are there and not used, each once, in the order of the file.
#[derive(Default)]
pub(super) struct Members {
    pub(super) not_simulated: Vec<String>,
    pub(super) without_effect: Vec<String>,
    pub(super) not_on_fargate: Vec<(String, Span)>,
}

impl Members {
    /// Goes through a task definition. What is refused becomes a finding.
    pub(super) fn collect(&mut self, definition: &Node, findings: &mut Findings) {
        self.block(&TASK_DEFINITION_MAP, definition, "", findings);
        let bridge = definition.get("networkMode").and_then(Node::text).is_none_or(|mode| mode == "bridge");
        for container in definition.get("containerDefinitions").map(Node::items).unwrap_or_default() {
            if let Some(links) = container.entry("links").filter(|entry| !bridge && says_something(&entry.value)) {
                let finding = Finding::error(Code::BadNetwork, "`links` are for the network mode `bridge` (PLT-112)");
                findings.push(finding.at(links.key_span, "not in this mode").help("leave them out"));
            }
        }
    }

    fn block(&mut self, map: &'static MapShape, node: &Node, within: &str, findings: &mut Findings) {
        for entry in node.entries().iter().filter(|entry| says_something(&entry.value)) {
            let Some(key) = map.key(&entry.key) else { continue }; // it has its finding
            let name = format!("{within}{}", entry.key);
            match key.doc {
                NOT_YET => add(&mut self.not_simulated, &name),
                WITHOUT_EFFECT if !matches!(key.shape, Shape::Map(_)) => add(&mut self.without_effect, &name),
                doc if doc.starts_with(REFUSED) => findings.push(refused(entry, &doc[REFUSED.len()..])),
                _ => {}
            }
            if entry.key == "maxSwap" && entry.value.text() != Some("0") {
                findings.push(refused(entry, "swapping is not modelled"));
            }
            if NOT_ON_FARGATE.contains(&entry.key.as_str()) {
                self.not_on_fargate.push((name.clone(), entry.key_span));
            }
            let inside = format!("{name}.");
            if key.doc == NOT_YET || key.doc == WITHOUT_EFFECT && !matches!(key.shape, Shape::Map(_)) {
                continue; // what stands inside is told with it
            }
            match key.shape {
                Shape::Map(inner) => self.block(inner, &entry.value, &inside, findings),
                Shape::List { of: Shape::Map(inner), .. } => {
                    for item in entry.value.items() {
                        self.block(inner, item, &inside, findings);
                    }
                }
                _ => {}
            }
        }
    }
}

fn refused(entry: &Entry, why: &str) -> Finding {
    Finding::error(Code::Refused, format!("`{}` can't be used: {why}", entry.key))
        .at(entry.key_span, "refused")
        .help("leave it out")
}

fn add(list: &mut Vec<String>, name: &str) {
    if !list.iter().any(|known| known == name) {
        list.push(name.to_owned());
    }
}

/// Answers of AWS are full of empty lists, which say nothing.
fn says_something(value: &Node) -> bool {
    match &value.kind {
        Kind::List(items) => !items.is_empty(),
        Kind::Map(entries) => !entries.is_empty(),
        Kind::Scalar { text, plain } => !(text.is_empty() || *plain && (text == "false" || text == "null")),
    }
}

const INTRODUCTION: &str = "
## AWS's own task definitions

`task_definitions: {web: {file: td.json}}` reads the JSON that `aws ecs register-task-definition` takes, or that
`describe-task-definition` prints. Mistakes are shown with their place in that file. What JSON can't say stands beside
`file`: `start_time`, `exit_time`, and for each container, by its name, `start_time`, `healthy_after`, `exits_after`,
`exit_code` and `exit_time`. `longshore check` lists the members of a file that have no effect yet.
";

/// The part of the reference about these files.
pub(crate) fn reference(page: &mut String) {
    page.push_str(INTRODUCTION);
    for (title, map) in [("Task definition", &TASK_DEFINITION_MAP), ("`containerDefinitions`", &CONTAINER_MAP)] {
        let _ = write!(page, "\n| {title} | members |\n| --- | --- |\n");
        let list = |of: &dyn Fn(&str) -> bool| {
            let names: Vec<String> =
                map.keys.iter().filter(|key| of(key.doc)).map(|key| format!("`{}`", key.name)).collect();
            names.join(", ")
        };
        let used = |doc: &str| ![NOT_YET, WITHOUT_EFFECT, READ_ONLY].contains(&doc) && !doc.starts_with(REFUSED);
        for (word, names) in [
            ("used", list(&used)),
            ("accepted, not simulated yet", list(&|doc| doc == NOT_YET)),
            ("accepted without effect", list(&|doc| doc == WITHOUT_EFFECT)),
            ("ignored: members of answers", list(&|doc| doc == READ_ONLY)),
            ("refused", list(&|doc| doc.starts_with(REFUSED))),
        ] {
            if !names.is_empty() {
                let _ = writeln!(page, "| {word} | {names} |");
            }
        }
    }
}
