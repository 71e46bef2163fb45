//! A heat map: rows of cells over time, the darker the fuller.

use super::draw::{MIDDLE, time_axis};
use super::font;
use super::layout::{EDGE, EM, Frame, GAP, LINE, heading};
use super::model::{ChartError, Size};
use super::palette::{AXIS, INK, PAPER, SOFT_INK, heat};
use super::reduce::place;
use super::surface::{Area, Surface};
use super::time::ticks;

/// A heat map, as plain data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heat {
    /// The finding, in words.
    pub title: String,
    /// What was run, and what a cell stands for.
    pub subtitle: String,
    /// The wall clock at simulated time zero, in seconds since 1970 (UTC).
    pub start_unix_s: i64,
    /// How much simulated time the axis covers.
    pub span_ms: u64,
    /// What the rows are.
    pub y_label: String,
    /// What the colours mean; the scale is from 0 to 100 per cent.
    pub scale_label: String,
    /// What a cell without a value means.
    pub blank_label: String,
    /// Width of a column.
    pub column_ms: u64,
    /// From top to bottom.
    pub rows: Vec<HeatRow>,
}

/// A row of a heat map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeatRow {
    /// Beside the row, where there is room.
    pub label: String,
    /// Column by column, in per cent; `None` is left blank.
    pub cells: Vec<Option<f64>>,
}

/// Steps of colour, 5 % each.
const LEVELS: u8 = 21;
/// Least height of a row.
const LEAST_ROW: i32 = 2;
/// Widest label of a row.
const LABEL_ROOM: i32 = 300;
/// One step of the colour scale above the map.
const STEP: i32 = 14;

type Done = Result<(), ChartError>;

