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

/// Longest piece between backticks that a message keeps whole, in characters. Remedies to copy
/// are shorter.
const PIECE_AT_MOST: usize = 200;

/// Longest message, in characters.
const TEXT_AT_MOST: usize = 1_000;

/// Cuts the pieces of a message that are too long to be read, and the message.
pub(super) fn shorten(text: &mut String) {
    if text.len() <= PIECE_AT_MOST {
        return;
    }
    let cut = |piece: &str, most: usize| match piece.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &piece[..end]),
        None => piece.to_owned(),
    };
    let is_quoted = |place: usize| place % 2 == 1;
    let piece = |(place, piece)| if is_quoted(place) { cut(piece, PIECE_AT_MOST) } else { piece.to_owned() };
    let pieces: Vec<String> = text.split('`').enumerate().map(piece).collect();
    *text = cut(&pieces.join("`"), TEXT_AT_MOST);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_the_words_around_them_stay() {
        let mut text = format!("no `{}` here, only `web`", "a".repeat(10_000));
        shorten(&mut text);
        assert_eq!(text, format!("no `{}…` here, only `web`", "a".repeat(200)));
        let mut text = "word ".repeat(1_000);
        shorten(&mut text);
        assert_eq!(text.chars().count(), 1_001);
        let mut text = "`ü` and `web`".to_owned();
        shorten(&mut text);
        assert_eq!(text, "`ü` and `web`");
    }
}
