//! What stands beside `file:` in the scenario: times, which AWS's JSON has no word for.

use crate::diag::{Code, Finding, Findings, nearest};
use crate::scenario::tree::{Entry, Kind, Node};

/// Keys of a task definition that JSON can't say.
const OF_TASK: [&str; 2] = ["start_time", "exit_time"];
/// Keys of a container that JSON can't say.
const OF_CONTAINER: [&str; 5] = ["start_time", "healthy_after", "exits_after", "exit_code", "exit_time"];

/// The task definition of a file, with what the scenario says beside it; `path` is that of the task definition.
///
/// A key that belongs into the file, or stands in both, is an error.
pub fn merge(file: &Node, beside: &Node, path: &str, findings: &mut Findings) -> Node {
    let mut merged = file.entries().to_vec();
    for entry in beside.entries() {
        match entry.key.as_str() {
            "file" => {}
            "containers" => containers(&mut merged, &entry.value, &format!("{path}.containers"), findings),
            key if OF_TASK.contains(&key) => merged.push(entry.clone()),
            _ => findings.push(not_beside(entry, file, &OF_TASK, path)),
        }
    }
    Node { span: file.span, kind: Kind::Map(merged) }
}

/// Adds times to the containers of the file, found by their names.
fn containers(merged: &mut [Entry], beside: &Node, path: &str, findings: &mut Findings) {
    let Some(Entry { value: Node { kind: Kind::List(of_file), .. }, .. }) =
        merged.iter_mut().find(|entry| entry.key == "containers")
    else {
        return;
    };
    let name_of = |node: &Node| node.get("name").and_then(Node::text).unwrap_or("").to_owned();
    let mut told: Vec<(String, &Node)> = Vec::new();
    for (row, item) in beside.items().iter().enumerate() {
        let (name, path) = (name_of(item), format!("{path}[{row}]"));
        let place = item.get("name").map_or(item.head(), |name| name.span);
        if let Some((_, first)) = told.iter().find(|(known, _)| *known == name) {
            let finding = Finding::error(Code::DuplicateName, format!("two entries are about the container `{name}`"))
                .at(place, "again here")
                .also(first.get("name").map_or(first.head(), |name| name.span), "first here")
                .path(format!("{path}.name"))
                .help("make one entry of the two");
            findings.push(finding);
            continue;
        }
        told.push((name.clone(), item));
        let names: Vec<String> = of_file.iter().map(name_of).collect();
        let Some(target) = names.iter().position(|known| *known == name) else {
            let help = match nearest(&name, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the file has `{}`", names.join("`, `")),
            };
            let finding = Finding::error(Code::UnknownReference, format!("the file has no container called `{name}`"))
                .at(place, "not found")
                .path(format!("{path}.name"))
                .help(help);
            findings.push(finding);
            continue;
        };
        for entry in item.entries().iter().filter(|entry| entry.key != "name") {
            if !OF_CONTAINER.contains(&entry.key.as_str()) {
                findings.push(not_beside(entry, &of_file[target], &OF_CONTAINER, &path));
            } else if let Kind::Map(kept) = &mut of_file[target].kind {
                kept.push(entry.clone());
            }
        }
    }
}

/// A key that the file says, or has to say.
fn not_beside(entry: &Entry, file: &Node, allowed: &[&str], path: &str) -> Finding {
    let finding = match file.entry(&entry.key) {
        Some(there) => {
            Finding::error(Code::Contradiction, format!("`{}` stands in the scenario and in the file", entry.key))
                .at(entry.key_span, "here")
                .also(there.key_span, "and here")
                .help("leave out one of the two")
        }
        None => Finding::error(Code::Contradiction, format!("`{}` belongs into the file", entry.key))
            .at(entry.key_span, "beside `file`")
            .help(format!("only what AWS's JSON can't say may stand here: `{}`", allowed.join("`, `"))),
    };
    finding.path(format!("{path}.{}", entry.key))
}
