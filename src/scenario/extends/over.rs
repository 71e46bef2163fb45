//! One tree over another, and what is worth remembering of it: a mistake in what comes out may have been made here.

use crate::diag::{Code, Finding, Findings, Span, nearest, quoted};
use crate::scenario::shape::{Shape, listed};
use crate::scenario::tree::{Entry, Kind, Node};

/// Most names of a base that a remedy lists.
const NAMES: usize = 8;
/// With more names in a base none is looked for that was meant: this would take their square.
const COMPARED: usize = 1000;
/// Most changes of a kind that are remembered.
const REMEMBERED: usize = 100;

/// What files and overrides did to those under them.
#[derive(Debug, Default)]
pub struct Changes {
    /// Whether all that is extended could be read: if not, what seems to be missing may stand there.
    pub is_whole: bool,
    /// Names that were taken away, and the `null` that did it.
    taken: Vec<(String, Span)>,
    /// Lists that took the place of another one.
    lists: Vec<Span>,
    /// Names that the base does not have and that lack something, with those that it has.
    new: Vec<(Span, String)>,
    /// What was found on the way.
    pub(super) findings: Findings,
}

impl Changes {
    /// Nothing changed yet, and nothing is missing.
    pub(super) fn none() -> Self {
        Self { is_whole: true, ..Self::default() }
    }

    /// Remembers that a name was taken away.
    pub(in crate::scenario) fn take_away(&mut self, name: &str, place: Span) {
        if self.taken.len() < REMEMBERED {
            self.taken.push((name.to_owned(), place));
        }
    }

    /// Adds to findings what the changes have to do with them.
    pub fn explain(&self, findings: &mut Findings) {
        findings.amend(|finding| {
            let place = finding.primary().map(|label| label.span);
            let holds = |list: &&Span| {
                place.is_some_and(|at| list.source == at.source && list.start <= at.start && at.end <= list.end)
            };
            match finding.code {
                Code::UnknownReference => {
                    if let Some((_, place)) =
                        self.taken.iter().find(|(name, _)| finding.message.contains(&quoted(name)))
                    {
                        *finding = finding.clone().also(*place, "taken away here");
                    }
                }
                Code::MissingSetting if self.lists.iter().any(|list| holds(&list)) => {
                    finding.help = Some(
                        "a list takes the place of the whole list of the base: write its entries out too; a single \
                         value can be changed with `--set instances[0].count=5`"
                            .to_owned(),
                    );
                }
                Code::MissingSetting => {
                    let new = self.new.iter().find(|(at, _)| place == Some(*at));
                    if let (Some((_, names)), Some(help)) = (new, &mut finding.help) {
                        help.push_str("; the base has ");
                        help.push_str(names);
                    }
                }
                _ => {}
            }
        });
    }
}

/// Puts a tree over another: blocks key by key, everything else as a whole. `null` takes a setting away.
pub(super) fn put_over(base: &mut Node, over: Node, shape: &'static Shape, changes: &mut Changes) {
    let (under, above) = (shape.chosen(base), shape.chosen(&over));
    let is_one_kind = matches!((under, above), (Some(under), Some(above)) if std::ptr::eq(under, above));
    let Node { span, kind } = over;
    match (&mut base.kind, kind) {
        (Kind::Map(entries), Kind::Map(new)) if is_one_kind && keeps_keys(above, entries, &new) => {
            if let Some(Shape::Map(map)) = above {
                entries.retain(|old| !new.iter().any(|entry| map.excludes(&entry.key, &old.key)));
            }
            for entry in new {
                put_entry(entries, entry, above, changes);
            }
            base.span = span;
        }
        (under, kind) => {
            let was_list = matches!(under, Kind::List(items) if !items.is_empty());
            if was_list && matches!(kind, Kind::List(_)) && changes.lists.len() < REMEMBERED {
                changes.lists.push(span);
            }
            *base = Node { span, kind };
        }
    }
}

/// Of a block with one of several keys another one replaces it.
fn keeps_keys(shape: Option<&'static Shape>, base: &[Entry], new: &[Entry]) -> bool {
    match shape {
        Some(Shape::OneKey(_)) => base.iter().map(|entry| &entry.key).eq(new.iter().map(|entry| &entry.key)),
        Some(Shape::Map(_) | Shape::Dict { .. }) => true,
        _ => false,
    }
}

fn put_entry(entries: &mut Vec<Entry>, entry: Entry, shape: Option<&'static Shape>, changes: &mut Changes) {
    let place = entries.iter().position(|old| old.key == entry.key);
    let Some(place) = place.or_else(|| meant_by(entries, &entry, shape, changes)) else {
        entries.push(entry);
        return;
    };
    if entry.value.is_null() && entry.value.text() != Some("") {
        // what has to be there is missing where it was taken away
        if shape.is_some_and(|shape| needs(shape, &entry.key)) {
            entries[place] = entry;
        } else {
            if let Some(Shape::Dict { .. }) = shape {
                changes.take_away(&entry.key, entry.value.span);
            }
            entries.remove(place);
        }
        return;
    }
    let old = &mut entries[place];
    old.key_span = entry.key_span;
    match shape.and_then(|shape| inner(shape, &entry.key)) {
        Some(shape) => put_over(&mut old.value, entry.value, shape, changes),
        None => old.value = entry.value,
    }
}

/// Whether a block can't be without a setting.
pub(in crate::scenario) fn needs(shape: &Shape, key: &str) -> bool {
    matches!(shape, Shape::Map(map) if map.key(key).is_some_and(|key| key.required))
}

/// The name of the base that was meant by one that it does not have, and that says too little for a new one: reported,
/// and taken for it.
fn meant_by(entries: &[Entry], entry: &Entry, shape: Option<&'static Shape>, changes: &mut Changes) -> Option<usize> {
    let Some(Shape::Dict { of: Shape::Map(map), .. }) = shape else { return None };
    let missing = map.current().find(|key| key.required && entry.value.get(key.name).is_none())?;
    let names = || entries.iter().map(|entry| entry.key.as_str());
    let is_block = matches!(entry.value.kind, Kind::Map(_));
    let is_too_much = entries.len() > COMPARED || changes.findings.len() >= REMEMBERED;
    if !is_block || entries.is_empty() || is_too_much || !changes.is_whole {
        return None;
    }
    let near = nearest(&entry.key, names()).and_then(|near| names().position(|name| name == near));
    let Some(place) = near else {
        if changes.new.len() < REMEMBERED {
            changes.new.push((entry.key_span, listed(names().take(NAMES))));
        }
        return None;
    };
    let (new, old) = (quoted(&entry.key), &entries[place]);
    let message = format!("the base has no {new}, and a new one needs `{}`", missing.name);
    let finding = Finding::error(Code::MissingSetting, message)
        .at(entry.key_span, "not in the base")
        .also(old.key_span, "the base has this")
        .help(format!("did you mean {}?", quoted(&old.key)));
    changes.findings.push(finding);
    Some(place)
}

/// The shape of what stands under a key.
pub(super) fn inner(shape: &'static Shape, key: &str) -> Option<&'static Shape> {
    match shape {
        Shape::Map(map) | Shape::OneKey(map) => map.key(key).map(|key| key.shape),
        Shape::Dict { of, .. } => Some(of),
        _ => None,
    }
}
