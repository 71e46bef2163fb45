//! Findings: everything the tool has to say about an input, as data.
//!
//! A [`Finding`] carries a stable [`Code`], the places it is about as byte
//! [`Span`]s into [`Sources`], the path of the setting (`services.web.cpu`) and
//! what would help. It is drawn by [`render`] for people and by [`to_json`] for
//! programs. This module knows nothing else of the crate.

mod codes;
mod excerpt;
mod json;
mod nearest;
mod printable;
mod render;
mod source;

pub use codes::Code;
pub use json::to_json;
pub use nearest::{misspelt, nearest, nearest_setting};
pub use printable::{printable, quoted};
pub use render::{DRAWN_AT_MOST, render, wrapped};
pub use source::{Place, SourceId, Sources, Span};

use printable::shorten;
use std::cmp::Ordering;

/// Whether a finding stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input can be used, and probably means something else.
    Warning,
}

impl Severity {
    /// The word as messages show it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A piece of text that a finding points at, and what is said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The text pointed at.
    pub span: Span,
    /// What is said beside it; may be empty.
    pub text: String,
    /// Whether this is the place to correct; the others explain it.
    pub primary: bool,
}

/// One thing to say about the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of finding it is.
    pub code: Code,
    /// Whether it stops the run.
    pub severity: Severity,
    /// One sentence without a full stop; names in backticks.
    pub message: String,
    /// The places, the primary one first by convention.
    pub labels: Vec<Label>,
    /// The setting it is about, e.g. `services.web.cpu`.
    pub path: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// What else is worth knowing, e.g. the rule behind it.
    pub note: Option<String>,
}

impl Finding {
    /// An error that has no place yet.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            path: None,
            help: None,
            note: None,
        }
    }

    /// A warning that has no place yet.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Points at the place to correct.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Points at another place that explains the first.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Names the setting.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what else is worth knowing.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Names of ten thousand letters are repeated in part: what surrounds them has to be seen.
    fn shorten(&mut self) {
        let Self { message, labels, help, note, path, .. } = self;
        let texts = labels.iter_mut().map(|label| &mut label.text).chain([message]).chain(help).chain(note).chain(path);
        texts.for_each(shorten);
    }

    /// The place to correct: the first primary label, else the first label.
    pub fn primary(&self) -> Option<&Label> {
        let first = self.labels.iter().find(|label| label.primary);
        first.or_else(|| self.labels.first())
    }

    /// Errors first; then those without a place, then by place, then by code.
    fn order(&self, other: &Self) -> Ordering {
        let key = |f: &Self| (f.severity, f.primary().map(|label| label.span), f.code);
        key(self).cmp(&key(other)).then_with(|| self.message.cmp(&other.message))
    }

    /// Whether a reader of the drawn text could not tell the two apart.
    fn says_the_same(&self, other: &Self) -> bool {
        self.code == other.code && self.message == other.message && self.labels == other.labels
    }
}

/// Findings as they are collected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    list: Vec<Finding>,
    /// What came after the list was full: only counted.
    not_kept: usize,
    not_kept_errors: bool,
}

/// How many findings are kept. A hostile file has hundreds of thousands, and
/// nobody reads the ten-thousandth.
const KEPT_AT_MOST: usize = 10_000;

impl Findings {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, mut finding: Finding) {
        finding.shorten();
        if self.is_full() {
            self.not_kept += 1;
            self.not_kept_errors |= finding.severity == Severity::Error;
        } else {
            self.list.push(finding);
        }
    }

    /// Adds all of another collection.
    pub fn append(&mut self, other: Self) {
        self.not_kept += other.not_kept;
        self.not_kept_errors |= other.not_kept_errors;
        for finding in other.list {
            self.push(finding);
        }
    }

    /// Whether more findings would only be counted: a check may stop looking.
    pub fn is_full(&self) -> bool {
        self.list.len() >= KEPT_AT_MOST
    }

    /// Lets what is known later change what was found.
    pub fn amend(&mut self, mut change: impl FnMut(&mut Finding)) {
        for finding in &mut self.list {
            change(finding);
            finding.shorten();
        }
    }

    /// How many were not kept.
    pub fn not_kept(&self) -> usize {
        self.not_kept
    }

    /// Whether any of them stops the run.
    pub fn has_errors(&self) -> bool {
        self.not_kept_errors || self.list.iter().any(|f| f.severity == Severity::Error)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len() + self.not_kept
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In the order they were pushed.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.list.iter()
    }

    /// Errors before warnings, then by place in the sources. A mistake inside an
    /// anchor that is used ten times is found ten times and listed once.
    pub fn sorted(&self) -> Vec<&Finding> {
        let mut list: Vec<&Finding> = self.list.iter().collect();
        list.sort_by(|a, b| a.order(b));
        list.dedup_by(|a, b| a.says_the_same(b));
        list
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
