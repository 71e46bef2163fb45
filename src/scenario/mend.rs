//! A tree with structural mistakes → a sound one, so that mistakes of meaning are found in the same pass.
//!
//! What is wrong is replaced by an example of what belongs there, in its place; what does not exist is dropped; a
//! misspelt key is taken for the one that was probably meant. Entries of lists and names are kept, so that paths and
//! references stay as they are. [`Doubts`] remembers all of it. What comes out is good for findings alone.

use super::SCENARIO;
use super::doubts::Doubts;
use super::lookalikes::plain_word;
use super::raw::Scenario;
use super::shape::{MapShape, Shape};
use super::slips::behind_a_comma;
use super::tree::{Entry, Kind, Node};
use super::value::typed;
use super::walk::{NAME_AT_MOST, accepts};
use crate::diag::{Code, Findings, Sources, Span, nearest_setting};

/// Most keys that the reader refused; a text with more is hopeless.
const REFUSED_AT_MOST: usize = 100;
/// Most levels of an example, which may contain itself.
const LEVELS: usize = 8;
/// The later key that brings settings from another file: with it nothing can be said to be missing.
const BRINGS_MORE: &str = "extends";

/// A scenario in which all that was structurally wrong is replaced.
#[derive(Debug, Clone)]
pub struct Mended {
    /// It has the shape of a scenario.
    pub tree: Node,
    /// The same, typed.
    pub scenario: Scenario,
    /// What was replaced.
    pub doubts: Doubts,
}

/// Mends a tree about which there are `findings`; `None` where too little is left to go on with.
pub fn mend(tree: &Node, findings: &Findings, sources: &Sources) -> Option<Mended> {
    if findings.is_full() || !matches!(tree.kind, Kind::Map(_)) || tree.get(BRINGS_MORE).is_some() {
        return None;
    }
    let mut mender = Mender::new(findings, sources)?;
    let tree = mender.value(&SCENARIO, tree, tree.head());
    let scenario = serde_yaml::from_value(typed(&tree, &SCENARIO)).ok()?;
    Some(Mended { tree, scenario, doubts: mender.doubts })
}

struct Mender {
    doubts: Doubts,
    /// Keys that the reader refused, and dropped with their values.
    refused: Vec<Span>,
    /// Keys that stand twice, the first of each.
    doubled: Vec<Span>,
    path: String,
}

impl Mender {
    fn new(findings: &Findings, sources: &Sources) -> Option<Self> {
        let mut mender =
            Self { doubts: Doubts::default(), refused: Vec::new(), doubled: Vec::new(), path: String::new() };
        let refusals = [Code::DuplicateKey, Code::MergeKey, Code::KeyNotText];
        for finding in findings.iter().filter(|finding| refusals.contains(&finding.code)) {
            let place = finding.primary()?.span;
            mender.refused.push(place);
            mender.doubled.extend(finding.labels.iter().filter(|label| !label.primary).map(|label| label.span));
            mender.doubts.lost_text(refused_text(sources.text(place.source), place));
        }
        (mender.refused.len() <= REFUSED_AT_MOST).then_some(mender)
    }

    /// A value, mended; `place` is where a label about it as a whole goes.
    fn value(&mut self, shape: &'static Shape, node: &Node, place: Span) -> Node {
        let fitting = shape.chosen(node).filter(|chosen| chosen.fits(node) && !node.is_null());
        let kind = match (fitting, &node.kind) {
            (Some(Shape::List { of, min, max }), Kind::List(items)) => {
                Kind::List(self.list(of, (*min, *max), items, place))
            }
            (Some(Shape::Dict { of, max, .. }), Kind::Map(entries)) => Kind::Map(self.dict(of, *max, node, entries)),
            (Some(Shape::Map(map)), Kind::Map(entries)) => {
                let mut kept = self.known(map, node, entries);
                for key in map.current().filter(|key| key.required) {
                    if !kept.iter().any(|entry| entry.key == key.name) {
                        kept.push(self.inside(key.name, |m| m.supplied(key.name, key.shape, place)));
                    }
                }
                self.one_kind(map, &mut kept, place);
                Kind::Map(kept)
            }
            (Some(Shape::OneKey(map)), Kind::Map(entries)) => {
                let mut kept = self.known(map, node, entries);
                if let (true, Some(key)) = (kept.is_empty(), map.current().next()) {
                    kept.push(self.inside(key.name, |m| m.supplied(key.name, key.shape, place)));
                }
                Kind::Map(kept)
            }
            (Some(Shape::Anything), kind) => kind.clone(),
            (Some(chosen), Kind::Scalar { .. }) if accepts(chosen, node) => node.kind.clone(),
            _ => {
                self.doubts.made_up(&self.path, Some(node.span));
                self.lose(node);
                example(shape, node.span, LEVELS).kind
            }
        };
        Node { span: node.span, kind }
    }

