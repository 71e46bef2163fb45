//! What the YAML parser complains about, in words of a scenario's author.

use super::{lookalikes, placeholders};
use crate::diag::{Code, Finding, SourceId, Span};

/// What the parser says (a part of it) → what we say, and what would help.
///
/// The parser's sentences are its own and may change: a sentence that is not in
/// the list is shown as it is.
const SENTENCES: &[(&str, &str, &str)] = &[
    (
        "scanning an anchor or alias",
        "`*` and `&` begin an alias or an anchor, and its name is missing",
        "a text that begins with `*` or `&`, such as a cron line, needs quotes",
    ),
    (
        "indentation in quoted scalar",
        "a quoted text is not closed",
        "put the closing quote; in single quotes, `''` stands for one `'`",
    ),
    (
        "unexpected document indicator",
        "a quoted text is not closed",
        "put the closing quote; in single quotes, `''` stands for one `'`",
    ),
    (
        "illegal placement of ':'",
        "a `:` where no key can stand",
        "close the bracket before this line, or put a comma before the key",
    ),
    (
        "did not find expected comment or line break",
        "`>` or `|` begins a text in lines of its own, and here stands something behind it",
        "put a condition in quotes: `- '> 5'`; a text in several lines begins on the line below the sign",
    ),
    (
        "in block scalar",
        "a line of a block text is indented less than its first line",
        "indent all lines of the text by the same number of blanks",
    ),
    (
        "unknown anchor",
        "an alias names an anchor that is not there",
        "define it further up with `&name`; a text that begins with `*` needs quotes",
    ),
    (
        "unexpected end of stream",
        "a quoted text is not closed",
        "put the closing quote; in single quotes, `''` stands for one `'`",
    ),
    (
        "unknown escape",
        "an escape that YAML does not have",
        "write `\\\\` for a backslash, or use single quotes, which have no escapes",
    ),
    (
        "expected hexadecimal",
        "an escape without its digits",
        "write `\\x1b` or `\\u00e4`, or use single quotes, which have no escapes",
    ),
    (
        "trailing content after double-quoted",
        "there is something after the closing quote",
        "put the whole value in quotes; inside double quotes, `\\\"` stands for one `\"`",
    ),
    (
        "mapping values are not allowed",
        "a `:` where no key can stand",
        "check the indentation of this line and the one before; a text with `: ` in it needs quotes",
    ),
    (
        "simple key expect",
        "this line is neither `key: value` nor an entry `- value`",
        "put a `:` and a blank after the key, or indent the line if it continues a text",
    ),
    (
        "did not find expected key",
        "a line that does not belong to the block it stands in",
        "indent all keys of a block by the same number of blanks",
    ),
    (
        "did not find expected '-'",
        "a line that does not belong to the list it stands in",
        "a new entry begins with `- `; further settings of one stand below its first key, in the same column",
    ),
    (
        "block sequence entries are not allowed",
        "a list cannot begin on the same line as its key",
        "put `- ` on a line of its own, or write `[a, b]`; a text that begins with `- ` needs quotes",
    ),
    (
        "only valid inside a block",
        "`- ` cannot stand inside `[ ]` or `{ }`",
        "separate the entries with commas: `[a, b]`",
    ),
    (
        "invalid indentation in flow construct",
        "a `[` or `{` is not closed before the indentation goes back",
        "put the missing `]` or `}`",
    ),
    (
        "expected ',' or",
        "inside `[ ]` or `{ }`, a comma or the closing bracket is missing",
        "separate entries with commas and close the bracket; a text with `,`, `[` or `{` needs quotes",
    ),
    ("misplaced bracket", "a closing bracket that nothing opened", "remove it, or put the text in quotes"),
    ("unexpected character", "a plain text cannot begin with this character", "put the text in quotes"),
    (
        "invalid indentation",
        "this line is indented less than the value it continues",
        "indent all lines of a block by the same number of blanks",
    ),
    (
        "comment intercepting",
        "a comment in the middle of a text over several lines",
        "put the text in quotes, or the comment on a line before it",
    ),
    (
        "must be followed by a valid YAML whitespace",
        "a blank is missing after `:` or `-`",
        "write `key: value` and `- value`",
    ),
    ("byte order mark", "a byte order mark inside the text", "remove it; it usually comes from joining files"),
    (
        "did not find expected node content",
        "a value is missing",
        "between commas and after `:` inside `[ ]` or `{ }` there has to be a value",
    ),
];

/// The parser's own sentence for more than 255 open brackets, its fixed limit.
const TOO_MANY_BRACKETS: &str = "recursion limit exceeded";

/// The parser notices only at the next line that a word was no key.
const KEY_WITHOUT_COLON: &str = "simple key expect ':'";

/// The line before was no key but a text, which this line goes on with.
const COLON_IN_A_TEXT: &str = "mapping values are not allowed";

/// In a text that goes on in further lines: the place is where the text begins.
const TAB_FOUND: &str = "found a tab";

