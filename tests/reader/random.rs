//! Random input never panics, and what is found lies inside the text.

use super::{examine, sample};
use longshore::diag::{render, to_json};
use longshore::scenario::{plain, typed};
use proptest::prelude::*;

fn survives(bytes: &[u8]) {
    let (node, findings, sources) = examine("random.yaml", bytes);
    render(&findings, &sources, true, 80);
    to_json(&findings, &sources);
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        let len = sources.text(label.span.source).len();
        assert!(
            label.span.start <= label.span.end && label.span.end <= len,
            "{label:?}"
        );
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
        let mut text: Vec<char> = sample::VALID.chars().collect();
        for (at, remove, insert) in changes {
            let at = at.index(text.len() + 1);
            let end = (at + remove).min(text.len());
            text.splice(at..end, insert.chars());
        }
        survives(text.into_iter().collect::<String>().as_bytes());
    }
}

#[test]
fn the_valid_sample_has_no_findings() {
    let (node, findings, sources) = examine("valid.yaml", sample::VALID.as_bytes());
    assert!(
        findings.is_empty(),
        "{}",
        render(&findings, &sources, false, 80)
    );
    assert!(node.is_some());
}
