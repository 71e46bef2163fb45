//! The JSON reader: what RFC 8259 allows is read, all else is refused with its place, and nothing panics.

use super::*;
use crate::scenario::plain;
use proptest::prelude::*;

fn read(text: &str) -> (Option<Node>, Findings, Sources, SourceId) {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let id = sources.add("t.json", text);
    let node = read_json(&sources, id, &mut findings);
    (node, findings, sources, id)
}

fn text_of(json: &str) -> String {
    let (node, findings, ..) = read(json);
    assert!(findings.is_empty(), "{json}: {findings:?}");
    node.unwrap().text().unwrap().to_owned()
}

#[test]
fn texts_are_read_with_their_escapes() {
    assert_eq!(text_of(r#""\ud83d\ude00""#), "😀"); // 0x10000 + 0x3d x 0x400 + 0x200 = U+1F600
    assert_eq!(text_of(r#""http:\/\/x\u00e4\t\n\"\\""#), "http://xä\t\n\"\\");
    assert_eq!(text_of("\"größe 😀\""), "größe 😀");
    assert_eq!(text_of("\u{feff}\"x\""), "x", "a byte order mark is no part of the text");
}

#[test]
fn kinds_and_places_are_kept() {
    let (node, findings, sources, _) =
        read("\t{\"a\" : [1, \"1\", true, null, -0.5e+3, {}, []],\r\n\t\"ä\":{\"b\":2}}\n");
    assert!(findings.is_empty(), "{findings:?}");
    let node = node.unwrap();
    let slice = |path: &[&str]| sources.slice(node.at(path).unwrap().span).to_owned();
    assert_eq!(slice(&["a"]), r#"[1, "1", true, null, -0.5e+3, {}, []]"#);
    assert_eq!(slice(&["a", "1"]), r#""1""#);
    assert_eq!(slice(&["ä", "b"]), "2");
    assert_eq!(sources.slice(node.entry("ä").unwrap().key_span), "\"ä\"");
    assert!(node.at(&["a", "3"]).unwrap().is_null());
    let plain_of = |row: &str| matches!(node.at(&["a", row]).unwrap().kind, Kind::Scalar { plain: true, .. });
    assert!(plain_of("0") && !plain_of("1"), "a number and a text that looks like one are told apart");
    let place = sources.place(node.span.source, node.at(&["ä", "b"]).unwrap().span.start);
    assert_eq!((place.line, place.column), (2, 11)); // tab, "ä", :, {, "b", : are 1 + 3 + 1 + 1 + 3 + 1 = 10 characters
}

#[test]
fn what_is_no_json_is_refused_where_it_is() {
    for (json, column, part) in [
        ("", 1, "the file is empty"),
        (" \n", 1, "the file is empty"),
        ("{", 2, "key is missing"),
        ("[1, 2", 6, "a comma or `]` is missing"),
        ("[1 2]", 4, "a comma or `]`"),
        ("[1,]", 3, "comma after the last"),
        ("{\"a\":1,}", 7, "comma after the last"),
        ("{\"a\" 1}", 6, "`:` is missing"),
        ("{\"a\":}", 6, "a value is missing"),
        ("{a: 1}", 2, "key without quotes"),
        ("{'a': 1}", 2, "key in single quotes"),
        ("['a']", 2, "single quotes"),
        ("[web]", 2, "without quotes"),
        ("[True]", 2, "another language"),
        ("[NaN]", 2, "no number"),
        ("[-Infinity]", 2, "no number"),
        ("[01]", 2, "no number"),
        ("[+1]", 2, "no number"),
        ("[.5]", 2, "no number"),
        ("[1.]", 2, "no number"),
        ("[0x10]", 2, "no number"),
        ("[1e]", 2, "no number"),
        ("{} // x", 4, "a comment"),
        ("{ /* x */ }", 3, "a comment"),
        ("# x\n{}", 1, "a comment"),
        ("{} {}", 4, "follows the end"),
        ("}", 1, "a value is missing"),
        ("\"a", 1, "not closed"),
        ("[\"a\n\"]", 2, "not closed"),
        ("[\"a\tb\"]", 4, "control character"),
        ("[\"a\u{1}b\"]", 4, "control character"),
        (r#"["\x41"]"#, 3, "an escape that JSON"),
        (r#"["\u12g4"]"#, 3, "without its digits"),
        (r#"["\u12"]"#, 3, "without its digits"),
        (r#"["\ud83d"]"#, 3, "half of a character"),
        (r#"["\ude00\ud83d"]"#, 3, "half of a character"),
        (r#"["\ud83dx"]"#, 3, "half of a character"),
        (r#"["\ud83d\u0041"]"#, 3, "half of a character"),
        ("[1\u{a0}]", 3, "a comma or `]`"),
        ("{\"a\": 1, \"a\": 2}", 10, "stands twice"),
    ] {
        let (_, findings, sources, id) = read(json);
        let finding = findings.iter().next().unwrap_or_else(|| panic!("{json}"));
        let column_found = sources.place(id, finding.primary().unwrap().span.start).column;
        assert!(finding.message.contains(part), "{json}: {}", finding.message);
        assert_eq!(column_found, column, "{json}: {}", finding.message);
        assert!(finding.help.as_deref().is_some_and(|help| !help.is_empty()), "{json}");
    }
}

#[test]
fn a_key_that_stands_twice_keeps_its_first_value() {
    let (node, findings, ..) = read(r#"{"a": 1, "a": {"b": [2]}, "c": 3}"#);
    let node = node.unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!((node.get("a").unwrap().text(), node.get("c").unwrap().text()), (Some("1"), Some("3")));
}

#[test]
fn bounds_hold() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(MAX_DEPTH)).0.is_some());
    assert!(read(&nested(MAX_DEPTH + 1)).0.is_none());
    assert!(read(&"[".repeat(500_000)).0.is_none(), "no recursion on input");
    assert!(read(&format!("[{}1]", "1,".repeat(MAX_NODES))).0.is_none());
    assert!(read(&format!("\"{}\"", "x".repeat(MAX_BYTES))).0.is_none());
}

/// Pieces of JSON, so that random texts get past the first byte.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"cpu\"", "1", "-", "0", ".5", "e3", "true", "null", " ", "\n",
        "\\", "\\u", "d83d", "\\ude00", "/", "#", "'", "ä", "😀", "\u{feff}", "\t", "NaN",
    ])
}

/// serde's reader is the judge of what is JSON: keys that stand twice and depth are all in which we are stricter.
fn agrees(json: &str) {
    let (node, findings, sources, id) = read(json);
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        let text = sources.text(id);
        assert!(label.span.end <= text.len(), "{json}");
        assert!(text.is_char_boundary(label.span.start) && text.is_char_boundary(label.span.end), "{json}");
    }
    let judged = serde_json::from_str::<serde_json::Value>(sources.text(id));
    assert_eq!(node.is_some(), judged.is_ok(), "{json}: {findings:?}");
    assert_eq!(node.is_none(), findings.iter().any(|finding| finding.code != Code::DuplicateKey), "{json}");
    if let (Some(node), Ok(judged)) = (node, judged)
        && let Some(text) = judged.as_str()
    {
        assert_eq!(node.text(), Some(text), "{json}");
        plain(&node);
    }
}

proptest! {
    #[test]
    fn random_pieces(pieces in prop::collection::vec(piece(), 0..24)) {
        agrees(&pieces.concat());
    }

    #[test]
    fn random_texts(json in "\\PC*") {
        agrees(&json);
    }

    #[test]
    fn random_strings(inside in "([a-z\\\\\"u0-9dDeE/]|\\\\u[dD][89a-fA-F][0-9a-f]{2}){0,12}") {
        agrees(&format!("\"{inside}\""));
    }
}
