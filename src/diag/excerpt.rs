//! The lines around labels, made harmless and short enough to draw.
//!
//! Drawing works on a small copy of the lines instead of the whole source: the
//! copy has no control characters, no endless lines, and costs the same for a
//! large file as for a small one.

use super::printable::is_harmless;
use super::{Label, Place, SourceId, Sources};
use std::ops::Range;

/// Longest piece of a line that is copied, in characters; the renderer then
/// cuts to the terminal's width.
const LINE_AT_MOST: usize = 300;
/// What is kept before the first label of a line that has to be cut.
const LEAD: usize = 60;

/// Lines to draw, with the labels in offsets of the copied text.
pub(super) struct Excerpt<'a> {
    /// Number of the first line in the source.
    pub(super) first_line: usize,
    /// The copied lines.
    pub(super) text: String,
    /// The labels that lie in them.
    pub(super) labels: Vec<Marked<'a>>,
}

/// A label in an [`Excerpt`].
pub(super) struct Marked<'a> {
    /// The label itself.
    pub(super) label: &'a Label,
    /// Where it is in the copied text.
    pub(super) range: Range<usize>,
    /// Where it is in the source.
    pub(super) place: Place,
    /// Its column in the copied line, which differs if the line had to be cut.
    pub(super) shown_column: usize,
}

/// A label with the line it begins in. Of a label over several lines only the
/// first line is drawn: what matters about a block is where it starts.
#[derive(Clone, Copy)]
struct Placed<'a> {
    place: Place,
    label: &'a Label,
}

/// How far from a label the renderer may still show a line.
const CONTEXT: usize = 3;

/// Copies the lines from the first to the last label. Lines far from any label
/// are left empty: they keep the count right and are folded away.
pub(super) fn excerpt<'a>(sources: &Sources, id: SourceId, labels: impl Iterator<Item = &'a Label>) -> Excerpt<'a> {
    let mut placed: Vec<Placed<'a>> =
        labels.map(|label| Placed { place: sources.place(id, label.span.start), label }).collect();
    placed.sort_by_key(|p| p.place);
    let first_line = placed.first().map_or(1, |p| p.place.line);
    let last_line = placed.last().map_or(1, |p| p.place.line);
    let mut out = Excerpt { first_line, text: String::new(), labels: Vec::new() };
    let mut rest = placed.as_slice();
    let mut before = first_line;
    for number in first_line..=last_line {
        let here = rest.partition_point(|p| p.place.line == number);
        let (labels, later) = rest.split_at(here);
        rest = later;
        let after = later.first().map_or(last_line, |p| p.place.line);
        if here > 0 {
            before = number;
        }
        if number - before <= CONTEXT || after - number <= CONTEXT {
            let (start, line) = sources.line(id, number).unwrap_or((0, ""));
            copy_line(&mut out, start, line, labels);
        }
        out.text.push('\n');
    }
    out
}

/// Copies one line, at most [`LINE_AT_MOST`] characters of it around the first
/// label, and notes where the labels came to lie.
fn copy_line<'a>(out: &mut Excerpt<'a>, start: usize, line: &str, labels: &[Placed<'a>]) {
    let offset = |at: usize| at.saturating_sub(start);
    let first = labels.first().map_or(0, |p| offset(p.label.span.start));
    let line_start = out.text.len();
    let skip = window(line, first);
    let mut offsets: Vec<(usize, usize)> = Vec::new();
    if skip > 0 {
        out.text.push('…');
    }
    let mut end = line.len();
    for (count, (at, c)) in line[skip..].char_indices().enumerate() {
        offsets.push((skip + at, out.text.len()));
        if count == LINE_AT_MOST {
            end = skip + at;
            break;
        }
        out.text.push(visible(c));
    }
    if end == line.len() {
        offsets.push((end, out.text.len()));
    } else {
        out.text.push('…');
    }
    let copied = |offset: usize| {
        let i = offsets.partition_point(|(from, _)| *from < offset);
        offsets[i.min(offsets.len() - 1)].1
    };
    for Placed { place, label } in labels.iter().copied() {
        let from = copied(offset(label.span.start));
        let to = copied(offset(label.span.end)).max(from);
        out.labels.push(Marked {
            label,
            range: from..to,
            place,
            shown_column: out.text[line_start..from].chars().count() + 1,
        });
    }
}

/// The byte of a line to start at, so that `first` is seen.
fn window(line: &str, first: usize) -> usize {
    let cut = first.min(line.len());
    let before = line.get(..cut).unwrap_or(line);
    if line.len() <= LINE_AT_MOST || before.chars().count() <= LINE_AT_MOST / 2 {
        return 0;
    }
    let back = before.char_indices().rev().nth(LEAD);
    back.map_or(0, |(at, _)| at)
}

/// One character for one: columns stay what they are in the editor.
fn visible(c: char) -> char {
    match c {
        '\t' => '\t',
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        c if is_harmless(c) => c,
        _ => '\u{fffd}',
    }
}
