//! What was written, put into the form that belongs there: a remedy that can be copied as it is.

use super::amounts;
use super::scalar::{Resolved, resolve};
use super::shape::{Key, MapShape, Shape};
use super::tree::{Entry, Kind, Node};
use super::walk::accepts;
use crate::diag::{nearest, printable};

/// Most levels that are put into another form; the language has fewer where people go wrong.
const LEVELS: usize = 5;
/// Most entries of a list or block that a remedy repeats.
const ENTRIES: usize = 3;
/// Longest single value that a remedy repeats, in characters.
const WORD: usize = 60;
/// Longest remedy, in characters: beyond it nobody copies.
const LONGEST: usize = 150;

/// What a value beside a name, a type and so on is, where a block was written as `NAME: VALUE`.
const BESIDE: [(&str, &str); 4] =
    [("provider", "weight"), ("type", "count"), ("container", "condition"), ("at", "value")];

/// Writes values on one line, as YAML or as JSON.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub(super) json: bool,
}

impl Pen {
    /// A value of the shape, made of what stands there instead; `None` where that can't be used.
    pub(super) fn adapted(self, shape: &'static Shape, node: &Node) -> Option<String> {
        self.within(shape, node, LEVELS).filter(|written| written.chars().count() <= LONGEST)
    }

    /// A value as it is, on one line; `…` for what is too long.
    pub(super) fn written(self, node: &Node) -> String {
        let written = self.as_is(node, LEVELS);
        if written.chars().count() > LONGEST { "…".to_owned() } else { written }
    }

