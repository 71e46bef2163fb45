//! Text: made harmless, measured, shortened, and turned into pixels.
//!
//! Both pictures are laid out with the widths of the bundled font, so that they agree; an SVG
//! viewer that lacks it falls back on fonts of about the same width.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, Glyph, PxScale, ScaleFont, point};

/// The fonts an SVG asks for, the bundled one first.
pub(super) const FAMILY: &str = "Longshore Sans, DejaVu Sans, Verdana, sans-serif";

/// Longer texts are cut before they are measured: nothing this long would fit anywhere.
const MAX_CHARS: usize = 400;

static FONT: LazyLock<FontRef<'static>> = LazyLock::new(|| {
    FontRef::try_from_slice(include_bytes!("font/LongshoreSans.ttf")).expect("the bundled font can be read")
});

/// One line of drawable characters, whatever was given.
///
/// Line breaks and control characters become spaces, and what the font lacks (emoji, and the
/// marks that turn the direction of writing) a box: so both pictures show the same.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::new();
    let mut long = false;
    for (n, c) in text.chars().enumerate() {
        if n == MAX_CHARS {
            long = true;
            break;
        }
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if FONT.glyph_id(c).0 == 0 {
            out.push('\u{25A1}');
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    if long {
        out.push('…');
    }
    out
}

/// The scale at which one em is `em` pixels; the library counts in line heights instead.
fn scale(em: i32) -> PxScale {
    let units = FONT.units_per_em().unwrap_or(2048.0);
    PxScale::from(to_f32(em) * FONT.height_unscaled() / units)
}

#[expect(clippy::cast_precision_loss, reason = "pixels are far below 2^24")]
fn to_f32(px: i32) -> f32 {
    px as f32
}

#[expect(clippy::cast_possible_truncation, reason = "rounded; `as` saturates")]
fn to_i32(px: f32) -> i32 {
    px as i32
}

/// The width of a cleaned text in pixels, rounded up.
pub(super) fn width(text: &str, em: i32) -> i32 {
    let font = FONT.as_scaled(scale(em));
    let sum: f32 = text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum();
    to_i32(sum.ceil())
}

/// The text, or as much of its beginning as fits with an ellipsis.
pub(super) fn fit(text: &str, em: i32, room: i32) -> String {
    if width(text, em) <= room {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let short: String = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        if width(&short, em) <= room {
            return short;
        }
    }
    String::new()
}

/// The text, or as much of its beginning and its end as fits with an ellipsis between.
pub(super) fn fit_both_ends(text: &str, em: i32, room: i32) -> String {
    if width(text, em) <= room {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    for kept in (1..chars.len()).rev() {
        let (head, tail) = (kept.div_ceil(2), chars.len() - kept / 2);
        let mut short: String = chars[..head].iter().collect();
        short.push('…');
        short.extend(&chars[tail..]);
        if width(&short, em) <= room {
            return short;
        }
    }
    String::new()
}

/// The text in at most `lines` lines, broken between words; the last is shortened to fit.
pub(super) fn wrap(text: &str, em: i32, room: i32, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && out.len() < lines {
        if out.len() + 1 == lines || width(rest, em) <= room {
            out.push(fit(rest, em, room));
            break;
        }
        // The last space before which everything fits; a word too long for a line is cut.
        let end = rest.match_indices(' ').map(|(at, _)| at).take_while(|&at| width(&rest[..at], em) <= room).last();
        let Some(end) = end else {
            out.push(fit(rest, em, room));
            break;
        };
        out.push(rest[..end].to_owned());
        rest = &rest[end + 1..];
    }
    out
}

/// Calls `dot(x, y, coverage)` for every pixel the text touches, from (x, baseline).
pub(super) fn raster(text: &str, em: i32, at: (i32, i32), mut dot: impl FnMut(i32, i32, f32)) {
    let scale = scale(em);
    let font = FONT.as_scaled(scale);
    let mut x = to_f32(at.0);
    for c in text.chars() {
        let id = font.glyph_id(c);
        let glyph: Glyph = id.with_scale_and_position(scale, point(x, to_f32(at.1)));
        if let Some(outline) = font.outline_glyph(glyph) {
            let corner = outline.px_bounds().min;
            let (left, top) = (to_i32(corner.x), to_i32(corner.y));
            outline.draw(|dx, dy, coverage| {
                let (dx, dy) = (dx.cast_signed(), dy.cast_signed());
                dot(left + dx, top + dy, coverage.clamp(0.0, 1.0));
            });
        }
        x += font.h_advance(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_leaves_one_line_of_drawable_characters() {
        assert_eq!(clean(" a\n\tb\u{0}\u{7}c \r\n"), "a b c");
        assert_eq!(clean("ok 🚀 \u{202E}evil"), "ok □ □evil");
        assert_eq!(clean("Größe → 5 ≤ 6…"), "Größe → 5 ≤ 6…");
        assert_eq!(clean(&"x".repeat(10_000)).chars().count(), MAX_CHARS + 1);
        assert_eq!(clean(&" ".repeat(10_000)), "…");
    }

    #[test]
    fn fitting_never_exceeds_its_room() {
        for room in [0, 5, 20, 100, 400] {
            assert!(width(&fit("a service with a long name", 30, room), 30) <= room);
        }
        assert_eq!(fit("short", 30, 400), "short");
        let both = fit_both_ends("payments-worker-eu-central-1-b", 30, 300);
        assert!(width(&both, 30) <= 300, "{both}");
        assert!(both.starts_with("payments") && both.ends_with("1-b"), "{both}");
    }

    #[test]
    fn wrapping_breaks_between_words_and_shortens_the_last_line() {
        let lines = wrap("one two three four five six seven", 30, 150, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert!(lines.iter().all(|line| width(line, 30) <= 150));
        assert_eq!(wrap("", 30, 150, 2), Vec::<String>::new());
        assert_eq!(wrap(&"w".repeat(300), 30, 150, 2).len(), 1);
    }
}
