//! Where our reader and `serde_yaml`'s could read a document differently.

use super::sample;
use longshore::diag::{Findings, Sources};
use longshore::scenario::{load, plain, typed};
use serde_yaml::Value;

fn ours(text: &str) -> Value {
    let mut findings = Findings::new();
    let (_, node) = load(&mut Sources::new(), "a.yaml", text.as_bytes(), &mut findings);
    assert!(!findings.has_errors(), "{text:?}: {findings:?}");
    plain(&node.unwrap())
}

fn theirs(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

#[test]
fn both_read_the_same() {
    for text in [
        sample::VALID,
        "&a name: *a\nb: *a\n",
        "a: 1\nb: -2\nc: +3\nd: 0\ne: 18446744073709551615\nf: -9223372036854775808\n",
        "[1.5, .5, 5., -1e3, 1E+2, 6.02e23, 0.1, 1e-7]",
        "[.inf, -.inf, +.Inf, .INF]",
        "[0x1F, 0o17, 0xffffffffffffffff]",
        "[true, True, TRUE, false, False, FALSE, yes, no, on, off, y, n]",
        "[~, null, Null, NULL, '', \"\", 'null', \"~\", 'true', '1', \"1.5\"]",
        "a:\nb: \nc: ~\n- : d\n".split("- ").next().unwrap(),
        "['it''s', \"tab\\t quote\\\" slash\\/ \\u00fc \\x41 \\U0001F600\", 'back\\slash']",
        "a: one\n  two\n\n  three\nb: 'one\n  two'\nc: \"one\\\n  two\"\n",
        "a: |\n  one\n   two\n\n  three\nb: |-\n  x\nc: |+\n  x\n\nd: 1\n",
        "a: >\n  one\n  two\n\n  three\n    four\nb: >-\n  x\n  y\nc: >+\n  z\n\n",
        "a: |2\n    two\n",
        "größe: ü\n日本: 語\nemoji: 😀\n",
        "a: &x {b: 1, c: [2, 3]}\nd: *x\ne: [*x, *x]\n",
        "a: &x 1\nb: *x\nc: &x 2\nd: *x\n",
        "- - 1\n  - 2\n- {}\n- []\n- a: 1\n  b: 2\n-\n  c: 3\n",
        "a:\n- 1\n- 2\nb:\n  - 3\n",
        "{a: 1, 'b': 2, \"c\": 3, d: , e}",
        "[a: 1, b: 2]",
        "{\"a\":1, \"b\":[true,null], \"c\":{\"d\":\"e\"}}",
        "? a\n: b\n? c\n: - d\n",
        "a: b # comment\n# comment\nc: d#no comment\ne: 'f' # comment\n",
        "%YAML 1.2\n---\na: 1\n...\n",
        "--- {a: 1}\n",
        "a: 12:30\nb: 2026-03-02\nc: 2026-03-02T00:00:00Z\nd: 1.2.3\ne: 10.0.0.0/24\nf: 1_000\n",
        "a: http://x.y/z?q=1&r=2\nb: a:b\nc: -x\nd: ?x\ne: x - y\n",
        "a: 1\r\nb: |\r\n  x\r\n  y\r\n",
        "\u{feff}a: 1\n",
        "just text",
        "a: |\n  no line break at the end",
        "a: >+\n  x\n  ",
    ] {
        assert_eq!(ours(text), theirs(text), "{text:?}");
    }
}

/// Each difference with the reason for ours.
#[test]
fn known_differences() {
    // Binary numbers are not in the core schema of YAML 1.2.
    assert_eq!(ours("[0b11]"), Value::from(vec!["0b11"]));
    assert_eq!(theirs("[0b11]"), Value::from(vec![3]));
    // Nor are signs before 0x and 0o.
    assert_eq!(ours("[-0x10]"), Value::from(vec!["-0x10"]));
    assert_eq!(theirs("[-0x10]"), Value::from(vec![-16]));
    // Leading zeros are digits in the core schema. Where a name or text belongs,
    // `typed` keeps `007` as it is written, which is what serde_yaml is after.
    assert_eq!(ours("[007]"), Value::from(vec![7]));
    assert_eq!(theirs("[007]"), Value::from(vec!["007"]));
    // U+2028 is blank to YAML 1.1 before a text; in YAML 1.2 it is part of it.
    assert_eq!(ours("[\u{2028}b]"), Value::from(vec!["\u{2028}b"]));
    assert_ne!(theirs("[\u{2028}b]"), Value::from(vec!["\u{2028}b"]));
    // Keys are names here, never numbers or yes and no.
    assert_eq!(ours("1: a\ntrue: b\n"), theirs("'1': a\n'true': b\n"));
    assert_ne!(ours("1: a\n"), theirs("1: a\n"));
}

/// A plain text cannot begin with `|` or `>`; the parser beneath ours would
/// take it inside brackets, so the reader looks.
#[test]
fn block_texts_inside_brackets_are_refused_by_both() {
    for text in ["a: [|\n  x\n  ]\n", "a: [>-\n  x\n  ]\n", "{a: | }"] {
        assert!(serde_yaml::from_str::<Value>(text).is_err(), "{text:?}");
        let mut findings = Findings::new();
        load(&mut Sources::new(), "a.yaml", text.as_bytes(), &mut findings);
        assert!(findings.iter().any(|f| f.code.id() == "LS0004"), "{text:?}");
    }
}

/// What `serde_yaml` reads and ours refuses, with the code that says so.
#[test]
fn refused_here_only() {
    for (text, code) in [
        ("a: !foo 1\n", "LS0012"),
        ("a: !!str 1\n", "LS0012"),
        ("a: {<<: {b: 1}}\n", "LS0014"),
        ("? [a]\n: 1\n", "LS0013"),
        ("", "LS0009"),
        ("~", "LS0009"),
    ] {
        assert!(serde_yaml::from_str::<Value>(text).is_ok(), "{text:?}");
        let mut findings = Findings::new();
        load(&mut Sources::new(), "a.yaml", text.as_bytes(), &mut findings);
        let codes: Vec<&str> = findings.iter().map(|f| f.code.id()).collect();
        assert_eq!(codes, [code], "{text:?}");
    }
}

#[test]
fn typed_values_keep_what_was_written() {
    let text = "name: 007\ndescription: 1.10\nduration: 0.1s\nseed: 7\nservices: {1: {task_definition: 12, load: 10, policies: [{metric: cpu_utilization, target: 1.50}]}}\n";
    let mut findings = Findings::new();
    let (_, node) = load(&mut Sources::new(), "a.yaml", text.as_bytes(), &mut findings);
    let value = typed(&node.unwrap(), &sample::SAMPLE);
    let expected = "name: '007'\ndescription: '1.10'\nduration: 0.1s\nseed: 7\nservices: {'1': {task_definition: '12', load: 10, policies: [{metric: cpu_utilization, target: 1.5}]}}\n";
    assert_eq!(value, theirs(expected));
}
