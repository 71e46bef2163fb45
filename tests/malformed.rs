//! Wrong scenario files in the real language, as people write them, from the file to the exit code.
//!
//! `tests/bad` holds what the reader must notice in any text; here are the mistakes of meaning: names that refer to
//! nothing, sizes that AWS refuses, traces with gaps. Each file of `tests/malformed` names in its first line what
//! must be found, and where: `# LS0201 7:26, LS0212 trace-bad.csv:3:1`, errors first, each in the order of places.
//! Lines below it that begin with `#>` are what has to be said, in the message or the help of one of the findings.

use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/malformed");

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

/// Runs the tool in the folder of the files, so that messages have short paths.
fn longshore(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_longshore")).args(arguments).current_dir(FOLDER).output().unwrap()
}

fn findings(file: &str) -> Vec<Value> {
    let output = longshore(&["check", file, "--format", "json"]);
    assert_eq!(output.status.code(), Some(2), "{file}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Vec<Value>>(&output.stdout).expect("a list of findings")
}

fn text<'a>(finding: &'a Value, key: &str) -> &'a str {
    finding[key].as_str().unwrap_or("")
}

/// `LS0201 7:26`; with the name of the file in front of the place where it is another one.
fn place(file: &str, finding: &Value) -> String {
    let other = match text(finding, "file") {
        same if same == file => String::new(),
        other => format!("{other}:"),
    };
    format!("{} {other}{}:{}", text(finding, "code"), finding["line"], finding["column"])
}

#[test]
fn every_mistake_is_found_where_it_is() {
    let files = files();
    assert!(files.len() >= 60, "{} files", files.len());
    let mut wrong = String::new();
    for file in files {
        let (name, whole) = (name(&file), fs::read_to_string(&file).unwrap());
        let expected = whole.lines().next().unwrap_or("").trim_start_matches('#').trim();
        let found: Vec<String> = findings(&name).iter().map(|finding| place(&name, finding)).collect();
        if found.join(", ") != expected {
            let _ = writeln!(wrong, "{name}\n  expected {expected}\n  found    {}", found.join(", "));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The remedy is the one for this very mistake, with the author's own words in it.
#[test]
fn remedies_fit_the_mistake() {
    let (mut wrong, mut count) = (String::new(), 0);
    for file in files() {
        let (name, whole) = (name(&file), fs::read_to_string(&file).unwrap());
        let needed: Vec<&str> = whole.lines().filter_map(|line| line.strip_prefix("#> ")).collect();
        if needed.is_empty() {
            continue;
        }
        let found = findings(&name);
        let said: Vec<String> = found.iter().map(|f| format!("{} | {}", text(f, "message"), text(f, "help"))).collect();
        for needed in needed {
            count += 1;
            if !said.iter().any(|said| said.contains(needed)) {
                let _ = writeln!(wrong, "{name}\n  needed {needed}\n  said   {}", said.join("\n         "));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 80, "{count} remedies");
}

/// A message alone is not enough: the help says what to do, or, where the message says it already, the code is one
/// that explains itself at length. No message ends like a sentence of prose or shows what only Rust knows.
#[test]
fn every_finding_says_what_to_do() {
    for file in files() {
        let name = name(&file);
        for finding in findings(&name) {
            let (message, help) = (text(&finding, "message"), text(&finding, "help"));
            let code = longshore::diag::Code::find(text(&finding, "code")).expect("a code of the list");
            assert!(!help.is_empty() || code.explanation().len() > 60, "{name}: {message}");
            assert!(!message.is_empty() && !message.ends_with('.'), "{name}: {message}");
            for foreign in ["Some(", "None", "Err(", "panicked", "serde", "u32", "i64"] {
                assert!(!message.contains(foreign) && !help.contains(foreign), "{name}: {message}: {help}");
            }
            assert!(help.len() < 500, "{name}: a help that long is not read: {help}");
        }
    }
}

/// `run` refuses what `check` refuses, writes nothing and dies of nothing.
#[test]
fn no_wrong_file_runs_or_panics() {
    let target = tempfile::tempdir().unwrap();
    let out = target.path().join("out");
    for file in files() {
        let name = name(&file);
        let output = longshore(&["run", &name, "--out", out.to_str().unwrap()]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains("error[LS"), "{name}: {said}");
        let wide = said.lines().find(|line| line.chars().count() > 80);
        assert!(wide.is_none(), "{name}: wider than 80 columns: {wide:?}");
        let joined = said.split_whitespace().collect::<Vec<_>>().join(" "); // long messages have several lines
        assert!(!said.contains("panicked") && !said.contains('\u{1b}'), "{name}: {said}");
        assert!(output.stdout.is_empty(), "{name}");
        for finding in findings(&name) {
            let message = longshore::diag::printable(text(&finding, "message"));
            assert!(joined.contains(&message), "{name}: text and JSON differ: {said}");
        }
    }
    assert_eq!(fs::read_dir(target.path()).unwrap().count(), 0, "something was written");
}
