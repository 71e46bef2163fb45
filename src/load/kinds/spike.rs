//! A spike: 0 but for a rise, a height that is held, and a fall.

use super::line::Line;
use super::{Frame, Part, grid};

/// Times of a spike in ms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spike {
    /// Where it rises, holds, falls and is over.
    corners: [u64; 4],
    every: u64,
    line: Line,
}

impl Spike {
    /// From `at` on it rises to `height`, which it holds, and falls; all spans in ms.
    pub fn new(at: u64, height: i64, [rise, hold, fall]: [u64; 3], every: u64) -> Self {
        let corners = [at, at + rise, at + rise + hold, at + rise + hold + fall];
        let values = [0, height, height, 0];
        Self { corners, every, line: Line::new(corners.into_iter().zip(values).collect()) }
    }
}

impl Part for Spike {
    fn amount(&self, end: u64) -> u64 {
        let [at, top, falls, over] = self.corners.map(|corner| corner.min(end));
        (top - at) / self.every + (over - falls) / self.every + 6
    }

    fn moments(&self, end: u64, tell: &mut dyn FnMut(u64)) {
        let [at, top, falls, over] = self.corners.map(|corner| corner.min(end));
        grid(self.every, at, top, tell);
        grid(self.every, falls, over, tell);
    }

    fn means(&self, frame: &Frame<'_>) -> Vec<i64> {
        frame.cells().map(|(from, to)| self.line.mean(from, to)).collect()
    }
}
