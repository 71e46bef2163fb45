//! What a text for a person may use: how wide its lines are, colours, and characters beyond ASCII.

use crate::diag::printable;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that a word in a sentence may take.
const LONGEST_WORD: usize = 300;

/// Narrowest and widest text that is made; a terminal beyond these gets the nearest.
pub const WIDTHS: std::ops::RangeInclusive<usize> = 40..=100;

/// How a text for a person is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    width: usize,
    /// Whether words may be coloured.
    pub color: bool,
    /// Whether nothing beyond ASCII may appear.
    pub ascii: bool,
}

/// Under a pipe: 80 columns, no colours.
impl Default for Screen {
    fn default() -> Self {
        Self { width: 80, color: false, ascii: false }
    }
}

/// Colours, each with a word beside it that says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Good,
    Bad,
    Warning,
}

impl Screen {
    /// A screen of this width, as far as [`WIDTHS`] go.
    pub fn new(width: usize, color: bool, ascii: bool) -> Self {
        Self { width: width.clamp(*WIDTHS.start(), *WIDTHS.end()), color, ascii }
    }

    /// Columns of a line.
    pub fn width(&self) -> usize {
        self.width
    }

    /// A text that somebody chose: it does no harm, and keeps to ASCII where that is asked for.
    pub fn plain(&self, text: &str) -> String {
        self.keep_to_ascii(printable(text))
    }

    /// A text of ours or one made harmless, in ASCII where that is asked for.
    pub(super) fn keep_to_ascii(&self, text: String) -> String {
        if !self.ascii || text.is_ascii() {
            return text;
        }
        text.chars().fold(String::new(), |mut out, c| {
            match c {
                '…' => out.push_str(".."),
                '±' => out.push_str("+-"),
                '–' | '−' => out.push('-'),
                '×' => out.push('x'),
                c if c.is_ascii() => out.push(c),
                c => out.extend(c.escape_unicode()),
            }
            out
        })
    }

