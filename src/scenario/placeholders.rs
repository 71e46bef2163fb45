//! Places of a template that nobody filled in: `${COUNT}`, `{{ count }}`, `<% count %>`.

use crate::diag::{Code, Finding, SourceId, Span, quoted};
use std::ops::Range;

/// What they begin and end with.
const KINDS: [(&str, &str); 5] = [("${", "}"), ("{{", "}}"), ("$(", ")"), ("<%", "%>"), ("{%", "%}")];
/// Longest that is looked at, in bytes.
const LONGEST: usize = 200;

/// The first in a line of text, with its ends.
pub(super) fn find(text: &str) -> Option<Range<usize>> {
    let in_kind = |(open, close): &(&str, &str)| {
        let start = text.find(open)?;
        let inside = start + open.len();
        let len = text[inside..].find(close).filter(|len| *len <= LONGEST)?;
        let name = text[inside..inside + len].trim_matches([' ', '-', '=', '%']);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '.' | '$'));
        let end = inside + len + close.len();
        (is_name && !text[inside..end - close.len()].contains(['\n', ':'])).then_some(start..end)
    };
    KINDS.iter().filter_map(in_kind).min_by_key(|found| found.start)
}

/// Whether a value is nothing but such a place, or a name behind `$`.
pub(super) fn is_one(text: &str) -> bool {
    let text = text.trim();
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    find(text).is_some() || text.strip_prefix('$').is_some_and(is_name)
}

/// What helps where a value of the setting at `path` is one.
pub(super) fn help(path: &str) -> String {
    let path = if path.is_empty() { "PATH" } else { path };
    format!("placeholders are not filled in: write the value, or give it with `--set {path}=…`")
}

/// The finding about one in a text that can't be read because of it: around a byte, or ending there. No more of its
/// line is looked at than one is long.
pub(super) fn near(text: &str, id: SourceId, at: usize) -> Option<Finding> {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let mut start = line.max(at.saturating_sub(LONGEST));
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = text.len().min(at + LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    while let Some(found) = find(text[start..end].split('\n').next().unwrap_or("")) {
        let place = start + found.start..start + found.end;
        if place.start <= at && at <= place.end {
            return Some(finding(text, Span::new(id, place.start, place.end)));
        }
        start = place.end;
    }
    None
}

/// The finding about one that stands at a place.
pub(super) fn finding(text: &str, span: Span) -> Finding {
    let written = &text[span.start..span.end];
    let message = format!("{} is a placeholder, and nothing was put in its place", quoted(written));
    Finding::error(Code::Syntax, message)
        .at(span, "not filled in")
        .help("write the value itself; it can be changed with `--set PATH=VALUE`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found() {
        for (text, found) in [
            ("a: ${COUNT}", Some("${COUNT}")),
            ("{{ count }}", Some("{{ count }}")),
            ("<%= count %>", Some("<%= count %>")),
            ("{% if x %}", Some("{% if x %}")),
            ("$(COUNT)x", Some("$(COUNT)")),
            ("{{a: 1}}", None),
            ("${}", None),
            ("${COUNT", None),
            ("$0.046", None),
            ("{{1}}", None),
        ] {
            assert_eq!(find(text).map(|range| &text[range]), found, "{text}");
        }
        assert!(is_one("$COUNT") && is_one(" {{ x }}") && !is_one("$0.5") && !is_one("COUNT") && !is_one("$"));
    }
}
