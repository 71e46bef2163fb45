//! The house in order: which part of the source may name which other, and habits that no compiler holds.
//!
//! An arrow that is missing here is missing on purpose. Whoever needs a new one changes [`ARROWS`] and says why in
//! `docs/architecture.md`; a part that reaches around the table makes this test fail, not a review.

use longshore::diag::Code;
use longshore::scenario::{SCENARIO, flaws};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Longest source file, in lines.
const MOST_LINES: usize = 600;

/// Which parts of the crate each part may name. From the bottom to the top: quantities; types of facts; what reads
/// and explains input; the model of the cluster; the policies, which see the cluster and answer with a reason and
/// know neither the engine nor each other; the plan; the engine; what listens to it; what shows results; what the
/// program says about itself; the command line.
const ARROWS: [(&str, &[&str]); 19] = [
    ("units", &[]),
    ("diag", &[]),
    ("fact", &["units"]),
    ("catalog", &["units"]),
    ("load", &["units", "fact"]),
    ("cluster", &["units", "fact"]),
    ("expect", &["units", "fact"]),
    ("placement", &["units", "fact", "cluster"]),
    ("capacity", &["units", "fact", "cluster"]),
    ("service", &[]),
    ("cost", &["units", "fact", "catalog", "cluster"]),
    ("scenario", &["units", "diag", "fact"]),
    (
        "plan",
        &[
            "units",
            "diag",
            "fact",
            "catalog",
            "cluster",
            "load",
            "expect",
            "placement",
            "capacity",
            "service",
            "cost",
            "scenario",
        ],
    ),
    ("sim", &["units", "fact", "cluster", "load", "placement", "capacity", "service", "plan"]),
    ("record", &["units", "fact", "expect"]),
    ("study", &["units", "fact", "cost", "plan", "record", "sim"]),
    ("report", &["units", "diag", "fact", "catalog", "placement", "cost", "record", "study"]),
    ("guide", &["units", "diag", "catalog", "scenario", "plan"]),
    ("cli", &["units", "diag", "scenario", "plan", "report", "study", "guide"]),
];

/// What only some parts may touch, and who: the outside world, clocks, and the YAML library.
const RESERVED: [(&str, &[&str]); 11] = [
    ("std::fs", &["cli"]),
    ("std::env", &["cli"]),
    ("std::net", &[]),
    ("std::process", &["cli", "main"]),
    ("std::thread", &["study", "cli"]),
    ("io::stdin", &["cli"]),
    ("io::stdout", &["cli"]),
    ("io::stderr", &["cli"]),
    ("Instant", &["cli"]),
    ("SystemTime", &[]),
    ("serde_yaml", &["scenario"]),
];

/// What stands in no source file of ours; split, so that this file does not hold it either.
const NOWHERE: [(&str, &str); 6] =
    [("to", "do!"), ("unimple", "mented!"), ("#[ign", "ore"), ("Hash", "Map"), ("Hash", "Set"), ("uns", "afe {")];

/// Folders of the machines that this was written on; split for the same reason.
const MACHINE_PATHS: [(&str, &str); 4] = [("/wo", "rk/"), ("/fa", "rm/"), ("/ro", "ot/"), ("/ho", "me/")];

/// All files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn rust_files(folders: &[&str]) -> Vec<PathBuf> {
    let all = folders.iter().flat_map(|folder| files(&Path::new(ROOT).join(folder)));
    all.filter(|file| file.extension().is_some_and(|ending| ending == "rs")).collect()
}

fn short(file: &Path) -> String {
    file.strip_prefix(ROOT).unwrap_or(file).to_string_lossy().replace('\\', "/")
}

/// The top-level part that a file below `src` belongs to.
fn part(file: &Path) -> String {
    let path = short(file);
    let first = path.trim_start_matches("src/").split('/').next().unwrap_or("");
    first.trim_end_matches(".rs").to_owned()
}

/// The text without comments and without what stands in quotes, so that prose names what it likes. A quote in a
/// character (`'"'`) is no quote.
fn code(text: &str) -> String {
    let mut kept = String::new();
    let mut in_text = false;
    for line in text.lines() {
        let mut last = '\0';
        let mut characters = line.chars().peekable();
        while let Some(c) = characters.next() {
            let next = characters.peek().copied();
            match c {
                '\\' if in_text => drop(characters.next()),
                '"' if !(last == '\'' && next == Some('\'')) => in_text = !in_text,
                '/' if !in_text && next == Some('/') => break,
                _ if !in_text => kept.push(c),
                _ => {}
            }
            last = c;
        }
        kept.push('\n');
    }
    kept
}

