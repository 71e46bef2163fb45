//! Text in lines of a terminal's width.

use std::fmt::Write;

/// The text in lines of at most `width` characters, each behind `margin`; ends with a line break.
pub(super) fn wrapped(text: &str, width: usize, margin: &str) -> String {
    let (mut out, mut line) = (String::new(), String::new());
    for word in text.split_whitespace() {
        let length = margin.len() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > width {
            let _ = writeln!(out, "{margin}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        let _ = writeln!(out, "{margin}{line}");
    }
    out
}

/// Each line four blanks to the right, empty ones empty.
pub(super) fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |all, line| all + if line.is_empty() { "" } else { "    " } + line + "\n")
}

/// The text cut to a number of characters and filled up with blanks.
pub(super) fn padded(text: &str, width: usize, to_the_right: bool) -> String {
    if to_the_right { format!("{text:>width$}") } else { format!("{text:<width$}") }
}
