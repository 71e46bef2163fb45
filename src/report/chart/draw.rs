//! Draws a planned chart on a surface.

use super::font;
use super::layout::{EDGE, EM, EVENT_WIDTH, Entry, Frame, GAP, LINE, PanelPlan, SWATCH, Swatch, Track, Words, plan};
use super::model::{Chart, ChartError, Event, EventKind, Kind, Size};
use super::palette::{AXIS, FAILURE, GRID, INK, LIMIT, LIMIT_DASH, Look, PAPER, Rgb, SHADE, SOFT_INK, STACK_SHADE};
use super::reduce::{Column, Piece, pieces, place, runs, strokes};
use super::surface::{Area, Surface};
use super::time::{Tick, ticks};

/// Two CSS pixels.
const STROKE: u32 = 4;
const HAIRLINE: i32 = 2;
/// What is narrower than this is filled instead of hatched, and as wide as that at least.
const NARROW: i32 = 36;
const LEAST_SEEN: i32 = 6;
/// Of a tick along the top.
const EVENT_HEIGHT: i32 = 20;
/// From a baseline up to the middle of small letters and digits.
pub(super) const MIDDLE: i32 = EM * 4 / 11;

type Done = Result<(), ChartError>;

/// Draws the chart: the one function behind both kinds of picture.
pub(super) fn draw(chart: &Chart, size: Size, on: &mut impl Surface) -> Done {
    let plan = plan(chart, size)?;
    let height = size.height.cast_signed() * 2;
    on.rect((0, 0), (plan.width, height), PAPER)?;
    for (n, words) in plan.words.iter().enumerate() {
        let ink = if n == 0 || words.em > EM + 4 { INK } else { SOFT_INK };
        write(on, words, ink)?;
    }
    let ticks = if plan.span_ms > 0 {
        let frame = plan.panels[0].frame;
        ticks(chart.start_unix_s, plan.span_ms, frame.right - frame.left)
    } else {
        Vec::new()
    };
    for panel in &plan.panels {
        grid(on, panel, &ticks, plan.span_ms)?;
        head(on, panel)?;
        shades(on, panel, plan.span_ms)?;
        limit_lines(on, panel)?;
        lines(on, panel, plan.span_ms)?;
        hatches(on, panel, plan.span_ms)?;
        limit_labels(on, panel)?;
        if panel.empty() {
            no_data(on, panel.frame)?;
        }
    }
    if let Some(panel) = plan.panels.first() {
        events(on, panel.frame, plan.span_ms, &chart.events)?;
    }
    match plan.panels.last() {
        Some(panel) => time_axis(on, panel.frame, plan.width, plan.span_ms, &ticks),
        None => Ok(()),
    }
}

fn write(on: &mut impl Surface, words: &Words, ink: Rgb) -> Done {
    if words.text.is_empty() {
        return Ok(());
    }
    on.text(words.at, words.em, ink, &words.text)
}

fn grid(on: &mut impl Surface, panel: &PanelPlan, ticks: &[Tick], span_ms: u64) -> Done {
    let Frame { left, right, top, bottom } = panel.frame;
    for tick in ticks {
        let x = place(tick.ms, span_ms, left, right);
        on.rect((x - 1, top), (x - 1 + HAIRLINE, bottom), GRID)?;
    }
    // Without data there is nothing to measure, and numbers beside the axis would pretend it.
    if !panel.empty() {
        for (value, label) in &panel.axis.ticks {
            let y = panel.y(*value);
            if *value > panel.axis.high {
                continue;
            }
            on.rect((left, y - 1), (right, y - 1 + HAIRLINE), GRID)?;
            let x = left - GAP - font::width(label, EM);
            on.text((x, y + MIDDLE), EM, SOFT_INK, label)?;
        }
    }
    let zero = panel.y(0.0);
    on.rect((left, zero - 1), (right, zero - 1 + HAIRLINE), AXIS)
}

fn head(on: &mut impl Surface, panel: &PanelPlan) -> Done {
    write(on, &panel.label, INK)?;
    for Entry { swatch, words } in &panel.legend {
        let ink = if matches!(swatch, Swatch::Nothing) { SOFT_INK } else { INK };
        write(on, words, ink)?;
        let (right, y) = (words.at.0 - GAP, words.at.1 - MIDDLE);
        match *swatch {
            Swatch::Nothing => {}
            Swatch::Of(look, kind) => swatch_of(on, look, kind, (right - SWATCH, right), y)?,
            Swatch::Event(kind) => event(on, kind, right - EVENT_WIDTH / 2, y + EVENT_HEIGHT / 2)?,
        }
    }
    Ok(())
}