/// Every name that follows `crate::`, also in groups: `crate::{fact::Fact, units::Id}`.
fn named_parts(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        let heads: Vec<&str> = match after.strip_prefix('{') {
            None => vec![after],
            Some(group) => {
                let mut depth = 0_i32;
                let end = group.find(|c: char| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    depth < 0
                });
                let group = &group[..end.unwrap_or(group.len())];
                let mut depth = 0_i32;
                group
                    .split(move |c: char| {
                        depth += i32::from(c == '{') - i32::from(c == '}');
                        depth == 0 && c == ','
                    })
                    .collect()
            }
        };
        for head in heads {
            let name: String = head.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name.starts_with(|c: char| c.is_ascii_lowercase()) {
                found.insert(name);
            }
        }
    }
    found
}

#[test]
fn arrows_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut wrong = Vec::new();
    for file in rust_files(&["src"]) {
        let (part, text) = (part(&file), fs::read_to_string(&file).unwrap());
        if part == "lib" || part == "main" {
            continue;
        }
        let Some(may) = allowed.get(part.as_str()) else {
            wrong.push(format!("{}: `{part}` is not in the table", short(&file)));
            continue;
        };
        for name in named_parts(&code(&text)) {
            if name != part && !may.contains(&name.as_str()) {
                wrong.push(format!("{}: `{part}` may not name `{name}`", short(&file)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The table itself goes upwards only: no part names one that stands below it in the list.
#[test]
fn the_table_has_no_circle() {
    let mut below: Vec<&str> = Vec::new();
    for (part, may) in ARROWS {
        for name in may {
            assert!(below.contains(name), "`{part}` names `{name}`, which does not stand before it");
        }
        below.push(part);
    }
    let text = fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).unwrap();
    let real: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(real, below.into_iter().collect(), "the table and src/lib.rs list different parts");
}

#[test]
fn names_of_parts_are_found_in_every_form() {
    let text = "use crate::units::Id;\n// crate::cli\nlet a = \"crate::sim\";\nuse crate::{fact::{Fact, Why}, diag};\n\
                fn f(x: &crate::load::Curve) {}\nuse crate::Thing;\nlet b = '\"'; use crate::cost::Line;\n";
    let found: Vec<String> = named_parts(&code(text)).into_iter().collect();
    assert_eq!(found, ["cost", "diag", "fact", "load", "units"]);
}

#[test]
fn only_the_command_line_touches_the_world() {
    let mut wrong = Vec::new();
    for file in rust_files(&["src"]) {
        let text = code(&fs::read_to_string(&file).unwrap());
        for (thing, parts) in RESERVED {
            if text.contains(thing) && !parts.contains(&part(&file).as_str()) {
                wrong.push(format!("{}: `{thing}` is not for `{}`", short(&file), part(&file)));
            }
        }
        for group in ["use std::{", "use std::io::{stdin", "use std::io::{stdout", "use std::io::{stderr"] {
            if text.contains(group) && part(&file) != "cli" {
                wrong.push(format!("{}: `{group}` hides what is used: one line each", short(&file)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_documented_and_finished() {
    let mut wrong = Vec::new();
    for file in rust_files(&["src", "tests", "benches", "examples"]) {
        let (name, text) = (short(&file), fs::read_to_string(&file).unwrap());
        let lines = text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{name}: {lines} lines, at most {MOST_LINES}"));
        }
        if !text.starts_with("//! ") {
            wrong.push(format!("{name}: does not begin by saying what it is (`//! …`)"));
        }
        let text = code(&text);
        for (first, second) in NOWHERE {
            let thing = format!("{first}{second}");
            if text.contains(&thing) {
                wrong.push(format!("{name}: has `{thing}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is shipped holds no path of the machine that it was made on.
#[test]
fn no_file_names_a_machine() {
    let mut wrong = Vec::new();
    for entry in fs::read_dir(ROOT).unwrap() {
        let path = entry.unwrap().path();
        let name = short(&path);
        if ["target", "output", ".git"].contains(&name.as_str()) {
            continue;
        }
        let all = if path.is_dir() { files(&path) } else { vec![path] };
        for file in all {
            let Ok(text) = fs::read_to_string(&file) else { continue };
            for (first, second) in MACHINE_PATHS {
                if text.contains(&format!("{first}{second}")) {
                    wrong.push(format!("{}: names `{first}{second}`", short(&file)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_language_describes_itself() {
    let flaws = flaws(&SCENARIO);
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

#[test]
fn every_code_is_explained() {
    let mut seen = BTreeSet::new();
    for code in Code::ALL {
        assert!(seen.insert(code.id()), "{} stands twice", code.id());
        assert!(!code.title().is_empty() && !code.title().ends_with('.'), "{code}: {}", code.title());
        assert!(code.explanation().len() > 30 && code.explanation().ends_with('.'), "{code}: {}", code.explanation());
    }
}
