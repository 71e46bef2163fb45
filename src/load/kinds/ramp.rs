//! A straight way from one value to another.

use super::line::Line;
use super::{Frame, Part, grid};

/// One value until `start`, another from `end` on, straight in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ramp {
    start: u64,
    end: u64,
    every: u64,
    line: Line,
}

impl Ramp {
    /// From `from` at `start` to `to` at `end`, both in ms, in steps of `every`.
    pub fn new((start, from): (u64, i64), (end, to): (u64, i64), every: u64) -> Self {
        Self { start, end, every, line: Line::new(vec![(start, from), (end, to)]) }
    }
}

impl Part for Ramp {
    fn amount(&self, end: u64) -> u64 {
        self.end.min(end).saturating_sub(self.start) / self.every + 3
    }

    fn moments(&self, end: u64, tell: &mut dyn FnMut(u64)) {
        if self.start < end {
            grid(self.every, self.start, self.end.min(end), tell);
        }
    }

    fn means(&self, frame: &Frame<'_>) -> Vec<i64> {
        frame.cells().map(|(from, to)| self.line.mean(from, to)).collect()
    }
}
