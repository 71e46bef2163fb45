//! Where everything of a chart goes, before anything is drawn: all in pixels of the 2x drawing.

use super::axis::Axis;
use super::font;
use super::model::{Chart, ChartError, EventKind, Kind, MAX_SERIES, Panel, Series, Size, Step};
use super::palette::{Look, look};
use super::reduce::tidy;
use std::collections::BTreeMap;

/// Between the edge of the picture and anything on it.
pub(super) const EDGE: i32 = 40;
pub(super) const TITLE_EM: i32 = 44;
pub(super) const SUBTITLE_EM: i32 = 32;
/// All else; 10 CSS pixels when the picture is shown at 800.
pub(super) const EM: i32 = 30;
pub(super) const LINE: i32 = 42;
/// A piece of line before a name in the legend.
pub(super) const SWATCH: i32 = 76;
pub(super) const GAP: i32 = 14;
/// Room of the sign of an event in the legend.
pub(super) const EVENT_WIDTH: i32 = 16;

const BETWEEN_ENTRIES: i32 = 40;
/// Above each panel.
const PANEL_GAP: i32 = 26;
/// Two rows of labels under the lowest panel, and the name of the axis.
const FOOT: i32 = 3 * LINE + 24;
const LEAST_HEIGHT: i32 = 120;
const LEAST_WIDTH: i32 = 300;
const LIMIT_ROOM: i32 = 340;
/// A limit this many times beyond the data would press it flat, and is named instead of drawn.
const FAR: f64 = 3.0;

/// A line of text with its place (left end, baseline).
pub(super) struct Words {
    pub(super) at: (i32, i32),
    pub(super) em: i32,
    pub(super) text: String,
}

/// The room between the axes of one panel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
}

/// An entry of a legend: a swatch (unless it is mere text) and a name after it.
pub(super) struct Entry {
    pub(super) swatch: Swatch,
    pub(super) words: Words,
}

/// What stands before the name in a legend.
#[derive(Clone, Copy)]
pub(super) enum Swatch {
    Nothing,
    Of(Look, Kind),
    Event(EventKind),
}

impl Swatch {
    pub(super) fn width(self) -> i32 {
        match self {
            Self::Nothing => 0,
            Self::Of(..) => SWATCH + GAP,
            Self::Event(_) => EVENT_WIDTH + GAP,
        }
    }
}

/// A series with the steps that can be drawn.
pub(super) struct Track {
    pub(super) look: Look,
    pub(super) kind: Kind,
    /// Whether it lies on another one: where it has no thickness it is not drawn.
    pub(super) lifted: bool,
    pub(super) steps: Vec<Step>,
}

/// A limit; one without a line lies beyond the axis.
pub(super) struct Mark {
    pub(super) label: String,
    pub(super) value: f64,
    pub(super) beyond: bool,
}

pub(super) struct Plan {
    pub(super) words: Vec<Words>,
    pub(super) span_ms: u64,
    pub(super) panels: Vec<PanelPlan>,
    pub(super) width: i32,
}

pub(super) struct PanelPlan {
    pub(super) frame: Frame,
    pub(super) axis: Axis,
    pub(super) label: Words,
    pub(super) legend: Vec<Entry>,
    pub(super) tracks: Vec<Track>,
    pub(super) marks: Vec<Mark>,
}

impl PanelPlan {
    pub(super) fn empty(&self) -> bool {
        self.tracks.iter().all(|track| track.steps.is_empty())
    }

    /// The row of pixels at which a value lies.
    #[expect(clippy::cast_possible_truncation, reason = "a share of the height")]
    pub(super) fn y(&self, value: f64) -> i32 {
        let height = f64::from(self.frame.bottom - self.frame.top);
        self.frame.bottom - (self.axis.share(value) * height).round() as i32
    }
}

