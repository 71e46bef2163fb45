//! Changes of an input as bytes, words and lines.

use super::grammar::{Grammar, change_value};
use super::rng::Rng;
use super::tokens::{NUMBERS, Tokens};

/// No input grows beyond this.
const LONGEST: usize = 60_000;

/// An input changed one to eight times; `other` lends pieces.
pub(crate) fn mutate(input: &[u8], other: &[u8], grammar: Grammar, tokens: &Tokens, rng: &mut Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=rng.below(3) * rng.below(4) {
        let by_grammar = grammar != Grammar::Words && !rng.one_in(3);
        let changed = if by_grammar { change_value(&bytes, other, grammar, tokens, rng) } else { None };
        bytes = changed.unwrap_or_else(|| change_bytes(bytes, other, tokens, rng));
        bytes.truncate(LONGEST);
    }
    bytes
}

fn change_bytes(mut bytes: Vec<u8>, other: &[u8], tokens: &Tokens, rng: &mut Rng) -> Vec<u8> {
    let at = rng.below(bytes.len() + 1);
    let end = (at + 1 + rng.below(16)).min(bytes.len());
    match rng.below(15) {
        0 if at < bytes.len() => bytes[at] ^= 1 << rng.below(8),
        1 if at < bytes.len() => bytes[at] = rng.byte(),
        2 => bytes.insert(at, rng.byte()),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
        5 => {
            let from = rng.below(other.len() + 1);
            let to = (from + rng.below(80)).min(other.len());
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        6 | 7 => drop(bytes.splice(at..at, token(tokens, rng).into_bytes())),
        8 | 9 => {
            let word = word_at(&bytes, at);
            drop(bytes.splice(word, token(tokens, rng).into_bytes()));
        }
        10 | 11 => return change_lines(&bytes, other, rng),
        12 => {
            if let Some(number) = number_after(&bytes, at) {
                bytes.splice(number, rng.pick(&NUMBERS).bytes());
            }
        }
        13 => {
            let count = 1 + rng.below(80);
            let piece = rng.pick(&["[", "{a: ", "(", "not ", "- ", "{\"a\":", "((", "\"", "[{"]).repeat(count);
            bytes.splice(at..at, piece.into_bytes());
        }
        _ => {
            let long = rng.pick(&["a", "1", "9", "ü", "😀", " ", "x.", "-"]).repeat(1 + rng.below(12_000));
            bytes.splice(word_at(&bytes, at), long.into_bytes());
        }
    }
    bytes
}

/// A word of the dictionary.
fn token(tokens: &Tokens, rng: &mut Rng) -> String {
    tokens.words[rng.below(tokens.words.len())].clone()
}

/// The letters and digits around a place.
fn word_at(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-".contains(byte);
    let start = bytes[..at].iter().rposition(|byte| !is_word(byte)).map_or(0, |place| place + 1);
    let end = bytes[at..].iter().position(|byte| !is_word(byte)).map_or(bytes.len(), |place| at + place);
    start..end
}

/// The first digits after a place.
fn number_after(bytes: &[u8], at: usize) -> Option<std::ops::Range<usize>> {
    let start = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
    let end = bytes[start..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |place| start + place);
    Some(start..end)
}

/// Lines twice, away, exchanged, from elsewhere, moved in or out.
fn change_lines(bytes: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (one, two) = (rng.below(lines.len()), rng.below(lines.len()));
    match rng.below(7) {
        0 => lines.insert(one, lines[one].clone()),
        1 if lines.len() > 1 => drop(lines.remove(one)),
        2 => lines.swap(one, two),
        3 => {
            let theirs: Vec<&[u8]> = other.split(|byte| *byte == b'\n').collect();
            lines.insert(one, rng.pick(&theirs).to_vec());
        }
        4 => lines[one].splice(0..0, *b"  ").for_each(drop),
        5 => {
            let cut = lines[one].iter().take(2).take_while(|byte| **byte == b' ').count();
            lines[one].drain(..cut);
        }
        _ => {
            let line = lines[one].clone();
            let times = 1 + rng.below(200);
            lines.splice(one..one, std::iter::repeat_n(line, times));
        }
    }
    lines.join(&b'\n')
}
