//! Simulated time: whole milliseconds since the start of the run.

use std::fmt;
use std::ops::{Add, Sub};

/// An instant of the run, in ms since its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// A length of simulated time, in ms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimSpan(pub u64);

impl SimTime {
    /// The start of the run.
    pub const START: Self = Self(0);

    /// The time that passed since `earlier`, zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> SimSpan {
        SimSpan(self.0.saturating_sub(earlier.0))
    }

    /// This instant in seconds with three decimals, as CSVs print it: `90.000`.
    pub fn seconds(self) -> String {
        format!("{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

impl SimSpan {
    /// No time.
    pub const ZERO: Self = Self(0);

    /// As a person writes a time of day as a length: `15h`, `36h 30m`, without days.
    pub fn in_hours(self) -> String {
        let (hours, rest) = (self.0 / 3_600_000, Self(self.0 % 3_600_000));
        match (hours, rest.0) {
            (0, _) => rest.to_string(),
            (_, 0) => format!("{hours}h"),
            _ => format!("{hours}h {rest}"),
        }
    }

    /// A span of whole seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds * 1000)
    }
}

impl Add<SimSpan> for SimTime {
    type Output = Self;
    fn add(self, span: SimSpan) -> Self {
        Self(self.0 + span.0)
    }
}

impl Sub<SimTime> for SimTime {
    type Output = SimSpan;
    fn sub(self, earlier: SimTime) -> SimSpan {
        SimSpan(self.0 - earlier.0)
    }
}

/// As a person writes it: `1d 10h`, `90s`, `250ms`, `0s`.
impl fmt::Display for SimSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        let mut first = true;
        for (unit, name) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms")] {
            if rest >= unit {
                write!(f, "{}{}{name}", if first { "" } else { " " }, rest / unit)?;
                rest %= unit;
                first = false;
            }
        }
        Ok(())
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SimSpan(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_write_them() {
        // 1 d 10 h 0 m 5 s 7 ms = 86,400,000 + 36,000,000 + 5,007
        assert_eq!(SimSpan(122_405_007).to_string(), "1d 10h 5s 7ms");
        assert_eq!(SimSpan(0).to_string(), "0s");
        assert_eq!(SimTime(90_250).seconds(), "90.250");
    }
}