/// Places everything, or finds that there is not enough room.
pub(super) fn plan(chart: &Chart, size: Size) -> Result<Plan, ChartError> {
    let width = size.width.cast_signed() * 2;
    let height = size.height.cast_signed() * 2;
    let (words, top) = heading(&chart.title, &chart.subtitle, width);
    let span_ms = span(chart);
    let nothing = [Panel::default()];
    let panels = if chart.panels.is_empty() { &nothing[..] } else { &chart.panels[..] };
    // Legends first: how many rows they take decides how high the frames are.
    let signs = |place: usize| EventKind::ALL.into_iter().filter(move |kind| place == 0 && has(chart, *kind));
    let heads: Vec<Head> = panels.iter().enumerate().map(|(place, panel)| head(panel, signs(place), width)).collect();
    let rows: i32 = heads.iter().map(|head| head.height + PANEL_GAP).sum();
    let count = i32::try_from(panels.len()).unwrap_or(i32::MAX);
    let frame_height = (height - top - rows - FOOT - EDGE / 2) / count.max(1);
    if frame_height < LEAST_HEIGHT {
        return Err(ChartError::TooSmall(size));
    }
    let mut plans = Vec::new();
    let mut y = top;
    for (panel, mut head) in panels.iter().zip(heads) {
        y += PANEL_GAP;
        head.shift(y);
        y += head.height;
        let (from, to) = (y, y + frame_height);
        plans.push(panel_plan(panel, head, span_ms, (from, to)));
        y = to;
    }
    share_sides(&mut plans, width);
    let narrow = |panel: &PanelPlan| panel.frame.right - panel.frame.left < LEAST_WIDTH;
    if plans.iter().any(narrow) {
        return Err(ChartError::TooSmall(size));
    }
    Ok(Plan { words, span_ms, panels: plans, width })
}

/// Title and subtitle, two lines each at most, and where they end.
pub(super) fn heading(title: &str, subtitle: &str, width: i32) -> (Vec<Words>, i32) {
    let mut words = Vec::new();
    let mut y = EDGE / 2;
    for (text, em) in [(title, TITLE_EM), (subtitle, SUBTITLE_EM)] {
        for text in font::wrap(&font::clean(text), em, width - 2 * EDGE, 2) {
            y += em * 4 / 3;
            words.push(Words { at: (EDGE, y), em, text });
        }
    }
    (words, y + 10)
}

fn has(chart: &Chart, kind: EventKind) -> bool {
    chart.events.iter().any(|event| event.kind == kind)
}

fn span(chart: &Chart) -> u64 {
    if chart.span_ms > 0 {
        return chart.span_ms;
    }
    let series = chart.panels.iter().flat_map(|panel| &panel.series);
    series.flat_map(|series| &series.steps).map(|step| step.to_ms).max().unwrap_or(0)
}

/// The rows above a frame: what the axis shows, and the legend.
struct Head {
    label: Words,
    legend: Vec<Entry>,
    height: i32,
}

impl Head {
    fn shift(&mut self, by: i32) {
        self.label.at.1 += by;
        for entry in &mut self.legend {
            entry.words.at.1 += by;
        }
    }
}

fn head(panel: &Panel, signs: impl Iterator<Item = EventKind>, width: i32) -> Head {
    let room = width - 2 * EDGE;
    let text = font::fit(&font::clean(&panel.y_label), EM, room / 2);
    let mut x = EDGE;
    if !text.is_empty() {
        x += font::width(&text, EM) + BETWEEN_ENTRIES;
    }
    let label = Words { at: (EDGE, EM), em: EM, text };
    let mut baseline = EM;
    let mut legend = Vec::new();
    let signs = signs.map(|kind| (Swatch::Event(kind), kind.words().to_owned()));
    for (swatch, text) in entries(panel, room).into_iter().chain(signs) {
        let end = x + swatch.width() + font::width(&text, EM);
        if end > width - EDGE && x > EDGE {
            x = EDGE;
            baseline += LINE;
        }
        let words = Words { at: (x + swatch.width(), baseline), em: EM, text };
        x += swatch.width() + font::width(&words.text, EM) + BETWEEN_ENTRIES;
        legend.push(Entry { swatch, words });
    }
    Head { label, legend, height: baseline + 36 }
}

/// The sign and text of each series in the legend.
fn entries(panel: &Panel, room: i32) -> Vec<(Swatch, String)> {
    let mut out = Vec::new();
    for (index, series) in panel.series.iter().take(MAX_SERIES).enumerate() {
        // Three to a row; names that begin alike are told apart by their ends.
        let name_room = (room - 2 * BETWEEN_ENTRIES) / 3 - SWATCH - GAP;
        let text = font::fit_both_ends(&font::clean(&series.label), EM, name_room);
        let alone = panel.series.len() == 1 && text.is_empty();
        if !alone {
            out.push((Swatch::Of(look(series.look.unwrap_or(index)), series.kind), text));
        }
    }
    if panel.series.len() > MAX_SERIES {
        let more = panel.series.len() - MAX_SERIES;
        out.push((Swatch::Nothing, format!("… and {more} more, not shown")));
    }
    let banded = |kind| panel.series.iter().any(|series| series.kind == kind);
    if banded(Kind::Band) {
        out.push((Swatch::Nothing, "(line: mean, shade: least to greatest)".to_owned()));
    }
    out
}