    /// `{key: value, …}`.
    pub(super) fn block<'t>(self, fields: impl IntoIterator<Item = (&'t str, String)>) -> String {
        let fields = fields.into_iter().map(|(key, value)| format!("{}: {value}", self.word(key, true)));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
    }

    fn as_is(self, node: &Node, levels: usize) -> String {
        let Some(inner) = levels.checked_sub(1) else { return "…".to_owned() };
        match &node.kind {
            Kind::Scalar { text, plain } => self.word(text, *plain),
            Kind::List(items) => in_brackets(items.iter().map(|item| self.as_is(item, inner)), items.len()),
            Kind::Map(entries) => {
                let fields = entries.iter().take(ENTRIES).map(|entry| (&*entry.key, self.as_is(&entry.value, inner)));
                let more = (entries.len() > ENTRIES).then(|| ("…", "…".to_owned()));
                self.block(fields.chain(more))
            }
        }
    }

    /// A single value, in quotes where it needs some on one line.
    fn word(self, text: &str, plain: bool) -> String {
        let cut: String = text.chars().take(WORD).collect();
        let cut = printable(&cut);
        let is_no_text = resolve(text) != Resolved::Text;
        if self.json {
            return if plain && is_no_text { cut } else { format!("\"{cut}\"") };
        }
        let first = text.starts_with(|c: char| "*&!%@`|>'\"?-#".contains(c)) && !(plain && is_no_text);
        let inside = text.contains([',', '[', ']', '{', '}']) || text.contains(": ") || text.contains(" #");
        if first || inside || text.is_empty() || text.ends_with(':') || (is_no_text && !plain) {
            return format!("'{}'", cut.replace('\'', "''"));
        }
        cut
    }

    fn within(self, shape: &'static Shape, node: &Node, levels: usize) -> Option<String> {
        let inner = levels.checked_sub(1)?;
        if node.is_null() {
            return None;
        }
        if accepts(shape, node) {
            return Some(self.as_is(node, levels));
        }
        match (shape, &node.kind) {
            (Shape::Either(shapes), _) => shapes.iter().find_map(|shape| self.within(shape, node, inner)),
            (Shape::Map(map), Kind::Scalar { .. }) => self.around(map, node),
            (Shape::Map(map), Kind::List(items)) => self.by_position(map, items, inner),
            (Shape::Map(map), Kind::Map(entries)) => self.fields(map, entries, inner),
            (Shape::OneKey(map), Kind::Map(entries)) => match entries.as_slice() {
                [entry] => {
                    let key = map.key(&entry.key).filter(|key| key.later.is_none())?;
                    Some(self.block([(key.name, self.within(key.shape, &entry.value, inner)?)]))
                }
                _ => None,
            },
            (Shape::List { of, .. }, Kind::Scalar { .. }) => Some(format!("[{}]", self.within(of, node, inner)?)),
            (Shape::List { of, .. }, Kind::List(items)) => {
                let made: Option<Vec<String>> =
                    items.iter().take(ENTRIES).map(|item| self.within(of, item, inner)).collect();
                Some(in_brackets(made?.into_iter(), items.len()))
            }
            (Shape::List { of, .. }, Kind::Map(entries)) => {
                let made: Option<Vec<String>> =
                    entries.iter().take(ENTRIES).map(|entry| self.item(of, entry, inner)).collect();
                Some(in_brackets(made?.into_iter(), entries.len()))
            }
            (Shape::Dict { names, of, .. }, Kind::List(items)) => {
                let named = |(row, item)| self.named(names, of, item, row, inner);
                let made: Option<Vec<String>> = items.iter().take(ENTRIES).enumerate().map(named).collect();
                Some(format!("{{{}{}}}", made?.join(", "), if items.len() > ENTRIES { ", …" } else { "" }))
            }
            (Shape::Dict { .. } | Shape::Bool | Shape::OneKey(_) | Shape::Anything, _) => None,
            // of several values one, and of a block the one that it has
            (_, Kind::List(items)) => self.within(shape, items.first()?, inner),
            (_, Kind::Map(entries)) => match entries.as_slice() {
                [entry] => self.within(shape, &entry.value, inner),
                _ => None,
            },
            (_, Kind::Scalar { text, .. }) => self.scalar(shape, text),
        }
    }

    /// A single value in another notation.
    fn scalar(self, shape: &'static Shape, text: &str) -> Option<String> {
        let fits = |text: &String| accepts(shape, &plain(text));
        match shape {
            Shape::Integer { .. } => amounts::whole(text, self.json).into_iter().find(fits),
            Shape::Decimal { .. } => amounts::plain_numbers(text).into_iter().find(fits),
            Shape::Quantity(quantity) => amounts::of_kind(quantity, text).map(|text| self.word(&text, !self.json)),
            Shape::OneOf(words) => nearest(text, words.iter().copied()).map(|word| self.word(word, false)),
            _ => None,
        }
    }

    /// A block around the one value that was given: `m5.large` → `{type: m5.large}`.
    fn around(self, map: &'static MapShape, node: &Node) -> Option<String> {
        // a lone `true` says nothing of what it was meant for
        let key = field_for(map, node, &[]).filter(|key| !matches!(key.shape, Shape::Bool))?;
        self.complete(map, vec![(key.name, self.as_is(node, 1))])
    }

    /// A block of a list of its values in their order: `[0s, 10]` → `{at: 0s, value: 10}`.
    fn by_position(self, map: &'static MapShape, items: &[Node], levels: usize) -> Option<String> {
        let required: Vec<&Key> = map.current().filter(|key| key.required).collect();
        if required.len() != items.len() {
            return None;
        }
        let fields =
            required.iter().zip(items).map(|(key, item)| Some((key.name, self.within(key.shape, item, levels)?)));
        self.complete(map, fields.collect::<Option<Vec<_>>>()?)
    }

    /// The settings of a block that exist, each in its form.
    fn fields(self, map: &'static MapShape, entries: &[Entry], levels: usize) -> Option<String> {
        let mut fields = Vec::new();
        for entry in entries.iter().take(2 * ENTRIES) {
            let key = map.key(&entry.key).filter(|key| key.later.is_none())?;
            fields.push((key.name, self.within(key.shape, &entry.value, levels)?));
        }
        self.complete(map, fields)
    }

    /// A block with what was given and whatever else it needs, in the order of the reference.
    fn complete(self, map: &'static MapShape, mut fields: Vec<(&'static str, String)>) -> Option<String> {
        if fields.is_empty() {
            return None;
        }
        let example = |key: &'static Key| (key.name, key.example(self.json));
        let lacks = |fields: &[(&str, String)], key: &Key| !fields.iter().any(|(name, _)| *name == key.name);
        for key in map.current().filter(|key| key.required) {
            if lacks(&fields, key) {
                fields.push(example(key));
            }
        }
        let is_given = |key: &Key| !lacks(&fields, key);
        if let Some(first) = map.current().find(|key| key.alternative)
            && !map.current().any(|key| key.alternative && is_given(key))
        {
            fields.push(example(first));
        }
        fields.sort_by_key(|(name, _)| map.keys.iter().position(|key| key.name == *name));
        Some(self.block(fields))
    }

    /// An entry of a list of what was written as `KEY: VALUE`.
    fn item(self, of: &'static Shape, entry: &Entry, levels: usize) -> Option<String> {
        let inner = levels.checked_sub(1)?;
        match of {
            Shape::Either(shapes)
                if shapes.iter().any(|shape| matches!(shape, Shape::Map(map) if map.key("that").is_some())) =>
            {
                self.condition(entry)
            }
            Shape::Either(shapes) => {
                let by_key =
                    shapes.iter().find(|shape| matches!(shape, Shape::OneKey(map) if map.key(&entry.key).is_some()));
                match by_key {
                    Some(shape) => self.item(shape, entry, inner),
                    None => shapes.iter().rev().find_map(|shape| self.item(shape, entry, inner)),
                }
            }
            Shape::OneKey(map) => {
                let key = map.key(&entry.key).filter(|key| key.later.is_none())?;
                Some(self.block([(key.name, self.within(key.shape, &entry.value, inner)?)]))
            }
            Shape::Map(map) => self.keyed(map, entry, inner),
            _ if entry.value.is_null() => self.within(of, &plain(&entry.key), inner),
            _ => self.within(of, &entry.value, inner),
        }
    }

    /// `10m: {drain_instance: i-1}` → `{at: 10m, drain_instance: i-1}`; `FARGATE: 1` → `{provider: FARGATE, weight: 1}`.
    fn keyed(self, map: &'static MapShape, entry: &Entry, levels: usize) -> Option<String> {
        let name = plain(&entry.key);
        let key = field_for(map, &name, &[])?;
        let mut fields = vec![(key.name, self.as_is(&name, 1))];
        match &entry.value.kind {
            Kind::Map(entries) => {
                for inner in entries.iter().take(2 * ENTRIES) {
                    let key = map.key(&inner.key).filter(|key| key.later.is_none())?;
                    fields.push((key.name, self.within(key.shape, &inner.value, levels)?));
                }
            }
            Kind::Scalar { .. } if entry.value.is_null() => {}
            Kind::Scalar { .. } => {
                let beside = BESIDE.iter().find(|(first, _)| *first == key.name);
                let beside =
                    beside.and_then(|(_, second)| map.key(second)).filter(|key| accepts(key.shape, &entry.value));
                let value = beside.or_else(|| field_for(map, &entry.value, &[key.name]))?;
                fields.push((value.name, self.as_is(&entry.value, 1)));
            }
            Kind::List(_) => return None,
        }
        self.complete(map, fields)
    }

    /// `cost_usd: < 5` → `cost_usd < 5`.
    fn condition(self, entry: &Entry) -> Option<String> {
        let value = entry.value.text()?;
        let operator = if value.starts_with(['<', '>', '=', '!']) { "" } else { "== " };
        Some(self.word(&format!("{} {operator}{value}", entry.key), false))
    }

    /// A name with its value of what was written as an entry of a list.
    fn named(
        self,
        names: &'static Shape,
        of: &'static Shape,
        item: &Node,
        row: usize,
        levels: usize,
    ) -> Option<String> {
        let pair = |name: &str, value: &Node| {
            let value = accepts(names, &plain(name)).then(|| self.within(of, value, levels))??;
            Some(format!("{}: {value}", self.word(name, true)))
        };
        match &item.kind {
            Kind::Map(entries) => match entries.as_slice() {
                [only] => pair(&only.key, &only.value),
                [first, second] => {
                    let one = |name: &Entry, value: &Entry| pair(name.value.text()?, &value.value);
                    one(first, second).or_else(|| one(second, first))
                }
                _ => None,
            },
            Kind::Scalar { text, .. } => {
                let halves = text.split_once('=').or_else(|| text.split_once(':'));
                let split = halves.and_then(|(name, value)| pair(name.trim(), &plain(value.trim())));
                let letter = char::from(b'a' + u8::try_from(row % 26).unwrap_or(0)).to_string();
                split
                    .or_else(|| {
                        accepts(names, item).then(|| format!("{}: {}", self.word(text, true), least(of, self.json)))
                    })
                    .or_else(|| pair(&letter, item))
            }
            Kind::List(_) => None,
        }
    }
}

