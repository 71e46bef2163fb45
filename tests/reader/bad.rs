//! `tests/bad/*.yaml`: each file's mistakes, named in its first line as
//! `# LS0104 5:5, LS0103 2:1`. A file whose bytes matter has them in a second
//! file instead, `name.yaml.expect`.

use super::{examine, summary};
use longshore::diag::{render, to_json};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad");
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "yaml"));
    files.sort();
    files
}

fn expected(file: &Path, bytes: &[u8]) -> Vec<String> {
    let text = fs::read_to_string(file.with_extension("yaml.expect"))
        .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned());
    let first = text.lines().next().unwrap_or("").trim_start_matches('#');
    let codes = first.split(',').map(|code| code.trim().to_owned());
    codes.filter(|code| !code.is_empty()).collect()
}

#[test]
fn every_mistake_is_found_where_it_is() {
    let files = files();
    assert!(files.len() >= 25, "{} files", files.len());
    let mut wrong = String::new();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let (_, findings, sources) = examine(&name, &bytes);
        let found = summary(&findings, &sources);
        if found != expected(&file, &bytes) {
            let drawn = render(&findings, &sources, false, 100);
            let _ = writeln!(wrong, "{name}: found {}\n{drawn}", found.join(", "));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_finding_is_drawn_and_says_what_to_do() {
    for file in files() {
        let bytes = fs::read(&file).unwrap();
        let (_, findings, sources) = examine("file.yaml", &bytes);
        let rows = to_json(&findings, &sources);
        for finding in findings.sorted() {
            let drawn = render(&findings, &sources, false, 80);
            assert!(drawn.contains(finding.code.id()), "{drawn}");
            assert!(!finding.message.ends_with('.'), "{}", finding.message);
        }
        assert_eq!(rows.as_array().unwrap().len(), findings.sorted().len());
    }
}

#[test]
fn all_mistakes_of_a_file_come_at_once_with_their_paths() {
    let text = "\
name: shop
servics: 1
services:
  web:
    task_definition: web
    desired_count: 9999
    policies:
      - metric: cpu
        cooldwn: 3
  'a b': {task_definition: ~}
";
    let (_, findings, sources) = examine("scenarios/web.yaml", text.as_bytes());
    let rows = to_json(&findings, &sources);
    let list: Vec<String> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
            format!("{}:{} {} {}", row["line"], row["column"], text("code"), text("path"))
        })
        .collect();
    assert_eq!(
        list,
        [
            "2:1 LS0104 servics",
            "6:20 LS0107 services.web.desired_count",
            "8:9 LS0103 services.web.policies[0].target",
            "8:17 LS0106 services.web.policies[0].metric",
            "9:9 LS0104 services.web.policies[0].cooldwn",
            "10:3 LS0109 services.a b",
            "10:11 LS0102 services.a b.task_definition",
        ]
    );
    let drawn = render(&findings, &sources, false, 100);
    let part = "\
error[LS0104]: a scaling policy has no setting `cooldwn`
 --> scenarios/web.yaml:9:9
  |
9 |         cooldwn: 3
  |         ^^^^^^^ not known here
  |
help: did you mean `cooldown`?
";
    assert!(drawn.contains(part), "{drawn}");
}
