//! Task definitions from files: they take the place of the entry that names them, in the tree and in what is typed,
//! so that everything behind this treats them like any other.

use crate::diag::{Code, Finding, Findings, Sources, Span};
use crate::plan::{Files, NotSimulated};
use crate::scenario::{
    AwsTaskDefinition, Entry, Kind, Node, Scenario, aws_task_definition, merge_aws, task_definition,
};
use std::collections::BTreeMap;

/// Largest file that is read; what AWS takes is far smaller (ECS-818).
const MAX_BYTES: usize = 1 << 20;

/// A scenario in which task definitions from files stand as if they had been written there.
pub(in crate::plan) struct Imports {
    pub(in crate::plan) scenario: Scenario,
    pub(in crate::plan) tree: Node,
    pub(in crate::plan) notes: Notes,
}

/// What is known of a file beside the task definition in it, by the name of the task definition.
#[derive(Debug, Clone, Default)]
pub(in crate::plan) struct Notes(BTreeMap<String, Note>);

#[derive(Debug, Clone)]
struct Note {
    vain: NotSimulated,
    not_on_fargate: Vec<(String, Span)>,
}

impl Notes {
    /// Whether a task definition stands in a file, in AWS's JSON.
    pub(in crate::plan) fn is_json(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// What a task definition says in vain, if there is any of it.
    pub(super) fn vain(&self, name: &str) -> Option<&NotSimulated> {
        let vain = &self.0.get(name)?.vain;
        Some(vain).filter(|vain| !(vain.members.is_empty() && vain.without_effect.is_empty()))
    }

    /// Members that Fargate does not take.
    pub(super) fn not_on_fargate(&self, name: &str) -> &[(String, Span)] {
        self.0.get(name).map_or(&[], |note| &note.not_on_fargate)
    }
}

/// Reads the files of task definitions; nothing if there are none. A definition whose file can't be used stays as it
/// is, with its `file`.
pub(in crate::plan) fn import(
    scenario: &Scenario,
    tree: &Node,
    sources: &mut Sources,
    files: &mut dyn Files,
    findings: &mut Findings,
) -> Option<Imports> {
    if scenario.task_definitions.values().all(|definition| definition.file.is_none()) {
        return None;
    }
    let mut imports = Imports { scenario: scenario.clone(), tree: tree.clone(), notes: Notes::default() };
    let mut read: BTreeMap<&str, Option<AwsTaskDefinition>> = BTreeMap::new(); // each file once, however often named
    for (name, definition) in &scenario.task_definitions {
        let Some(file) = definition.file.as_deref() else { continue };
        let path = format!("task_definitions.{name}");
        let found = read.entry(file).or_insert_with(|| {
            let place = tree.nearest_span(&format!("{path}.file"));
            let mut reader = Reader { sources: &mut *sources, files: &mut *files, findings: &mut *findings };
            reader.read(file, &format!("{path}.file"), place)
        });
        let (Some(found), Some(beside)) = (found, tree.at(&["task_definitions", name])) else { continue };
        let mut own = Findings::new();
        let merged = merge_aws(&found.tree, beside, &path, &mut own);
        let typed = task_definition(&merged, &path, &mut own);
        findings.append(own);
        let (Some(typed), Some(entry)) = (typed, definition_in(&mut imports.tree, name)) else { continue };
        entry.key_span = merged.head();
        entry.value = merged;
        imports.scenario.task_definitions.insert(name.clone(), typed);
        let AwsTaskDefinition { not_simulated, without_effect, not_on_fargate, .. } = found.clone();
        let (definition, file) = (name.clone(), file.to_owned());
        let vain = NotSimulated { definition, file, members: not_simulated, without_effect };
        imports.notes.0.insert(name.clone(), Note { vain, not_on_fargate });
    }
    Some(imports)
}

struct Reader<'a> {
    sources: &'a mut Sources,
    files: &'a mut dyn Files,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn read(&mut self, file: &str, path: &str, place: Span) -> Option<AwsTaskDefinition> {
        let unreadable =
            |message: String| Finding::error(Code::FileUnreadable, message).at(place, "this file").path(path);
        let bytes = match self.files.read(file) {
            Ok(bytes) if bytes.len() <= MAX_BYTES => bytes,
            Ok(_) => {
                let help = "AWS takes task definitions of at most 64 KiB (ECS-818)";
                self.findings.push(unreadable(format!("`{file}` is larger than 1 MiB")).help(help));
                return None;
            }
            Err(reason) => {
                let help = "paths are relative to the scenario's own folder";
                self.findings.push(unreadable(format!("`{file}` can't be read: {reason}")).help(help));
                return None;
            }
        };
        let Ok(text) = String::from_utf8(bytes) else {
            let help = "save it with the encoding UTF-8; files written by PowerShell are often UTF-16";
            self.findings.push(unreadable(format!("`{file}` is not UTF-8 text")).help(help));
            return None;
        };
        let id = self.sources.add(self.files.shown(file), text);
        aws_task_definition(self.sources, id, self.findings)
    }
}

/// The entry of a task definition in a tree.
fn definition_in<'t>(tree: &'t mut Node, name: &str) -> Option<&'t mut Entry> {
    fn step<'t>(node: &'t mut Node, key: &str) -> Option<&'t mut Entry> {
        match &mut node.kind {
            Kind::Map(entries) => entries.iter_mut().find(|entry| entry.key == key),
            Kind::Scalar { .. } | Kind::List(_) => None,
        }
    }
    step(&mut step(tree, "task_definitions")?.value, name)
}
