//! `--set path=value`: a value put into the tree of a scenario before anything is checked, so that a bad override is a
//! finding like any other, with its place in what was typed.

use super::extends::{Changes, needs};
use super::language::SCENARIO;
use super::reader::{MAX_BYTES, root};
use super::shape::{Key, MapShape, Shape, listed};
use super::tree::{Entry, Kind, Node};
use crate::diag::{Code, Finding, Findings, SourceId, Sources, Span, nearest, quoted};

/// Most steps of a path; the language needs fewer than ten.
const STEPS_AT_MOST: usize = 32;

/// What help shows.
const EXAMPLE: &str = "for example `services.web.desired_count=4` or `services.web.placement=[{binpack: memory}]`";

/// An override as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// What findings call it: `--set`.
    pub source: String,
    /// The whole text.
    pub text: String,
    /// Where path, `=` and value begin in it.
    pub from: usize,
}

/// A step of a path.
#[derive(Clone)]
struct Step {
    text: String,
    span: Span,
    /// Written in brackets: an entry of a list.
    bracketed: bool,
}

/// What a path gets.
enum Change {
    Value(Node),
    /// `null`, which stands there: the setting goes, and its default holds.
    Removal(Node),
}

/// Puts the value of an override into the tree. What stands in its way is reported; whether the value belongs there is
/// for the check of the tree to say. Names that it takes away are remembered.
pub fn set(tree: &mut Node, given: &Override, sources: &mut Sources, changes: &mut Changes, findings: &mut Findings) {
    if given.text.len() > MAX_BYTES {
        let message = format!("{} has more than {MAX_BYTES} bytes (1 MiB)", quoted(&given.source));
        findings.push(Finding::error(Code::TooLarge, message));
        return;
    }
    let id = sources.add(&given.source, &given.text);
    // the sources leave a byte order mark out, and places count without it
    let text = given.text.strip_prefix('\u{feff}').unwrap_or(&given.text);
    let from = given.from.saturating_sub(given.text.len() - text.len());
    match read(text, from, id, findings) {
        Ok(Some(_)) if !matches!(tree.kind, Kind::Map(_)) => {} // no scenario at all, as its check will say
        Ok(Some((steps, change))) => {
            let steps = joined(tree, steps);
            let setter = Setter { path: written(&steps), steps: &steps };
            let done = setter.astray(tree).map_or(Ok(()), |finding| Err(Box::new(finding)));
            if let Err(finding) = done.and_then(|()| setter.walk(tree, change, changes)) {
                findings.push(*finding);
            }
        }
        Ok(None) => {} // the reader has said why
        Err(finding) => findings.push(*finding),
    }
}

type Refusal = Box<Finding>;

fn bad(message: impl Into<String>, span: Span, label: &str) -> Finding {
    Finding::error(Code::BadOverride, message).at(span, label).help(EXAMPLE)
}

/// Path and value. `None` where the value can't be read.
fn read(
    text: &str,
    from: usize,
    id: SourceId,
    findings: &mut Findings,
) -> Result<Option<(Vec<Step>, Change)>, Refusal> {
    let Some(equals) = text[from..].find('=').map(|at| from + at) else {
        return Err(bad("an override needs `=`", Span::new(id, from, text.len()), "no `=` in it").into());
    };
    let steps = steps(text, from, equals, id)?;
    // Places in the value are places in the whole text: what is before it is blanked.
    let blanked = " ".repeat(equals + 1) + &text[equals + 1..];
    let Some(value) = root(&blanked, id, findings) else { return Ok(None) };
    let change = match value {
        Some(node) if node.is_null() && node.text() != Some("") => Change::Removal(node),
        Some(node) if !node.is_null() => Change::Value(node),
        _ => {
            let message = format!("{} has no value", quoted(&written(&steps)));
            let finding = Finding::error(Code::MissingValue, message)
                .at(Span::new(id, equals, equals + 1), "nothing is said behind this");
            return Err(Box::new(finding.help("a value belongs here; `null` takes the setting away")));
        }
    };
    Ok(Some((steps, change)))
}

