//! Findings for people, in the style of rustc.

use super::excerpt::{Marked, excerpt};
use super::{Finding, Findings, Place, Severity, SourceId, Sources, printable};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt::Write;
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

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
    let group = place_group(Group::with_title(title), finding, sources, (width, &mut columns));
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
/// Notes in `columns` which columns the renderer will count wrongly. What does not fit beside a line stands below it.
fn place_group<'a>(
    mut group: Group<'a>,
    finding: &'a Finding,
    sources: &'a Sources,
    (width, columns): (usize, &mut Vec<(String, String)>),
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
        let gutter = (excerpt.first_line + excerpt.text.lines().count()).to_string().len() + " | ".len();
        let mut room = Room::of(&excerpt.text, width.saturating_sub(gutter));
        let mut labels: Vec<Marked<'_>> = excerpt.labels;
        labels.sort_by_key(|marked| !std::ptr::eq(marked.label, primary)); // the others go where it leaves room
        let mut below = Vec::new();
        let mut annotations = Vec::new();
        for marked in labels {
            let is_primary = std::ptr::eq(marked.label, primary);
            let text = printable(&marked.label.text);
            if !room.takes(&excerpt.text, &marked.range) && !is_primary {
                below.push(format!("{text} ({}:{})", marked.place.line, marked.place.column));
                continue;
            }
            let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(marked.range.clone());
            if text.is_empty() || room.is_beside(&excerpt.text, &marked.range, &text) {
                annotations.push(annotation.label(Some(text).filter(|text| !text.is_empty())));
            } else {
                annotations.push(annotation);
                below.push(text);
            }
        }
        let snippet = Snippet::source(excerpt.text).path(name).line_start(excerpt.first_line).annotations(annotations);
        group = group.element(snippet);
        for text in below {
            let text = wrapped(&text, width.saturating_sub(gutter + "= note: ".len()));
            group = group.element(Level::NOTE.message(text));
        }
    }
    group
}

/// The room that the renderer leaves for signs of what it left out on both sides.
const LEFT_OUT: usize = 8;

/// The columns that an excerpt is drawn in.
struct Room {
    width: usize,
    /// Whether a line does not fit, so that the renderer shows a part of all lines: that around the labels.
    is_cut: bool,
    /// From the first to the last column of the labels so far.
    labels: Option<(usize, usize)>,
}

impl Room {
    fn of(text: &str, width: usize) -> Self {
        Self { width, is_cut: text.lines().any(|line| columns(line) > width), labels: None }
    }

    /// Whether a place can be shown beside the others; if so it counts for those that follow.
    fn takes(&mut self, text: &str, range: &Range<usize>) -> bool {
        let (start, end) = columns_of(text, range);
        let (first, last) = self.labels.map_or((start, end), |(first, last)| (first.min(start), last.max(end)));
        let fits = !self.is_cut || last - first + LEFT_OUT <= self.width;
        if fits || self.labels.is_none() {
            self.labels = Some((first, last));
        }
        fits
    }

    /// Whether a label has room beside what it points at; if so it counts for the places that follow.
    fn is_beside(&mut self, text: &str, range: &Range<usize>, label: &str) -> bool {
        let end = columns_of(text, range).1 + 1 + columns(label);
        let (first, last) = self.labels.unwrap_or((0, 0));
        let fits = if self.is_cut { end.saturating_sub(first) + LEFT_OUT <= self.width } else { end <= self.width };
        if fits {
            self.labels = Some((first, last.max(end)));
        }
        fits
    }
}

/// How wide a text is drawn; a tab takes four columns.
fn columns(text: &str) -> usize {
    text.width() + 4 * text.matches('\t').count()
}

/// In which columns of its line a range begins and ends; of one over several lines the first counts.
fn columns_of(text: &str, range: &Range<usize>) -> (usize, usize) {
    let before = &text[..range.start];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let start = columns(&before[line..]);
    let inside = text[range.clone()].lines().next().unwrap_or("");
    (start, start + columns(inside).max(1))
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
