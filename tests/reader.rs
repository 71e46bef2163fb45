//! The reader and the shape check from outside: files with mistakes and where
//! they are found, texts made to exhaust it, and its agreement with `serde_yaml`.

#[path = "reader/agreement.rs"]
mod agreement;
#[path = "reader/bad.rs"]
mod bad;
#[path = "reader/bombs.rs"]
mod bombs;
#[path = "reader/random.rs"]
mod random;
#[path = "reader/sample.rs"]
mod sample;

use longshore::diag::{Findings, Sources};
use longshore::scenario::{Node, check, load};

/// Everything the reader and the sample shape have to say about a file.
fn examine(name: &str, bytes: &[u8]) -> (Option<Node>, Findings, Sources) {
    let mut sources = Sources::new();
    let mut findings = Findings::new();
    let (_, node) = load(&mut sources, name, bytes, &mut findings);
    if let Some(node) = &node {
        check(&sample::SAMPLE, node, &mut findings);
    }
    (node, findings, sources)
}

/// `LS0104 5:5` for each finding, sorted.
fn summary(findings: &Findings, sources: &Sources) -> Vec<String> {
    let sorted = findings.sorted();
    let lines = sorted.iter().map(|finding| match finding.primary() {
        Some(label) => {
            let place = sources.place(label.span.source, label.span.start);
            format!("{} {}:{}", finding.code, place.line, place.column)
        }
        None => finding.code.to_string(),
    });
    lines.collect()
}
