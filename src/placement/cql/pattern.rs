//! Java's regular expressions, matched in linear time (ECS-335, ECS-336).
//!
//! The pattern is read as `java.util.regex.Pattern` reads it and written anew for the `regex` crate, every class spelt out
//! as ranges of characters; so `\d` is ASCII, `.` stops at Java's line ends and `[a-z&&[^x]]` means what it means there,
//! whatever the crate thinks of it. Whether a value matches as a whole does not depend on which way is tried first, so
//! greedy and reluctant quantifiers are one, and groups need not be remembered.
//!
//! Refused, each at its place: what can't be had in linear time (back-references, look-ahead and look-behind, atomic
//! groups, possessive quantifiers), what only matters for other texts than the values of attributes, which are ASCII and
//! one line (Unicode properties, flags other than `i` and `s`, `\X`, `\N`, `\G`), what Java itself refuses or its versions
//! read differently, and what Java lets pass though it is a mistake (`{2}` behind nothing or behind another quantifier, a
//! class with an empty side of `&&`). `$` and `\Z` stand for the end of the value; Java also lets them stand before a line end
//! there, and no attribute has one (ECS-207).

use super::charset::CharSet;
use super::escape::Escape;
use regex::{Regex, RegexBuilder};
use std::cmp::Ordering;
use std::ops::Range;

/// How much memory a compiled pattern may take, in bytes: room for `.{128}`, the longest value an attribute has, more than
/// twice over, and no more than some 20 MB for all the patterns that an expression has room for.
const LARGEST: usize = 1 << 18;

/// How deep groups and classes may stand in each other.
const DEEPEST: usize = 100;

/// A regular expression that a whole value matches or not. Two are equal when they are written alike.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    source: String,
    compiled: Regex,
}

impl Pattern {
    /// Reads a Java regular expression.
    pub(super) fn parse(source: &str) -> Result<Self, Refusal> {
        let translated = Translator::new(source).translate()?;
        let whole = format!(r"\A(?:{translated})\z");
        let compiled = RegexBuilder::new(&whole).size_limit(LARGEST).build().map_err(|error| {
            let message = match error {
                regex::Error::CompiledTooBig(_) => "this regular expression takes too much memory",
                _ => "this regular expression can't be read",
            };
            Refusal::new(0..source.len(), message).help("repeat less: `{n}` copies what it stands behind n times")
        })?;
        Ok(Self { source: source.to_owned(), compiled })
    }

