//! The tree a scenario text becomes: values with their places.

use super::scalar::{Resolved, resolve};
use crate::diag::Span;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The text it was read from; for an alias, the alias.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a [`Node`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A single value.
    Scalar {
        /// The text without quotes, escapes resolved.
        text: String,
        /// Written without quotes, so that it may be a number, yes or no, or nothing.
        plain: bool,
    },
    /// Entries in order.
    List(Vec<Node>),
    /// Keys with values, in the order of the text; no key occurs twice.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value under a key, if this is a block that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key, if this is a block that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|entry| entry.key == key),
            Kind::Scalar { .. } | Kind::List(_) => None,
        }
    }

    /// The entries of a block; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            Kind::Scalar { .. } | Kind::List(_) => &[],
        }
    }

    /// What is in a list; nothing of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Scalar { .. } | Kind::Map(_) => &[],
        }
    }

    /// The value at a path; entries of lists are numbered from 0.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, step| match &node.kind {
            Kind::List(items) => items.get(step.parse::<usize>().ok()?),
            Kind::Map(_) => node.get(step),
            Kind::Scalar { .. } => None,
        })
    }

    /// The value at a written path: `services.web.cpu`, `instances[2].type`. Names in it may have dots of their own.
    pub fn find(&self, path: &str) -> Option<&Self> {
        self.follow(path).map(|(node, _)| node)
    }

    /// The place of the value at a written path.
    pub fn span_of(&self, path: &str) -> Option<Span> {
        self.find(path).map(|node| node.span)
    }

    /// The place of the last key of a written path: where a label about a whole
    /// block goes. An entry of a list has no key and gives its own place.
    pub fn key_span_of(&self, path: &str) -> Option<Span> {
        let (node, key) = self.follow(path).filter(|_| !path.is_empty())?;
        Some(key.unwrap_or_else(|| node.head()))
    }

    /// The value at a written path, and the last key on the way to it.
    fn follow(&self, path: &str) -> Option<(&Self, Option<Span>)> {
        let (mut node, mut last, mut rest) = (self, None, path);
        while !rest.is_empty() {
            let (next, key, after) = node.step(rest)?;
            (node, last, rest) = (next, key, after);
        }
        Some((node, last))
    }

    /// The nearest place to a written path: that of the value, else of the
    /// deepest block on the way that exists. A missing setting is shown there.
    pub fn nearest_span(&self, path: &str) -> Span {
        let mut node = self;
        let mut place = self.head();
        let mut rest = path;
        while !rest.is_empty() {
            let Some((next, key, after)) = node.step(rest) else { return place };
            place = key.unwrap_or_else(|| next.head());
            (node, rest) = (next, after);
        }
        match node.kind {
            Kind::Scalar { .. } => node.span,
            Kind::List(_) | Kind::Map(_) => place,
        }
    }

    /// What the first step of a path leads to, its key if it has one, and what is left of the path. Names may have dots of
    /// their own, so of several keys with which a path may begin the longest is meant.
    fn step<'p>(&self, path: &'p str) -> Option<(&Self, Option<Span>, &'p str)> {
        let after = |rest: &'p str| rest.strip_prefix(['.', ']']).unwrap_or(rest);
        match &self.kind {
            Kind::Scalar { .. } => None,
            Kind::List(items) => {
                let path = path.trim_start_matches('[');
                let (number, rest) = path.split_at(path.find(['.', '[', ']']).unwrap_or(path.len()));
                let rest = rest.strip_prefix(']').unwrap_or(rest);
                Some((items.get(number.parse::<usize>().ok()?)?, None, after(rest)))
            }
            Kind::Map(entries) => {
                let rest_of =
                    |key: &str| path.strip_prefix(key).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
                let known = entries.iter().filter_map(|entry| Some((entry, rest_of(entry.key.as_str())?)));
                let (entry, rest) = known.min_by_key(|(_, rest)| rest.len())?;
                Some((&entry.value, Some(entry.key_span), after(rest)))
            }
        }
    }

    /// Where the value begins, short enough for a label: the first key of a
    /// block, else the value itself.
    pub fn head(&self) -> Span {
        match &self.kind {
            Kind::Map(entries) => entries.first().map_or(self.span, |entry| {
                // An alias stands elsewhere than the keys it repeats, and what `--set` says in another source.
                let own = entry.key_span.source == self.span.source;
                let inside = own && (self.span.start..self.span.end).contains(&entry.key_span.start);
                if inside { entry.key_span } else { self.span }
            }),
            Kind::Scalar { .. } | Kind::List(_) => self.span,
        }
    }

    /// Whether nothing is there: an empty plain value, `null` or `~`.
    pub fn is_null(&self) -> bool {
        matches!(self.resolved(), Some(Resolved::Null))
    }

    /// What a single value means by YAML's core schema; `None` for lists and blocks.
    pub fn resolved(&self) -> Option<Resolved> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => Some(resolve(text)),
            Kind::Scalar { plain: false, .. } => Some(Resolved::Text),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The text of a single value.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }
}
