//! Characters that look like others: blanks that are none, letters of other alphabets, colons of another width.

use super::walk::NAME_AT_MOST;
use crate::diag::{Code, Finding, SourceId, Span, quoted};

/// Letters that can't be told from Latin ones, and those.
const TWINS: [(&str, &str); 4] = [
    ("асеорхуіјѕһԁ", "aceopxyijshd"),
    ("АВЕКМНОРСТХІЈЅ", "ABEKMHOPCTXIJS"),
    ("ονρυκι", "onpuki"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
];

/// What an odd blank is called.
fn blank_name(c: char) -> &'static str {
    match c {
        '\u{a0}' | '\u{202f}' | '\u{2060}' => "a no-break space",
        '\u{200b}'..='\u{200d}' => "a space without width",
        '\u{3000}' => "a full-width space",
        '\u{feff}' => "a byte order mark",
        _ => "a space of another width",
    }
}

/// Something that looks like a blank, and is a letter to YAML.
fn is_odd_blank(c: char) -> bool {
    let is_wide = c.is_whitespace() && !matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{85}');
    is_wide || is_unseen(c)
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn is_odd_colon(c: char) -> bool {
    matches!(c, '：' | '﹕' | '︓' | '꞉' | '∶')
}

/// `U+00A0`.
fn number(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// The sign that spoils `key: value` or its indentation, where a line begins: its byte and itself.
fn in_line(line: &str) -> Option<(usize, char)> {
    let mut after_key = false;
    let mut blanks = true;
    for (at, c) in line.char_indices() {
        match c {
            ' ' | '-' if blanks => {}
            _ if is_odd_blank(c) && (blanks || after_key) => return Some((at, c)),
            _ if is_odd_colon(c) && !blanks => return Some((at, c)),
            ':' if !blanks && !after_key => after_key = true,
            _ if after_key => return None,
            c if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/') => blanks = false,
            _ => return None,
        }
    }
    None
}

/// The finding about a line that begins with such a sign; `start` is the byte at which the line stands.
pub(super) fn spoilt_line(line: &str, id: SourceId, start: usize) -> Option<Finding> {
    let (at, c) = in_line(line)?;
    let span = Span::new(id, start + at, start + at + c.len_utf8());
    let place = match line[..at].trim_matches(' ') {
        "" | "-" => "in the indentation",
        _ => "behind `:`",
    };
    Some(if is_odd_colon(c) {
        Finding::error(Code::Syntax, format!("a colon of another alphabet ({}) behind a key", number(c)))
            .at(span, "this is no `:`")
            .help("put a plain `:` and a blank")
    } else {
        Finding::error(Code::Syntax, format!("{} ({}) {place}", blank_name(c), number(c)))
            .at(span, "this is no blank to YAML")
            .help("put a plain blank")
    })
}

/// Whether a word has the end of a key in it: what follows belongs to no name.
pub(super) fn has_sign(text: &str) -> bool {
    text.contains(|c| c == ':' || is_odd_colon(c))
}

/// The key that such a line would have.
pub(super) fn spoilt_key(line: &str) -> String {
    let key = line.split(|c| c == ':' || is_odd_colon(c)).next().unwrap_or("");
    key.chars().filter(|c| !is_odd_blank(*c) && *c != ' ').take(NAME_AT_MOST).collect()
}

/// The same of the line around a byte of a text, or of the one before it that says something.
pub(super) fn spoilt_near(text: &str, id: SourceId, at: usize) -> Option<Finding> {
    let start = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let this = start(at);
    let before = start(text[..this].trim_end_matches([' ', '\n', '\r']).len());
    let line = |start: usize| text[start..].split('\n').next().unwrap_or("");
    [this, before].into_iter().find_map(|start| spoilt_line(line(start), id, start))
}

/// The Latin letter that one of another alphabet looks like.
fn twin(c: char) -> Option<char> {
    TWINS.iter().find_map(|(theirs, ours)| {
        let place = theirs.chars().position(|their| their == c)?;
        ours.chars().nth(place)
    })
}

/// A word without what only looks like its letters; `None` where there is nothing of the kind, or it stays no plain
/// word.
pub(super) fn plain_word(text: &str) -> Option<String> {
    if text.is_ascii() || text.len() > NAME_AT_MOST {
        return None;
    }
    let plain: String =
        text.chars().filter(|c| !is_odd_blank(*c)).map(|c| twin(c).unwrap_or(c)).collect::<String>().trim().to_owned();
    (plain.is_ascii() && !plain.is_empty()).then_some(plain)
}

/// What is odd about a word: the sign and what it looks like.
pub(super) fn told(text: &str) -> Option<String> {
    plain_word(text)?;
    let odd = text.chars().find(|c| is_odd_blank(*c) || twin(*c).is_some())?;
    Some(match twin(odd) {
        Some(plain) => format!("the letter {} in it, which only looks like `{plain}`", number(odd)),
        None if is_unseen(odd) => format!("the character {} in it, which can't be seen", number(odd)),
        None => format!("{} ({}) in it", blank_name(odd), number(odd)),
    })
}

/// The remedy for such a word.
pub(super) fn in_word(text: &str) -> Option<String> {
    let plain = plain_word(text)?;
    told(text).map(|told| format!("it has {told}: write {}", quoted(&plain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_at_the_beginning_of_a_line_are_seen() {
        for (line, expected) in [
            ("duration:\u{a0}1h", Some((9, '\u{a0}'))),
            ("  - at:\u{3000}1h", Some((7, '\u{3000}'))),
            ("duration： 1h", Some((8, '：'))),
            ("\u{a0}\u{a0}web: 1", Some((0, '\u{a0}'))),
            ("duration: 1h # \u{a0}", None),
            ("name: a\u{a0}b", None),
            ("a b\u{a0}c", None),
            ("", None),
        ] {
            assert_eq!(in_line(line), expected, "{line}");
        }
    }

    #[test]
    fn letters_of_other_alphabets_have_twins() {
        for (theirs, ours) in TWINS {
            assert_eq!(theirs.chars().count(), ours.chars().count(), "{ours}");
            assert!(theirs.chars().all(|c| !c.is_ascii()) && ours.is_ascii(), "{ours}");
        }
        assert_eq!(plain_word("wеb").as_deref(), Some("web"));
        assert_eq!(plain_word("we\u{200b}b").as_deref(), Some("web"));
        assert_eq!((plain_word("web"), plain_word("größe"), plain_word("\u{a0}")), (None, None, None));
        assert!(in_word("wеb").unwrap().contains("U+0435"));
    }
}
