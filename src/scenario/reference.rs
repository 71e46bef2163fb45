//! `docs/scenario.md`, made from the language itself.

use super::language::SCENARIO;
use super::shape::{MapShape, Shape};
use std::collections::VecDeque;
use std::fmt::Write;

const INTRODUCTION: &str = "\
# The scenario, key by key

Generated from the program (`src/scenario/language.rs`); `cargo test` fails when this page is out of date.

A scenario is one YAML file. Keys are snake_case, names are AWS's own. Quantities carry their unit: `512` (CPU units) or
`0.5 vCPU`; `512 MiB` or `1 GiB` (AWS's `1GB` of a task is the same 1,024 MiB); `90s`, `15m`, `1d 10h`; `12 ms` of CPU. A key that does not exist is an error with the
nearest one that does. `longshore check FILE` finds all mistakes without running; [editors.md](editors.md) says how an
editor completes keys and shows mistakes; [errors.md](errors.md) explains each.

A *name* has letters, digits, `-` and `_`. Tasks are called by their source and a number that counts them from 0 in the order in
which they are wanted: `web/3`; a replacement takes the next number.
";

/// The page.
pub fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut maps: VecDeque<&'static MapShape> = VecDeque::new();
    let mut seen: Vec<*const MapShape> = Vec::new();
    collect(&SCENARIO, &mut maps, &mut seen);
    while let Some(map) = maps.pop_front() {
        section(&mut page, map);
        for key in map.current() {
            collect(key.shape, &mut maps, &mut seen);
        }
    }
    super::aws::reference(&mut page);
    page
}

fn collect(shape: &'static Shape, maps: &mut VecDeque<&'static MapShape>, seen: &mut Vec<*const MapShape>) {
    match shape {
        Shape::Map(map) | Shape::OneKey(map) if !seen.contains(&std::ptr::from_ref(*map)) => {
            seen.push(std::ptr::from_ref(*map));
            maps.push_back(map);
        }
        Shape::List { of, .. } | Shape::Dict { of, .. } => collect(of, maps, seen),
        Shape::Either(shapes) => {
            for shape in *shapes {
                collect(shape, maps, seen);
            }
        }
        _ => {}
    }
}

fn section(page: &mut String, map: &MapShape) {
    let mut title = map.title.chars();
    let first = title.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let _ = write!(
        page,
        "\n## {first}{}\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n",
        title.as_str()
    );
    for key in map.current() {
        let default = match (key.required, key.default) {
            _ if key.alternative => "one of these".to_owned(),
            (true, _) => "required".to_owned(),
            (false, Some(default)) => format!("`{default}`"),
            (false, None) => "–".to_owned(),
        };
        let _ = writeln!(page, "| `{}` | {} | {default} | {} |", key.name, value(key.shape), key.doc);
    }
    let later: Vec<String> =
        map.keys.iter().filter(|key| key.later.is_some()).map(|key| format!("`{}`", key.name)).collect();
    if !later.is_empty() {
        let _ = writeln!(page, "\nNot there yet, and refused with that word: {}.", later.join(", "));
    }
}

fn value(shape: &Shape) -> String {
    match shape {
        Shape::Text { .. } => "text".to_owned(),
        Shape::File => "path of a file".to_owned(),
        Shape::Name => "name".to_owned(),
        Shape::Bool => "`true` or `false`".to_owned(),
        Shape::Integer { min, max } if *max == i64::MAX => format!("whole number from {min}"),
        Shape::Integer { min, max } => format!("whole number, {min} to {max}"),
        Shape::Decimal { min, max } => format!("number, {min} to {max}"),
        Shape::Quantity(quantity) => format!("{}, e.g. `{}`", quantity.name, quantity.examples.join("`, `")),
        Shape::OneOf(words) => format!("`{}`", words.join("`, `")),
        Shape::List { of, max, .. } if *max <= 26 => format!("list, at most {max}: {}", value(of)),
        Shape::List { of, .. } => format!("list: {}", value(of)),
        Shape::Dict { of, .. } => format!("by name: {}", value(of)),
        Shape::Map(map) | Shape::OneKey(map) => map.title.to_owned(),
        Shape::Either(shapes) => shapes.iter().map(|shape| value(shape)).collect::<Vec<_>>().join(", or "),
        Shape::Anything => "anything".to_owned(),
    }
}
