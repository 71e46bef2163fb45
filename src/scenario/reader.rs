//! Text → [`Node`] tree, within bounds.
//!
//! Stands in front of every other use of a scenario's text. It takes time and
//! memory in proportion to the text, whatever the text says, and remembers where
//! everything stands. It pulls events from the parser (nothing here recurses on
//! input) and stops at the first event beyond a bound.

use super::complaints::{
    alias_of_itself, alias_too_large, control_character, duplicate, key_missing, merge_key, not_utf8, too_deep,
    too_large,
};
use super::placeholders;
use super::places::{Offsets, ends_unbroken, entry_place, list_start, scalar_end};
use super::syntax::syntax_finding;
use super::tree::{Entry, Kind, Node};
use crate::diag::{Code, Finding, Findings, SourceId, Sources, Span, quoted};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Largest text, in bytes. Measured load belongs into a CSV file; 1 MiB is some
/// 20,000 lines.
pub const MAX_BYTES: usize = 1 << 20;
/// Most lists and blocks in each other. The language needs fewer than ten; what
/// walks the tree may recurse this deep without care for the stack.
pub const MAX_DEPTH: usize = 64;
/// Most values in a text: list entries, keys' values, lists and blocks, with what
/// anchors keep and aliases repeat.
pub const MAX_NODES: usize = 100_000;
/// Most text that anchors keep and aliases repeat, in bytes.
pub const MAX_EXPANDED_BYTES: usize = 4 << 20;

/// Adds a file's bytes to the sources and reads them.
///
/// The tree is there whenever the text could be read to its end, also when
/// findings were made on the way, so that later checks can add theirs.
pub fn load(sources: &mut Sources, name: &str, bytes: &[u8], findings: &mut Findings) -> (SourceId, Option<Node>) {
    if bytes.len() > MAX_BYTES {
        findings.push(too_large(name));
        return (sources.add(name, ""), None);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let id = sources.add(name, text);
            (id, read(sources, id, findings))
        }
        Err(error) => {
            let id = sources.add(name, String::from_utf8_lossy(bytes));
            let bom = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            let at = error.valid_up_to() - bom;
            let span = Span::new(id, at, at + '\u{fffd}'.len_utf8());
            findings.push(not_utf8(bytes, span));
            (id, None)
        }
    }
}

/// Reads a text that is among the sources.
pub fn read(sources: &Sources, id: SourceId, findings: &mut Findings) -> Option<Node> {
    let text = sources.text(id);
    if text.len() > MAX_BYTES {
        findings.push(too_large(sources.name(id)));
        return None;
    }
    match root(text, id, findings)? {
        Some(root) if !root.is_null() => Some(root),
        _ => {
            let end = text.trim_end().len();
            findings.push(
                Finding::error(Code::EmptyFile, "the file has no values")
                    .at(Span::new(id, end, end), "nothing up to here")
                    .help("`scenarios/` has some to start from; a scenario needs at least `duration: 1h`"),
            );
            None
        }
    }
}

/// The value that a text of the source `id` stands for, if it has one; `None` where it can't be read to its end.
/// Places are those of `text`, which may be the source with a part of it blanked.
#[expect(clippy::option_option, reason = "unreadable and empty are two things")]
pub(super) fn root(text: &str, id: SourceId, findings: &mut Findings) -> Option<Option<Node>> {
    if let Some(finding) = control_character(text, id) {
        findings.push(finding);
        return None;
    }
    let mut builder = Builder::new(text, id, findings);
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let step = match event {
            Ok((event, span)) => builder.event(event, span.start.index(), span.end.index()),
            Err(error) => Err(Box::new(builder.syntax(&error))),
        };
        match step {
            Ok(Step::More) => {}
            Ok(Step::Done) => break,
            Err(finding) => {
                builder.findings.push(*finding);
                return None;
            }
        }
    }
    Some(builder.root)
}

/// Whether reading goes on after an event.
enum Step {
    More,
    Done,
}

/// A finding that ends the reading; boxed because it is rare and large.
type Stop = Box<Finding>;

/// A value while it is being put together, and what it costs to repeat it.
struct Built {
    node: Node,
    nodes: usize,
    bytes: usize,
    height: usize,
}

/// A key that waits for its value.
struct PendingKey {
    text: String,
    span: Span,
    /// False for keys that a finding refused: their value is read and dropped.
    keep: bool,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, seen: BTreeMap<String, Span>, key: Option<PendingKey> },
}

/// A list or block that is still open.
struct Frame {
    start: usize,
    end: usize,
    anchor: usize,
    nodes: usize,
    bytes: usize,
    height: usize,
    content: Content,
}

