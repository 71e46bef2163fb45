//! The letters of an expression, read one piece at a time by whoever knows what may stand there.
//!
//! There is no list of tokens: `t2.*` is a value behind `=~` and nonsense where a subject stands, so the parser asks for
//! what it expects.

use super::SyntaxError;
use std::ops::Range;

/// What helps where a value is missing.
const COMPARED: &str = "write what it is compared with: `attribute:stack == prod`";

/// A place in the text.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// A value as it is written, and what it means.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Without quotes.
    pub(super) value: String,
    /// Where it stands, quotes included.
    pub(super) at: Range<usize>,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
}

impl Item {
    /// Where a part of the value stands in the text: a quote within quotes is written twice.
    pub(super) fn within(&self, part: &Range<usize>) -> Range<usize> {
        if !self.quoted {
            return self.at.start + part.start..self.at.start + part.end;
        }
        let place = |offset: usize| {
            let doubled = self.value.get(..offset).unwrap_or_default().matches('\'').count();
            self.at.start + 1 + offset + doubled
        };
        place(part.start)..place(part.end)
    }
}

/// Whether a bare value ends before this letter.
pub(super) fn ends_bare(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '[' | ']' | '(' | ')')
}

/// Whether a bare word can't be told from a mistake and must stand in quotes.
pub(super) fn needs_quotes(value: &str) -> bool {
    value.is_empty()
        || value.contains(|c| ends_bare(c) || matches!(c, '\'' | '"'))
        || value.contains("&&")
        || value.contains("||")
        || matches!(value, "and" | "or" | "not")
}

/// The letters of symbolic operators.
fn is_sign(c: char) -> bool {
    matches!(c, '=' | '!' | '<' | '>' | '~')
}

/// Whether a subject or a word such as `and` ends before this letter.
fn ends_word(c: char) -> bool {
    ends_bare(c) || is_sign(c) || matches!(c, '&' | '|' | '\'' | '"')
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What is still to come.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Passes over spaces and says what comes next.
    pub(super) fn next(&mut self) -> Option<char> {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.rest().chars().next()
    }

    /// Where it stands.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The text of a place.
    pub(super) fn text(&self, at: &Range<usize>) -> &'a str {
        &self.text[at.clone()]
    }

    /// Takes this, if it comes next.
    pub(super) fn eat(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// Takes this word, if it comes next and ends there.
    pub(super) fn eat_word(&mut self, wanted: &str) -> bool {
        let word = self.word();
        let found = self.text(&word) == wanted;
        if found {
            self.at = word.end;
        }
        found
    }

    /// The word that comes next, not taken: empty where something else stands.
    pub(super) fn word(&self) -> Range<usize> {
        self.while_is(|c| !ends_word(c))
    }

    /// Whatever comes next up to a space, for a message.
    pub(super) fn anything(&self) -> Range<usize> {
        let word = self.while_is(|c| !ends_bare(c));
        let letter = self.rest().chars().next().map_or(0, char::len_utf8);
        self.at..word.end.max(self.at + letter)
    }

    /// Goes on behind a place.
    pub(super) fn pass(&mut self, place: &Range<usize>) {
        self.at = place.end;
    }

    /// What may be an operator: signs, or a word, or a word behind `!`.
    pub(super) fn operator(&self) -> Range<usize> {
        let signs = self.while_is(is_sign);
        match self.text(&signs) {
            "" => self.word(),
            "!" => {
                let word = self.text[signs.end..].find(|c: char| ends_word(c));
                self.at..word.map_or(self.text.len(), |length| signs.end + length)
            }
            _ => signs,
        }
    }

    fn while_is(&self, fits: impl Fn(char) -> bool) -> Range<usize> {
        let rest = self.rest();
        self.at..self.at + rest.find(|c| !fits(c)).unwrap_or(rest.len())
    }

    /// Takes the value that comes next.
    pub(super) fn item(&mut self) -> Result<Item, SyntaxError> {
        let missing = |at: Range<usize>, found: &str| {
            let seen = if found.is_empty() { "the expression ends".to_owned() } else { format!("`{found}` stands") };
            SyntaxError::new(at, format!("{seen} where a value is expected"))
        };
        match self.next() {
            None => Err(missing(self.at..self.at, "").help(COMPARED)),
            Some('\'') => self.quoted(),
            Some('"') => Err(SyntaxError::new(self.anything(), "a value stands in single quotes, not in double ones")
                .help("write `'like this'`")),
            Some(c @ ('(' | '[')) => Err(missing(self.anything(), &c.to_string()).help(
                "a value that holds brackets or parentheses, such as a regular expression, stands in single quotes",
            )),
            Some(c) if ends_bare(c) => Err(missing(self.anything(), &c.to_string()).help(COMPARED)),
            Some(_) => self.bare(),
        }
    }

    fn bare(&mut self) -> Result<Item, SyntaxError> {
        let at = self.while_is(|c| !ends_bare(c));
        let value = self.text(&at);
        let inside = |part: &str| value.find(part).map(|offset| at.start + offset..at.start + offset + part.len());
        if matches!(value, "and" | "or" | "not" | "&&" | "||") {
            return Err(SyntaxError::new(at.clone(), format!("`{value}` stands where a value is expected"))
                .help(format!("if the value is meant, write `'{value}'`")));
        }
        for sign in ["&&", "||"] {
            if let Some(at) = inside(sign) {
                return Err(SyntaxError::new(at, format!("`{sign}` stands inside a value"))
                    .help(format!("put a space before `{sign}`, or the whole value in single quotes")));
            }
        }
        if let Some(at) = inside("'").or_else(|| inside("\"")) {
            return Err(SyntaxError::new(at, "a quote stands inside a bare value")
                .help("put the whole value in single quotes; a single quote within is written twice"));
        }
        self.pass(&at);
        // `(m5|c5).*` without quotes would else be read up to its parenthesis
        if let Some(c @ ('(' | '[')) = self.rest().chars().next() {
            return Err(SyntaxError::new(self.at..self.at + 1, format!("`{c}` stands inside a value")).help(
                "a value that holds brackets or parentheses, such as a regular expression, stands in single quotes",
            ));
        }
        Ok(Item { value: value.to_owned(), at, quoted: false })
    }

    fn quoted(&mut self) -> Result<Item, SyntaxError> {
        let start = self.at;
        let mut value = String::new();
        let mut letters = self.rest().char_indices().skip(1).peekable();
        while let Some((offset, c)) = letters.next() {
            if c != '\'' {
                value.push(c);
            } else if letters.next_if(|(_, next)| *next == '\'').is_some() {
                value.push('\'');
            } else {
                let at = start..start + offset + 1;
                self.pass(&at);
                return Ok(Item { value, at, quoted: true });
            }
        }
        Err(SyntaxError::new(start..self.text.len(), "a quote is opened and never closed")
            .help("put a single quote at the end of the value; one within it is written twice: `'it''s'`"))
    }
}
