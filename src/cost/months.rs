//! Ends of calendar months within a run.

use crate::units::SimTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// When the calendar months (UTC) end that a run goes through, in its own time (PRC-7). The last one may end at the
/// horizon, but not after it.
pub(super) fn month_ends(start_unix_s: i64, horizon: SimTime) -> Vec<SimTime> {
    let Ok(start) = Timestamp::from_second(start_unix_s) else { return Vec::new() };
    let date = start.to_zoned(TimeZone::UTC).date().first_of_month();
    let end = |months: i32| {
        let next = date.checked_add(months.months()).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        let ms = u64::try_from((next.as_second() - start_unix_s).checked_mul(1000)?).ok()?;
        (ms <= horizon.0).then_some(SimTime(ms))
    };
    (1..).map_while(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From 30 January 2026, 12:00, for 60 days: the ends of January (1.5 days) and February (28 days more).
    #[test]
    fn months_end_by_the_calendar() {
        let day = 86_400_000;
        let start = 1_769_774_400;
        assert_eq!(month_ends(start, SimTime(58 * day)), [SimTime(day * 3 / 2), SimTime(day * 59 / 2)]);
        assert_eq!(month_ends(start, SimTime(day)), []);
    }
}
