//! Entries that a scenario writes with one key and AWS with `type`: placement strategies and constraints.

use super::shape::MapShape;
use super::tree::{Entry, Node};
use crate::diag::Span;

/// A longer expression, in letters, is not repeated in a help.
const LONGEST: usize = 200;

/// An entry in AWS's own spelling.
pub(super) struct Spelling {
    /// Where its `type` stands.
    pub(super) at: Span,
    /// The same as a scenario writes it: `{binpack: memory}`.
    pub(super) ours: String,
}

/// What an entry of a block with one key says in AWS's spelling, if that is what it is.
pub(super) fn of_entry(map: &MapShape, entries: &[Entry]) -> Option<Spelling> {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    if !entries.iter().all(|entry| matches!(plain(&entry.key).as_str(), "type" | "field" | "expression")) {
        return None;
    }
    let entry = |key: &str| entries.iter().find(|entry| plain(&entry.key) == key);
    let text = |key: &str| {
        let text = entry(key).and_then(|entry| Node::text(&entry.value))?;
        Some(if text.chars().count() > LONGEST { "…" } else { text })
    };
    let kind = entry("type")?;
    let (key, ours) = match plain(kind.value.text()?).as_str() {
        "binpack" => {
            let field = text("field").map_or_else(|| "memory".to_owned(), str::to_ascii_lowercase);
            ("binpack", format!("{{binpack: {field}}}"))
        }
        "spread" => ("spread", format!("{{spread: {}}}", text("field").unwrap_or("instance_id"))),
        "random" => ("spread", "random".to_owned()),
        "memberof" => {
            let expression = text("expression").unwrap_or("…").replace('\'', "''");
            ("member_of", format!("{{member_of: '{expression}'}}"))
        }
        "distinctinstance" => ("distinct_instance", "{distinct_instance: true}".to_owned()),
        _ => return None,
    };
    map.key(key).map(|_| Spelling { at: kind.key_span, ours })
}
