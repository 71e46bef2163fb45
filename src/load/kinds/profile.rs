//! A profile over the day or the week, kept by a clock on the wall.

use super::line::Line;
use super::{Frame, Part, grid};

/// From when on the clock goes how: it is put forward or back in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// From when on, in ms of the run.
    pub from: u64,
    /// What the clock shows then: ms since its day or week began.
    pub clock: u64,
}

/// Values by what the clock shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    period: u64,
    times: Vec<u64>,
    line: Line,
    stretches: Vec<Stretch>,
    /// How finely it is sampled; nothing where it goes in steps.
    every: Option<u64>,
}

impl Profile {
    /// Values at times of a day or week of `period` ms, in their order; straight between them where it is sampled
    /// `every` so many ms, else in steps. The first stretch begins with the run.
    pub fn new(period: u64, points: &[(u64, i64)], stretches: Vec<Stretch>, every: Option<u64>) -> Self {
        let (first, last) = (points[0], points[points.len() - 1]);
        let line = if every.is_some() {
            // over midnight: from the last point to the first of the next day
            let (gap, passed) = (period - last.0 + first.0, period - last.0);
            let rise = i128::from(first.1 - last.1) * i128::from(passed) / i128::from(gap.max(1));
            let midnight = last.1 + i64::try_from(rise).unwrap_or(0);
            let mut all = vec![(0, midnight)];
            all.extend(points);
            all.push((period, midnight));
            Line::new(all)
        } else {
            Line::of_steps(last.1, points)
        };
        Self { period, times: points.iter().map(|(at, _)| *at).collect(), line, stretches, every }
    }

    /// The stretches with their ends.
    fn spans(&self, end: u64) -> impl Iterator<Item = (Stretch, u64)> + '_ {
        let ends = self.stretches.iter().skip(1).map(|stretch| stretch.from).chain([end]);
        self.stretches.iter().copied().zip(ends).filter(move |(stretch, _)| stretch.from < end)
    }
}

impl Part for Profile {
    fn amount(&self, end: u64) -> u64 {
        let each = self.every.map_or(0, |every| end / every);
        let corners = (end / self.period + 2) * self.times.len() as u64;
        (if self.every.is_some() { each } else { corners }) + self.stretches.len() as u64 + 2
    }

    fn moments(&self, end: u64, tell: &mut dyn FnMut(u64)) {
        self.stretches.iter().for_each(|stretch| tell(stretch.from));
        if let Some(every) = self.every {
            return grid(every, 0, end, tell);
        }
        for (stretch, until) in self.spans(end) {
            for time in &self.times {
                let mut at = stretch.from + (time + self.period - stretch.clock) % self.period;
                while at < until.min(end) {
                    tell(at);
                    at += self.period;
                }
            }
        }
    }

    fn means(&self, frame: &Frame<'_>) -> Vec<i64> {
        let end = frame.bounds.last().copied().unwrap_or(0);
        let mut spans = self.spans(end).peekable();
        let Some((mut now, mut until)) = spans.next() else { return Vec::new() };
        let mean = |(from, to): (u64, u64)| {
            while from >= until
                && let Some(next) = spans.next()
            {
                (now, until) = next;
            }
            let clock = now.clock + (from - now.from);
            self.line.mean_of_periods(self.period, clock, clock + (to - from))
        };
        frame.cells().map(mean).collect()
    }
}
