//! Where values really stand: the parser's places count characters, and some
//! lie behind what a label should show.

use saphyr_parser::ScalarStyle;

/// Characters → bytes: the parser counts characters.
pub(super) struct Offsets {
    /// The byte of every character; empty for plain ASCII.
    starts: Vec<usize>,
    len: usize,
}

impl Offsets {
    /// For a text.
    pub(super) fn new(text: &str) -> Self {
        let starts = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() };
        Self { starts, len: text.len() }
    }

    /// The byte at which a character begins.
    pub(super) fn byte(&self, character: usize) -> usize {
        if self.starts.is_empty() {
            character.min(self.len)
        } else {
            self.starts.get(character).copied().unwrap_or(self.len)
        }
    }
}

/// Where a single value ends. The parser's end includes line breaks and what
/// follows a closing quote.
pub(super) fn scalar_end(text: &str, style: ScalarStyle, start: usize, end: usize) -> usize {
    let written = &text[start..end.max(start)];
    start + quoted_len(written, style).unwrap_or(written.trim_end().len())
}

/// Whether a block text is the last of the file and its last line has no line
/// break. The parser adds one that is not there.
pub(super) fn ends_unbroken(text: &str, style: ScalarStyle, end: usize) -> bool {
    let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    block && !text.ends_with(['\n', '\r']) && text[end..].trim_start().is_empty()
}

/// The place of an entry that says nothing: its dash, which is all there is.
pub(super) fn entry_place(text: &str, start: usize, end: usize) -> (usize, usize) {
    if start < end {
        return (start, end);
    }
    dash_before(text, start).map_or((start, end), |dash| (dash, dash + 1))
}

/// Where a list begins. Of one that is indented no further than its key the
/// parser gives an empty place behind the first dash.
pub(super) fn list_start(text: &str, start: usize, end: usize) -> usize {
    let rest = text[start..].strip_prefix('-');
    let at_dash = rest.is_some_and(|rest| rest.starts_with(char::is_whitespace));
    if start < end || at_dash {
        return start;
    }
    dash_before(text, start).unwrap_or(start)
}

/// The dash of an entry whose value, if any, begins at a byte.
fn dash_before(text: &str, at: usize) -> Option<usize> {
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let before = &text[line..at];
    if before.trim_end().ends_with('-') {
        return Some(line + before.trim_end().len() - 1);
    }
    // A comment may stand between.
    let indent = before.len() - before.trim_start().len();
    before[indent..].starts_with("- ").then_some(line + indent)
}

/// How far a quoted text goes, anchor and closing quote included.
fn quoted_len(written: &str, style: ScalarStyle) -> Option<usize> {
    let quote = match style {
        ScalarStyle::SingleQuoted => b'\'',
        ScalarStyle::DoubleQuoted => b'"',
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => return None,
    };
    let bytes = written.as_bytes();
    // Anchors and tags come before the quote, with a blank between, and may
    // have quotes in their names: the quote that counts begins a word.
    let begins = |at: usize| at == 0 || bytes[at - 1].is_ascii_whitespace();
    let open = (0..bytes.len()).find(|at| bytes[*at] == quote && begins(*at))?;
    let mut at = open + 1;
    while let Some(byte) = bytes.get(at) {
        let escapes = if quote == b'"' { *byte == b'\\' } else { *byte == quote && bytes.get(at + 1) == Some(&quote) };
        if escapes {
            at += 1;
        } else if *byte == quote {
            return Some(at + 1);
        }
        at += 1;
    }
    None
}
