//! Random input never panics, and what is found lies inside the text.

use super::{examine, sample};
use longshore::diag::{Findings, Sources, render, to_json};
use longshore::scenario::{load, plain, typed};
use proptest::prelude::*;

fn survives(bytes: &[u8]) {
    let (node, findings, sources) = examine("random.yaml", bytes);
    render(&findings, &sources, true, 80);
    to_json(&findings, &sources);
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        let len = sources.text(label.span.source).len();
        assert!(label.span.start <= label.span.end && label.span.end <= len, "{label:?}");
        let text = sources.text(label.span.source);
        assert!(text.is_char_boundary(label.span.start) && text.is_char_boundary(label.span.end));
    }
    match node {
        Some(node) => {
            plain(&node);
            typed(&node, &sample::SAMPLE);
        }
        None => assert!(findings.has_errors()),
    }
}

/// Pieces that mean something in YAML, so that random texts get past the first byte.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "name",
        "services",
        "web",
        ": ",
        ":",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        "\"",
        "|",
        ">",
        "&a ",
        "*a",
        "!t ",
        "? ",
        "# c",
        "---\n",
        "...\n",
        "<<",
        "~",
        "1",
        "0x1f",
        ".nan",
        "\t",
        "\r\n",
        "ü",
        "\\u00e4",
        "%YAML 1.2\n",
        "\u{feff}",
        "\u{2028}",
        "\0",
        "policies",
        "target",
        "true",
    ])
}

/// The valid sample with pieces of it replaced.
fn changed(changes: Vec<(prop::sample::Index, usize, &'static str)>) -> String {
    let mut text: Vec<char> = sample::VALID.chars().collect();
    for (at, remove, insert) in changes {
        let at = at.index(text.len() + 1);
        let end = (at + remove).min(text.len());
        text.splice(at..end, insert.chars());
    }
    text.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(&bytes);
    }

    #[test]
    fn pieces(pieces in prop::collection::vec(piece(), 0..60)) {
        survives(pieces.concat().as_bytes());
    }

    #[test]
    fn mutations(changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..20, piece()), 1..6)) {
        survives(changed(changes).as_bytes());
    }
}

#[test]
fn the_valid_sample_has_no_findings() {
    let (node, findings, sources) = examine("valid.yaml", sample::VALID.as_bytes());
    assert!(findings.is_empty(), "{}", render(&findings, &sources, false, 80));
    assert!(node.is_some());
}

/// Whether all keys are text: what others read as a key `1` is the text `1` here.
fn text_keys(value: &serde_yaml::Value) -> bool {
    match value {
        serde_yaml::Value::Sequence(items) => items.iter().all(text_keys),
        serde_yaml::Value::Mapping(map) => map.iter().all(|(k, v)| k.is_string() && text_keys(v)),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agreement_of_random_texts(pieces in prop::collection::vec(piece(), 0..16)) {
        agree(&pieces.concat());
    }

    #[test]
    fn agreement_of_changed_texts(changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..20, piece()), 1..4)) {
        agree(&changed(changes));
    }
}

/// What both read, both read alike.
fn agree(text: &str) {
    let mut findings = Findings::new();
    let mut sources = Sources::new();
    let (_, node) = load(&mut sources, "a", text.as_bytes(), &mut findings);
    let theirs = serde_yaml::from_str::<serde_yaml::Value>(text);
    if let (Some(node), Ok(theirs)) = (node, theirs)
        && findings.is_empty()
        // A scenario is never a single text at the top, whose rules are odd.
        && node.text().is_none()
        && text_keys(&theirs)
        // Line breaks in YAML 1.1, which serde_yaml reads; and marks inside a text.
        && !text.contains(['\u{2028}', '\u{feff}'])
    {
        assert_eq!(plain(&node), theirs, "{text:?}");
    }
}