fn swatch_of(on: &mut impl Surface, look: Look, kind: Kind, (left, right): (i32, i32), y: i32) -> Done {
    match kind {
        Kind::Line => {}
        Kind::Band => on.shade(&[(left, right, y - 12, y + 12)], look.colour, SHADE)?,
        Kind::Area => on.shade(&[(left, right, y, y + 14)], look.colour, SHADE)?,
        Kind::Stack => on.shade(&[(left, right, y - 10, y + 14)], look.colour, STACK_SHADE)?,
        Kind::Hatch => return on.hatch(&[(left, right, y - 12, y + 14)], look.colour),
    }
    let y = if kind == Kind::Stack { y - 10 } else { y };
    // Dashes go by the place in the picture; a swatch has whole ones, from its left end.
    let piece = Piece { left: 0, right: whole_dashes(look.dash), y };
    for stroke in strokes(&[piece], look.dash) {
        let stroke: Vec<_> = stroke.iter().map(|&(x, y)| (left + x, y)).collect();
        on.line(&stroke, STROKE, look.colour)?;
    }
    Ok(())
}

/// Ticks along the top of the uppermost frame.
fn events(on: &mut impl Surface, frame: Frame, span_ms: u64, events: &[Event]) -> Done {
    for &Event { at_ms, kind } in events.iter().filter(|event| event.at_ms <= span_ms) {
        event(on, kind, place(at_ms, span_ms, frame.left, frame.right), frame.top - 2)?;
    }
    Ok(())
}

/// One tick, standing on `bottom`; the shape tells the kind as the colour does.
fn event(on: &mut impl Surface, kind: EventKind, x: i32, bottom: i32) -> Done {
    let top = bottom - EVENT_HEIGHT;
    match kind {
        EventKind::Operator => on.rect((x - 2, top), (x + 2, bottom), INK),
        EventKind::Failure => {
            on.rect((x - 2, top), (x + 2, bottom), FAILURE)?;
            on.rect((x - EVENT_WIDTH / 2, top), (x + EVENT_WIDTH / 2, top + 5), FAILURE)
        }
        EventKind::Little => {
            for (row, half) in (1..=EVENT_WIDTH / 2).rev().enumerate() {
                let y = top + EVENT_HEIGHT / 4 + 2 * i32::try_from(row).unwrap_or(0);
                on.rect((x - half, y), (x + half, y + 2), FAILURE)?;
            }
            Ok(())
        }
    }
}

/// How much of a swatch its dashes fill when none of them is cut.
fn whole_dashes(dash: &[i32]) -> i32 {
    let (period, gap) = (dash.iter().sum::<i32>(), dash.last().copied().unwrap_or(0));
    let periods = (SWATCH + gap).checked_div(period).unwrap_or(0);
    if periods > 0 { periods * period - gap } else { SWATCH }
}

fn shades(on: &mut impl Surface, panel: &PanelPlan, span_ms: u64) -> Done {
    let Frame { left, right, .. } = panel.frame;
    for track in panel.tracks.iter().filter(|track| !matches!(track.kind, Kind::Line | Kind::Hatch)) {
        let alpha = if track.kind == Kind::Stack { STACK_SHADE } else { SHADE };
        for run in runs(&track.steps, span_ms, left, right) {
            on.shade(&columns(panel, track.kind, &run), track.look.colour, alpha)?;
        }
    }
    Ok(())
}

/// What is shaded or hatched of a run.
fn columns(panel: &PanelPlan, kind: Kind, run: &[Column]) -> Vec<Area> {
    let bounds = |column: &Column| match kind {
        Kind::Band => (panel.y(column.max), panel.y(column.min)),
        Kind::Stack | Kind::Hatch => (panel.y(column.mean), panel.y(column.base)),
        Kind::Line | Kind::Area => {
            let (y, zero) = (panel.y(column.mean), panel.y(0.0));
            (y.min(zero), y.max(zero))
        }
    };
    let column = |column: &Column| {
        let (top, bottom) = bounds(column);
        (column.left, column.right, top, bottom)
    };
    run.iter().map(column).collect()
}

fn hatches(on: &mut impl Surface, panel: &PanelPlan, span_ms: u64) -> Done {
    let Frame { left, right, .. } = panel.frame;
    for track in panel.tracks.iter().filter(|track| track.kind == Kind::Hatch) {
        for run in runs(&track.steps, span_ms, left, right) {
            let columns = columns(panel, Kind::Hatch, &run);
            let width: i32 = columns.iter().map(|(left, right, ..)| right - left).sum();
            if width >= NARROW {
                on.hatch(&columns, track.look.colour)?;
                continue;
            }
            // no hatch would be seen, nor anything two pixels wide
            let area = |&(from, to, top, bottom): &Area| {
                let more = (LEAST_SEEN - (to - from)).max(0);
                ((from - more / 2).max(left), top, (to + more / 2).min(right), bottom)
            };
            on.areas(&columns.iter().map(area).collect::<Vec<_>>(), track.look.colour)?;
        }
    }
    Ok(())
}

