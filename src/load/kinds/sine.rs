//! A sine around a mean.

use super::super::fixed::{TURN, ratio, sine, times};
use super::{Frame, Part, grid};

/// `mean + amplitude × cos(2π (t - peak) / period)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sine {
    /// The value around which it swings.
    pub mean: i64,
    /// How far it swings.
    pub amplitude: i64,
    /// The time of one swing in ms.
    pub period: u64,
    /// When it is highest, in ms.
    pub peak: u64,
    /// How finely it is sampled, in ms.
    pub every: u64,
}

impl Sine {
    /// The sine of the angle at a time: the integral of the cosine.
    fn rise(&self, at: u64) -> i128 {
        let passed = (i128::from(at) - i128::from(self.peak)).rem_euclid(i128::from(self.period));
        sine(ratio(passed, i128::from(self.period)))
    }
}

impl Part for Sine {
    fn amount(&self, end: u64) -> u64 {
        end / self.every + 2
    }

    fn moments(&self, end: u64, tell: &mut dyn FnMut(u64)) {
        grid(self.every, 0, end, tell);
    }

    fn means(&self, frame: &Frame<'_>) -> Vec<i64> {
        let mut before = self.rise(0);
        let mean = |(from, to): (u64, u64)| {
            let after = self.rise(to);
            // the mean of the cosine: the rise of the sine over the angle that passed
            let swing = times((after - before) * i128::from(self.period) / i128::from(to - from), TURN);
            before = after;
            let part = times(i128::from(self.amplitude), swing);
            self.mean.saturating_add(i64::try_from(part).unwrap_or(self.amplitude))
        };
        frame.cells().map(mean).collect()
    }
}
