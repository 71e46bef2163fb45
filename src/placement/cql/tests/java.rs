//! Regular expressions as Java reads them, and what is refused.

use crate::placement::cql::pattern::Pattern;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn matches(pattern: &str, value: &str) -> bool {
    Pattern::parse(pattern).unwrap_or_else(|refusal| panic!("{pattern}: {refusal:?}")).matches(value)
}

/// Each pattern with texts that match as a whole, and texts that do not.
fn check(rows: &[(&str, &[&str], &[&str])]) {
    for (pattern, yes, no) in rows {
        for text in *yes {
            assert!(matches(pattern, text), "{pattern} should match {text:?}");
        }
        for text in *no {
            assert!(!matches(pattern, text), "{pattern} should not match {text:?}");
        }
    }
}

#[test]
fn ecs_335_what_java_and_we_share() {
    check(&[
        ("t2.*", &["t2.small", "t2"], &["t3.small", "at2"]),
        ("", &[""], &["a"]),
        ("a|b", &["a", "b"], &["ab", ""]),
        ("|a", &["", "a"], &["aa"]),
        ("(a|bc)+", &["a", "abca"], &["", "ab"]),
        ("(?:a|b)?c", &["c", "ac"], &["abc"]),
        ("(?<name>a)b", &["ab"], &["a"]),
        ("a{2}", &["aa"], &["a", "aaa"]),
        ("a{2,}", &["aa", "aaaa"], &["a"]),
        ("a{0,2}?", &["", "aa"], &["aaa"]),
        ("a*?b+?c??", &["b", "aabbc"], &["ac"]),
        ("^a$", &["a"], &["aa"]),
        (r"\Aa\z", &["a"], &["a\n"]),
        (r"a\Z|b", &["a", "b"], &["ab"]),
        ("a^b", &[], &["ab", "a^b"]),
        (r"\ba\b.\bb\B.", &["a-bb"], &["aabb", "a-b-"]),
        ("a.c", &["abc", "a\tc", "aäc"], &["a\nc", "a\rc", "a\u{85}c", "a\u{2028}c", "ac"]),
        ("(?s)a.c", &["a\nc"], &["ac"]),
        ("(?s:.).", &["\na"], &["a\n"]),
        ("}", &["}"], &["{"]),
        ("]", &["]"], &["["]),
        ("a b#c", &["a b#c"], &["ab"]),
        (r"m5\.large", &["m5.large"], &["m5xlarge"]),
    ]);
}

#[test]
fn ecs_335_escapes() {
    check(&[
        (r"\d+", &["0123456789"], &["٣", "a", ""]), // ASCII in Java, so no Arabic three
        (r"\D", &["٣", "a"], &["3"]),
        (r"\w+", &["aZ_09"], &["ä", "-"]),
        (r"\W", &["ä", "-"], &["_"]),
        (r"\s", &[" ", "\t", "\n", "\u{b}", "\u{c}", "\r"], &["\u{a0}", "a"]),
        (r"\S", &["\u{a0}", "a"], &[" "]),
        (r"\h", &[" ", "\t", "\u{a0}", "\u{3000}"], &["\n"]),
        (r"\H", &["\n"], &["\t"]),
        (r"\v", &["\n", "\u{b}", "\u{2029}"], &[" "]),
        (r"\V", &[" "], &["\r"]),
        (r"\R", &["\n", "\r", "\r\n", "\u{85}"], &["\n\r", " "]),
        (r"\t\n\r\f\a\e", &["\t\n\r\u{c}\u{7}\u{1b}"], &[""]),
        (r"\x41\u0042\x{1F600}\0103\07\0377", &["AB\u{1F600}C\u{7}\u{ff}"], &["AB"]),
        (r"\0477", &["'7"], &["\u{13f}"]), // 4 is more than 3, so two digits: 0o47 is 39, the quote
        (r"\cA", &["\u{1}"], &["A"]),
        (r"\Qa.b\E.", &["a.bc"], &["axbc"]),
        (r"\Qa.b", &["a.b"], &["axb"]),
        (r"\Qab\E+", &["abbb"], &["abab"]), // repeats the last character
        (r"\Q\E", &[""], &["a"]),
        (r"\-\_\ä\ ", &["-_ä "], &["-"]),
        (r"\p{Alpha}\p{Digit}\p{Punct}", &["a0-", "Z9~"], &["ä0-", "a0 "]),
        (r"\p{Lower}\p{Upper}\P{Lower}", &["aAA", "zZ-"], &["AaA", "aAa"]),
        (r"\p{Alnum}\p{XDigit}\p{Blank}\p{Space}", &["zF\t\n"], &["zG\t\n"]),
        (r"\p{ASCII}\p{Graph}\p{Print}\p{Cntrl}", &["a! \u{7f}"], &["a  \u{7f}"]),
    ]);
}

