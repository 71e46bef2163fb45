//! One mistake at each place of each shipped scenario: the checker never panics, and never denies a name that is
//! there.

use super::examine;
use longshore::diag::{Findings, Sources, render};
use longshore::plan::Files;
use longshore::scenario::{Kind, Node, load};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files beside the shipped scenarios, read once; only their beginnings, which are as good for names.
#[derive(Default)]
struct Shipped(BTreeMap<String, Option<Vec<u8>>>);

impl Files for Shipped {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        let read = || {
            let text = fs::read_to_string(scenarios().join(path)).ok()?;
            Some(text.lines().take(200).flat_map(|line| [line, "\n"]).collect::<String>().into_bytes())
        };
        self.0.entry(path.to_owned()).or_insert_with(read).clone().ok_or_else(|| "it is not there".to_owned())
    }
}

/// With names of every kind, which the shipped scenarios do not all have.
const NAMES: &str = "
duration: 1h
zones: [a, d]
instances:
  - name: box
    type: m5.large
    count: 2
  - {type: m5.large, zone: d}
capacity_providers:
  free: {ideal: {instance_type: m5.large}}
task_definitions:
  web:
    cpu: 512
    memory: 1 GiB
  other: {cpu: 256, memory: 512 MiB}
services:
  shop:
    task_definition: web
    placement: [random]
  api: {task_definition: other, capacity_provider_strategy: [{provider: free}]}
tasks:
  job:
    task_definition: web
    count: 3
placed:
  - {service: shop, instance: box-2}
  - {task: job, instance: i-3}
events:
  - at: 5m
    stop_task: api/0
expect:
  - {always: services.shop.running == services.api.running}
  - zones.d.tasks.shop == capacity_providers.free.instances
  - instances.box-1.tasks.job == instances.i-3.tasks
  - {fact: task_placed, task: job/0, instance: box-1, at: 5m}
";

/// How messages deny a name, and the sections that have such names.
const DENIALS: [(&str, &[&str]); 7] = [
    ("service or entry of", &["services", "tasks"]),
    ("service called", &["services"]),
    ("entry of `tasks` called", &["tasks"]),
    ("task definition called", &["task_definitions"]),
    ("capacity provider called", &["capacity_providers"]),
    ("instance called", &["instances"]),
    ("zone called", &["zones"]),
];

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// The names that a text has, as `services.web`.
fn names(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let (_, tree) = load(&mut sources, "scenario.yaml", text.as_bytes(), &mut Findings::new());
    let tree = tree.expect("a sound text");
    let mut found = Vec::new();
    for section in ["services", "tasks", "task_definitions", "capacity_providers"] {
        if let Some(Node { kind: Kind::Map(entries), .. }) = tree.get(section) {
            found.extend(entries.iter().map(|entry| format!("{section}.{}", entry.key)));
        }
    }
    let others = ["instances.box-1", "instances.box-2", "instances.i-3", "zones.d"];
    found.extend(others.iter().filter(|_| text == NAMES).map(|name| (*name).to_owned()));
    found
}

/// What a line could become, with the key that is not in it any more.
fn changes_of(line: &str) -> Vec<(String, Gone<'_>)> {
    let mut found = vec![(String::new(), Gone::Line(line)), (format!("{line}\n{line}"), Gone::Nothing)];
    for (at, _) in line.match_indices(':') {
        let begin = line[..at].rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |before| before + 1);
        let (before, key, after) = (&line[..begin], &line[begin..at], &line[at..]);
        let renamed = ["foo".to_owned(), format!("{key}x"), key.chars().skip(1).collect(), "a.b".to_owned()];
        found.extend(renamed.iter().map(|name| (format!("{before}{name}{after}"), Gone::Key(key))));
        let rest = &line[at + 1..];
        let length = rest.find([',', '}', '#']).unwrap_or(rest.len());
        let gone = if matches!(key, "name" | "count" | "zones") || rest.contains(": ") {
            Gone::Line(line)
        } else {
            Gone::Nothing
        };
        for value in ["", "[]", "{}", "7", "-3", "nonsense", "{a: 1}", "[b]", "'5 GiB'", "~", "0s"] {
            found.push((format!("{}: {value}{}", &line[..at], &rest[length..]), gone));
        }
    }
    found
}

/// What a change takes out of a text.
#[derive(Clone, Copy)]
enum Gone<'a> {
    Nothing,
    Key(&'a str),
    Line(&'a str),
}

impl Gone<'_> {
    fn has(self, name: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Key(key) => key == name,
            // `box-2` and `i-3` follow from a name, a count or an entry as a whole.
            Self::Line(line) => {
                let instance = ["name:", "count:", "type:"].iter().any(|key| line.contains(key));
                line.contains(&format!("{name}:")) || (name.contains('-') && instance) || line.contains("zones:")
            }
        }
    }
}

#[test]
fn no_single_change_makes_a_name_disappear_that_is_still_there() {
    let mut texts = vec![NAMES.to_owned()];
    for entry in fs::read_dir(scenarios()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    let (mut tried, mut files) = (0, Shipped::default());
    for text in texts {
        let (names, lines) = (names(&text), text.lines().collect::<Vec<_>>());
        for (row, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(':') && !line.starts_with('#')) {
            for (changed, gone) in changes_of(line) {
                let text = [&lines[..row], &[changed.as_str()], &lines[row + 1..]].concat().join("\n");
                judge(&text, &names, gone, &mut files);
                tried += 1;
            }
        }
    }
    assert!(tried > 2000, "{tried}");
}

fn judge(text: &str, names: &[String], gone: Gone<'_>, files: &mut Shipped) {
    let (findings, sources) = examine(text, files);
    for finding in &findings {
        let Some((_, sections)) =
            DENIALS.iter().find(|(what, _)| finding.message.starts_with(&format!("there is no {what}")))
        else {
            continue;
        };
        let name = finding.message.rsplit('`').nth(1).unwrap_or("");
        let there = sections.iter().any(|section| names.contains(&format!("{section}.{name}")));
        assert!(!there || gone.has(name), "{text}\n{}", render(&findings, &sources, false, 120));
    }
}