fn panel_plan(panel: &Panel, head: Head, span_ms: u64, (top, bottom): (i32, i32)) -> PanelPlan {
    let tracks = tracks(panel, span_ms);
    let (low, high) = extremes(&tracks);
    let marks = marks(panel, high);
    let seen = marks.iter().filter(|mark| !mark.beyond);
    let low = seen.clone().map(|mark| mark.value).fold(low, f64::min);
    let high = seen.map(|mark| mark.value).fold(high, f64::max);
    let parts = ((bottom - top) / 85).clamp(2, 6);
    PanelPlan {
        frame: Frame { left: EDGE, right: EDGE, top, bottom },
        axis: Axis::new(low, high, parts, panel.scale),
        label: head.label,
        legend: head.legend,
        tracks,
        marks,
    }
}

fn tracks(panel: &Panel, span_ms: u64) -> Vec<Track> {
    let mut stack = Stack::default();
    let track = |(index, series): (usize, &Series)| {
        let mut steps = tidy(&series.steps, span_ms);
        let lifted = series.kind == Kind::Stack && stack.lift(&mut steps);
        Track { look: look(series.look.unwrap_or(index)), kind: series.kind, lifted, steps }
    };
    panel.series.iter().take(MAX_SERIES).enumerate().map(track).collect()
}

/// How high a stack is, by the beginning of a step: stacked series have the same steps.
#[derive(Default)]
struct Stack {
    tops: BTreeMap<u64, f64>,
    layers: usize,
}

impl Stack {
    /// Puts a series on the stack; whether there was one already.
    fn lift(&mut self, steps: &mut [Step]) -> bool {
        for step in steps {
            let top = self.tops.entry(step.from_ms).or_insert(0.0);
            let base = *top;
            *top += step.mean.max(0.0);
            (step.min, step.mean, step.max) = (base, *top, *top);
        }
        self.layers += 1;
        self.layers > 1
    }
}

fn extremes(tracks: &[Track]) -> (f64, f64) {
    let mut range = (0.0_f64, 0.0_f64);
    for track in tracks {
        for step in &track.steps {
            let (low, high) = match track.kind {
                Kind::Band => (step.min, step.max),
                Kind::Hatch => (step.min, step.mean),
                Kind::Line | Kind::Area | Kind::Stack => (step.mean, step.mean),
            };
            range = (range.0.min(low), range.1.max(high));
        }
    }
    range
}

fn marks(panel: &Panel, high: f64) -> Vec<Mark> {
    panel
        .limits
        .iter()
        .filter(|limit| super::axis::drawable(limit.value))
        .map(|limit| {
            let beyond = high > 0.0 && limit.value > high * FAR && !fits_percent(panel, limit.value);
            let label = font::clean(&limit.label);
            let label = if beyond { format!("▲ {label}") } else { label };
            Mark { label: font::fit(&label, EM, LIMIT_ROOM), value: limit.value, beyond }
        })
        .collect()
}

/// The axis of percentages reaches 100 in any case.
fn fits_percent(panel: &Panel, value: f64) -> bool {
    panel.scale == super::model::Scale::Percent && value <= 100.0
}

/// All panels get the same sides, as they share the time axis.
fn share_sides(plans: &mut [PanelPlan], width: i32) {
    let ticks = plans.iter().flat_map(|plan| &plan.axis.ticks);
    let widest = ticks.map(|(_, label)| font::width(label, EM)).max();
    let marks = plans.iter().flat_map(|plan| &plan.marks);
    let beside = marks.map(|mark| font::width(&mark.label, EM) + GAP).max();
    for plan in plans {
        plan.frame.left = EDGE + widest.unwrap_or(0) + GAP;
        plan.frame.right = width - EDGE - beside.unwrap_or(0).max(GAP);
    }
}
