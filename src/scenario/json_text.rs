//! Single JSON values: texts with their escapes, numbers, words; and what is wrong with those that are none.

use super::placeholders;
use crate::diag::{Code, Finding, SourceId};

/// Why a text is no JSON, and where.
pub(super) struct Refusal {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) message: String,
    pub(super) label: &'static str,
    pub(super) help: String,
}

impl Refusal {
    /// At one ASCII character.
    pub(super) fn at(at: usize, message: &str, label: &'static str, help: &str) -> Self {
        Self { start: at, end: at + 1, message: message.to_owned(), label, help: help.to_owned() }
    }
}

/// A place in a text.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The byte that comes next.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The finding about a place of a template around a byte.
    pub(super) fn placeholder(&self, id: SourceId, at: usize) -> Option<Finding> {
        placeholders::near(self.text, id, at).map(|finding| Finding { code: Code::JsonSyntax, ..finding })
    }

    /// Passes over one ASCII character.
    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    /// Passes over what JSON calls blanks: these four and no others.
    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// A refusal of the character that comes next, or of the end of the text.
    pub(super) fn here(&self, message: &str, label: &'static str, help: &str) -> Refusal {
        let rest = &self.text[self.at..];
        if rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#') {
            return self.refuse(self.at, self.at + 1, "a comment, which JSON does not have", "remove it");
        }
        let len = rest.chars().next().map_or(0, |c| if c == '\n' || c == '\r' { 0 } else { c.len_utf8() });
        Refusal { start: self.at, end: self.at + len, message: message.to_owned(), label, help: help.to_owned() }
    }

    fn refuse(&self, start: usize, end: usize, message: &str, help: &str) -> Refusal {
        debug_assert!(end <= self.text.len(), "a place in the text");
        Refusal { start, end, message: message.to_owned(), label: "here", help: help.to_owned() }
    }

    /// Why there is no key here.
    pub(super) fn no_key(&self) -> Refusal {
        let (message, help) = match self.peek() {
            Some(b'\'') => ("a key in single quotes", "keys stand in double quotes: `\"cpu\": 256`"),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                ("a key without quotes", "keys stand in double quotes: `\"cpu\": 256`")
            }
            _ => ("a key is missing", "write `\"key\": value`, or close the block with `}`"),
        };
        self.here(message, "a key in double quotes belongs here", help)
    }

    /// A text in double quotes, its escapes resolved.
    pub(super) fn text(&mut self) -> Result<String, Refusal> {
        let open = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            text.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                None | Some(b'\n' | b'\r') => {
                    let help = "put the closing quote; a line break inside a text is written `\\n`";
                    return Err(self.refuse(open, open + 1, "a text is not closed", help));
                }
                Some(control) => {
                    let help = match control {
                        b'\t' => "a tab inside a text is written `\\t`".to_owned(),
                        other => format!("remove it, or write it as `\\u{other:04x}`"),
                    };
                    return Err(self.refuse(self.at, self.at + 1, "a control character inside a text", &help));
                }
            }
        }
    }

    /// An escape, from its backslash on.
    fn escape(&mut self) -> Result<char, Refusal> {
        let start = self.at;
        self.at += 1;
        let simple = match self.peek() {
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => {
                let help = "JSON has `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\u00e4`";
                return Err(self.refuse(start, start + 1, "an escape that JSON does not have", help));
            }
        };
        self.at += 1;
        Ok(simple)
    }

    /// `\u00e4`, or the two halves of a character beyond 16 bits: `\ud83d\ude00`.
    fn unicode(&mut self, start: usize) -> Result<char, Refusal> {
        let first = self.unit(start)?;
        if !(0xd800..0xe000).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let half = |cursor: &Self, end: usize| {
            let help =
                "such characters are written as two escapes, the first from d800 to dbff, the second from dc00 to dfff";
            cursor.refuse(start, end, "an escape for half of a character", help)
        };
        let end = self.at;
        if first >= 0xdc00 || !self.text[self.at..].starts_with("\\u") {
            return Err(half(self, end));
        }
        self.at += 1;
        let second = self.unit(end)?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(half(self, end));
        }
        let both = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        Ok(char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// The four digits after `u`, which comes next; `start` is their backslash.
    fn unit(&mut self, start: usize) -> Result<u32, Refusal> {
        let digits =
            self.text.get(self.at + 1..self.at + 5).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(value) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            let help = "four digits of 0 to 9 and a to f follow `\\u`";
            return Err(self.refuse(start, start + 2, "an escape without its digits", help));
        };
        self.at += 5;
        Ok(value)
    }

    /// A number, `true`, `false` or `null`, as written.
    pub(super) fn word(&mut self) -> Result<String, Refusal> {
        let rest = &self.text[self.at..];
        let end =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '+' | '-' | '.' | '_'))).unwrap_or(rest.len());
        let word = &rest[..end];
        let (start, stop) = (self.at, self.at + end);
        if matches!(word, "true" | "false" | "null") || is_number(word) {
            self.at = stop;
            return Ok(word.to_owned());
        }
        let lower = word.to_ascii_lowercase();
        let (message, help) = match (word, rest.chars().next()) {
            ("", Some('\'')) => ("a text in single quotes", "texts stand in double quotes: `\"web\"`"),
            ("", _) => {
                return Err(self.here(
                    "a value is missing",
                    "a value belongs here",
                    "put a value, or remove what comes before",
                ));
            }
            _ if matches!(lower.as_str(), "nan" | "infinity" | "-infinity" | "inf" | "-inf") => {
                ("this is no number of JSON", "JSON has neither NaN nor Infinity")
            }
            _ if matches!(lower.as_str(), "true" | "false" | "null" | "none") => {
                ("a word of another language", "JSON writes `true`, `false` and `null`")
            }
            (_, Some(c)) if c.is_ascii_digit() || matches!(c, '+' | '-' | '.') => {
                ("this is no number of JSON", "numbers have no leading `+`, `0` or `.`, and digits after a point")
            }
            _ => ("a text without quotes", "texts stand in double quotes: `\"web\"`"),
        };
        Err(self.refuse(start, stop, message, help))
    }
}

/// `-?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?`.
fn is_number(word: &str) -> bool {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