    /// As it was written.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Whether the whole value matches.
    pub(super) fn matches(&self, value: &str) -> bool {
        self.compiled.is_match(value)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

impl PartialOrd for Pattern {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pattern {
    fn cmp(&self, other: &Self) -> Ordering {
        self.source.cmp(&other.source)
    }
}

/// Why a text is no regular expression that can be used here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Where in the pattern.
    pub(super) at: Range<usize>,
    /// What is wrong.
    pub(super) message: String,
    /// What to write instead.
    pub(super) help: Option<String>,
}

impl Refusal {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// What `(?i)` and `(?s)` have switched on.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    both_cases: bool,
    dot_is_all: bool,
}

/// Reads a pattern and writes it anew.
pub(super) struct Translator<'a> {
    text: &'a str,
    pub(super) at: usize,
    out: String,
    flags: Flags,
    /// The groups that are open: where each began, and the flags that come back when it closes.
    groups: Vec<(usize, Flags)>,
    names: Vec<&'a str>,
    /// Whether what was written last can be repeated.
    repeatable: bool,
}

impl<'a> Translator<'a> {
    fn new(text: &'a str) -> Self {
        let (flags, groups, names) = (Flags::default(), Vec::new(), Vec::new());
        Self { text, at: 0, out: String::new(), flags, groups, names, repeatable: false }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn eat(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// What was read from `start` up to here.
    pub(super) fn text(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    /// Something wrong from `start` up to here.
    pub(super) fn wrong(&self, start: usize, message: impl Into<String>) -> Refusal {
        Refusal::new(start..self.at, message)
    }

    fn translate(mut self) -> Result<String, Refusal> {
        while let Some(c) = self.peek() {
            let start = self.at;
            match c {
                '\\' => self.escaped()?,
                '[' => {
                    let set = self.class(0)?;
                    self.atom(|out| set.write(out));
                }
                '(' => self.open()?,
                ')' => {
                    self.bump();
                    let Some((_, flags)) = self.groups.pop() else {
                        return Err(
                            self.wrong(start, "a group of the regular expression is closed and was never opened")
                        );
                    };
                    self.flags = flags;
                    self.atom(|out| out.push(')'));
                }
                '|' => {
                    self.bump();
                    self.out.push('|');
                    self.repeatable = false;
                }
                '*' | '+' | '?' | '{' => self.repeat()?,
                _ => {
                    self.bump();
                    self.plain(c);
                }
            }
        }
        match self.groups.pop() {
            Some((start, _)) => {
                Err(Refusal::new(start..start + 1, "a group of the regular expression is opened and never closed"))
            }
            None => Ok(self.out),
        }
    }

    /// Writes something that can be repeated.
    fn atom(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.out);
        self.repeatable = true;
    }

    fn literal(&mut self, c: char) {
        let set = self.single(c);
        self.atom(|out| set.write(out));
    }

    /// A character that stands for itself, or an anchor, or the dot.
    fn plain(&mut self, c: char) {
        let dot_is_all = self.flags.dot_is_all;
        match c {
            '^' => self.atom(|out| out.push_str(r"(?:\A)")),
            '$' => self.atom(|out| out.push_str(r"(?:\z)")),
            '.' if dot_is_all => self.atom(|out| CharSet::default().complement().write(out)),
            '.' => {
                let ends = [('\n', '\n'), ('\r', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')];
                self.atom(|out| CharSet::of(&ends).complement().write(out));
            }
            _ => self.literal(c),
        }
    }

    fn single(&self, c: char) -> CharSet {
        self.cased(CharSet::of(&[(c, c)]))
    }

    fn cased(&self, set: CharSet) -> CharSet {
        if self.flags.both_cases { set.in_both_cases() } else { set }
    }

    fn escaped(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        match self.escape()? {
            Escape::One(c) => self.literal(c),
            Escape::Set(set) => self.atom(|out| set.write(out)),
            Escape::Anchor(anchor) => self.atom(|out| out.push_str(anchor)),
            Escape::LineEnd => self.atom(|out| {
                out.push_str(r"(?:\x{d}\x{a}|");
                CharSet::of(&[('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')]).write(out);
                out.push(')');
            }),
            Escape::Cased(_) if self.flags.both_cases => {
                return Err(self.wrong(start, "Java's versions differ in what this means behind `(?i)`"));
            }
            Escape::Cased(set) => self.atom(|out| set.write(out)),
            Escape::Quote => {
                let quoted = self.rest().split(r"\E").next().unwrap_or_default();
                for c in quoted.chars() {
                    self.literal(c);
                }
                self.at += quoted.len();
                self.eat(r"\E");
            }
        }
        Ok(())
    }

    /// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`, and what may stand behind them.
    fn repeat(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        let c = self.bump().unwrap_or_default();
        if !self.repeatable {
            return Err(self
                .wrong(start, format!("`{c}` has nothing before it that it could repeat"))
                .help(format!("for the character itself write `\\{c}`")));
        }
        if c == '{' {
            let counts = self.rest().split('}').next().unwrap_or_default();
            let (least, most) = counts.split_once(',').unwrap_or((counts, counts));
            let digits = |text: &str| (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = |text: &str| if digits(text) { text.parse::<u32>().ok() } else { None };
            let fits =
                number(least).is_some_and(|least| most.is_empty() || number(most).is_some_and(|most| least <= most));
            self.at += counts.len();
            if !fits || !self.eat("}") {
                return Err(self
                    .wrong(start, "this is no number of repetitions")
                    .help("write `{2}`, `{2,}` or `{2,5}`; for the character itself write `\\{`"));
            }
        }
        self.out.push_str(&self.text[start..self.at]);
        self.repeatable = false;
        if self.eat("+") {
            return Err(self
                .wrong(start, "possessive quantifiers can't be matched in linear time")
                .help("leave the last `+` out, where the pattern means the same without it"));
        }
        self.eat("?"); // tries fewer first, which changes no answer
        Ok(())
    }

    /// What begins with `(`.
    fn open(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        self.bump();
        if self.groups.len() == DEEPEST {
            return Err(self.wrong(start, format!("groups stand in each other more than {DEEPEST} deep")));
        }
        let outer = self.flags;
        let slow = [
            ("?=", "look-ahead"),
            ("?!", "look-ahead"),
            ("?<=", "look-behind"),
            ("?<!", "look-behind"),
            ("?>", "atomic groups"),
        ];
        for (sign, name) in slow {
            if self.eat(sign) {
                let message = format!("{name} can't be matched in linear time");
                return Err(self.wrong(start, message).help("split the condition with `and`, `or` and `not`"));
            }
        }
        if self.eat("?<") {
            self.name(start)?;
        } else if self.eat("?") && !self.eat(":") && self.flags(start)? {
            return Ok(());
        }
        self.groups.push((start, outer));
        self.out.push_str("(?:");
        self.repeatable = false;
        Ok(())
    }

    /// The name of a group, of which nothing is kept.
    fn name(&mut self, start: usize) -> Result<(), Refusal> {
        let name = self.rest().split('>').next().unwrap_or_default();
        self.at += name.len();
        let fits =
            name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|b| b.is_ascii_alphanumeric());
        if !fits || !self.eat(">") {
            return Err(self.wrong(start, "a group's name is a letter, then letters and digits, then `>`"));
        }
        if self.names.contains(&name) {
            return Err(self.wrong(start, format!("there is a group `{name}` already")));
        }
        self.names.push(name);
        Ok(())
    }

    /// The flags behind `(?`. Whether they stand alone, for the rest of the group around them.
    fn flags(&mut self, start: usize) -> Result<bool, Refusal> {
        let mut on = true;
        loop {
            match self.bump() {
                Some('-') if on => on = false,
                Some('i') => self.flags.both_cases = on,
                Some('s') => self.flags.dot_is_all = on,
                Some(')') => {
                    self.repeatable = false;
                    return Ok(true);
                }
                Some(':') => return Ok(false),
                Some(c @ ('d' | 'm' | 'u' | 'x' | 'U')) => {
                    return Err(self
                        .wrong(start, format!("the flag `{c}` of regular expressions is not supported"))
                        .help("`i` and `s` are"));
                }
                _ => return Err(self.wrong(start, "this is no group of a Java regular expression")),
            }
        }
    }

    /// A class in brackets. Union binds closer than `&&`, and `^` denies the whole, as Java has it since version 9.
    fn class(&mut self, depth: usize) -> Result<CharSet, Refusal> {
        let start = self.at;
        self.bump();
        if depth == DEEPEST {
            return Err(self.wrong(start, format!("classes stand in each other more than {DEEPEST} deep")));
        }
        let denied = self.eat("^");
        let mut narrowed: Option<CharSet> = None;
        let mut part: Option<CharSet> = None;
        loop {
            let here = self.at;
            let ends_part = self.rest().starts_with(']') || self.rest().starts_with("&&");
            if ends_part {
                let closes = self.eat("]");
                let _ = closes || self.eat("&&");
                let Some(done) = part.take().filter(|_| closes || !self.rest().starts_with('&')) else {
                    return Err(self
                        .wrong(here, format!("`{}` has nothing before it in this class", &self.text[here..self.at]))
                        .help("for the characters themselves write `\\]` or `\\&`"));
                };
                let all = narrowed.map_or(done.clone(), |so_far: CharSet| so_far.intersection(&done));
                if closes {
                    return Ok(if denied { all.complement() } else { all });
                }
                narrowed = Some(all);
                continue;
            }
            let more = match self.peek() {
                None => {
                    return Err(Refusal::new(start..start + 1, "a class of the regular expression is never closed")
                        .help("for the character itself write `\\[`"));
                }
                Some('[') => self.class(depth + 1)?,
                Some(_) => self.members()?,
            };
            part = Some(part.unwrap_or_default().union(&more));
        }
    }

    /// One character of a class, or a range, or what an escape stands for.
    fn members(&mut self) -> Result<CharSet, Refusal> {
        let start = self.at;
        let first = match self.member()? {
            Ok(first) => first,
            Err(set) => return Ok(set),
        };
        let mut after = self.rest().chars();
        let is_range = after.next() == Some('-') && !matches!(after.next(), None | Some('[' | ']'));
        if !is_range {
            return Ok(self.single(first));
        }
        self.bump();
        if self.rest().starts_with("&&") {
            return Err(self.wrong(start, "this is no range of characters"));
        }
        match self.member()? {
            Ok(last) if first <= last => Ok(self.cased(CharSet::of(&[(first, last)]))),
            Ok(_) => Err(self.wrong(start, "this range of characters runs backwards")),
            Err(_) => Err(self.wrong(start, "this is no range of characters").help("for the character write `\\-`")),
        }
    }

    /// One character, or else the set that an escape stands for.
    fn member(&mut self) -> Result<Result<char, CharSet>, Refusal> {
        let start = self.at;
        if self.peek() != Some('\\') {
            return Ok(Ok(self.bump().unwrap_or_default()));
        }
        match self.escape()? {
            Escape::One(c) => Ok(Ok(c)),
            Escape::Set(set) => Ok(Err(set)),
            Escape::Cased(set) if !self.flags.both_cases => Ok(Err(set)),
            Escape::Cased(_) => Err(self.wrong(start, "Java's versions differ in what this means behind `(?i)`")),
            Escape::Quote => {
                Err(self.wrong(start, r"`\Q` is not supported in a class").help("put `\\` before each sign"))
            }
            Escape::Anchor(_) | Escape::LineEnd => Err(self.wrong(start, "this has no meaning in a class")),
        }
    }
}
