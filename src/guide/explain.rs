//! Findings at length: `longshore explain LS0104`, and `docs/errors.md`.

use super::examples::{Example, examples};
use super::words::{indented, wrapped};
use crate::diag::{Code, printable};
use serde_json::{Value, json};
use std::fmt::Write;

/// Widest line of text, as a terminal of 80 columns shows it.
const WIDTH: usize = 78;

/// A code for a person: what it means, an example, what is said of it, and the example mended.
pub fn explain(code: Code) -> String {
    let mut text = format!("{code}: {}\n\n", code.title());
    text += &wrapped(code.explanation(), WIDTH, "");
    let Some(example) = examples().find(|example| example.code == code) else {
        return text;
    };
    let _ = write!(text, "\nWrong:\n\n{}", indented(&printable_lines(&example.wrong_text())));
    for (name, lines) in example.wrong_files() {
        let _ = write!(text, "\n  {name}:\n\n{}", indented(lines));
    }
    let _ = write!(text, "\nWhat longshore says of it:\n\n{}", indented(&example.said()));
    let _ = write!(text, "\nRight:\n\n{}", indented(&printable_lines(&example.right_text())));
    for (name, lines) in example.other_files() {
        let _ = write!(text, "\n  {name}:\n\n{}", indented(lines));
    }
    text
}

/// The same for programs.
pub fn explain_json(code: Code) -> Value {
    let example = examples().find(|example| example.code == code);
    json!({
        "code": code.id(),
        "title": code.title(),
        "explanation": code.explanation(),
        "example": example.map(|example| json!({
            "wrong": example.wrong_text(),
            "says": example.said(),
            "right": example.right_text(),
            "files": example.files.iter().map(|(name, text)| json!({"name": name, "text": text})).collect::<Vec<_>>(),
        })),
    })
}

/// All codes with their titles, a line each.
pub fn list_codes() -> String {
    Code::ALL.iter().fold(String::new(), |all, code| all + &format!("{code}  {}\n", code.title()))
}

/// `docs/errors.md`.
pub fn errors_page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut area = "";
    for code in Code::ALL {
        let here = area_of(*code);
        if here != area {
            area = here;
            let _ = write!(page, "\n## {area}\n");
        }
        let _ = write!(page, "\n### {code}: {}\n\n{}", code.title(), wrapped(code.explanation(), 120, ""));
        if let Some(example) = examples().find(|example| example.code == *code) {
            markdown(&mut page, &example);
        }
    }
    page
}

const INTRODUCTION: &str = "\
# What longshore finds wrong

Generated from the program (`src/diag/codes.rs`, `src/guide/examples.txt`); `cargo test` fails when this page is out of
date. `longshore explain LS0104` shows the same for one code, `longshore explain --list` all of them.

Each kind of finding has a code that never changes its meaning. An *error* stops the run (exit code 2), a *warning* does
not; some kinds are the one or the other by what is found. All examples are checked by tests: the wrong one gives the
message, the mended one none. Where an example lacks what each scenario needs, these lines stand below it:

```yaml
duration: 1h
instances: [{type: m5.large, count: 2}]
task_definitions: {web: {cpu: 512, memory: 1 GiB}}
services: {web: {task_definition: web}}
```
";

fn area_of(code: Code) -> &'static str {
    match code.id().get(2..4) {
        Some("00") => "Reading a file",
        Some("01") => "Settings",
        Some("02") => "What settings mean together",
        Some("03") => "`--set` and variants",
        _ => "longshore itself",
    }
}

fn markdown(page: &mut String, example: &Example) {
    let language = if example.is_override { "text" } else { "yaml" };
    let _ = write!(page, "\n```{language}\n{}```\n", example.wrong_text());
    for (name, text) in example.wrong_files() {
        let _ = write!(page, "\nwith `{name}`:\n\n```text\n{text}```\n");
    }
    let _ = write!(page, "\n```text\n{}\n```\n", example.said());
    let _ = write!(page, "\nRight is:\n\n```{language}\n{}```\n", example.right_text());
    for (name, text) in example.other_files() {
        let _ = write!(page, "\nwith `{name}`:\n\n```text\n{text}```\n");
    }
}

fn printable_lines(text: &str) -> String {
    text.lines().map(|line| printable(line) + "\n").collect()
}
