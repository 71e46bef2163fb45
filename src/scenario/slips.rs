//! Slips of the hand, and habits from other tools: what to say where the general answer would not help.

use super::lookalikes;
use super::scalar::{Resolved, resolve};
use super::shape::{MapShape, Shape};
use super::tree::{Entry, Kind, Node};
use super::walk::accepts;
use crate::diag::{Code, Finding, Span, printable, quoted};

/// What other tools call a setting, and what it is called here.
const ELSEWHERE: [(&str, &str); 21] = [
    ("replicas", "desired_count"),
    ("scale", "set_desired_count"),
    ("desired", "count"),
    ("rps", "requests_per_second"),
    ("qps", "requests_per_second"),
    ("requests", "requests_per_second"),
    ("time", "at"),
    ("when", "at"),
    ("after", "at"),
    ("at", "start"),
    ("duration", "for"),
    ("length", "for"),
    ("over", "for"),
    ("include", "extends"),
    ("includes", "extends"),
    ("import", "extends"),
    ("instance_type", "type"),
    ("availability_zone", "zone"),
    ("vcpu", "cpu"),
    ("mem", "memory"),
    ("ram", "memory"),
];

/// What a key of another tool is called here.
pub(super) fn called_elsewhere(map: &MapShape, key: &str) -> Option<&'static str> {
    let low = key.to_ascii_lowercase().replace('-', "_");
    let (_, ours) = ELSEWHERE.iter().find(|(theirs, ours)| *theirs == low && map.key(ours).is_some())?;
    Some(ours)
}

/// What helps where a key is none for a reason of its own.
pub(super) fn instead_of(map: &MapShape, entry: &Entry) -> Option<String> {
    let has = |key: &str| map.key(key).is_some();
    let text = entry.value.text();
    if has("always")
        && has("never")
        && let Some(text) = text
    {
        let compares = text.starts_with(['<', '>', '=', '!']);
        if compares || entry.key.contains('.') || resolve(text) != Resolved::Text {
            let operator = if compares { "" } else { "== " };
            return Some(format!("a condition is one text: `- {} {operator}{}`", short(&entry.key), short(text)));
        }
    }
    if has("schedule") && has("on") && matches!(&*entry.key, "rate" | "cron") {
        let schedule = as_schedule(&entry.key, text?);
        return Some(format!("write `schedule: {schedule}`; tasks that events start have `on: {{rate: 20 per hour}}`"));
    }
    entry
        .key
        .starts_with("x-")
        .then(|| "there are no settings for anchors alone: define `&name` where the value is used first".to_owned())
}

/// `rate` and `5 minutes` → `rate(5 minutes)`.
fn as_schedule(kind: &str, text: &str) -> String {
    let text = short(text);
    let whole = if text.starts_with(kind) { text } else { format!("{kind}({text})") };
    if whole.contains([',', '#']) { format!("'{whole}'") } else { whole }
}

/// A short piece of the user's text.
fn short(text: &str) -> String {
    printable(&text.chars().take(60).collect::<String>())
}

/// What a block is where the setting has a notation of its own: `schedule: {rate: 5 minutes}`.
pub(super) fn by_key(key: &str, node: &Node) -> Option<String> {
    let text = |of: &str| node.get(of).and_then(Node::text);
    match (key, node.entries()) {
        ("schedule", [only]) if matches!(&*only.key, "rate" | "cron" | "at") => {
            Some(as_schedule(&only.key, only.value.text()?))
        }
        ("stop_task", _) => Some(format!("{}/{}", short(text("service")?), short(text("task")?))),
        _ => None,
    }
}

/// How a remedy begins.
pub(super) fn why(shape: &Shape, node: &Node) -> &'static str {
    let is_single =
        !matches!(shape, Shape::List { .. } | Shape::Dict { .. } | Shape::Map(_) | Shape::OneKey(_) | Shape::Either(_));
    if is_single && node.items().len() > 1 { "there can be only one here: " } else { "write " }
}

