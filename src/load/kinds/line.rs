//! Straight pieces between points: what ramps, spikes, steps and profiles are made of.

use super::rounded;

/// Binary digits by which integrals are finer than values times ms.
const FINE: u32 = 16;

/// Values over time, straight between points and level before the first and after the last. Two points at one time
/// are a jump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    points: Vec<(u64, i64)>,
    /// Twice the integral up to each point, [`FINE`].
    before: Vec<i128>,
}

impl Line {
    /// At least one point, in the order of time.
    pub(super) fn new(points: Vec<(u64, i64)>) -> Self {
        let mut sum = (i128::from(points[0].1) * i128::from(points[0].0)) << (FINE + 1);
        let mut before = vec![sum];
        for pair in points.windows(2) {
            let ((from, first), (to, last)) = (pair[0], pair[1]);
            sum += ((i128::from(first) + i128::from(last)) * i128::from(to - from)) << FINE;
            before.push(sum);
        }
        Self { points, before }
    }

    /// A line that keeps each value until the next.
    pub(super) fn of_steps(first: i64, steps: &[(u64, i64)]) -> Self {
        let mut points = vec![(0, first)];
        for (at, value) in steps {
            points.push((*at, points[points.len() - 1].1));
            points.push((*at, *value));
        }
        Self::new(points)
    }

    /// Twice the integral from 0 to `at`, [`FINE`].
    fn twice_integral(&self, at: u64) -> i128 {
        let next = self.points.partition_point(|(time, _)| *time <= at);
        let Some(last) = next.checked_sub(1) else {
            return (i128::from(self.points[0].1) * i128::from(at)) << (FINE + 1);
        };
        let (from, value) = self.points[last];
        let passed = i128::from(at - from);
        let rise = match self.points.get(next) {
            Some((to, end)) => ((i128::from(end - value) * passed) << FINE) / i128::from(to - from),
            None => 0,
        };
        self.before[last] + ((i128::from(value) << (FINE + 1)) + rise) * passed
    }

    /// The mean between two times.
    pub(super) fn mean(&self, from: u64, to: u64) -> i64 {
        rounded(self.twice_integral(to) - self.twice_integral(from), i128::from(to - from) << (FINE + 1))
    }

    /// The mean between two times of what repeats the stretch from 0 to `period` for ever.
    pub(super) fn mean_of_periods(&self, period: u64, from: u64, to: u64) -> i64 {
        let whole = self.twice_integral(period);
        let upto = |at: u64| i128::from(at / period) * whole + self.twice_integral(at % period);
        rounded(upto(to) - upto(from), i128::from(to - from) << (FINE + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_straight_pieces() {
        // 10 until 100, to 30 at 200, then level
        let line = Line::new(vec![(100, 10), (200, 30)]);
        assert_eq!([line.mean(0, 100), line.mean(100, 200), line.mean(200, 300)], [10, 20, 30]);
        assert_eq!(line.mean(100, 150), 15); // from 10 to 20
        assert_eq!(line.mean(50, 150), 13); // (10 × 50 + 15 × 50) / 100 = 12.5, halves up
        let steps = Line::of_steps(0, &[(100, 8), (300, 2)]);
        assert_eq!([steps.mean(0, 100), steps.mean(100, 300), steps.mean(0, 400)], [0, 8, 5]); // (1,600 + 200) / 400 = 4.5
        // twice the period of 400: 1,800 + 1,800 over 800
        assert_eq!(steps.mean_of_periods(400, 0, 800), 5);
        assert_eq!(steps.mean_of_periods(400, 500, 700), 8);
    }
}