    /// Of several kinds exactly one stays; where there is none the first is made up.
    fn one_kind(&mut self, map: &'static MapShape, kept: &mut Vec<Entry>, place: Span) {
        let is_kind = |entry: &Entry| map.key(&entry.key).is_some_and(|key| key.alternative);
        match (kept.iter().position(is_kind), map.current().find(|key| key.alternative)) {
            (Some(first), _) => {
                let mut row = 0;
                kept.retain(|entry| {
                    row += 1;
                    row - 1 == first || !is_kind(entry)
                });
            }
            (None, Some(key)) => kept.push(self.inside(key.name, |m| m.supplied(key.name, key.shape, place))),
            (None, None) => {}
        }
    }

    /// Each entry stays, so that numbers in paths are right; those beyond the bound are dropped.
    fn list(&mut self, of: &'static Shape, (min, max): (usize, usize), items: &[Node], place: Span) -> Vec<Node> {
        let mut kept = Vec::with_capacity(items.len());
        for (row, item) in items.iter().take(max).enumerate() {
            kept.push(self.inside(&format!("[{row}]"), |m| m.value(of, item, item.head())));
        }
        items.iter().skip(max).for_each(|item| self.lose(item));
        if !(min..=max).contains(&items.len()) {
            self.doubts.made_up(&self.path, None);
            kept.resize_with(kept.len().max(min), || example(of, place, LEVELS));
        }
        kept
    }

    fn dict(&mut self, of: &'static Shape, max: usize, node: &Node, entries: &[Entry]) -> Vec<Entry> {
        self.note_refused(node, entries);
        let mut kept = Vec::with_capacity(entries.len());
        for (row, entry) in entries.iter().enumerate() {
            if row >= max || entry.key.len() > NAME_AT_MOST {
                self.doubts.lost_text(&entry.key);
                self.lose(&entry.value);
                continue;
            }
            // a letter of another alphabet would make every reference to the name a mistake too
            let there = |name: &str| entries.iter().any(|other| other.key == name);
            let key = plain_word(&entry.key).filter(|key| !there(key)).unwrap_or_else(|| entry.key.clone());
            kept.push(self.inside(&key, |m| {
                if entry.key.is_empty() || entry.key.contains(['.', '[', ']']) {
                    m.doubts.made_up(&m.path, Some(entry.value.span)); // such a path leads elsewhere
                }
                m.entry(&key, of, entry)
            }));
        }
        kept
    }

    /// The entries whose keys exist, or nearly do.
    fn known(&mut self, map: &'static MapShape, node: &Node, entries: &[Entry]) -> Vec<Entry> {
        self.note_refused(node, entries);
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        for entry in entries {
            if let Some(key) = map.key(&entry.key).filter(|key| key.later.is_none()) {
                kept.push(self.inside(key.name, |m| m.entry(key.name, key.shape, entry)));
                continue;
            }
            if let (Some(_), Some(before)) = (behind_a_comma(entry), kept.last()) {
                // the value before it ends too early
                self.inside(&before.key.clone(), |m| m.doubts.made_up(&m.path, Some(before.value.span)));
            }
            let there = |name: &str| kept.iter().chain(entries).any(|other| other.key == name);
            let planned = map.key(&entry.key).is_some();
            let meant = nearest_setting(&entry.key, map.keys.iter().map(|key| key.name))
                .filter(|name| !planned && !there(name))
                .and_then(|name| map.key(name));
            if !planned {
                self.perhaps_of_another_section(entry);
            }
            match meant.filter(|key| key.later.is_none()) {
                Some(key) => kept.push(self.inside(key.name, |m| {
                    m.doubts.moved(&m.path, entry.value.span);
                    m.entry(key.name, key.shape, entry)
                })),
                None => self.drop_entry(entry),
            }
        }
        kept
    }

    /// Drops a setting that does not exist here.
    fn drop_entry(&mut self, entry: &Entry) {
        self.doubts.touched(&self.path);
        self.doubts.lost_text(&entry.key);
        self.lose(&entry.value);
    }