#[test]
fn ecs_335_classes() {
    check(&[
        ("[abc]", &["a", "c"], &["d", "ab"]),
        ("[^abc]", &["d", "\n"], &["a", ""]),
        ("[a-cx-z]", &["b", "y"], &["d"]),
        ("[a-d[m-p]]", &["a", "p"], &["e"]),        // Java's own example of a union
        ("[a-z&&[def]]", &["d", "f"], &["a", "g"]), // of an intersection
        ("[a-z&&[^bc]]", &["a", "d"], &["b", "c"]), // of a subtraction
        ("[a-z&&[^m-p]]", &["l", "q"], &["m", "p"]),
        ("[a-z&&def]", &["d"], &["a"]),
        ("[a-z&&d-f&&[^e]]", &["d", "f"], &["e", "a"]),
        ("[^a-z&&def]", &["a", "g", "1"], &["d"]), // `^` denies the intersection
        ("[a&b]", &["&"], &["ab"]),
        ("[a-]", &["a", "-"], &["b"]),
        ("[-a]", &["-", "a"], &["b"]),
        ("[a^]", &["^"], &["b"]),
        (r"[\d-z]", &["5", "-", "z"], &["y"]),
        (r"[\]\[\\]", &["]", "[", "\\"], &["a"]),
        (r"[\x41-C]", &["B"], &["D"]),
        ("[.$|(){}*+?]", &[".", "$", "|", "?"], &["a"]),
        ("[[:alpha:]]", &["a", ":"], &["b"]), // no POSIX here: a class in a class
        ("[a&&b]x", &[], &["ax", "bx", "x"]),
        (r"[\p{Alpha}&&[^aeiou]]", &["b", "Z"], &["a", "1"]),
        (r"[^\W_]+", &["a0"], &["_", "-"]),
    ]);
}

#[test]
fn ecs_335_flags() {
    check(&[
        ("(?i)prod", &["PROD", "prod"], &["pröd"]),
        ("(?i)k[s-t]", &["KS", "kt"], &["\u{212a}s", "k\u{17f}"]), // ASCII only, as in Java: no Kelvin sign, no long s
        ("(?i:a)b", &["Ab"], &["AB"]),
        ("((?i)a)b", &["Ab"], &["AB"]), // up to the end of its group
        ("(?i)a(?-i)b", &["Ab"], &["AB"]),
        ("(?i)a(?-i:b)c", &["AbC"], &["ABC"]),
        ("(?is)a.", &["A\n"], &["A"]),
        ("(?i)[^a]", &["b"], &["a", "A"]),
        ("a|(?i)b|c", &["a", "B", "C"], &["A"]),
    ]);
}

