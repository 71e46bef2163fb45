//! `extends:`: a scenario that says only what is different from another one.
//!
//! The files that it names are read into trees, each over the one before, and the scenario itself over all of them. All
//! values keep their places, so that a mistake in a base is shown in the base.

mod over;

use super::language::SCENARIO;
use super::reader::load;
use super::shape::Shape;
use super::tree::{Kind, Node};
use crate::diag::{Code, Finding, Findings, Sources, Span, quoted};
pub use over::Changes;
pub(super) use over::needs;
use over::{inner, put_over};

/// Most files that stand behind each other.
const DEEPEST: usize = 16;
/// Most files in all, each counted as often as it is named.
const MOST_FILES: usize = 64;

/// What belongs to a file and not to those that extend it: otherwise all variants would have one name.
const OWN: [&str; 2] = ["name", "description"];

/// A file of the user's, as the reader of files gives it.
pub struct FileText {
    /// What findings call it.
    pub shown: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Reads a file by its path relative to the scenario's folder, or says why it can't.
pub type ReadFile<'a> = dyn FnMut(&str) -> Result<FileText, String> + 'a;

/// Puts what a scenario extends under it. `main` is the file's own name, for circles. What was changed is for findings
/// that come of it.
pub fn extend(
    tree: &mut Node,
    main: &str,
    sources: &mut Sources,
    read: &mut ReadFile<'_>,
    findings: &mut Findings,
) -> Changes {
    let changes = Changes::none();
    let mut extender = Extender { sources, read, findings, open: vec![normal(main)], files: 0, changes };
    extender.resolve(tree);
    extender.changes
}

struct Extender<'a, 'r> {
    sources: &'a mut Sources,
    read: &'a mut ReadFile<'r>,
    findings: &'a mut Findings,
    /// The files that are being extended, the scenario first, relative to its folder.
    open: Vec<String>,
    files: usize,
    changes: Changes,
}

impl Extender<'_, '_> {
    /// Takes `extends` out of a tree and puts its bases under the rest. What is no list of files stays, for the check.
    fn resolve(&mut self, tree: &mut Node) {
        let Some(given) = tree.entry("extends") else { return };
        let Some(named) = named(&given.value) else {
            self.changes.is_whole = false;
            return;
        };
        let Kind::Map(entries) = &mut tree.kind else { return };
        entries.retain(|entry| entry.key != "extends");
        let mut base: Option<Node> = None;
        for (path, place) in named {
            let Some(mut next) = self.base(&path, place) else {
                self.changes.is_whole = false;
                continue;
            };
            if let Kind::Map(entries) = &mut next.kind {
                entries.retain(|entry| !OWN.contains(&entry.key.as_str()));
            }
            match &mut base {
                Some(base) => put_over(base, next, &SCENARIO, &mut self.changes),
                None => base = Some(next),
            }
        }
        if let Some(base) = base {
            let own = std::mem::replace(&mut tree.kind, base.kind);
            put_over(tree, Node { span: tree.span, kind: own }, &SCENARIO, &mut self.changes);
        }
        self.findings.append(std::mem::take(&mut self.changes.findings));
    }

    /// The tree of a file with all that it extends itself.
    fn base(&mut self, path: &str, place: Span) -> Option<Node> {
        let file = join(folder(self.open.last().map_or("", String::as_str)), path);
        if let Some(first) = self.open.iter().position(|open| *open == file) {
            let circle: Vec<String> = self.open[first..].iter().chain([&file]).map(|file| quoted(file)).collect();
            let message = match circle.as_slice() {
                [only, _] => format!("{only} extends itself"),
                _ => format!("these extend each other in a circle: {}", circle.join(" → ")),
            };
            let finding = Finding::error(Code::ExtendsCircle, message).at(place, "leads back to where it began");
            self.findings.push(finding.path("extends").help("take one of these `extends` out"));
            return None;
        }
        self.files += 1;
        if self.open.len() > DEEPEST || self.files > MOST_FILES {
            let message = format!("more than {DEEPEST} files extend each other, or {MOST_FILES} are extended in all");
            let finding = Finding::error(Code::ExtendsCircle, message).at(place, "one too many");
            self.findings.push(finding.path("extends"));
            return None;
        }
        let text = match (self.read)(&file) {
            Ok(text) => text,
            Err(reason) => {
                let message = format!("{} can't be read: {reason}", quoted(path));
                let finding = Finding::error(Code::FileUnreadable, message).at(place, "this file");
                let help = if path.contains("://") {
                    "save the file beside this one, and name that"
                } else {
                    "paths are relative to the folder of the file that names them"
                };
                self.findings.push(finding.path("extends").help(help));
                return None;
            }
        };
        let (_, tree) = load(self.sources, &text.shown, &text.bytes, self.findings);
        let mut tree = tree?;
        if !matches!(tree.kind, Kind::Map(_)) {
            let message = format!("{} is no scenario", quoted(path));
            let finding = Finding::error(Code::WrongKind, message).at(tree.head(), "a block of settings belongs here");
            self.findings.push(finding.also(place, "extended here"));
            return None;
        }
        move_files(&mut tree, &SCENARIO, folder(&file));
        self.open.push(file);
        self.resolve(&mut tree);
        self.open.pop();
        Some(tree)
    }
}

/// The files that `extends` names: one, or several in their order. `None` if it is something else.
fn named(value: &Node) -> Option<Vec<(String, Span)>> {
    let one = |node: &Node| {
        let text = node.text().filter(|text| !text.is_empty() && !node.is_null())?;
        Some((text.to_owned(), node.span))
    };
    match &value.kind {
        Kind::List(items) if !items.is_empty() => items.iter().map(one).collect(),
        Kind::Scalar { .. } => one(value).map(|one| vec![one]),
        Kind::List(_) | Kind::Map(_) => None,
    }
}

/// Files that a base names are relative to the base: their paths are made relative to the scenario.
fn move_files(node: &mut Node, shape: &'static Shape, folder: &str) {
    let Some(shape) = shape.chosen(node).filter(|_| !folder.is_empty()) else { return };
    match (&mut node.kind, shape) {
        (Kind::Scalar { text, .. }, Shape::File) => *text = join(folder, text),
        (Kind::List(items), Shape::List { of, .. }) => {
            for item in items {
                move_files(item, of, folder);
            }
        }
        (Kind::Map(entries), shape) => {
            for entry in entries.iter_mut().filter(|entry| entry.key != "extends") {
                if let Some(shape) = inner(shape, &entry.key) {
                    move_files(&mut entry.value, shape, folder);
                }
            }
        }
        _ => {}
    }
}

fn folder(file: &str) -> &str {
    file.rfind('/').map_or("", |at| &file[..=at])
}

/// A path as seen from where the folder is seen from.
fn join(folder: &str, path: &str) -> String {
    let absolute = path.starts_with('/') || path.get(1..3).is_some_and(|drive| drive == ":\\" || drive == ":/");
    if absolute { path.to_owned() } else { normal(&format!("{folder}{path}")) }
}

/// Without `.`, and without `..` where that leads back.
fn normal(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match (step, steps.last()) {
            (".", _) => {}
            ("..", Some(last)) if !matches!(*last, ".." | "") => drop(steps.pop()),
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests;
