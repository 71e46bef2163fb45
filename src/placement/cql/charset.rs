//! Sets of characters, for the classes of a regular expression: union, intersection and complement, exactly.

use std::fmt::Write;

const LAST: u32 = 0x0010_FFFF;
/// No character has these numbers.
const SURROGATES: (u32, u32) = (0xD800, 0xDFFF);

/// Ranges of characters by number, sorted, apart from each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CharSet(Vec<(u32, u32)>);

impl CharSet {
    /// The characters of some ranges, both ends included.
    pub(super) fn of(ranges: &[(char, char)]) -> Self {
        Self::sorted(ranges.iter().map(|(first, last)| (u32::from(*first), u32::from(*last))).collect())
    }

    fn sorted(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    pub(super) fn union(mut self, other: &Self) -> Self {
        self.0.extend(&other.0);
        Self::sorted(self.0)
    }

    pub(super) fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        let mut next = 0;
        for (first, last) in &self.0 {
            if *first > next {
                gaps.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= LAST {
            gaps.push((next, LAST));
        }
        Self(gaps)
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        self.complement().union(&other.complement()).complement()
    }

    /// With both cases of every letter of ASCII in it, as Java's `(?i)` has it.
    pub(super) fn in_both_cases(self) -> Self {
        let mut all = self.clone();
        for (small, capital) in ('a'..='z').zip('A'..='Z') {
            if self.has(small) || self.has(capital) {
                all = all.union(&Self::of(&[(small, small), (capital, capital)]));
            }
        }
        all
    }

    pub(super) fn has(&self, c: char) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)))
    }

    /// Writes it as the `regex` crate reads it.
    pub(super) fn write(&self, out: &mut String) {
        if let [(only, last)] = self.0[..]
            && only == last
            && let Some(c) = char::from_u32(only)
        {
            if c.is_ascii_alphanumeric() {
                out.push(c);
            } else {
                push(out, only);
            }
            return;
        }
        let start = out.len();
        out.push('[');
        for (first, last) in &self.0 {
            for (first, last) in [(*first, (*last).min(SURROGATES.0 - 1)), ((*first).max(SURROGATES.1 + 1), *last)] {
                if first <= last {
                    push(out, first);
                    out.push('-');
                    push(out, last);
                }
            }
        }
        if out.len() == start + 1 {
            out.push_str("a&&b"); // nothing is in it
        }
        out.push(']');
    }
}

fn push(out: &mut String, number: u32) {
    let _ = write!(out, "\\x{{{number:x}}}"); // writing to a text can't fail
}
