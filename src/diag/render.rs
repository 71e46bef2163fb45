//! Findings for people, in the style of rustc.

use super::excerpt::excerpt;
use super::{Finding, Findings, Place, Severity, SourceId, Sources, printable};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt::Write;

/// How many findings are drawn; the rest is counted. Nobody corrects more than
/// this before running the check again.
pub const DRAWN_AT_MOST: usize = 20;

/// Draws all findings, errors first, for a terminal of the given width.
pub fn render(findings: &Findings, sources: &Sources, color: bool, width: usize) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let width = width.clamp(40, 1000);
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(width);
    let sorted = findings.sorted();
    let mut out = String::new();
    for finding in sorted.iter().take(DRAWN_AT_MOST) {
        draw(&mut out, finding, sources, &renderer, width);
        out.push('\n');
    }
    let more = sorted.len().saturating_sub(DRAWN_AT_MOST) + findings.not_kept();
    if more > 0 {
        // A check stops looking when no more findings are kept.
        let least = if findings.is_full() { "at least " } else { "" };
        let _ = writeln!(out, "and {least}{more} more");
    }
    out
}

fn draw(out: &mut String, finding: &Finding, sources: &Sources, renderer: &Renderer, width: usize) {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let head = finding.severity.word().len() + "[LS0000]: ".len();
    let title = level.primary_title(wrapped(&printable(&finding.message), width - head)).id(finding.code.id());
    let mut columns = Vec::new();
    let group = place_group(Group::with_title(title), finding, sources, &mut columns);
    let mut report = vec![group];
    // Help and note stand apart, as rustc has it for a finding with a place.
    for (level, text) in [(Level::NOTE, &finding.note), (Level::HELP, &finding.help)] {
        if let Some(text) = text {
            let lines: Vec<String> =
                text.lines().map(|line| wrapped(&printable(line), width - "help: ".len())).collect();
            report.push(Group::with_title(level.secondary_title(lines.join("\n"))));
        }
    }
    let mut drawn = renderer.render(&report);
    for (shown, right) in columns {
        drawn = drawn.replacen(&shown, &right, 1);
    }
    out.push_str(&drawn);
    out.push('\n');
}

/// A text in lines of at most so many characters, broken between words. What stands between backticks is to be copied
/// and stays in one piece as long as it fits a line of its own.
pub fn wrapped(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in words(text, most) {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > most {
            out.push('\n');
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out
}

/// The words of a text; a piece between backticks is one word if it is not too long.
fn words(text: &str, most: usize) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text.trim_matches(' ');
    while !rest.is_empty() {
        let space = rest.find(' ').unwrap_or(rest.len());
        let whole = quoted_end(rest, space).filter(|end| rest[..*end].chars().count() <= most);
        let (word, after) = rest.split_at(whole.unwrap_or(space));
        found.push(word);
        rest = after.trim_start_matches(' ');
    }
    found
}

/// Where a word ends that has an open backtick before the space: behind the closing one and what adjoins it.
fn quoted_end(text: &str, space: usize) -> Option<usize> {
    let mut end = space;
    while text[..end].matches('`').count() % 2 == 1 {
        let close = end + text[end..].find('`')? + 1;
        end = close + text[close..].find(' ').unwrap_or(text.len() - close);
    }
    (end > space).then_some(end)
}

/// The part of a report that shows the sources, the one to correct first.
/// Notes in `columns` which columns the renderer will count wrongly.
fn place_group<'a>(
    mut group: Group<'a>,
    finding: &'a Finding,
    sources: &'a Sources,
    columns: &mut Vec<(String, String)>,
) -> Group<'a> {
    let Some(primary) = finding.primary() else {
        return group;
    };
    let mut ids: Vec<SourceId> = vec![primary.span.source];
    for label in &finding.labels {
        if !ids.contains(&label.span.source) {
            ids.push(label.span.source);
        }
    }
    for id in ids {
        let name = printable(sources.name(id));
        let labels = finding.labels.iter().filter(|l| l.span.source == id);
        let excerpt = excerpt(sources, id, labels);
        for marked in &excerpt.labels {
            let Place { line, column } = marked.place;
            if marked.shown_column != column {
                let shown = format!("{name}:{line}:{}", marked.shown_column);
                columns.push((shown, format!("{name}:{line}:{column}")));
            }
        }
        let annotations = excerpt.labels.into_iter().map(|marked| {
            let kind =
                if std::ptr::eq(marked.label, primary) { AnnotationKind::Primary } else { AnnotationKind::Context };
            let text = Some(printable(&marked.label.text));
            kind.span(marked.range).label(text.filter(|text| !text.is_empty()))
        });
        let snippet = Snippet::source(excerpt.text).path(name).line_start(excerpt.first_line).annotations(annotations);
        group = group.element(snippet);
    }
    group
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrapped("one two three four", 9), "one two\nthree\nfour");
        assert_eq!(wrapped("one", 9), "one");
        assert_eq!(wrapped("", 9), "");
        // what is to be copied stays whole, with what adjoins it, if a line holds it
        assert_eq!(wrapped("write `a: b c`, or not", 14), "write\n`a: b c`, or\nnot");
        assert_eq!(wrapped("write `a: b c d e`", 8), "write\n`a: b c\nd e`");
        assert_eq!(wrapped("a ` alone", 5), "a `\nalone");
    }
}