#[test]
fn ecs_335_what_is_refused() {
    // what is shown, in brackets of its own kind, and a word of the message
    let rows = [
        (r"a\k<n>", r"\k", "linear"),
        (r"a\9", r"\9", "linear"),
        ("a++", "++", "possessive"),
        ("a?+", "?+", "possessive"),
        ("x(?=a)", "(?=", "look-ahead"),
        ("x(?>a)", "(?>", "atomic"),
        ("*a", "*", "nothing before it"),
        ("a**", "*", "nothing before it"),
        ("a{2}{3}", "{", "nothing before it"),
        ("(+a)", "+", "nothing before it"),
        ("a|?", "?", "nothing before it"),
        ("(?i)*", "*", "nothing before it"),
        ("a{", "{", "number of repetitions"),
        ("a{,3}", "{,3", "number of repetitions"),
        ("a{3,2}", "{3,2", "number of repetitions"),
        ("a{2, 3}", "{2, 3", "number of repetitions"),
        ("a{1234567890}", "{1234567890", "number of repetitions"),
        ("a(b", "(", "never closed"),
        ("a)b", ")", "never opened"),
        ("a[b", "[", "never closed"),
        ("a[]b]", "]", "nothing before it"),
        ("[a&&]", "]", "nothing before it"),
        ("[&&a]", "&&", "nothing before it"),
        ("[a&&&b]", "&&", "nothing before it"),
        ("[z-a]", "z-a", "backwards"),
        (r"[a-\d]", r"a-\d", "no range"),
        (r"[\Qa\E]", r"\Q", "not supported in a class"),
        (r"[\b]", r"\b", "no meaning in a class"),
        ("a\\", "\\", "at the end"),
        (r"\y", r"\y", "means nothing"),
        (r"\X", r"\X", "not supported"),
        (r"\G", r"\G", "not supported"),
        (r"\N{DIGIT ONE}", r"\N", "not supported"),
        (r"\b{g}", r"\b", "not supported"),
        (r"\p{L}", r"\p{L}", "not supported"),
        (r"\pL", r"\p", "not supported"),
        (r"\p{IsLatin}x", r"\p{IsLatin}", "not supported"),
        (r"(?i)\p{Lower}", r"\p{Lower}", "versions differ"),
        (r"\08", r"\0", "no number"),
        (r"\xg1", r"\xg1", "no number"),
        (r"\x{110000}", r"\x{110000}", "no number"),
        (r"\ud800", r"\ud800", "no number"),
        (r"\u12", r"\u", "no number"),
        ("(?x)a b", "(?x", "flag `x`"),
        ("(?m)a", "(?m", "flag `m`"),
        ("(?U:a)", "(?U", "flag `U`"),
        ("(?P<n>a)", "(?P", "no group"),
        ("(?<1n>a)", "(?<1n", "a group's name"),
        ("(?<n>a)(?<n>b)", "(?<n>", "already"),
        ("(?<n", "(?<n", "a group's name"),
    ];
    for (pattern, shown, message) in rows {
        let refusal = Pattern::parse(pattern).expect_err(pattern);
        assert_eq!(&pattern[refusal.at.clone()], shown, "{pattern}: {refusal:?}");
        assert!(refusal.message.contains(message), "{pattern}: {refusal:?}");
    }
}

#[test]
fn hostile_patterns_are_errors() {
    let too_much = ["(((a{99}){99}){99}){99}", "(?:.{500}){500}", "((){9999}){99999}x{999999}", r"[^a]{9999}"];
    for pattern in too_much {
        let refusal = Pattern::parse(pattern).expect_err(pattern);
        assert!(refusal.message.contains("too much memory"), "{pattern}: {refusal:?}");
    }
    assert!(Pattern::parse(&"(".repeat(2_000)).is_err());
    assert!(Pattern::parse(&"[".repeat(2_000)).is_err());
    assert!(Pattern::parse(&format!("{}a{}", "(".repeat(100), ")".repeat(100))).is_ok());
    assert!(Pattern::parse(&format!("{}a{}", "[".repeat(100), "]".repeat(100))).is_ok());
    // what takes other machines ages
    assert!(!matches("(a*)*b", &"a".repeat(2_000)));
    assert!(matches("[a-z0-9.]{1,128}", &"a".repeat(128)));
    assert!(matches(".{256}", &"a".repeat(256)));
}

