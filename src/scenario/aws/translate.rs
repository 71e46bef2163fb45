//! AWS's members → the keys of a scenario. Values keep their places, so that all later findings point into the JSON.
//!
//! Only what has AWS's shape comes here; a member that is not there is not there afterwards either.

use super::language::with_zero;
use crate::diag::{Code, Finding, Findings};
use crate::scenario::tree::{Entry, Kind, Node};

/// A task definition as it would stand under `task_definitions:`.
pub(super) fn task_definition(node: &Node, findings: &mut Findings) -> Node {
    let mut entries = Vec::new();
    for entry in node.entries() {
        let (key, value) = match entry.key.as_str() {
            "family" => ("family", entry.value.clone()),
            "networkMode" => ("network_mode", entry.value.clone()),
            "cpu" => ("cpu", size(&entry.value)),
            "memory" => ("memory", size(&entry.value)),
            "requiresCompatibilities" if entry.value.items().is_empty() => continue,
            "requiresCompatibilities" => ("requires_compatibilities", entry.value.clone()),
            "ephemeralStorage" => match entry.value.get("sizeInGiB") {
                Some(storage) => ("ephemeral_storage", with_unit(storage, " GiB")),
                None => continue,
            },
            "runtimePlatform" => {
                let names =
                    [("cpuArchitecture", "cpu_architecture"), ("operatingSystemFamily", "operating_system_family")];
                ("runtime_platform", renamed(&entry.value, &names))
            }
            "placementConstraints" => ("placement_constraints", each(&entry.value, |item| constraint(item, findings))),
            "containerDefinitions" => ("containers", each(&entry.value, |item| container(item, findings))),
            _ => continue,
        };
        entries.push(Entry { key: key.to_owned(), key_span: entry.key_span, value });
    }
    Node { span: node.span, kind: Kind::Map(entries) }
}

fn container(node: &Node, findings: &mut Findings) -> Node {
    let mut entries = Vec::new();
    for entry in node.entries() {
        let (key, value) = match entry.key.as_str() {
            "name" => ("name", entry.value.clone()),
            "cpu" => ("cpu", entry.value.clone()),
            "memory" => ("memory", entry.value.clone()),
            "memoryReservation" => ("memory_reservation", entry.value.clone()),
            "essential" => ("essential", entry.value.clone()),
            "startTimeout" => ("start_timeout", with_unit(&entry.value, "s")),
            "stopTimeout" => ("stop_timeout", with_unit(&entry.value, "s")),
            "dependsOn" if entry.value.items().is_empty() => continue,
            "dependsOn" => {
                let names = [("containerName", "container"), ("condition", "condition")];
                ("depends_on", each(&entry.value, |item| renamed(item, &names)))
            }
            "portMappings" => ("ports", each(&entry.value, |item| port(item, findings))),
            "resourceRequirements" => match gpus(&entry.value, findings) {
                Some(value) => ("gpus", value),
                None => continue,
            },
            _ => continue,
        };
        entries.push(Entry { key: key.to_owned(), key_span: entry.key_span, value });
    }
    Node { span: node.span, kind: Kind::Map(entries) }
}

fn port(node: &Node, findings: &mut Findings) -> Node {
    let (single, range) = (node.entry("containerPort"), node.entry("containerPortRange"));
    match (single, range) {
        (Some(single), Some(range)) => findings.push(
            Finding::error(Code::Contradiction, "`containerPort` and `containerPortRange` exclude each other")
                .at(range.key_span, "a range")
                .also(single.key_span, "a single port")
                .help("leave one of the two out"),
        ),
        (None, None) => findings.push(
            Finding::error(Code::MissingSetting, "a port mapping needs `containerPort`, or `containerPortRange`")
                .at(node.head(), "none here")
                .help("for example `\"containerPort\": 80`"),
        ),
        _ => {}
    }
    let names = [
        ("containerPort", "container"),
        ("containerPortRange", "container"),
        ("hostPort", "host"),
        ("protocol", "protocol"),
    ];
    renamed(node, &names)
}

