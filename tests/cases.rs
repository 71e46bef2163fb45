//! Cases as data: every file of `tests/cases` and `scenarios/lessons` is a scenario whose expectations were worked out
//! by hand, with the arithmetic in its comment. One runner runs them all; `longshore run FILE` does the same.

#[path = "golden/runner.rs"]
mod runner;

use runner::{files, folder, run_file};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Fewer files than this were surely lost on the way.
const LEAST_CASES: usize = 20;
const RULE_SETS: [&str; 5] = ["ECS-", "SCL-", "PRC-", "PLT-", "SEED-"];

fn cases() -> Vec<PathBuf> {
    files(&folder("tests/cases"), "yaml")
}

fn lessons() -> Vec<PathBuf> {
    files(&folder("scenarios/lessons"), "yaml")
}

/// Whether a text names a rule: `ECS-310`.
fn names_a_rule(text: &str) -> bool {
    let digit_after = |(at, set): (usize, &str)| text[at + set.len()..].starts_with(|c: char| c.is_ascii_digit());
    RULE_SETS.iter().any(|set| text.match_indices(set).any(digit_after))
}

/// What is wrong with a case, as text; nothing if all is well.
fn judge(file: &Path) -> String {
    let mut wrong = String::new();
    let text = fs::read_to_string(file).unwrap();
    // above it only the line by which editors find the schema
    let first = text.lines().find(|line| !line.starts_with("# yaml-language-server:")).unwrap_or_default();
    if !(first.starts_with('#') && names_a_rule(first)) {
        let _ = writeln!(wrong, "  its first line names no rule, such as `# ECS-310: least remaining`");
    }
    match run_file(file) {
        Err(findings) => {
            let _ = writeln!(wrong, "  can't be run:\n{findings}");
        }
        Ok((_, result)) => {
            if result.checks.is_empty() {
                let _ = writeln!(wrong, "  expects nothing: add `expect:`");
            }
            for check in result.checks.iter().filter(|check| !check.passed) {
                let _ = writeln!(wrong, "  {}\n    seen: {}", check.text, check.seen);
            }
        }
    }
    wrong
}

#[test]
fn every_case_and_lesson_is_met() {
    let (cases, lessons) = (cases(), lessons());
    assert!(cases.len() >= LEAST_CASES, "only {} cases were found", cases.len());
    assert!(!lessons.is_empty(), "no lessons were found");
    let mut all = String::new();
    for file in cases.iter().chain(&lessons) {
        let wrong = judge(file);
        if !wrong.is_empty() {
            let _ = writeln!(all, "{}\n{wrong}", file.strip_prefix(folder("")).unwrap().display());
        }
    }
    assert!(all.is_empty(), "expectations that were worked out by hand are not met:\n\n{all}");
}

#[test]
fn a_rule_in_the_first_line_is_recognised() {
    assert!(names_a_rule("# ECS-310: least remaining"));
    assert!(names_a_rule("# see SEED-80 too"));
    assert!(!names_a_rule("# ECS-: which?"));
    assert!(!names_a_rule("# binpack"));
}

/// `longshore run FILE --out OUT`.
fn longshore_run(file: &Path, out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_longshore"));
    command.arg("run").arg(file).arg("--out").arg(out).arg("--no-charts").output().unwrap()
}

#[test]
fn the_program_judges_as_the_runner_does() {
    let temporary = tempfile::tempdir().unwrap();
    for name in ["ecs-233-two-ledgers", "ecs-310-worked-example", "prc-30-seconds-and-the-minimum"] {
        let file = folder("tests/cases").join(format!("{name}.yaml"));
        let out = temporary.path().join(name);
        let output = longshore_run(&file, &out);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(out.join("summary.json").is_file(), "{name}");

        let doctored = temporary.path().join(format!("{name}-doctored.yaml"));
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("\nexpect:\n"), "{name} has its expectations last, one a line");
        fs::write(&doctored, text + "  - tasks_wanted == 4711\n").unwrap();
        let output = longshore_run(&doctored, &temporary.path().join(format!("{name}-doctored")));
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{name}: {told}");
        assert!(told.contains("FAIL  tasks_wanted == 4711"), "{name}: {told}");
    }
}
