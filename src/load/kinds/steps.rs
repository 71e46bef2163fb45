//! Steps: each value holds until the next.

use super::line::Line;
use super::{Frame, Part};

/// 0, and then each value from its time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    times: Vec<u64>,
    line: Line,
}

impl Steps {
    /// Times in ms in their order, and the value from each on.
    pub fn new(steps: &[(u64, i64)]) -> Self {
        Self { times: steps.iter().map(|(at, _)| *at).collect(), line: Line::of_steps(0, steps) }
    }
}

impl Part for Steps {
    fn amount(&self, _: u64) -> u64 {
        self.times.len() as u64
    }

    fn moments(&self, _: u64, tell: &mut dyn FnMut(u64)) {
        self.times.iter().for_each(|at| tell(*at));
    }

    fn means(&self, frame: &Frame<'_>) -> Vec<i64> {
        frame.cells().map(|(from, to)| self.line.mean(from, to)).collect()
    }
}
