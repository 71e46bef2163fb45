//! What the reader has to say about a text, apart from its syntax.

use super::reader::{MAX_BYTES, MAX_DEPTH, MAX_EXPANDED_BYTES, MAX_NODES};
use crate::diag::{Code, Finding, SourceId, Span, quoted};

/// A file beyond the size limit.
pub(super) fn too_large(name: &str) -> Finding {
    let message =
        format!("{} has more than {MAX_BYTES} bytes (1 MiB), the most that a scenario file may have", quoted(name));
    Finding::error(Code::TooLarge, message)
        .help("put measured load into a CSV file beside the scenario and name it with `trace:`")
}

/// Bytes that are no UTF-8.
pub(super) fn not_utf8(bytes: &[u8], span: Span) -> Finding {
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let message = if utf16 { "the file is UTF-16, and scenario files are UTF-8" } else { "the file is not UTF-8" };
    Finding::error(Code::NotUtf8, message)
        .at(span, "these bytes are no character")
        .help("save the file with the encoding UTF-8")
}

/// The first character outside YAML's printable ones (YAML 1.2, section 5.1).
pub(super) fn control_character(text: &str, id: SourceId) -> Option<Finding> {
    let bad = |c: char| {
        let allowed_break = matches!(c, '\t' | '\n' | '\r' | '\u{85}');
        (c.is_control() && !allowed_break) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let (at, c) = text.char_indices().find(|(_, c)| bad(*c))?;
    let message = format!("the character U+{:04X} is not allowed in YAML", u32::from(c));
    Some(
        Finding::error(Code::ControlCharacter, message)
            .at(Span::new(id, at, at + c.len_utf8()), "here")
            .help(format!("remove it; where it is meant, write it in double quotes as \"\\x{:02x}\"", u32::from(c))),
    )
}

/// One level too many.
pub(super) fn too_deep(span: Span) -> Finding {
    let message = format!("lists and blocks stand in each other more than {MAX_DEPTH} levels deep");
    Finding::error(Code::TooDeep, message).at(span, "this is one level too deep")
}

/// A value that contains itself.
pub(super) fn alias_of_itself(span: Span, anchored: Span) -> Finding {
    Finding::error(Code::AliasOfItself, "an alias stands inside the value it repeats")
        .at(span, "repeats the value it is in")
        .also(anchored, "which begins here")
}

/// Aliases that multiply.
pub(super) fn alias_too_large(span: Span) -> Finding {
    let message = format!("what aliases repeat comes to more than {MAX_NODES} values or {MAX_EXPANDED_BYTES} bytes");
    Finding::error(Code::AliasTooLarge, message)
        .at(span, "the limit is passed here")
        .help("aliases of aliases multiply; write out the few values that are meant")
}

/// `: value` without a key.
pub(super) fn key_missing(span: Span) -> Finding {
    Finding::error(Code::KeyNotText, "there is no key before `:`")
        .at(span, "a key belongs here")
        .help("write `key: value`; a text that begins with `:` or `?` needs quotes")
}

/// `<<: *name`.
pub(super) fn merge_key(span: Span) -> Finding {
    Finding::error(Code::MergeKey, "merge keys (`<<`) are not read")
        .at(span, "this would merge another block")
        .help("use the anchor for a whole value (`load: *name`), or write the settings out")
}

/// The same key again.
pub(super) fn duplicate(text: &str, span: Span, first: Span) -> Finding {
    let message = format!("the key {} stands twice in the same block", quoted(text));
    Finding::error(Code::DuplicateKey, message)
        .at(span, "again here")
        .also(first, "first here")
        .help("keep one of them")
}