/// `instances[0].count` → its steps.
fn steps(text: &str, from: usize, equals: usize, id: SourceId) -> Result<Vec<Step>, Refusal> {
    let path = &text[from..equals];
    let start = from + (path.len() - path.trim_start().len());
    let end = start + path.trim().len();
    let mut found: Vec<Step> = Vec::new();
    let mut at = start;
    loop {
        let bracketed = text[at..end].starts_with('[');
        let first = at + usize::from(bracketed);
        let stops: &[char] = if bracketed { &[']'] } else { &['.', '[', ']'] };
        let len = text[first..end].find(stops).unwrap_or(end - first);
        let span = Span::new(id, first, first + len);
        if len == 0 {
            let place = Span::new(id, first.min(equals), (first + 1).min(equals + 1));
            return Err(bad("a step of the path is empty", place, "a name or number is missing here").into());
        }
        found.push(Step { text: text[span.start..span.end].to_owned(), span, bracketed });
        if found.len() > STEPS_AT_MOST {
            return Err(bad(format!("the path has more than {STEPS_AT_MOST} steps"), span, "one too many").into());
        }
        at = span.end;
        if bracketed {
            if at == end {
                return Err(
                    bad("a `[` of the path is not closed", Span::new(id, first - 1, first), "opened here").into()
                );
            }
            at += 1;
        }
        match text[at..end].chars().next() {
            None => return Ok(found),
            Some('.') => at += 1,
            Some('[') => {}
            Some(c) => {
                let place = Span::new(id, at, at + c.len_utf8());
                return Err(bad("a step of the path ends here", place, "a `.`, `[` or `=` belongs here").into());
            }
        }
    }
}

/// Puts together what is one name with dots in it: what follows the name of a dictionary of single values (`prices.items.m5.large`),
/// and names that are there (`instance_types.m5.large.price`).
fn joined(tree: &Node, steps: Vec<Step>) -> Vec<Step> {
    let (mut node, mut shape) = (Some(tree), &SCENARIO);
    let mut rest = steps.into_iter().peekable();
    let mut all = Vec::new();
    while let Some(mut step) = rest.next() {
        let meant = node.map_or(Some(shape), |node| shape.chosen(node));
        if let Some(Shape::Dict { of, .. }) = meant {
            let is_there = |name: &str| node.is_some_and(|node| node.entry(name).is_some());
            while let Some(next) = rest.next_if(|next| {
                let more = format!("{}.{}", step.text, next.text);
                !step.bracketed && !next.bracketed && (!takes_block(of) || (!is_there(&step.text) && is_there(&more)))
            }) {
                step.text = format!("{}.{}", step.text, next.text);
                step.span.end = next.span.end;
            }
        }
        node = node.and_then(|node| node.at(&[&step.text]));
        shape = inner(meant, &step.text);
        all.push(step);
    }
    all
}

/// The path as findings show it.
fn written(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step { text, bracketed: true, .. } => path.extend(["[", text, "]"]),
            Step { text, .. } => path.extend([if path.is_empty() { "" } else { "." }, text]),
        }
    }
    path
}

struct Setter<'a> {
    path: String,
    steps: &'a [Step],
}