/// Where a dash is one too many: an entry of a list lacks what the one before has, and has nothing that that has.
pub(super) fn torn_off(of: &'static Shape, before: &Node, item: &Node) -> Option<Span> {
    let Shape::Map(map) = of else { return None };
    let own = item.entries();
    let fits = |entry: &Entry| map.key(&entry.key).is_some() && before.get(&entry.key).is_none();
    let lacks = map.current().any(|key| key.required && item.get(key.name).is_none() && before.get(key.name).is_some());
    (lacks && !own.is_empty() && own.iter().all(fits)).then(|| item.head())
}

/// A section of the scenario that stands among the names of another one: `services:` inside `task_definitions:`.
pub(super) fn section_among_names(outer: &MapShape, of: &'static Shape, entry: &Entry) -> Option<Finding> {
    let section = outer.key(&entry.key).filter(|section| section.later.is_none())?;
    let Shape::Map(map) = of else { return None };
    let is_block = matches!(section.shape, Shape::Dict { .. } | Shape::List { .. } | Shape::Map(_));
    let is_other = match &entry.value.kind {
        Kind::Map(entries) => !entries.is_empty() && entries.iter().all(|entry| map.key(&entry.key).is_none()),
        Kind::List(_) => true,
        Kind::Scalar { .. } => false,
    };
    let key = quoted(&entry.key);
    (is_block && is_other && section.shape.fits(&entry.value)).then(|| {
        Finding::error(Code::WrongKind, format!("{key} is a setting of {}, and stands here as a name", outer.title))
            .at(entry.key_span, format!("taken for the name of {}", map.title))
            .help(format!("{key} stands at the top level: write it without indentation"))
    })
}

/// What helps with a text that has a slip in it, whatever it should be.
pub(super) fn in_text(text: &str) -> Option<String> {
    let curly = |c: char| matches!(c, '“' | '”' | '„' | '‘' | '’' | '‚' | '«' | '»');
    if text.contains(curly) {
        let plain: String = text.chars().filter(|c| !curly(*c)).take(60).collect();
        return Some(format!("these quotes are letters to YAML: write \"{}\" with straight ones", printable(&plain)));
    }
    if let Some(help) = lookalikes::in_word(text) {
        return Some(help);
    }
    if text.split_once('#').is_some_and(|(before, _)| before.starts_with(|c: char| c.is_ascii_digit())) {
        return Some("a comment begins with a blank before its `#`".to_owned());
    }
    None
}

/// What helps where a name has something in it that names don't have.
pub(super) fn in_name(text: &str) -> Option<String> {
    if let Some(plain) = lookalikes::plain_word(text) {
        return Some(format!("write {}", quoted(&plain)));
    }
    if let Some(help) = in_text(text) {
        return Some(help);
    }
    let is_arn = text.starts_with("arn:");
    let last = text.rsplit('/').next().unwrap_or(text);
    let alone = last.split(':').next().unwrap_or(last);
    if (is_arn || text.contains(':')) && !alone.is_empty() && alone != "arn" {
        let what = if is_arn { "not its ARN" } else { "without a revision" };
        return Some(format!("write the name alone, {what}: {}", quoted(alone)));
    }
    let fine = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let proposed: String = text.chars().take(60).map(fine).collect();
    let proposed = proposed.trim_matches(['-', '_']);
    (!proposed.is_empty() && text.chars().count() <= 60)
        .then(|| format!("names are made of letters, digits, `-` and `_`: for example `{proposed}`"))
}