/// A regular expression as a tree, for a machine that is slow and plain.
#[derive(Debug, Clone)]
enum Plain {
    Letter(char),
    Dot,
    Class(bool, Vec<char>),
    Row(Vec<Plain>),
    Either(Vec<Plain>),
    Times(Box<Plain>, usize, Option<usize>),
}

impl Plain {
    fn text(&self) -> String {
        match self {
            Self::Letter(c) => c.to_string(),
            Self::Dot => ".".into(),
            Self::Class(denied, members) => {
                format!("[{}{}]", if *denied { "^" } else { "" }, members.iter().collect::<String>())
            }
            Self::Row(parts) => format!("({})", parts.iter().map(Self::text).collect::<String>()),
            Self::Either(parts) => format!("(?:{})", parts.iter().map(Self::text).collect::<Vec<_>>().join("|")),
            Self::Times(one, 0, None) => format!("(?:{})*", one.text()),
            Self::Times(one, 1, None) => format!("(?:{})+?", one.text()),
            Self::Times(one, 0, Some(1)) => format!("(?:{})?", one.text()),
            Self::Times(one, least, None) => format!("(?:{}){{{least},}}", one.text()),
            Self::Times(one, least, Some(most)) => format!("(?:{}){{{least},{most}}}", one.text()),
        }
    }

    /// Every place where a match that begins at `start` can end.
    fn ends(&self, text: &[char], start: usize) -> BTreeSet<usize> {
        let one = |fits: &dyn Fn(char) -> bool| {
            text.get(start).filter(|c| fits(**c)).map(|_| start + 1).into_iter().collect()
        };
        match self {
            Self::Letter(letter) => one(&|c| c == *letter),
            Self::Dot => one(&|c| c != '\n'),
            Self::Class(denied, members) => one(&|c| members.contains(&c) != *denied),
            Self::Row(parts) => parts.iter().fold(BTreeSet::from([start]), |from, part| {
                from.into_iter().flat_map(|place| part.ends(text, place)).collect()
            }),
            Self::Either(parts) => parts.iter().flat_map(|part| part.ends(text, start)).collect(),
            Self::Times(one, least, most) => {
                let mut found = BTreeSet::new();
                let mut from = BTreeSet::from([start]);
                // more rounds than letters bring no new place
                for round in 0..=most.unwrap_or(least + text.len()) {
                    if round >= *least {
                        found.extend(&from);
                    }
                    from = from.into_iter().flat_map(|place| one.ends(text, place)).collect();
                }
                found
            }
        }
    }
}

fn plain() -> impl Strategy<Value = Plain> {
    let letter = || prop::sample::select(vec!['a', 'b', 'é', ' ']);
    let leaf = prop_oneof![
        letter().prop_map(Plain::Letter),
        Just(Plain::Dot),
        (any::<bool>(), prop::collection::vec(letter(), 1..3))
            .prop_map(|(denied, members)| Plain::Class(denied, members)),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Plain::Row),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Plain::Either),
            (inner, 0..3_usize, prop::option::of(0..3_usize))
                .prop_map(|(one, least, more)| { Plain::Times(Box::new(one), least, more.map(|more| least + more)) }),
        ]
    })
}

proptest! {
    #[test]
    fn ecs_336_agrees_with_a_plain_machine(pattern in plain(), text in "[abé \n]{0,6}") {
        let letters: Vec<char> = text.chars().collect();
        let wanted = pattern.ends(&letters, 0).contains(&letters.len());
        prop_assert_eq!(matches(&pattern.text(), &text), wanted, "{}", pattern.text());
    }

    #[test]
    fn no_pattern_panics_or_is_misread(pattern in r"([()\[\]{}\\^$.|?*+&,:=!<>i0-9a-zQEpPxu-]|\\.|\(\?|&&|é){0,24}") {
        if let Err(refusal) = Pattern::parse(&pattern) {
            prop_assert!(pattern.get(refusal.at.clone()).is_some(), "{:?}", refusal);
            // all that reaches the crate can be read by it
            prop_assert!(!refusal.message.contains("can't be read"), "{}: {:?}", pattern, refusal);
        }
    }
}