struct Builder<'a> {
    text: &'a str,
    id: SourceId,
    offsets: Offsets,
    findings: &'a mut Findings,
    stack: Vec<Frame>,
    /// Finished values with an anchor, by the parser's number for it.
    anchors: BTreeMap<usize, Built>,
    root: Option<Node>,
    documents: usize,
    nodes: usize,
    kept_bytes: usize,
    /// How many lists and blocks are open inside a key that is not a word.
    skipping: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, id: SourceId, findings: &'a mut Findings) -> Self {
        Self {
            text,
            id,
            offsets: Offsets::new(text),
            findings,
            stack: Vec::new(),
            anchors: BTreeMap::new(),
            root: None,
            documents: 0,
            nodes: 0,
            kept_bytes: 0,
            skipping: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, start: usize, end: usize) -> Result<Step, Stop> {
        let (start, end) = (self.offsets.byte(start), self.offsets.byte(end));
        if self.skipping > 0 {
            self.skip(&event, Span::new(self.id, start, end))?;
            return Ok(Step::More);
        }
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Box::new(self.second_document(start)));
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), start);
                self.scalar(text, style, anchor, start, end)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), start);
                let start = list_start(self.text, start, end);
                self.open(Content::List(Vec::new()), anchor, start, end)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), start);
                let content = Content::Map { entries: Vec::new(), seen: BTreeMap::new(), key: None };
                self.open(content, anchor, start, end)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(end)?,
            Event::Alias(anchor) => self.alias(anchor, start, end)?,
            Event::StreamEnd => return Ok(Step::Done),
            Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
        }
        Ok(Step::More)
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        start: usize,
        end: usize,
    ) -> Result<(), Stop> {
        let empty_entry = text.is_empty()
            && style == ScalarStyle::Plain
            && matches!(self.stack.last(), Some(Frame { content: Content::List(_), .. }));
        let (start, end) = if empty_entry {
            entry_place(self.text, start, end)
        } else {
            (start, scalar_end(self.text, style, start, end))
        };
        let span = Span::new(self.id, start, end);
        let plain = style == ScalarStyle::Plain;
        if plain && text.starts_with(['|', '>']) {
            // The parser takes a block text inside brackets for a plain one.
            let info = "unexpected character";
            return Err(Box::new(syntax_finding(info, self.text, self.id, start, None)));
        }
        let mut text = text.into_owned();
        if ends_unbroken(self.text, style, end) && text.ends_with('\n') {
            text.pop();
        }
        if self.expects_key() {
            if anchor > 0 {
                let kind = Kind::Scalar { text: text.clone(), plain };
                self.keep(anchor, &Built { node: Node { span, kind }, nodes: 1, bytes: text.len(), height: 0 })?;
            }
            self.key(text, plain, span);
            return Ok(());
        }
        let bytes = text.len();
        let kind = Kind::Scalar { text, plain };
        let built = Built { node: Node { span, kind }, nodes: 1, bytes, height: 0 };
        self.count(1, span)?;
        self.add(built, anchor)
    }

    /// Whether the next value is the key of an entry.
    fn expects_key(&self) -> bool {
        let content = self.stack.last().map(|frame| &frame.content);
        matches!(content, Some(Content::Map { key: None, .. }))
    }

    fn set_key(&mut self, pending: PendingKey) {
        if let Some(Frame { content: Content::Map { key, .. }, .. }) = self.stack.last_mut() {
            *key = Some(pending);
        }
    }

    fn key(&mut self, text: String, plain: bool, span: Span) {
        let mut refused = None;
        if plain && text.is_empty() {
            refused = Some(key_missing(span));
        } else if plain && text == "<<" {
            refused = Some(merge_key(span));
        } else if let Some(Frame { content: Content::Map { seen, .. }, .. }) = self.stack.last_mut() {
            if let Some(first) = seen.get(&text) {
                refused = Some(duplicate(&text, span, *first));
            } else {
                seen.insert(text.clone(), span);
            }
        }
        let keep = refused.is_none();
        if let Some(finding) = refused {
            self.findings.push(finding);
        }
        self.set_key(PendingKey { text, span, keep });
    }

    /// A list, block or alias where a key belongs: says so once and drops the entry.
    fn refuse_key(&mut self, span: Span, what: &str) {
        self.findings.push(
            Finding::error(Code::KeyNotText, format!("{what} cannot be a key"))
                .at(span, "a word or quoted text belongs here")
                .help("a text that begins with `[`, `{` or `*` needs quotes"),
        );
        self.set_key(PendingKey { text: String::new(), span, keep: false });
    }

    fn open(&mut self, content: Content, anchor: usize, start: usize, end: usize) -> Result<(), Stop> {
        let span = Span::new(self.id, start, end);
        if self.expects_key() {
            let list = matches!(content, Content::List(_));
            if let Some(finding) = placeholders::near(self.text, self.id, start) {
                return Err(Box::new(finding)); // `{{ count }}`
            }
            self.refuse_key(span, if list { "a list" } else { "a block" });
            self.skipping = 1;
            return Ok(());
        }
        if self.stack.len() >= MAX_DEPTH {
            return Err(Box::new(too_deep(span)));
        }
        self.count(1, span)?;
        self.stack.push(Frame { start, end, anchor, nodes: 1, bytes: 0, height: 0, content });
        Ok(())
    }

    fn close(&mut self, event_end: usize) -> Result<(), Stop> {
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        // `]` and `}` belong to the value. A block ends with its last entry: the
        // parser notices its end only at the next thing, lines later.
        let bracket = self.text[..event_end].ends_with([']', '}']);
        let flow = self.text[frame.start..].starts_with(['[', '{', '&']);
        let end = if bracket && flow { event_end } else { 0 };
        let kind = match frame.content {
            Content::List(items) => Kind::List(items),
            Content::Map { entries, .. } => Kind::Map(entries),
        };
        let built = Built {
            node: Node { span: Span::new(self.id, frame.start, frame.end.max(end)), kind },
            nodes: frame.nodes,
            bytes: frame.bytes,
            height: frame.height + 1,
        };
        self.add(built, frame.anchor)
    }

    fn alias(&mut self, anchor: usize, start: usize, end: usize) -> Result<(), Stop> {
        let span = Span::new(self.id, start, end);
        if self.expects_key() {
            self.refuse_key(span, "an alias");
            return Ok(());
        }
        if let Some(open) = self.stack.iter().find(|frame| frame.anchor == anchor) {
            let anchored = self.word(open.start);
            return Err(Box::new(alias_of_itself(span, anchored)));
        }
        let Some(built) = self.anchors.get(&anchor) else {
            // The anchor stood inside a key that was refused, and has its finding.
            let kind = Kind::List(Vec::new());
            let node = Node { span, kind };
            return self.add(Built { node, nodes: 1, bytes: 0, height: 0 }, 0);
        };
        if self.stack.len() + built.height > MAX_DEPTH {
            return Err(Box::new(too_deep(span)));
        }
        self.nodes += built.nodes;
        self.kept_bytes += built.bytes;
        if self.nodes > MAX_NODES || self.kept_bytes > MAX_EXPANDED_BYTES {
            return Err(Box::new(alias_too_large(span)));
        }
        let copy = Built { node: Node { span, kind: built.node.kind.clone() }, ..*built };
        self.add(copy, 0)
    }

    /// Puts a finished value where it belongs.
    fn add(&mut self, built: Built, anchor: usize) -> Result<(), Stop> {
        if anchor > 0 {
            self.keep(anchor, &built)?;
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(built.node);
            return Ok(());
        };
        frame.nodes += built.nodes;
        frame.bytes += built.bytes;
        frame.height = frame.height.max(built.height);
        frame.end = frame.end.max(built.node.span.end);
        match &mut frame.content {
            Content::List(items) => items.push(built.node),
            Content::Map { entries, key, .. } => {
                if let Some(PendingKey { text, span, keep: true }) = key.take() {
                    frame.bytes += text.len();
                    entries.push(Entry { key: text, key_span: span, value: built.node });
                }
            }
        }
        Ok(())
    }

    /// Keeps a copy of a value for its aliases. The copy counts: anchors in
    /// anchors would otherwise keep the same text once per level.
    fn keep(&mut self, anchor: usize, built: &Built) -> Result<(), Stop> {
        self.nodes += built.nodes;
        self.kept_bytes += built.bytes;
        if self.nodes > MAX_NODES || self.kept_bytes > MAX_EXPANDED_BYTES {
            return Err(Box::new(alias_too_large(self.word(built.node.span.start))));
        }
        let node = built.node.clone();
        self.anchors.insert(anchor, Built { node, ..*built });
        Ok(())
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        let message = format!("the file has more than {MAX_NODES} values");
        Err(Box::new(
            Finding::error(Code::TooMany, message)
                .at(span, "this is one too many")
                .help("put measured load into a CSV file beside the scenario"),
        ))
    }

    /// Passes over what stands inside a refused key, within the same bounds.
    fn skip(&mut self, event: &Event<'_>, span: Span) -> Result<(), Stop> {
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => self.skipping += 1,
            Event::SequenceEnd | Event::MappingEnd => self.skipping -= 1,
            _ => {}
        }
        if self.stack.len() + self.skipping > MAX_DEPTH {
            return Err(Box::new(too_deep(span)));
        }
        self.count(1, span)
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, start: usize) {
        if tag.is_none() {
            return;
        }
        let at = self.text[start..].find('!').map_or(start, |i| start + i);
        let span = self.word(at);
        let word = quoted(&self.text[span.start..span.end]);
        self.findings.push(
            Finding::error(Code::Tag, format!("the tag {word} has no meaning here"))
                .at(span, "a YAML tag")
                .help("leave it out; a text that begins with `!` needs quotes"),
        );
    }

    /// From a byte to the next blank.
    fn word(&self, start: usize) -> Span {
        let rest = &self.text[start..];
        let len = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
        Span::new(self.id, start, start + len)
    }

    fn second_document(&self, start: usize) -> Finding {
        Finding::error(Code::SecondDocument, "the file has more than one YAML document")
            .at(self.word(start), "another document begins here")
            .help("put it into a file of its own; `--set` changes single settings of a run")
    }

    fn syntax(&self, error: &ScanError) -> Finding {
        let at = self.offsets.byte(error.marker().index());
        let flow = self.stack.iter().rev().map(|frame| frame.start);
        let open = flow
            .filter(|start| self.text[*start..].starts_with(['[', '{']))
            .map(|start| Span::new(self.id, start, start + 1))
            .next();
        syntax_finding(error.info(), self.text, self.id, at, open)
    }
}