/// What helps where a value of the wrong kind stands.
pub(super) fn in_value(shape: &'static Shape, node: &Node) -> Option<String> {
    match (&node.kind, shape) {
        (Kind::Scalar { text, plain: true }, Shape::Map(_) | Shape::Dict { .. }) if text.contains(" = ") => {
            let (key, rest) = text.split_once(" = ")?;
            let value = rest.split_whitespace().next().unwrap_or("…");
            let line = printable(&format!("{}: {value}", key.trim()).chars().take(60).collect::<String>());
            Some(format!("settings are written with a colon, each on a line of its own: `{line}`"))
        }
        (Kind::List(items), Shape::Dict { .. }) => {
            let name = short(items.first()?.get("name")?.text()?);
            Some(format!("write each under its name: `{name}:` instead of `- name: {name}`, with its settings below"))
        }
        (Kind::Map(entries), Shape::List { of: Shape::Map(map), .. })
            if map.key("name").is_some_and(|key| key.required) && map.key(&entries.first()?.key).is_none() =>
        {
            let name = short(&entries.first()?.key);
            Some(format!("write `- name: {name}` instead of `{name}:`, with its other settings below `name`"))
        }
        (Kind::Map(entries), Shape::List { of, .. }) if of.knows(&entries.first()?.key) && !is_curves(of) => {
            let key = short(&entries.first()?.key);
            Some(format!("an entry of a list begins with `- `: write `- {key}: …`, its other settings below `{key}`"))
        }
        (Kind::Scalar { text, plain: true }, Shape::List { of, .. }) if !accepts(of, node) => {
            as_key(of, text).map(|entry| format!("write `[{entry}]`"))
        }
        (Kind::Scalar { text, plain: true }, Shape::OneKey(_) | Shape::Either(_)) if as_key(shape, text).is_some() => {
            as_key(shape, text).map(|entry| format!("write `{entry}`"))
        }
        (Kind::Scalar { text, .. }, _) => in_text(text),
        _ => None,
    }
}

/// `binpack` alone where `{binpack: cpu}` is meant.
pub(super) fn as_key(of: &Shape, text: &str) -> Option<String> {
    match of {
        Shape::OneKey(map) => {
            let key = map.key(text).filter(|key| key.later.is_none())?;
            Some(format!("{{{}: {}}}", key.name, key.shape.example()))
        }
        Shape::Either(shapes) => shapes.iter().find_map(|shape| as_key(shape, text)),
        _ => None,
    }
}

/// A key that is no key but what stands behind a comma: `{count: 1,000}`, `{member_of: a in (b, c)}`.
pub(super) fn behind_a_comma(entry: &Entry) -> Option<Finding> {
    let is_odd = entry.key.starts_with(|c: char| c.is_ascii_digit()) || entry.key.contains([')', '(', '"']);
    if !entry.value.is_null() || !is_odd || entry.value.span.start > entry.key_span.end + 1 {
        return None;
    }
    let message = format!("the comma before {} ends a value", quoted(&entry.key));
    let help = if entry.key.contains(['*', '(', ')', '"']) {
        "a text with a comma needs quotes inside `{ }`"
    } else {
        "numbers have no comma: `1000`, `0.5`; a text with a comma needs quotes inside `{ }`"
    };
    Some(Finding::error(Code::UnknownSetting, message).at(entry.key_span, "taken for a setting").help(help))
}

/// Whether an entry is a number or has one key of several: then each key of a block is an entry.
fn is_curves(of: &Shape) -> bool {
    matches!(of, Shape::Either(shapes) if shapes.iter().any(|shape| matches!(shape, Shape::OneKey(_))))
}

/// Settings that stand beside names instead of below one: `web:` and `cpu: 256` in the same column.
pub(super) fn strays<'e>(of: &'static Shape, entries: &'e [Entry]) -> Vec<&'e Entry> {
    let Shape::Map(map) = of else { return Vec::new() };
    let is_stray = |entry: &&Entry| {
        let Some(key) = map.key(&entry.key).filter(|_| !entry.value.is_null()) else { return false };
        let inner = entry.value.entries();
        let is_value = inner.iter().all(|inner| map.key(&inner.key).is_none())
            && inner.iter().any(|inner| key.shape.knows(&inner.key));
        !of.fits(&entry.value) || is_value
    };
    let strays: Vec<&Entry> = entries.iter().filter(is_stray).collect();
    if strays.len() == entries.len() { Vec::new() } else { strays }
}

