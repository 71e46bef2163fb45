//! A load as integer steps: sampled once, before the run; the engine never sees anything but steps.

use crate::units::{Decimal, SimTime};

/// Requests per period, piecewise constant.
///
/// From each point on, `requests` arrive in every `period_ms`, evenly; what arrives in a part of a period is that
/// part of them. So counts are conserved exactly over whole periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    period_ms: u64,
    points: Vec<(SimTime, u64)>,
}

/// Why a curve can't be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CurveError {
    /// The rate has more decimals than a curve keeps (12).
    TooFine,
    /// The rate is negative or too large.
    OutOfRange,
}

impl Curve {
    /// A constant rate in requests per second, exact.
    ///
    /// # Errors
    /// A negative rate, or one with more than 12 decimals.
    pub fn constant(per_second: Decimal) -> Result<Self, CurveError> {
        if per_second.scale > 12 {
            return Err(CurveError::TooFine);
        }
        let requests = u64::try_from(per_second.mantissa).map_err(|_| CurveError::OutOfRange)?;
        // mantissa / 10^scale a second is mantissa in 10^scale seconds
        let period_ms = 1000 * 10_u64.pow(u32::from(per_second.scale));
        Ok(Self { period_ms, points: vec![(SimTime::START, requests)] })
    }

    /// One count per period, from the start of the run on. Equal neighbours become one step.
    pub fn steps(period_ms: u64, counts: impl IntoIterator<Item = u64>) -> Self {
        Self::of_points(period_ms, (0..).map(|place: u64| SimTime(place * period_ms)).zip(counts))
    }

    /// Nothing at all.
    pub fn nothing() -> Self {
        Self { period_ms: 1000, points: vec![(SimTime::START, 0)] }
    }

    /// Steps at any times, in their order from the start of the run on. Equal neighbours become one step.
    pub fn of_points(period_ms: u64, all: impl IntoIterator<Item = (SimTime, u64)>) -> Self {
        let mut points: Vec<(SimTime, u64)> = Vec::new();
        for (at, count) in all {
            if points.last().is_none_or(|(_, last)| *last != count) {
                points.push((at, count));
            }
        }
        Self { period_ms, points }
    }

    /// The same with the shortest period in which its counts are whole.
    #[must_use]
    pub fn shortened(mut self) -> Self {
        let shared = self.points.iter().fold(self.period_ms, |shared, (_, count)| greatest_divisor(shared, *count));
        self.period_ms /= shared;
        self.points.iter_mut().for_each(|(_, count)| *count /= shared);
        self
    }

    /// The steps with the ends of each, up to the end of the run: from, to, count in each period.
    pub fn stretches(&self, end: SimTime) -> impl Iterator<Item = (SimTime, SimTime, u64)> + '_ {
        let ends = self.points.iter().skip(1).map(|(at, _)| *at).chain([end]);
        let stretches = self.points.iter().zip(ends).map(move |((from, count), to)| (*from, to.min(end), *count));
        stretches.filter(|(from, to, _)| from < to)
    }

    /// What arrives up to `end`, rounded down.
    pub fn expected(&self, end: SimTime) -> u128 {
        let sum: u128 =
            self.stretches(end).map(|(from, to, count)| u128::from(count) * u128::from((to - from).0)).sum();
        sum / u128::from(self.period_ms)
    }

    /// The greatest count of a period.
    pub fn most(&self) -> u64 {
        self.points.iter().map(|(_, count)| *count).max().unwrap_or(0)
    }

    /// The period that counts refer to, in ms.
    pub fn period_ms(&self) -> u64 {
        self.period_ms
    }

    /// The steps: from when on, how many requests in each period.
    pub fn points(&self) -> &[(SimTime, u64)] {
        &self.points
    }
}

/// The greatest number that divides both; one of them is above 0.
pub(super) const fn greatest_divisor(mut one: u64, mut other: u64) -> u64 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_neighbours_are_one_step() {
        let curve = Curve::steps(60_000, [5, 5, 7, 7, 5]);
        assert_eq!(curve.points(), [(SimTime(0), 5), (SimTime(120_000), 7), (SimTime(240_000), 5)]);
    }

    #[test]
    fn a_rate_with_decimals_stays_exact() {
        let curve = Curve::constant("0.25".parse().unwrap()).unwrap();
        assert_eq!((curve.period_ms(), curve.points()[0].1), (100_000, 25)); // 25 in 100 s
    }
}
