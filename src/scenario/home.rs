//! Where a setting belongs that is not known where it stands: beside it, further in, further out, or in another section.

use super::language::SCENARIO;
use super::proposal::Pen;
use super::shape::{Key, MapShape, Shape};
use super::tree::{Entry, Kind};
use crate::diag::{printable, quoted};

/// Most levels further in at which a setting is looked for.
const DEEPEST: usize = 3;
/// In a block with more entries nobody looks for one that belongs to another, or this would take their square.
const ENTRIES: usize = 100;
/// A longer value is not repeated in a remedy, in characters.
const VALUE: usize = 50;

/// A block that is being checked, with what stands in it.
#[derive(Clone, Copy)]
pub(super) struct Open<'n> {
    pub(super) map: &'static MapShape,
    pub(super) entries: &'n [Entry],
}

/// A remedy, and the setting of the block that is no longer missing with it.
pub(super) struct Home {
    pub(super) help: String,
    pub(super) instead: Option<&'static str>,
}

fn current(map: &'static MapShape, key: &str) -> Option<&'static Key> {
    map.key(key).filter(|key| key.later.is_none())
}

/// The block that a shape may be, if it is one of settings.
fn block_of(shape: &'static Shape) -> Option<&'static MapShape> {
    match shape {
        Shape::Map(map) | Shape::OneKey(map) => Some(map),
        Shape::Either(shapes) => shapes.iter().find_map(|shape| block_of(shape)),
        _ => None,
    }
}

/// A setting of a block that stands in the same column as the block: `daily:` and below it `timezone:`.
fn beside(open: &Open<'_>, entry: &Entry) -> Option<Home> {
    if open.entries.len() > ENTRIES {
        return None;
    }
    let mut owners = open.entries.iter().filter_map(|other| {
        let key = current(open.map, &other.key)?;
        current(block_of(key.shape)?, &entry.key).map(|_| key.name)
    });
    let owner = owners.next().filter(|_| owners.next().is_none())?;
    let help = format!("it belongs under `{owner}`, which stands beside it: {}", inside(&[owner], open.map, entry));
    Some(Home { help, instead: Some(owner) })
}

/// The only way from a block to a setting further in.
fn way(map: &'static MapShape, key: &str, levels: usize) -> Option<Vec<&'static str>> {
    let mut found: Option<Vec<&'static str>> = None;
    let blocks = || map.current().filter_map(|owner| Some((owner.name, block_of(owner.shape)?)));
    for (name, block) in blocks() {
        if current(block, key).is_some() {
            if found.is_some() {
                return None;
            }
            found = Some(vec![name]);
        }
    }
    if found.is_some() || levels == 0 {
        return found;
    }
    for (name, block) in blocks() {
        if let Some(rest) = way(block, key, levels - 1) {
            let is_first = found.as_ref().is_none_or(|found| found.len() > rest.len() + 1);
            let is_rival = found.as_ref().is_some_and(|found| found.len() == rest.len() + 1);
            if is_rival {
                return None;
            }
            if is_first {
                found = Some([name].into_iter().chain(rest).collect());
            }
        }
    }
    found
}

/// `` `load: {per_request: {calls: {api: 2}}}` ``, with what the blocks on the way need besides.
fn inside(way: &[&'static str], map: &'static MapShape, entry: &Entry) -> String {
    let pen = Pen { json: false };
    let value =
        Some(pen.written(&entry.value)).filter(|value| value.chars().count() <= VALUE && !entry.value.is_null());
    let mut written =
        format!("{{{}: {}", quoted(&entry.key).trim_matches('`'), value.unwrap_or_else(|| "…".to_owned()));
    let mut blocks = Vec::new();
    let mut at = map;
    for step in way {
        let Some(block) = current(at, step).and_then(|key| block_of(key.shape)) else { break };
        blocks.push((*step, block));
        at = block;
    }
    for (row, (step, block)) in blocks.iter().enumerate().rev() {
        let next = blocks.get(row + 1).map_or(&*entry.key, |(next, _)| *next);
        for key in block.current().filter(|key| key.required && key.name != next && way.len() > 1) {
            written.extend([", ", key.name, ": ", &key.example(false)]);
        }
        written = if row == 0 { format!("{step}: {written}}}") } else { format!("{{{step}: {written}}}") };
    }
    format!("`{written}`")
}

/// A setting of a block that this one can have.
pub(super) fn below(open: &Open<'_>, entry: &Entry) -> Option<Home> {
    let way = way(open.map, &entry.key, 0)?;
    let owner = *way.first()?;
    let help = format!("it belongs under `{owner}`: {}", inside(&way, open.map, entry));
    Some(Home { help, instead: Some(owner) })
}

/// The same over several levels.
pub(super) fn far_below(open: &Open<'_>, entry: &Entry) -> Option<Home> {
    let way = way(open.map, &entry.key, DEEPEST)?;
    let owner = *way.first()?;
    let help = format!("it belongs under `{}`: {}", way.join("."), inside(&way, open.map, entry));
    Some(Home { help, instead: Some(owner) })
}

/// A setting of a block further out. Of the outermost one only whole sections are meant, save right below it: `duration`
/// deep inside is another one.
fn above(outer: &[Open<'_>], entry: &Entry, is_deep: bool) -> Option<Home> {
    let fits = |map: &'static MapShape| current(map, &entry.key).is_some_and(|key| key.shape.fits(&entry.value));
    let row = outer.iter().rposition(|open| fits(open.map))?;
    let is_single = matches!(entry.value.kind, Kind::Scalar { .. });
    if row == 0 && (is_single && is_deep || matches!(&*entry.key, "name" | "description")) {
        return None;
    }
    let key = printable(&entry.key);
    let help = match row {
        0 => format!("`{key}` stands at the top level: write it without indentation"),
        _ => format!("`{key}` is a setting of {}: indent it less", outer[row].map.title),
    };
    Some(Home { help, instead: None })
}

/// Sections of the scenario whose entries have such a setting, each with what an entry is called.
fn sections(key: &str) -> Vec<(&'static str, &'static str)> {
    let Shape::Map(scenario) = &SCENARIO else { return Vec::new() };
    let of_entries = |section: &'static Key| match section.shape {
        Shape::Dict { of, .. } | Shape::List { of, .. } => block_of(of).map(|map| (section.name, map)),
        _ => None,
    };
    let has = |map: &'static MapShape| current(map, key).is_some();
    // a type of one's own is rare, and what stands in `events` has keys of its own
    let is_usual = |name: &str| !matches!(name, "instance_types" | "events" | "expect" | "placed" | "subnets");
    let all = scenario.current().filter_map(of_entries).filter(|(name, map)| is_usual(name) && has(map));
    all.map(|(name, map)| (name, map.title)).collect()
}

/// A setting of what stands in another section: `load` in a task definition.
pub(super) fn elsewhere(open: &Open<'_>, entry: &Entry) -> Option<Home> {
    let key = printable(&entry.key);
    let found = sections(&entry.key);
    let help = match found.as_slice() {
        [(section, title)] if *title != open.map.title => {
            format!("`{key}` is a setting of {title}: it belongs below a name in `{section}`")
        }
        [(one, _), (other, _)] => format!("`{key}` belongs below a name in `{one}` or `{other}`"),
        _ => return None,
    };
    Some(Home { help, instead: None })
}

/// Where a setting belongs by its very name: the blocks around know it, and nothing is left to guess. `is_deep`: they
/// stand below a name or in a list.
pub(super) fn exact(open: &[Open<'_>], entry: &Entry, is_deep: bool) -> Option<Home> {
    let (here, outer) = open.split_last()?;
    beside(here, entry).or_else(|| below(here, entry)).or_else(|| above(outer, entry, is_deep))
}

/// A block without a value whose settings stand beside it, as far to the left as itself.
pub(super) fn hollow<'n>(map: &'static MapShape, entries: &'n [Entry]) -> Option<(&'n Entry, Vec<&'n Entry>)> {
    entries.iter().enumerate().find_map(|(row, entry)| {
        let block = current(map, &entry.key).filter(|_| entry.value.is_null())?;
        let block = block_of(block.shape)?;
        let is_own = |other: &&Entry| map.key(&other.key).is_none() && current(block, &other.key).is_some();
        let own: Vec<&Entry> = entries[row + 1..].iter().filter(is_own).collect();
        (!own.is_empty()).then_some((entry, own))
    })
}

/// `services.web.desired_count: 5` as blocks in each other, if the language has such a setting.
pub(super) fn dotted(map: &'static MapShape, entry: &Entry) -> Option<String> {
    let steps: Vec<&str> = entry.key.split('.').collect();
    if steps.len() < 2 || steps.len() > 2 * DEEPEST || entry.key.len() > 2 * VALUE {
        return None;
    }
    let mut shape: Option<&'static Shape> = None;
    for step in &steps {
        shape = Some(match shape {
            None => current(map, step)?.shape,
            Some(Shape::Dict { of, .. }) => of,
            Some(other) => current(block_of(other)?, step)?.shape,
        });
    }
    let value = Pen { json: false }.written(&entry.value);
    let nested = steps.iter().rev().fold(value, |inner, step| format!("{{{step}: {inner}}}"));
    let nested = nested.strip_prefix('{').and_then(|text| text.strip_suffix('}'))?;
    Some(format!("blocks stand in each other: `{}`; a path with dots belongs behind `--set`", printable(nested)))
}

/// A kind that was given as the value of `type`, and as what it is written here: `drain_instance: i-1`.
pub(super) fn kind_as_type<'n>(
    map: &'static MapShape,
    entries: &'n [Entry],
    is_one_key: bool,
) -> Option<(&'n Entry, &'static str, String)> {
    let told = |entry: &&Entry| {
        map.key(&entry.key).is_none() && matches!(&*entry.key, "type" | "kind" | "action" | "event" | "op" | "do")
    };
    let given = entries.iter().find(told).filter(|_| entries.len() <= ENTRIES)?;
    let name = given.value.text()?.trim().replace([' ', '-'], "_").to_ascii_lowercase();
    let kind = current(map, &name).filter(|kind| is_one_key || kind.alternative)?;
    let own: Vec<&Entry> =
        entries.iter().filter(|entry| map.key(&entry.key).is_none() && entry.key != given.key).collect();
    let pen = Pen { json: false };
    let value = match (block_of(kind.shape), own.as_slice()) {
        (Some(block), [_, ..]) if own.iter().all(|entry| current(block, &entry.key).is_some()) => {
            pen.block(own.iter().map(|entry| (&*entry.key, pen.written(&entry.value))))
        }
        (None, [only]) if matches!(only.value.kind, Kind::Scalar { .. }) => pen.written(&only.value),
        _ => kind.example(false),
    };
    Some((given, kind.name, format!("`{}: {value}`", kind.name)))
}
