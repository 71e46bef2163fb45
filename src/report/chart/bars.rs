//! Horizontal bars of stacked parts: one bar for each of several things, at one moment or over all of the time.

use super::axis::{Axis, drawable};
use super::draw::MIDDLE;
use super::font;
use super::layout::{EDGE, EM, Frame, GAP, LINE, SWATCH, heading};
use super::model::{ChartError, Scale, Size};
use super::palette::{AXIS, GRID, INK, PAPER, Rgb, SOFT_INK, look};
use super::surface::{Area, Surface};

/// Bars, as plain data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bars {
    /// The finding, in words.
    pub title: String,
    /// What was run.
    pub subtitle: String,
    /// What the values are, with the unit.
    pub x_label: String,
    /// What the three parts of a bar are: solid, pale and hatched.
    pub parts: [String; 3],
    /// From top to bottom.
    pub rows: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bar {
    /// Whose it is.
    pub label: String,
    /// Lengths of its parts, from the axis on; what is not a positive number is left out.
    pub parts: [f64; 3],
    /// What stands at its end.
    pub note: String,
}

const BAR: i32 = 40;
const BETWEEN: i32 = 20;
/// Widest name of a bar, and text at its end.
const LABEL_ROOM: i32 = 460;
const NOTE_ROOM: i32 = 360;
/// How much of its colour a pale part has.
const PALE: f64 = 0.34;
/// Colours of the parts: all three are told apart by their filling too.
const LOOKS: [usize; 3] = [0, 1, 5];
const HAIRLINE: i32 = 2;

type Done = Result<(), ChartError>;

impl Bars {
    /// A size that leaves each bar its room: 1200 wide.
    pub fn size(&self) -> Size {
        let rows = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        Size { width: 1200, height: rows.saturating_mul(30).saturating_add(220).clamp(280, 700) }
    }
}

/// Draws the bars: the one function behind both kinds of picture.
pub(super) fn draw(bars: &Bars, size: Size, on: &mut impl Surface) -> Done {
    let (width, height) = (size.width.cast_signed() * 2, size.height.cast_signed() * 2);
    on.rect((0, 0), (width, height), PAPER)?;
    let (words, top) = heading(&bars.title, &bars.subtitle, width);
    for (n, line) in words.iter().enumerate() {
        on.text(line.at, line.em, if n == 0 || line.em > EM + 4 { INK } else { SOFT_INK }, &line.text)?;
    }
    let fitted = |text: &str, room| font::fit(&font::clean(text), EM, room);
    let labels: Vec<String> =
        bars.rows.iter().map(|bar| font::fit_both_ends(&font::clean(&bar.label), EM, LABEL_ROOM)).collect();
    let notes: Vec<String> = bars.rows.iter().map(|bar| fitted(&bar.note, NOTE_ROOM)).collect();
    let widest = |texts: &[String]| texts.iter().map(|text| font::width(text, EM)).max().unwrap_or(0);
    let frame = Frame {
        left: EDGE + widest(&labels) + GAP,
        right: width - EDGE - GAP - widest(&notes),
        top: top + LINE + 30,
        bottom: height - 2 * LINE - EDGE,
    };
    let rows = i32::try_from(bars.rows.len()).unwrap_or(i32::MAX);
    if frame.right - frame.left < 300 || frame.bottom - frame.top < rows.saturating_mul(BAR + BETWEEN) {
        return Err(ChartError::TooSmall(size));
    }
    legend(on, bars, top + EM + 8, width)?;
    let most = bars.rows.iter().map(|bar| lengths(bar).iter().sum::<f64>()).fold(0.0, f64::max);
    let axis = Axis::new(0.0, most, ((frame.right - frame.left) / 260).clamp(2, 8), Scale::Number);
    grid(on, bars, frame, &axis, rows)?;
    for (row, bar) in (0_i32..).zip(&bars.rows) {
        let top = frame.top + BETWEEN / 2 + row * (BAR + BETWEEN);
        let end = one(on, bar, frame, &axis, top)?;
        let (place, baseline) = (usize::try_from(row).unwrap_or(0), top + BAR / 2 + MIDDLE);
        let label = &labels[place];
        on.text((frame.left - GAP - font::width(label, EM), baseline), EM, INK, label)?;
        on.text((end + GAP, baseline), EM, SOFT_INK, &notes[place])?;
    }
    on.rect((frame.left - 1, frame.top), (frame.left - 1 + HAIRLINE, bottom(frame, rows)), AXIS)
}

