//! JSON text → [`Node`] tree, within the same bounds as YAML.
//!
//! YAML is nearly a superset of JSON, and where it is not (pairs of escapes for one character, tabs, comments, long
//! keys) a file that AWS takes would be refused or read as something else. So JSON has a reader of its own, by
//! RFC 8259 to the letter. It does not recurse: open lists and blocks stand on a stack of bounded height.

use super::complaints::{duplicate, too_deep};
use super::json_text::{Cursor, Refusal};
use super::reader::{MAX_BYTES, MAX_DEPTH, MAX_NODES};
use super::tree::{Entry, Kind, Node};
use crate::diag::{Code, Finding, Findings, SourceId, Sources, Span, quoted};
use std::collections::BTreeMap;

/// Reads a JSON text that is among the sources.
///
/// The tree is there whenever the text could be read to its end, also when findings were made on the way.
pub fn read_json(sources: &Sources, id: SourceId, findings: &mut Findings) -> Option<Node> {
    let text = sources.text(id);
    if text.len() > MAX_BYTES {
        let message = format!("{} has more than {MAX_BYTES} bytes (1 MiB)", quoted(sources.name(id)));
        findings.push(Finding::error(Code::FileUnreadable, message).at(Span::new(id, 0, 0), "too large"));
        return None;
    }
    if text.trim().is_empty() {
        let finding =
            Finding::error(Code::JsonSyntax, "the file is empty").at(Span::new(id, 0, 0), "nothing stands here");
        findings.push(
            finding.help("`aws ecs describe-task-definition --task-definition NAME` prints what belongs into it"),
        );
        return None;
    }
    let mut reader = Reader { cursor: Cursor::new(text), id, findings, open: Vec::new(), nodes: 0 };
    match reader.document() {
        Ok(root) => Some(root),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

/// A finding that ends the reading; boxed because it is rare and large.
type Stop = Box<Finding>;

/// A list or block that is still open.
struct Frame {
    start: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Block {
        entries: Vec<Entry>,
        seen: BTreeMap<String, Span>,
        /// The key whose value comes next; none after one that stands twice, whose value is read and dropped.
        key: Option<(String, Span)>,
    },
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    id: SourceId,
    findings: &'a mut Findings,
    open: Vec<Frame>,
    nodes: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Node, Stop> {
        loop {
            // what is opened here is finished by a later value, or at once if it is empty
            let mut finished = self.value()?;
            while let Some(node) = finished {
                if self.open.is_empty() {
                    return self.end(node);
                }
                finished = self.put(node)?;
            }
        }
    }

    /// Reads a value; a list or block with something in it is opened and gives none yet.
    fn value(&mut self) -> Result<Option<Node>, Stop> {
        self.cursor.blanks();
        let start = self.cursor.at();
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = format!("the file has more than {MAX_NODES} values");
            return Err(Box::new(Finding::error(Code::TooMany, message).at(self.span(start, start), "one too many")));
        }
        let kind = match self.cursor.peek() {
            Some(bracket @ (b'[' | b'{')) => return self.opened(start, bracket),
            Some(b'"') => {
                Kind::Scalar { text: self.cursor.text().map_err(|why| Box::new(self.refused(why)))?, plain: false }
            }
            _ => Kind::Scalar { text: self.cursor.word().map_err(|why| Box::new(self.refused(why)))?, plain: true },
        };
        Ok(Some(Node { span: self.span(start, self.cursor.at()), kind }))
    }

    fn opened(&mut self, start: usize, bracket: u8) -> Result<Option<Node>, Stop> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Box::new(too_deep(self.span(start, start + 1))));
        }
        self.cursor.step();
        self.cursor.blanks();
        let list = bracket == b'[';
        let content = if list {
            Content::List(Vec::new())
        } else {
            Content::Block { entries: Vec::new(), seen: BTreeMap::new(), key: None }
        };
        self.open.push(Frame { start, content });
        if self.cursor.peek() == Some(if list { b']' } else { b'}' }) {
            return Ok(self.closed());
        }
        if !list {
            self.key()?;
        }
        Ok(None)
    }

    /// The key of an entry, up to its value.
    fn key(&mut self) -> Result<(), Stop> {
        self.cursor.blanks();
        let start = self.cursor.at();
        if self.cursor.peek() != Some(b'"') {
            let why = self.cursor.no_key();
            return Err(Box::new(self.refused(why)));
        }
        let text = self.cursor.text().map_err(|why| Box::new(self.refused(why)))?;
        let span = self.span(start, self.cursor.at());
        self.cursor.blanks();
        if self.cursor.peek() != Some(b':') {
            let why = self.cursor.here("a `:` is missing after the key", "here", "write `\"key\": value`");
            return Err(Box::new(self.refused(why)));
        }
        self.cursor.step();
        if let Some(Frame { content: Content::Block { seen, key, .. }, .. }) = self.open.last_mut() {
            if let Some(first) = seen.get(&text) {
                self.findings.push(duplicate(&text, span, *first));
            } else {
                seen.insert(text.clone(), span);
                *key = Some((text, span));
            }
        }
        Ok(())
    }

    /// Puts a finished value into what is open, and gives that if it is finished now.
    fn put(&mut self, node: Node) -> Result<Option<Node>, Stop> {
        let mut close = b']';
        match self.open.last_mut().map(|frame| &mut frame.content) {
            Some(Content::List(items)) => items.push(node),
            Some(Content::Block { entries, key, .. }) => {
                close = b'}';
                if let Some((key, key_span)) = key.take() {
                    entries.push(Entry { key, key_span, value: node });
                }
            }
            None => {}
        }
        self.cursor.blanks();
        match self.cursor.peek() {
            Some(b',') => {
                let comma = self.cursor.at();
                self.cursor.step();
                self.cursor.blanks();
                if self.cursor.peek() == Some(close) {
                    let why = Refusal::at(comma, "a comma after the last entry", "this one", "JSON has none there");
                    return Err(Box::new(self.refused(why)));
                }
                if close == b'}' {
                    self.key()?;
                }
                Ok(None)
            }
            Some(byte) if byte == close => Ok(self.closed()),
            _ => {
                let message = format!("a comma or `{}` is missing", char::from(close));
                let why = self.cursor.here(&message, "here", "separate entries with commas and close what is open");
                Err(Box::new(self.refused(why)))
            }
        }
    }

    /// Takes what was opened last, whose closing bracket stands here.
    fn closed(&mut self) -> Option<Node> {
        self.cursor.step();
        let frame = self.open.pop()?;
        let kind = match frame.content {
            Content::List(items) => Kind::List(items),
            Content::Block { entries, .. } => Kind::Map(entries),
        };
        Some(Node { span: self.span(frame.start, self.cursor.at()), kind })
    }

    /// Nothing may follow the one value of a file.
    fn end(&mut self, root: Node) -> Result<Node, Stop> {
        self.cursor.blanks();
        if self.cursor.peek().is_none() {
            return Ok(root);
        }
        let why = self.cursor.here("something follows the end of the value", "from here on", "a file has one value");
        Err(Box::new(self.refused(why)))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start, end)
    }

    fn refused(&self, why: Refusal) -> Finding {
        if let Some(finding) = self.cursor.placeholder(self.id, why.start) {
            return finding;
        }
        let finding =
            Finding::error(Code::JsonSyntax, why.message).at(self.span(why.start, why.end), why.label).help(why.help);
        let open = self.open.last().map(|frame| self.span(frame.start, frame.start + 1));
        match open {
            Some(open) if open.start < why.start => finding.also(open, "this is still open"),
            _ => finding,
        }
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
