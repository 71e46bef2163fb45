//! Making foreign text harmless before it reaches a terminal.

/// Characters that may stand in a message as they are.
///
/// Refused are control characters (a file name must not move the cursor) and
/// those that change the direction of text or have no width (they make a line
/// look like another one).
pub(super) fn is_harmless(c: char) -> bool {
    !(c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'))
}

/// The text with everything harmful written as an escape (`\u{1b}`, `\t`).
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmless(c) {
            out.push(c);
        } else {
            out.extend(c.escape_default());
        }
    }
    out
}

/// Longest piece of the user's own text that a message repeats, in characters.
const QUOTED_AT_MOST: usize = 60;

/// A word of the user's in backticks: harmless, and cut when it is long.
pub fn quoted(text: &str) -> String {
    let mut cut: String = text.chars().take(QUOTED_AT_MOST).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    format!("`{}`", printable(&cut))
}
