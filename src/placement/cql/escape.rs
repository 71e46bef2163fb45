//! What stands behind `\` in a Java regular expression.

use super::charset::CharSet;
use super::pattern::{Refusal, Translator};

/// What an escape stands for.
pub(super) enum Escape {
    /// A character.
    One(char),
    /// Any of some characters.
    Set(CharSet),
    /// Any of some characters of which the case matters.
    Cased(CharSet),
    /// A place between characters, as the `regex` crate writes it.
    Anchor(&'static str),
    /// `\R`: a line end, of two characters or one.
    LineEnd,
    /// `\Q`: all up to `\E` stands for itself.
    Quote,
}

const DIGITS: [(char, char); 1] = [('0', '9')];
const WORD: [(char, char); 4] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const SPACES: [(char, char); 2] = [('\t', '\r'), (' ', ' ')];
/// `\v`: the ends of lines.
const VERTICAL: [(char, char); 3] = [('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')];
/// `\h`: spaces within a line.
const HORIZONTAL: [(char, char); 9] = [
    ('\t', '\t'),
    (' ', ' '),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
];

/// The POSIX classes of Java, ASCII all of them, besides the two whose case matters.
const POSIX: [(&str, &[(char, char)]); 11] = [
    ("ASCII", &[('\0', '\u{7f}')]),
    ("Alpha", &[('A', 'Z'), ('a', 'z')]),
    ("Digit", &DIGITS),
    ("Alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("Punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("Graph", &[('!', '~')]),
    ("Print", &[(' ', '~')]),
    ("Blank", &[('\t', '\t'), (' ', ' ')]),
    ("Cntrl", &[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')]),
    ("XDigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
    ("Space", &SPACES),
];

impl Translator<'_> {
    /// Reads an escape, from its `\` on.
    pub(super) fn escape(&mut self) -> Result<Escape, Refusal> {
        let start = self.at;
        self.bump();
        let Some(c) = self.bump() else {
            return Err(self
                .wrong(start, "a `\\` at the end stands before nothing")
                .help("for the sign itself write `\\\\`"));
        };
        let set = |ranges: &[(char, char)]| Ok(Escape::Set(CharSet::of(ranges)));
        let all_but = |ranges: &[(char, char)]| Ok(Escape::Set(CharSet::of(ranges).complement()));
        match c {
            't' => Ok(Escape::One('\t')),
            'n' => Ok(Escape::One('\n')),
            'r' => Ok(Escape::One('\r')),
            'f' => Ok(Escape::One('\u{c}')),
            'a' => Ok(Escape::One('\u{7}')),
            'e' => Ok(Escape::One('\u{1b}')),
            'd' => set(&DIGITS),
            'D' => all_but(&DIGITS),
            'w' => set(&WORD),
            'W' => all_but(&WORD),
            's' => set(&SPACES),
            'S' => all_but(&SPACES),
            'h' => set(&HORIZONTAL),
            'H' => all_but(&HORIZONTAL),
            'v' => set(&VERTICAL),
            'V' => all_but(&VERTICAL),
            'A' => Ok(Escape::Anchor(r"(?:\A)")),
            'z' | 'Z' => Ok(Escape::Anchor(r"(?:\z)")),
            'b' if !self.rest().starts_with('{') => Ok(Escape::Anchor(r"(?-u:\b)")),
            'B' => Ok(Escape::Anchor(r"(?-u:\B)")),
            'R' => Ok(Escape::LineEnd),
            'Q' => Ok(Escape::Quote),
            'p' | 'P' => self.property(start, c == 'P'),
            '0' | 'x' | 'u' | 'c' => self.numbered(start, c),
            '1'..='9' | 'k' => Err(self
                .wrong(start, "back-references can't be matched in linear time")
                .help("write out what may be repeated, or split the condition with `and` and `or`")),
            'G' | 'N' | 'X' | 'b' => Err(self.wrong(start, format!("`\\{c}` of regular expressions is not supported"))),
            _ if c.is_ascii_alphabetic() => Err(self
                .wrong(start, format!("`\\{c}` means nothing in a Java regular expression"))
                .help(format!("for the letter itself write `{c}`"))),
            _ => Ok(Escape::One(c)),
        }
    }

    /// `\p{Alpha}`, `\P{Alpha}`.
    fn property(&mut self, start: usize, denied: bool) -> Result<Escape, Refusal> {
        let name = match self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((name, _)) => name,
            None => "",
        };
        let braces = if name.is_empty() { 0 } else { 2 };
        self.at += name.len() + braces;
        let known = |(other, ranges): &(&str, &[(char, char)])| (*other == name).then(|| CharSet::of(ranges));
        let (set, cased) = match name {
            "Lower" => (CharSet::of(&[('a', 'z')]), true),
            "Upper" => (CharSet::of(&[('A', 'Z')]), true),
            _ => match POSIX.iter().find_map(known) {
                Some(set) => (set, false),
                None => {
                    let words: Vec<&str> = POSIX.iter().map(|(name, _)| *name).chain(["Lower", "Upper"]).collect();
                    return Err(self
                        .wrong(start, "this class of characters is not supported")
                        .help(format!("values are ASCII; in `\\p{{…}}` stand {}", words.join(", "))));
                }
            },
        };
        let set = if denied { set.complement() } else { set };
        Ok(if cased { Escape::Cased(set) } else { Escape::Set(set) })
    }

    /// A character by its number: `\0101`, `\x41`, `\x{41}`, `\u0041`, `\cA`.
    fn numbered(&mut self, start: usize, kind: char) -> Result<Escape, Refusal> {
        let (digits, radix) = match kind {
            '0' => {
                let most = if self.rest().starts_with(|c| matches!(c, '0'..='3')) { 3 } else { 2 };
                (self.rest().chars().take(most).take_while(|c| matches!(c, '0'..='7')).count(), 8)
            }
            'x' if self.eat("{") => (self.rest().find('}').unwrap_or(0), 16),
            'x' => (2, 16),
            'u' => (4, 16),
            _ => {
                let control = self.bump().filter(char::is_ascii).and_then(|c| char::from_u32(u32::from(c) ^ 64));
                return control.map(Escape::One).ok_or_else(|| self.wrong(start, "this is no control character"));
            }
        };
        let number = self.rest().get(..digits).unwrap_or_default();
        let is_number = number.bytes().all(|byte| char::from(byte).is_digit(radix));
        self.at += number.len();
        let closed = !self.text(start).starts_with("\\x{") || self.eat("}");
        let c =
            if is_number && closed { u32::from_str_radix(number, radix).ok().and_then(char::from_u32) } else { None };
        c.map(Escape::One).ok_or_else(|| self.wrong(start, "this is no number of a character"))
    }
}
