//! Texts made to exhaust a reader. Each has to end in a clear error, and soon.

#![expect(clippy::disallowed_methods, reason = "a bound on time needs a clock")]

use super::{examine, summary};
use longshore::scenario::{MAX_BYTES, MAX_DEPTH};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Generous: each takes some milliseconds on a quiet machine, and this one may
/// be busy. What grows with the square of its length takes far longer.
const SOON: Duration = Duration::from_secs(2);

/// Reads a text and gives the first finding's code.
fn first_code(what: &str, text: &str) -> String {
    let start = Instant::now();
    let (_, findings, sources) = examine("bomb.yaml", text.as_bytes());
    let drawn = longshore::diag::render(&findings, &sources, true, 80);
    let took = start.elapsed();
    assert!(took < SOON, "{what} took {took:?}");
    assert!(drawn.len() < 100_000, "{what}");
    summary(&findings, &sources).first().cloned().unwrap_or_default()
}

#[test]
fn brackets_without_end() {
    for open in ["[", "{", "[{", "{a: ", "[a, ", "[[a: b], ", "? [", "- ["] {
        let text = open.repeat(100_000 / open.len());
        let code = first_code(open, &text);
        assert!(code.starts_with("LS0005") || code.starts_with("LS0004"), "{open}: {code}");
    }
    assert!(first_code("[", &"[".repeat(100_000)).starts_with("LS0005"));
    let closed = "[".repeat(50_000) + &"]".repeat(50_000);
    assert!(first_code("closed", &closed).starts_with("LS0005"));
}

#[test]
fn fifty_thousand_levels_of_blocks() {
    assert!(first_code("- - -", &"- ".repeat(50_000)).starts_with("LS0005"));
    assert!(first_code("? ? ?", &"? ".repeat(50_000)).starts_with("LS0"));
    let mut text = String::new();
    for level in 0..1_400 {
        let _ = writeln!(text, "{}a:", " ".repeat(level));
    }
    assert!(text.len() < MAX_BYTES);
    assert!(first_code("a:\\n a:", &text).starts_with("LS0005 65:"));
}

#[test]
fn the_deepest_allowed_nesting_is_read() {
    let inside = MAX_DEPTH - 1;
    let text = format!("notes: {}1{}", "[".repeat(inside), "]".repeat(inside));
    let (node, findings, _) = examine("deep.yaml", text.as_bytes());
    assert!(node.is_some());
    assert!(findings.iter().all(|f| f.code.id() != "LS0005"));
    let text = format!("notes: {}1{}", "[".repeat(inside + 1), "]".repeat(inside + 1));
    assert!(first_code("one more", &text).starts_with("LS0005 1:71"));
}

#[test]
fn a_billion_laughs() {
    let mut text = String::from("a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (from, to) in ('a'..'i').zip('b'..='i') {
        let nine = vec![format!("*{from}"); 9].join(", ");
        let _ = writeln!(text, "{to}: &{to} [{nine}]");
    }
    assert!(first_code("laughs", &text).starts_with("LS0007"));
    let mut text = format!("a: &a {}\nb:\n", "x".repeat(500_000));
    text += &"- *a\n".repeat(50_000);
    assert!(first_code("long text", &text).starts_with("LS0007"));
    let mut text = String::from("notes:\n");
    for i in 0..60 {
        let _ = writeln!(text, "{}- &a{i}", " ".repeat(i + 1));
    }
    text += &(" ".repeat(62) + "- x\n").repeat(10_000);
    assert!(first_code("anchors in anchors", &text).starts_with("LS0007"));
}

#[test]
fn a_value_that_contains_itself() {
    assert_eq!(first_code("itself", "notes: &a\n  - *a\n"), "LS0008 2:5");
}

#[test]
fn thirty_megabytes() {
    assert_eq!(first_code("30 MB", &"a: b\n".repeat(6_000_000)), "LS0001");
}

#[test]
fn half_a_megabyte_of_one_thing() {
    let pieces = [
        "a",
        " ",
        "\n",
        "\r",
        "\t",
        "-",
        "- ",
        "- a\n",
        "? ",
        "?\n",
        ": ",
        ":",
        ", ",
        "a: b\n",
        "a:\n",
        "'",
        "\"",
        "''",
        "'a' ",
        "\\",
        "|\n",
        "|\n a\n",
        ">\n",
        "> a\n",
        "&a ",
        "&a\n",
        "*a ",
        "*a\n",
        "! ",
        "!a ",
        "!<a> ",
        "# ",
        "#\n",
        "%",
        "%a\n",
        "---\n",
        "...\n",
        "--- ",
        "]",
        "}",
        "[]",
        "[],",
        "{},",
        "[a]: ",
        "a, ",
        "{a: b}, ",
        "\u{fc}",
        "\u{85}",
        "\u{feff}",
        "\u{2028}",
        "a # b\n",
        "a\n\n",
        " a\n",
        "<<: ",
        "0",
        "-\n",
        "a b ",
        "a: b: ",
        "\"\\n",
        "'\n",
        "@",
        "`",
        "\t- ",
        " \t\n",
        "- - \n",
        "-\n- ",
        "? a\n: b\n",
        "{? ",
        "[? ",
        "[: ",
        "{: ",
        "[,",
        "{,",
    ];
    for piece in pieces {
        let text = piece.repeat(MAX_BYTES / 2 / piece.len());
        first_code(&format!("{piece:?}"), &text);
        for prefix in ["[", "{", "a: ", "a: [", "- ", "\"", "'", "|\n ", "a:\n  "] {
            let text = format!("{prefix}{}", piece.repeat(30_000 / piece.len()));
            first_code(&format!("{prefix:?} {piece:?}"), &text);
        }
    }
}

#[test]
fn many_mistakes() {
    let mut text = String::new();
    for i in 0..60_000 {
        let _ = writeln!(text, "servic{i}: 1");
    }
    assert!(first_code("unknown", &text).starts_with("LS0104 1:1"));
    let text = format!("name: a\n{}", "seed: 1\n".repeat(100_000));
    assert!(first_code("twice", &text).starts_with("LS0011 3:1"));
    let long = "k".repeat(500_000);
    let text = format!("services:\n  {long}:\n{}", "    zz: 1\n".repeat(30_000));
    assert!(first_code("long key", &text).starts_with("LS0"));
}