/// The runs of a series that get a line: not where it adds nothing to what it lies on.
fn lined(track: &Track, span_ms: u64, left: i32, right: i32) -> Vec<Vec<Column>> {
    match track.kind {
        Kind::Hatch => Vec::new(),
        Kind::Stack if track.lifted => {
            let thick: Vec<_> = track.steps.iter().filter(|step| step.mean > step.min).copied().collect();
            runs(&thick, span_ms, left, right)
        }
        _ => runs(&track.steps, span_ms, left, right),
    }
}

/// Later series lie over earlier ones; their dashes let through what they cover.
fn lines(on: &mut impl Surface, panel: &PanelPlan, span_ms: u64) -> Done {
    let Frame { left, right, .. } = panel.frame;
    for track in &panel.tracks {
        for run in lined(track, span_ms, left, right) {
            let pieces = pieces(&run, |value| panel.y(value));
            for stroke in strokes(&pieces, track.look.dash) {
                on.line(&stroke, STROKE, track.look.colour)?;
            }
        }
    }
    Ok(())
}

fn limit_lines(on: &mut impl Surface, panel: &PanelPlan) -> Done {
    let Frame { left, right, .. } = panel.frame;
    for mark in panel.marks.iter().filter(|mark| !mark.beyond) {
        let y = panel.y(mark.value);
        for stroke in strokes(&[Piece { left, right, y }], LIMIT_DASH) {
            on.line(&stroke, STROKE, LIMIT)?;
        }
    }
    Ok(())
}

/// Beside their lines, from the top down, and pushed apart where those are close.
fn limit_labels(on: &mut impl Surface, panel: &PanelPlan) -> Done {
    let Frame { right, top, bottom, .. } = panel.frame;
    let mut places: Vec<(i32, &str)> = panel
        .marks
        .iter()
        .map(|mark| {
            let y = if mark.beyond { top + EM / 2 } else { panel.y(mark.value) };
            (y, mark.label.as_str())
        })
        .collect();
    places.sort_by_key(|&(y, _)| y);
    let step = EM + 4;
    let mut least = top;
    for place in &mut places {
        place.0 = place.0.max(least);
        least = place.0 + step;
    }
    let mut most = bottom;
    for place in places.iter_mut().rev() {
        place.0 = place.0.min(most);
        most = place.0 - step;
    }
    // More labels than there are rows: the ones that would leave the frame are not written.
    for (y, label) in places.into_iter().filter(|&(y, _)| y >= top) {
        on.text((right + GAP, y + MIDDLE), EM, LIMIT, label)?;
    }
    Ok(())
}

fn no_data(on: &mut impl Surface, frame: Frame) -> Done {
    let text = "no data";
    let middle = i32::midpoint(frame.left, frame.right);
    let x = middle - font::width(text, EM) / 2;
    let y = i32::midpoint(frame.top, frame.bottom) + MIDDLE;
    on.text((x, y), EM, SOFT_INK, text)
}

/// The labels of the time axis, under the lowest panel.
pub(super) fn time_axis(on: &mut impl Surface, frame: Frame, page: i32, span_ms: u64, ticks: &[Tick]) -> Done {
    let Frame { left, right, bottom, .. } = frame;
    let centred = |middle: i32, text: &str| {
        let width = font::width(text, EM);
        let most = page - EDGE / 2 - width;
        ((middle - width / 2).min(most).max(EDGE), width)
    };
    let mut dates: Vec<(i32, i32, &str)> = Vec::new();
    for tick in ticks {
        let x = place(tick.ms, span_ms, left, right);
        on.rect((x - 1, bottom), (x - 1 + HAIRLINE, bottom + 10), AXIS)?;
        on.text((centred(x, &tick.label).0, bottom + LINE), EM, INK, &tick.label)?;
        if let Some(text) = &tick.within {
            let (from, width) = centred(x, text);
            // The first one names what began before the chart did; a real beginning is worth more.
            if dates.last().is_some_and(|last| last.1 + GAP > from) {
                dates.pop();
            }
            dates.push((from, from + width, text));
        }
    }
    for (x, _, text) in dates {
        on.text((x, bottom + 2 * LINE - 4), EM, SOFT_INK, text)?;
    }
    let name = "simulated time (UTC)";
    let (x, _) = centred(i32::midpoint(left, right), name);
    let rows = if ticks.is_empty() { 1 } else { 3 };
    on.text((x, bottom + rows * LINE), EM, SOFT_INK, name)
}