/// Where the last bar ends.
fn bottom(frame: Frame, rows: i32) -> i32 {
    frame.top + rows * (BAR + BETWEEN)
}

fn lengths(bar: &Bar) -> [f64; 3] {
    bar.parts.map(|part| if drawable(part) { part.max(0.0) } else { 0.0 })
}

fn legend(on: &mut impl Surface, bars: &Bars, baseline: i32, width: i32) -> Done {
    let mut x = EDGE;
    for (part, text) in bars.parts.iter().enumerate() {
        let text = font::fit(&font::clean(text), EM, (width - 2 * EDGE) / 3 - SWATCH - 3 * GAP);
        fill(on, part, (x, baseline - EM * 3 / 4, x + SWATCH, baseline + 4))?;
        on.text((x + SWATCH + GAP, baseline), EM, INK, &text)?;
        x += SWATCH + GAP + font::width(&text, EM) + 3 * GAP;
    }
    Ok(())
}

fn grid(on: &mut impl Surface, bars: &Bars, frame: Frame, axis: &Axis, rows: i32) -> Done {
    let low = bottom(frame, rows);
    for (value, label) in axis.ticks.iter().filter(|(value, _)| *value <= axis.high) {
        let x = at(frame, axis, *value);
        on.rect((x - 1, frame.top), (x - 1 + HAIRLINE, low), GRID)?;
        on.text((x - font::width(label, EM) / 2, low + LINE), EM, SOFT_INK, label)?;
    }
    let name = font::fit(&font::clean(&bars.x_label), EM, frame.right - frame.left);
    let x = i32::midpoint(frame.left, frame.right) - font::width(&name, EM) / 2;
    on.text((x, low + 2 * LINE), EM, SOFT_INK, &name)
}

#[expect(clippy::cast_possible_truncation, reason = "a share of the width")]
fn at(frame: Frame, axis: &Axis, value: f64) -> i32 {
    frame.left + (axis.share(value) * f64::from(frame.right - frame.left)).round() as i32
}

/// Draws one bar and tells where it ends.
fn one(on: &mut impl Surface, bar: &Bar, frame: Frame, axis: &Axis, top: i32) -> Result<i32, ChartError> {
    let (mut sum, mut left) = (0.0, frame.left);
    for (part, length) in lengths(bar).into_iter().enumerate() {
        sum += length;
        let right = at(frame, axis, sum);
        if right > left {
            fill(on, part, (left, top, right, top + BAR))?;
        }
        left = right;
    }
    Ok(left)
}

/// Solid, pale with an edge, hatched with an edge.
fn fill(on: &mut impl Surface, part: usize, (left, top, right, bottom): Area) -> Done {
    let ink = look(LOOKS[part]).colour;
    match part {
        0 => on.areas(&[(left, top, right, bottom)], ink),
        1 => {
            on.shade(&[(left, right, top, bottom)], ink, PALE)?;
            edge(on, (left, top, right, bottom), ink)
        }
        _ => {
            on.hatch(&[(left, right, top, bottom)], ink)?;
            edge(on, (left, top, right, bottom), ink)
        }
    }
}

fn edge(on: &mut impl Surface, (left, top, right, bottom): Area, ink: Rgb) -> Done {
    on.rect((left, top), (right, top + HAIRLINE), ink)?;
    on.rect((left, bottom - HAIRLINE), (right, bottom), ink)?;
    on.rect((left, top), (left + HAIRLINE, bottom), ink)?;
    on.rect((right - HAIRLINE, top), (right, bottom), ink)
}

#[cfg(test)]
mod tests {
    use super::super::{bars_png, bars_svg};
    use super::*;

    /// Whatever names and values there are, it is drawn.
    #[test]
    fn as_many_as_there_are_and_whatever_they_hold() {
        for count in [0, 1, 16] {
            let parts = [f64::NAN, -3.0, 1e290];
            let bar = Bar { label: "x<&\u{1b}".repeat(80), parts, note: "$0.10".repeat(40) };
            let (title, parts) = ("a long title ".repeat(30), ["used", "not", "idle"].map(ToOwned::to_owned));
            let bars = Bars { title: title.clone(), subtitle: title, parts, rows: vec![bar; count], ..Bars::default() };
            let drawn = bars_svg(&bars, bars.size()).unwrap();
            assert!(drawn.ends_with("</svg>\n") && !drawn.contains("NaN") && !drawn.contains("x<&"), "{count}");
            assert!(!bars_png(&bars, bars.size()).unwrap().is_empty());
        }
    }
}