/// The first entries of a list, and a sign for the others.
fn in_brackets(items: impl Iterator<Item = String>, count: usize) -> String {
    let mut items: Vec<String> = items.take(ENTRIES).collect();
    if count > ENTRIES {
        items.push("…".to_owned());
    }
    format!("[{}]", items.join(", "))
}

/// A value for a name that has none: one of it.
fn least(of: &'static Shape, json: bool) -> String {
    let one = plain("1");
    let is_number = matches!(of, Shape::Integer { .. } | Shape::Decimal { .. } | Shape::Quantity(_));
    if is_number && accepts(of, &one) { "1".to_owned() } else { of.example_for("", json) }
}

/// A value that is nowhere in the text.
pub(super) fn plain(text: &str) -> Node {
    Node { span: crate::diag::Span::default(), kind: Kind::Scalar { text: text.to_owned(), plain: true } }
}

/// The setting of a block that a single value was probably meant for.
pub(super) fn field_for(map: &'static MapShape, node: &Node, taken: &[&str]) -> Option<&'static Key> {
    let text = node.text()?;
    let free = || map.current().filter(|key| !taken.contains(&key.name));
    let fits = |key: &&Key| accepts(key.shape, node);
    let is_file = [".csv", ".json", ".yaml", ".yml"].iter().any(|ending| text.ends_with(ending));
    let file = free().find(|key| matches!(key.shape, Shape::File) && is_file);
    file.or_else(|| free().find(|key| key.required && fits(key)))
        .or_else(|| free().find(|key| matches!(key.shape, Shape::OneOf(_)) && fits(key)))
        .or_else(|| {
            free().find(|key| !matches!(key.shape, Shape::Text { .. } | Shape::Name | Shape::File) && fits(key))
        })
        .or_else(|| free().find(|key| key.name == "name" && fits(key)))
}