impl Heat {
    /// A size that leaves each row room: 1200 wide, and from 320 to 700 high.
    pub fn size(&self) -> Size {
        let rows = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        Size { width: 1200, height: rows.saturating_mul(26).saturating_add(250).clamp(320, 700) }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a level, within its bounds")]
fn level(percent: f64) -> u8 {
    (percent.clamp(0.0, 100.0) / 5.0).round() as u8
}

/// Draws the map: the one function behind both kinds of picture.
pub(super) fn draw(map: &Heat, size: Size, on: &mut impl Surface) -> Done {
    let (width, height) = (size.width.cast_signed() * 2, size.height.cast_signed() * 2);
    on.rect((0, 0), (width, height), PAPER)?;
    let (words, top) = heading(&map.title, &map.subtitle, width);
    for (n, line) in words.iter().enumerate() {
        on.text(line.at, line.em, if n == 0 || line.em > EM + 4 { INK } else { SOFT_INK }, &line.text)?;
    }
    let labels: Vec<String> = map.rows.iter().map(|row| font::fit(&font::clean(&row.label), EM, LABEL_ROOM)).collect();
    let beside = labels.iter().map(|label| font::width(label, EM)).max().unwrap_or(0);
    let frame = Frame {
        left: EDGE + beside + GAP,
        right: width - EDGE - GAP,
        top: top + 2 * LINE + 28,
        bottom: height - 3 * LINE - 24 - EDGE / 2,
    };
    let rows = i32::try_from(map.rows.len()).unwrap_or(i32::MAX);
    if frame.bottom - frame.top < rows.max(40).saturating_mul(LEAST_ROW) || frame.right - frame.left < 300 {
        return Err(ChartError::TooSmall(size));
    }
    head(on, map, top + EM + 16, width)?;
    cells(on, map, frame)?;
    row_labels(on, &labels, frame)?;
    on.rect((frame.left - 3, frame.top), (frame.left - 1, frame.bottom + 2), AXIS)?;
    on.rect((frame.left - 3, frame.bottom), (frame.right, frame.bottom + 2), AXIS)?;
    if map.rows.is_empty() {
        let text = "no data";
        let x = i32::midpoint(frame.left, frame.right) - font::width(text, EM) / 2;
        on.text((x, i32::midpoint(frame.top, frame.bottom) + MIDDLE), EM, SOFT_INK, text)?;
    }
    let ticks =
        if map.span_ms > 0 { ticks(map.start_unix_s, map.span_ms, frame.right - frame.left) } else { Vec::new() };
    time_axis(on, frame, width, map.span_ms, &ticks)
}

/// What rows are, and below it the scale of colours.
fn head(on: &mut impl Surface, map: &Heat, baseline: i32, width: i32) -> Done {
    let room = width - 2 * EDGE;
    let mut x = EDGE;
    let label = font::fit(&font::clean(&map.y_label), EM, room);
    on.text((x, baseline), EM, INK, &label)?;
    let baseline = baseline + LINE;
    let (above, below) = (baseline - EM * 3 / 4, baseline + 2);
    on.text((x, baseline), EM, SOFT_INK, "0%")?;
    x += font::width("0%", EM) + GAP;
    for level in 0..LEVELS {
        on.rect((x, above), (x + STEP, below), heat(level, LEVELS))?;
        x += STEP;
    }
    x += GAP;
    let scale = font::fit(&format!("100%  {}", font::clean(&map.scale_label)), EM, room / 2);
    on.text((x, baseline), EM, SOFT_INK, &scale)?;
    x += font::width(&scale, EM) + 3 * GAP;
    // an empty box, so that white is seen to be a meaning
    let box_right = x + 2 * STEP;
    on.rect((x, above), (box_right, below), AXIS)?;
    on.rect((x + 2, above + 2), (box_right - 2, below - 2), PAPER)?;
    let blank = font::fit(&font::clean(&map.blank_label), EM, (width - EDGE - box_right - GAP).max(0));
    on.text((box_right + GAP, baseline), EM, SOFT_INK, &blank)
}

fn row_edge(frame: Frame, row: usize, rows: usize) -> i32 {
    let height = i64::from(frame.bottom - frame.top);
    let rows = i64::try_from(rows.max(1)).unwrap_or(i64::MAX);
    let offset = height * i64::try_from(row).unwrap_or(i64::MAX).min(rows) / rows;
    frame.top + i32::try_from(offset).unwrap_or(0)
}

/// Colour by colour; neighbours of one colour are one area.
fn cells(on: &mut impl Surface, map: &Heat, frame: Frame) -> Done {
    let mut areas: Vec<Vec<Area>> = vec![Vec::new(); usize::from(LEVELS)];
    let count = map.rows.len();
    // a hairline between rows, where they are high enough to spare it
    let line = if row_edge(frame, 1, count) - frame.top >= 18 { 2 } else { 0 };
    for (number, row) in map.rows.iter().enumerate() {
        let (top, bottom) = (row_edge(frame, number, count), row_edge(frame, number + 1, count));
        let bottom = bottom - line;
        let mut open: Option<(u8, i32, i32)> = None;
        let levels = row.cells.iter().map(|cell| cell.filter(|value| value.is_finite()).map(level));
        for (column, level) in (0_u64..).zip(levels.chain([None])) {
            let at = |column: u64| place(column.saturating_mul(map.column_ms), map.span_ms, frame.left, frame.right);
            let (from, to) = (at(column), at(column + 1));
            match (&mut open, level) {
                (Some((same, _, right)), Some(level)) if *same == level => *right = to,
                _ => {
                    if let Some((level, left, right)) = open.take() {
                        areas[usize::from(level)].push((left, top, right, bottom));
                    }
                    open = level.map(|level| (level, from, to));
                }
            }
        }
    }
    for (level, areas) in (0..LEVELS).zip(&areas) {
        on.areas(areas, heat(level, LEVELS))?;
    }
    Ok(())
}

/// As many as have room, the first among them.
fn row_labels(on: &mut impl Surface, labels: &[String], frame: Frame) -> Done {
    let mut free = frame.top - EM;
    for (row, label) in labels.iter().enumerate() {
        let (top, bottom) = (row_edge(frame, row, labels.len()), row_edge(frame, row + 1, labels.len()));
        let baseline = i32::midpoint(top, bottom) + MIDDLE;
        if baseline - EM < free {
            continue;
        }
        free = baseline + 6;
        on.text((frame.left - GAP - font::width(label, EM), baseline), EM, SOFT_INK, label)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_five_per_cent_each() {
        for (percent, expected) in [(0.0, 0), (2.4, 0), (2.6, 1), (50.0, 10), (97.6, 20), (100.0, 20), (300.0, 20)] {
            assert_eq!(level(percent), expected, "{percent}");
        }
    }

    #[test]
    fn rows_share_the_height_without_a_gap() {
        let frame = Frame { left: 0, right: 10, top: 100, bottom: 203 };
        let edges: Vec<i32> = (0..=4).map(|row| row_edge(frame, row, 4)).collect();
        assert_eq!(edges, [100, 125, 151, 177, 203]);
    }
}
