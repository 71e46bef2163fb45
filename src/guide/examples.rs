//! A wrong scenario for each code, and the same mended; and what longshore says of it, which is asked, not written.

use crate::diag::{Code, Findings, Sources, render};
use crate::plan::{Files, ScenarioText, from_text};
use crate::scenario::Override;
use std::fmt::Write;

/// The examples: `src/guide/examples.txt`.
const TEXT: &str = include_str!("examples.txt");

/// What stands below the lines of an example that do not say it themselves.
const BASE: [(&str, &str); 4] = [
    ("duration", "1h"),
    ("instances", "[{type: m5.large, count: 2}]"),
    ("task_definitions", "{web: {cpu: 512, memory: 1 GiB}}"),
    ("services", "{web: {task_definition: web}}"),
];

/// What the file of an example is called.
const NAME: &str = "example.yaml";

/// An example of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Of what.
    pub code: Code,
    /// The lines with the mistake, or the override.
    pub wrong: String,
    /// The same as it should be.
    pub right: String,
    /// Files beside the scenario: names and texts.
    pub files: Vec<(&'static str, String)>,
    /// Whether the two are values of `--set`.
    pub is_override: bool,
    /// Whether nothing is added to the wrong lines.
    alone: bool,
}

/// The files of an example, and no others.
struct Beside<'a>(&'a [(&'static str, String)]);

impl Files for Beside<'_> {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        let file = self.0.iter().find(|(name, _)| *name == path);
        file.map(|(_, text)| text.clone().into_bytes()).ok_or_else(|| "there is no such file".to_owned())
    }
}

/// All examples, in the order of the codes. A code may have none.
pub fn examples() -> impl Iterator<Item = Example> {
    TEXT.split("\n=== ").skip(1).filter_map(read)
}

fn read(text: &'static str) -> Option<Example> {
    let (heading, text) = text.split_once('\n').unwrap_or((text, ""));
    let mut words = heading.split_whitespace();
    let code = Code::find(words.next()?)?;
    let kind = words.next();
    if kind == Some("words") {
        return None;
    }
    let mut example = Example {
        code,
        wrong: String::new(),
        right: String::new(),
        files: Vec::new(),
        is_override: false,
        alone: kind == Some("alone"),
    };
    let mut part = &mut example.wrong;
    for line in text.lines() {
        match line.strip_prefix("--- ") {
            Some("right" | "right set") => part = &mut example.right,
            Some("set") => example.is_override = true,
            Some(other) => {
                example.files.push((other.strip_prefix("file ").unwrap_or(other), String::new()));
                part = &mut example.files.last_mut()?.1;
            }
            None => {
                part.push_str(line);
                part.push('\n');
            }
        }
    }
    Some(example)
}

impl Example {
    /// The lines with the mistake as they are typed.
    pub fn wrong_text(&self) -> String {
        self.typed(&self.wrong)
    }

    /// The mended lines as they are typed.
    pub fn right_text(&self) -> String {
        self.typed(&self.right)
    }

    /// The files that the wrong lines name, where they are there.
    pub fn wrong_files(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.files_named(|name| self.wrong.contains(name))
    }

    /// The files that only the mended lines name.
    pub fn other_files(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.files_named(|name| !self.wrong.contains(name))
    }

    fn files_named(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = (&'static str, &str)> {
        self.files.iter().filter(move |(name, _)| wanted(name)).map(|(name, text)| (*name, text.as_str()))
    }

    fn typed(&self, lines: &str) -> String {
        if self.is_override { format!("--set {lines}") } else { lines.to_owned() }
    }

    /// What is found in the wrong one.
    pub fn findings(&self) -> (Findings, Sources) {
        self.check(&self.wrong, self.alone)
    }

    /// What is found in the mended one: nothing.
    pub fn findings_when_mended(&self) -> (Findings, Sources) {
        self.check(&self.right, false)
    }

    /// What `longshore check` says of the wrong one, as far as it is about the code.
    pub fn said(&self) -> String {
        let (all, sources) = self.findings();
        let mut own = Findings::new();
        all.iter().filter(|finding| finding.code == self.code).take(1).for_each(|finding| own.push(finding.clone()));
        render(&own, &sources, false, 76).trim_end().to_owned()
    }

    fn check(&self, lines: &str, alone: bool) -> (Findings, Sources) {
        let (mut sources, mut findings) = (Sources::new(), Findings::new());
        let (text, given) = if self.is_override { ("", lines.trim_end()) } else { (lines, "") };
        let text = if alone { text.to_owned() } else { with_base(text) }.replace('␛', "\u{1b}");
        let text = ScenarioText { shown: NAME, file: NAME, name: "example", bytes: text.as_bytes() };
        let given = Override { source: "--set".to_owned(), text: given.to_owned(), from: 0 };
        let overrides = if self.is_override { std::slice::from_ref(&given) } else { &[] };
        from_text(text, overrides, &mut sources, &mut Beside(&self.files), &mut findings);
        (findings, sources)
    }
}

/// The lines, with what a scenario needs besides below them.
fn with_base(lines: &str) -> String {
    let mut text = lines.to_owned();
    for (key, value) in BASE {
        if !lines.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))) {
            let _ = writeln!(text, "{key}: {value}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Severity;

    /// What has no example, and why none can be shown.
    const IN_WORDS: [Code; 4] = [Code::TooLarge, Code::NotUtf8, Code::TooMany, Code::Internal];

    #[test]
    fn every_code_has_an_example_or_can_have_none() {
        let shown: Vec<Code> = examples().map(|example| example.code).collect();
        assert!(shown.windows(2).all(|pair| pair[0] < pair[1]), "in the order of the codes, each once: {shown:?}");
        for code in Code::ALL {
            assert_ne!(shown.contains(code), IN_WORDS.contains(code), "{code}: src/guide/examples.txt");
        }
    }

    #[test]
    fn wrong_examples_are_wrong_in_that_way() {
        let mut wrong = String::new();
        for example in examples() {
            let (findings, sources) = example.findings();
            if findings.sorted().first().map(|finding| finding.code) != Some(example.code) {
                let _ = write!(wrong, "{}:\n{}", example.code, render(&findings, &sources, false, 80));
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }

    #[test]
    fn mended_examples_are_right() {
        let mut wrong = String::new();
        for example in examples() {
            let (findings, sources) = example.findings_when_mended();
            if findings.iter().any(|f| f.severity == Severity::Error || f.code == example.code) {
                let _ = write!(wrong, "{}:\n{}", example.code, render(&findings, &sources, false, 80));
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }
}
