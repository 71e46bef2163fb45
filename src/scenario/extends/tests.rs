//! Bases: what is taken over, what takes its place, and circles.

use super::*;
use crate::diag::Sources;
use std::collections::BTreeMap;

const BASE: &str = "\
name: base
description: what all have
duration: 1h
seed: 7
zones: [a, b]
instances:
  - {type: m5.large, count: 2}
task_definitions:
  web: {cpu: 256, memory: 1 GiB, ports: [80]}
services:
  web:
    task_definition: web
    desired_count: 4
    load: {requests_per_second: {trace: {file: web.csv, column: n, per: 1m}}, per_request: {cpu: 12 ms}}
";

/// What a file becomes, and the codes of what is found.
fn extended(main: &str, files: &[(&str, &str)]) -> (Node, Vec<String>, bool) {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let (_, tree) = load(&mut sources, "main.yaml", main.as_bytes(), &mut findings);
    let mut tree = tree.unwrap();
    let mut read = |path: &str| {
        let text = files.get(path).ok_or_else(|| "there is no such file".to_owned())?;
        Ok(FileText { shown: path.to_owned(), bytes: text.as_bytes().to_vec() })
    };
    let whole = extend(&mut tree, "main.yaml", &mut sources, &mut read, &mut findings).is_whole;
    let said = |finding: &Finding| {
        let place = finding.primary().unwrap().span;
        format!("{} {} in {}: {}", finding.code, sources.slice(place), sources.name(place.source), finding.message)
    };
    let said = findings.iter().map(said).collect();
    (tree, said, whole)
}

#[track_caller]
fn value(tree: &Node, path: &str, expected: Option<&str>) {
    assert_eq!(tree.find(path).map(|node| node.text().unwrap_or("(block)")), expected, "{path}");
}

#[test]
fn what_is_not_said_is_taken_over() {
    let main = "extends: base.yaml\nservices:\n  web: {desired_count: 9}\n  api: {task_definition: web}\n";
    let (tree, said, whole) = extended(main, &[("base.yaml", BASE)]);
    assert!(whole && said.is_empty(), "{said:?}");
    value(&tree, "duration", Some("1h"));
    value(&tree, "services.web.desired_count", Some("9"));
    value(&tree, "services.web.task_definition", Some("web"));
    value(&tree, "services.api.task_definition", Some("web"));
    value(&tree, "extends", None);
    // a file has its own name: otherwise all variants would be written to one folder
    value(&tree, "name", None);
    value(&tree, "description", None);
}

#[test]
fn lists_and_single_values_are_replaced_and_null_takes_away() {
    let main = "extends: base.yaml\nzones: [c]\nseed: null\nservices: {web: {load: {requests_per_second: 20}}}\n";
    let (tree, said, _) = extended(main, &[("base.yaml", BASE)]);
    assert!(said.is_empty(), "{said:?}");
    value(&tree, "zones[0]", Some("c"));
    value(&tree, "zones[1]", None);
    value(&tree, "seed", None);
    // a number stands where a block stood
    value(&tree, "services.web.load.requests_per_second", Some("20"));
    value(&tree, "services.web.load.per_request.cpu", Some("12 ms"));
}

#[test]
fn blocks_in_blocks_are_changed_key_by_key() {
    let base = "capacity_providers:\n  x: {ideal: {instance_type: m5.large, attributes: {a: b}}}\n";
    let changed = "extends: b.yaml\ncapacity_providers: {x: {ideal: {instance_type: c5.large}}}\n";
    let (tree, _, _) = extended(changed, &[("b.yaml", base)]);
    value(&tree, "capacity_providers.x.ideal.instance_type", Some("c5.large"));
    value(&tree, "capacity_providers.x.ideal.attributes.a", Some("b"));
    let replaced = "extends: b.yaml\ncapacity_providers: {x: {ideal: null, fargate_spot: {saving: 60%}}}\n";
    let (tree, _, _) = extended(replaced, &[("b.yaml", base)]);
    value(&tree, "capacity_providers.x.ideal", None);
    value(&tree, "capacity_providers.x.fargate_spot.saving", Some("60%"));
}