/// A parser's error as a finding. `open` is a bracket that is open there.
pub(super) fn syntax_finding(info: &str, text: &str, id: SourceId, at: usize, open: Option<Span>) -> Finding {
    let at = if info.contains(KEY_WITHOUT_COLON) { line_before(text, at) } else { at };
    let end = text[at..].chars().next().map_or(at, |c| match c {
        '\n' | '\r' => at,
        c => at + c.len_utf8(),
    });
    let span = Span::new(id, at, end);
    if info == TOO_MANY_BRACKETS {
        return super::complaints::too_deep(span);
    }
    let foreign = foreign_line(text, id, at).or_else(|| placeholders::near(text, id, at));
    if let Some(finding) = foreign.or_else(|| lookalikes::spoilt_near(text, id, at)) {
        return finding;
    }
    if let Some(tab) = indenting_tab(text, at, info.contains(TAB_FOUND)) {
        return Finding::error(Code::Syntax, "a tab in the indentation")
            .at(Span::new(id, tab, tab + 1), "this is a tab")
            .help("YAML is indented with blanks");
    }
    if let Some(colon) = colon_without_blank(info, text, at) {
        return blank_missing(Span::new(id, colon, colon + 1));
    }
    if info.contains(KEY_WITHOUT_COLON) && text[at..].lines().next().is_some_and(|line| line.contains(" = ")) {
        return Finding::error(Code::Syntax, "settings are written with `:`, not with `=`")
            .at(span, "here")
            .help("write `key: value`; blocks are indented and have no `{ }` around several lines of `key = value`");
    }
    let known = SENTENCES.iter().find(|(part, ..)| info.contains(part));
    let finding = match known {
        Some((_, message, help)) => Finding::error(Code::Syntax, *message)
            .at(span, "here")
            .help(*help)
            .note(format!("the YAML parser says: {info}")),
        None => Finding::error(Code::Syntax, format!("not valid YAML: {info}")).at(span, "here"),
    };
    match open {
        Some(open) if open.start < at => finding.also(open, "this is still open"),
        _ => finding,
    }
}

/// A line that another tool has put in: a merge conflict, or the fence of a piece of code in a text.
fn foreign_line(text: &str, id: SourceId, at: usize) -> Option<Finding> {
    let mut start = 0;
    let mut is_first = true;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let span = |len: usize| Span::new(id, start, start + len);
        if start > at {
            return None;
        }
        if ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|mark| line.starts_with(mark))
            || line.trim_end() == "======="
        {
            let finding =
                Finding::error(Code::Syntax, "two versions of the file were merged here, and one has to be chosen");
            return Some(
                finding
                    .at(span(7), "a conflict that was left")
                    .help("keep the lines of one version, and remove those with `<<<<<<<`, `=======` and `>>>>>>>`"),
            );
        }
        if bare.starts_with("```") && (is_first || start + line.len() > at) {
            let finding = Finding::error(Code::Syntax, "three backticks fence a piece of code, and are no part of it");
            let indent = line.len() - line.trim_start().len();
            let place = Span::new(id, start + indent, start + indent + 3);
            return Some(
                finding.at(place, "from a text around it").help("remove the lines that begin so, here and at the end"),
            );
        }
        is_first &= bare.is_empty();
        start += line.len();
    }
    None
}

/// The first word of the last line before a place that begins a line.
fn line_before(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    if !text[start..at].trim().is_empty() {
        return at;
    }
    let before = text[..start].trim_end();
    let line = before.rfind('\n').map_or(0, |i| i + 1);
    let word = &before[line..];
    if word.is_empty() {
        return at;
    }
    line + word.len() - word.trim_start().len()
}

/// A tab before the first word of the line of an error, or of the line before it; where the text in question goes on
/// in the lines `below`, of the first of those that has one.
fn indenting_tab(text: &str, at: usize, below: bool) -> Option<usize> {
    let line_start = |end: usize| text[..end].rfind('\n').map_or(0, |i| i + 1);
    let this = line_start(at);
    let before = line_start(this.saturating_sub(1));
    let tab_in = |start: usize| {
        let line = &text[start..];
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        line[..blank].find('\t').map(|i| start + i)
    };
    let further = text[at..].match_indices('\n').map(|(i, _)| at + i + 1).filter(|_| below);
    [this, before].into_iter().chain(further).find_map(tab_in)
}

/// `key:value`: the colon, where a parser takes it all for a text and then wonders what comes below it.
fn colon_without_blank(info: &str, text: &str, at: usize) -> Option<usize> {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line = match () {
        () if info.contains(KEY_WITHOUT_COLON) => start,
        () if info.contains(COLON_IN_A_TEXT) => line_before(text, start),
        () => return None,
    };
    let entry = text[line..].lines().next()?;
    let bare = entry.trim_start_matches(['-', ' ']);
    key_without_blank(bare).map(|key| line + entry.len() - bare.len() + key)
}

/// The colon of a line like `key:value`.
pub(super) fn key_without_blank(line: &str) -> Option<usize> {
    let key = line.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))?;
    let value = line[key..].strip_prefix(':')?;
    let is_value = value.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | '[' | '{'));
    (key > 0 && is_value && !value.contains(": ")).then_some(key)
}

/// The finding about such a colon.
pub(super) fn blank_missing(colon: Span) -> Finding {
    Finding::error(Code::Syntax, "a blank is missing after `:`")
        .at(colon, "this colon makes no key")
        .help("write `key: value`; a text with a `:` in it needs quotes where a key can stand")
}