/// A name that has something in it that only looks like a blank or a colon, and what follows it too.
pub(super) fn spoilt_name(entry: &Entry) -> Option<Finding> {
    let Span { source, start, .. } = entry.key_span;
    lookalikes::spoilt_line(&entry.key, source, start).filter(|_| lookalikes::has_sign(&entry.key))
}

/// The finding about such a setting.
pub(super) fn stray(of: &'static Shape, entry: &Entry, name: &str) -> Finding {
    let title = if let Shape::Map(map) = of { map.title } else { "an entry" };
    let (key, name) = (quoted(&entry.key), printable(&name.chars().take(40).collect::<String>()));
    Finding::error(Code::WrongKind, format!("{key} is a setting of {title}, and stands beside their names"))
        .at(entry.key_span, "not below a name")
        .help(format!("indent it further than `{name}:`, to which it belongs"))
}

/// Files of other tools: one finding instead of one for each line.
pub(super) fn foreign(tree: &Node) -> Option<Finding> {
    let has = |key: &str| tree.entry(key);
    let image = || {
        let services = has("services")?.value.entries();
        services.iter().find_map(|service| service.value.entry("image").or_else(|| service.value.entry("build")))
    };
    let (entry, what, help) = if let Some(entry) = has("AWSTemplateFormatVersion").or_else(|| has("Resources")) {
        (
            entry,
            "a template of CloudFormation",
            "its words are other ones: `Cpu` is `cpu`, `DesiredCount` is `desired_count`",
        )
    } else if let (Some(entry), Some(_)) = (has("apiVersion"), has("kind")) {
        (entry, "a file of Kubernetes", "a deployment is a service with a `desired_count`, a pod a task definition")
    } else if let Some(entry) = has("containerDefinitions") {
        (entry, "a task definition of AWS", "name it in a scenario: `task_definitions: {web: {file: NAME.json}}`")
    } else if let Some(entry) = image().filter(|_| has("duration").is_none()) {
        (entry, "a file of Compose", "an image and its ports are a task definition, `replicas` the `desired_count`")
    } else {
        return None;
    };
    if has("duration").is_some() && has("task_definitions").is_some() {
        return None;
    }
    Some(
        Finding::error(Code::NotATaskDefinition, format!("this file is {what}, and a scenario belongs here"))
            .at(entry.key_span, "such files have this")
            .help(format!("{help}; `docs/scenario.md` has all settings, `scenarios/` has examples")),
    )
}

/// A whole scenario inside one more block: `scenario:` and all of it below.
pub(super) fn wrapped(map: &MapShape, tree: &Node) -> Option<Finding> {
    let [only] = tree.entries() else { return None };
    let known = only.value.entries().iter().filter(|entry| map.key(&entry.key).is_some()).count();
    if map.key(&only.key).is_some() || known < 2 {
        return None;
    }
    let key = quoted(&only.key);
    Some(
        Finding::error(Code::UnknownSetting, format!("the whole scenario stands inside {key}"))
            .at(only.key_span, "a scenario has nothing around it")
            .path(short(&only.key))
            .help(format!("take the line with {key} away, and write the settings below it without indentation")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_proposed() {
        assert!(in_name("arn:aws:ecs:us-east-1:1:task-definition/web:7").unwrap().ends_with("not its ARN: `web`"));
        assert!(in_name("web:7").unwrap().ends_with("without a revision: `web`"));
        assert!(in_name("my first").unwrap().ends_with("for example `my-first`"));
        assert!(in_name("‘web’").unwrap().contains("straight"));
        assert_eq!(in_name("\u{202e}"), None);
    }

    #[test]
    fn comments_and_quotes_are_noticed() {
        assert!(in_text("1h# an hour").is_some() && in_text("“1h”").is_some());
        assert_eq!(in_text("a#b"), None);
    }
}
