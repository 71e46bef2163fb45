//! Counts measured at regular times.

use super::{BILLION, Frame, Part, rounded};

/// Counts, each of `per` ms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    per: u64,
    values: Vec<i64>,
}

impl Counts {
    /// The counts of the run from its start on; a value of a curve means so many in `unit_ms`.
    pub fn new(per: u64, counts: &[u64], unit_ms: u64) -> Self {
        let value =
            |count: &u64| rounded(i128::from(*count) * i128::from(BILLION) * i128::from(unit_ms), i128::from(per));
        Self { per, values: counts.iter().map(value).collect() }
    }
}

impl Part for Counts {
    fn amount(&self, end: u64) -> u64 {
        end / self.per + 1
    }

    fn moments(&self, end: u64, tell: &mut dyn FnMut(u64)) {
        for (place, pair) in (1..).zip(self.values.windows(2)) {
            if pair[0] != pair[1] && place * self.per < end {
                tell(place * self.per);
            }
        }
    }

    fn means(&self, frame: &Frame<'_>) -> Vec<i64> {
        let row = |from: u64| usize::try_from(from / self.per).unwrap_or(usize::MAX).min(self.values.len() - 1);
        frame.cells().map(|(from, _)| self.values[row(from)]).collect()
    }
}