    /// What stands for what was cut out.
    fn gap(&self) -> &'static str {
        if self.ascii { ".." } else { "…" }
    }

    pub(super) fn painted(&self, word: &str, paint: Paint) -> String {
        let code = match paint {
            _ if !self.color => return word.to_owned(),
            Paint::Good => "34",
            Paint::Bad => "1;31",
            Paint::Warning => "33",
        };
        format!("\u{1b}[{code}m{word}\u{1b}[0m")
    }

    /// Names in at most `width` columns each. Long ones lose their middle, and no two of them come to look alike.
    pub(super) fn names<'n>(&self, names: impl IntoIterator<Item = &'n str>, width: usize) -> Vec<String> {
        let whole: Vec<String> = names.into_iter().map(|name| self.plain(name)).collect();
        // what tells names apart may stand anywhere: the middle goes first, then what is before or behind it
        for head in [4, 2, 6, 1, 7, 0, 8] {
            let short: Vec<String> = whole.iter().map(|name| self.cut(name, width, head)).collect();
            let looks_alike = |(row, text): (usize, &String)| {
                *text != whole[row] && (0..short.len()).any(|other| whole[other] != whole[row] && short[other] == *text)
            };
            if !short.iter().enumerate().any(looks_alike) {
                return short;
            }
        }
        if let Some(short) = self.around_the_difference(&whole, width) {
            return short;
        }
        let numbered = whole.iter().enumerate().map(|(row, name)| {
            if width_of(name) <= width {
                return name.clone();
            }
            let number = format!("#{}", row + 1);
            self.cut(name, width.saturating_sub(number.len()), 8) + &number
        });
        numbered.collect()
    }

    /// Long names with what tells them apart, and as much of what they share before and behind it as fits.
    fn around_the_difference(&self, whole: &[String], width: usize) -> Option<Vec<String>> {
        let long: Vec<&String> = whole.iter().filter(|name| width_of(name) > width).collect();
        let (first, rest) = long.split_first()?;
        let same = |(a, b): &(char, char)| a == b;
        let before = |other: &str| first.chars().zip(other.chars()).take_while(same).count();
        let behind = |other: &str| first.chars().rev().zip(other.chars().rev()).take_while(same).count();
        let shortest = long.iter().map(|name| name.chars().count()).min()?;
        let before = rest.iter().map(|other| before(other)).min()?;
        let behind = rest.iter().map(|other| behind(other)).min()?.min(shortest - before);
        let short = |name: &String| {
            let count = name.chars().count();
            if width_of(name) <= width {
                return Some(name.clone());
            }
            let middle: String = name.chars().skip(before).take(count - before - behind).collect();
            let room = width.checked_sub(width_of(&middle) + 2 * width_of(self.gap()))?;
            let head = fitting(name.chars().take(before), room / 2);
            let tail = fitting(name.chars().rev().take(behind), room - room / 2).chars().rev().collect::<String>();
            Some(format!("{head}{gap}{middle}{gap}{tail}", gap = self.gap()))
        };
        whole.iter().map(short).collect()
    }

    /// One name in at most `width` columns.
    pub(super) fn name(&self, name: &str, width: usize) -> String {
        self.cut(&self.plain(name), width, 4)
    }

    /// Keeps `head` eighths of the room for the beginning of a text that is too long, the rest for its end.
    fn cut(&self, text: &str, width: usize, head: usize) -> String {
        if width_of(text) <= width {
            return text.to_owned();
        }
        let room = width.saturating_sub(width_of(self.gap()));
        let first = fitting(text.chars(), room * head / 8);
        let last: String = fitting(text.chars().rev(), room - width_of(&first)).chars().rev().collect();
        format!("{first}{}{last}", self.gap())
    }

    /// A sentence over as many lines as it needs, after a label in its first line; the others are indented by
    /// `indent`. A word that is longer than a line stays whole, so that it can be copied, but for words of hundreds of
    /// letters, which are nobody's.
    pub(super) fn wrapped(&self, text: &mut String, label: &str, sentence: &str, indent: usize) {
        let bounded = sentence.split(' ').map(|word| self.cut(word, LONGEST_WORD, 4)).collect::<Vec<_>>().join(" ");
        let sentence = self.keep_to_ascii(bounded);
        let mut line = label.to_owned();
        let mut used = width_of(&without_paint(label));
        let mut is_first = true;
        for word in sentence.split(' ') {
            let needed = width_of(word) + usize::from(!is_first);
            if !is_first && used + needed > self.width {
                text.push_str(line.trim_end());
                text.push('\n');
                line = " ".repeat(indent);
                used = indent;
                is_first = true;
            }
            if !is_first {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += width_of(word);
            is_first = false;
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// As many characters as fit into so many columns.
fn fitting(characters: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    characters.take_while(fits).collect()
}

/// Columns that a text takes on a terminal.
pub(super) fn width_of(text: &str) -> usize {
    text.width()
}

/// The text without its colours.
fn without_paint(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    out + rest
}

/// `1 task`, `1,024 tasks`: a count with its noun, which takes an `s`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", super::numbers::grouped(count), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASCII: Screen = Screen { width: 80, color: false, ascii: true };

    #[test]
    fn long_names_lose_their_middle() {
        let screen = Screen::default();
        assert_eq!(screen.name("azure-binpack-memory", 20), "azure-binpack-memory");
        assert_eq!(screen.name("azure-binpack-memory", 11), "azure…emory"); // 1 for the gap, 5 of 10 at each end
        assert_eq!(ASCII.name("azure-binpack-memory", 11), "azur..emory"); // 2 for the gap, 4 of 9 before, 5 behind
        // each takes two columns: of 6 beside the gap 3 are for the beginning, which takes 2, and 4 are left
        assert_eq!(screen.name("名前名前名前", 7), "名…名前");
        assert_eq!(width_of(&screen.name("名前名前名前", 9)), 9);
    }

    #[test]
    fn names_that_differ_look_different() {
        let screen = Screen::default();
        // the middle tells them apart: half and half would show both as `service…backend`
        let short = screen.names(["service-a-of-the-backend", "service-b-of-the-backend"], 15);
        assert_eq!(short.len(), 2);
        assert_ne!(short[0], short[1]);
        assert!(short.iter().all(|name| width_of(name) <= 15), "{short:?}");
        let same_ends = |middle: &str| format!("{}{middle}{}", "x".repeat(40), "y".repeat(40));
        let names = [same_ends("1"), same_ends("2"), "z".to_owned()];
        // 12 columns: two gaps, one that differs, 4 before and 5 behind
        let short = screen.names(names.iter().map(String::as_str), 12);
        assert_eq!(short, ["xxxx…1…yyyyy", "xxxx…2…yyyyy", "z"]);
        // what differs is itself too long: numbers
        let names = [same_ends(&"a".repeat(20)), same_ends(&"b".repeat(20))];
        let short = screen.names(names.iter().map(String::as_str), 12);
        assert_eq!(short, ["xxxxxxxxx…#1", "xxxxxxxxx…#2"]);
    }

    #[test]
    fn harmful_and_foreign_characters_are_written_out() {
        assert_eq!(Screen::default().plain("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\n");
        assert_eq!(ASCII.plain("é±…"), "\\u{e9}+-..");
    }

    #[test]
    fn sentences_are_wrapped() {
        let mut text = String::new();
        Screen::new(40, false, false).wrapped(&mut text, "  - ", "word ".repeat(12).trim_end(), 4);
        // 4 + 7 x 5 - 1 = 38 columns, an eighth word would end in column 43
        assert_eq!(text, format!("  - {}\n    {}\n", ["word"; 7].join(" "), ["word"; 5].join(" ")));
        assert_eq!(without_paint("\u{1b}[1;31mFAIL\u{1b}[0m x"), "FAIL x");
        assert_eq!((counted(1, "task"), counted(2000, "task")), ("1 task".to_owned(), "2,000 tasks".to_owned()));
    }
}