#[test]
fn of_several_the_later_is_put_over_the_earlier() {
    let main = "extends: [a.yaml, b.yaml]\nseed: 3\n";
    let files = [("a.yaml", "duration: 1h\nseed: 1\nregion: eu-west-1\n"), ("b.yaml", "duration: 2h\nseed: 2\n")];
    let (tree, said, _) = extended(main, &files);
    assert!(said.is_empty(), "{said:?}");
    value(&tree, "duration", Some("2h"));
    value(&tree, "seed", Some("3"));
    value(&tree, "region", Some("eu-west-1"));
}

#[test]
fn files_are_found_from_where_they_are_named() {
    let main = "extends: bases/night/base.yaml\n";
    let night = "extends: ../../common/root.yaml\nservices: {web: {desired_count: 2}}\n";
    let (tree, said, _) = extended(main, &[("bases/night/base.yaml", night), ("common/root.yaml", BASE)]);
    assert!(said.is_empty(), "{said:?}");
    value(&tree, "services.web.desired_count", Some("2"));
    value(&tree, "services.web.load.requests_per_second.trace.file", Some("common/web.csv"));
}

#[test]
fn circles_are_named() {
    let (_, said, whole) = extended("extends: main.yaml\n", &[]);
    assert!(!whole);
    assert_eq!(said, ["LS0016 main.yaml in main.yaml: `main.yaml` extends itself"]);
    let files = [("d/a.yaml", "extends: b.yaml\n"), ("d/b.yaml", "extends: ./../d/a.yaml\n")];
    let (_, said, _) = extended("extends: d/a.yaml\n", &files);
    let circle = "these extend each other in a circle: `d/a.yaml` → `d/b.yaml` → `d/a.yaml`";
    assert_eq!(said, [format!("LS0016 ./../d/a.yaml in d/b.yaml: {circle}")]);
}

#[test]
fn what_can_t_be_read_is_said_at_its_name() {
    let (_, said, whole) = extended("duration: 1h\nextends: [gone.yaml, list.yaml]\n", &[("list.yaml", "- 1\n")]);
    assert!(!whole);
    let gone = "LS0210 gone.yaml in main.yaml: `gone.yaml` can't be read: there is no such file";
    assert_eq!(said, [gone, "LS0101 - 1 in list.yaml: `list.yaml` is no scenario"]);
}

/// A value that is no name of a file is left for the check, which says what belongs there.
#[test]
fn what_is_no_list_of_files_stays() {
    for wrong in ["extends: {a: b}\n", "extends: []\n", "extends: [[a]]\n", "extends:\n"] {
        let (tree, said, _) = extended(wrong, &[]);
        assert!(said.is_empty() && tree.get("extends").is_some(), "{wrong}");
    }
}

#[test]
fn no_chain_is_endless() {
    let files: Vec<(String, String)> =
        (0..40).map(|n| (format!("{n}.yaml"), format!("extends: {}.yaml\n", n + 1))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (_, said, whole) = extended("extends: 0.yaml\n", &files);
    assert!(!whole && said.len() == 1 && said[0].starts_with("LS0016 16.yaml in 15.yaml"), "{said:?}");
}

#[test]
fn paths_are_made_plain() {
    for (folder, path, expected) in [
        ("", "a.yaml", "a.yaml"),
        ("", "./a.yaml", "a.yaml"),
        ("b/", "../a.yaml", "a.yaml"),
        ("b/", "../../a.yaml", "../a.yaml"),
        ("../b/", "c/../a.yaml", "../b/a.yaml"),
        ("b/", "/etc/a.yaml", "/etc/a.yaml"),
        ("b/", "C:\\a.yaml", "C:\\a.yaml"),
    ] {
        assert_eq!(join(folder, path), expected);
    }
}
