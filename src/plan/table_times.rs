//! Times in CSV files: seconds, or timestamps.

use super::builder::Builder;
use super::regions::impossible;
use super::table::CsvFile;
use crate::units::{Decimal, DecimalError};
use jiff::Timestamp;

/// From how many seconds on a time is rather one of the years about ours in a smaller unit, and how many a second has.
const SMALLER_UNITS: [(i128, &str, i128); 3] = [
    (100_000_000_000_000_000, "nanoseconds", 1_000_000_000),
    (100_000_000_000_000, "microseconds", 1_000_000),
    (100_000_000_000, "milliseconds", 1000),
];
/// 365.2425 days.
const SECONDS_OF_A_YEAR: i128 = 31_556_952;

/// When something of a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// At a date: ms since 1970.
    Date(i64),
    /// So many ms after whatever the file counts from.
    After(i64),
}

impl Moment {
    /// The number alone, for times that are only compared with each other.
    pub(super) const fn ms(self) -> i64 {
        match self {
            Self::Date(ms) | Self::After(ms) => ms,
        }
    }
}

impl Builder<'_> {
    /// A time: seconds, or a timestamp, which is UTC where it names no zone.
    pub(super) fn time(&mut self, file: &mut CsvFile, row: usize, column: usize) -> Option<Moment> {
        let text = file.field(row, column);
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(Moment::Date(at.as_millisecond()));
        }
        if let Ok(local) = text.parse::<jiff::civil::DateTime>() {
            let at = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            return Some(Moment::Date(at.timestamp().as_millisecond()));
        }
        let text = text.to_owned();
        if text.is_empty() || text.parse::<Decimal>() != Err(DecimalError::NotANumber) {
            let seconds = self.number(file, row, column)?;
            return self.in_time(file, row, column, seconds).map(Moment::After);
        }
        let message = match impossible(&text) {
            Some((message, ..)) => message,
            None => format!("`{}` is no time: `{text}`", file.heading(column)),
        };
        self.bad_value(file, row, message, "write seconds, such as `3600`, or `2026-01-05T01:00:00Z`");
        None
    }

    /// Seconds in ms, if they are such: what a clock shows in smaller units is far beyond any date.
    fn in_time(&mut self, file: &mut CsvFile, row: usize, column: usize, seconds: Decimal) -> Option<i64> {
        let whole = i128::from(seconds.mantissa) / seconds.divisor();
        let Some((_, unit, in_a_second)) = SMALLER_UNITS.into_iter().find(|(least, ..)| whole >= *least) else {
            return seconds.times_rounded(1000);
        };
        let year = 1970 + whole / SECONDS_OF_A_YEAR;
        let message = format!("`{}` is `{seconds}`: taken as seconds this is the year {year}", file.heading(column));
        let help = format!("are these {unit}? in seconds this is `{}`", whole / in_a_second);
        self.bad_value(file, row, message, help);
        None
    }

    /// Reports a row whose time does not come after that of the one before.
    pub(super) fn not_later(&mut self, file: &mut CsvFile, row: usize) {
        let message = "this row is not later than the one before";
        self.bad_value(file, row, message, "write the rows in the order of their times, each time once");
    }
}
