//! Texts that findings point into, and places in them.

use std::sync::OnceLock;

/// Which of the [`Sources`] a [`Span`] is in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// A piece of a source: byte offsets, the end not included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source it is in.
    pub source: SourceId,
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From `start` up to but not including `end`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        Self { source, start, end: end.max(start) }
    }

    /// From the start of this span to the end of another one in the same source.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.source, self.start, other.end)
    }
}

/// Where a byte is, as editors count: from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

#[derive(Debug)]
struct Source {
    name: String,
    text: String,
    /// Made when the first place is asked for: most files have no findings.
    index: OnceLock<Index>,
}

/// What makes places quick to find, also on a line of a megabyte.
#[derive(Debug)]
struct Index {
    line_starts: Vec<usize>,
    /// How many characters begin before each multiple of [`STRIDE`] bytes.
    characters: Vec<usize>,
}

/// How many bytes are counted one by one at most.
const STRIDE: usize = 1024;

/// Whether a byte begins a character.
fn begins(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

impl Source {
    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let breaks = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n');
            let mut characters = vec![0];
            for chunk in bytes.chunks(STRIDE) {
                let before = characters.last().copied().unwrap_or(0);
                characters.push(before + count(chunk));
            }
            Index { line_starts: std::iter::once(0).chain(breaks.map(|(i, _)| i + 1)).collect(), characters }
        })
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, offset: usize) -> usize {
        let stride = offset / STRIDE;
        let counted = self.index().characters[stride];
        counted + count(&self.text.as_bytes()[stride * STRIDE..offset])
    }
}

fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| begins(**byte)).count()
}

/// The texts that were read, with the names they go by.
#[derive(Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text. A byte order mark at its start is dropped, so that offsets
    /// and columns count what an editor shows.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let mut text: String = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        self.list.push(Source { name: name.into(), text, index: OnceLock::new() });
        id
    }

    /// The name of a source, as the user wrote it.
    pub fn name(&self, id: SourceId) -> &str {
        self.get(id).map_or("", |source| &source.name)
    }

    /// The text of a source.
    pub fn text(&self, id: SourceId) -> &str {
        self.get(id).map_or("", |source| &source.text)
    }

    /// The text a span covers. Offsets beyond the text or inside a character
    /// count as the nearest one before.
    pub fn slice(&self, span: Span) -> &str {
        let text = self.text(span.source);
        let start = floor_boundary(text, span.start);
        &text[start..floor_boundary(text, span.end).max(start)]
    }

    /// Line and column of a byte.
    pub fn place(&self, id: SourceId, offset: usize) -> Place {
        let Some(source) = self.get(id) else {
            return Place { line: 1, column: 1 };
        };
        let offset = floor_boundary(&source.text, offset);
        let starts = &source.index().line_starts;
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let before = source.characters_before(starts[line - 1]);
        let column = source.characters_before(offset) - before + 1;
        Place { line, column }
    }

    /// The bytes of a line (from 1) without its line break.
    pub(super) fn line(&self, id: SourceId, line: usize) -> Option<(usize, &str)> {
        let source = self.get(id)?;
        let starts = &source.index().line_starts;
        let start = *starts.get(line.checked_sub(1)?)?;
        let end = starts.get(line).map_or(source.text.len(), |next| next - 1);
        let text = &source.text[start..end];
        Some((start, text.strip_suffix('\r').unwrap_or(text)))
    }

    fn get(&self, id: SourceId) -> Option<&Source> {
        self.list.get(id.0 as usize)
    }
}

/// The nearest boundary of a character at or before a byte.
fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