/// A constraint; `distinctInstance` keeps its name, and is refused where all constraints are (ECS-304).
fn constraint(node: &Node, findings: &mut Findings) -> Node {
    let kind = node.entry("type").filter(|kind| kind.value.text() == Some("distinctInstance"));
    let entries = match (kind, node.entry("expression")) {
        (Some(kind), _) => {
            let yes = Kind::Scalar { text: "true".to_owned(), plain: true };
            let value = Node { span: kind.value.span, kind: yes };
            vec![Entry { key: "distinct_instance".to_owned(), key_span: kind.key_span, value }]
        }
        (None, Some(entry)) => {
            vec![Entry { key: "member_of".to_owned(), key_span: entry.key_span, value: entry.value.clone() }]
        }
        (None, None) => {
            findings.push(
                Finding::error(Code::MissingSetting, "a constraint of the type `memberOf` needs `expression`")
                    .at(node.head(), "none here")
                    .help("for example `\"expression\": \"attribute:ecs.instance-type =~ m5.*\"`"),
            );
            Vec::new()
        }
    };
    Node { span: node.span, kind: Kind::Map(entries) }
}

/// How many GPUs, from the requirements of a container (ECS-136).
fn gpus(node: &Node, findings: &mut Findings) -> Option<Node> {
    let mut found: Option<Node> = None;
    for item in node.items() {
        let (Some(kind), Some(value)) = (item.get("type"), item.get("value")) else { continue };
        if kind.text() != Some("GPU") {
            let message = "`InferenceAccelerator` can't be used: Elastic Inference has ended";
            findings.push(Finding::error(Code::Refused, message).at(kind.span, "refused").help("leave it out"));
            continue;
        }
        let text = value.text().unwrap_or("");
        let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
        let finding = match number {
            Some(1..=64) if found.is_none() => None,
            Some(1..=64) => {
                let first = found.as_ref().map_or(value.span, |first| first.span);
                let message = "the GPUs of a container are given twice";
                let finding = Finding::error(Code::Contradiction, message).at(value.span, "again here");
                Some(finding.also(first, "first here").help("give their number once"))
            }
            _ if text == "ALL" => {
                let message = "`ALL` GPUs can't be used: how many that is depends on the instance (ECS-136)";
                Some(Finding::error(Code::Refused, message).at(value.span, "refused").help("say how many"))
            }
            _ => {
                let message = format!("{} is no number of GPUs", crate::diag::quoted(text));
                let help = "write a whole number from 1 to 64 in quotes: \"1\"";
                Some(Finding::error(Code::OutOfRange, message).at(value.span, "not 1 to 64").help(help))
            }
        };
        match finding {
            Some(finding) => findings.push(finding),
            None => {
                found = Some(Node {
                    span: value.span,
                    kind: Kind::Scalar { text: number.unwrap_or(1).to_string(), plain: true },
                });
            }
        }
    }
    found
}

/// A block with other names for its keys; keys without one are left out.
fn renamed(node: &Node, names: &[(&str, &str)]) -> Node {
    let entry = |entry: &Entry| {
        let (_, name) = names.iter().find(|(aws, _)| *aws == entry.key)?;
        Some(Entry { key: (*name).to_owned(), key_span: entry.key_span, value: entry.value.clone() })
    };
    Node { span: node.span, kind: Kind::Map(node.entries().iter().filter_map(entry).collect()) }
}

fn each(node: &Node, item: impl FnMut(&Node) -> Node) -> Node {
    Node { span: node.span, kind: Kind::List(node.items().iter().map(item).collect()) }
}

/// A number that AWS writes without a unit.
fn with_unit(node: &Node, unit: &str) -> Node {
    let text = format!("{}{unit}", node.text().unwrap_or(""));
    Node { span: node.span, kind: Kind::Scalar { text, plain: false } }
}

/// A size at task level.
fn size(node: &Node) -> Node {
    let text = with_zero(node.text().unwrap_or(""));
    Node { span: node.span, kind: Kind::Scalar { text, plain: false } }
}
