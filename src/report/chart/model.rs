//! What a chart shows, as plain data. The caller fills it from recorded series.

use std::fmt;

/// One picture: a title and one or more panels stacked over a shared time axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The finding, in words: "Two tasks short every evening", not "Tasks over time".
    pub title: String,
    /// What was run and what the title rests on, in one line.
    pub subtitle: String,
    /// The wall clock at simulated time zero, in seconds since 1970 (UTC).
    ///
    /// Years 1 to 8000 are shown as they are; anything beyond is drawn as the nearest of them.
    pub start_unix_s: i64,
    /// How much simulated time the axis covers; zero takes it from the last step of the data.
    pub span_ms: u64,
    /// From top to bottom. A chart without panels says "no data".
    pub panels: Vec<Panel>,
    /// Ticks along the top, in order of time.
    pub events: Vec<Event>,
}

/// A tick along the top of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Simulated time.
    pub at_ms: u64,
    /// What happened.
    pub kind: EventKind,
}

/// What a tick along the top stands for; each kind has a shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// Somebody changed something: a tick.
    Operator,
    /// Something failed: a tick with a bar.
    Failure,
    /// Something is not served, too little to be seen where it is drawn: a point down.
    Little,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Operator, Self::Failure, Self::Little];

    /// In the legend.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Operator => "operator's event",
            Self::Failure => "failure",
            Self::Little => "not served, too little to hatch",
        }
    }
}

/// One set of axes with its series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// What the values are, with the unit: "running tasks", "requests per second".
    pub y_label: String,
    /// How the value axis is divided.
    pub scale: Scale,
    /// At most [`MAX_SERIES`] are drawn, the first ones; the legend tells how many are not.
    pub series: Vec<Series>,
    /// Values worth comparing with: quotas, targets, minimum and maximum.
    pub limits: Vec<Limit>,
}

/// More series than this in one panel can no longer be told apart.
pub const MAX_SERIES: usize = 12;

/// How a value axis is divided and labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Things that come whole (tasks, instances): no tick between 0 and 1.
    Count,
    /// Anything that can be divided: rates, money, seconds.
    #[default]
    Number,
    /// Values given in percent (50.0 is "50%"): the axis reaches 100% at least.
    Percent,
}

/// One line (or band, or area) of a panel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// The name in the legend.
    pub label: String,
    /// What is drawn of each step.
    pub kind: Kind,
    /// Which colour and dashes, counted from 0; its place in the panel if none is given.
    pub look: Option<usize>,
    /// In order of time; what is not covered by a step is left blank.
    ///
    /// A step whose mean is not a number is left out.
    pub steps: Vec<Step>,
}

/// What is drawn of each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The mean, as a stepped line.
    #[default]
    Line,
    /// The mean as a stepped line, over a shade from minimum to maximum.
    Band,
    /// The mean as a stepped line, over a shade down to zero.
    Area,
    /// The mean on top of the series of this kind before it, with a shade between them.
    Stack,
    /// Hatched from the minimum to the mean, without a line.
    Hatch,
}

/// A bucket of recorded values: they hold from `from_ms` up to `to_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Step {
    /// Simulated time at which the bucket begins.
    pub from_ms: u64,
    /// Simulated time at which it ends.
    pub to_ms: u64,
    /// The least value in it.
    pub min: f64,
    /// The mean over time.
    pub mean: f64,
    /// The greatest value in it.
    pub max: f64,
}

impl Step {
    /// A step during which the value did not change.
    pub fn flat(from_ms: u64, to_ms: u64, value: f64) -> Self {
        Self { from_ms, to_ms, min: value, mean: value, max: value }
    }
}

/// A dashed horizontal line, labelled in the right margin.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limit {
    /// The text beside the line; the value is not added, so name it when it matters.
    pub label: String,
    /// Where the line lies.
    pub value: f64,
}

/// The size of a chart, in CSS pixels. A PNG has twice as many each way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Size {
    /// The usual size for so many panels: 1200 by 500, and 260 more for each panel after the first.
    pub fn for_panels(panels: usize) -> Self {
        let more = u32::try_from(panels.saturating_sub(1)).unwrap_or(u32::MAX);
        Self { width: 1200, height: more.saturating_mul(260).saturating_add(500) }
    }
}

/// Why a chart could not be drawn. No data is not an error: the chart then says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartError {
    /// Too small for the axes and legends of its panels.
    TooSmall(Size),
    /// Wider or higher than 4,000 pixels.
    TooLarge(Size),
    /// The drawing or encoding library refused.
    Backend(String),
}

impl fmt::Display for ChartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall(Size { width, height }) => {
                write!(f, "{width} x {height} is too small for this chart")
            }
            Self::TooLarge(Size { width, height }) => {
                write!(f, "{width} x {height} is more than 4000 pixels each way")
            }
            Self::Backend(why) => write!(f, "the chart could not be drawn: {why}"),
        }
    }
}

impl std::error::Error for ChartError {}