impl Setter<'_> {
    /// What was meant by a path that does not begin at the top: `desired_count`, `web.desired_count`.
    fn astray(&self, tree: &Node) -> Option<Finding> {
        let Shape::Map(map) = &SCENARIO else { return None };
        let first = self.steps.first().filter(|step| map.key(&step.text).is_none())?;
        let of_section = |section: &'static Key| match section.shape {
            Shape::Dict { of: Shape::Map(of), .. } => Some((section.name, *of)),
            _ => None,
        };
        let mut meant = Vec::new();
        for (section, of) in map.current().filter_map(of_section) {
            let names = || tree.get(section).map(Node::entries).unwrap_or_default().iter();
            match self.steps.get(1) {
                Some(second) if names().any(|entry| entry.key == first.text) && of.key(&second.text).is_some() => {
                    meant.push(format!("{section}.{}", self.path));
                }
                _ if of.key(&first.text).is_some_and(|key| key.later.is_none()) => {
                    meant.extend(names().next().map(|entry| format!("{section}.{}.{}", entry.key, self.path)));
                }
                _ => {}
            }
        }
        let message = format!("{} has no setting {}", map.title, quoted(&first.text));
        let finding = Finding::error(Code::UnknownSetting, message).at(first.span, "not known here").path(&self.path);
        (!meant.is_empty()).then(|| {
            finding.help(format!("a path begins at the top: {}", listed(meant.iter().take(3).map(|path| &**path))))
        })
    }

    fn walk(&self, tree: &mut Node, change: Change, changes: &mut Changes) -> Result<(), Refusal> {
        let mut node = tree;
        let mut shape: &'static Shape = &SCENARIO;
        for (row, step) in self.steps.iter().enumerate() {
            let last = row + 1 == self.steps.len();
            let removes = matches!(change, Change::Removal(_));
            self.make_room(node, shape, row, removes)?;
            let meant = shape.chosen(node);
            let found = match &node.kind {
                Kind::Map(entries) => entries.iter().position(|entry| entry.key == step.text),
                Kind::List(items) => self.item(items, row)?.filter(|place| *place < items.len()),
                Kind::Scalar { .. } => None,
            };
            if let Change::Removal(null) = &change
                && (last || found.is_none())
            {
                return self.remove((node, meant), found, row, null, changes);
            }
            let place = match found {
                Some(place) => place,
                None => self.create(node, meant, row, last)?,
            };
            shape = inner(meant, &step.text);
            node = match &mut node.kind {
                Kind::Map(entries) => {
                    // a label about the setting as a whole goes to what was typed
                    if last {
                        entries[place].key_span = step.span;
                    }
                    &mut entries[place].value
                }
                Kind::List(items) => &mut items[place],
                Kind::Scalar { .. } => return Ok(()), // room was made
            };
        }
        if let Change::Value(value) = change {
            *node = value;
        }
        Ok(())
    }

    /// Makes a list or block of what has none where the next step needs one.
    fn make_room(&self, node: &mut Node, shape: &Shape, row: usize, removes: bool) -> Result<(), Refusal> {
        if !matches!(node.kind, Kind::Scalar { .. }) {
            return Ok(());
        }
        let step = &self.steps[row];
        if node.is_null() || takes_block(shape) {
            let list = match shape {
                Shape::List { .. } => true,
                Shape::Map(_) | Shape::OneKey(_) | Shape::Dict { .. } => false,
                _ => step.bracketed,
            };
            if !removes {
                node.kind = if list { Kind::List(Vec::new()) } else { Kind::Map(Vec::new()) };
            }
            return Ok(());
        }
        let owner = written(&self.steps[..row]);
        let message = format!("{} is a single value, and has no {}", quoted(&owner), quoted(&step.text));
        let finding = Finding::error(Code::NowhereToSet, message).at(step.span, "nothing can be set in a single value");
        Err(Box::new(finding.also(node.span, "the value").path(&self.path).help(format!("set `{owner}` as a whole"))))
    }

    /// Which entry of a list is meant: by number, by name, or by its one key. One past the last is a new one.
    fn item(&self, items: &[Node], row: usize) -> Result<Option<usize>, Refusal> {
        let (step, list) = (&self.steps[row], written(&self.steps[..row]));
        if step.text.bytes().all(|byte| byte.is_ascii_digit()) {
            let place = step.text.parse::<usize>().ok().filter(|place| *place <= items.len());
            return place.map(Some).ok_or_else(|| {
                let message = format!("{} has no entry {}", quoted(&list), step.text);
                let help = match items.len() {
                    0 => format!("it has none; write `{list}[0]` for the first"),
                    1 => "it has one, with the number 0; 1 adds another".to_owned(),
                    count => format!("it has {count}, numbered from 0; {count} adds another"),
                };
                self.nowhere(step, message, help).into()
            });
        }
        let called = |item: &&Node| names(item).any(|name| name == step.text);
        let mut fitting = (0..items.len()).filter(|place| called(&&items[*place]));
        match (fitting.next(), fitting.next()) {
            (Some(place), None) => Ok(Some(place)),
            (Some(_), Some(_)) => {
                let message = format!("{} has several entries called {}", quoted(&list), quoted(&step.text));
                Err(self.nowhere(step, message, "choose one by its number, counted from 0".to_owned()).into())
            }
            (None, _) => {
                let message = format!("{} has no entry called {}", quoted(&list), quoted(&step.text));
                let help = match nearest(&step.text, items.iter().flat_map(names)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("entries have numbers, from 0: `{list}[0]`"),
                };
                Err(self.nowhere(step, message, help).into())
            }
        }
    }

    fn nowhere(&self, step: &Step, message: String, help: String) -> Finding {
        Finding::error(Code::NowhereToSet, message).at(step.span, "not there").path(&self.path).help(help)
    }

    /// Makes what the path needs, and says at which place.
    fn create(&self, node: &mut Node, shape: Option<&'static Shape>, row: usize, last: bool) -> Result<usize, Refusal> {
        let step = &self.steps[row];
        if let (Some(Shape::Dict { .. }), false) = (shape, last) {
            return Err(self.no_such_name(node, row).into());
        }
        if let (Some(Shape::List { of: Shape::Map(of), .. }), Kind::List(items)) = (shape, &node.kind)
            && let (Some(next), false) = (self.steps.get(row + 1), items.is_empty())
            && !needs(&Shape::Map(of), &next.text)
            && let Some(missing) = of.current().find(|key| key.required)
        {
            let owner = written(&self.steps[..row]);
            let message =
                format!("{} has no entry {}, and a new one needs `{}`", quoted(&owner), step.text, missing.name);
            let last = items.len() - 1;
            let help = format!("entries are counted from 0: the last one is `{owner}[{last}]`");
            return Err(self.nowhere(step, message, help).into());
        }
        let empty = Node { span: step.span, kind: Kind::Scalar { text: String::new(), plain: true } };
        match &mut node.kind {
            Kind::Map(entries) => {
                match shape {
                    Some(Shape::OneKey(_)) => entries.clear(), // of its keys there is one: this one instead
                    Some(Shape::Map(map)) => entries.retain(|entry| !map.excludes(&step.text, &entry.key)),
                    _ => {}
                }
                entries.push(Entry { key: step.text.clone(), key_span: step.span, value: empty });
                Ok(entries.len() - 1)
            }
            Kind::List(items) => {
                items.push(empty);
                Ok(items.len() - 1)
            }
            Kind::Scalar { .. } => Ok(0),
        }
    }

    fn remove(
        &self,
        (node, shape): (&mut Node, Option<&'static Shape>),
        found: Option<usize>,
        row: usize,
        null: &Node,
        changes: &mut Changes,
    ) -> Result<(), Refusal> {
        let step = &self.steps[row];
        match (&mut node.kind, found) {
            // what has to be there is missing where it was taken away
            (Kind::Map(entries), Some(place)) if shape.is_some_and(|shape| needs(shape, &step.text)) => {
                entries[place] = Entry { key: step.text.clone(), key_span: step.span, value: null.clone() };
            }
            (Kind::Map(entries), Some(place)) => {
                if let Some(Shape::Dict { .. }) = shape {
                    changes.take_away(&step.text, step.span);
                }
                entries.remove(place);
            }
            (Kind::List(items), Some(place)) => drop(items.remove(place)),
            (_, None) => return self.nothing_to_remove(node, shape, row),
            (Kind::Scalar { .. }, _) => {}
        }
        Ok(())
    }

    /// What is not there and could be has its default already; what can't be there was mistyped.
    fn nothing_to_remove(&self, node: &Node, shape: Option<&'static Shape>, row: usize) -> Result<(), Refusal> {
        let step = &self.steps[row];
        match shape {
            Some(Shape::Map(map) | Shape::OneKey(map)) if map.key(&step.text).is_none() => {
                Err(self.no_such_key(map, step).into())
            }
            Some(Shape::Dict { .. } | Shape::List { .. }) => Err(self.no_such_name(node, row).into()),
            _ => Ok(()),
        }
    }

    fn no_such_key(&self, map: &'static MapShape, step: &Step) -> Finding {
        let known = || map.current().map(|key| key.name);
        let help = match nearest(&step.text, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", listed(known())),
        };
        let message = format!("{} has no setting {}", map.title, quoted(&step.text));
        let finding = Finding::error(Code::UnknownSetting, message).at(step.span, "not known here");
        finding.path(&self.path).help(help)
    }

    fn no_such_name(&self, node: &Node, row: usize) -> Finding {
        let (step, owner) = (&self.steps[row], written(&self.steps[..row]));
        let known: Vec<&str> = match &node.kind {
            Kind::Map(entries) => entries.iter().map(|entry| entry.key.as_str()).collect(),
            _ => Vec::new(),
        };
        let help = match nearest(&step.text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "there are none".to_owned(),
            None => format!("there are: {}", listed(known.into_iter().take(20))),
        };
        let message = format!("{} has no {}", quoted(&owner), quoted(&step.text));
        self.nowhere(step, message, help)
    }
}

/// What an entry of a list may be called: its name, what it refers to, its one key, or itself where it is a word.
fn names(item: &Node) -> impl Iterator<Item = &str> {
    let by_key = ["name", "provider"].into_iter().filter_map(|key| item.get(key)?.text());
    let own = match &item.kind {
        Kind::Map(entries) if entries.len() == 1 => Some(entries[0].key.as_str()),
        Kind::Scalar { text, .. } => Some(text.as_str()),
        _ => None,
    };
    by_key.chain(own)
}

fn takes_block(shape: &Shape) -> bool {
    match shape {
        Shape::Map(_) | Shape::OneKey(_) => true,
        Shape::Either(shapes) => shapes.iter().any(|shape| takes_block(shape)),
        _ => false,
    }
}

/// The shape of what is under a key, or of an entry.
fn inner(shape: Option<&'static Shape>, step: &str) -> &'static Shape {
    match shape {
        Some(Shape::Map(map) | Shape::OneKey(map)) => map.key(step).map_or(&Shape::Anything, |key| key.shape),
        Some(Shape::Dict { of, .. } | Shape::List { of, .. }) => of,
        _ => &Shape::Anything,
    }
}

#[cfg(test)]
mod tests;