    /// `cpu` under a service: perhaps the line `task_definitions:` above it is missing, and its name belongs there.
    fn perhaps_of_another_section(&mut self, entry: &Entry) {
        if let Some((_, name)) = self.path.split_once('.')
            && is_setting_of_a_named_entry(&entry.key)
        {
            self.doubts.lost_text(name);
        }
    }

    fn entry(&mut self, key: &str, shape: &'static Shape, entry: &Entry) -> Entry {
        if self.doubled.contains(&entry.key_span) {
            // Which of the two is meant? Of blocks both may be.
            match entry.value.kind {
                Kind::Scalar { .. } => self.doubts.made_up(&self.path, Some(entry.value.span)),
                Kind::List(_) | Kind::Map(_) => self.doubts.touched(&self.path),
            }
            self.doubts.unsettle(&self.path);
        }
        let value = self.value(shape, &entry.value, entry.key_span);
        Entry { key: key.to_owned(), key_span: entry.key_span, value }
    }

    /// A setting that is missing.
    fn supplied(&mut self, key: &str, shape: &'static Shape, place: Span) -> Entry {
        self.doubts.made_up(&self.path, None);
        Entry { key: key.to_owned(), key_span: place, value: example(shape, place, LEVELS) }
    }

    /// Notes whether the reader dropped something of this very block.
    fn note_refused(&mut self, node: &Node, entries: &[Entry]) {
        let holds =
            |span: Span, key: &Span| span.source == key.source && span.start <= key.start && key.end <= span.end;
        let own = |key: &&Span| !entries.iter().any(|entry| holds(entry.value.span, key));
        // The block may end before a last entry that was dropped.
        let whole = self.path.is_empty();
        if self.refused.iter().filter(|key| whole || holds(node.span, key)).any(|key| own(&key)) {
            self.doubts.touched(&self.path);
        }
    }

    /// Remembers the words of a value that is dropped.
    fn lose(&mut self, node: &Node) {
        match &node.kind {
            Kind::Scalar { text, .. } => self.doubts.lost_text(text),
            Kind::List(items) => items.iter().for_each(|item| self.lose(item)),
            Kind::Map(entries) => {
                for entry in entries {
                    self.doubts.lost_text(&entry.key);
                    self.lose(&entry.value);
                }
            }
        }
    }

    /// Runs with a step added to the path.
    fn inside<T>(&mut self, step: &str, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.path.len();
        if !self.path.is_empty() && !step.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(step);
        let made = run(self);
        self.path.truncate(before);
        made
    }
}

/// Whether the entries of any section of names have such a setting.
fn is_setting_of_a_named_entry(key: &str) -> bool {
    let Shape::Map(scenario) = &SCENARIO else { return false };
    scenario.current().any(|section| match section.shape {
        Shape::Dict { of: Shape::Map(entry), .. } => entry.key(key).is_some(),
        _ => false,
    })
}

/// The least value of a shape: what is required, with an example each.
fn example(shape: &Shape, span: Span, levels: usize) -> Node {
    let inner = levels.saturating_sub(1);
    let field =
        |name: &str, of: &Shape| Entry { key: name.to_owned(), key_span: span, value: example(of, span, inner) };
    let kind = match shape {
        _ if levels == 0 => Kind::Scalar { text: "…".to_owned(), plain: true },
        Shape::List { of, min, .. } => Kind::List((0..*min).map(|_| example(of, span, inner)).collect()),
        Shape::Dict { .. } => Kind::Map(Vec::new()),
        Shape::Map(map) => {
            let required = map.current().filter(|key| key.required);
            let kind = map.current().find(|key| key.alternative);
            Kind::Map(required.chain(kind).map(|key| field(key.name, key.shape)).collect())
        }
        Shape::OneKey(map) => Kind::Map(map.current().take(1).map(|key| field(key.name, key.shape)).collect()),
        Shape::Either([first, ..]) => return example(first, span, levels),
        _ => Kind::Scalar { text: shape.example(), plain: true },
    };
    Node { span, kind }
}

/// A key that the reader refused with what follows it: the rest of its line, and the lines indented further.
fn refused_text(text: &str, key: Span) -> &str {
    let line = text[..key.start].rfind('\n').map_or(0, |at| at + 1);
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let own = indent(&text[line..]);
    let mut end = line;
    for next in text[line..].split_inclusive('\n') {
        let bare = next.trim();
        let inside = indent(next) > own || (indent(next) == own && bare.starts_with('-'));
        if end > line && !inside && !bare.is_empty() && !bare.starts_with('#') {
            break;
        }
        end += next.len();
    }
    &text[key.start..end.max(key.end)]
}
